import { badRequest, notFound } from './answer.js';
import type { WireRecord } from './query.js';

/** The one policy that every array begins with. Assumed: its id, name and suffix. */
export const defaultPolicyId = 1;

const policies: readonly { readonly id: number; readonly name: string; readonly suffix: string }[] = [
  { id: defaultPolicyId, name: 'default-policy', suffix: '-default' },
];

/** The name to an id, null for none: what goes beside `snapshot_policy_id` on the wire. */
export const policyName = (id: number | undefined): string | null =>
  policies.find((policy) => policy.id === id)?.name ?? null;

/** @throws {ArrayRefusal} 400 for a policy that does not exist. */
export const checkPolicy = (id: number): number => {
  if (policyName(id) === null) throw badRequest(`there is no snapshot policy ${id}`);
  return id;
};

/** Something that a policy is assigned to. */
export interface PolicyHolder {
  readonly id: number;
  readonly name: string;
  readonly type: 'VOLUME' | 'FILESYSTEM' | 'CG';
  readonly policyId: number | undefined;
}

/**
 * Snapshot policies, to be read. Documented: fields, and that the default one is assigned to new volumes and consistency
 * groups. Assumed: filesystems too; one schedule, which is off, so that the array never snapshots by itself.
 *
 * Source: infinibox-api.md sections 3.1 and 3.11.
 */
export interface SnapshotPolicies {
  readonly fields: ReadonlySet<string>;
  readonly assignedFields: ReadonlySet<string>;
  readonly scheduleFields: ReadonlySet<string>;
  records(): readonly WireRecord[];
  /** @throws {ArrayRefusal} 404. */
  get(id: number): WireRecord;
  assignedTo(id: number): readonly WireRecord[];
  schedulesOf(id: number): readonly WireRecord[];
}

const schedule: WireRecord = {
  id: 1,
  name: 'daily',
  enabled: false,
  type: 'clock',
  interval: null,
  retention: 604_800,
  day_of_week: 'all',
  time_of_day: 0,
  lock_snapshots: false,
};

const assignedFields = [
  ...['assigned_entity_id', 'assigned_entity_type', 'assigned_entity_name'],
  ...['snapshot_policy_id', 'snapshot_policy_name'],
];

export const createSnapshotPolicies = (holders: () => readonly PolicyHolder[]): SnapshotPolicies => {
  const holdersOf = (id: number) => holders().filter(({ policyId }) => policyId === id);
  const records = () =>
    policies.map((policy) => ({
      ...policy,
      default_snapshot_policy: policy.id === defaultPolicyId,
      assigned_entities_count: holdersOf(policy.id).length,
    }));
  const get = (id: number): WireRecord => {
    const found = records().find((policy) => policy.id === id);
    if (found === undefined) throw notFound('SNAPSHOT_POLICY', id);
    return found;
  };
  return {
    fields: new Set(['id', 'name', 'suffix', 'default_snapshot_policy', 'assigned_entities_count']),
    assignedFields: new Set(assignedFields),
    scheduleFields: new Set(Object.keys(schedule)),
    records,
    get,
    assignedTo: (id) => {
      get(id);
      return holdersOf(id).map((holder) => ({
        assigned_entity_id: holder.id,
        assigned_entity_type: holder.type,
        assigned_entity_name: holder.name,
        snapshot_policy_id: id,
        snapshot_policy_name: policyName(id),
      }));
    },
    schedulesOf: (id) => {
      get(id);
      return [schedule];
    },
  };
};
