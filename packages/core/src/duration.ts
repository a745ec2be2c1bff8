import { z } from 'zod';

const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** A length of time such as `30s`, `90m`, `36h`, `14d` or `2w`, in milliseconds. A day is always 24 hours. */
export const durationMs = z
  .string()
  .regex(/^[1-9]\d{0,5}[smhdw]$/, 'must be a whole number and s, m, h, d or w, such as 14d')
  .transform((text) => Number(text.slice(0, -1)) * unitMs[text.slice(-1) as keyof typeof unitMs]);

/** The same length in its largest whole unit: 1 209 600 000 → `2w`, 1 296 000 000 → `15d`. */
export const formatDuration = (ms: number): string => {
  for (const unit of ['w', 'd', 'h', 'm', 's'] as const)
    if (ms % unitMs[unit] === 0 && ms > 0) return `${ms / unitMs[unit]}${unit}`;
  return `${ms}ms`;
};
