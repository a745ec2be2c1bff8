import { InfiniboxConnectionError, InfiniboxError, InfiniboxResponseError, type Method } from './errors.js';

/** The first repetition waits up to this long, each further one up to twice as long. */
const firstDelayMs = 200;
const maxDelayMs = 5_000;
/** A `Retry-After` is heeded up to here. */
const maxRetryAfterMs = 30_000;

/** A failed attempt. */
export interface FailedAttempt {
  readonly error: unknown;
  readonly method: Method;
  /** 1 for the first. */
  readonly attempt: number;
  /** How many repetitions are allowed. */
  readonly retries: number;
  /** In [0, 1). Full jitter: clients that failed together do not come back together. */
  readonly random: number;
}

/** Whether another management address may do better: this one is down, or its node fails over. Source: infinibox-api.md 1.8. */
export const suggestsAnotherAddress = (error: unknown): boolean => {
  // The address of an untrusted certificate is for the operator to judge, not to be stepped over.
  if (error instanceof InfiniboxConnectionError) return error.certificate === undefined;
  return error instanceof InfiniboxResponseError && error.status === 503;
};

/** Whether a failed attempt may go to another address at once: never a write that may have been sent. */
export const mayAskElsewhere = (error: unknown): boolean =>
  suggestsAnotherAddress(error) && error instanceof InfiniboxError && error.outcome === 'refused';

/**
 * Decides whether a failed attempt is worth another one.
 *
 * @returns The delay before it in milliseconds, or `undefined` to give up.
 */
export const retryDelayMs = ({ error, method, attempt, retries, random }: FailedAttempt): number | undefined => {
  // A write whose answer was lost may have been done: a second snapshot, or a misleading 409 or 404.
  if (method !== 'GET' || attempt > retries) return undefined;
  const jitteredMs = Math.floor(random * Math.min(maxDelayMs, firstDelayMs * 2 ** (attempt - 1)));
  if (error instanceof InfiniboxConnectionError) {
    // A certificate does not become trusted by asking again.
    if (error.certificate !== undefined) return undefined;
    // A management node that fails over refuses or resets connections for a while.
    return jitteredMs;
  }
  if (error instanceof InfiniboxResponseError) {
    // 429 and 503 mean "later", other 5xx are seen during a failover; all else would get the same answer again.
    if (error.status !== 429 && error.status < 500) return undefined;
    return Math.max(jitteredMs, Math.min(error.retryAfterMs ?? 0, maxRetryAfterMs));
  }
  // An answer in an unexpected shape comes from an array, or something else, that will not change its mind.
  return undefined;
};
