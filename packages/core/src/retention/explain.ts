import { formatDuration } from '../duration.js';
import type { RetentionPolicy } from './policy.js';

const periodOf = (count: number, period: string): string =>
  count === 1
    ? `it is the newest of its ${period}, for the last ${period} that has a complete set`
    : `it is the newest of its ${period}, for the last ${count} ${period}s that have a complete set`;

/** Each keep rule as the end of a sentence. */
const keepRules = (policy: RetentionPolicy): readonly string[] => [
  `it is younger than ${formatDuration(policy.deleteAfter)}`,
  ...(policy.keepLast > 0 ? [`it is one of the last ${policy.keepLast}`] : []),
  ...(policy.keepWithin > 0
    ? [`it was made within ${formatDuration(policy.keepWithin)} before the newest complete set`]
    : []),
  ...(policy.keepHourly > 0 ? [periodOf(policy.keepHourly, 'hour')] : []),
  ...(policy.keepDaily > 0 ? [periodOf(policy.keepDaily, 'day')] : []),
  ...(policy.keepWeekly > 0 ? [periodOf(policy.keepWeekly, 'ISO week')] : []),
  ...(policy.keepMonthly > 0 ? [periodOf(policy.keepMonthly, 'month')] : []),
  ...(policy.keepYearly > 0 ? [periodOf(policy.keepYearly, 'year')] : []),
];

const countsPeriods = ({ keepHourly, keepDaily, keepWeekly, keepMonthly, keepYearly }: RetentionPolicy): boolean =>
  keepHourly + keepDaily + keepWeekly + keepMonthly + keepYearly > 0;

/** What a policy keeps and when it stops, in sentences; those that begin with a hyphen continue the one before. Pure. */
export const explainPolicy = (policy: RetentionPolicy): readonly string[] => [
  'A complete set stays while any of these holds:',
  ...keepRules(policy).map((rule) => `- ${rule}`),
  ...(countsPeriods(policy)
    ? [`Periods begin and end in ${policy.zone}. One set may stay by several rules; each rule counts by itself.`]
    : []),
  'A pinned set stays while its pin lasts, and uses up none of these counts.',
  `Whatever the rules say, the newest complete set stays, and ${policy.minComplete} complete sets that are not pinned.`,
  `Partial, inconsistent and rehearsal sets go after ${formatDuration(policy.keepIncompleteWithin)}, and only behind a newer complete set.`,
  `Snapshots without a label and with "${policy.nameContains}" in their name go after ${formatDuration(policy.deleteAfter)}; the newest of a volume stays until a newer complete set covers it.`,
  'What is locked, mapped, exported, replicated or has children stays, with its whole set, until it is free.',
  'Nothing at all is removed when',
  `- more than ${policy.maxRemovals ?? 'a quarter of the sets, or 10 when that is more,'} ${policy.maxRemovals === undefined ? '' : 'sets '}would go at once`,
  ...(policy.maxAge === undefined
    ? []
    : [
        `- the newest complete set is older than ${formatDuration(policy.maxAge)}, because backups have stopped coming`,
      ]),
  `- the clocks of this host and of the array differ by more than ${formatDuration(policy.clockTolerance)}, or a set lies in the future`,
];
