import { z } from 'zod';

type PortDatasetType = 'volume' | 'filesystem';

/** A volume or filesystem in the words of core's port. */
export interface PortDataset {
  readonly id: number;
  readonly name: string;
  readonly type: PortDatasetType;
  readonly kind: 'master' | 'snapshot';
  readonly parentId: number | undefined;
  readonly groupId: number | undefined;
  readonly depth: number;
  readonly createdAt: Date;
  readonly isWriteProtected: boolean;
  readonly isMapped: boolean;
  readonly hasChildren: boolean;
  readonly lockExpiresAt: Date | undefined;
  readonly isPolicyMade: boolean;
  readonly isReplicated: boolean;
}

/** A consistency group or snapshot group in the words of core's port. */
export interface PortGroup {
  readonly id: number;
  readonly name: string;
  readonly kind: 'master' | 'snapshot';
  readonly parentId: number | undefined;
  readonly members: readonly PortDataset[];
}

/** What identifies a volume on hosts, in the words of core's port. */
interface PortVolume {
  readonly id: number;
  readonly name: string;
  readonly serial: string;
  readonly nguid?: string | undefined;
}

/** A filesystem under one of its exports, in the words of core's port. */
interface PortExport {
  readonly exportPath: string;
  readonly innerPath: string;
  readonly filesystem: PortParent;
}

interface PortParent {
  readonly id: number;
  readonly name: string;
}

/** What one call snapshots, in the words of core's port. */
type PortSnapshotRequest =
  | { readonly kind: 'volumes'; readonly name: string; readonly parents: readonly PortParent[] }
  | { readonly kind: 'filesystem'; readonly name: string; readonly parent: PortParent }
  | {
      readonly kind: 'consistency-group';
      readonly name: string;
      readonly group: PortParent;
      readonly parents: readonly PortParent[];
    };

/** A key and value on an object, in the words of core's port. */
interface PortLabel {
  readonly objectId: number;
  readonly key: string;
  readonly value: string;
}

/** What holds a snapshot, in the words of core's port. */
interface PortUse {
  readonly mappedTo: readonly string[];
  readonly exportedAs: readonly string[];
  readonly children: readonly string[];
  readonly replicas: readonly string[];
}

/** The same shape as core's `PrunableSnapshotArray`, declared here because this package imports none of ours. */
export interface ArrayPort {
  readIdentity(): Promise<{
    readonly name: string;
    readonly serial: string;
    readonly version: string;
    readonly time: Date | undefined;
  }>;
  findDatasets(type: PortDatasetType, names: readonly string[]): Promise<readonly PortDataset[]>;
  findGroups(name: string): Promise<readonly PortGroup[]>;
  listVolumes(by: {
    readonly serials: readonly string[];
    readonly ids: readonly number[];
  }): Promise<readonly PortVolume[]>;
  findExports(paths: readonly string[]): Promise<readonly PortExport[]>;
  readNasAddresses(): Promise<readonly string[] | undefined>;
  createSnapshots(
    request: PortSnapshotRequest,
    options: { readonly signal: AbortSignal },
  ): Promise<readonly PortDataset[]>;
  findDataset(id: number): Promise<PortDataset | undefined>;
  listDatasets(ids: readonly number[]): Promise<readonly PortDataset[]>;
  listSnapshotsNamed(text: string): Promise<readonly PortDataset[]>;
  listLabels(key: string, options?: { readonly of: ReadonlySet<number> }): Promise<readonly PortLabel[]>;
  readLabels(objectId: number): Promise<Readonly<Record<string, string>>>;
  writeLabels(objectId: number, labels: Readonly<Record<string, string>>): Promise<void>;
  lockSnapshots(ids: readonly number[], until: Date): Promise<void>;
  readUse(snapshot: PortDataset): Promise<PortUse>;
  removeLabel(objectId: number, key: string): Promise<void>;
  deleteSnapshot(id: number): Promise<void>;
  listMembers(groupId: number): Promise<readonly PortDataset[]>;
}

/** A call of the port that failed. */
export class ArrayCallError extends Error {
  override readonly name = 'ArrayCallError';
  /** `unknown`: it may have taken effect, now or later. */
  readonly outcome: 'refused' | 'unknown';
  /** `undefined` when no answer came. */
  readonly status: number | undefined;
  readonly apiCode: string | undefined;

  constructor(
    message: string,
    options: {
      readonly outcome: 'refused' | 'unknown';
      readonly status?: number | undefined;
      readonly apiCode?: string | undefined;
    },
  ) {
    super(message);
    this.outcome = options.outcome;
    this.status = options.status;
    this.apiCode = options.apiCode;
  }
}

const lockFields = { lock_state: z.string(), lock_expires_at: z.number().nullable() };

const wireDataset = z.looseObject({
  id: z.int(),
  name: z.string(),
  dataset_type: z.enum(['VOLUME', 'FILESYSTEM']),
  type: z.string(),
  parent_id: z.int(),
  cg_id: z.int().nullable(),
  depth: z.int(),
  created_at: z.number().transform((ms) => new Date(ms)),
  write_protected: z.boolean(),
  mapped: z.boolean(),
  has_children: z.boolean(),
  ...lockFields,
  created_by_snapshot_policy_id: z.int().nullable(),
  rmr_source: z.boolean(),
  rmr_target: z.boolean(),
});

/** What the port reads of a consistency group or snapshot group. */
export const wireGroup = z.looseObject({
  id: z.int(),
  name: z.string(),
  type: z.enum(['MASTER', 'SNAPSHOT']),
  parent_id: z.int(),
  has_children: z.boolean(),
  ...lockFields,
});

export type WireGroup = z.output<typeof wireGroup>;

/** What the port reads of whatever has a name. */
export const wireNamed = z.looseObject({ name: z.string() });

/** What the port reads of a mapping. */
export const wireLun = z.looseObject({ host_id: z.int(), host_cluster_id: z.int() });

/** What the port reads of an export. */
export const wireExport = z.looseObject({ filesystem_id: z.int(), export_path: z.string(), inner_path: z.string() });

/** What the port reads of a replica. */
export const wireReplica = z.looseObject({ id: z.int(), role: z.string(), replication_type: z.string() });

/** What the port reads of a lock. */
export const wireLock = z.looseObject({ id: z.int(), ...lockFields });

/** What the port reads of `GET system`. */
export const wireSystem = z.looseObject({
  name: z.string(),
  serial_number: z.int(),
  version: z.string(),
  localtime: z.object({ utc_time: z.number() }),
});

/** What the port reads of an item of metadata. */
export const wireItem = z.looseObject({
  object_id: z.union([z.int(), z.literal('system')]),
  key: z.string(),
  value: z.string(),
});

/** Until when it is locked. */
export const lockOf = ({ lock_state, lock_expires_at }: Pick<WireGroup, 'lock_state' | 'lock_expires_at'>) =>
  lock_state === 'LOCKED' && lock_expires_at !== null ? new Date(lock_expires_at) : undefined;

/** What the array keeps beside its datasets, of those that a list names. */
export interface Surroundings {
  readonly snapshotGroups: readonly WireGroup[];
  readonly exportedIds: ReadonlySet<number>;
}

/** A dataset of the wire in the port's words. */
export const toDataset = (wire: unknown, { snapshotGroups, exportedIds }: Surroundings): PortDataset => {
  const dataset = wireDataset.parse(wire);
  const isMaster = dataset.type === 'MASTER';
  const group = isMaster ? undefined : snapshotGroups.find(({ id }) => id === dataset.cg_id);
  return {
    id: dataset.id,
    name: dataset.name,
    type: dataset.dataset_type === 'VOLUME' ? 'volume' : 'filesystem',
    kind: isMaster ? 'master' : 'snapshot',
    parentId: dataset.parent_id === 0 ? undefined : dataset.parent_id,
    groupId: group?.id,
    depth: dataset.depth,
    createdAt: dataset.created_at,
    isWriteProtected: dataset.write_protected,
    isMapped: dataset.mapped || exportedIds.has(dataset.id),
    hasChildren: dataset.has_children || group?.has_children === true,
    lockExpiresAt: lockOf(dataset) ?? (group && lockOf(group)),
    isPolicyMade: dataset.created_by_snapshot_policy_id !== null,
    isReplicated: dataset.rmr_source || dataset.rmr_target,
  };
};
