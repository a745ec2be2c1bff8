import type { Clock } from '../ports.js';
import { untilStopped } from './until-stopped.js';

const minuteMs = 60_000;

/** ARCHIVE LOG CURRENT waits for the archiver. Longer than the driver's own limit for it, which tells more. */
const archivingMs = 40 * minuteMs;

/**
 * The longest that a step may take. The clients have limits of their own for every call; these are for whatever has none.
 * BEGIN, the snapshot of the data and END have theirs in the bracket.
 */
const stepLimitMs: Readonly<Record<string, number>> = {
  'archive-log-before': archivingMs,
  'archive-log-after': archivingMs,
  'restore-material': 20 * minuteMs,
};

const usualLimitMs = 5 * minuteMs;

/** Settles with the work, or rejects when the step has taken longer than it may. What was asked for may still happen. */
export const withinStepLimit = async <T>(name: string, work: Promise<T>, clock: Clock): Promise<T> => {
  const limitMs = stepLimitMs[name] ?? usualLimitMs;
  const limit = new AbortController();
  const cancel = clock.setTimeout(
    () => limit.abort(new Error(`${name} was not done within ${limitMs / minuteMs} minutes`)),
    limitMs,
  );
  return await untilStopped(work, limit.signal).finally(cancel);
};
