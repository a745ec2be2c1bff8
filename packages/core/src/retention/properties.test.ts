import fc from 'fast-check';
import { Settings } from 'luxon';
import { afterEach, expect, test } from 'vitest';
import { type BackupSet, databaseKey, type SetState } from '../catalogue.js';
import { findStops } from './guard.js';
import { afterApply, contextOf, dayMs, hourMs, now, removedBy, scope, setAt } from './histories.test.fixture.js';
import { planRetention } from './plan.js';
import type { RetentionPolicy } from './policy.js';
import { parentsOf, type RetentionScope } from './scope.js';

const states: readonly SetState[] = [
  'complete',
  'complete',
  'complete',
  'in-flight',
  'partial',
  'inconsistent',
  'rehearsal',
  'foreign',
  'legacy',
];
const rarely = fc.nat(9).map((chance) => chance === 0);

/** One set of some age up to three months; ages are often equal, and often within one hour or day. */
const anySet: fc.Arbitrary<BackupSet> = fc
  .record({
    state: fc.constantFrom(...states),
    age: fc.oneof(
      fc.nat(90).map((days) => days * dayMs),
      fc.nat(90 * 24).map((hours) => hours * hourMs),
      fc.nat(90 * 24 * 60).map((minutes) => minutes * 60_000),
    ),
    dbid: fc.constantFrom('1', '1', '1', '2'),
    isPinned: rarely,
    isMapped: rarely,
    isPolicyMade: rarely,
    parentId: fc.constantFrom(1001, 1001, 1003),
    hasArchive: fc.boolean(),
  })
  .map(({ state, age, dbid, isPinned, hasArchive, ...snapshot }) =>
    setAt(now.getTime() - age, state, { dbid, isPinned, hasArchive, snapshot }),
  );

const history = fc.array(anySet, { maxLength: 40 });

const count = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 8 }));
const policies: fc.Arbitrary<RetentionPolicy> = fc.record({
  keepLast: count,
  keepWithin: count.map((days) => days * dayMs),
  keepHourly: count,
  keepDaily: count,
  keepWeekly: count,
  keepMonthly: count,
  keepYearly: fc.nat(2),
  deleteAfter: fc.integer({ min: 1, max: 30 }).map((days) => days * dayMs),
  keepIncompleteWithin: fc.integer({ min: 1, max: 30 }).map((days) => days * dayMs),
  zone: fc.constantFrom('UTC', 'Europe/Amsterdam', 'America/New_York', 'Australia/Lord_Howe'),
  minComplete: fc.integer({ min: 1, max: 5 }),
  maxAge: fc.constant(undefined),
  maxRemovals: fc.constant(undefined),
  clockTolerance: fc.constant(300_000),
  nameContains: fc.constant('orasync'),
});

const ours: RetentionScope = {
  database: 'ORCL',
  volumeIds: { data: new Set([1001, 1003]), archive: new Set([1002]) },
};
const planFor = (sets: readonly BackupSet[], policy: RetentionPolicy, at = now) =>
  planRetention(sets, ours, { ...contextOf(), policy, now: at });
const always = (work: (sets: BackupSet[], policy: RetentionPolicy) => void) =>
  fc.assert(fc.property(history, policies, work));

/** That which no policy may take, told without what the plan is made by. */
const expectFloors = (before: readonly BackupSet[], after: readonly BackupSet[], minComplete: number): void => {
  const stays = new Set(after);
  for (const set of before) {
    if (set.state === 'complete' && set.database !== undefined) {
      const key = databaseKey(set.database);
      const isOfSame = (other: BackupSet) =>
        other.state === 'complete' && other.database !== undefined && databaseKey(other.database) === key;
      const existing = before.filter(isOfSame);
      const left = after.filter(isOfSame);
      expect(left.length).toBeGreaterThanOrEqual(Math.min(minComplete, existing.length));
      const newestMs = Math.max(...existing.map(({ createdAt }) => createdAt.getTime()));
      expect(left.some(({ createdAt }) => createdAt.getTime() === newestMs)).toBe(true);
    }
    if (set.state === 'legacy' && !stays.has(set)) {
      const [parent] = parentsOf(set);
      const covers = (other: BackupSet) =>
        (other.state === 'complete' || other.state === 'legacy') &&
        other.createdAt.getTime() >= set.createdAt.getTime() &&
        parentsOf(other).some((id) => id === parent);
      expect(after.some(covers)).toBe(true);
    }
  }
};

test('floors hold for every history and every policy', () => {
  expect.hasAssertions();
  always((sets, policy) => expectFloors(sets, afterApply(sets, planFor(sets, policy)), policy.minComplete));
});

test('keep, remove and blocked part the input, and nothing is named twice', () => {
  always((sets, policy) => {
    const plan = planFor(sets, policy);
    expect(plan.sets.map(({ set }) => set).sort()).toEqual(sets.map(({ id }) => id).sort());
    for (const { verdict, reasons, rules } of plan.sets) {
      expect(['keep', 'remove', 'blocked']).toContain(verdict);
      expect(reasons.length).toBe(rules.length);
      expect(new Set(rules.filter((rule) => !rule.startsWith('veto-'))).size).toBe(
        rules.filter((rule) => !rule.startsWith('veto-')).length,
      );
    }
  });
});

test('a set goes whole or not at all, and nothing goes that is not ours, young, held or in flight', () => {
  always((sets, policy) => {
    const byId = new Map(sets.map((set) => [set.id, set]));
    for (const planned of planFor(sets, policy).sets.filter(({ verdict }) => verdict === 'remove')) {
      const set = byId.get(planned.set);
      expect(planned.snapshots.map(({ id }) => id)).toEqual(set?.members.map(({ snapshot }) => snapshot.id));
      expect(['complete', 'partial', 'inconsistent', 'rehearsal', 'legacy']).toContain(set?.state);
      expect(set?.isPinned).toBe(false);
      expect(set?.members.some(({ snapshot }) => snapshot.isMapped || snapshot.isPolicyMade)).toBe(false);
      const isBackup = set?.state === 'complete' || set?.state === 'legacy';
      const ageMs = now.getTime() - (set?.createdAt.getTime() ?? 0);
      expect(ageMs).toBeGreaterThanOrEqual(isBackup ? policy.deleteAfter : policy.keepIncompleteWithin);
    }
  });
});

test('the guard, which decides by itself, finds nothing in any plan but what the cap forbids', () => {
  always((sets, policy) => {
    const rules = findStops(planFor(sets, policy), { sets, now, arrayTime: now }).map(({ rule }) => rule);
    expect(rules.filter((rule) => rule !== 'too-many-removals')).toEqual([]);
  });
});

test('a plan after its own apply removes nothing', () => {
  always((sets, policy) => {
    const left = afterApply(sets, planFor(sets, policy));
    expect(removedBy(planFor(left, policy))).toEqual([]);
  });
});

test('a run that failed removes nothing, whatever it left', () => {
  const failed = fc
    .tuple(anySet, fc.constantFrom<SetState[]>('partial', 'inconsistent', 'rehearsal', 'in-flight'))
    .map(([set, state]): BackupSet => ({ ...set, state, database: { name: 'ORCL', uniqueName: 'ORCL', dbid: '1' } }));
  fc.assert(
    fc.property(history, policies, failed, (sets, policy, remains) => {
      const isOther = (id: string) => id !== remains.id;
      expect(removedBy(planFor([...sets, remains], policy)).filter(isOther)).toEqual(removedBy(planFor(sets, policy)));
    }),
  );
});

test('time that passes without a backup never goes below the floors, however often retention runs', () => {
  expect.hasAssertions();
  const steps = fc.array(
    fc.integer({ min: 1, max: 200 }).map((days) => days * dayMs),
    { minLength: 1, maxLength: 6 },
  );
  fc.assert(
    fc.property(history, policies, steps, (sets, policy, passing) => {
      let left: readonly BackupSet[] = sets;
      let at = now.getTime();
      for (const step of passing) {
        at += step;
        left = afterApply(left, planFor(left, policy, new Date(at)));
      }
      expectFloors(sets, left, policy.minComplete);
    }),
  );
});

test('the order of the input, and so the paging of the array, does not matter', () => {
  fc.assert(
    fc.property(
      history.chain((sets) => fc.tuple(fc.constant(sets), fc.shuffledSubarray(sets, { minLength: sets.length }))),
      policies,
      ([sets, shuffled], policy) => {
        expect(planFor(shuffled, policy)).toEqual(planFor(sets, policy));
      },
    ),
  );
});

afterEach(() => {
  Settings.defaultZone = 'system';
});

test('the zone of the host and that of the report do not matter', () => {
  always((sets, policy) => {
    const verdicts = (hostZone: string, zone: string) => {
      Settings.defaultZone = hostZone;
      const plan = planRetention(sets, ours, { ...contextOf(), policy, zone });
      return plan.sets.map(({ set, verdict, rules, reasons }) => [set, verdict, rules, reasons]);
    };
    expect(verdicts('Pacific/Auckland', 'America/New_York')).toEqual(verdicts('UTC', 'Asia/Kathmandu'));
  });
});

test('a policy that keeps more never removes more', () => {
  const more = fc.record({
    keepLast: count,
    keepWithin: count.map((days) => days * dayMs),
    keepHourly: count,
    keepDaily: count,
    keepWeekly: count,
    keepMonthly: count,
    keepYearly: count,
    minComplete: count,
    deleteAfter: count.map((days) => days * dayMs),
    keepIncompleteWithin: count.map((days) => days * dayMs),
  });
  fc.assert(
    fc.property(history, policies, more, (sets, policy, added) => {
      const bumped = Object.entries(added).map(([key, by]) => [key, policy[key as keyof typeof added] + by]);
      const looser: RetentionPolicy = { ...policy, ...Object.fromEntries(bumped) };
      expect(removedBy(planFor(sets, policy))).toEqual(expect.arrayContaining([...removedBy(planFor(sets, looser))]));
    }),
  );
});

test('the sets of other databases on other volumes change nothing and are not in the plan', () => {
  const others = fc.array(
    anySet.map((set) => ({
      ...set,
      members: set.members.map((member) => ({ ...member, snapshot: { ...member.snapshot, parentId: 7 } })),
    })),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(history, others, policies, (sets, strangers, policy) => {
      expect(planFor([...sets, ...strangers], policy)).toEqual(planFor(sets, policy));
    }),
  );
});

/** The keep rules told another way: by the calendar of the platform, and each set by itself. */
const keptByRules = (sets: readonly BackupSet[], set: BackupSet, policy: RetentionPolicy): boolean => {
  const rank = ({ createdAt, id }: BackupSet) => `${createdAt.toISOString()} ${id}`;
  const complete = sets.filter(
    (other) => other.state === 'complete' && other.database?.dbid === set.database?.dbid && !other.isPinned,
  );
  const newer = complete.filter((other) => rank(other) > rank(set));
  const all = sets.filter((other) => other.state === 'complete' && other.database?.dbid === set.database?.dbid);
  const newestMs = Math.max(...all.map(({ createdAt }) => createdAt.getTime()));
  if (policy.keepWithin > 0 && newestMs - set.createdAt.getTime() <= policy.keepWithin) return true;
  if (set.isPinned) return false;
  if (newer.length < policy.keepLast) return true;
  const local = (at: Date) =>
    new Intl.DateTimeFormat('sv-SE', {
      timeZone: policy.zone,
      dateStyle: 'short',
      timeStyle: 'short',
    }).format(at);
  const offset = (at: Date) =>
    Date.parse(`${local(at).replace(' ', 'T')}Z`) - Math.floor(at.getTime() / 60_000) * 60_000;
  const weekOf = (at: Date) => {
    const midnight = Date.parse(`${local(at).slice(0, 10)}T00:00Z`);
    return String(midnight - ((new Date(midnight).getUTCDay() + 6) % 7) * dayMs);
  };
  const rules: readonly [number, (at: Date) => string][] = [
    [policy.keepHourly, (at) => `${local(at).slice(0, 13)} ${offset(at)}`],
    [policy.keepDaily, (at) => local(at).slice(0, 10)],
    [policy.keepWeekly, weekOf],
    [policy.keepMonthly, (at) => local(at).slice(0, 7)],
    [policy.keepYearly, (at) => local(at).slice(0, 4)],
  ];
  return rules.some(([limit, periodOf]) => {
    const own = periodOf(set.createdAt);
    const periods = new Set(newer.map(({ createdAt }) => periodOf(createdAt)));
    return !periods.has(own) && periods.size < limit;
  });
};

test('the keep rules keep what another way of telling them keeps', () => {
  const complete = history.map((sets) => sets.filter(({ state }) => state === 'complete'));
  fc.assert(
    fc.property(complete, policies, (sets, policy) => {
      const plan = planRetention(sets, { ...scope, volumeIds: 'all' }, { ...contextOf(), policy });
      const byId = new Map(sets.map((set) => [set.id, set]));
      for (const { set: id, rules } of plan.sets) {
        const set = byId.get(id);
        if (set === undefined) throw new Error('every set is one of the input');
        const isKept = rules.some((rule) => rule.startsWith('keep-'));
        expect(isKept).toBe(keptByRules(sets, set, policy));
      }
    }),
  );
});
