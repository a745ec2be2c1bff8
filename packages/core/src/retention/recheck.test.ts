import { describe, expect, test } from 'vitest';
import { setUp } from './apply.test.fixture.js';
import { keeperOf, whatChanged, whatIsLost } from './recheck.js';
import type { PlannedSet, RetentionPlan } from './retention-plan.js';

const planned = (set: string, change: Partial<PlannedSet> = {}, parents: readonly number[] = [1]): PlannedSet => ({
  ...{ set, database: 'ORCL', dbid: '1', state: 'complete', createdAt: '2026-11-20T12:00:00Z', verdict: 'keep' },
  ...{ reasons: [], rules: [], vetoes: [] },
  snapshots: parents.map((parentId, index) => ({
    ...{ id: index, name: `${set}_${index}`, parentId, createdAt: '2026-11-20T12:00:00Z' },
  })),
  ...change,
});

const planOf = (...sets: readonly PlannedSet[]) => ({ sets }) as unknown as RetentionPlan;
const old = { verdict: 'remove', createdAt: '2026-11-01T12:00:00Z' } as const;

describe('the set that lets another go', () => {
  const doomed = planned('doomed', old);
  test.each<[string, PlannedSet, boolean]>([
    ['is complete, newer and of the same database', planned('keeper'), true],
    ['may be of the same moment', planned('keeper', { createdAt: old.createdAt }), true],
    ['may be one that something holds', planned('keeper', { verdict: 'blocked' }), true],
    ['is none that goes itself', planned('keeper', { verdict: 'remove' }), false],
    ['is none that is older', planned('keeper', { createdAt: '2026-10-31T12:00:00Z' }), false],
    ['is none that is not complete', planned('keeper', { state: 'partial' }), false],
    ['is none of another database', planned('keeper', { database: 'OTHER' }), false],
    ['is none of another DBID', planned('keeper', { dbid: '2' }), false],
    ['is no legacy snapshot', planned('keeper', { state: 'legacy' }), false],
  ])('%s', (_, keeper, lets) => {
    expect(keeperOf(doomed, planOf(doomed, keeper))).toBe(lets ? keeper : undefined);
  });

  const legacy = planned('legacy', { ...old, state: 'legacy', database: undefined, dbid: undefined }, [1]);
  test.each<[string, PlannedSet, boolean]>([
    ['may be a complete set with a snapshot of the same volume', planned('keeper', {}, [2, 1]), true],
    ['may be a newer legacy snapshot of the volume', planned('keeper', { state: 'legacy' }, [1]), true],
    ['is none of other volumes', planned('keeper', {}, [2, 3]), false],
    ['is none that is not complete, even of the volume', planned('keeper', { state: 'partial' }, [1]), false],
    ['is none that is older', planned('keeper', { createdAt: '2026-10-31T12:00:00Z' }, [1]), false],
  ])('when that is a legacy snapshot, %s', (_, keeper, lets) => {
    expect(keeperOf(legacy, planOf(legacy, keeper))).toBe(lets ? keeper : undefined);
  });

  test('no longer does when it has lost a member or its marker', async () => {
    const { array, plan } = setUp(2);
    const [newest, other] = (await plan()).plan.sets;
    if (newest === undefined || other === undefined) throw new Error('two sets');
    expect(await whatIsLost(newest, { array })).toBeUndefined();
    await array.removeLabel(newest.snapshots[0]?.id ?? 0, 'orasync.complete');
    expect(await whatIsLost(newest, { array })).toMatch(/is no longer whole$/);
    await array.deleteSnapshot(other.snapshots[2]?.id ?? 0);
    expect(await whatIsLost(other, { array })).toMatch(/is no longer whole$/);
  });

  test('needs no marker when it is a legacy snapshot', async () => {
    const { array, plan } = setUp(1);
    const [set] = (await plan()).plan.sets;
    if (set === undefined) throw new Error('one set');
    await array.removeLabel(set.snapshots[0]?.id ?? 0, 'orasync.complete');
    expect(await whatIsLost({ ...set, state: 'legacy' }, { array })).toBeUndefined();
  });
});

describe('a legacy snapshot', () => {
  const setUpLegacy = async () => {
    const context = setUp(1);
    const { simulated, data1, clock } = context;
    const createdAt = new Date(clock.now() - 30 * 86_400_000);
    const id = simulated.addSnapshot({ parentId: data1.id, name: 'orasync_data_2026-10-25_120000', createdAt });
    const legacy = (await context.plan()).plan.sets.find(({ state }) => state === 'legacy');
    if (legacy === undefined) throw new Error('one legacy snapshot');
    return { ...context, id, legacy };
  };

  test('is what was planned for while it has no label', async () => {
    const { legacy, array, clock } = await setUpLegacy();
    expect(await whatChanged(legacy, { array, clock })).toBeUndefined();
  });

  test.each(['{}', '{"v":99}'])('is not any more once it has the label %s', async (label) => {
    const { legacy, array, clock, simulated, id } = await setUpLegacy();
    simulated.setMetadata(id, { 'orasync.set': label });
    expect(await whatChanged(legacy, { array, clock })).toMatch(/^the label of orasync_data_\S+ changed$/);
  });
});

test('a member that has lost its label is not what was planned for', async () => {
  const { array, clock, plan } = setUp(1);
  const [set] = (await plan()).plan.sets;
  if (set === undefined) throw new Error('one set');
  expect(await whatChanged(set, { array, clock })).toBeUndefined();
  await array.removeLabel(set.snapshots[1]?.id ?? 0, 'orasync.set');
  expect(await whatChanged(set, { array, clock })).toMatch(/^the label of \S+ changed$/);
});
