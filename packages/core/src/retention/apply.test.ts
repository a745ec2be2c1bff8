import { addBackupSet } from '@orasync/testing';
import { describe, expect, test } from 'vitest';
import { labelMembers, markComplete } from '../backup/labels.js';
import { RetentionIncompleteError, RetentionRefusedError } from '../errors.js';
import type { Dataset } from '../ports.js';
import type { Target } from '../targets.js';
import { applyRetention } from './apply.js';
import { log, setUp, silent } from './apply.test.fixture.js';
import { readRetentionFacts } from './read-facts.js';

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
      /^locked until \S+: orasync_\S+ \(\d+\)$/,
      ({ simulated, clock }, [id = 0]) => simulated.lock(id, new Date(clock.now() + 1e9)),
    ],
    ['was mapped meanwhile', /^mapped: orasync_\S+ \(\d+\)/, ({ simulated }, [id = 0]) => simulated.map(id, 'host1')],
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
      /^children: orasync_\S+ \(\d+\)/,
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
    const dependencies = { ...context, log, signal: context.stop.signal, onRemoval: silent, concurrency: 1 };
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

test.each<[string, Target]>([
  ['volume', { volumes: ['data1', 'nowhere'] }],
  ['filesystem', { filesystems: ['nowhere'] }],
  ['consistency group', { consistencyGroup: 'nowhere' }],
])('refuses to plan when a target %s is not on the array', async (_, target) => {
  const { array, clock } = setUp(1);
  const request = { nameContains: 'orasync', targets: [target] };
  await expect(readRetentionFacts(request, { array, clock })).rejects.toThrow(/nowhere is not on the array/);
});

test('knows the datasets of each target', async () => {
  const { array, clock, simulated, data1, data2 } = setUp(1);
  simulated.addGroup({ name: 'group', members: [data1.id, data2.id] });
  const targets = [{ consistencyGroup: 'group' }, { volumes: ['arch1'] }];
  const { targetIds } = await readRetentionFacts({ nameContains: 'orasync', targets }, { array, clock });
  expect(targetIds[0]).toEqual(new Set([data1.id, data2.id]));
  expect(targetIds[1]?.size).toBe(1);
});

describe('skips a set, whole, of which a member', () => {
  type Context = ReturnType<typeof setUp>;
  const put = ({ simulated }: Context, path: string, method: string, body: object = {}) =>
    simulated.call({
      method,
      path: `/api/rest/volumes/${path}`,
      query: new URLSearchParams({ approved: 'true' }),
      bodyText: JSON.stringify(body),
      caller: 'trusted',
    });
  test.each<[string, RegExp, (context: Context, id: number) => unknown]>([
    ['is gone', /orasync_data_\S+ \(\d+\) is gone/, (context, id) => put(context, String(id), 'DELETE')],
    ['has another name', /is called other now/, (context, id) => put(context, String(id), 'PUT', { name: 'other' })],
    ['is a master by now', /is no snapshot any more/, (context, id) => put(context, `${id}/promote`, 'POST')],
    [
      'was made again',
      /was made again since/,
      ({ array }) => {
        const listDatasets = array.listDatasets.bind(array);
        array.listDatasets = async (ids) =>
          (await listDatasets(ids)).map((dataset) => ({ ...dataset, createdAt: new Date(0) }));
      },
    ],
  ])('%s', async (_, reason, change) => {
    const context = setUp(14);
    const { plan, facts } = await context.plan();
    await change(context, plan.sets.at(-1)?.snapshots[0]?.id ?? 0);
    const applying = applyRetention(
      plan,
      { sets: facts.sets, now: facts.now, arrayTime: facts.array.time },
      { ...context, log, signal: context.stop.signal, onRemoval: silent, concurrency: 1 },
    );
    await expect(applying).rejects.toMatchObject({
      outcomes: [1, 2, 3].map(() => ({ outcome: 'skipped', reason: expect.stringMatching(reason) as string })),
    });
  });
});

test('a deletion that the array confirms and does not carry out has failed', async () => {
  const { array, errorOf } = setUp(14);
  array.deleteSnapshot = () => Promise.resolve();
  const { outcomes } = (await errorOf()) as RetentionIncompleteError;
  expect(outcomes[0]).toMatchObject({ outcome: 'failed', reason: 'the array still has it' });
});

test('a deletion of which nothing can be found out has failed', async () => {
  const { array, errorOf } = setUp(14);
  array.findDataset = () => Promise.reject(new Error('no answer'));
  const { outcomes } = (await errorOf()) as RetentionIncompleteError;
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['failed', 'skipped', 'skipped']);
});

test('a set that was left whole, and whose marker could not be put back, is partial', async () => {
  const { errorOf, faults, states } = setUp(14);
  faults.inject({ match: 'DELETE /api/rest/volumes', action: { kind: 'refuse', status: 403, code: 'NOT_YOUR_POOL' } });
  faults.inject({ match: 'PUT /api/rest/metadata', action: { kind: 'refuse', status: 500 } });
  expect(await errorOf()).toBeInstanceOf(RetentionIncompleteError);
  expect((await states()).at(-1)).toBe('partial');
});

test('refuses a plan in which nothing lets a set go', async () => {
  const { plan, errorOf } = setUp(15);
  const { plan: whole } = await plan();
  const error = await errorOf({ ...whole, sets: whole.sets.filter(({ verdict }) => verdict === 'remove') });
  expect(error).toMatchObject({
    rule: 'plan-no-longer-holds',
    message: expect.stringMatching(/releases/) as string,
    hint: 'Plan again.',
  });
});

test('an older set lets no newer one go, in whatever order the plan has them', async () => {
  const { plan, apply, simulated } = setUp(15);
  const oldest = (await plan()).plan.sets.at(-1);
  simulated.map(oldest?.snapshots[0]?.id ?? 0, 'host1');
  const { plan: mapped } = await plan();
  expect(await apply({ ...mapped, sets: mapped.sets.toReversed() })).toHaveLength(3);
});

test('a newer legacy snapshot of its volume lets a legacy snapshot go', async () => {
  const { apply, simulated, data1, clock } = setUp(0);
  for (const days of [40, 30])
    simulated.addSnapshot({
      parentId: data1.id,
      name: `orasync_${days}`,
      createdAt: new Date(clock.now() - days * 86_400_000),
    });
  expect((await apply()).map(({ name }) => name)).toEqual(['orasync_40']);
});

describe('a set of filesystem snapshots', () => {
  test('is removed like one of volumes', async () => {
    const { apply, states, journal } = setUp(15, { isOfFilesystems: true });
    expect((await apply()).map(({ outcome }) => outcome)).toEqual(Array.from({ length: 6 }, () => 'removed'));
    expect(await states()).toEqual(Array.from({ length: 13 }, () => 'complete'));
    const deletes = journal.entries.filter(({ what }) => what.startsWith('DELETE') && !what.includes('metadata'));
    expect(deletes.every(({ what }) => what.includes('/filesystems/'))).toBe(true);
  });

  test('is kept, whole, while one of them is exported', async () => {
    const { simulated, plan, apply, states } = setUp(14, { isOfFilesystems: true });
    const oldest = (await plan()).plan.sets.at(-1);
    await simulated.call({
      method: 'POST',
      path: '/api/rest/exports',
      query: new URLSearchParams(),
      bodyText: JSON.stringify({ filesystem_id: oldest?.snapshots[1]?.id, export_path: '/a' }),
      caller: 'trusted',
    });
    expect((await plan()).plan.sets.at(-1)).toMatchObject({
      verdict: 'blocked',
      reasons: [expect.stringMatching(/^exported: /)],
    });
    expect(await apply()).toEqual([]);
    expect(await states()).toHaveLength(14);
  });
});

describe('a set whose data members are in a snapshot group', () => {
  /** One such set, 30 days old, with newer ones of volumes. */
  const setUpGroup = async () => {
    const context = setUp(0);
    const { simulated, array, clock, data1, data2, database } = context;
    const parents = [data1, data2];
    const group = { name: 'group', id: simulated.addGroup({ name: 'group', members: parents.map(({ id }) => id) }) };
    const made = await array.createSnapshots(
      { kind: 'consistency-group', name: 'orasync_data_old', group, parents },
      { signal: new AbortController().signal },
    );
    const members = made.map((snapshot) => ({ role: 'data' as const, snapshot, parentName: '' }));
    const shared = { v: 1, set: 'old', state: 'complete', database, members: { data: 2, archive: 0 } } as const;
    await labelMembers(shared, members, { array, clock, log });
    await markComplete('old', members, { array, clock, log });
    await clock.advance(30 * 86_400_000);
    addBackupSet(
      { array: simulated, volumes: { data: parents, archive: [] }, database },
      new Date(clock.now() - 86_400_000),
    );
    const [snapshotGroup] = await array.findGroups('orasync_data_old');
    if (snapshotGroup === undefined) throw new Error('the snapshot group was made');
    const change = (method: string, path: string, body?: object) =>
      simulated.call({
        method,
        path: `/api/rest/${path}`,
        query: new URLSearchParams({ approved: 'true' }),
        bodyText: body === undefined ? '' : JSON.stringify(body),
        caller: 'trusted',
      });
    return { ...context, made, snapshotGroup, change };
  };

  test('is labelled on the group too', async () => {
    const { array, snapshotGroup } = await setUpGroup();
    const { 'orasync.set': label = '', ...others } = await array.readLabels(snapshotGroup.id);
    expect(JSON.parse(label)).toMatchObject({ id: snapshotGroup.id, set: 'old', role: 'data', state: 'complete' });
    expect(others).toEqual({ 'host.created_by': 'orasync' });
  });

  test('is removed with the group, which goes before its members', async () => {
    const { apply, states, array, journal, snapshotGroup, made } = await setUpGroup();
    const before = journal.entries.length;
    expect((await apply()).map(({ outcome }) => outcome)).toEqual(['removed', 'removed']);
    expect(await states()).toEqual(['complete']);
    expect(await array.findGroups('orasync_data_old')).toEqual([]);
    const deletes = journal.entries.slice(before).filter(({ what }) => what.startsWith('DELETE'));
    expect([...new Set(deletes.map(({ what }) => what))]).toEqual([
      `DELETE /api/rest/metadata/${made[0]?.id}/orasync.complete`,
      `DELETE /api/rest/cgs/${snapshotGroup.id}`,
      ...made.map(({ id }) => `DELETE /api/rest/volumes/${id}`),
    ]);
    expect(JSON.stringify(deletes)).not.toMatch(/delete_members/);
  });

  test('is blocked while the group is locked', async () => {
    const { plan, change, clock, snapshotGroup } = await setUpGroup();
    await change('PUT', `cgs/${snapshotGroup.id}`, { lock_expires_at: clock.now() + 86_400_000 });
    expect((await plan()).plan.sets.at(-1)).toMatchObject({ set: 'old', verdict: 'blocked' });
  });

  test('is skipped, whole, when the group holds what is not of the set', async () => {
    const { errorOf, states, made, array, simulated, data1, clock, change, snapshotGroup } = await setUpGroup();
    const stranger = simulated.addSnapshot({ parentId: data1.id, name: 'stranger', createdAt: new Date(clock.now()) });
    await change('POST', `cgs/${snapshotGroup.id}/members`, { dataset_id: stranger });
    const { outcomes } = (await errorOf()) as RetentionIncompleteError;
    expect(outcomes.map(({ outcome, reason }) => `${outcome}: ${reason}`)).toEqual(
      made.map(() => 'skipped: its snapshot group holds stranger too, which is not of the set'),
    );
    expect(await states()).toEqual(['complete', 'complete']);
    expect(await array.findGroups('orasync_data_old')).toHaveLength(1);
  });

  test('of which the group alone could be deleted counts again, and goes next time', async () => {
    const { errorOf, apply, states, faults } = await setUpGroup();
    faults.inject({ match: 'DELETE /api/rest/volumes', action: { kind: 'refuse', status: 403, code: 'NOT_YOURS' } });
    expect(((await errorOf()) as RetentionIncompleteError).outcomes.map(({ outcome }) => outcome)).toEqual([
      'failed',
      'skipped',
    ]);
    expect(await states()).toEqual(['complete', 'complete']);
    expect((await apply()).map(({ outcome }) => outcome)).toEqual(['removed', 'removed']);
  });
});

test('a snapshot group that takes no metadata is no failure of labelling', async () => {
  const { array, clock } = setUp(0);
  const warnings: unknown[] = [];
  const told = { ...log, warn: (fields: object) => void warnings.push(fields) };
  const snapshot = { id: 1001, groupId: 4711 } as Dataset;
  const shared = { v: 1, set: 's', state: 'partial', database: { name: '', uniqueName: '', dbid: '1' } } as const;
  const members = [{ role: 'data' as const, snapshot }];
  await labelMembers({ ...shared, members: { data: 1, archive: 0 } }, members, { array, clock, log: told });
  expect(warnings).toEqual([expect.objectContaining({ objectId: 4711 })]);
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

test('told to stop just after the marker was taken off, puts it back', async () => {
  const { stop, errorOf, array, states } = setUp(14);
  const removeLabel = array.removeLabel.bind(array);
  array.removeLabel = async (id, key) => {
    await removeLabel(id, key);
    stop.abort('SIGINT');
  };
  const { outcomes } = (await errorOf()) as RetentionIncompleteError;
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['skipped', 'skipped', 'skipped']);
  expect((await states()).filter((state) => state === 'complete')).toHaveLength(14);
});

test('told to stop after the marker of remains, puts none back', async () => {
  const { stop, errorOf, array, states, plan } = setUp(14);
  const oldest = (await plan()).plan.sets.at(-1);
  await array.removeLabel(oldest?.snapshots[0]?.id ?? 0, 'orasync.complete');
  const findDataset = array.findDataset.bind(array);
  const listDatasets = array.listDatasets.bind(array);
  let isWatched = false;
  array.listDatasets = async (ids) => {
    if (isWatched && ids.length === 3 && ids.includes(oldest?.snapshots[0]?.id ?? 0)) stop.abort('SIGINT');
    isWatched = true;
    return listDatasets(ids);
  };
  array.findDataset = findDataset;
  const { outcomes } = (await errorOf()) as RetentionIncompleteError;
  expect(outcomes.map(({ reason }) => reason)).toEqual(['told to stop', 'told to stop', 'told to stop']);
  expect((await states()).at(-1)).toBe('partial');
});

test('a snapshot that came into use just before its deletion is left, and the set counts again', async () => {
  const { errorOf, array, simulated, states, plan } = setUp(14);
  const first = (await plan()).plan.sets.at(-1)?.snapshots[0]?.id ?? 0;
  const removeLabel = array.removeLabel.bind(array);
  array.removeLabel = async (id, key) => {
    await removeLabel(id, key);
    simulated.map(first, 'db1');
  };
  const { outcomes } = (await errorOf()) as RetentionIncompleteError;
  expect(outcomes.map(({ outcome, reason }) => [outcome, reason])).toEqual([
    ['skipped', expect.stringMatching(/^mapped: /)],
    ['skipped', 'the set is still whole, and stays so'],
    ['skipped', 'the set is still whole, and stays so'],
  ]);
  expect(await states()).toEqual(Array.from({ length: 14 }, () => 'complete'));
});

test('a snapshot that is gone before its deletion counts as removed', async () => {
  const { apply, array, plan } = setUp(14);
  const first = (await plan()).plan.sets.at(-1)?.snapshots[0]?.id ?? 0;
  const removeLabel = array.removeLabel.bind(array);
  array.removeLabel = async (id, key) => {
    await removeLabel(id, key);
    await array.deleteSnapshot(first);
  };
  expect((await apply()).map(({ outcome }) => outcome)).toEqual(['removed', 'removed', 'removed']);
});
