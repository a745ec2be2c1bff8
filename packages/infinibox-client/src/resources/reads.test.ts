import { expect, test } from 'vitest';
import type { InfiniboxClient } from '../client.js';
import type { ReadCalls } from '../collection.js';
import { connect, failureOf, serve, success } from '../fixtures/array-server.test.fixture.js';
import { createGroup, simulate } from '../fixtures/simulated-array.test.fixture.js';

const sizeBytes = 10_737_418_240;

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const collected = [];
  for await (const item of items) collected.push(item);
  return collected;
};

const lun = { id: 5, lun: 11, clustered: false, host_id: 9, host_cluster_id: 0, volume_id: 7 };

/** One object of each kind, with no more than every release has. Source: infinibox-api.md sections 3.4 to 3.10. */
const objects: Record<
  string,
  { path: string; of: (client: InfiniboxClient) => ReadCalls<object, object>; wire: object }
> = {
  pool: {
    path: 'pools',
    of: ({ pools }) => pools as ReadCalls<object, object>,
    wire: {
      id: 5,
      name: 'pool1',
      state: 'NORMAL',
      ...{ physical_capacity: 9, virtual_capacity: 9, free_physical_space: 9, free_virtual_space: 9 },
      allocated_physical_space: 0,
    },
  },
  host: {
    path: 'hosts',
    of: ({ hosts }) => hosts as ReadCalls<object, object>,
    wire: { id: 9, name: 'db1', ports: [{ type: 'FC', address: '0001020304050607' }], luns: [lun], host_cluster_id: 0 },
  },
  cluster: {
    path: 'clusters',
    of: ({ clusters }) => clusters as ReadCalls<object, object>,
    wire: { id: 10, name: 'rac', hosts: [{ id: 9 }], luns: [] },
  },
  export: {
    path: 'exports',
    of: ({ exports }) => exports as ReadCalls<object, object>,
    wire: {
      ...{ id: 6, export_path: '/ora', inner_path: '/', filesystem_id: 4, enabled: true },
      permissions: [{ access: 'RW', client: '*', no_root_squash: true }],
    },
  },
  'network space': {
    path: 'network/spaces',
    of: ({ networkSpaces }) => networkSpaces as ReadCalls<object, object>,
    wire: { id: 1, name: 'nas', service: 'NAS_SERVICE', ips: [{ ip_address: '192.0.2.11' }] },
  },
  replica: {
    path: 'replicas',
    of: ({ replicas }) => replicas as ReadCalls<object, object>,
    wire: { id: 3, link_id: 2, entity_type: 'VOLUME', role: 'TARGET', state: null, replication_type: 'ASYNC' },
  },
  link: {
    path: 'links',
    of: ({ links }) => links as ReadCalls<object, object>,
    wire: { id: 2, name: 'to-dr', link_state: 'UP' },
  },
  user: {
    path: 'users',
    of: ({ users }) => users as ReadCalls<object, object>,
    wire: { id: -2, name: 'admin', role: 'ADMIN' },
  },
};

test.each(Object.entries(objects))('lists, finds and gets a %s', async (_, { path, of, wire }) => {
  const server = await serve(({ url }) => success(url.includes('?') ? [wire] : wire));
  const reads = of(connect(server));
  expect(await collect(reads.list())).toEqual([wire]);
  expect(await reads.find({ id: 1 })).toEqual(wire);
  expect(await reads.get(7)).toEqual(wire);
  expect(server.seen.map(({ url }) => url)).toEqual([
    `/api/rest/${path}?page=1&page_size=1000`,
    `/api/rest/${path}?id=eq%3A1&page=1&page_size=50`,
    `/api/rest/${path}/7`,
  ]);
});

test('reads times of replicas as Dates', async () => {
  const server = await serve(() => success({ ...objects['replica']?.wire, restore_point: 7, last_synchronized: null }));
  expect(await connect(server).replicas.get(3)).toMatchObject({ restore_point: new Date(7), last_synchronized: null });
});

test('finds who maps a volume', async () => {
  const simulation = await simulate();
  const volume_id = simulation.array.addVolume({ name: 'v', sizeBytes });
  simulation.array.map(volume_id, 'db1');
  const { volumes, hosts, pools } = connect(simulation);
  const [mapping] = await collect(volumes.luns(volume_id));
  expect(mapping).toMatchObject({ volume_id, clustered: false, host_cluster_id: 0 });
  expect(await hosts.get(mapping?.host_id ?? 0)).toMatchObject({ name: 'db1' });
  expect(await collect(hosts.luns(mapping?.host_id ?? 0))).toEqual([mapping]);
  expect(await volumes.get(volume_id)).toMatchObject({ mapped: true });
  expect(await pools.count()).toBe(1);
});

test('reads the LUNs of a cluster', async () => {
  const server = await serve(() => success([lun]));
  expect(await collect(connect(server).clusters.luns(10))).toEqual([lun]);
  expect(server.seen[0]?.url).toBe('/api/rest/clusters/10/luns?page=1&page_size=1000');
});

test('lists volumes and filesystems together', async () => {
  const simulation = await simulate();
  simulation.array.addVolume({ name: 'v', sizeBytes });
  simulation.array.addFilesystem({ name: 'f', sizeBytes });
  const { datasets, filesystems } = connect(simulation);
  const kinds = (await collect(datasets.list())).map(({ name, dataset_type }) => [name, dataset_type]);
  expect(kinds).toEqual([
    ['v', 'VOLUME'],
    ['f', 'FILESYSTEM'],
  ]);
  expect(await datasets.count({ dataset_type: 'FILESYSTEM' })).toBe(1);
  expect(await filesystems.find({ name: 'f' })).toMatchObject({ type: 'MASTER', parent_id: 0 });
});

test('knows the account that it uses, and its role', async () => {
  const simulation = await simulate();
  const reader = { username: 'reader', password: 'not-a-real-password-either' };
  simulation.array.addUser({ name: reader.username, password: reader.password, role: 'READ_ONLY' });
  expect(await connect(simulation).users.own()).toMatchObject({ role: 'ADMIN' });
  expect(await connect(simulation, reader).users.own()).toMatchObject({ name: 'reader', role: 'READ_ONLY' });
});

test('writes an event of its own and finds it', async () => {
  const simulation = await simulate();
  const { events } = connect(simulation);
  const event = await events.createCustom({
    level: 'INFO',
    description_template: 'backup of {database}',
    data: [{ name: 'database', value: 'ORCL' }],
  });
  expect(event).toMatchObject({ code: 'CUSTOM_INFO_EVENT', description: 'backup of ORCL', level: 'INFO' });
  expect(event.timestamp).toBeInstanceOf(Date);
  expect(await events.first({ sort: ['-id'] })).toMatchObject({ id: event.id });
  await events.createCustom({ level: 'WARNING', description_template: 'late', visibility: 'CUSTOMER' });
  expect(await events.find({ code: 'CUSTOM_WARNING_EVENT' })).toMatchObject({ description: 'late' });
});

test('reads consistency groups and their members, and takes no snapshot group for one', async () => {
  const simulation = await simulate();
  const members = ['v1', 'v2'].map((name) => simulation.array.addVolume({ name, sizeBytes }));
  const id = await createGroup(simulation, 'cg', members);
  const { consistencyGroups, snapshotGroups } = connect(simulation);
  const { group } = await snapshotGroups.create({ parent_id: id, name: 'sg', snap_prefix: 'p_' });
  expect((await collect(consistencyGroups.list())).map(({ name }) => name)).toEqual(['cg']);
  expect(await consistencyGroups.get(id)).toMatchObject({ type: 'MASTER', members_count: 2, has_children: true });
  expect((await collect(consistencyGroups.members(id))).map((member) => member.id)).toEqual(members);
  expect(await failureOf(consistencyGroups.get(group.id))).toMatchObject({
    code: 'INFINIBOX_DECODE',
    issues: ['result.type: expected MASTER, received SNAPSHOT'],
  });
});

test('reads capacity', async () => {
  const capacity = {
    ...{ total_physical_capacity: 4, free_physical_space: 3, total_virtual_capacity: 2, free_virtual_space: 1 },
  };
  const server = await serve(() => success(capacity));
  expect(await connect(server).system.capacity()).toEqual(capacity);
  expect(server.seen[0]?.url).toBe('/api/rest/system/capacity');
});

test.each([
  ['the system', { localtime: { utc_time: 9 } }, [], new Date(9)],
  ['the first node', {}, [{ last_probe_timestamp: 7 }, { last_probe_timestamp: 8 }], new Date(7)],
])('reads the clock of %s', async (_, fields, nodes, expected) => {
  const system = { name: 'box', serial_number: 1, version: '5.0', ...fields };
  const server = await serve(({ url }) => success(url.includes('ntp_status') ? nodes : system));
  expect(await connect(server).system.clock()).toEqual(expected);
});

test('fails where no clock is shown', async () => {
  const system = { name: 'box', serial_number: 1, version: '5.0' };
  const server = await serve(({ url }) => success(url.includes('ntp_status') ? [] : system));
  expect(await failureOf(connect(server).system.clock())).toMatchObject({ issues: ['result: expected a node'] });
});
