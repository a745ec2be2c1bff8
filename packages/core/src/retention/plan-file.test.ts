import { expect, test } from 'vitest';
import { formatPlanFile, parsePlanFile, resumePlan } from './plan-file.js';
import { retentionPolicy } from './policy.js';
import { describePolicy, type PlannedSet, type RetentionPlan } from './retention-plan.js';

const snapshot = (id: number) => ({ id, name: `snap${id}`, parentId: 1, createdAt: '2026-11-01T12:00:00.000Z' });

const set = (name: string, verdict: PlannedSet['verdict'], ids: readonly number[]): PlannedSet => ({
  set: name,
  database: 'ORCL',
  dbid: '1',
  state: 'complete',
  createdAt: '2026-11-01T12:00:00.000Z',
  verdict,
  reasons: [`${verdict} it`],
  rules: ['rule'],
  vetoes: [],
  snapshots: ids.map(snapshot),
});

const planOf = (sets: readonly PlannedSet[], change: Partial<RetentionPlan> = {}): RetentionPlan => ({
  database: 'ORCL',
  array: { name: 'box', serial: '20040' },
  ...describePolicy(retentionPolicy.parse({})),
  now: '2026-11-24T12:00:00.000Z',
  madeAt: '2026-11-24T12:00:00.000Z',
  expiresAt: '2026-11-25T12:00:00.000Z',
  zone: 'utc',
  sets: [...sets],
  stops: [],
  ...change,
});

const kept = planOf([set('a', 'keep', [1, 2]), set('b', 'remove', [3, 4]), set('c', 'remove', [5])]);

test('a plan is read back as it was kept', () => {
  expect(parsePlanFile(formatPlanFile([kept]))).toEqual({ v: 1, plans: [kept] });
});

test.each(['', 'no plan', '{}', '{"v":2,"plans":[]}', '{"v":1,"plans":[]}', '{"v":1,"plans":[{"database":"ORCL"}]}'])(
  '%j is no plan file',
  (text) => {
    expect(parsePlanFile(text)).toBeUndefined();
  },
);

test('removes what both plans remove, and keeps what is due only now', () => {
  const fresh = planOf([
    set('a', 'keep', [1, 2]),
    set('b', 'remove', [3, 4]),
    set('c', 'remove', [5]),
    set('d', 'remove', [6]),
  ]);
  const { sets } = resumePlan(kept, fresh);
  expect(sets.map(({ verdict }) => verdict)).toEqual(['keep', 'remove', 'remove', 'keep']);
  expect(sets[3]).toMatchObject({ reasons: ['due, but not in the plan file'], rules: ['not-in-plan-file'] });
});

test('goes on where an earlier run of the same plan ended', () => {
  const rest = { ...set('b', 'remove', [4]), state: 'partial' as const };
  const { sets } = resumePlan(kept, planOf([set('a', 'keep', [1, 2]), rest]));
  expect(sets.map(({ verdict }) => verdict)).toEqual(['keep', 'remove']);
});

test.each<[string, PlannedSet, RegExp]>([
  [
    'is not due any more',
    { ...set('b', 'blocked', [3, 4]), reasons: ['locked', 'mapped'] },
    /set b is not due any more: locked; mapped$/,
  ],
  ['has got another member', set('b', 'remove', [3, 4, 7]), /set b holds snap7 \(7\), which the plan does not know/],
  [
    'has another name on a member',
    { ...set('b', 'remove', [3]), snapshots: [{ ...snapshot(3), name: 'other' }] },
    /holds other \(3\)/,
  ],
  [
    'was made again',
    { ...set('b', 'remove', [3]), snapshots: [{ ...snapshot(3), createdAt: '2026-11-02T12:00:00.000Z' }] },
    /holds snap3 \(3\)/,
  ],
  ['belongs to another set', set('x', 'remove', [3, 4]), /set b belongs to set x now/],
])('stops when a set %s', (_, changed, message) => {
  expect(() => resumePlan(kept, planOf([changed]))).toThrow(message);
  expect(() => resumePlan(kept, planOf([changed]))).toThrow(
    expect.objectContaining({ code: 'RETENTION_REFUSED', rule: 'plan-no-longer-holds' }) as Error,
  );
});

test.each<[string, Partial<RetentionPlan>, string]>([
  [
    'plan-of-another-array',
    { array: { name: 'box', serial: '1' } },
    'the plan is of array 20040, and this is box (serial 1)',
  ],
  [
    'plan-of-another-policy',
    describePolicy(retentionPolicy.parse({ deleteAfter: '15d' })),
    'the policy of ORCL has changed since the plan was made',
  ],
  ['plan-expired', { now: '2026-11-25T12:00:00.000Z' }, 'the plan expired at 2026-11-25T12:00:00.000Z'],
  [
    'plan-of-the-future',
    { now: '2026-11-24T11:00:00.000Z' },
    'the plan was made at 2026-11-24T12:00:00.000Z, which lies ahead',
  ],
])('refuses by the rule %s', (rule, change, message) => {
  expect(() => resumePlan(kept, planOf(kept.sets, change))).toThrow(
    expect.objectContaining({ rule, message, hint: 'Plan again.' }) as Error,
  );
});

test('clocks may differ by what the policy tolerates', () => {
  const toleranceMs = kept.policy.clockToleranceMs;
  const now = new Date(Date.parse(kept.madeAt) - toleranceMs).toISOString();
  expect(resumePlan(kept, planOf(kept.sets, { now })).sets).toEqual(kept.sets);
});

test('leaves what the fresh plan blocks or keeps with its own reasons', () => {
  const fresh = planOf([set('a', 'keep', [1, 2]), set('d', 'blocked', [6])]);
  expect(resumePlan(kept, fresh).sets).toEqual(fresh.sets);
});
