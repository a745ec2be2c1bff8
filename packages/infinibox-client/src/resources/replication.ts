import { z } from 'zod';
import type { Call } from '../call.js';
import { createReadCalls, type ReadCalls } from '../collection.js';
import { instant } from '../wire.js';

/** Source: infinibox-api.md section 3.10. */
const replicaSchema = z.looseObject({
  id: z.int(),
  link_id: z.int(),
  entity_type: z.enum(['VOLUME', 'FILESYSTEM', 'CONSISTENCY_GROUP']),
  role: z.enum(['SOURCE', 'TARGET']),
  /** `ACTIVE`, `SUSPENDED` or `AUTO_SUSPENDED`; null on a target. */
  state: z.string().nullish(),
  replication_type: z.enum(['ASYNC', 'SYNC', 'ACTIVE_ACTIVE']),
  sync_state: z.string().nullish(),
  local_entity_id: z.int().nullish(),
  local_entity_name: z.string().nullish(),
  remote_entity_id: z.int().nullish(),
  local_cg_id: z.int().nullish(),
  /** Milliseconds. */
  sync_interval: z.int().nullish(),
  /** Milliseconds. */
  rpo_value: z.int().nullish(),
  /** The instant that the target can be brought back to. */
  restore_point: instant.nullish(),
  last_synchronized: instant.nullish(),
});

/** Source: infinibox-api.md section 3.10. */
const linkSchema = z.looseObject({
  id: z.int(),
  name: z.string(),
  /** `UP` or `DOWN`. */
  link_state: z.string(),
  remote_host: z.string().nullish(),
  remote_system_name: z.string().nullish(),
  remote_system_serial_number: z.int().nullish(),
});

/**
 * A replication of a dataset or consistency group, in the array's own spelling; fields that are not listed pass.
 *
 * @useDeclaredType
 */
export type Replica = z.output<typeof replicaSchema>;

/**
 * A connection to another array, in the array's own spelling; fields that are not listed pass as they are.
 *
 * @useDeclaredType
 */
export type Link = z.output<typeof linkSchema>;

/** The fields that replicas are looked for by. Source: infinibox-api.md section 3.10. */
export interface ReplicaFields {
  readonly id: number;
  readonly link_id: number;
  readonly local_entity_id: number;
  readonly local_entity_name: string;
  readonly local_cg_id: number;
}

/** The fields that links are looked for by. */
export interface LinkFields {
  readonly id: number;
  readonly name: string;
}

/** `/replicas`: what is copied to another array. */
export type ReplicaCalls = ReadCalls<Replica, ReplicaFields>;

/** `/links`: the other arrays. */
export type LinkCalls = ReadCalls<Link, LinkFields>;

export const createReplicas = (call: Call): ReplicaCalls =>
  createReadCalls<Replica, ReplicaFields>({ call, path: 'replicas', schema: replicaSchema });

export const createLinks = (call: Call): LinkCalls =>
  createReadCalls<Link, LinkFields>({ call, path: 'links', schema: linkSchema });
