import type { Clock } from './clock.js';
import { connectionError } from './connection-error.js';
import type { FailedCall, Method } from './errors.js';
import type { ParsedOptions } from './options.js';
import type { Transport } from './request.js';
import { mayAskElsewhere, retryDelayMs } from './retry.js';
import { type Answer, restRoot } from './wire.js';

/** What every method of the client takes beside its own arguments. */
export interface CallOptions {
  /** Cancels the call. A write that was sent may still take effect: the error says so. */
  readonly signal?: AbortSignal | undefined;
}

/** One call, as the resources make it. */
export interface CallRequest {
  readonly method: Method;
  /** Below the REST root, encoded: `volumes/1011`. */
  readonly path: string;
  /** Encoded parameters. */
  readonly query?: readonly string[];
  /** Becomes JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** Makes a call with its retries and time limit, and opens the answer's envelope. */
export type Call = (request: CallRequest) => Promise<Answer>;

/** The call as errors name it. */
export const named = ({ method, path }: Pick<CallRequest, 'method' | 'path'>): FailedCall => ({
  method,
  path: `${restRoot}/${path}`,
});

/** Runs the attempts of one call. */
export type Attempts = <T>(
  call: FailedCall,
  signal: AbortSignal | undefined,
  attempt: (number: number, signal: AbortSignal) => Promise<T>,
) => Promise<T>;

/** Gives attempts their time limit, cancellation, retries and the other addresses. */
export const createAttempts =
  ({ addresses }: Pick<Transport, 'addresses'>, options: ParsedOptions): Attempts =>
  async (call, signal, attempt) => {
    const { clock, timeoutMs, retries } = options;
    const deadlineMs = clock.now() + timeoutMs;
    const cancellation = new AbortController();
    const cancel = () => cancellation.abort(signal?.reason);
    const expire = () => cancellation.abort(new Error(`no answer within ${timeoutMs} ms`));
    const stopTimer = clock.setTimeout(expire, timeoutMs);
    if (signal?.aborted === true) cancel();
    signal?.addEventListener('abort', cancel);
    let round = 1;
    let asked = 1;
    try {
      for (let number = 1; ; number += 1) {
        try {
          return await attempt(number, cancellation.signal);
        } catch (error) {
          if (cancellation.signal.aborted) throw error;
          if (asked < addresses && mayAskElsewhere(error)) {
            asked += 1;
            continue;
          }
          const { method } = call;
          const delayMs = retryDelayMs({ error, method, attempt: round, retries, random: clock.random() });
          // The error at hand says more than a time limit reached while waiting.
          if (delayMs === undefined || clock.now() + delayMs >= deadlineMs) throw error;
          if (!(await isPauseOver(clock, delayMs, cancellation.signal)))
            throw connectionError(call, cancellation.signal.reason, true);
          round += 1;
          asked = 1;
        }
      }
    } finally {
      stopTimer();
      signal?.removeEventListener('abort', cancel);
    }
  };

/** Makes calls of attempts. */
export const createCall =
  (transport: Transport, attempts: Attempts): Call =>
  ({ method, path, query = [], body, signal }) => {
    const request = {
      ...named({ method, path }),
      query: query.join('&'),
      body: body === undefined ? undefined : JSON.stringify(body),
    };
    return attempts(request, signal, (attempt, cancelled) => transport.attempt({ ...request, attempt }, cancelled));
  };

/** Resolves to `true` after the pause, or to `false` as soon as the signal aborts. */
export const isPauseOver = (clock: Clock, delayMs: number, signal: AbortSignal | undefined): Promise<boolean> =>
  new Promise((resolve) => {
    if (signal?.aborted === true) return resolve(false);
    const end = (isOver: boolean) => {
      signal?.removeEventListener('abort', cancel);
      resolve(isOver);
    };
    const stopTimer = clock.setTimeout(() => end(true), delayMs);
    const cancel = () => {
      stopTimer();
      end(false);
    };
    signal?.addEventListener('abort', cancel);
  });
