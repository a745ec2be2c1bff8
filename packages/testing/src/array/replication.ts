import { notFound } from './answer.js';
import { type Dataset, emptyDataset, type ReplicationRole } from './dataset.js';
import type { WireRecord } from './query.js';

/** A replica as a test sets it up. */
export interface SeededReplica extends Omit<ReplicationRole, 'replicaId'> {
  readonly dataset: Dataset;
  /** What the other array is called; its link is made when there is none. */
  readonly remoteSystem: string;
}

interface Link {
  readonly id: number;
  readonly remoteSystem: string;
}

interface Replica extends SeededReplica {
  readonly id: number;
  readonly linkId: number;
  readonly startedAt: number;
}

/**
 * Replicas and the links that they use, to be read: tests set them up, no call of REST makes one. Documented: the fields,
 * and a null `state` on the target. Assumed: a replica that is active and synchronised. Source: infinibox-api.md section 3.10.
 */
export interface Replication {
  readonly linkFields: ReadonlySet<string>;
  readonly replicaFields: ReadonlySet<string>;
  links(): readonly WireRecord[];
  replicas(): readonly WireRecord[];
  /** @throws {ArrayRefusal} 404. */
  getLink(id: number): WireRecord;
  /** @throws {ArrayRefusal} 404. */
  getReplica(id: number): WireRecord;
  has(id: number): boolean;
  add(replica: SeededReplica): number;
  rolesOf(datasetId: number): readonly ReplicationRole[];
}

const describeLink = ({ id, remoteSystem }: Link): WireRecord => ({
  id,
  name: `link-${remoteSystem}`,
  link_state: 'UP',
  remote_host: `${remoteSystem}.example.invalid`,
  remote_link_id: id,
  remote_system_name: remoteSystem,
  remote_system_serial_number: 20_041,
  local_replication_network_space_id: 2,
  link_mode: 'ENABLED',
  async_only: false,
  resiliency_mode: 'MANUAL',
  witness_address: null,
  local_witness_state: null,
  state_description: null,
});

// The other array is not simulated: its ids are those of this one, moved away.
const remoteIdOf = (id: number): number => id + 1_000_000;

const describeReplica = (replica: Replica): WireRecord => {
  const { id, dataset, role, type, linkId, remoteSystem, startedAt } = replica;
  const isAsync = type === 'ASYNC';
  return {
    id,
    link_id: linkId,
    entity_type: dataset.kind,
    role,
    state: role === 'TARGET' ? null : 'ACTIVE',
    state_reason: null,
    state_description: null,
    job_state: role === 'TARGET' ? null : 'IDLE',
    is_initial: false,
    progress: null,
    throughput: 0,
    jobs: [],
    sync_interval: isAsync ? 240_000 : null,
    rpo_value: isAsync ? 300_000 : null,
    rpo_state: isAsync ? 'OK' : null,
    rpo_type: isAsync ? 'RPO' : null,
    restore_point: startedAt,
    last_synchronized: startedAt,
    next_job_start_time: null,
    next_restore_point: null,
    remote_replica_id: remoteIdOf(id),
    remote_pool_id: remoteIdOf(dataset.poolId),
    remote_pool_name: 'remote-pool',
    local_pool_id: dataset.poolId,
    local_entity_id: dataset.id,
    local_entity_name: dataset.name,
    remote_entity_id: remoteIdOf(dataset.id),
    remote_entity_name: dataset.name,
    remote_system_name: remoteSystem,
    local_cg_id: dataset.groupId ?? null,
    local_cg_name: null,
    remote_cg_id: null,
    remote_cg_name: null,
    entity_pairs: [
      {
        local_entity_id: dataset.id,
        local_entity_name: dataset.name,
        remote_entity_id: remoteIdOf(dataset.id),
        remote_entity_name: dataset.name,
      },
    ],
    replication_type: type,
    sync_state: isAsync ? null : 'SYNCHRONIZED',
    sync_duration: 0,
    latency: 0,
    async_mode: isAsync,
    domino: false,
    is_preferred: role === 'SOURCE',
    staging_area_allocated_size: 0,
    including_snapshots: false,
    snapshots_retention: null,
    remote_snapshot_suffix: null,
    lock_remote_snapshot_retention: null,
    concurrent_replica: false,
    suspended_from_local: null,
    base_action: 'NEW',
    started_at: startedAt,
  };
};

const emptyReplica: Replica = {
  id: 0,
  linkId: 0,
  startedAt: 0,
  dataset: emptyDataset('VOLUME'),
  role: 'SOURCE',
  type: 'ASYNC',
  remoteSystem: '',
};

export const createReplication = (options: {
  readonly now: () => number;
  readonly nextId: () => number;
}): Replication => {
  const { now, nextId } = options;
  const links: Link[] = [];
  const replicas: Replica[] = [];
  const linkTo = (remoteSystem: string): Link => {
    const existing = links.find((link) => link.remoteSystem === remoteSystem);
    if (existing !== undefined) return existing;
    const link = { id: nextId(), remoteSystem };
    links.push(link);
    return link;
  };
  const describeFound = <Item extends { readonly id: number }>(
    items: readonly Item[],
    id: number,
    describe: (item: Item) => WireRecord,
  ): WireRecord | undefined => {
    const found = items.find((item) => item.id === id);
    return found === undefined ? undefined : describe(found);
  };
  const getLink = (id: number): WireRecord => {
    const found = describeFound(links, id, describeLink);
    if (found === undefined) throw notFound('LINK', id);
    return found;
  };
  const getReplica = (id: number): WireRecord => {
    const found = describeFound(replicas, id, describeReplica);
    if (found === undefined) throw notFound('REPLICA', id);
    return found;
  };
  return {
    linkFields: new Set(Object.keys(describeLink({ id: 0, remoteSystem: '' }))),
    replicaFields: new Set(Object.keys(describeReplica(emptyReplica))),
    links: () => links.map(describeLink),
    replicas: () => replicas.map(describeReplica),
    getLink,
    getReplica,
    has: (id) => [...links, ...replicas].some((item) => item.id === id),
    add: (replica) => {
      const linkId = linkTo(replica.remoteSystem).id;
      const added = { ...replica, id: nextId(), linkId, startedAt: now() };
      replicas.push(added);
      return added.id;
    },
    rolesOf: (datasetId) =>
      replicas
        .filter(({ dataset }) => dataset.id === datasetId)
        .map(({ id, role, type }) => ({ replicaId: id, role, type })),
  };
};
