import { type Dispatcher, errors } from 'undici';
import type { Clock } from './clock.js';
import { connectionError } from './connection-error.js';
import { type FailedCall, InfiniboxDecodeError } from './errors.js';
import type { HttpAnswer } from './wire.js';

/** Limits of one request. */
export interface SendLimits {
  readonly call: FailedCall;
  readonly maxAnswerBytes: number;
  readonly firstByteTimeoutMs?: number | undefined;
  readonly lastByteTimeoutMs?: number | undefined;
  readonly clock: Clock;
  /** When it aborts, the request fails at once with its reason. */
  readonly signal: AbortSignal;
}

/**
 * Sends one request and collects its answer. Not undici's `request`, which does not tell whether anything was sent.
 *
 * @throws {InfiniboxConnectionError} No whole answer came.
 * @throws {InfiniboxDecodeError} It is too long.
 */
export const send = (
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  { call, maxAnswerBytes, firstByteTimeoutMs, lastByteTimeoutMs, clock, signal }: SendLimits,
): Promise<HttpAnswer> =>
  new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let head: Omit<HttpAnswer, 'body'> = { status: 0, contentType: undefined, retryAfter: undefined, cookies: [] };
    let sizeBytes = 0;
    const chunks: Buffer[] = [];

    const timers = { firstByte: (): void => undefined, lastByte: (): void => undefined };

    const end = () => {
      signal.removeEventListener('abort', cancel);
      timers.firstByte();
      timers.lastByte();
    };
    const fail = (error: Error) => {
      end();
      reject(error);
    };
    const failWith = (cause: unknown) => fail(connectionError(call, cause, controller !== undefined));
    const stop = (cause: unknown) => {
      failWith(cause);
      controller?.abort(new errors.RequestAbortedError());
    };
    const cancel = () => stop(signal.reason);
    const limit = (what: string, limitMs: number | undefined) =>
      limitMs === undefined
        ? () => undefined
        : clock.setTimeout(() => stop(new Error(`no ${what} byte within ${limitMs} ms`)), limitMs);
    if (signal.aborted) return cancel();
    signal.addEventListener('abort', cancel);

    const handler: Dispatcher.DispatchHandler = {
      // undici calls this just before it writes to the connection.
      onRequestStart: (started) => {
        if (signal.aborted) return started.abort(new errors.RequestAbortedError());
        controller = started;
        timers.firstByte = limit('first', firstByteTimeoutMs);
        timers.lastByte = limit('last', lastByteTimeoutMs);
      },
      onResponseStart: (_, status, headers) => {
        timers.firstByte();
        head = {
          status,
          contentType: oneValue(headers['content-type']),
          retryAfter: oneValue(headers['retry-after']),
          cookies: [headers['set-cookie'] ?? []].flat(),
        };
      },
      onResponseData: (answering, chunk) => {
        sizeBytes += chunk.length;
        if (sizeBytes <= maxAnswerBytes) return void chunks.push(chunk);
        fail(new InfiniboxDecodeError(call, [`the answer has more than ${maxAnswerBytes} bytes`]));
        answering.abort(new errors.RequestAbortedError());
      },
      onResponseEnd: () => {
        end();
        resolve({ ...head, body: Buffer.concat(chunks, sizeBytes).toString('utf8') });
      },
      onResponseError: (_, error) => failWith(error),
    };
    try {
      dispatcher.dispatch(options, handler);
    } catch (error) {
      // Only a dispatcher of the caller's own throws here.
      failWith(error);
    }
  });

const oneValue = (header: string | string[] | undefined): string | undefined => [header].flat()[0];
