import { badRequest, nameConflict, notFound, parseBody } from './answer.js';
import type { Dataset, DatasetKind } from './dataset.js';
import { groupSnapshotBody, masterBody, snapshotBody, splitAttributes, updateBody } from './dataset-requests.js';
import { checkLock } from './lock.js';
import { checkName } from './object-name.js';
import { checkPolicy, defaultPolicyId } from './snapshot-policies.js';

/** What a dataset needs of the rest of the array. */
export interface DatasetsOptions {
  readonly kind: DatasetKind;
  readonly now: () => number;
  readonly nextId: () => number;
  /** @throws {ArrayRefusal} 404 for a pool that does not exist. */
  readonly checkPool: (poolId: number) => void;
  /** @throws {ArrayRefusal} 409 when the pool cannot take a master of this size, or for 0 a snapshot. */
  readonly checkRoom: (poolId: number, sizeBytes: number) => void;
  readonly report: (what: 'CREATED' | 'DELETED' | 'RESTORED', dataset: Dataset) => void;
}

/** How a snapshot differs from its parent. */
interface SnapshotSettings {
  readonly name: string;
  readonly isWriteProtected?: boolean | undefined;
  readonly lockExpiresAt?: number | undefined;
  readonly createdAt?: number | undefined;
  readonly createdByPolicyId?: number | undefined;
  readonly groupId?: number | undefined;
  /** Over those of the parent. */
  readonly attributes?: Dataset['attributes'] | undefined;
  /** In place of what the parent holds at this instant. */
  readonly content?: ReadonlyMap<string, unknown> | undefined;
}

/** All volumes, or all filesystems: the dataset code is the same. */
export interface Datasets {
  readonly kind: DatasetKind;
  /** In the order of creation. */
  all(): readonly Dataset[];
  find(id: number): Dataset | undefined;
  /** @throws {ArrayRefusal} 404. */
  get(id: number): Dataset;
  findNamed(name: string): Dataset | undefined;
  children(id: number): readonly Dataset[];
  hasChildren(id: number): boolean;
  descendants(id: number): readonly Dataset[];
  /** @throws {ArrayRefusal} 409 for a name that is taken or comes twice, 400 for an impossible one. */
  checkFreeNames(names: readonly string[]): void;
  addMaster(settings: Pick<Dataset, 'name' | 'sizeBytes' | 'poolId'> & Partial<Dataset>): Dataset;
  addSnapshot(parent: Dataset, settings: SnapshotSettings): Dataset;
  /**
   * Snapshots every parent at one instant: all are made, or the call is refused and none is. The names are checked
   * against each other too.
   */
  addSnapshots(
    requests: readonly { readonly parent: Dataset; readonly settings: SnapshotSettings }[],
  ): readonly Dataset[];
  /** `POST volumes`: a master, or with `parent_id` a snapshot. */
  create(body: unknown, isApproved: boolean): Dataset;
  /** `POST volumes/group_snapshot`. */
  createGroup(body: unknown): readonly Dataset[];
  update(id: number, body: unknown, isApproved: boolean): Dataset;
  /** Gives a volume the serial of a new one. Assumed. Source: section 3.1 names the path only. */
  resetSerial(id: number): Dataset;
  /** Makes a master of a snapshot, without asking anything. What is below it goes along into a family of its own. */
  promote(id: number): Dataset;
  /** Takes these out of the collection, without asking anything. */
  drop(datasets: readonly Dataset[]): void;
}

// Documented: a filesystem's size is rounded up to 64 KiB, a volume's is kept. Source: sections 3.1 and 3.2.
const storedSize = (kind: DatasetKind, sizeBytes: number): number =>
  kind === 'VOLUME' ? sizeBytes : Math.ceil(sizeBytes / 65_536) * 65_536;

/** The volumes or the filesystems of an array. */
export const createDatasets = (options: DatasetsOptions): Datasets => {
  const { kind, now, nextId, checkPool, checkRoom, report } = options;
  const byId = new Map<number, Dataset>();
  const byName = new Map<string, Dataset>();
  const byParent = new Map<number, Set<Dataset>>();

  const all = () => [...byId.values()];
  const get = (id: number): Dataset => {
    const dataset = byId.get(id);
    if (dataset === undefined) throw notFound(kind, id);
    return dataset;
  };
  const children = (id: number): readonly Dataset[] => [...(byParent.get(id) ?? [])];
  const descendants = (id: number): readonly Dataset[] =>
    children(id).flatMap((child) => [child, ...descendants(child.id)]);

  // Documented: unique among masters and snapshots of one kind. Source: section 8.3.
  const checkFreeNames = (names: readonly string[]) => {
    const taken = new Set<string>();
    for (const name of names) {
      checkName(name);
      if (taken.has(name) || byName.has(name)) throw nameConflict(kind, name);
      taken.add(name);
    }
  };

  const add = (dataset: Dataset): Dataset => {
    byId.set(dataset.id, dataset);
    byName.set(dataset.name, dataset);
    if (dataset.parentId !== undefined) {
      const siblings = byParent.get(dataset.parentId) ?? new Set();
      byParent.set(dataset.parentId, siblings.add(dataset));
    }
    report('CREATED', dataset);
    return dataset;
  };

  const addMaster: Datasets['addMaster'] = (settings) => {
    checkFreeNames([settings.name]);
    checkPool(settings.poolId);
    const id = nextId();
    const createdAt = now();
    return add({
      parentId: undefined,
      promoteSourceId: undefined,
      familyId: id,
      depth: 0,
      createdByPolicyId: undefined,
      content: new Map(),
      provtype: 'THIN',
      createdAt,
      updatedAt: createdAt,
      isWriteProtected: false,
      isSsdEnabled: true,
      isCompressionEnabled: true,
      lockExpiresAt: undefined,
      groupId: undefined,
      snapshotPolicyId: defaultPolicyId,
      serialId: id,
      attributes: {},
      ...settings,
      sizeBytes: storedSize(kind, settings.sizeBytes),
      id,
      kind,
    });
  };

  const addNamed = (parent: Dataset, settings: SnapshotSettings): Dataset => {
    const createdAt = settings.createdAt ?? now();
    const id = nextId();
    return add({
      ...parent,
      id,
      serialId: id,
      snapshotPolicyId: undefined,
      name: settings.name,
      parentId: parent.id,
      promoteSourceId: undefined,
      depth: parent.depth + 1,
      createdAt,
      updatedAt: createdAt,
      createdByPolicyId: settings.createdByPolicyId,
      content: new Map(settings.content ?? parent.content),
      // Assumed: a snapshot is write-protected unless asked otherwise. Source: sections 4.2 and 8.2.
      isWriteProtected: settings.isWriteProtected ?? true,
      lockExpiresAt: settings.lockExpiresAt,
      groupId: settings.groupId,
      attributes: { ...parent.attributes, ...settings.attributes },
    });
  };

  const addSnapshot: Datasets['addSnapshot'] = (parent, settings) => {
    checkFreeNames([settings.name]);
    return addNamed(parent, settings);
  };

  const addSnapshots: Datasets['addSnapshots'] = (requests) => {
    checkFreeNames(requests.map(({ settings }) => settings.name));
    const createdAt = now();
    return requests.map(({ parent, settings }) => addNamed(parent, { createdAt, ...settings }));
  };

  const createSnapshot = (body: unknown, isApproved: boolean): Dataset => {
    const { attributes, rest } = splitAttributes(kind, body);
    const { parent_id, name, write_protected, lock_expires_at } = parseBody(snapshotBody, rest);
    const parent = get(parent_id);
    checkRoom(parent.poolId, 0);
    if (lock_expires_at) checkLock(lock_expires_at, { current: undefined, now: now(), isApproved });
    return addSnapshot(parent, {
      name,
      isWriteProtected: write_protected ?? undefined,
      attributes,
      // The SDK and the CSI driver leave it out, or send null or 0, for no lock. Source: sections 4.1 and 4.4.
      lockExpiresAt: lock_expires_at || undefined,
    });
  };

  const createMaster = (body: unknown): Dataset => {
    const { attributes, rest } = splitAttributes(kind, body);
    const wanted = parseBody(masterBody, rest);
    checkRoom(wanted.pool_id, wanted.size);
    return addMaster({
      name: wanted.name,
      poolId: wanted.pool_id,
      sizeBytes: wanted.size,
      provtype: wanted.provtype,
      isSsdEnabled: wanted.ssd_enabled,
      isCompressionEnabled: wanted.compression_enabled,
      isWriteProtected: wanted.write_protected,
      attributes,
      snapshotPolicyId: checkPolicy(wanted.snapshot_policy_id ?? defaultPolicyId),
    });
  };

  const rename = (dataset: Dataset, name: string): void => {
    byName.delete(dataset.name);
    dataset.name = name;
    byName.set(name, dataset);
  };

  return {
    kind,
    all,
    find: (id) => byId.get(id),
    get,
    findNamed: (name) => byName.get(name),
    children,
    hasChildren: (id) => (byParent.get(id)?.size ?? 0) > 0,
    descendants,
    checkFreeNames,
    addMaster,
    addSnapshot,
    addSnapshots,

    create: (body, isApproved) =>
      typeof body === 'object' && body !== null && 'parent_id' in body
        ? createSnapshot(body, isApproved)
        : createMaster(body),

    // Documented: one instant, a list of snapshots as result. By analogy with snapshot groups: the names. Assumed: one
    // conflict refuses the whole call. Source: sections 4.3 and 4.4.
    createGroup: (body) => {
      const { entities, snap_prefix, snap_suffix } = parseBody(groupSnapshotBody, body);
      const parents = entities.map(({ id }) => get(id));
      for (const poolId of new Set(parents.map((parent) => parent.poolId))) checkRoom(poolId, 0);
      return addSnapshots(
        parents.map((parent) => ({
          parent,
          settings: { name: `${snap_prefix ?? ''}${parent.name}${snap_suffix ?? ''}` },
        })),
      );
    },

    update: (id, body, isApproved) => {
      const dataset = get(id);
      const { attributes, rest } = splitAttributes(kind, body);
      const wanted = parseBody(updateBody, rest);
      if (wanted.name !== undefined && wanted.name !== dataset.name) checkFreeNames([wanted.name]);
      // Documented. Source: section 3.1, "Resize".
      if (wanted.size !== undefined && wanted.size < dataset.sizeBytes) throw badRequest('a dataset cannot shrink');
      if (wanted.lock_expires_at !== undefined) {
        if (dataset.parentId === undefined) throw badRequest('only a snapshot can be locked');
        checkLock(wanted.lock_expires_at, { current: dataset.lockExpiresAt, now: now(), isApproved });
      }
      // Documented: a member of a group follows the policy of its group. Source: section 3.3.
      if (wanted.snapshot_policy_id !== undefined && dataset.groupId !== undefined)
        throw badRequest(`'${dataset.name}' is in a consistency group and has no snapshot policy of its own`);
      if (wanted.snapshot_policy_id) checkPolicy(wanted.snapshot_policy_id);
      const growth = (wanted.size ?? dataset.sizeBytes) - dataset.sizeBytes;
      if (growth > 0) checkRoom(dataset.poolId, growth);
      if (wanted.name !== undefined) rename(dataset, wanted.name);
      if (wanted.snapshot_policy_id !== undefined) dataset.snapshotPolicyId = wanted.snapshot_policy_id ?? undefined;
      dataset.sizeBytes = wanted.size === undefined ? dataset.sizeBytes : storedSize(kind, wanted.size);
      dataset.attributes = { ...dataset.attributes, ...attributes };
      dataset.provtype = wanted.provtype ?? dataset.provtype;
      dataset.isWriteProtected = wanted.write_protected ?? dataset.isWriteProtected;
      dataset.isSsdEnabled = wanted.ssd_enabled ?? dataset.isSsdEnabled;
      dataset.isCompressionEnabled = wanted.compression_enabled ?? dataset.isCompressionEnabled;
      dataset.lockExpiresAt = wanted.lock_expires_at ?? dataset.lockExpiresAt;
      dataset.updatedAt = now();
      return dataset;
    },

    resetSerial: (id) => {
      const dataset = get(id);
      dataset.serialId = nextId();
      return dataset;
    },

    // Documented: same id. Assumed: name, serial, content, protection and snapshots stay. Source: section 3.1.
    promote: (id) => {
      const dataset = get(id);
      const levels = dataset.depth;
      if (dataset.parentId !== undefined) byParent.get(dataset.parentId)?.delete(dataset);
      dataset.promoteSourceId = dataset.parentId;
      dataset.parentId = undefined;
      for (const each of [dataset, ...descendants(id)]) {
        each.familyId = id;
        each.depth -= levels;
      }
      dataset.updatedAt = now();
      return dataset;
    },

    drop: (datasets) => {
      for (const dataset of datasets) {
        byId.delete(dataset.id);
        byName.delete(dataset.name);
        if (dataset.parentId !== undefined) byParent.get(dataset.parentId)?.delete(dataset);
        report('DELETED', dataset);
      }
    },
  };
};
