import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { getResponse, type RequestHandler } from 'msw';
import { delay, systemClock } from '../clock.js';
import { errorEnvelope, notFound } from './answer.js';
import { arrayHandlers } from './handlers.js';
import type { SimulatedArray } from './simulated-array.js';

/** Where and how the array is served. */
export interface ListenOptions {
  /** Defaults to any free one. */
  readonly port?: number | undefined;
  /** Defaults to 127.0.0.1. */
  readonly host?: string | undefined;
  /** Round trip per call, half of it before and half after the effect, by the array's clock. Defaults to 0. */
  readonly latencyMs?: number | undefined;
  /** PEM texts; without them plain http. */
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
}

/** A simulated array behind a real port. */
export interface ListeningArray {
  /** Without a slash at the end. */
  readonly url: string;
  /** The round trip of the calls to come. */
  setLatency(ms: number): void;
  /** Stops listening, lets running calls finish for a moment, then ends every connection, stuck ones too. */
  close(): Promise<void>;
}

/** How long `close` waits for calls that are being answered. */
const closeGraceMs = 250;

// Documented: real clients send repeated and trailing slashes. Source: infinibox-api.md section 1.1.
const normalTarget = (target: string): string => {
  const [path = '/', ...query] = target.split('?');
  const normal = path.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1');
  return query.length === 0 ? normal : `${normal}?${query.join('?')}`;
};

const readBody = async (incoming: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};

const toRequest = async (incoming: IncomingMessage, signal: AbortSignal): Promise<Request> => {
  const body = await readBody(incoming);
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers))
    if (value !== undefined) headers.set(name, String(value));
  const { method = 'GET', url = '/' } = incoming;
  const isBodiless = method === 'GET' || method === 'HEAD';
  return new Request(new URL(normalTarget(url), 'http://array.invalid'), {
    method,
    headers,
    signal,
    body: isBodiless || body === '' ? null : body,
  });
};

const gzipAsync = promisify(gzip);

// Observed: saved answers of a 7.0 array are compressed. Assumed: only for those who ask. Source: infinibox-api.md section 1.3.
const asksForGzip = (incoming: IncomingMessage): boolean =>
  /\bgzip\b/i.test(String(incoming.headers['accept-encoding'] ?? ''));

const send = async (response: Response, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
  for (const [name, value] of response.headers) outgoing.appendHeader(name, value);
  outgoing.statusCode = response.status;
  const body = Buffer.from(await response.arrayBuffer());
  if (Number(response.headers.get('content-length') ?? body.byteLength) > body.byteLength) {
    outgoing.write(body, () => outgoing.destroy());
    return;
  }
  if (!asksForGzip(incoming)) return void outgoing.end(body);
  const packed = await gzipAsync(body, { level: 1 });
  outgoing.setHeader('Content-Encoding', 'gzip');
  outgoing.setHeader('Content-Length', packed.byteLength);
  outgoing.end(packed);
};

const sendJson = (outgoing: ServerResponse, status: number, body: unknown): void => {
  outgoing.writeHead(status, { 'Content-Type': 'application/json' });
  outgoing.end(JSON.stringify(body));
};

const createListener = (
  array: SimulatedArray,
  { handlers, latencyMs }: { readonly handlers: readonly RequestHandler[]; readonly latencyMs: () => number },
): RequestListener => {
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const gone = new AbortController();
    outgoing.on('close', () => gone.abort());
    const request = await toRequest(incoming, gone.signal);
    await delay(array.clock, latencyMs() / 2);
    const response = await getResponse([...handlers], request);
    await delay(array.clock, latencyMs() / 2);
    if (response === undefined) {
      const refusal = notFound('PATH', `${request.method} ${new URL(request.url).pathname}`);
      sendJson(outgoing, refusal.status, errorEnvelope(refusal));
    } else if (response.type === 'error') outgoing.destroy();
    else await send(response, incoming, outgoing);
  };
  return (incoming, outgoing) => {
    serve(incoming, outgoing).catch((error: unknown) => {
      // The caller went away while its body was read: nobody is left to tell.
      if (outgoing.destroyed) return;
      // A fault of the simulation itself; the text is what its author needs.
      sendJson(outgoing, 500, errorEnvelope({ code: 'SIMULATOR_FAILURE', message: String(error) }));
    });
  };
};

/** Serves a simulated array on a real port, through msw's `getResponse`: the same handlers as in-process tests use. */
export const listenArray = async (array: SimulatedArray, options: ListenOptions = {}): Promise<ListeningArray> => {
  const { port = 0, host = '127.0.0.1', tls } = options;
  let { latencyMs = 0 } = options;
  const listener = createListener(array, { handlers: arrayHandlers(array), latencyMs: () => latencyMs });
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  server.listen(port, host);
  await once(server, 'listening');
  const { port: actualPort } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${host}:${actualPort}`,
    setLatency: (ms) => {
      latencyMs = ms;
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      const cancel = systemClock.setTimeout(() => server.closeAllConnections(), closeGraceMs);
      await closed;
      cancel();
    },
  };
};
