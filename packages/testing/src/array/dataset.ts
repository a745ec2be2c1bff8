import { isLocked } from './lock.js';
import type { StoredFields, WireRecord } from './query.js';
import { policyName } from './snapshot-policies.js';

export type DatasetKind = 'VOLUME' | 'FILESYSTEM';

/** A volume or a filesystem, master or snapshot, as the array keeps it. */
export interface Dataset {
  readonly id: number;
  readonly kind: DatasetKind;
  /** `undefined` on a master. */
  parentId: number | undefined;
  /** The root master's id; its own on a master. */
  familyId: number;
  depth: number;
  /** What it was a snapshot of before it was promoted. */
  promoteSourceId: number | undefined;
  /** Milliseconds since 1970 by the array's clock. */
  readonly createdAt: number;
  readonly createdByPolicyId: number | undefined;
  /** What a host sees when it reads it. Values are immutable, so a copy of the map is a copy of the content. */
  readonly content: Map<string, unknown>;
  name: string;
  sizeBytes: number;
  provtype: 'THIN' | 'THICK';
  poolId: number;
  updatedAt: number;
  isWriteProtected: boolean;
  isSsdEnabled: boolean;
  isCompressionEnabled: boolean;
  lockExpiresAt: number | undefined;
  /** The consistency group or snapshot group that it is a member of. */
  groupId: number | undefined;
  snapshotPolicyId: number | undefined;
  /** The low 64 bits of a volume's serial. */
  serialId: number;
  /** Fields that are kept and shown, and mean nothing here. */
  attributes: Readonly<Record<string, unknown>>;
}

/** How it takes part in replication. */
export interface ReplicationRole {
  readonly replicaId: number;
  readonly role: 'SOURCE' | 'TARGET';
  readonly type: 'ASYNC' | 'SYNC' | 'ACTIVE_ACTIVE';
}

/** Documented: a THICK volume takes its full size at once. Source: infinibox-api.md section 3.1, "Side effects". */
export const allocatedBytes = ({ provtype, parentId, sizeBytes }: Dataset): number =>
  provtype === 'THICK' && parentId === undefined ? sizeBytes : 0;

/** What other parts of the array know about a dataset. */
export interface DatasetSurroundings {
  readonly now: number;
  readonly systemSerial: number;
  readonly hasChildren: boolean;
  readonly isMapped: boolean;
  readonly poolName: string;
  readonly groupName: string | undefined;
  readonly replication: readonly ReplicationRole[];
}

/** Documented: company id, reserved zeros, system serial, volume id: 31 hex digits. Source: infinibox-api.md section 6.1. */
export const volumeSerial = (systemSerial: number, id: number): string =>
  `742b0f00000${systemSerial.toString(16).padStart(4, '0')}${id.toString(16).padStart(16, '0')}`;

/** The fields that only volumes have. Documented. Source: section 3.1. */
const volumeFields = (dataset: Dataset, systemSerial: number): WireRecord => ({
  serial: volumeSerial(systemSerial, dataset.serialId),
  udid: null,
  paths_available: true,
  nguid: null,
});

/** The fields that only filesystems have. Documented. Source: section 3.2. */
const filesystemFields: WireRecord = {
  root_mode: '0755',
  atime_mode: 'NOATIME',
  atime_granularity: 3600,
  _is_established: true,
  is_consistent: true,
  snapdir_name: '.snapshot',
  visible_in_snapdir: true,
  snapdir_accessible: true,
  security_style: 'UNIX',
  nfs_filesystem_id: null,
  suspend_state: null,
};

/**
 * Every field that the advertised features imply, as the array spells it; each documented, source: section 3.1.
 * `cg_id` is null outside a group (the SDK takes 0 for a group), `parent_id` is 0 on a master. Assumed: the spelling of
 * `lock_state` when unlocked, and 512-byte blocks.
 */
export const describeDataset = (dataset: Dataset, around: DatasetSurroundings): WireRecord => ({
  id: dataset.id,
  name: dataset.name,
  dataset_type: dataset.kind,
  type: dataset.parentId === undefined ? 'MASTER' : 'SNAPSHOT',
  depth: dataset.depth,
  parent_id: dataset.parentId ?? 0,
  family_id: dataset.familyId,
  has_children: around.hasChildren,
  size: dataset.sizeBytes,
  used: 0,
  allocated: allocatedBytes(dataset),
  tree_allocated: allocatedBytes(dataset),
  num_blocks: Math.ceil(dataset.sizeBytes / 512),
  provtype: dataset.provtype,
  pool_id: dataset.poolId,
  pool_name: around.poolName,
  created_at: dataset.createdAt,
  updated_at: dataset.updatedAt,
  mapped: around.isMapped,
  write_protected: dataset.isWriteProtected,
  ssd_enabled: dataset.isSsdEnabled,
  compression_enabled: dataset.isCompressionEnabled,
  compression_suppressed: false,
  capacity_savings: 0,
  ssa_express_enabled: false,
  ssa_express_status: null,
  lock_expires_at: dataset.lockExpiresAt ?? null,
  lock_state: isLocked(dataset, around.now) ? 'LOCKED' : 'UNLOCKED',
  snapshot_retention: null,
  snapshot_expires_at: null,
  snapshot_policy_id: dataset.snapshotPolicyId ?? null,
  snapshot_policy_name: policyName(dataset.snapshotPolicyId),
  created_by_snapshot_policy_id: dataset.createdByPolicyId ?? null,
  created_by_snapshot_policy_name: policyName(dataset.createdByPolicyId),
  created_by_schedule_id: null,
  created_by_schedule_name: null,
  promote_source_id: dataset.promoteSourceId ?? null,
  cg_id: dataset.groupId ?? null,
  cg_name: around.groupName ?? null,
  source_replicated_sg_id: null,
  rmr_source: around.replication.some(({ role }) => role === 'SOURCE'),
  rmr_target: around.replication.some(({ role }) => role === 'TARGET'),
  rmr_active_active_peer: around.replication.some(({ type }) => type === 'ACTIVE_ACTIVE'),
  rmr_snapshot_guid: null,
  data_snapshot_guid: null,
  mgmt_snapshot_guid: null,
  _cg_snapshot_guid: null,
  _cg_guid: null,
  mobility_source: null,
  replica_ids: around.replication.map(({ replicaId }) => replicaId),
  replication_types: [...new Set(around.replication.map(({ type }) => type))],
  qos_policy_id: null,
  qos_policy_name: null,
  qos_shared_policy_id: null,
  qos_shared_policy_name: null,
  tenant_id: 1,
  _reclaimed_snapshot_remote_system_serial: null,
  ...(dataset.kind === 'VOLUME' ? volumeFields(dataset, around.systemSerial) : filesystemFields),
  ...dataset.attributes,
});

/** What a filter asks for most, and what can be told without the rest of the array. */
export const storedDatasetFields: StoredFields<Dataset> = new Map<string, (dataset: Dataset) => unknown>([
  ['id', ({ id }) => id],
  ['name', ({ name }) => name],
  ['type', ({ parentId }) => (parentId === undefined ? 'MASTER' : 'SNAPSHOT')],
  ['parent_id', ({ parentId }) => parentId ?? 0],
  ['family_id', ({ familyId }) => familyId],
  ['pool_id', ({ poolId }) => poolId],
  ['created_at', ({ createdAt }) => createdAt],
]);

/** A dataset of no array, for the names of its fields. */
export const emptyDataset = (kind: DatasetKind): Dataset => ({
  id: 0,
  kind,
  parentId: undefined,
  promoteSourceId: undefined,
  familyId: 0,
  depth: 0,
  createdAt: 0,
  createdByPolicyId: undefined,
  content: new Map(),
  name: '',
  sizeBytes: 0,
  provtype: 'THIN',
  poolId: 0,
  updatedAt: 0,
  isWriteProtected: false,
  isSsdEnabled: true,
  isCompressionEnabled: true,
  lockExpiresAt: undefined,
  groupId: undefined,
  snapshotPolicyId: undefined,
  serialId: 0,
  attributes: {},
});

/** The field names of a kind, known also when there is no object of it. */
export const datasetFields = (kind: DatasetKind): ReadonlySet<string> => {
  const around = { now: 0, systemSerial: 0, hasChildren: false, isMapped: false, poolName: '', groupName: undefined };
  return new Set(Object.keys(describeDataset(emptyDataset(kind), { ...around, replication: [] })));
};
