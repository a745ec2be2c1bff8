import { DateTime } from 'luxon';
import type { BackupSet } from '../catalogue.js';
import { planRetention } from './plan.js';
import type { RetentionPolicy } from './policy.js';
import type { PlannedSet } from './retention-plan.js';

/** One day of a simulated year. */
export interface CalendarDay {
  /** `yyyy-MM-dd`, in the zone of the policy. */
  readonly day: string;
  readonly made: number;
  /** How many of them are still there at the end of the year. */
  readonly left: number;
  /** Why, by the codes of a plan. */
  readonly rules: readonly string[];
}

/** The sets of a year of runs, and what a policy leaves of them. */
export interface Calendar {
  /** `hour` when the policy counts hours. */
  readonly oneRunPer: 'day' | 'hour';
  readonly days: readonly CalendarDay[];
  readonly left: number;
}

/** A complete set of a run that nobody made. */
const simulatedSet = (at: DateTime, index: number): BackupSet => ({
  id: at.toUTC().toFormat("yyyyMMdd'T'HHmmss'Z'"),
  state: 'complete',
  database: { name: 'DB', uniqueName: 'DB', dbid: '1' },
  createdAt: at.toJSDate(),
  members: [
    {
      role: 'data',
      snapshot: {
        id: index + 1,
        name: `simulated_${index}`,
        type: 'volume',
        kind: 'snapshot',
        parentId: 0,
        groupId: undefined,
        depth: 1,
        createdAt: at.toJSDate(),
        isWriteProtected: true,
        isMapped: false,
        hasChildren: false,
        lockExpiresAt: undefined,
        isPolicyMade: false,
        isReplicated: false,
      },
    },
  ],
  isPinned: false,
  label: undefined,
});

/** Daily runs come at 22:00, hourly ones at the full hour. */
const dailyRunHour = 22;

const runsOf = (first: DateTime, end: DateTime, oneRunPer: Calendar['oneRunPer']): readonly DateTime[] => {
  const runs: DateTime[] = [];
  if (oneRunPer === 'hour') for (let at = first; at < end; at = at.plus({ hours: 1 })) runs.push(at);
  else for (let day = first; day < end; day = day.plus({ days: 1 })) runs.push(day.set({ hour: dailyRunHour }));
  return runs;
};

/**
 * What a policy leaves, at its end, of a year in which every run succeeded: one run a day, and one an hour where hours are
 * counted. Each rule keeps the newest of something, so a set that is left then was never due before; one plan at the end
 * finds the same as one after every run. Pure.
 *
 * @param from  The year begins with this day, in the zone of the policy.
 */
export const simulateYear = (policy: RetentionPolicy, from: Date): Calendar => {
  const first = DateTime.fromJSDate(from, { zone: policy.zone }).startOf('day');
  const end = first.plus({ years: 1 });
  const oneRunPer = policy.keepHourly > 0 ? 'hour' : 'day';
  const sets = runsOf(first, end, oneRunPer).map(simulatedSet);
  const plan = planRetention(
    sets,
    { database: 'DB', volumeIds: 'all' },
    { array: { name: '', serial: '' }, policy, now: end.toJSDate(), zone: policy.zone },
  );
  const byDay = new Map<string, PlannedSet[]>();
  for (const set of plan.sets) {
    const day = set.createdAt.slice(0, 'yyyy-MM-dd'.length);
    byDay.set(day, [...(byDay.get(day) ?? []), set]);
  }
  const days: CalendarDay[] = [];
  for (let at = first; at < end; at = at.plus({ days: 1 })) {
    const day = at.toFormat('yyyy-MM-dd');
    const made = byDay.get(day) as readonly PlannedSet[]; // a run at least once a day
    const left = made.filter(({ verdict }) => verdict !== 'remove');
    const rules = new Set(left.flatMap((set) => set.rules));
    days.push({ day, made: made.length, left: left.length, rules: [...rules] });
  }
  return {
    oneRunPer,
    days,
    left: days.reduce((sum, { left }) => sum + left, 0),
  };
};

/** The sign of a day is that of the rule that keeps longest. */
const signs: readonly (readonly [rule: string, sign: string, legend: string])[] = [
  ['keep-yearly', 'Y', 'newest of its year'],
  ['keep-monthly', 'M', 'newest of its month'],
  ['keep-weekly', 'W', 'newest of its ISO week'],
  ['keep-daily', 'D', 'newest of its day'],
  ['keep-hourly', 'H', 'newest of its hour'],
  ['keep-last', 'L', 'one of the last'],
  ['keep-within', 'N', 'near the newest'],
  ['younger-than', 'a', 'by age alone'],
  ['floor-min-complete', 'f', 'by a floor'],
];

const signOf = ({ left, rules }: CalendarDay): string => {
  if (left === 0) return '.';
  return signs.find(([rule]) => rules.includes(rule))?.[1] ?? 'f';
};

/** A line per month, a column per day of the month, and what the signs mean. */
export const drawCalendar = ({ days }: Calendar): readonly string[] => {
  const months = new Map<string, string[]>();
  for (const each of days) {
    const month = each.day.slice(0, 'yyyy-MM'.length);
    const row = months.get(month) ?? Array.from({ length: 31 }, () => ' ');
    row[Number(each.day.slice(-2)) - 1] = signOf(each);
    months.set(month, row);
  }
  const used = new Set(days.map(signOf));
  const legend = signs.filter(([, sign]) => used.has(sign)).map(([, sign, text]) => `${sign} ${text}`);
  return [
    `         ${['1', '6', '11', '16', '21', '26', '31']
      .map((day) => day.padEnd(5))
      .join('')
      .trimEnd()}`,
    ...[...months].map(([month, row]) => `${month}  ${row.join('')}`.trimEnd()),
    [...legend, ...(used.has('.') ? ['. gone'] : [])].join(', '),
  ];
};
