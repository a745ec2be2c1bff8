import { describe, expect, test } from 'vitest';
import type { BackupSet } from '../catalogue.js';
import { RetentionRefusedError } from '../errors.js';
import type { Dataset } from '../ports.js';
import { findStops, guardPlan } from './guard.js';
import { contextOf, now, scope, setOf } from './histories.test.fixture.js';
import { planRetention } from './plan.js';
import type { RetentionPlan } from './retention-plan.js';

const context = contextOf({ minComplete: 1 });
const newest = setOf('complete', 20);
const older = setOf('complete', 30);
const sets = [newest, older];
const plan = planRetention(sets, scope, context);
const facts = { sets, now, arrayTime: now };

/** The plan with these sets removed and no others, whatever was decided. */
const forced = (made: RetentionPlan, ids: readonly string[]): RetentionPlan => ({
  ...made,
  sets: made.sets.map((set) => ({ ...set, verdict: ids.includes(set.set) ? 'remove' : 'keep' })),
});
const rulesOf = (made: RetentionPlan, change: Partial<Parameters<typeof findStops>[1]> = {}) =>
  findStops(made, { ...facts, ...change }).map(({ rule }) => rule);
const changed = (change: Partial<BackupSet>): readonly BackupSet[] => [newest, { ...older, ...change }];
const holding = (snapshot: Partial<Dataset>): readonly BackupSet[] => {
  const [first, ...others] = older.members;
  if (first === undefined) throw new Error('a member');
  return changed({ members: [{ ...first, snapshot: { ...first.snapshot, ...snapshot } }, ...others] });
};

test('a plan that breaks no rule passes', () => {
  expect(plan.sets.map(({ verdict }) => verdict)).toEqual(['keep', 'remove']);
  expect(rulesOf(plan)).toEqual([]);
  expect(() => guardPlan(plan, facts)).not.toThrow();
});

test('a plan that breaks one is refused, with the rule and what to do', () => {
  const work = () => guardPlan(plan, { ...facts, arrayTime: new Date(now.getTime() + 301_400) });
  expect(work).toThrow(RetentionRefusedError);
  expect(work).toThrow(
    expect.objectContaining({
      rule: 'clock-difference',
      message: "the array's clock differs from this host's by 301 s",
      hint: 'Set both clocks, then plan again.',
    }),
  );
});

describe('a plan that was halted when it was made', () => {
  const stop = (rule: string): RetentionPlan => ({ ...plan, stops: [{ rule, message: 'then' }] });
  test('stays halted', () => {
    expect(() => guardPlan(stop('clock-difference'), facts)).toThrow(
      expect.objectContaining({ rule: 'clock-difference', message: 'then' }),
    );
  });
  test('but for the cap, which is looked at again', () => {
    expect(() => guardPlan(stop('too-many-removals'), facts)).not.toThrow();
  });
});

describe('clocks', () => {
  const apart = (ms: number) => rulesOf(plan, { arrayTime: new Date(now.getTime() + ms) });
  test('may differ by the tolerance, and no more', () => {
    expect(apart(300_000)).toEqual([]);
    expect(apart(300_001)).toEqual(['clock-difference']);
    expect(apart(-300_000)).toEqual([]);
    expect(apart(-300_001)).toEqual(['clock-difference']);
  });
  test('may differ by what the policy says', () => {
    const strict = planRetention(sets, scope, contextOf({ minComplete: 1, clockTolerance: '1m' }));
    expect(rulesOf(strict, { arrayTime: new Date(now.getTime() + 60_001) })).toEqual(['clock-difference']);
  });
  test('are not compared when the array does not tell', () => {
    expect(rulesOf(plan, { arrayTime: undefined })).toEqual([]);
  });
});

describe('a set in the future', () => {
  const withFuture = (ms: number) => {
    const all = [setOf('complete', -ms / 86_400_000), ...sets];
    return findStops(planRetention(all, scope, context), { ...facts, sets: all });
  };
  test('halts the plan beyond the tolerance', () => {
    expect(withFuture(300_000)).toEqual([]);
    expect(withFuture(300_001)).toEqual([
      {
        rule: 'set-in-the-future',
        message: expect.stringMatching(/^set .* was made in the future \(2026-11-24T12:05:00.001Z\)$/),
        hint: 'One of the clocks was wrong. Decide by hand.',
      },
    ]);
  });
});

describe('maxAge', () => {
  const aged = (maxAge: string, all: readonly BackupSet[]) =>
    findStops(planRetention(all, scope, contextOf({ minComplete: 1, maxAge })), { ...facts, sets: all });
  test('halts the plan when the newest complete set is older', () => {
    expect(aged('20d', sets)).toEqual([]);
    const [stop] = aged('19d', sets);
    expect(stop?.rule).toBe('max-age');
    expect(stop?.message).toBe(`the newest complete set ${newest.id} is older than 19d (2026-11-04T12:00:00.000Z)`);
    expect(stop?.hint).toMatch(/^Find out why/);
  });
  test('looks at complete sets alone', () => {
    expect(aged('19d', [setOf('partial', 1), ...sets]).map(({ rule }) => rule)).toEqual(['max-age']);
  });
  test('halts removals without any complete set', () => {
    expect(aged('1d', [setOf('legacy', 20), setOf('legacy', 30)])).toEqual([
      { rule: 'max-age', message: 'there is no complete set', hint: expect.stringMatching(/^Find out why/) },
    ]);
    expect(aged('1d', [setOf('legacy', 20)])).toEqual([]);
  });
  test('is not looked at when it is not configured', () => {
    expect(rulesOf(plan)).toEqual([]);
  });
});

describe('the cap on removals', () => {
  const history = (count: number, more: readonly BackupSet[] = []) => [
    ...Array.from({ length: count }, (_, index) => setOf('complete', 20 + index)),
    ...more,
  ];
  const capped = (all: readonly BackupSet[], policy: object = {}, maxRemovals?: number) =>
    findStops(planRetention(all, scope, contextOf({ minComplete: 1, ...policy })), {
      ...facts,
      sets: all,
      maxRemovals,
    });

  test('is ten', () => {
    expect(capped(history(11))).toEqual([]);
    expect(capped(history(12))).toEqual([
      {
        rule: 'too-many-removals',
        message: 'the plan removes 11 of 12 sets, and no more than 10 may go at once',
        hint: 'Read the plan. When it is right, raise the cap for one run.',
      },
    ]);
  });

  test('or a quarter of the sets in scope', () => {
    const keeping = (keepLast: number) => capped(history(60), { keepLast }).length;
    expect(keeping(45)).toBe(0);
    expect(keeping(44)).toBe(1);
    expect(capped(history(63), { keepLast: 48 })).toEqual([]);
    expect(capped(history(63), { keepLast: 47 })).toHaveLength(1);
  });

  test('or what the policy says', () => {
    expect(capped(history(5), { maxRemovals: 3 })).toHaveLength(1);
    expect(capped(history(5), { maxRemovals: 4 })).toEqual([]);
    expect(capped(history(12), { maxRemovals: 11 })).toEqual([]);
    expect(capped(history(2), { maxRemovals: 0 })).toHaveLength(1);
  });

  test('or what one run may do, over the policy', () => {
    expect(capped(history(5), { maxRemovals: 0 }, 4)).toEqual([]);
    expect(capped(history(5), {}, 3)).toHaveLength(1);
  });

  test('is not raised by what is not ours, nor by what a plan says of sets that there are not', () => {
    const foreign = Array.from({ length: 100 }, () => setOf('foreign', 1));
    expect(capped(history(12, foreign))).toHaveLength(1);
    const all = history(60);
    const made = planRetention(all, scope, contextOf({ minComplete: 1, keepLast: 45 }));
    const fewer = all.slice(0, 1);
    expect(findStops(made, { ...facts, sets: fewer }).map(({ rule }) => rule)).toContain('too-many-removals');
    const others = Array.from({ length: 100 }, () => setOf('complete', 1, { dbid: '2' }));
    expect(rulesOf(planRetention(history(12), scope, context), { sets: others })).toContain('too-many-removals');
  });
});

describe('a removal is refused', () => {
  test.each<[string, string, readonly BackupSet[]]>([
    ['not-ours', 'of a set that is not in the catalogue', [newest]],
    ['not-ours', 'of a foreign set', changed({ state: 'foreign' })],
    ['not-ours', 'of a set in flight', changed({ state: 'in-flight' })],
    ['not-ours', 'of what a snapshot policy of the array made', holding({ isPolicyMade: true })],
    ['not-ours', 'of a master', holding({ kind: 'master' })],
    ['half-a-set', 'of some members', changed({ members: older.members.slice(0, 1) })],
    ['in-use', 'of a pinned set', changed({ isPinned: true })],
    ['in-use', 'of what is mapped', holding({ isMapped: true })],
    ['in-use', 'of what has children', holding({ hasChildren: true })],
    ['in-use', 'of what is replicated', holding({ isReplicated: true })],
    ['in-use', 'of what is locked', holding({ lockExpiresAt: new Date(now.getTime() + 1) })],
    ['too-young', 'of what is younger than deleteAfter', changed({ createdAt: new Date(now.getTime() - 1) })],
  ])('by the rule %s: %s', (rule, _, catalogue) => {
    const stops = findStops(plan, { ...facts, sets: catalogue });
    expect(stops.map((stop) => stop.rule)).toContain(rule);
    expect(stops.find((stop) => stop.rule === rule)?.message).toContain(older.id);
    expect(stops.find((stop) => stop.rule === rule)?.message).toMatch(/^the plan (removes|does not remove)/);
  });

  test('of a set without members, in the catalogue or in the plan, is none of a set that there is', () => {
    expect(rulesOf(plan, { sets: changed({ members: [] }) })).toEqual(['not-ours']);
    const bare = { ...plan, sets: plan.sets.map((set) => ({ ...set, snapshots: [] })) };
    expect(rulesOf(bare)).toEqual(['not-ours']);
  });

  test('a lock that has lapsed forbids nothing', () => {
    expect(rulesOf(plan, { sets: holding({ lockExpiresAt: now }) })).toEqual([]);
  });

  test('a set that is the same by name and begins with another snapshot is not the one', () => {
    expect(rulesOf(plan, { sets: holding({ id: 1 }) })).toEqual(['not-ours']);
  });

  test('of two sets of one name each is judged by itself', () => {
    const twin = setOf('legacy', 40);
    const [a, b] = [setOf('legacy', 30), { ...twin, id: 'x' }];
    const named = { ...a, id: 'x' };
    const all = [newest, named, b];
    expect(rulesOf(planRetention(all, scope, context), { sets: all })).toEqual([]);
  });
});

describe('too young is judged', () => {
  const age = (state: BackupSet['state'], days: number) => {
    const set = setOf(state, days);
    const all = [setOf('complete', 0.5), setOf('complete', 1), set];
    const made = planRetention(
      all,
      scope,
      contextOf({ minComplete: 1, deleteAfter: '5d', keepIncompleteWithin: '9d' }),
    );
    return rulesOf(forced(made, [set.id]), { sets: all });
  };
  test('by deleteAfter for complete and legacy sets, by keepIncompleteWithin for remains', () => {
    expect(age('complete', 5)).toEqual([]);
    expect(age('complete', 4.99)).toEqual(['too-young']);
    expect(age('legacy', 5)).toEqual([]);
    expect(age('legacy', 4.99)).toEqual(['too-young']);
    expect(age('partial', 9)).toEqual([]);
    expect(age('partial', 8.99)).toEqual(['too-young']);
  });
});

describe('the newest complete set of a database', () => {
  const rule = (all: readonly BackupSet[], ids: readonly string[], minComplete = 1) =>
    findStops(forced(planRetention(all, scope, contextOf({ minComplete })), ids), { ...facts, sets: all });

  test('never goes', () => {
    const message = `set ${newest.id} is the newest complete one of ORCL`;
    expect(rule(sets, [newest.id])).toEqual([{ rule: 'last-complete-set', message }]);
    expect(rule(sets.toReversed(), [newest.id])).toEqual([{ rule: 'last-complete-set', message }]);
    expect(rule(sets, [newest.id, older.id])[1]?.message).toBe(
      'the plan leaves 0 of the complete sets of ORCL, and 1 must stay',
    );
  });

  test('is not one of another database', () => {
    const other = setOf('complete', 30, { dbid: '2' });
    expect(rule([newest, other], [other.id]).map((stop) => stop.rule)).toEqual(['last-complete-set', 'min-complete']);
  });

  test('is either of two from one instant, as long as one stays', () => {
    const twin = setOf('complete', 20);
    for (const all of [
      [newest, twin],
      [twin, newest],
    ])
      for (const each of all) expect(rule(all, [each.id])).toEqual([]);
  });

  test('does not go alone: so many stay as the policy says', () => {
    const oldest = setOf('complete', 40);
    const all = [newest, older, oldest];
    expect(rule(all, [oldest.id], 2)).toEqual([]);
    expect(rule(all, [older.id, oldest.id], 2)).toEqual([
      { rule: 'min-complete', message: 'the plan leaves 1 of the complete sets of ORCL, and 2 must stay' },
    ]);
    expect(rule(all, [], 5)).toEqual([]);
  });

  test('must be newer than the remains that go', () => {
    const [before, at, after] = [setOf('partial', 21), setOf('partial', 20), setOf('partial', 19)];
    const all = [newest, before, at, after];
    expect(rule(all, [before.id])).toEqual([]);
    for (const each of [at, after])
      expect(rule(all, [each.id])).toEqual([
        { rule: 'no-newer-complete', message: `no complete set is newer than ${each.id}` },
      ]);
    const ofAnother = setOf('partial', 30, { dbid: '2' });
    expect(rule([newest, ofAnother], [ofAnother.id]).map((stop) => stop.rule)).toEqual(['no-newer-complete']);
  });

  test('is nothing to a legacy snapshot, nor to a complete set of which no database is known', () => {
    const [first, second] = [setOf('legacy', 20), setOf('legacy', 30)];
    expect(rule([first, second], [second.id])).toEqual([]);
    expect(rule([{ ...older, database: undefined }], [])).toEqual([]);
  });
});
