import { describe, expect, test } from 'vitest';
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
