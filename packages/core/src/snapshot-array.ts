import type { ArrayExport, ArrayVolume } from './coverage/array-inventory.js';
import { outcomeOf } from './errors.js';
import type { ArrayIdentity, Dataset, DatasetType, Group, Label, PrunableSnapshotArray, SnapshotUse } from './ports.js';

interface CallOptions {
  readonly signal?: AbortSignal;
}

/** A volume or filesystem as the array spells it. Source: infinibox-api.md sections 3.1 and 3.2. */
interface WireDataset {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly parent_id: number;
  readonly depth: number;
  readonly created_at: Date;
  readonly write_protected: boolean;
  /** Filesystems may lack it. */
  readonly mapped?: boolean | undefined;
  readonly has_children: boolean;
  readonly lock_expires_at?: Date | null | undefined;
  readonly lock_state?: string | null | undefined;
  readonly created_by_snapshot_policy_id?: number | null | undefined;
  readonly rmr_source?: boolean | undefined;
  readonly rmr_target?: boolean | undefined;
}

/** A dataset out of a list that holds both kinds. */
interface WireTypedDataset extends WireDataset {
  readonly dataset_type: 'VOLUME' | 'FILESYSTEM';
  readonly cg_id?: number | null | undefined;
}

/** A consistency group or snapshot group. Source: infinibox-api.md section 3.3. */
interface WireGroup {
  readonly id: number;
  readonly name: string;
  readonly type: 'MASTER' | 'SNAPSHOT';
  readonly parent_id: number;
  readonly has_children: boolean;
  readonly lock_expires_at?: Date | null | undefined;
  readonly lock_state?: string | null | undefined;
}

/** What identifies a volume on hosts. Source: infinibox-api.md section 6.1. */
interface WireVolume {
  readonly id: number;
  readonly name: string;
  readonly serial: string;
  /** From release 7.1 on. */
  readonly nguid?: unknown;
}

/** Source: infinibox-api.md sections 3.9 and 6.2. */
interface WireExport {
  readonly filesystem_id: number;
  readonly export_path: string;
  readonly inner_path: string;
}

interface WireMetadataItem {
  readonly object_id: number;
  readonly key: string;
  readonly value: string;
}

/** A mapping of a volume. Source: infinibox-api.md section 3.8. */
interface WireLun {
  /** 0 for none. */
  readonly host_id: number;
  /** 0 for none; a host's copy of a mapping of its cluster has both. */
  readonly host_cluster_id: number;
}

/** Source: infinibox-api.md section 3.10. */
interface WireReplica {
  readonly id: number;
  readonly role: string;
  readonly replication_type: string;
}

type ById = { readonly id: { readonly in: readonly number[] } };

/** Calls that volumes and filesystems share. */
interface DatasetCalls {
  find(filter: { readonly name: string }): Promise<WireDataset | undefined>;
  snapshot(request: { readonly parent_id: number; readonly name: string }, options?: CallOptions): Promise<WireDataset>;
  lock(id: number, until: Date): Promise<unknown>;
  delete(id: number): Promise<void>;
}

/** The few calls of `@orasync/infinibox-client` that backup and retention make; the client fits as it is. */
export interface SnapshotArrayClient {
  readonly system: {
    get(options?: CallOptions): Promise<{
      readonly name: string;
      readonly serial_number: number;
      readonly version: string;
      readonly localtime?: { readonly utc_time?: Date | undefined } | undefined;
    }>;
  };
  readonly volumes: DatasetCalls & {
    list(query: {
      readonly filter:
        | { readonly serial: { readonly in: readonly string[] } }
        | { readonly id: { readonly in: readonly number[] } };
    }): AsyncIterable<WireVolume>;
    groupSnapshot(
      request: { readonly entities: readonly number[]; readonly snap_prefix: string },
      options?: CallOptions,
    ): Promise<readonly WireDataset[]>;
    luns(id: number): AsyncIterable<WireLun>;
  };
  readonly filesystems: DatasetCalls;
  readonly datasets: {
    list(query: {
      readonly filter: {
        readonly id?: { readonly in: readonly number[] };
        readonly name?: { readonly like: string };
        readonly type?: 'SNAPSHOT';
        readonly parent_id?: number;
      };
    }): AsyncIterable<WireTypedDataset>;
  };
  readonly consistencyGroups: {
    list(query: { readonly filter: { readonly name: string } }): AsyncIterable<WireGroup>;
    members(id: number): AsyncIterable<WireTypedDataset>;
  };
  readonly snapshotGroups: {
    list(query: {
      readonly filter: { readonly name: string } | { readonly parent_id: number } | ById;
    }): AsyncIterable<WireGroup>;
    members(id: number): AsyncIterable<WireTypedDataset>;
    create(
      request: {
        readonly parent_id: number;
        readonly name: string;
        readonly snap_prefix: string;
        readonly members: readonly number[];
      },
      options?: CallOptions,
    ): Promise<{ readonly group: { readonly id: number }; readonly members: readonly WireTypedDataset[] }>;
    lock(id: number, until: Date): Promise<unknown>;
    delete(id: number, request: { readonly delete_members: boolean }): Promise<void>;
  };
  readonly exports: {
    list(query: {
      readonly filter:
        | { readonly filesystem_id: { readonly in: readonly number[] } }
        | { readonly export_path: string };
    }): AsyncIterable<WireExport>;
  };
  readonly networkSpaces: {
    list(): AsyncIterable<{ readonly service: string; readonly ips: readonly { readonly ip_address: string }[] }>;
  };
  readonly hosts: { list(query: { readonly filter: ById }): AsyncIterable<{ readonly name: string }> };
  readonly clusters: { list(query: { readonly filter: ById }): AsyncIterable<{ readonly name: string }> };
  readonly replicas: {
    list(query: {
      readonly filter: { readonly local_entity_id: number } | { readonly local_cg_id: number };
    }): AsyncIterable<WireReplica>;
  };
  readonly metadata: {
    list(filter: { readonly key: string }): AsyncIterable<WireMetadataItem>;
    read(objectId: number): Promise<readonly WireMetadataItem[]>;
    write(objectId: number, values: Readonly<Record<string, string>>): Promise<void>;
    remove(objectId: number, key: string): Promise<unknown>;
  };
}

/** Ids in one query: keeps the address of the request well below the length that servers refuse. */
const idsPerQuery = 200;
/** A serial is as long as four ids and more. */
const serialsPerQuery = 50;

const lockOf = ({ lock_state, lock_expires_at }: Pick<WireDataset, 'lock_state' | 'lock_expires_at'>) =>
  lock_state === 'LOCKED' ? (lock_expires_at ?? undefined) : undefined;

const toDataset = (dataset: WireDataset, type: DatasetType): Dataset => ({
  id: dataset.id,
  name: dataset.name,
  type,
  kind: dataset.type === 'MASTER' ? 'master' : 'snapshot',
  parentId: dataset.parent_id === 0 ? undefined : dataset.parent_id,
  groupId: undefined,
  depth: dataset.depth,
  createdAt: dataset.created_at,
  isWriteProtected: dataset.write_protected,
  isMapped: dataset.mapped === true,
  hasChildren: dataset.has_children,
  lockExpiresAt: lockOf(dataset),
  isPolicyMade: (dataset.created_by_snapshot_policy_id ?? null) !== null,
  isReplicated: dataset.rmr_source === true || dataset.rmr_target === true,
});

const toTypedDataset = (dataset: WireTypedDataset): Dataset =>
  toDataset(dataset, dataset.dataset_type === 'VOLUME' ? 'volume' : 'filesystem');

const toArrayVolume = ({ id, name, serial, nguid }: WireVolume): ArrayVolume => ({
  id,
  name,
  serial,
  nguid: typeof nguid === 'string' ? nguid : undefined,
});

const laterOf = (a: Date | undefined, b: Date | undefined): Date | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a;

/** A member can go once its group can: what was made of the group, and its lock, hold for the member too. */
const inGroup = (snapshot: Dataset, group: WireGroup): Dataset => ({
  ...snapshot,
  groupId: group.id,
  hasChildren: snapshot.hasChildren || group.has_children,
  lockExpiresAt: laterOf(snapshot.lockExpiresAt, lockOf(group)),
});

const collect = async <T>(items: AsyncIterable<T>): Promise<readonly T[]> => {
  const result: T[] = [];
  for await (const item of items) result.push(item);
  return result;
};

const collectByIds = async <Id, T>(
  ids: readonly Id[],
  list: (ids: readonly Id[]) => AsyncIterable<T>,
  perQuery = idsPerQuery,
): Promise<readonly T[]> => {
  const unique = [...new Set(ids)];
  const result: T[] = [];
  for (let start = 0; start < unique.length; start += perQuery)
    result.push(...(await collect(list(unique.slice(start, start + perQuery)))));
  return result;
};

/** The array behind a REST client, as core's port. The only file of core that knows the array's spelling. */
export const snapshotArray = (client: SnapshotArrayClient): PrunableSnapshotArray => {
  const {
    system,
    volumes,
    filesystems,
    datasets,
    consistencyGroups,
    snapshotGroups,
    exports,
    networkSpaces,
    metadata,
  } = client;

  const listWires = (ids: readonly number[]) =>
    collectByIds(ids, (some) => datasets.list({ filter: { id: { in: some } } }));

  const listGroupWires = (wires: readonly WireTypedDataset[]) =>
    collectByIds(
      wires.map(({ cg_id }) => cg_id ?? 0).filter((id) => id !== 0),
      (ids) => snapshotGroups.list({ filter: { id: { in: ids } } }),
    );

  /** Adds to snapshots what the array keeps elsewhere: the exports of filesystems, and the snapshot groups with their locks. */
  const readSurroundings = async (wires: readonly WireTypedDataset[]): Promise<readonly Dataset[]> => {
    const snapshots = wires.filter(({ type }) => type !== 'MASTER');
    const filesystemIds = snapshots.filter(({ dataset_type }) => dataset_type === 'FILESYSTEM').map(({ id }) => id);
    const [groups, exported] = await Promise.all([
      listGroupWires(snapshots),
      collectByIds(filesystemIds, (ids) => exports.list({ filter: { filesystem_id: { in: ids } } })),
    ]);
    const groupsById = new Map(groups.map((group) => [group.id, group]));
    const exportedIds = new Set(exported.map(({ filesystem_id }) => filesystem_id));
    return wires.map((wire) => {
      const dataset = toTypedDataset(wire);
      const group = groupsById.get(wire.cg_id ?? 0);
      const known = exportedIds.has(wire.id) ? { ...dataset, isMapped: true } : dataset;
      return group === undefined || dataset.kind === 'master' ? known : inGroup(known, group);
    });
  };

  const listDatasets = async (ids: readonly number[]): Promise<readonly Dataset[]> =>
    readSurroundings(await listWires(ids));

  const findDataset = async (id: number): Promise<Dataset | undefined> => (await listDatasets([id]))[0];

  const readGroup = async (group: WireGroup): Promise<Group> => {
    const isMaster = group.type === 'MASTER';
    const members = (await collect((isMaster ? consistencyGroups : snapshotGroups).members(group.id))).map(
      toTypedDataset,
    );
    return {
      id: group.id,
      name: group.name,
      kind: isMaster ? 'master' : 'snapshot',
      parentId: group.parent_id === 0 ? undefined : group.parent_id,
      members: isMaster ? members : members.map((member) => inGroup(member, group)),
    };
  };

  /** A mapping of a cluster is listed once more for each of its hosts: only the cluster is named then. */
  const readMappings = async (id: number): Promise<readonly string[]> => {
    const luns = await collect(volumes.luns(id));
    const clusterIds = luns.map(({ host_cluster_id }) => host_cluster_id).filter((each) => each !== 0);
    const hostIds = luns.filter(({ host_cluster_id }) => host_cluster_id === 0).map(({ host_id }) => host_id);
    const [clusters, hosts] = await Promise.all([
      collectByIds(clusterIds, (ids) => client.clusters.list({ filter: { id: { in: ids } } })),
      collectByIds(hostIds, (ids) => client.hosts.list({ filter: { id: { in: ids } } })),
    ]);
    return [...clusters.map(({ name }) => `cluster ${name}`), ...hosts.map(({ name }) => `host ${name}`)];
  };

  const readReplicas = async (
    filter: { readonly local_entity_id: number } | { readonly local_cg_id: number },
  ): Promise<readonly string[]> =>
    (await collect(client.replicas.list({ filter }))).map(
      ({ id, role, replication_type }) => `replica ${id} (${role.toLowerCase()}, ${replication_type.toLowerCase()})`,
    );

  const readUse = async ({ id, type, groupId, isMapped, hasChildren, isReplicated }: Dataset): Promise<SnapshotUse> => {
    const exported = isMapped && type === 'filesystem';
    const ofGroup = hasChildren && groupId !== undefined;
    const [mappedTo, exportedAs, children, groups, replicas, groupReplicas] = await Promise.all([
      isMapped && type === 'volume' ? readMappings(id) : [],
      exported ? collect(exports.list({ filter: { filesystem_id: { in: [id] } } })) : [],
      hasChildren ? collect(datasets.list({ filter: { parent_id: id } })) : [],
      ofGroup ? collect(snapshotGroups.list({ filter: { parent_id: groupId } })) : [],
      isReplicated ? readReplicas({ local_entity_id: id }) : [],
      isReplicated && groupId !== undefined ? readReplicas({ local_cg_id: groupId }) : [],
    ]);
    return {
      mappedTo,
      exportedAs: exportedAs.map(({ export_path }) => export_path),
      children: [...children, ...groups].map(({ name }) => name),
      replicas: [...replicas, ...groupReplicas],
    };
  };

  /** Whether its lock already holds so long. */
  const isLockedUntil = (until: Date) => (wire: Pick<WireDataset, 'lock_state' | 'lock_expires_at'>) =>
    (lockOf(wire)?.getTime() ?? 0) >= until.getTime();

  return {
    readIdentity: async (): Promise<ArrayIdentity> => {
      const { name, serial_number, version, localtime } = await system.get();
      return { name, serial: String(serial_number), version, time: localtime?.utc_time };
    },

    // One query per name: how the array escapes a comma or a parenthesis inside `in:(…)` is not known.
    // Source: infinibox-api.md section 2.1.
    findDatasets: async (type, names) => {
      const calls = type === 'volume' ? volumes : filesystems;
      const found = await Promise.all(names.map((name) => calls.find({ name })));
      return found.filter((dataset) => dataset !== undefined).map((dataset) => toDataset(dataset, type));
    },

    listVolumes: async ({ serials, ids }) => {
      const found = await Promise.all([
        collectByIds(serials, (some) => volumes.list({ filter: { serial: { in: some } } }), serialsPerQuery),
        collectByIds(ids, (some) => volumes.list({ filter: { id: { in: some } } })),
      ]);
      return [...new Map(found.flat().map((volume) => [volume.id, toArrayVolume(volume)])).values()];
    },

    findExports: async (paths) => {
      const found = await Promise.all(paths.map((path) => collect(exports.list({ filter: { export_path: path } }))));
      const exact = found.flat().filter(({ export_path }) => paths.includes(export_path));
      const names = new Map(
        (await listDatasets(exact.map(({ filesystem_id }) => filesystem_id))).map(({ id, name }) => [id, name]),
      );
      return exact.flatMap(({ export_path, inner_path, filesystem_id: id }): ArrayExport[] => {
        const name = names.get(id);
        return name === undefined ? [] : [{ exportPath: export_path, innerPath: inner_path, filesystem: { id, name } }];
      });
    },

    readNasAddresses: async () => {
      try {
        const spaces = await collect(networkSpaces.list());
        return spaces
          .filter(({ service }) => service === 'NAS_SERVICE')
          .flatMap(({ ips }) => ips.map(({ ip_address }) => ip_address));
      } catch (error) {
        if (outcomeOf(error) === 'refused') return undefined; // a role that may not look, or a release without them
        throw error;
      }
    },

    // Whether `eq` heeds case is not known, so names are compared here too. Source: infinibox-api.md section 8.0.
    findGroups: async (name) => {
      const found = await Promise.all(
        [consistencyGroups, snapshotGroups].map((groups) => collect(groups.list({ filter: { name } }))),
      );
      return Promise.all(
        found
          .flat()
          .filter((group) => group.name === name)
          .map(readGroup),
      );
    },

    createSnapshots: async (request, { signal }) => {
      switch (request.kind) {
        case 'volumes': {
          const { name, parents } = request;
          const [only] = parents;
          if (parents.length === 1 && only !== undefined)
            return [toDataset(await volumes.snapshot({ parent_id: only.id, name }, { signal }), 'volume')];
          const entities = parents.map(({ id }) => id);
          const made = await volumes.groupSnapshot({ entities, snap_prefix: `${name}_` }, { signal });
          return made.map((snapshot) => toDataset(snapshot, 'volume'));
        }
        case 'filesystem': {
          const { name, parent } = request;
          return [toDataset(await filesystems.snapshot({ parent_id: parent.id, name }, { signal }), 'filesystem')];
        }
        case 'consistency-group': {
          const { name, group, parents } = request;
          const members = parents.map(({ id }) => id);
          const made = await snapshotGroups.create(
            { parent_id: group.id, name, snap_prefix: `${name}_`, members },
            { signal },
          );
          return made.members.map((member) => ({ ...toTypedDataset(member), groupId: made.group.id }));
        }
      }
    },

    findDataset,
    listDatasets,

    // Whether `like` heeds case is not known either.
    listSnapshotsNamed: async (text) => {
      const found = await collect(datasets.list({ filter: { name: { like: text }, type: 'SNAPSHOT' } }));
      return readSurroundings(found.filter(({ name }) => name.toLowerCase().includes(text.toLowerCase())));
    },

    listLabels: async (key, options) => {
      const labels: Label[] = [];
      for await (const { object_id, value } of metadata.list({ key }))
        if (options?.of.has(object_id) ?? true) labels.push({ objectId: object_id, key, value });
      return labels;
    },
    readLabels: async (objectId) =>
      Object.fromEntries((await metadata.read(objectId)).map(({ key, value }) => [key, value])),
    writeLabels: (objectId, labels) => metadata.write(objectId, labels),
    // The group first: whether its lock holds for its members is not known, so each is looked at again and locked by itself
    // where it does not. Source: infinibox-api.md sections 4.4 and 4.5.
    lockSnapshots: async (ids, until) => {
      const isDone = isLockedUntil(until);
      const groups = await listGroupWires(await listWires(ids));
      for (const group of groups) if (!isDone(group)) await snapshotGroups.lock(group.id, until);
      const members = await listWires(ids);
      await Promise.all(
        members
          .filter((member) => !isDone(member))
          .map(({ id, dataset_type }) => (dataset_type === 'VOLUME' ? volumes : filesystems).lock(id, until)),
      );
    },
    readUse,

    removeLabel: async (objectId, key) => void (await metadata.remove(objectId, key)),

    // First the group, without its members, then the member: as the driver of cinder does. What the array says to the
    // deletion of a member while its group exists is not known. Source: infinibox-api.md sections 3.3 and 4.7.
    deleteSnapshot: async (id) => {
      const found = await findDataset(id);
      if (found?.groupId !== undefined) await snapshotGroups.delete(found.groupId, { delete_members: false });
      await (found?.type === 'filesystem' ? filesystems : volumes).delete(id);
    },
    listMembers: async (groupId) => (await collect(snapshotGroups.members(groupId))).map(toTypedDataset),
  };
};
