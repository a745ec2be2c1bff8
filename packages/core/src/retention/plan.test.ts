import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BackupSet, SetState } from '../catalogue.js';
import { RetentionRefusedError } from '../errors.js';
import type { Dataset } from '../ports.js';
import { guardPlan } from './guard.js';
import { type PlanContext, planRetention, type RetentionScope } from './plan.js';
import { retentionPolicy } from './policy.js';

const dayMs = 86_400_000;
const now = new Date('2026-11-24T12:00:00Z');
const scope: RetentionScope = { database: 'ORCL', volumeIds: { data: new Set([1001]), archive: new Set([1002]) } };
const context: PlanContext = {
  array: { name: 'ibox1', serial: '20040' },
  policy: retentionPolicy.parse({}),
  now,
  zone: 'utc',
};

let nextId = 2000;
const snapshot = (ageDays: number, change: Partial<Dataset> = {}): Dataset => {
  nextId += 1;
  return {
    id: nextId,
    name: `orasync_data_${nextId}`,
    type: 'volume',
    kind: 'snapshot',
    parentId: 1001,
    groupId: undefined,
    depth: 1,
    createdAt: new Date(now.getTime() - ageDays * dayMs),
    isWriteProtected: true,
    isMapped: false,
    hasChildren: false,
    lockExpiresAt: undefined,
    isPolicyMade: false,
    isReplicated: false,
    ...change,
  };
};

const setOf = (state: SetState, ageDays: number, change: Partial<Dataset> = {}, dbid = '1'): BackupSet => {
  const data = snapshot(ageDays, change);
  const isLabelled = state !== 'legacy' && state !== 'foreign';
  const archive = snapshot(ageDays, { name: `orasync_archive_${data.id}`, parentId: 1002 });
  return {
    id: isLabelled ? `set-${data.id}` : data.name,
    state,
    database: isLabelled ? { name: 'ORCL', uniqueName: 'ORCL', dbid } : undefined,
    createdAt: data.createdAt,
    members: isLabelled
      ? [
          { snapshot: data, role: 'data' },
          { snapshot: archive, role: 'archive' },
        ]
      : [{ snapshot: data, role: undefined }],
    isPinned: false,
    label: undefined,
  };
};

const verdictsOf = (sets: readonly BackupSet[], within: RetentionScope = scope) =>
  planRetention(sets, within, context).sets.map(({ verdict, reasons }) => `${verdict}: ${reasons.join('; ')}`);

describe('a plan, newest set first', () => {
  test.each<[string, BackupSet[], string[]]>([
    [
      'a young set stays',
      [setOf('complete', 1), setOf('complete', 13.9)],
      ['keep: younger than 2w; newest complete set of its database', 'keep: younger than 2w'],
    ],
    [
      'an old set goes when a newer complete one exists',
      [setOf('complete', 1), setOf('complete', 14)],
      ['keep: younger than 2w; newest complete set of its database', 'remove: older than 2w'],
    ],
    [
      'the newest complete set stays however old it is',
      [setOf('complete', 400), setOf('complete', 500)],
      ['keep: newest complete set of its database', 'remove: older than 2w'],
    ],
    [
      'each database has a newest set of its own',
      [setOf('complete', 20, {}, '1'), setOf('complete', 30, {}, '2')],
      ['keep: newest complete set of its database', 'keep: newest complete set of its database'],
    ],
    [
      'remains go only behind a newer complete set',
      [setOf('partial', 20), setOf('complete', 30), setOf('inconsistent', 40)],
      [
        'keep: no newer complete set of its database',
        'keep: newest complete set of its database',
        'remove: older than 2w; inconsistent',
      ],
    ],
    [
      'a partial set never counts as the newest',
      [setOf('partial', 1), setOf('complete', 20)],
      ['keep: younger than 2w; no newer complete set of its database', 'keep: newest complete set of its database'],
    ],
    [
      'a set in flight and a foreign one stay',
      [setOf('complete', 1), setOf('in-flight', 20), setOf('foreign', 30)],
      [
        'keep: younger than 2w; newest complete set of its database',
        'keep: its run may still be at work',
        'keep: labelled by something that this version does not know',
      ],
    ],
    [
      'the newest legacy snapshot of a volume stays',
      [setOf('legacy', 20), setOf('legacy', 30)],
      ['keep: newest of its volume, and no newer complete set covers it', 'remove: older than 2w; legacy'],
    ],
    [
      'a newer complete set releases the last legacy snapshot of its volumes',
      [setOf('complete', 1), setOf('legacy', 20)],
      ['keep: younger than 2w; newest complete set of its database', 'remove: older than 2w; legacy'],
    ],
  ])('%s', (_, sets, expected) => {
    expect(verdictsOf(sets)).toEqual(expected);
  });

  test('a complete set that is older than the legacy snapshot does not release it', () => {
    expect(verdictsOf([setOf('legacy', 20), setOf('complete', 30)])[0]).toMatch(/^keep/);
  });
});

test('a clone with the DBID of its original has a newest set of its own', () => {
  const original = setOf('complete', 20);
  const clone = { ...setOf('complete', 1), database: { name: 'TEST', uniqueName: 'TEST', dbid: '1' } };
  expect(verdictsOf([clone, original])[1]).toBe('keep: newest complete set of its database');
});

describe('a set that is due is blocked, whole, when a member', () => {
  test.each<[string, Partial<Dataset>, RegExp]>([
    ['is locked', { lockExpiresAt: new Date('2027-01-01T00:00:00Z') }, /is locked until 2027-01-01T00:00:00.000Z/],
    ['is mapped', { isMapped: true }, /is mapped to a host/],
    ['is exported', { isMapped: true, type: 'filesystem' }, /is exported/],
    ['has children', { hasChildren: true }, /has children/],
    ['is replicated', { isReplicated: true }, /takes part in a replication/],
  ])('%s', (_, change, reason) => {
    const [, verdict] = verdictsOf([setOf('complete', 1), setOf('complete', 20, change)]);
    expect(verdict).toMatch(/^blocked: /);
    expect(verdict).toMatch(reason);
  });

  test('is pinned', () => {
    expect(verdictsOf([setOf('complete', 1), { ...setOf('complete', 20), isPinned: true }])[1]).toBe('blocked: pinned');
  });

  test('but a lock that has lapsed blocks nothing', () => {
    expect(verdictsOf([setOf('complete', 1), setOf('complete', 20, { lockExpiresAt: now })])[1]).toMatch(/^remove/);
  });
});

describe('the scope', () => {
  const old = setOf('complete', 20);
  test('leaves out sets of other data volumes, though they share the archive volume', () => {
    expect(verdictsOf([old], { ...scope, volumeIds: { data: new Set([7]), archive: new Set([1002]) } })).toEqual([]);
  });
  test('leaves out sets of another DBID or unique name when those are configured', () => {
    expect(verdictsOf([old], { ...scope, dbid: '2' })).toEqual([]);
    expect(verdictsOf([old], { ...scope, uniqueName: 'OTHER' })).toEqual([]);
  });
  test('takes in what is left of a set without data members when it is of the same database', () => {
    const rest = setOf('partial', 20);
    const archiveOnly = { ...rest, members: rest.members.slice(1) };
    const ofAnother = { ...archiveOnly, id: 'another', database: { name: 'B', uniqueName: 'B', dbid: '2' } };
    expect(verdictsOf([setOf('complete', 1), archiveOnly, ofAnother])).toHaveLength(2);
  });
  test('takes in everything when told so', () => {
    expect(verdictsOf([old, setOf('legacy', 20, { parentId: 7 })], { ...scope, volumeIds: 'all' })).toHaveLength(2);
  });
});

const state = fc.constantFrom<SetState[]>('complete', 'in-flight', 'partial', 'inconsistent', 'foreign', 'legacy');
const history = fc
  .array(fc.tuple(state, fc.double({ min: 0, max: 60, noNaN: true }), fc.boolean(), fc.constantFrom('1', '2')), {
    maxLength: 30,
  })
  .map((items) => items.map(([kind, age, isMapped, dbid]) => setOf(kind, age, { isMapped }, dbid)));

test('every set gets one verdict, whatever the order of the input', () => {
  fc.assert(
    fc.property(history, (sets) => {
      const plan = planRetention(sets, scope, context);
      expect(plan.sets.map(({ set }) => set).sort()).toEqual(sets.map(({ id }) => id).sort());
      expect(planRetention([...sets].reverse(), scope, context)).toEqual(plan);
    }),
  );
});

test('what goes is old, ours, whole and unused, and never the newest complete set of a database', () => {
  fc.assert(
    fc.property(history, (sets) => {
      const plan = planRetention(sets, scope, context);
      expect(() => guardPlan(plan, { sets, now, arrayTime: now })).not.toThrow();
      for (const planned of plan.sets.filter(({ verdict }) => verdict === 'remove')) {
        expect(now.getTime() - Date.parse(planned.createdAt)).toBeGreaterThanOrEqual(14 * dayMs);
        expect(['complete', 'partial', 'inconsistent', 'legacy']).toContain(planned.state);
      }
      for (const dbid of ['1', '2']) {
        const complete = plan.sets.filter((set) => set.dbid === dbid && set.state === 'complete');
        expect(complete.length === 0 || complete.some(({ verdict }) => verdict !== 'remove')).toBe(true);
      }
    }),
  );
});

test('a plan after its own removals removes nothing more', () => {
  fc.assert(
    fc.property(history, (sets) => {
      const gone = new Set(
        planRetention(sets, scope, context)
          .sets.filter(({ verdict }) => verdict === 'remove')
          .map(({ set }) => set),
      );
      const again = planRetention(
        sets.filter(({ id }) => !gone.has(id)),
        scope,
        context,
      );
      expect(again.sets.filter(({ verdict }) => verdict === 'remove')).toEqual([]);
    }),
  );
});

test('a longer deleteAfter never removes more', () => {
  fc.assert(
    fc.property(history, fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 60 }), (sets, days, more) => {
      const removedBy = (deleteAfter: number) =>
        planRetention(sets, scope, { ...context, policy: retentionPolicy.parse({ deleteAfter: `${deleteAfter}d` }) })
          .sets.filter(({ verdict }) => verdict === 'remove')
          .map(({ set }) => set);
      expect(removedBy(days)).toEqual(expect.arrayContaining(removedBy(days + more)));
    }),
  );
});

describe('the guard refuses', () => {
  const newest = setOf('complete', 20);
  const older = setOf('complete', 30);
  const sets = [newest, older];
  const plan = planRetention(sets, scope, context);
  const facts = { sets, now, arrayTime: now };
  const forced = (change: (index: number) => boolean) => ({
    ...plan,
    sets: plan.sets.map((set, index) => (change(index) ? { ...set, verdict: 'remove' as const } : set)),
  });
  const ruleOf = (work: () => void) => {
    try {
      work();
    } catch (error) {
      if (error instanceof RetentionRefusedError) return error.rule;
      throw error;
    }
    return 'none';
  };

  test.each<[string, () => void]>([
    ['none', () => guardPlan(plan, facts)],
    ['none', () => guardPlan(plan, { ...facts, arrayTime: undefined })],
    [
      'last-complete-set',
      () =>
        guardPlan(
          forced(() => true),
          facts,
        ),
    ],
    ['clock-difference', () => guardPlan(plan, { ...facts, arrayTime: new Date(now.getTime() + 400_000) })],
    [
      'set-in-the-future',
      () => {
        const future = [setOf('complete', -1), ...sets];
        guardPlan(planRetention(future, scope, context), { ...facts, sets: future });
      },
    ],
    ['not-ours', () => guardPlan(plan, { ...facts, sets: [newest] })],
    ['not-ours', () => guardPlan(plan, { ...facts, sets: [newest, { ...older, state: 'foreign' }] })],
    [
      'half-a-set',
      () => guardPlan(plan, { ...facts, sets: [newest, { ...older, members: older.members.slice(0, 1) }] }),
    ],
    ['in-use', () => guardPlan(plan, { ...facts, sets: [newest, { ...older, isPinned: true }] })],
  ])('by the rule %s', (rule, work) => {
    expect(ruleOf(work)).toBe(rule);
  });
});

test('a legacy snapshot of an archive volume is in scope too', () => {
  expect(verdictsOf([setOf('legacy', 20, { parentId: 1002 })])).toHaveLength(1);
});

test('what has become a master and still has a label is kept, without a parent', () => {
  const promoted = setOf('foreign', 20, { kind: 'master', parentId: undefined });
  const [planned] = planRetention([promoted], { ...scope, volumeIds: 'all' }, context).sets;
  expect(planned).toMatchObject({ verdict: 'keep', snapshots: [{ parentId: 0 }] });
});
