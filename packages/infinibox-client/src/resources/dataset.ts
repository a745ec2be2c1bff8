import { z } from 'zod';
import { deleteWithApproval } from '../approval.js';
import { type Call, type CallOptions, named } from '../call.js';
import { InfiniboxRefusedError } from '../errors.js';
import { formatId, instant } from '../wire.js';

/** An object id, or one of the two marks of absence, which both become null. Source: infinibox-api.md section 8.1. */
export const idOrNull = z
  .int()
  .nullable()
  .transform((id) => (id === 0 ? null : id));

/** The id of a parent: 0 on a master. Source: infinibox-api.md section 8.1. */
export const parentId = z
  .int()
  .nullable()
  .transform((id) => id ?? 0);

/** Locked or not, and until when. Source: infinibox-api.md section 4.5. */
export const lockShape = {
  /** Until then the array refuses to delete it; may lie in the past, see `lock_state`. */
  lock_expires_at: instant.nullish(),
  /** `LOCKED`, or a word for not locked that differs between releases. */
  lock_state: z.string().nullish(),
};

/**
 * What volumes and filesystems have in common. A field that only some releases or licensed features have is optional.
 *
 * Source: infinibox-api.md sections 3.1 and 3.2.
 */
export const datasetShape = {
  id: z.int(),
  name: z.string(),
  dataset_type: z.enum(['VOLUME', 'FILESYSTEM']).optional(),
  type: z.enum(['MASTER', 'SNAPSHOT']),
  depth: z.int(),
  /** 0 on a master. */
  parent_id: parentId,
  family_id: z.int().nullish(),
  has_children: z.boolean(),
  /** Bytes. */
  size: z.int(),
  /** Bytes. */
  used: z.int().nullish(),
  /** Bytes. */
  allocated: z.int().nullish(),
  provtype: z.enum(['THIN', 'THICK']).optional(),
  pool_id: z.int(),
  pool_name: z.string().nullish(),
  created_at: instant,
  updated_at: instant.nullish(),
  mapped: z.boolean().optional(),
  write_protected: z.boolean(),
  ...lockShape,
  snapshot_policy_id: z.int().nullish(),
  created_by_snapshot_policy_id: z.int().nullish(),
  rmr_source: z.boolean().optional(),
  rmr_target: z.boolean().optional(),
  replica_ids: z.array(z.int()).nullish(),
  replication_types: z.array(z.string()).nullish(),
};

/** The fields that the array filters and sorts datasets by. Source: infinibox-api.md section 3.1, marked F. */
export interface DatasetFields {
  readonly id: number;
  readonly name: string;
  readonly dataset_type: 'VOLUME' | 'FILESYSTEM';
  readonly type: 'MASTER' | 'SNAPSHOT';
  readonly depth: number;
  /** 0 finds masters. */
  readonly parent_id: number;
  readonly family_id: number;
  readonly size: number;
  readonly allocated: number;
  readonly provtype: 'THIN' | 'THICK';
  readonly pool_id: number;
  readonly pool_name: string;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly mapped: boolean;
  readonly write_protected: boolean;
  readonly snapshot_policy_id: number | null;
  readonly created_by_snapshot_policy_id: number | null;
  readonly rmr_source: boolean;
  readonly rmr_target: boolean;
  readonly replication_types: readonly ('ASYNC' | 'SYNC' | 'ACTIVE_ACTIVE')[];
}

/** A dataset that can be deleted. */
interface Deletable {
  readonly name: string;
  readonly has_children: boolean;
}

/**
 * Deletes one dataset that has no children, with the array's plain question answered and nothing forced.
 *
 * Source: infinibox-api.md section 4.7 for the reason: an approved delete takes everything below along.
 */
export const deleteChildless = async (
  call: Call,
  path: string,
  get: (options: CallOptions) => Promise<Deletable>,
  options: CallOptions,
): Promise<void> => {
  const { name, has_children } = await get(options);
  if (has_children)
    throw new InfiniboxRefusedError(
      named({ method: 'DELETE', path }),
      'has-children',
      `${name} has snapshots below it`,
    );
  await deleteWithApproval(call, { path, signal: options.signal });
};

/** Where one object of a collection is. */
export const objectPath = (collection: string, id: number): string => `${collection}/${formatId(id)}`;
