import { expect, test } from 'vitest';
import { connect, failure, failureOf, serve, success, wireVolume } from '../fixtures/array-server.test.fixture.js';
import { createGroup, simulate } from '../fixtures/simulated-array.test.fixture.js';

const future = new Date(4_000_000_000_000);
const sizeBytes = 10_737_418_240;

const withGroup = async () => {
  const simulation = await simulate();
  const members = ['v1', 'v2'].map((name) => simulation.array.addVolume({ name, sizeBytes }));
  const parent_id = await createGroup(simulation, 'cg', members);
  return { simulation, members, parent_id, client: connect(simulation) };
};

test('snapshots a consistency group and answers with one snapshot of each member', async () => {
  const { client, members, parent_id } = await withGroup();
  const made = await client.snapshotGroups.create({ parent_id, name: 'sg', snap_prefix: 'p_', snap_suffix: '_s' });
  expect(made.group).toMatchObject({ name: 'sg', type: 'SNAPSHOT', parent_id, members_count: 2 });
  expect(made.members.map(({ name, parent_id: parent }) => [name, parent])).toEqual([
    ['p_v1_s', members[0]],
    ['p_v2_s', members[1]],
  ]);
  const listed = [];
  for await (const { name } of client.snapshotGroups.members(made.group.id)) listed.push(name);
  expect(listed).toEqual(['p_v1_s', 'p_v2_s']);
  expect(await client.snapshotGroups.find({ parent_id })).toMatchObject({ id: made.group.id });
});

test('sends one call and one read of what it made when the members are known beforehand', async () => {
  const { client, members, parent_id, simulation } = await withGroup();
  const before = simulation.journal.entries.length;
  const create = (known: readonly number[], name: string) =>
    client.snapshotGroups.create({ parent_id, name, snap_prefix: `${name}_`, members: known });
  const { group } = await create(members, 'sg');
  expect(simulation.journal.entries.slice(before).map(({ what }) => what)).toEqual([
    'POST /api/rest/cgs',
    `GET /api/rest/cgs/${group.id}/members`,
  ]);
  expect(await failureOf(create(members.slice(1), 'other'))).toMatchObject({
    code: 'INFINIBOX_DECODE',
    outcome: 'unknown',
    issues: [expect.stringContaining('surplus snapshot')],
  });
});

test('locks a group, extends the lock and never shortens it', async () => {
  const { client, parent_id } = await withGroup();
  const { group } = await client.snapshotGroups.create({ parent_id, name: 'sg', snap_prefix: 'p_' });
  const lock = (id: number, until: Date) => client.snapshotGroups.lock(id, until);
  expect(await lock(group.id, future)).toMatchObject({ lock_state: 'LOCKED', lock_expires_at: future });
  const later = new Date(future.getTime() + 1);
  expect(await lock(group.id, later)).toMatchObject({ lock_expires_at: later });
  expect(await failureOf(lock(group.id, future))).toMatchObject({ reason: 'lock-shortened', method: 'PUT' });
  expect(await failureOf(lock(group.id, new Date(Number.NaN)))).toMatchObject({ code: 'INFINIBOX_INPUT' });
  expect(await failureOf(client.snapshotGroups.delete(group.id, { delete_members: true }))).toMatchObject({
    outcome: 'refused',
  });
});

test('locks snapshots of volumes and filesystems', async () => {
  const { client, members, simulation } = await withGroup();
  const volume = await client.volumes.snapshot({ parent_id: members[0] ?? 0, name: 's' });
  expect(await client.volumes.lock(volume.id, future)).toMatchObject({ lock_expires_at: future });
  const filesystem = simulation.array.addFilesystem({ name: 'f', sizeBytes });
  const { filesystems } = client;
  const snapshot = await filesystems.snapshot({ parent_id: filesystem, name: 'fs' });
  expect(await filesystems.lock(snapshot.id, future)).toMatchObject({ lock_expires_at: future });
  expect(await failureOf(filesystems.delete(snapshot.id))).toMatchObject({ outcome: 'refused' });
  expect(await failureOf(filesystems.delete(filesystem))).toMatchObject({ reason: 'has-children' });
});

test('deletes a group with its snapshots, or without', async () => {
  const { client, parent_id, members } = await withGroup();
  for (const delete_members of [true, false]) {
    const { group } = await client.snapshotGroups.create({ parent_id, name: 'sg', snap_prefix: 'p_' });
    await client.snapshotGroups.delete(group.id, { delete_members });
    expect(await client.snapshotGroups.count()).toBe(0);
    expect(await client.volumes.count({ parent_id: { in: members } })).toBe(delete_members ? 0 : 2);
  }
});

test('does not delete snapshots of which something was made', async () => {
  const { client, parent_id } = await withGroup();
  const { group, members } = await client.snapshotGroups.create({ parent_id, name: 'sg', snap_prefix: 'p_' });
  await client.volumes.snapshot({ parent_id: members[0]?.id ?? 0, name: 'clone' });
  const { snapshotGroups, volumes } = client;
  expect(await failureOf(snapshotGroups.delete(group.id, { delete_members: true }))).toMatchObject({
    reason: 'has-children',
    message: expect.stringContaining('something was made of p_v1'),
  });
  expect(await volumes.find({ name: 'clone' })).toBeDefined();
});

const wireGroup = { id: 30, name: 'sg', pool_id: 5, members_count: 1, created_at: 7, has_children: false };
const made = { ...wireGroup, type: 'SNAPSHOT', parent_id: 20 };
const member = (fields: object) => wireVolume({ dataset_type: 'VOLUME', ...fields });
const request = { parent_id: 20, name: 'sg', snap_prefix: 'p_' };

test.each([
  ['is not of this group', { ...made, parent_id: 21 }, 'result: not a snapshot of group 20'],
  ['is no snapshot', { ...made, type: 'MASTER' }, 'result: not a snapshot of group 20'],
  ['lacks a member', made, 'result: no snapshot of volume 1'],
])('fails when the group that was made %s', async (_, group, issue) => {
  const server = await serve(({ method, url }) =>
    method === 'POST' ? success(group) : success(url.includes('cgs/20/') ? [member({ id: 1 })] : []),
  );
  expect(await failureOf(connect(server).snapshotGroups.create(request))).toMatchObject({
    code: 'INFINIBOX_DECODE',
    outcome: 'unknown',
    issues: [issue],
  });
});

test('names the group that was made when its members cannot be read', async () => {
  const server = await serve(({ method, url }) =>
    method === 'POST' ? success(made) : url.includes('cgs/20/') ? success([member({ id: 1 })]) : failure(403, 'X'),
  );
  expect(await failureOf(connect(server).snapshotGroups.create(request))).toMatchObject({
    code: 'INFINIBOX_OUTCOME_UNKNOWN',
    method: 'POST',
    found: [30],
    message: expect.stringContaining('group 30 was made, but its members cannot be read'),
    cause: { path: '/api/rest/cgs/30/members', status: 403 },
  });
});
