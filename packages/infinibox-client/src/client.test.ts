import { expect, test } from 'vitest';
import { connect, failureOf } from './fixtures/array-server.test.fixture.js';
import { localhost } from './fixtures/certificates.test.fixture.js';
import { type Simulation, simulate } from './fixtures/simulated-array.test.fixture.js';
import type { Volume } from './resources/volumes.js';

const sizeBytes = 10_737_418_240;

const addVolumes = ({ array }: Simulation, count: number): number[] =>
  Array.from({ length: count }, (_, at) =>
    array.addVolume({ name: `ora_data${String(at + 1).padStart(3, '0')}`, sizeBytes }),
  );

const collect = async (volumes: AsyncIterable<Volume>): Promise<Volume[]> => {
  const found = [];
  for await (const volume of volumes) found.push(volume);
  return found;
};

test('identifies the array and reads its clock', async () => {
  const { name, serial_number, version, localtime } = await connect(await simulate()).system.get();
  expect({ name, serial_number }).toEqual({ name: 'box-simulated', serial_number: 20040 });
  expect(version).toMatch(/^\d+(\.\d+)+$/);
  expect(localtime?.utc_time).toBeInstanceOf(Date);
});

test('speaks TLS to the array', async () => {
  const simulation = await simulate({ tls: localhost });
  await expect(connect(simulation, { tls: { ca: localhost.cert } }).system.get()).resolves.toMatchObject({
    name: 'box-simulated',
  });
});

test('is refused with a wrong password', async () => {
  const error = await failureOf(connect(await simulate(), { password: 'wrong' }).system.get());
  expect(error).toMatchObject({ status: 401, outcome: 'refused', hint: 'Check user name and password.' });
});

test('pages through more volumes than the array gives at once', async () => {
  const simulation = await simulate();
  const ids = addVolumes(simulation, 120);
  const { volumes } = connect(simulation);
  for (const page_size of [7, 120, 1_000])
    expect((await collect(volumes.list({ page_size }))).map(({ id }) => id)).toEqual(ids);
});

test('finds a volume by name, and by the serial that a host sees', async () => {
  const simulation = await simulate();
  addVolumes(simulation, 3);
  const { volumes } = connect(simulation);
  const found = await volumes.find({ name: 'ora_data002' });
  expect(found).toMatchObject({ type: 'MASTER', parent_id: 0, cg_id: null, has_children: false, size: sizeBytes });
  expect(await volumes.find({ serial: found?.serial ?? '' })).toEqual(found);
  expect(await volumes.find({ name: 'ora_data' })).toBeUndefined();
});

test('snapshots one volume, and several in one call', async () => {
  const simulation = await simulate();
  const [first = 0, second = 0] = addVolumes(simulation, 2);
  const { volumes } = connect(simulation);
  expect(await volumes.snapshot({ parent_id: first, name: 'alone' })).toMatchObject({
    name: 'alone',
    type: 'SNAPSHOT',
    parent_id: first,
  });
  const made = await volumes.groupSnapshot({ entities: [second, first], snap_prefix: 'p_', snap_suffix: '_s' });
  expect(made.map(({ name, parent_id }) => ({ name, parent_id }))).toEqual([
    { name: 'p_ora_data002_s', parent_id: second },
    { name: 'p_ora_data001_s', parent_id: first },
  ]);
  expect(simulation.calls()).toEqual([
    'POST /api/rest/volumes 201',
    expect.stringMatching(/^POST \/api\/rest\/volumes\/group_snapshot 20[01]$/),
  ]);
});

test('learns of a taken name', async () => {
  const simulation = await simulate();
  const [parent_id = 0] = addVolumes(simulation, 1);
  const { volumes } = connect(simulation);
  await volumes.snapshot({ parent_id, name: 'taken' });
  expect(await failureOf(volumes.snapshot({ parent_id, name: 'taken' }))).toMatchObject({
    status: 409,
    outcome: 'refused',
  });
});

test('does not know whether a snapshot was made whose answer was lost', async () => {
  const simulation = await simulate();
  const [parent_id = 0] = addVolumes(simulation, 1);
  const { volumes } = connect(simulation);
  for (const when of ['before', 'after'] as const) {
    simulation.faults.inject({ match: 'POST /api/rest/volumes', action: { kind: 'reset', when } });
    expect(await failureOf(volumes.snapshot({ parent_id, name: `lost_${when}` }))).toMatchObject({
      outcome: 'unknown',
    });
  }
  expect(await volumes.find({ name: 'lost_before' })).toBeUndefined();
  expect(await volumes.find({ name: 'lost_after' })).toMatchObject({ parent_id });
});

test('deletes a snapshot with one approval and never a volume that has snapshots', async () => {
  const simulation = await simulate();
  const [parent = 0] = addVolumes(simulation, 1);
  const id = simulation.array.addSnapshot({ parentId: parent, name: 'old', createdAt: new Date(1_700_000_000_000) });
  const { volumes } = connect(simulation);
  expect(await failureOf(volumes.delete(parent))).toMatchObject({ reason: 'has-children' });
  await volumes.delete(id);
  expect(await volumes.find({ id })).toBeUndefined();
  expect(simulation.calls().filter((call) => call.startsWith('DELETE'))).toEqual([
    `DELETE /api/rest/volumes/${id} 403`,
    `DELETE /api/rest/volumes/${id} 200`,
  ]);
});

test('does not delete a locked snapshot', async () => {
  const simulation = await simulate();
  const [parentId = 0] = addVolumes(simulation, 1);
  const id = simulation.array.addSnapshot({ parentId, name: 'locked', createdAt: new Date(1_700_000_000_000) });
  simulation.array.lock(id, new Date(4_000_000_000_000));
  const { volumes } = connect(simulation);
  expect(await volumes.get(id)).toMatchObject({ lock_state: 'LOCKED', lock_expires_at: new Date(4_000_000_000_000) });
  expect(await failureOf(volumes.delete(id))).toMatchObject({ outcome: 'refused' });
  expect(await volumes.find({ id })).toBeDefined();
});

test('labels objects, finds them by label and removes labels', async () => {
  const simulation = await simulate();
  const [id = 0, other = 0] = addVolumes(simulation, 2);
  const { metadata } = connect(simulation);
  await metadata.write(id, { 'orasync.set': '{"a":1}', 'host.created_by': 'a test' });
  await metadata.write(id, { 'host.created_by': 'another test' });
  await metadata.write(other, { 'host.created_by': 'a test' });
  const labels = (await metadata.read(id)).map(({ key, value }) => [key, value]);
  expect(Object.fromEntries(labels)).toEqual({ 'orasync.set': '{"a":1}', 'host.created_by': 'another test' });
  const found = [];
  for await (const { object_id } of metadata.list({ key: 'host.created_by', value: 'a test' })) found.push(object_id);
  expect(found).toEqual([other]);
  expect(await metadata.remove(id, 'orasync.set')).toBe(true);
  expect(await metadata.remove(id, 'orasync.set')).toBe(false);
});

test('takes an answer that is not an envelope for what it is', async () => {
  const simulation = await simulate();
  simulation.faults.inject({ match: 'GET /api/rest/system', action: { kind: 'garbage', body: '<html>login</html>' } });
  expect(await failureOf(connect(simulation).system.get())).toMatchObject({
    code: 'INFINIBOX_DECODE',
    message: expect.stringContaining('<html>login</html>'),
  });
});

test('reads on when the array is busy for a moment', async () => {
  const simulation = await simulate();
  simulation.faults.inject({ match: 'GET', times: 2, action: { kind: 'refuse', status: 503 } });
  await expect(connect(simulation).system.get()).resolves.toMatchObject({ name: 'box-simulated' });
  expect(simulation.calls()).toHaveLength(3);
});
