import { ArrayRefusal, approvalRequired, badRequest } from './answer.js';

/** Documented: locked until the time has passed, by the array's clock. Source: infinibox-api.md section 4.5. */
export const isLocked = ({ lockExpiresAt }: { readonly lockExpiresAt: number | undefined }, now: number): boolean =>
  lockExpiresAt !== undefined && lockExpiresAt > now;

/**
 * Documented: setting or extending a lock is possible, with approval. Assumed: approval is demanded, the time must lie
 * ahead, and a lock is never shortened. Source: sections 1.7, 4.5 and 8.2.
 */
export const checkLock = (
  wanted: number,
  {
    current,
    now,
    isApproved,
  }: { readonly current: number | undefined; readonly now: number; readonly isApproved: boolean },
): void => {
  if (wanted <= now) throw badRequest('lock_expires_at lies in the past');
  if (current !== undefined && isLocked({ lockExpiresAt: current }, now) && wanted < current)
    throw new ArrayRefusal(403, 'LOCK_CANNOT_BE_SHORTENED', 'a lock can only be extended');
  if (!isApproved) throw approvalRequired('setting a lock');
};
