import { badRequest, nameConflict, notFound, parseBody } from './answer.js';
import type { Dataset, DatasetKind } from './dataset.js';
import { groupSnapshotBody, masterBody, snapshotBody, updateBody } from './dataset-requests.js';
import { checkLock } from './lock.js';
import { checkName } from './object-name.js';

/** What a dataset needs of the rest of the array. */
export interface DatasetsOptions {
  readonly kind: DatasetKind;
  readonly now: () => number;
  readonly nextId: () => number;
  /** @throws {ArrayRefusal} 404 for a pool that does not exist. */
  readonly checkPool: (poolId: number) => void;
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
  /** Takes these out of the collection, without asking anything. */
  drop(datasets: readonly Dataset[]): void;
}

// Documented: a filesystem's size is rounded up to 64 KiB, a volume's is kept. Source: sections 3.1 and 3.2.
const storedSize = (kind: DatasetKind, sizeBytes: number): number =>
  kind === 'VOLUME' ? sizeBytes : Math.ceil(sizeBytes / 65_536) * 65_536;

/** The volumes or the filesystems of an array. */
export const createDatasets = ({ kind, now, nextId, checkPool, report }: DatasetsOptions): Datasets => {
  const byId = new Map<number, Dataset>();

  const all = () => [...byId.values()];
  const get = (id: number): Dataset => {
    const dataset = byId.get(id);
    if (dataset === undefined) throw notFound(kind, id);
    return dataset;
  };
  const findNamed = (name: string) => all().find((dataset) => dataset.name === name);
  const children = (id: number) => all().filter(({ parentId }) => parentId === id);
  const descendants = (id: number): readonly Dataset[] =>
    children(id).flatMap((child) => [child, ...descendants(child.id)]);

  // Documented: unique among masters and snapshots of one kind. Source: section 8.3.
  const checkFreeNames = (names: readonly string[]) => {
    const taken = new Set(all().map(({ name }) => name));
    for (const name of names) {
      checkName(name);
      if (taken.has(name)) throw nameConflict(kind, name);
      taken.add(name);
    }
  };

  const add = (dataset: Dataset): Dataset => {
    byId.set(dataset.id, dataset);
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
      ...settings,
      sizeBytes: storedSize(kind, settings.sizeBytes),
      id,
      kind,
    });
  };

  const addNamed = (parent: Dataset, settings: SnapshotSettings): Dataset => {
    const createdAt = settings.createdAt ?? now();
    return add({
      ...parent,
      id: nextId(),
      name: settings.name,
      parentId: parent.id,
      depth: parent.depth + 1,
      createdAt,
      updatedAt: createdAt,
      createdByPolicyId: settings.createdByPolicyId,
      content: new Map(settings.content ?? parent.content),
      // Assumed: a snapshot is write-protected unless asked otherwise. Source: sections 4.2 and 8.2.
      isWriteProtected: settings.isWriteProtected ?? true,
      lockExpiresAt: settings.lockExpiresAt,
      groupId: settings.groupId,
    });
  };

  const addSnapshot: Datasets['addSnapshot'] = (parent, settings) => {
    checkFreeNames([settings.name]);
    return addNamed(parent, settings);
  };

  const addSnapshots: Datasets['addSnapshots'] = (requests) => {
    checkFreeNames(requests.map(({ settings }) => settings.name));
    return requests.map(({ parent, settings }) => addNamed(parent, settings));
  };

  const createSnapshot = (body: unknown, isApproved: boolean): Dataset => {
    const { parent_id, name, write_protected, lock_expires_at } = parseBody(snapshotBody, body);
    const parent = get(parent_id);
    if (lock_expires_at) checkLock(lock_expires_at, { current: undefined, now: now(), isApproved });
    return addSnapshot(parent, {
      name,
      isWriteProtected: write_protected ?? undefined,
      // The SDK and the CSI driver leave it out, or send null or 0, for no lock. Source: sections 4.1 and 4.4.
      lockExpiresAt: lock_expires_at || undefined,
    });
  };

  const createMaster = (body: unknown): Dataset => {
    const wanted = parseBody(masterBody, body);
    return addMaster({
      name: wanted.name,
      poolId: wanted.pool_id,
      sizeBytes: wanted.size,
      provtype: wanted.provtype,
      isSsdEnabled: wanted.ssd_enabled,
      isCompressionEnabled: wanted.compression_enabled,
      isWriteProtected: wanted.write_protected,
    });
  };

  return {
    kind,
    all,
    find: (id) => byId.get(id),
    get,
    findNamed,
    children,
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
      return addSnapshots(
        parents.map((parent) => ({
          parent,
          settings: { name: `${snap_prefix ?? ''}${parent.name}${snap_suffix ?? ''}` },
        })),
      );
    },

    update: (id, body, isApproved) => {
      const dataset = get(id);
      const wanted = parseBody(updateBody, body);
      if (wanted.name !== undefined && wanted.name !== dataset.name) checkFreeNames([wanted.name]);
      // Documented. Source: section 3.1, "Resize".
      if (wanted.size !== undefined && wanted.size < dataset.sizeBytes) throw badRequest('a dataset cannot shrink');
      if (wanted.lock_expires_at !== undefined) {
        if (dataset.parentId === undefined) throw badRequest('only a snapshot can be locked');
        checkLock(wanted.lock_expires_at, { current: dataset.lockExpiresAt, now: now(), isApproved });
      }
      dataset.name = wanted.name ?? dataset.name;
      dataset.sizeBytes = wanted.size === undefined ? dataset.sizeBytes : storedSize(kind, wanted.size);
      dataset.provtype = wanted.provtype ?? dataset.provtype;
      dataset.isWriteProtected = wanted.write_protected ?? dataset.isWriteProtected;
      dataset.isSsdEnabled = wanted.ssd_enabled ?? dataset.isSsdEnabled;
      dataset.isCompressionEnabled = wanted.compression_enabled ?? dataset.isCompressionEnabled;
      dataset.lockExpiresAt = wanted.lock_expires_at ?? dataset.lockExpiresAt;
      dataset.updatedAt = now();
      return dataset;
    },

    drop: (datasets) => {
      for (const dataset of datasets) {
        byId.delete(dataset.id);
        report('DELETED', dataset);
      }
    },
  };
};
