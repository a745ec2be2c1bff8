import { isLocked } from './lock.js';
import type { WireRecord } from './query.js';
import { policyName } from './snapshot-policies.js';

/** A consistency group or a snapshot group, as the array keeps it. */
export interface Group {
  readonly id: number;
  /** `undefined` on a consistency group; its group on a snapshot group. */
  parentId: number | undefined;
  readonly createdAt: number;
  poolId: number;
  name: string;
  updatedAt: number;
  lockExpiresAt: number | undefined;
  readonly snapshotPolicyId: number | undefined;
}

/** What other parts of the array know about a group. */
interface GroupSurroundings {
  readonly now: number;
  readonly poolName: string;
  readonly membersCount: number;
  readonly hasChildren: boolean;
  readonly replicationTypes: readonly string[];
}

/**
 * Every field of a group, as the array spells it: `parent_id` is 0 on a consistency group, `lock_state` is never null.
 * Documented. Source: infinibox-api.md section 3.3.
 */
export const describeGroup = (group: Group, around: GroupSurroundings): WireRecord => ({
  id: group.id,
  name: group.name,
  type: group.parentId === undefined ? 'MASTER' : 'SNAPSHOT',
  pool_id: group.poolId,
  pool_name: around.poolName,
  parent_id: group.parentId ?? 0,
  is_replicated: around.replicationTypes.length > 0,
  members_count: around.membersCount,
  created_at: group.createdAt,
  updated_at: group.updatedAt,
  rmr_snapshot_guid: null,
  lock_expires_at: group.lockExpiresAt ?? null,
  lock_state: isLocked(group, around.now) ? 'LOCKED' : 'UNLOCKED',
  has_children: around.hasChildren,
  tenant_id: 1,
  replication_types: around.replicationTypes,
  snapshot_retention: null,
  snapshot_expires_at: null,
  snapshot_policy_id: group.snapshotPolicyId ?? null,
  snapshot_policy_name: policyName(group.snapshotPolicyId),
  created_by_snapshot_policy_id: null,
  created_by_snapshot_policy_name: null,
  created_by_schedule_id: null,
  created_by_schedule_name: null,
});

/** The field names, known also when there is no group. */
export const groupFields: ReadonlySet<string> = new Set(
  Object.keys(
    describeGroup(
      {
        id: 0,
        parentId: undefined,
        createdAt: 0,
        updatedAt: 0,
        poolId: 0,
        name: '',
        lockExpiresAt: undefined,
        snapshotPolicyId: undefined,
      },
      { now: 0, poolName: '', membersCount: 0, hasChildren: false, replicationTypes: [] },
    ),
  ),
);
