import { printNote } from '@orasync/app-shell';
import type { CommonFlags } from '@orasync/app-shell/program';
import type { Clock, RemovalOutcome, RetentionPlan } from '@orasync/core';

/** Where nothing can be redrawn, a line about the whole comes as rarely as this. */
const noteEveryMs = 10_000;

/**
 * Shows each removal on stderr, how many of all are done, and about how long the rest will take: on a terminal in a line that
 * is redrawn. Silent with --quiet and with a JSON log, which has the removals itself.
 */
export const createRemovalDisplay = (
  { sets }: RetentionPlan,
  { quiet, logFormat }: CommonFlags,
  clock: Pick<Clock, 'now'>,
): ((removal: RemovalOutcome) => void) => {
  const total = sets.filter(({ verdict }) => verdict === 'remove').flatMap(({ snapshots }) => snapshots).length;
  const startedAtMs = clock.now();
  let notedAtMs = startedAtMs;
  let done = 0;
  return ({ outcome, name }) => {
    done += 1;
    if (quiet === true || logFormat === 'json') return;
    const { stderr } = process;
    if (stderr.isTTY) stderr.write('\r\u001b[2K');
    printNote(`${outcome.padEnd(8)} ${name}`);
    const nowMs = clock.now();
    const progress = formatProgress({ done, total, elapsedMs: nowMs - startedAtMs });
    if (stderr.isTTY && done < total) stderr.write(progress);
    if (stderr.isTTY || nowMs - notedAtMs < noteEveryMs) return;
    notedAtMs = nowMs;
    printNote(progress);
  };
};

/** How far the work is, and how long the rest takes when it goes on as it went so far. */
export const formatProgress = ({
  done,
  total,
  elapsedMs,
}: {
  readonly done: number;
  readonly total: number;
  readonly elapsedMs: number;
}): string => {
  const leftSeconds = Math.round(((elapsedMs / done) * (total - done)) / 1000);
  const left = leftSeconds < 90 ? `${leftSeconds} s` : `${Math.round(leftSeconds / 60)} min`;
  return `${done} of ${total} snapshots, about ${left} left`;
};
