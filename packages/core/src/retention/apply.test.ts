import {
  addHistory,
  arrayPort,
  createFaults,
  createJournal,
  createSimulatedArray,
  createVirtualClock,
} from '@orasync/testing';
import { describe, expect, test } from 'vitest';
import { RetentionIncompleteError, RetentionRefusedError } from '../errors.js';
import { applyRetention, type RemovalOutcome } from './apply.js';
import { planRetention, type RetentionPlan } from './plan.js';
import { retentionPolicy } from './policy.js';
import { readRetentionFacts } from './read-facts.js';

const silent = () => undefined;
const log = { debug: silent, info: silent, warn: silent, error: silent };
const policy = retentionPolicy.parse({});
const volumeNames = ['data1', 'data2', 'arch1'];

const setUp = (days: number) => {
  const clock = createVirtualClock(Date.parse('2026-11-24T12:00:00Z'));
  const journal = createJournal(clock);
  const faults = createFaults();
  const simulated = createSimulatedArray({ clock, journal, faults, username: 'admin', password: 'Fake-pw' });
  const [data1, data2, arch1] = volumeNames.map((name) => ({
    name,
    id: simulated.addVolume({ name, sizeBytes: 1e9 }),
  }));
  if (data1 === undefined || data2 === undefined || arch1 === undefined) throw new Error('three volumes');
  const database = { name: 'ORCL', uniqueName: 'ORCL', dbid: '1' };
  addHistory({ array: simulated, volumes: { data: [data1, data2], archive: [arch1] }, database }, days);
  const array = arrayPort(simulated);
  const stop = new AbortController();
  const told: RemovalOutcome[] = [];
  const plan = async () => {
    const facts = await readRetentionFacts({ nameContains: 'orasync', volumeNames }, { array, clock });
    const volumeIds = { data: new Set([data1.id, data2.id]), archive: new Set([arch1.id]) };
    const scope = { database: 'ORCL', volumeIds };
    return {
      facts,
      plan: planRetention(facts.sets, scope, { array: facts.array, policy, now: facts.now, zone: 'utc' }),
    };
  };
  const apply = async (planned?: RetentionPlan) => {
    const { facts, plan: fresh } = await plan();
    const guardFacts = { sets: facts.sets, now: facts.now, arrayTime: facts.array.time };
    const onRemoval = (outcome: RemovalOutcome) => void told.push(outcome);
    return applyRetention(planned ?? fresh, guardFacts, { array, clock, log, signal: stop.signal, onRemoval });
  };
  const errorOf = async (planned?: RetentionPlan) =>
    apply(planned).then(
      () => undefined,
      (error: unknown) => error,
    );
  const doomed = async () => (await plan()).plan.sets.filter(({ verdict }) => verdict === 'remove');
  const states = async () => (await plan()).facts.sets.map(({ state }) => state);
  return { clock, journal, faults, simulated, array, stop, told, plan, apply, errorOf, doomed, states, data1 };
};

test('removes every set that is due, whole, and nothing else', async () => {
  const { apply, told, states } = setUp(20);
  const outcomes = await apply();
  expect(outcomes).toHaveLength(7 * 3);
  expect(outcomes.every(({ outcome }) => outcome === 'removed')).toBe(true);
  expect(told).toEqual(outcomes);
  expect(await states()).toEqual(Array.from({ length: 13 }, () => 'complete'));
});

test('takes the marker off first, then deletes data members, then archived-log members, without approval unasked', async () => {
  const { apply, journal } = setUp(14);
  const before = journal.entries.length;
  await apply();
  const writes = journal.entries.slice(before).filter(({ what }) => what.startsWith('DELETE'));
  expect(writes[0]?.what).toMatch(/metadata\/\d+\/orasync\.complete$/);
  const deletes = writes.filter(({ what }) => what.includes('/volumes/'));
  expect(new Set(deletes.map(({ what }) => what)).size).toBe(3);
  expect(JSON.stringify(deletes[0]?.detail)).not.toMatch(/approved/);
});

test('a second time there is nothing left to do', async () => {
  const { apply } = setUp(20);
  await apply();
  expect(await apply()).toEqual([]);
});

test('removes legacy snapshots once a complete set covers their volume', async () => {
  const { apply, simulated, data1, clock } = setUp(1);
  const old = new Date(clock.now() - 30 * 86_400_000);
  simulated.addSnapshot({ parentId: data1.id, name: 'orasync_data_2026-10-25_120000', createdAt: old });
  expect((await apply()).map(({ name }) => name)).toEqual(['orasync_data_2026-10-25_120000']);
});

describe('skips a set, whole, that', () => {
  type Context = ReturnType<typeof setUp>;
  test.each<[string, RegExp, (context: Context, ids: number[]) => void]>([
    [
      'was locked meanwhile',
      /is locked until/,
      ({ simulated, clock }, [id = 0]) => simulated.lock(id, new Date(clock.now() + 1e9)),
    ],
    ['was mapped meanwhile', /is mapped/, ({ simulated }, [id = 0]) => simulated.map(id, 'host1')],
    [
      'was pinned meanwhile',
      /was pinned/,
      ({ simulated }, [id = 0]) => simulated.setMetadata(id, { 'orasync.pin': 'keep' }),
    ],
    [
      'got another label meanwhile',
      /label of .* changed/,
      ({ simulated }, [id = 0]) => simulated.setMetadata(id, { 'orasync.set': '{}' }),
    ],
    [
      'got children meanwhile',
      /has children/,
      ({ simulated, clock }, [id = 0]) =>
        void simulated.addSnapshot({ parentId: id, name: 'child', createdAt: new Date(clock.now()) }),
    ],
  ])('%s', async (_, reason, change) => {
    const context = setUp(15);
    const { plan } = await context.plan();
    const [, victim] = await context.doomed();
    const ids = victim?.snapshots.map(({ id }) => id) ?? [];
    const facts = (await context.plan()).facts;
    change(context, ids);
    const guardFacts = { sets: facts.sets, now: facts.now, arrayTime: facts.array.time };
    const dependencies = { ...context, log, signal: context.stop.signal, onRemoval: silent };
    const error = await applyRetention(plan, guardFacts, dependencies).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(RetentionIncompleteError);
    const { outcomes } = error as RetentionIncompleteError;
    const ofVictim = outcomes.filter(({ set }) => set === victim?.set);
    expect(ofVictim.every(({ outcome, reason: why }) => outcome === 'skipped' && reason.test(why ?? ''))).toBe(true);
    expect(outcomes.filter(({ set }) => set !== victim?.set).every(({ outcome }) => outcome === 'removed')).toBe(true);
  });
});

test('stops within a set at a failure, goes on with the next, never leaves half a set complete, and finishes next time', async () => {
  const { faults, errorOf, apply, states } = setUp(15);
  faults.inject({ match: 'DELETE /api/rest/volumes', skip: 2, action: { kind: 'refuse', status: 500 } });
  const error = (await errorOf()) as RetentionIncompleteError;
  expect(error).toBeInstanceOf(RetentionIncompleteError);
  expect(error.outcomes.map(({ outcome }) => outcome)).toEqual([
    'removed',
    'failed',
    'skipped',
    'removed',
    'removed',
    'removed',
  ]);
  expect((await states()).filter((state) => state === 'complete')).toHaveLength(13);
  expect(await states()).toContain('partial');
  await apply();
  expect(await states()).not.toContain('partial');
});

test('a set of which nothing could be deleted counts again', async () => {
  const { faults, errorOf, states } = setUp(14);
  faults.inject({ match: 'DELETE /api/rest/volumes', action: { kind: 'refuse', status: 403, code: 'NOT_YOUR_POOL' } });
  const { outcomes } = (await errorOf()) as RetentionIncompleteError;
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['failed', 'skipped', 'skipped']);
  expect(await states()).toEqual(Array.from({ length: 14 }, () => 'complete'));
});

test('counts a set whose marker could not be taken off as failed, and deletes nothing of it', async () => {
  const { faults, errorOf, states } = setUp(14);
  faults.inject({ match: 'orasync.complete', action: { kind: 'refuse', status: 500 } });
  const { outcomes } = (await errorOf()) as RetentionIncompleteError;
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['failed', 'skipped', 'skipped']);
  expect(await states()).toHaveLength(14);
});

test('stops between two snapshots when told to, and reports the rest as skipped', async () => {
  const { stop, told, errorOf, array } = setUp(15);
  const deleteSnapshot = array.deleteSnapshot.bind(array);
  array.deleteSnapshot = async (id) => {
    await deleteSnapshot(id);
    stop.abort('SIGTERM');
  };
  expect(await errorOf()).toBeInstanceOf(RetentionIncompleteError);
  expect(told.map(({ outcome }) => outcome)).toEqual([
    'removed',
    'skipped',
    'skipped',
    'skipped',
    'skipped',
    'skipped',
  ]);
});

test('deletes nothing when the set that the plan keeps as the newest is no longer whole', async () => {
  const { plan, errorOf, array, states } = setUp(15);
  const { plan: old } = await plan();
  await array.deleteSnapshot(old.sets[0]?.snapshots[0]?.id ?? 0);
  const error = await errorOf(old);
  expect(error).toBeInstanceOf(RetentionRefusedError);
  expect((error as RetentionRefusedError).rule).toBe('plan-no-longer-holds');
  expect(await states()).toHaveLength(15);
});

test('refuses to plan when a target volume is not on the array', async () => {
  const { array, clock } = setUp(1);
  const request = { nameContains: 'orasync', volumeNames: ['nowhere'] };
  await expect(readRetentionFacts(request, { array, clock })).rejects.toThrow(/nowhere is not on the array/);
});

test('a snapshot that somebody else deleted meanwhile counts as removed', async () => {
  const { apply, array } = setUp(14);
  const deleteSnapshot = array.deleteSnapshot.bind(array);
  array.deleteSnapshot = async (id) => {
    await deleteSnapshot(id);
    await deleteSnapshot(id);
  };
  expect((await apply()).map(({ outcome }) => outcome)).toEqual(['removed', 'removed', 'removed']);
});

test('a set that nothing lets go any more is skipped', async () => {
  const { errorOf, array, states, plan } = setUp(15);
  const newest = (await plan()).plan.sets[0];
  const deleteSnapshot = array.deleteSnapshot.bind(array);
  let isFirst = true;
  array.deleteSnapshot = async (id) => {
    await deleteSnapshot(id);
    if (isFirst) await array.removeLabel(newest?.snapshots[0]?.id ?? 0, 'orasync.complete');
    isFirst = false;
  };
  const { outcomes } = (await errorOf()) as RetentionIncompleteError;
  expect(outcomes.map(({ outcome }) => outcome)).toEqual([
    'removed',
    'removed',
    'removed',
    'skipped',
    'skipped',
    'skipped',
  ]);
  expect(outcomes[3]?.reason).toMatch(/is no longer whole/);
  expect(await states()).toHaveLength(14);
});
