import { describe, expect, test } from 'vitest';
import type { SnapshotRequest } from './ports.js';
import { type SnapshotArrayClient, snapshotArray } from './snapshot-array.js';

const soon = new Date('2026-11-24T23:00:00Z');
const later = new Date('2026-11-25T23:00:00Z');

const wire = (id: number, change: object = {}) => ({
  id,
  name: `snap${id}`,
  dataset_type: 'VOLUME' as const,
  type: 'SNAPSHOT',
  parent_id: 1,
  depth: 1,
  created_at: soon,
  write_protected: true,
  has_children: false,
  lock_expires_at: null,
  lock_state: 'UNLOCKED',
  cg_id: null,
  ...change,
});
const group = {
  id: 90,
  name: 'group',
  type: 'SNAPSHOT' as const,
  parent_id: 80,
  has_children: false,
  lock_expires_at: later,
  lock_state: 'LOCKED',
};

const listOf = async function* <T>(items: readonly T[]): AsyncIterable<T> {
  yield* items;
};

/** A client of an array that holds these, and answers every list with all there is of a kind. */
const clientOf = ({
  datasets = [],
  groups = [],
  exported = [],
}: {
  readonly datasets?: readonly ReturnType<typeof wire>[];
  readonly groups?: readonly object[];
  readonly exported?: readonly number[];
}) => {
  const asked: string[] = [];
  const list =
    <T>(what: string, items: readonly T[]) =>
    ({ filter }: { readonly filter: object }) => {
      asked.push(`${what} ${JSON.stringify(filter)}`);
      return listOf(items);
    };
  const client = {
    datasets: { list: list('datasets', datasets) },
    snapshotGroups: { list: list('snapshotGroups', groups), members: () => listOf(datasets) },
    consistencyGroups: { list: list('consistencyGroups', []), members: () => listOf(datasets) },
    exports: {
      list: list(
        'exports',
        exported.map((filesystem_id) => ({ filesystem_id })),
      ),
    },
  };
  return { array: snapshotArray(client as unknown as SnapshotArrayClient), asked };
};

const findOnly = async (dataset: object, around: Parameters<typeof clientOf>[0] = {}) =>
  clientOf({ datasets: [wire(5, dataset)], ...around }).array.findDataset(5);

describe('a dataset', () => {
  test.each<[string, object, object]>([
    ['mapped where the array says so', { mapped: true }, { isMapped: true }],
    ['not mapped where it does not say', {}, { isMapped: false }],
    ['locked until then', { lock_state: 'LOCKED', lock_expires_at: soon }, { lockExpiresAt: soon }],
    ['not locked when the array does not say until when', { lock_state: 'LOCKED' }, { lockExpiresAt: undefined }],
    ['not locked by a lock that is over', { lock_expires_at: soon }, { lockExpiresAt: undefined }],
    ['made by a policy that has an id', { created_by_snapshot_policy_id: 7 }, { isPolicyMade: true }],
    ['replicated as a source', { rmr_source: true }, { isReplicated: true }],
    ['replicated as a target', { rmr_target: true }, { isReplicated: true }],
    ['without a parent as a master', { type: 'MASTER', parent_id: 0 }, { kind: 'master', parentId: undefined }],
    ['a filesystem', { dataset_type: 'FILESYSTEM' }, { type: 'filesystem', isMapped: false }],
  ])('is %s', async (_, dataset, expected) => {
    expect(await findOnly(dataset)).toMatchObject(expected);
  });

  test('is mapped when it is a filesystem snapshot with an export', async () => {
    const filesystem = { dataset_type: 'FILESYSTEM' };
    expect(await findOnly(filesystem, { exported: [5] })).toMatchObject({ isMapped: true });
    expect(await findOnly(filesystem, { exported: [6] })).toMatchObject({ isMapped: false });
  });
});

describe('a member of a snapshot group', () => {
  const locked = { lock_state: 'LOCKED' };
  test.each<[string, object, object, Date | undefined]>([
    ['of the group alone', {}, group, later],
    ['of its own, when it is later', { ...locked, lock_expires_at: later }, { ...group, lock_expires_at: soon }, later],
    ['of the group, when it is later', { ...locked, lock_expires_at: soon }, group, later],
    ['of its own alone', { ...locked, lock_expires_at: soon }, { ...group, lock_state: 'UNLOCKED' }, soon],
    ['neither', {}, { ...group, lock_state: 'UNLOCKED' }, undefined],
  ])('has the lock %s', async (_, dataset, of, lockExpiresAt) => {
    expect(await findOnly({ ...dataset, cg_id: 90 }, { groups: [of] })).toMatchObject({ groupId: 90, lockExpiresAt });
  });

  test('has children when its group does', async () => {
    const found = await findOnly({ cg_id: 90 }, { groups: [{ ...group, has_children: true }] });
    expect(found).toMatchObject({ hasChildren: true });
  });

  test.each<[string, object]>([
    ['a group that is no snapshot group', { cg_id: 80 }],
    ['the mark of absence 0', { cg_id: 0 }],
    ['no such field', { cg_id: undefined }],
  ])('is in none with %s', async (_, dataset) => {
    expect(await findOnly(dataset)).toMatchObject({ groupId: undefined });
  });

  test('is never a master, whose group is a consistency group', async () => {
    const master = { type: 'MASTER', parent_id: 0, cg_id: 90 };
    expect(await findOnly(master, { groups: [group] })).toMatchObject({ groupId: undefined, lockExpiresAt: undefined });
  });
});

test('groups and exports are asked for only when a snapshot has something to do with them', async () => {
  const plain = clientOf({ datasets: [wire(5), wire(6, { type: 'MASTER', dataset_type: 'FILESYSTEM', cg_id: 80 })] });
  await plain.array.listDatasets([5, 6]);
  expect(plain.asked).toEqual(['datasets {"id":{"in":[5,6]}}']);
  const others = clientOf({ datasets: [wire(5, { cg_id: 90 }), wire(6, { dataset_type: 'FILESYSTEM', cg_id: 90 })] });
  await others.array.listSnapshotsNamed('SNAP');
  expect(others.asked).toEqual([
    'datasets {"name":{"like":"SNAP"},"type":"SNAPSHOT"}',
    'snapshotGroups {"id":{"in":[90]}}',
    'exports {"filesystem_id":{"in":[6]}}',
  ]);
});

test('ids are asked for in lots that an address can hold, each once', async () => {
  const { array, asked } = clientOf({});
  await array.listDatasets([...Array.from({ length: 201 }, (_, index) => index + 1), 1]);
  expect(asked).toHaveLength(2);
  expect(asked[1]).toBe('datasets {"id":{"in":[201]}}');
});

test('a group whose name differs in case is another group', async () => {
  const { array } = clientOf({
    datasets: [wire(5)],
    groups: [group, { ...group, id: 91, name: 'GROUP', parent_id: 0 }],
  });
  expect(await array.findGroups('group')).toMatchObject([
    { id: 90, kind: 'snapshot', parentId: 80, members: [{ id: 5, groupId: 90 }] },
  ]);
  expect(await array.findGroups('GROUP')).toMatchObject([{ id: 91, parentId: undefined }]);
});

describe('what the array knows of a host', () => {
  const client = (parts: object) => snapshotArray(parts as unknown as SnapshotArrayClient);
  const volume = (id: number, change: object = {}) => ({
    id,
    name: `v${id}`,
    serial: `s${id}`,
    nguid: null,
    ...change,
  });

  test('are volumes, each once, however often it was asked for', async () => {
    const asked: object[] = [];
    const list = ({ filter }: { readonly filter: object }) => {
      asked.push(filter);
      return listOf([volume(1), volume(2, { nguid: 'n2' })]);
    };
    const array = client({ volumes: { list } });
    const serials = Array.from({ length: 51 }, (_, index) => `s${index}`);
    expect(await array.listVolumes({ serials, ids: [1, 1] })).toEqual([
      { id: 1, name: 'v1', serial: 's1', nguid: undefined },
      { id: 2, name: 'v2', serial: 's2', nguid: 'n2' },
    ]);
    expect(asked).toEqual([{ serial: { in: serials.slice(0, 50) } }, { id: { in: [1] } }, { serial: { in: ['s50'] } }]);
  });

  test('are exports of exactly these paths, with the filesystem', async () => {
    const exports = {
      list: ({ filter }: { readonly filter: { readonly export_path?: string } }) =>
        listOf(
          filter.export_path === undefined
            ? []
            : [
                { export_path: filter.export_path, inner_path: '/', filesystem_id: 5 },
                { export_path: filter.export_path.toUpperCase(), inner_path: '/', filesystem_id: 5 },
                { export_path: filter.export_path, inner_path: '/sub', filesystem_id: 6 },
              ],
        ),
    };
    const datasets = { list: () => listOf([wire(5, { name: 'fs5', dataset_type: 'FILESYSTEM', type: 'MASTER' })]) };
    const snapshotGroups = { list: () => listOf([]) };
    const array = client({ exports, datasets, snapshotGroups });
    expect(await array.findExports(['/a'])).toEqual([
      { exportPath: '/a', innerPath: '/', filesystem: { id: 5, name: 'fs5' } },
    ]);
  });

  test('are the addresses of its NFS service, unless the account may not read them', async () => {
    const spaces = [
      { service: 'NAS_SERVICE', ips: [{ ip_address: '192.0.2.11' }] },
      { service: 'ISCSI_SERVICE', ips: [{ ip_address: '192.0.2.13' }] },
    ];
    const of = (list: () => AsyncIterable<unknown>) => client({ networkSpaces: { list } }).readNasAddresses();
    const failing = (outcome: string) => () => {
      throw Object.assign(new Error('no'), { outcome });
    };
    expect(await of(() => listOf(spaces))).toEqual(['192.0.2.11']);
    expect(await of(failing('refused'))).toBeUndefined();
    await expect(of(failing('unknown'))).rejects.toThrow('no');
  });
});

/** A client that answers each list with what is given for it, and tells what it was asked to lock. */
const clientWith = ({ answers }: { readonly answers: Readonly<Record<string, readonly object[]>> }) => {
  const asked: string[] = [];
  const list = (what: string) => (query?: { readonly filter?: object; readonly key?: string } | number) => {
    asked.push(`${what} ${JSON.stringify(query)}`);
    return listOf(answers[what] ?? []);
  };
  const lock = (what: string) => (id: number) => {
    asked.push(`lock ${what} ${id}`);
    return Promise.resolve();
  };
  const client = {
    volumes: { luns: list('luns'), lock: lock('volume') },
    filesystems: { lock: lock('filesystem') },
    datasets: { list: list('datasets') },
    snapshotGroups: { list: list('groups'), lock: lock('group') },
    exports: { list: list('exports') },
    hosts: { list: list('hosts') },
    clusters: { list: list('clusters') },
    replicas: { list: list('replicas') },
    metadata: { list: list('metadata') },
  };
  return { array: snapshotArray(client as unknown as SnapshotArrayClient), asked };
};

const snapshot = {
  id: 5,
  name: 'snap5',
  type: 'volume',
  kind: 'snapshot',
  parentId: 1,
  groupId: undefined,
  depth: 1,
  createdAt: soon,
  isWriteProtected: true,
  isMapped: false,
  hasChildren: false,
  lockExpiresAt: undefined,
  isPolicyMade: false,
  isReplicated: false,
} as const;

describe('what holds a snapshot', () => {
  test('is not asked for when nothing does', async () => {
    const { array, asked } = clientWith({ answers: {} });
    expect(await array.readUse(snapshot)).toEqual({ mappedTo: [], exportedAs: [], children: [], replicas: [] });
    expect(asked).toEqual([]);
  });

  test('is a host, or a cluster once and not each of its hosts', async () => {
    const luns = [
      { host_id: 7, host_cluster_id: 0 },
      { host_id: 0, host_cluster_id: 9 },
      { host_id: 8, host_cluster_id: 9 },
    ];
    const { array, asked } = clientWith({ answers: { luns, hosts: [{ name: 'db1' }], clusters: [{ name: 'rac' }] } });
    const { mappedTo } = await array.readUse({ ...snapshot, isMapped: true });
    expect(mappedTo).toEqual(['cluster rac', 'host db1']);
    expect(asked).toEqual(['luns 5', 'clusters {"filter":{"id":{"in":[9]}}}', 'hosts {"filter":{"id":{"in":[7]}}}']);
  });

  test('is an export of a filesystem', async () => {
    const { array } = clientWith({ answers: { exports: [{ filesystem_id: 5, export_path: '/restore' }] } });
    expect(await array.readUse({ ...snapshot, type: 'filesystem', isMapped: true })).toMatchObject({
      mappedTo: [],
      exportedAs: ['/restore'],
    });
  });

  test('is what was made of it, or of its snapshot group', async () => {
    const { array, asked } = clientWith({ answers: { datasets: [{ name: 'clone' }], groups: [{ name: 'clones' }] } });
    expect((await array.readUse({ ...snapshot, hasChildren: true })).children).toEqual(['clone']);
    expect((await array.readUse({ ...snapshot, groupId: 90, hasChildren: true })).children).toEqual([
      'clone',
      'clones',
    ]);
    expect(asked.at(-1)).toBe('groups {"filter":{"parent_id":90}}');
  });

  test('is a replica of it, or of its snapshot group', async () => {
    const replicas = [{ id: 31, role: 'SOURCE', replication_type: 'ASYNC' }];
    const { array, asked } = clientWith({ answers: { replicas } });
    const words = 'replica 31 (source, async)';
    expect((await array.readUse({ ...snapshot, isReplicated: true })).replicas).toEqual([words]);
    expect((await array.readUse({ ...snapshot, groupId: 90, isReplicated: true })).replicas).toEqual([words, words]);
    expect(asked.at(-1)).toBe('replicas {"filter":{"local_cg_id":90}}');
  });
});

describe('a lock', () => {
  test('is set on the group, and on each member that does not show it then', async () => {
    const datasets = [wire(5, { cg_id: 90 }), wire(6, { dataset_type: 'FILESYSTEM', cg_id: 90 })];
    const { array, asked } = clientWith({ answers: { datasets, groups: [{ ...group, lock_state: 'UNLOCKED' }] } });
    await array.lockSnapshots([5, 6], later);
    expect(asked.filter((what) => what.startsWith('lock'))).toEqual([
      'lock group 90',
      'lock volume 5',
      'lock filesystem 6',
    ]);
  });

  test('is not set where a lock is as long already', async () => {
    const locked = { lock_state: 'LOCKED', lock_expires_at: later };
    const { array, asked } = clientWith({
      answers: { datasets: [wire(5, { ...locked, cg_id: 90 })], groups: [group] },
    });
    await array.lockSnapshots([5], soon);
    expect(asked.filter((what) => what.startsWith('lock'))).toEqual([]);
  });
});

test('of a label only those of the objects that are asked for are kept', async () => {
  const metadata = [5, 6].map((object_id) => ({ object_id, key: 'k', value: 'v' }));
  const { array } = clientWith({ answers: { metadata } });
  expect((await array.listLabels('k')).map(({ objectId }) => objectId)).toEqual([5, 6]);
  expect((await array.listLabels('k', { of: new Set([6]) })).map(({ objectId }) => objectId)).toEqual([6]);
});

/** A client that writes down what it is asked for, and answers every snapshot call with these. */
const recordingClient = (made: readonly ReturnType<typeof wire>[] = []) => {
  const calls: unknown[][] = [];
  const call =
    <T>(what: string, answer: T) =>
    async (...request: readonly unknown[]): Promise<T> => {
      calls.push([what, ...request]);
      return answer;
    };
  const [first] = made;
  const datasetCalls = (what: string) => ({
    find: async ({ name }: { readonly name: string }) => made.find((each) => each.name === name),
    snapshot: call(`${what}.snapshot`, first),
    delete: call(`${what}.delete`, undefined),
  });
  const item = { object_id: 5, key: 'orasync.set', value: '{}' };
  const client = {
    system: { get: async () => ({ name: 'box', serial_number: 7, version: '7.3', localtime: undefined }) },
    volumes: { ...datasetCalls('volumes'), groupSnapshot: call('volumes.groupSnapshot', made) },
    filesystems: datasetCalls('filesystems'),
    datasets: { list: () => listOf(made) },
    snapshotGroups: {
      list: () => listOf([group]),
      members: () => listOf(made),
      create: call('snapshotGroups.create', { group: { id: 90 }, members: made }),
      delete: call('snapshotGroups.delete', undefined),
    },
    consistencyGroups: {
      list: () => listOf([{ ...group, id: 80, name: 'master', type: 'MASTER', parent_id: 0 }]),
      members: () => listOf(made),
    },
    exports: { list: () => listOf([]) },
    metadata: {
      list: () => listOf([item]),
      read: async () => [item],
      write: call('metadata.write', undefined),
      remove: call('metadata.remove', undefined),
    },
  };
  return { calls, array: snapshotArray(client as unknown as SnapshotArrayClient) };
};

const { signal } = new AbortController();
const parents = [
  { id: 1, name: 'a' },
  { id: 2, name: 'b' },
];

describe('a snapshot', () => {
  test.each<[string, SnapshotRequest, unknown[], object]>([
    [
      'of one volume has the name itself',
      { kind: 'volumes', name: 'n', parents: parents.slice(0, 1) },
      ['volumes.snapshot', { parent_id: 1, name: 'n' }, { signal }],
      { id: 5, type: 'volume' },
    ],
    [
      'of several volumes is one call',
      { kind: 'volumes', name: 'n', parents },
      ['volumes.groupSnapshot', { entities: [1, 2], snap_prefix: 'n_' }, { signal }],
      { id: 5, type: 'volume' },
    ],
    [
      'of a filesystem has the name itself',
      { kind: 'filesystem', name: 'n', parent: { id: 1, name: 'a' } },
      ['filesystems.snapshot', { parent_id: 1, name: 'n' }, { signal }],
      { id: 5, type: 'filesystem' },
    ],
    [
      'of a consistency group is one call, and its members know their group',
      { kind: 'consistency-group', name: 'n', group: { id: 80, name: 'g' }, parents },
      ['snapshotGroups.create', { parent_id: 80, name: 'n', snap_prefix: 'n_', members: [1, 2] }, { signal }],
      { id: 5, type: 'volume', groupId: 90 },
    ],
  ])('%s', async (_, request, call, made) => {
    const { array, calls } = recordingClient([wire(5)]);
    expect(await array.createSnapshots(request, { signal })).toMatchObject([made]);
    expect(calls).toEqual([call]);
  });

  test.each<[string, object, string[]]>([
    ['volume', {}, ['volumes.delete']],
    ['filesystem', { dataset_type: 'FILESYSTEM' }, ['filesystems.delete']],
    ['member of a snapshot group, after the group', { cg_id: 90 }, ['snapshotGroups.delete', 'volumes.delete']],
  ])('is deleted as a %s', async (_, change, order) => {
    const { array, calls } = recordingClient([wire(5, change)]);
    await array.deleteSnapshot(5);
    expect(calls.map(([what]) => what)).toEqual(order);
  });
});

test('the identity of an array may lack its time', async () => {
  const { array } = recordingClient();
  expect(await array.readIdentity()).toEqual({ name: 'box', serial: '7', version: '7.3', time: undefined });
});

test.each(['volume', 'filesystem'] as const)(
  'a %s is found by its name, and one that is not there is left out',
  async (type) => {
    const { array } = recordingClient([wire(5)]);
    expect(await array.findDatasets(type, ['snap5', 'nowhere'])).toMatchObject([{ id: 5, type }]);
  },
);

test('a consistency group is a master, and its members are in no snapshot group', async () => {
  const { array } = recordingClient([wire(5)]);
  const [found] = await array.findGroups('master');
  expect(found).toMatchObject({
    id: 80,
    kind: 'master',
    parentId: undefined,
    members: [{ id: 5, groupId: undefined }],
  });
  expect(await array.listMembers(90)).toMatchObject([{ id: 5 }]);
});

test('labels are metadata: read by object or by key, written together, removed one by one', async () => {
  const { array, calls } = recordingClient();
  expect(await array.readLabels(5)).toEqual({ 'orasync.set': '{}' });
  expect(await array.listLabels('orasync.set')).toEqual([{ objectId: 5, key: 'orasync.set', value: '{}' }]);
  await array.writeLabels(5, { a: '1', b: '2' });
  await array.removeLabel(5, 'a');
  expect(calls).toEqual([
    ['metadata.write', 5, { a: '1', b: '2' }],
    ['metadata.remove', 5, 'a'],
  ]);
});
