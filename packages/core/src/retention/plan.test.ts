import { describe, expect, test } from 'vitest';
import type { BackupSet } from '../catalogue.js';
import type { Dataset } from '../ports.js';
import { contextOf, now, scope, setAt, setOf } from './histories.test.fixture.js';
import { type PlanContext, planRetention } from './plan.js';
import { retentionPlan } from './retention-plan.js';

const context = contextOf({ minComplete: 1 });

const plannedIn = (sets: readonly BackupSet[], change: Partial<PlanContext> = {}) =>
  planRetention(sets, scope, { ...context, ...change }).sets;

const verdictsOf = (sets: readonly BackupSet[], change?: Partial<PlanContext>) =>
  plannedIn(sets, change).map(({ verdict, reasons }) => `${verdict}: ${reasons.join('; ')}`);

const newest = 'newest complete set of its database; one of those that must stay (1 of 1)';

describe('a plan, newest set first', () => {
  test.each<[string, BackupSet[], string[]]>([
    [
      'a young set stays',
      [setOf('complete', 1), setOf('complete', 13.9)],
      [`keep: younger than 2w; ${newest}`, 'keep: younger than 2w'],
    ],
    [
      'an old set goes when a newer complete one exists',
      [setOf('complete', 1), setOf('complete', 14)],
      [`keep: younger than 2w; ${newest}`, 'remove: older than 2w'],
    ],
    [
      'the newest complete set stays however old it is',
      [setOf('complete', 400), setOf('complete', 500)],
      [`keep: ${newest}`, 'remove: older than 2w'],
    ],
    [
      'remains go only behind a newer complete set',
      [setOf('partial', 20), setOf('complete', 30), setOf('inconsistent', 40), setOf('rehearsal', 50)],
      [
        'keep: no newer complete set of its database',
        `keep: ${newest}`,
        'remove: older than 2w; inconsistent',
        'remove: older than 2w; rehearsal',
      ],
    ],
    [
      'a partial set never counts as the newest',
      [setOf('partial', 1), setOf('complete', 20)],
      ['keep: younger than 2w; no newer complete set of its database', `keep: ${newest}`],
    ],
    [
      'a set in flight and a foreign one stay',
      [setOf('complete', 1), setOf('in-flight', 20), setOf('foreign', 30)],
      [
        `keep: younger than 2w; ${newest}`,
        'keep: its run may still be at work',
        'keep: labelled by something that this version does not know',
      ],
    ],
    [
      'what a snapshot policy of the array made stays, whatever its name or label',
      [
        setOf('complete', 1),
        setOf('legacy', 20, { snapshot: { isPolicyMade: true } }),
        setOf('complete', 30, { snapshot: { isPolicyMade: true } }),
      ],
      [
        `keep: younger than 2w; ${newest}`,
        'keep: made by a snapshot policy of the array',
        'keep: made by a snapshot policy of the array',
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
      [`keep: younger than 2w; ${newest}`, 'remove: older than 2w; legacy'],
    ],
  ])('%s', (_, sets, expected) => {
    expect(verdictsOf(sets)).toEqual(expected);
  });
});

test('every reason has a code', () => {
  const policy = contextOf({ minComplete: 1, keepLast: 2, keepDaily: 2 }).policy;
  const locked = setOf('complete', 50, { snapshot: { isMapped: true } });
  const sets = [setOf('complete', 1), setOf('complete', 20), setOf('partial', 30), setOf('complete', 40), locked];
  expect(plannedIn(sets, { policy }).map(({ rules }) => rules.join(' '))).toEqual([
    'younger-than keep-last keep-daily floor-newest floor-min-complete',
    'keep-last keep-daily',
    'older-than partial',
    'older-than',
    'veto-mapped veto-mapped',
  ]);
});

test('what nobody may touch has a code, too, and one member is enough', () => {
  const [first, ...others] = setOf('complete', 30).members;
  if (first === undefined) throw new Error('a member');
  const members = [...others, { ...first, snapshot: { ...first.snapshot, isPolicyMade: true } }];
  const sets = [setOf('complete', 1), setOf('foreign', 20), { ...setOf('complete', 30), members }];
  expect(plannedIn(sets).map(({ rules }) => rules[0])).toEqual(['younger-than', 'foreign', 'policy-made']);
});

test('a set that is due by age stays when a rule of a period keeps it', () => {
  const policy = contextOf({ minComplete: 1, keepMonthly: 2, deleteAfter: '1d' }).policy;
  expect(verdictsOf([setOf('complete', 0), setOf('complete', 30), setOf('complete', 31)], { policy })).toEqual([
    `keep: younger than 1d; newest of the month 2026-11 (1 of 2); ${newest}`,
    'keep: newest of the month 2026-10 (2 of 2)',
    'remove: older than 1d',
  ]);
});

test('remains have an age of their own', () => {
  const policy = contextOf({ keepIncompleteWithin: '2d' }).policy;
  const sets = [setOf('complete', 1), setOf('rehearsal', 1.9), setOf('partial', 2)];
  expect(verdictsOf(sets, { policy }).slice(1)).toEqual(['keep: younger than 2d', 'remove: older than 2d; partial']);
});

test('two sets of one instant have an order, that of their ids', () => {
  const [a, b] = [setAt('2026-01-01T00:00Z'), setAt('2026-01-01T00:00Z')];
  for (const sets of [
    [a, b],
    [b, a],
  ])
    expect(plannedIn(sets).map(({ set, verdict }) => [set, verdict])).toEqual([
      [b.id, 'keep'],
      [a.id, 'remove'],
    ]);
});

test('the order of one instant is that of the set ids, then that of the lowest snapshot id', () => {
  const [a, b, c] = [1, 2, 3].map(() => setAt('2026-01-01T00:00Z'));
  if (a === undefined || b === undefined || c === undefined) throw new Error('three');
  const order = (sets: readonly BackupSet[]) => plannedIn(sets).map(({ snapshots }) => snapshots[0]?.id);
  const [idOfA, idOfB] = [a, b].map(({ members }) => members[0]?.snapshot.id);
  const [backwardA, backwardB] = [
    { ...a, id: 'z' },
    { ...b, id: 'y' },
  ];
  expect(order([backwardA, backwardB])).toEqual([idOfA, idOfB]);
  expect(order([backwardB, backwardA])).toEqual([idOfA, idOfB]);
  const wide = { ...a, id: 'x', members: [...a.members, ...c.members] };
  expect(order([wide, { ...b, id: 'x' }])).toEqual([idOfB, idOfA]);
});

test('two legacy snapshots of one instant and one name have an order, too', () => {
  const [a, b] = [setAt('2026-01-01T00:00Z', 'legacy'), setAt('2026-01-01T00:00Z', 'legacy')];
  const named = { ...b, id: a.id };
  const ids = (sets: readonly BackupSet[]) =>
    plannedIn(sets).map(({ snapshots, verdict }) => [snapshots[0]?.id, verdict]);
  expect(ids([a, named])).toEqual([
    [b.members[0]?.snapshot.id, 'keep'],
    [a.members[0]?.snapshot.id, 'remove'],
  ]);
  expect(ids([named, a])).toEqual(ids([a, named]));
});

describe('a set that is due is blocked, whole, when a member', () => {
  const lockedUntil = new Date('2027-01-01T00:00:00Z');
  test.each<[string, Partial<Dataset>, string]>([
    ['is locked', { lockExpiresAt: lockedUntil }, 'veto-locked'],
    ['is mapped', { isMapped: true }, 'veto-mapped'],
    ['is exported', { isMapped: true, type: 'filesystem' }, 'veto-exported'],
    ['has children', { hasChildren: true }, 'veto-children'],
    ['is replicated', { isReplicated: true }, 'veto-replicated'],
  ])('%s', (_, snapshot, rule) => {
    const due = setOf('complete', 20, { snapshot, hasArchive: false });
    const [, planned] = plannedIn([setOf('complete', 1), due]);
    expect(planned).toMatchObject({ verdict: 'blocked', rules: [rule], vetoes: [{ kind: rule.slice(5) }] });
    expect(planned?.reasons[0]).toContain(due.members[0]?.snapshot.name);
  });

  test('is pinned', () => {
    const [, planned] = plannedIn([setOf('complete', 1), setOf('complete', 20, { isPinned: true })]);
    expect(planned).toMatchObject({ verdict: 'blocked', rules: ['veto-pinned'] });
    expect(planned).not.toHaveProperty('blockedUntil');
  });

  test('but a lock that has lapsed blocks nothing', () => {
    expect(verdictsOf([setOf('complete', 1), setOf('complete', 20, { snapshot: { lockExpiresAt: now } })])[1]).toMatch(
      /^remove/,
    );
  });

  test('and says until when, where every veto has an end', () => {
    const until = (lockExpiresAt: Date, change: Partial<Dataset> = {}) =>
      plannedIn([
        setOf('complete', 1),
        setOf('complete', 20, { hasArchive: false, snapshot: { lockExpiresAt, ...change } }),
      ])[1];
    expect(until(lockedUntil)).toMatchObject({
      blockedUntil: '2027-01-01T00:00:00.000Z',
      vetoes: [{ kind: 'locked', until: '2027-01-01T00:00:00.000Z' }],
    });
    expect(until(lockedUntil, { isMapped: true })).not.toHaveProperty('blockedUntil');
  });

  test('and of several ends the last counts', () => {
    const later = new Date('2027-02-01T00:00:00Z');
    const due = setOf('complete', 20, { snapshot: { lockExpiresAt: lockedUntil }, hasArchive: false });
    const pin = { by: 'anna', reason: 'audit', until: later, at: now };
    const [, planned] = plannedIn([setOf('complete', 1), { ...due, isPinned: true, pin }]);
    expect(planned?.blockedUntil).toBe('2027-02-01T00:00:00.000Z');
    expect(planned?.vetoes[0]).toMatchObject({ kind: 'pinned', by: 'anna', reason: 'audit' });
  });
});

describe('what was read of a snapshot beforehand', () => {
  const due = setOf('complete', 20, { snapshot: { isMapped: true }, hasArchive: false });
  const id = due.members[0]?.snapshot.id ?? 0;

  test('names what the catalogue can only see', () => {
    const vetoes = new Map([[id, [{ kind: 'mapped' as const, object: 'data1 (1) to host db7' }]]]);
    const [, planned] = plannedIn([setOf('complete', 1), due], { vetoes });
    expect(planned).toMatchObject({
      verdict: 'blocked',
      vetoes: [{ kind: 'mapped', object: 'data1 (1) to host db7' }],
    });
    expect(planned?.vetoes).toHaveLength(1);
  });

  test('blocks what the catalogue says nothing of', () => {
    const free = setOf('complete', 20, { hasArchive: false });
    const vetoes = new Map([
      [free.members[0]?.snapshot.id ?? 0, [{ kind: 'exported' as const, object: 'x', until: new Date(now) }]],
    ]);
    expect(plannedIn([setOf('complete', 1), free], { vetoes })[1]?.rules).toEqual(['veto-exported']);
  });

  test('takes nothing away from what the catalogue shows', () => {
    const vetoes = new Map([[id, [{ kind: 'children' as const, object: 'x' }]]]);
    expect(plannedIn([setOf('complete', 1), due], { vetoes })[1]?.rules).toEqual(['veto-children', 'veto-mapped']);
  });
});

test('a set that stays shows what would forbid its removal, and stays for its own reasons', () => {
  const [planned] = plannedIn([setOf('complete', 1, { isPinned: true })]);
  expect(planned).toMatchObject({
    verdict: 'keep',
    rules: ['younger-than', 'floor-newest'],
    vetoes: [{ kind: 'pinned' }],
  });
});

test('a set in flight stays, and the run at work is a veto', () => {
  expect(plannedIn([setOf('in-flight', 20)])[0]).toMatchObject({
    verdict: 'keep',
    rules: ['veto-in-flight'],
    vetoes: [{ kind: 'in-flight' }],
  });
});

test('a plan is a document: who, by which policy, when, and until when it is good', () => {
  const set = setAt('2026-11-24T11:00:00Z');
  const plan = planRetention([set], scope, { ...context, zone: 'Europe/Amsterdam' });
  expect(retentionPlan.parse(plan)).toEqual(plan);
  const [data, archive] = set.members;
  expect(plan).toMatchObject({
    database: 'ORCL',
    array: { name: 'ibox1', serial: '20040' },
    policyHash: expect.stringMatching(/^[0-9a-f]{16}$/),
    now: '2026-11-24T13:00:00.000+01:00',
    madeAt: '2026-11-24T13:00:00.000+01:00',
    expiresAt: '2026-11-25T13:00:00.000+01:00',
    zone: 'Europe/Amsterdam',
    stops: [],
    sets: [
      {
        set: set.id,
        database: 'ORCL',
        dbid: '1',
        state: 'complete',
        createdAt: '2026-11-24T12:00:00.000+01:00',
        snapshots: [
          { id: data?.snapshot.id, name: data?.snapshot.name, role: 'data', parentId: 1001 },
          { id: archive?.snapshot.id, role: 'archive', parentId: 1002, createdAt: '2026-11-24T12:00:00.000+01:00' },
        ],
      },
    ],
  });
});

test('a snapshot without a label has no database and no role', () => {
  const [planned] = plannedIn([setOf('legacy', 20)]);
  expect(planned).not.toHaveProperty('database');
  expect(planned?.snapshots[0]).not.toHaveProperty('role');
});

test('what has become a master and still has a label is kept, without a parent', () => {
  const promoted = setOf('foreign', 20, { snapshot: { kind: 'master', parentId: undefined } });
  const [planned] = planRetention([promoted], { ...scope, volumeIds: 'all' }, context).sets;
  expect(planned).toMatchObject({ verdict: 'keep', snapshots: [{ parentId: 0 }] });
});

describe('a plan names the safety rules that halt it', () => {
  const month = Array.from({ length: 30 }, (_, day) => setOf('complete', 20 + day));

  test('more removals than the cap, which one run may raise', () => {
    const rulesOf = (change: Partial<PlanContext>) =>
      planRetention(month, scope, { ...context, ...change }).stops.map(({ rule }) => rule);
    expect(rulesOf({})).toEqual(['too-many-removals']);
    expect(rulesOf({ maxRemovals: 28 })).toEqual(['too-many-removals']);
    expect(rulesOf({ maxRemovals: 29 })).toEqual([]);
  });

  test('clocks that differ', () => {
    const { stops } = planRetention([], scope, { ...context, arrayTime: new Date(now.getTime() - 301_000) });
    expect(stops.map(({ rule }) => rule)).toEqual(['clock-difference']);
  });
});
