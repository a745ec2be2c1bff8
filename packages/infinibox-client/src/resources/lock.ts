import type { z } from 'zod';
import { withApproval } from '../approval.js';
import { type Call, type CallOptions, named } from '../call.js';
import { InfiniboxInputError, InfiniboxRefusedError } from '../errors.js';
import { decode } from '../wire.js';

/** What a lock is set on. */
interface Lockable {
  readonly name: string;
  readonly lock_expires_at?: Date | null | undefined;
  readonly lock_state?: string | null | undefined;
}

/**
 * Sets or extends the lock of a snapshot or snapshot group: until then the array refuses to delete it. A lock is never made
 * shorter, and nobody can take it away before its time. The array's own clock decides when that is.
 *
 * @throws {InfiniboxRefusedError} `lock-shortened`: it is locked for longer already.
 *
 * Source: infinibox-api.md section 4.5.
 */
export const lockUntil = async <T extends Lockable>(
  call: Call,
  { path, schema, until }: { readonly path: string; readonly schema: z.ZodType<T>; readonly until: Date },
  get: (options: CallOptions) => Promise<T>,
  options: CallOptions,
): Promise<T> => {
  if (Number.isNaN(until.getTime())) throw new InfiniboxInputError('Lock: expected a valid Date');
  const request = {
    method: 'PUT',
    path,
    body: { lock_expires_at: until.getTime() },
    signal: options.signal,
  } as const;
  const { name, lock_state, lock_expires_at } = await get(options);
  if (lock_state === 'LOCKED' && lock_expires_at instanceof Date && lock_expires_at > until)
    throw new InfiniboxRefusedError(
      named(request),
      'lock-shortened',
      `${name} is locked until ${lock_expires_at.toISOString()} already`,
    );
  const { result } = await withApproval(call, request);
  return decode(named(request), schema, result);
};
