import type { Finding } from '../backup/report.js';
import type { BackupSet } from '../catalogue.js';
import { formatTime } from '../snapshot-name.js';
import type { RetentionPlan } from './retention-plan.js';

/** The pins of a plan's sets that have lapsed: whoever pinned them is told why the sets may go now. Pure. */
export const judgePins = ({ sets: planned, zone }: RetentionPlan, sets: readonly BackupSet[]): readonly Finding[] => {
  const ids = new Set(planned.map(({ set }) => set));
  return sets.flatMap(({ id, pin, isPinned }) => {
    if (pin?.until === undefined || isPinned || !ids.has(id)) return [];
    const { by = 'somebody', reason = 'no reason', until } = pin;
    const message = `the pin of ${id} lapsed at ${formatTime(until.getTime(), zone)}: by ${by}, ${reason}`;
    return [
      { level: 'warning', code: 'pin-lapsed', message, hint: `orasync-backup pin ${id} renews it, unpin forgets it.` },
    ];
  });
};
