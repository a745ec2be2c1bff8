import type { Clock } from '../clock.js';
import { notFound } from './answer.js';
import { type Dataset, type DatasetKind, datasetFields, describeDataset } from './dataset.js';
import { refreshDataset, restoreDataset } from './dataset-content.js';
import { planRemoval } from './dataset-removal.js';
import { createDatasets, type Datasets } from './datasets.js';
import { createEvents, type Events } from './events.js';
import { createGroups, type Groups } from './groups.js';
import { createHosts, type Hosts } from './hosts.js';
import { createObjectMetadata, type ObjectMetadata } from './object-metadata.js';
import { createPools, type Pools } from './pools.js';
import type { WireRecord } from './query.js';
import { createSystem, type System, systemVersion } from './system.js';
import { createUsers, type Users } from './users.js';

/** Everything that the array remembers, and the operations that touch more than one part of it. */
export interface ArrayState {
  /** Milliseconds since 1970 by the array's own clock. */
  now(): number;
  /** Moves the array's clock against everybody else's. */
  skewClock(ms: number): void;
  readonly pools: Pools;
  readonly volumes: Datasets;
  readonly filesystems: Datasets;
  readonly groups: Groups;
  readonly hosts: Hosts;
  readonly metadata: ObjectMetadata;
  readonly events: Events;
  readonly users: Users;
  readonly system: System;
  datasetFieldsOf(kind: DatasetKind): ReadonlySet<string>;
  describeDataset(dataset: Dataset): WireRecord;
  describeDatasets(datasets: readonly Dataset[]): readonly WireRecord[];
  /** @returns The description of what was deleted, as it last was. */
  remove(datasets: Datasets, id: number, isApproved: boolean): WireRecord;
  restore(datasets: Datasets, id: number, body: unknown, isApproved: boolean): Dataset;
  refresh(datasets: Datasets, id: number, body: unknown, isApproved: boolean): Dataset;
}

/** What the array is called and who may use it. */
export interface ArrayIdentity {
  readonly name: string;
  readonly serial: number;
  readonly username: string;
  readonly password: string;
}

const fieldsByKind = { VOLUME: datasetFields('VOLUME'), FILESYSTEM: datasetFields('FILESYSTEM') };

export const createArrayState = (clock: Clock, { name, serial, username, password }: ArrayIdentity): ArrayState => {
  let skewMs = 0;
  const now = () => clock.now() + skewMs;
  // Documented: one counter for objects of every type, so an id names one object. Source: infinibox-api.md section 3.
  let lastId = 1000;
  const nextId = () => {
    lastId += 1;
    return lastId;
  };

  const events = createEvents({ now, username, systemVersion });
  const report = (what: 'CREATED' | 'DELETED' | 'RESTORED', dataset: Dataset) => {
    if (what === 'DELETED') metadata.forget(dataset.id);
    const code = `${dataset.kind}_${what}`;
    events.report({ code, description: `${code}: ${dataset.name}`, affectedEntityId: dataset.id });
  };
  const checkPool = (id: number) => void pools.get(id);
  const volumes = createDatasets({ kind: 'VOLUME', now, nextId, checkPool, report });
  const filesystems = createDatasets({ kind: 'FILESYSTEM', now, nextId, checkPool, report });
  const allDatasets = () => [...volumes.all(), ...filesystems.all()];
  const pools = createPools({
    now,
    nextId,
    datasetsIn: (poolId) => allDatasets().filter((dataset) => dataset.poolId === poolId),
  });
  const hosts = createHosts({ now, nextId, checkVolume: (id) => void volumes.get(id) });
  const isMapped = (id: number) => hosts.mapped().has(id);
  const groups = createGroups({
    now,
    nextId,
    collections: [volumes, filesystems],
    poolName: (poolId) => pools.get(poolId).name,
    isMapped,
  });
  // Documented names of types. Source: section 2.4.
  const metadata = createObjectMetadata({
    typeOf: (id) => {
      if (volumes.find(id) !== undefined) return 'volume';
      if (filesystems.find(id) !== undefined) return 'filesystem';
      if (groups.find(id) !== undefined) return 'cg';
      if (pools.find(id) !== undefined) return 'pool';
      if (hosts.find(id) !== undefined) return 'host';
      throw notFound('OBJECT', id);
    },
  });
  const users = createUsers({ now, nextId, admin: { name: username, password } });
  const system = createSystem({
    now,
    name,
    serial,
    entityCounts: () => ({
      pools: pools.all().length,
      volumes: volumes.all().filter(({ parentId }) => parentId === undefined).length,
      snapshots: volumes.all().filter(({ parentId }) => parentId !== undefined).length,
      filesystems: filesystems.all().length,
      hosts: hosts.records().length,
    }),
  });

  const describeDatasets = (datasets: readonly Dataset[]): readonly WireRecord[] => {
    const parents = new Set(allDatasets().map(({ parentId }) => parentId));
    const mapped = hosts.mapped();
    const at = now();
    return datasets.map((dataset) =>
      describeDataset(dataset, {
        now: at,
        systemSerial: serial,
        hasChildren: parents.has(dataset.id),
        isMapped: mapped.has(dataset.id),
        poolName: pools.get(dataset.poolId).name,
        groupName: dataset.groupId === undefined ? undefined : groups.get(dataset.groupId).name,
      }),
    );
  };
  const describe = (dataset: Dataset): WireRecord => ({ ...describeDatasets([dataset])[0] });

  return {
    now,
    skewClock: (ms) => {
      skewMs += ms;
    },
    pools,
    volumes,
    filesystems,
    groups,
    hosts,
    metadata,
    events,
    users,
    system,
    datasetFieldsOf: (kind) => fieldsByKind[kind],
    describeDataset: describe,
    describeDatasets,
    remove: (datasets, id, isApproved) => {
      const dataset = datasets.get(id);
      const record = describe(dataset);
      datasets.drop(planRemoval(datasets, [dataset], { now: now(), isApproved, isMapped }));
      return record;
    },
    restore: (datasets, id, body, isApproved) => {
      const restored = restoreDataset(datasets, id, body, { now: now(), isApproved });
      report('RESTORED', restored);
      return restored;
    },
    refresh: (datasets, id, body, isApproved) => refreshDataset(datasets, id, body, { now: now(), isApproved }),
  };
};
