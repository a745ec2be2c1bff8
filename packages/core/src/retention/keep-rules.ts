import type { BackupSet } from '../catalogue.js';
import { formatDuration } from '../duration.js';
import { type Period, periods, periodsOf } from './periods.js';
import type { RetentionPolicy } from './policy.js';

/** Why a set gets its verdict: a stable code for programs, and a text for people. */
export interface Reason {
  readonly rule: string;
  readonly text: string;
}

/** Adds a reason to those that a set has already. */
export type AddReason = (set: BackupSet, rule: string, text: string) => void;

const countOf: Readonly<Record<Period, (policy: RetentionPolicy) => number>> = {
  hour: ({ keepHourly }) => keepHourly,
  day: ({ keepDaily }) => keepDaily,
  week: ({ keepWeekly }) => keepWeekly,
  month: ({ keepMonthly }) => keepMonthly,
  year: ({ keepYearly }) => keepYearly,
};

const codeOf: Readonly<Record<Period, string>> = {
  hour: 'keep-hourly',
  day: 'keep-daily',
  week: 'keep-weekly',
  month: 'keep-monthly',
  year: 'keep-yearly',
};

/**
 * What the keep rules keep. Each counts by itself, so one set may stay by several, and periods without a set count for
 * nothing. A pinned set stays by its pin and uses up no count.
 *
 * @param complete  The complete sets of one database, newest first.
 */
export const applyKeepRules = (complete: readonly BackupSet[], policy: RetentionPolicy, keep: AddReason): void => {
  const { keepLast, keepWithin, zone } = policy;
  const newestMs = complete[0]?.createdAt.getTime() ?? 0;
  if (keepWithin > 0)
    for (const set of complete)
      if (newestMs - set.createdAt.getTime() <= keepWithin)
        keep(set, 'keep-within', `within ${formatDuration(keepWithin)} of the newest complete set`);

  const counted = complete.filter(({ isPinned }) => !isPinned);
  for (const [index, set] of counted.slice(0, keepLast).entries())
    keep(set, 'keep-last', `one of the last (${index + 1} of ${keepLast})`);

  const counts = periods.map((period) => ({ period, count: countOf[period](policy), seen: new Set<string>() }));
  const open = () => counts.filter(({ count, seen }) => seen.size < count);
  for (const set of counted) {
    const unfilled = open();
    if (unfilled.length === 0) return;
    const names = periodsOf(set.createdAt.getTime(), zone);
    for (const { period, count, seen } of unfilled) {
      const name = names[period];
      if (seen.has(name)) continue;
      seen.add(name);
      keep(set, codeOf[period], `newest of the ${period} ${name} (${seen.size} of ${count})`);
    }
  }
};
