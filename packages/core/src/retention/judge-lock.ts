import type { Finding } from '../backup/report.js';
import { formatDuration } from '../duration.js';

/** Whether the locks of new sets and the retention of old ones agree: what is locked cannot go. Pure. */
export const judgeLock = ({
  lockFor,
  deleteAfter,
}: {
  readonly lockFor: number | undefined;
  readonly deleteAfter: number;
}): readonly Finding[] =>
  lockFor === undefined || lockFor <= deleteAfter
    ? []
    : [
        {
          level: 'warning',
          code: 'lock-outlasts-retention',
          message: `sets are locked for ${formatDuration(lockFor)} and may go after ${formatDuration(deleteAfter)}: until the lock ends, retention is blocked`,
          hint: 'Make lockFor shorter or deleteAfter longer. Locks that are set stay.',
        },
      ];
