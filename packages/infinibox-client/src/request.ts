import { TLSSocket } from 'node:tls';
import { buildConnector, type Dispatcher, errors, Pool } from 'undici';
import { connectionError } from './connection-error.js';
import { type FailedCall, InfiniboxDecodeError, type Method } from './errors.js';
import type { ParsedOptions } from './options.js';
import { distrust, UntrustedCertificate } from './trust.js';
import { type Answer, type HttpAnswer, openAnswer } from './wire.js';

/** One attempt's request. */
export interface ApiRequest {
  readonly method: Method;
  readonly path: string;
  /** Encoded, such as `page=1&page_size=1000`; empty for none. */
  readonly query: string;
  /** Encoded JSON. */
  readonly body: string | undefined;
}

/** Sends requests of one client, with its credentials. */
export interface Transport {
  /**
   * Sends a request once and opens the answer's envelope.
   *
   * @param signal  When it aborts, the attempt fails at once; its reason becomes the error's cause.
   * @throws {InfiniboxConnectionError | InfiniboxResponseError | InfiniboxDecodeError}
   */
  attempt(request: ApiRequest, signal: AbortSignal): Promise<Answer>;
  /** Lets calls in progress finish and closes the connections. */
  close(): Promise<void>;
}

/** Parallel calls beyond this many wait for a connection. */
const connections = 8;

/**
 * Opens connections of which the certificate is trusted.
 *
 * Node's own refusal would destroy the socket before its certificate can be read, and the operator needs the fingerprint to
 * decide. So Node verifies without refusing, and what it found is judged here, before the connection is handed on: over an
 * untrusted one not one byte of a request is ever sent.
 *
 * Source: Node.js documentation, `tlsSocket.authorized` and `tlsSocket.authorizationError` (chain, validity and host name).
 */
const trustedConnector = ({ tls, connectTimeoutMs }: ParsedOptions): buildConnector.connector => {
  const connect = buildConnector({
    rejectUnauthorized: false,
    // A resumed session is not verified anew.
    maxCachedSessions: 0,
    timeout: connectTimeoutMs,
    ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
  });
  return (target, callback) =>
    connect(target, (error, socket) => {
      if (error !== null) return callback(error, null);
      if (!(socket instanceof TLSSocket)) return callback(null, socket);
      const shown = {
        fingerprint256: socket.getPeerX509Certificate()?.fingerprint256,
        verificationError: socket.authorized ? undefined : String(socket.authorizationError),
      };
      const problem = distrust(shown, tls?.fingerprint256);
      if (problem === undefined) return callback(null, socket);
      socket.destroy();
      return callback(new UntrustedCertificate(problem, shown.fingerprint256), null);
    });
};

/** Limits of one request. */
interface SendLimits {
  readonly call: FailedCall;
  readonly maxAnswerBytes: number;
  /** When it aborts, the request fails at once with its reason. */
  readonly signal: AbortSignal;
}

/**
 * Sends one request and collects its answer. Not undici's `request`, which does not tell whether anything was sent.
 *
 * @throws {InfiniboxConnectionError} No whole answer came.
 * @throws {InfiniboxDecodeError} It is too long.
 */
const send = (
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  { call, maxAnswerBytes, signal }: SendLimits,
): Promise<HttpAnswer> =>
  new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let head: Omit<HttpAnswer, 'body'> = { status: 0, contentType: undefined, retryAfter: undefined };
    let sizeBytes = 0;
    const chunks: Buffer[] = [];

    const fail = (error: Error) => {
      signal.removeEventListener('abort', cancel);
      reject(error);
    };
    const failWith = (cause: unknown) => fail(connectionError(call, cause, controller !== undefined));
    const cancel = () => {
      failWith(signal.reason);
      controller?.abort(new errors.RequestAbortedError());
    };
    if (signal.aborted) return cancel();
    signal.addEventListener('abort', cancel);

    const handler: Dispatcher.DispatchHandler = {
      // undici calls this just before it writes to the connection.
      onRequestStart: (started) => {
        if (signal.aborted) return started.abort(new errors.RequestAbortedError());
        controller = started;
      },
      onResponseStart: (_, status, headers) => {
        head = {
          status,
          contentType: oneValue(headers['content-type']),
          retryAfter: oneValue(headers['retry-after']),
        };
      },
      onResponseData: (answering, chunk) => {
        sizeBytes += chunk.length;
        if (sizeBytes <= maxAnswerBytes) return void chunks.push(chunk);
        fail(new InfiniboxDecodeError(call, [`the answer has more than ${maxAnswerBytes} bytes`]));
        answering.abort(new errors.RequestAbortedError());
      },
      onResponseEnd: () => {
        signal.removeEventListener('abort', cancel);
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

/**
 * Creates what sends requests over the network: the only place that does. The credentials live in this closure and in no
 * object that could be printed.
 */
export const createTransport = (options: ParsedOptions): Transport => {
  const { url, username, password, clock, maxAnswerBytes } = options;
  const credentials = Buffer.from(`${username}:${password}`).toString('base64');
  const redact = (text: string): string =>
    [credentials, password]
      .filter((secret) => secret !== '')
      .reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
  const headers = { accept: 'application/json', authorization: `Basic ${credentials}` };
  const headersWithBody = { ...headers, 'content-type': 'application/json' };
  // undici's own limits on silence would cut calls short whose time limit is longer.
  const silence = { headersTimeout: 0, bodyTimeout: 0 };
  const dispatcher =
    options.dispatcher ?? new Pool(url, { connections, connect: trustedConnector(options), ...silence });

  let closing: Promise<void> | undefined;
  return {
    attempt: async ({ method, path, query, body }, signal) => {
      const call: FailedCall = { method, path };
      const request = {
        origin: url,
        method,
        path: query === '' ? path : `${path}?${query}`,
        headers: body === undefined ? headers : headersWithBody,
        body: body ?? null,
        ...silence,
      };
      const answer = await send(dispatcher, request, { call, maxAnswerBytes, signal });
      return openAnswer(call, answer, redact, clock.now());
    },
    close: () => {
      closing ??= options.dispatcher === undefined ? dispatcher.close() : Promise.resolve();
      return closing;
    },
  };
};

const oneValue = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;
