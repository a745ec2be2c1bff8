import { ArrayRefusal } from './answer.js';
import type { ArrayState } from './state.js';
import type { User } from './user.js';

/** What a call is about. */
interface PermittedCall {
  readonly isReadOnly: boolean;
  readonly isForAdministrators: boolean;
  readonly params: readonly string[];
  readonly body: unknown;
}

const idKeys = new Set(['pool_id', 'parent_id', 'dataset_id', 'source_id', 'volume_id', 'filesystem_id', 'id']);

const idsIn = (value: unknown): readonly number[] => {
  if (typeof value === 'number') return [value];
  if (Array.isArray(value)) return value.flatMap(idsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === 'entities' || idKeys.has(key) ? idsIn(inner) : []));
};

const poolOf = ({ volumes, filesystems, groups, pools }: ArrayState, id: number): number | undefined =>
  (volumes.find(id) ?? filesystems.find(id) ?? groups.find(id))?.poolId ?? pools.find(id)?.id;

/**
 * Whether a user may do this. Documented: a read-only user changes nothing; for snapshots an administrator is enough, or a
 * pool administrator who owns the pool. Assumed: 403, its code, and that a pool administrator may not touch anything in a
 * pool that is not his; what lies in no pool is open to him, except accounts. Assumed too: `INFINIDAT` is an administrator,
 * `TECHNICIAN` only reads.
 *
 * @throws {ArrayRefusal} 403.
 *
 * Source: infinibox-api.md sections 1.6 and 3.7.
 */
export const checkPermission = (state: ArrayState, user: User, call: PermittedCall): void => {
  if (call.isReadOnly || user.role === 'ADMIN' || user.role === 'INFINIDAT') return;
  if (user.role !== 'POOL_ADMIN')
    throw new ArrayRefusal(403, 'USER_NOT_PERMITTED', `user '${user.name}' may only read`);
  if (call.isForAdministrators)
    throw new ArrayRefusal(403, 'USER_NOT_PERMITTED', `user '${user.name}' is no administrator`);
  for (const id of [...call.params.map(Number), ...idsIn(call.body)]) {
    const poolId = poolOf(state, id);
    if (poolId !== undefined && !state.pools.get(poolId).owners.includes(user.id))
      throw new ArrayRefusal(403, 'USER_NOT_PERMITTED', `user '${user.name}' does not own pool ${poolId}`);
  }
};
