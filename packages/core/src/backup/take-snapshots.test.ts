import { arrayPort, createVirtualClock, createWorld, type World } from '@orasync/testing';
import { describe, expect, test } from 'vitest';
import type { SnapshotArray } from '../ports.js';
import { readTarget, type Target } from '../targets.js';
import { findRemains, planSnapshots, takeSnapshots } from './take-snapshots.js';

const kinds = ['volumes', 'consistencyGroup', 'filesystems'] as const;
type Kind = (typeof kinds)[number];

/** The call that makes a snapshot of this kind, as the journal tells it. */
const calls: Readonly<Record<Kind, string>> = {
  volumes: 'POST /api/rest/volumes/group_snapshot',
  consistencyGroup: 'POST /api/rest/cgs',
  filesystems: 'POST /api/rest/filesystems',
};
const names: readonly [string, string] = ['orasync_data_1', 'orasync_data_2'];

const targetOf = ({ targets, groups, volumes }: World): Target => {
  const members = volumes.data.map(({ name }) => name);
  if (targets === 'consistencyGroup') return { consistencyGroup: groups.data, members };
  return targets === 'volumes' ? { volumes: members } : { filesystems: members };
};

const setUp = async (kind: Kind, data = 3) => {
  const clock = createVirtualClock(Date.parse('2026-11-24T23:15:02Z'));
  const world = createWorld({ clock, targets: kind, data });
  const array: SnapshotArray = arrayPort(world.array);
  const plan = await planSnapshots(await readTarget(targetOf(world), array), names, array);
  const stop = new AbortController();
  const options = { array, signal: stop.signal, notBefore: new Date(clock.now()) };
  const take = (change: Partial<typeof options> | { notBefore: undefined } = {}) =>
    takeSnapshots(plan, { ...options, ...change });
  const posts = () => world.journal.entries.filter(({ what }) => what.startsWith('POST'));
  return { clock, world, array, plan, stop, take, posts };
};

describe.each(kinds)('with %s', (kind) => {
  const expectedNames = (name: string) => ['01', '02', '03'].map((suffix) => `${name}_ora_data${suffix}`);

  test('makes one snapshot of each member, in one call but for filesystems', async () => {
    const { take, posts } = await setUp(kind);
    expect((await take()).map(({ name }) => name)).toEqual(expectedNames('orasync_data_1'));
    expect(posts()).toHaveLength(kind === 'filesystems' ? 3 : 1);
  });

  test('settles a lost answer by looking, without a second call', async () => {
    const { world, take, posts } = await setUp(kind);
    world.faults.inject({ match: calls[kind], times: 3, action: { kind: 'reset', when: 'after' } });
    const made = await take();
    expect(made.map(({ name }) => name)).toEqual(expectedNames('orasync_data_1'));
    expect(posts()).toHaveLength(kind === 'filesystems' ? 3 : 1);
  });

  test('fails when the answer is lost and nothing was made', async () => {
    const { world, take, plan, array } = await setUp(kind);
    world.faults.inject({ match: calls[kind], times: 3, action: { kind: 'reset', when: 'before' } });
    await expect(take()).rejects.toMatchObject({ outcome: 'unknown' });
    expect(await findRemains(plan, array)).toEqual([]);
  });

  test('does not look when it was told to stop, or when the array does not tell its time', async () => {
    const { world, take, stop, plan, array } = await setUp(kind);
    world.faults.inject({ match: calls[kind], times: 3, action: { kind: 'reset', when: 'after' } });
    await expect(take({ notBefore: undefined })).rejects.toMatchObject({ outcome: 'unknown' });
    expect(await findRemains(plan, array)).toHaveLength(3);
    stop.abort();
    await expect(take()).rejects.toMatchObject({ outcome: 'refused' });
  });

  test('does not take older snapshots of the names for its own', async () => {
    const { world, take, clock } = await setUp(kind);
    await take();
    await clock.advance(5000);
    world.faults.inject({ match: calls[kind], times: 3, action: { kind: 'reset', when: 'before' } });
    await expect(take({ notBefore: new Date(clock.now()) })).rejects.toMatchObject({ outcome: 'unknown' });
  });

  test('leaves alone what was there before it was planned, and what has a label', async () => {
    const { world, take, array } = await setUp(kind);
    await take();
    const plan = await planSnapshots(await readTarget(targetOf(world), array), names, array);
    expect(await findRemains(plan, array)).toEqual([]);
    const later = await takeSnapshots(plan, { array, signal: new AbortController().signal, notBefore: undefined });
    expect(later.map(({ name }) => name)).toEqual(expectedNames('orasync_data_2'));
    expect(await findRemains(plan, array)).toHaveLength(3);
    for (const { id } of later) await array.writeLabels(id, { 'orasync.set': 'of another run' });
    expect(await findRemains(plan, array)).toEqual([]);
  });

  test('answers a taken name by one more call with the next second, and no third', async () => {
    const { world, take, posts } = await setUp(kind);
    const refusal = { kind: 'refuse', status: 409 } as const;
    world.faults.inject({ match: calls[kind], action: refusal });
    const made = await take();
    expect(made[0]?.name).toBe('orasync_data_2_ora_data01');
    world.faults.inject({ match: calls[kind], times: 9, action: refusal });
    const before = posts().length;
    await expect(take()).rejects.toMatchObject({ outcome: 'refused', status: 409 });
    expect(posts().length - before).toBe(kind === 'filesystems' ? 6 : 2);
  });

  test('of one member is called by the name alone, but for a member of a group', async () => {
    const { take } = await setUp(kind, 1);
    const [only] = await take();
    expect(only?.name).toBe(kind === 'consistencyGroup' ? 'orasync_data_1_ora_data01' : 'orasync_data_1');
  });
});

describe('several filesystems', () => {
  test('get the next second one by one', async () => {
    const { world, take } = await setUp('filesystems');
    world.faults.inject({ match: calls.filesystems, skip: 1, action: { kind: 'refuse', status: 409 } });
    expect((await take()).map(({ name }) => name)).toEqual([
      'orasync_data_1_ora_data01',
      'orasync_data_2_ora_data02',
      'orasync_data_1_ora_data03',
    ]);
  });

  test('fail together when one fails, once all have come to an end', async () => {
    const { world, take, plan, array } = await setUp('filesystems');
    world.faults.inject({ match: calls.filesystems, action: { kind: 'refuse', status: 403 } });
    await expect(take()).rejects.toMatchObject({ status: 403 });
    expect((await findRemains(plan, array)).map(({ name }) => name)).toEqual([
      'orasync_data_1_ora_data02',
      'orasync_data_1_ora_data03',
    ]);
  });

  test('fail with what is not known rather than with what was refused', async () => {
    const { world, take } = await setUp('filesystems');
    world.faults.inject({ match: calls.filesystems, action: { kind: 'refuse', status: 403 } });
    world.faults.inject({ match: calls.filesystems, action: { kind: 'reset', when: 'before' } });
    await expect(take()).rejects.toMatchObject({ outcome: 'unknown' });
  });
});

describe('a consistency group', () => {
  test('costs one call and one read of its members', async () => {
    const { world, take } = await setUp('consistencyGroup');
    const before = world.journal.entries.length;
    await take();
    expect(world.journal.entries.slice(before).map(({ what }) => what)).toEqual([
      'POST /api/rest/cgs',
      expect.stringMatching(/^GET \/api\/rest\/cgs\/\d+\/members$/),
    ]);
  });

  test('that was snapshotted is looked up when the members cannot be read at first', async () => {
    const { world, take, posts } = await setUp('consistencyGroup');
    world.faults.inject({ match: 'GET /api/rest/cgs/', action: { kind: 'refuse', status: 409 } });
    expect(await take()).toHaveLength(3);
    expect(posts()).toHaveLength(1);
  });

  test('that has got another member since it was planned does not make a set', async () => {
    const { world, take, plan, array } = await setUp('consistencyGroup');
    const stranger = world.array.addVolume({ name: 'stranger', sizeBytes: 1e9 });
    const [group] = await array.findGroups(world.groups.data);
    await world.array.call({
      method: 'POST',
      path: `/api/rest/cgs/${group?.id}/members`,
      query: new URLSearchParams(),
      bodyText: JSON.stringify({ dataset_id: stranger }),
      caller: 'trusted',
    });
    await expect(take()).rejects.toMatchObject({ outcome: 'unknown' });
    expect(await findRemains(plan, array)).toHaveLength(4);
  });

  test('is not settled by a snapshot group of this name that another group has', async () => {
    const { world, array, take } = await setUp('consistencyGroup');
    const [other] = await array.findGroups(world.groups.archive);
    if (other === undefined) throw new Error('the world has a group of archive volumes');
    await array.createSnapshots(
      { kind: 'consistency-group', name: 'orasync_data_1', group: other, parents: other.members },
      { signal: new AbortController().signal },
    );
    world.faults.inject({ match: calls.consistencyGroup, action: { kind: 'reset', when: 'before' } });
    await expect(take()).rejects.toMatchObject({ outcome: 'unknown' });
  });
});
