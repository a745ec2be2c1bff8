import type { Clock } from '../clock.js';
import { ArrayRefusal, badRequest, notFound, parseBody } from './answer.js';
import { type Clusters, createClusters } from './clusters.js';
import { allocatedBytes, type Dataset, type DatasetKind, datasetFields, describeDataset } from './dataset.js';
import { refreshDataset, restoreDataset } from './dataset-content.js';
import { checkPromotable } from './dataset-promotion.js';
import { type DatasetUse, planRemoval } from './dataset-removal.js';
import { deleteSimulationBody, moveBody } from './dataset-requests.js';
import { createDatasets, type Datasets } from './datasets.js';
import { createEvents, type Events } from './events.js';
import { createExports, type Exports } from './exports.js';
import type { Group } from './group.js';
import { createGroups, type Groups } from './groups.js';
import { createHosts, type Hosts } from './hosts.js';
import { networkSpaces } from './network-spaces.js';
import { createObjectMetadata, type ObjectMetadata } from './object-metadata.js';
import { createPools, type Pools } from './pools.js';
import type { WireRecord } from './query.js';
import { createReplication, type Replication } from './replication.js';
import { createSnapshotPolicies, type SnapshotPolicies } from './snapshot-policies.js';
import { createSystem, type System, systemVersion } from './system.js';
import { createTreeqs, type Treeqs } from './treeqs.js';
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
  readonly clusters: Clusters;
  readonly exports: Exports;
  readonly treeqs: Treeqs;
  readonly replication: Replication;
  readonly snapshotPolicies: SnapshotPolicies;
  readonly networkSpaces: readonly WireRecord[];
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
  restoreGroup(id: number, body: unknown, isApproved: boolean): void;
  /** `POST volumes/ID/move`. */
  move(datasets: Datasets, id: number, body: unknown): Dataset;
  /** `POST volumes/ID/promote`: makes a master of a snapshot. */
  promote(id: number): Dataset;
  /** `POST volumes/delete_simulation`: the bytes that deleting these would set free. */
  simulateRemoval(datasets: Datasets, body: unknown): number;
  /** Every mapping of a volume: those of hosts, then those of clusters. */
  lunsOfVolume(volumeId: number): readonly WireRecord[];
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
  const reportDataset = (what: 'CREATED' | 'DELETED' | 'RESTORED', dataset: Dataset) => {
    if (what === 'DELETED') {
      metadata.forget(dataset.id);
      treeqs.forget(dataset.id);
    }
    const code = `${dataset.kind}_${what}`;
    events.report({ code, description: `${code}: ${dataset.name}`, affectedEntityId: dataset.id });
  };
  const reportGroup = (what: 'CREATED' | 'DELETED' | 'RESTORED', group: Group) => {
    if (what === 'DELETED') metadata.forget(group.id);
    events.report({ code: `CG_${what}`, description: `CG_${what}: ${group.name}`, affectedEntityId: group.id });
  };
  const collection = (kind: DatasetKind) =>
    createDatasets({
      kind,
      now,
      nextId,
      checkPool: (id) => void pools.get(id),
      checkRoom: (id, sizeBytes) => pools.checkRoom(id, sizeBytes),
      report: reportDataset,
    });
  const volumes = collection('VOLUME');
  const filesystems = collection('FILESYSTEM');
  const allDatasets = () => [...volumes.all(), ...filesystems.all()];
  const collectionOf = ({ kind }: Dataset) => (kind === 'VOLUME' ? volumes : filesystems);
  const pools = createPools({
    now,
    nextId,
    datasetsIn: (poolId) => allDatasets().filter((dataset) => dataset.poolId === poolId),
  });
  const checkVolume = (id: number) => void volumes.get(id);
  const hosts = createHosts({ now, nextId, checkVolume, clusterOf: (id) => clusters.ofHost(id) });
  const clusters: Clusters = createClusters({
    now,
    nextId,
    checkVolume,
    getHost: (id) => hosts.get(id),
    describeHost: (host) => hosts.describe(host),
  });
  const checkFilesystem = (id: number) => void filesystems.get(id);
  const exports = createExports({ now, nextId, checkFilesystem });
  const treeqs = createTreeqs({ nextId, checkFilesystem });
  const replication = createReplication({ now, nextId });
  const mapped = () =>
    new Set([...hosts.all(), ...clusters.all()].flatMap(({ luns }) => luns.map(({ volumeId }) => volumeId)));
  const useOf = (id: number): DatasetUse | undefined => {
    if (mapped().has(id)) return 'MAPPED';
    if (exports.isExported(id)) return 'EXPORTED';
    return replication.rolesOf(id).length > 0 ? 'REPLICATED' : undefined;
  };
  // Assumed: a dataset moves with all its snapshots, and capacity is what the master occupies. Source: section 3.1.
  const moveDataset = (dataset: Dataset, poolId: number, withCapacity: boolean): void => {
    pools.get(poolId);
    if (withCapacity) pools.moveCapacity({ from: dataset.poolId, to: poolId, bytes: dataset.sizeBytes });
    for (const each of [dataset, ...collectionOf(dataset).descendants(dataset.id)]) {
      each.poolId = poolId;
      each.updatedAt = now();
    }
  };
  const groups = createGroups({
    now,
    nextId,
    collections: [volumes, filesystems],
    poolName: (poolId) => pools.get(poolId).name,
    useOf,
    checkRoom: (poolId, sizeBytes) => pools.checkRoom(poolId, sizeBytes),
    replicationTypesOf: (id) => replication.rolesOf(id).map(({ type }) => type),
    moveDataset,
    report: reportGroup,
  });
  const snapshotPolicies = createSnapshotPolicies(() => [
    ...allDatasets().map(({ id, name, kind, snapshotPolicyId }) => ({
      id,
      name,
      type: kind,
      policyId: snapshotPolicyId,
    })),
    ...groups.all().map(({ id, name, snapshotPolicyId }) => ({
      id,
      name,
      type: 'CG' as const,
      policyId: snapshotPolicyId,
    })),
  ]);
  // Documented names of types, and the code for what carries no metadata. Assumed: 400 with it, and which objects those are.
  // Source: sections 1.6, 2.4 and 5.
  const metadata = createObjectMetadata({
    typeOf: (id) => {
      if (volumes.find(id) !== undefined) return 'volume';
      if (filesystems.find(id) !== undefined) return 'filesystem';
      if (groups.find(id) !== undefined) return 'cg';
      if (pools.find(id) !== undefined) return 'pool';
      if (hosts.find(id) !== undefined) return 'host';
      if (clusters.find(id) !== undefined) return 'cluster';
      if (exports.find(id) !== undefined || replication.has(id) || treeqs.has(id))
        throw new ArrayRefusal(400, 'METADATA_IS_NOT_SUPPORTED_FOR_ENTITY', `object ${id} carries no metadata`);
      throw notFound('OBJECT', id);
    },
  });
  const users = createUsers({
    now,
    nextId,
    admin: { name: username, password },
    onLogin: (user) =>
      events.report({
        code: 'USER_LOGIN_SUCCESS',
        description: `user ${user.name} logged in`,
        affectedEntityId: user.id,
        username: user.name,
      }),
    onRemoved: (id) => {
      for (const pool of pools.all()) if (pool.owners.includes(id)) pools.setOwner(pool.id, id, false);
    },
  });
  const system = createSystem({
    now,
    name,
    serial,
    entityCounts: () => ({
      pools: pools.all().length,
      volumes: volumes.all().filter(({ parentId }) => parentId === undefined).length,
      snapshots: volumes.all().filter(({ parentId }) => parentId !== undefined).length,
      filesystems: filesystems.all().length,
      hosts: hosts.all().length,
      clusters: clusters.all().length,
      cgs: groups.all().length,
    }),
  });

  const describeDatasets = (datasets: readonly Dataset[]): readonly WireRecord[] => {
    const mappedNow = mapped();
    const at = now();
    return datasets.map((dataset) =>
      describeDataset(dataset, {
        now: at,
        systemSerial: serial,
        hasChildren: collectionOf(dataset).hasChildren(dataset.id),
        isMapped: mappedNow.has(dataset.id),
        poolName: pools.get(dataset.poolId).name,
        groupName: dataset.groupId === undefined ? undefined : groups.get(dataset.groupId).name,
        replication: replication.rolesOf(dataset.id),
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
    clusters,
    exports,
    treeqs,
    replication,
    snapshotPolicies,
    networkSpaces: networkSpaces(serial),
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
      datasets.drop(planRemoval(datasets, [dataset], { now: now(), isApproved, useOf }));
      return record;
    },
    restore: (datasets, id, body, isApproved) => {
      const restored = restoreDataset(datasets, id, body, { now: now(), isApproved });
      reportDataset('RESTORED', restored);
      return restored;
    },
    refresh: (datasets, id, body, isApproved) => refreshDataset(datasets, id, body, { now: now(), isApproved }),
    restoreGroup: (id, body, isApproved) => {
      for (const dataset of groups.restore(id, body, isApproved)) reportDataset('RESTORED', dataset);
      reportGroup('RESTORED', groups.get(id));
    },
    move: (datasets, id, body) => {
      const dataset = datasets.get(id);
      const { pool_id, with_capacity } = parseBody(moveBody, body);
      if (dataset.parentId !== undefined) throw badRequest(`'${dataset.name}' is a snapshot and moves with its master`);
      if (dataset.groupId !== undefined) throw badRequest(`'${dataset.name}' moves with its consistency group`);
      moveDataset(dataset, pool_id, with_capacity);
      return dataset;
    },
    promote: (id) => {
      const volume = volumes.get(id);
      if (volume.groupId !== undefined) throw badRequest(`'${volume.name}' is promoted with its snapshot group`);
      checkPromotable(volume, now());
      pools.checkRoom(volume.poolId, volume.sizeBytes);
      return volumes.promote(id);
    },
    // Assumed: what the datasets and everything below them have allocated. Source: section 3.1.
    simulateRemoval: (datasets, body) => {
      const { entities } = parseBody(deleteSimulationBody, body);
      const goes = new Set(entities.flatMap((id) => [datasets.get(id), ...datasets.descendants(id)]));
      return [...goes].reduce((sum, dataset) => sum + allocatedBytes(dataset), 0);
    },
    lunsOfVolume: (volumeId) =>
      [
        ...hosts.all().flatMap(({ id }) => hosts.lunsOfHost(id)),
        ...clusters.all().flatMap(({ id }) => clusters.lunsOf(id)),
      ].filter((lun) => lun['volume_id'] === volumeId),
  };
};
