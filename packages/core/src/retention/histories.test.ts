import { describe, expect, test } from 'vitest';
import type { BackupSet } from '../catalogue.js';
import { afterApply, contextOf, dayMs, hourMs, now, removedBy, scope, setAt, setOf } from './histories.test.fixture.js';
import { planRetention } from './plan.js';
import type { RetentionPlan } from './retention-plan.js';

type Policy = Parameters<typeof contextOf>[0];

const planAt = (sets: readonly BackupSet[], policy: Policy, atMs: number, maxRemovals?: number): RetentionPlan =>
  planRetention(sets, scope, { ...contextOf(policy), now: new Date(atMs), maxRemovals });

const timesOf = (sets: readonly BackupSet[]): readonly string[] =>
  sets.map(({ createdAt }) => createdAt.toISOString()).sort();

const rulesOf = ({ sets }: RetentionPlan, rule: string): readonly string[] =>
  sets.filter(({ rules }) => rules.includes(rule)).map(({ createdAt }) => createdAt.slice(0, 16));

test('a year of hourly runs, pruned every day, holds what one look back at the whole year keeps', () => {
  const policy: Policy = {
    keepHourly: 48,
    keepDaily: 14,
    keepWeekly: 8,
    keepMonthly: 12,
    keepYearly: 3,
    deleteAfter: '1d',
    maxRemovals: 30,
    zone: 'Europe/Amsterdam',
  };
  const start = Date.parse('2026-01-01T00:30:00Z');
  const end = Date.parse('2027-01-06T00:00:00Z');
  const all: BackupSet[] = [];
  let left: readonly BackupSet[] = [];
  let most = 0;
  for (let midnight = start - hourMs / 2 + dayMs; midnight <= end; midnight += dayMs) {
    const day = Array.from({ length: 24 }, (_, hour) =>
      setAt(midnight - dayMs + hour * hourMs + hourMs / 2, 'complete', { hasArchive: false }),
    );
    all.push(...day);
    const plan = planAt([...left, ...day], policy, midnight);
    expect(plan.stops).toEqual([]);
    left = afterApply([...left, ...day], plan);
    most = Math.max(most, left.length);
  }
  const lookBack = planAt(all, policy, end);
  expect(timesOf(left)).toEqual(timesOf(afterApply(all, lookBack)));
  expect(removedBy(planAt(left, policy, end))).toEqual([]);
  expect(most).toBe(76);
  expect(rulesOf(lookBack, 'keep-hourly')).toHaveLength(48);
  expect(rulesOf(lookBack, 'keep-daily')).toEqual([
    '2027-01-05T23:30',
    ...Array.from({ length: 13 }, (_, day) =>
      new Date(Date.parse('2027-01-05T22:30Z') - day * dayMs).toISOString().slice(0, 16),
    ),
  ]);
  expect(rulesOf(lookBack, 'keep-weekly')).toEqual([
    '2027-01-05T23:30',
    '2027-01-03T22:30',
    '2026-12-27T22:30',
    '2026-12-20T22:30',
    '2026-12-13T22:30',
    '2026-12-06T22:30',
    '2026-11-29T22:30',
    '2026-11-22T22:30',
  ]);
  expect(rulesOf(lookBack, 'keep-monthly')).toEqual([
    '2027-01-05T23:30',
    '2026-12-31T22:30',
    '2026-11-30T22:30',
    '2026-10-31T22:30',
    '2026-09-30T21:30',
    '2026-08-31T21:30',
    '2026-07-31T21:30',
    '2026-06-30T21:30',
    '2026-05-31T21:30',
    '2026-04-30T21:30',
    '2026-03-31T21:30',
    '2026-02-28T22:30',
  ]);
  expect(rulesOf(lookBack, 'keep-yearly')).toEqual(['2027-01-05T23:30', '2026-12-31T22:30']);
});

/** A set every night at two, newest last. */
const nights = (from: string, count: number, state: BackupSet['state'] = 'complete'): readonly BackupSet[] =>
  Array.from({ length: count }, (_, night) => setAt(Date.parse(`${from}T02:00Z`) + night * dayMs, state));

describe('a month of failed backups', () => {
  const good = nights('2026-09-17', 14);
  const failed = nights('2026-10-01', 30, 'partial');
  const lastNight = Date.parse('2026-10-30T03:00Z');

  const pruneDaily = (policy: Policy): readonly BackupSet[] => {
    let left: readonly BackupSet[] = good;
    for (const night of failed) {
      left = [...left, night];
      const plan = planAt(left, policy, night.createdAt.getTime() + hourMs);
      if (plan.stops.length === 0) left = afterApply(left, plan);
    }
    return left;
  };

  test('leaves the newest good ones however old they are, and all that failed since', () => {
    expect(timesOf(pruneDaily({}))).toEqual(timesOf([...good.slice(-3), ...failed]));
  });

  test('halts removals when there is a limit to the age of the newest good one', () => {
    expect(timesOf(pruneDaily({ maxAge: '2d' }))).toEqual(timesOf([...good.slice(-13), ...failed]));
  });

  test('ends with a good one, which lets the old remains go, though not so many at once without a word', () => {
    const left = [...pruneDaily({}), setAt(lastNight + dayMs - hourMs)];
    const plan = planAt(left, {}, lastNight + dayMs);
    expect(plan.stops.map(({ rule }) => rule)).toEqual(['too-many-removals']);
    const raised = planAt(left, {}, lastNight + dayMs, 20);
    expect(raised.stops).toEqual([]);
    expect(timesOf(afterApply(left, raised))).toEqual(
      timesOf([...good.slice(-2), ...failed.slice(-13), ...left.slice(-1)]),
    );
  });
});

describe('a stolen client that floods the array with snapshots', () => {
  const good = nights('2026-09-01', 60);
  const at = Date.parse('2026-10-30T12:00Z');
  const flood = (state: BackupSet['state']): readonly BackupSet[] =>
    Array.from({ length: 2000 }, (_, index) => setAt(at - hourMs + index * 1000, state));
  const calendar: Policy = { keepDaily: 14, keepWeekly: 6, keepMonthly: 3 };
  const goodThatGo = (sets: readonly BackupSet[], policy: Policy) => {
    const removed = new Set(removedBy(planAt(sets, policy, at)));
    return good.filter(({ id }) => removed.has(id));
  };

  test.each(['complete', 'partial', 'legacy', 'foreign', 'in-flight'] as const)(
    'as %s: by the calendar no good set goes that would not go anyway',
    (state) => {
      expect(goodThatGo([...good, ...flood(state)], calendar)).toEqual(goodThatGo(good, calendar));
    },
  );

  test('as complete: whatever the policy, none goes that is younger than deleteAfter', () => {
    expect(timesOf(goodThatGo([...good, ...flood('complete')], { keepLast: 30 }))).toEqual(timesOf(good.slice(0, 46)));
    expect(timesOf(goodThatGo(good, { keepLast: 30 }))).toEqual(timesOf(good.slice(0, 30)));
  });

  test('never goes itself before its time, and then not without a word', () => {
    const left = [...good.slice(-14), ...flood('complete')];
    expect(removedBy(planAt(left, {}, at))).toEqual([]);
    expect(planAt(left, {}, at + 15 * dayMs).stops.map(({ rule }) => rule)).toEqual(['too-many-removals']);
  });
});

test('plans among a hundred thousand sets, mostly of others, in time', () => {
  const others = Array.from({ length: 100_000 }, (_, index) =>
    setOf('complete', index / 1000, { snapshot: { parentId: 9 }, hasArchive: false }),
  );
  const ours = Array.from({ length: 2000 }, (_, hours) => setOf('complete', hours / 24));
  const policy: Policy = { keepHourly: 24, keepDaily: 30, keepWeekly: 50 };
  const started = performance.now();
  const plan = planAt([...others, ...ours], policy, now.getTime());
  expect(performance.now() - started).toBeLessThan(5000);
  expect(plan.sets).toHaveLength(2000);
  expect(plan.sets.at(-1)).toMatchObject({ createdAt: new Date(now.getTime() - (1999 / 24) * dayMs).toISOString() });
});
