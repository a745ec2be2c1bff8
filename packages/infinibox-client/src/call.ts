import type { Clock } from './clock.js';
import { connectionError } from './connection-error.js';
import { type FailedCall, InfiniboxResponseError, type Method } from './errors.js';
import type { ParsedOptions } from './options.js';
import type { ApiRequest, Transport } from './request.js';
import { retryDelayMs } from './retry.js';
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

/** Gives a transport's attempts their time limit, cancellation, retries and observer. */
export const createCall =
  (transport: Transport, options: ParsedOptions): Call =>
  async ({ method, path, query = [], body, signal }) => {
    const { clock, timeoutMs, retries } = options;
    const request: ApiRequest = {
      ...named({ method, path }),
      query: query.join('&'),
      body: body === undefined ? undefined : JSON.stringify(body),
    };
    const deadlineMs = clock.now() + timeoutMs;
    const cancellation = new AbortController();
    const cancel = () => cancellation.abort(signal?.reason);
    const expire = () => cancellation.abort(new Error(`no answer within ${timeoutMs} ms`));
    const stopTimer = clock.setTimeout(expire, timeoutMs);
    if (signal?.aborted === true) cancel();
    signal?.addEventListener('abort', cancel);
    try {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await observedAttempt(transport, request, cancellation.signal, attempt, options);
        } catch (error) {
          if (cancellation.signal.aborted) throw error;
          const delayMs = retryDelayMs({ error, method, attempt, retries, random: clock.random() });
          // The error at hand says more than a time limit reached while waiting.
          if (delayMs === undefined || clock.now() + delayMs >= deadlineMs) throw error;
          if (!(await isPauseOver(clock, delayMs, cancellation.signal)))
            throw connectionError(request, cancellation.signal.reason, true);
        }
      }
    } finally {
      stopTimer();
      signal?.removeEventListener('abort', cancel);
    }
  };

const observedAttempt = async (
  transport: Transport,
  request: ApiRequest,
  signal: AbortSignal,
  attempt: number,
  { clock, onResponse }: ParsedOptions,
): Promise<Answer> => {
  const startedAtMs = clock.now();
  const observe = (status: number | undefined) =>
    onResponse?.({
      method: request.method,
      path: request.path,
      durationMs: clock.now() - startedAtMs,
      attempt,
      ...(status === undefined ? {} : { status }),
    });
  let answer: Answer;
  try {
    answer = await transport.attempt(request, signal);
  } catch (error) {
    observe(error instanceof InfiniboxResponseError ? error.status : undefined);
    throw error;
  }
  observe(answer.status);
  return answer;
};

/** Resolves to `true` after the pause, or to `false` as soon as the signal aborts. */
const isPauseOver = (clock: Clock, delayMs: number, signal: AbortSignal): Promise<boolean> =>
  new Promise((resolve) => {
    const end = (isOver: boolean) => {
      signal.removeEventListener('abort', cancel);
      resolve(isOver);
    };
    const stopTimer = clock.setTimeout(() => end(true), delayMs);
    const cancel = () => {
      stopTimer();
      end(false);
    };
    signal.addEventListener('abort', cancel);
  });
