import { z } from 'zod';

/** What `verify` looks at. Level 0 is structure, level 1 time and logs. */
const pointName = z.enum([
  'members',
  'labels',
  'marker',
  'instant',
  'write-protected',
  'parents',
  'window',
  'logs',
  'archive-after-end',
  'worth',
]);

export const level = z.union([z.literal(0), z.literal(1)]);

export const point = z.object({
  level,
  point: pointName,
  outcome: z.enum(['passed', 'failed', 'unknown']).describe('unknown: what was recorded is not enough to tell'),
  message: z.string(),
  object: z.object({ id: z.int(), name: z.string() }).optional().describe('what it failed for, when it is one object'),
});

export type Level = z.output<typeof level>;
export type Point = z.output<typeof point>;

/** Why a point does not pass; there may be several reasons. */
export interface Failing {
  readonly message: string;
  /** Absent: `failed`. */
  readonly outcome?: 'unknown';
  readonly object?: Point['object'];
}

/** The entries of one point: why it does not pass, or that it does. */
export const judgePoint = (
  name: Point['point'],
  at: Level,
  { passed, failures }: { readonly passed: string; readonly failures: readonly Failing[] },
): readonly Point[] => {
  if (failures.length === 0) return [{ level: at, point: name, outcome: 'passed', message: passed }];
  return failures.map(
    ({ message, outcome, object }): Point => ({
      level: at,
      point: name,
      outcome: outcome ?? 'failed',
      message,
      ...(object === undefined ? {} : { object: { id: object.id, name: object.name } }),
    }),
  );
};
