import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { inspect } from 'node:util';
import { Agent } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import { InfiniboxConnectionError, InfiniboxDecodeError, InfiniboxResponseError } from './errors.js';
import {
  type ArrayServer,
  account,
  connect,
  createHandClock,
  failure,
  failureOf,
  serve,
  success,
  wireVolume,
} from './fixtures/array-server.test.fixture.js';
import { elsewhere, localhost } from './fixtures/certificates.test.fixture.js';

const system = success({ name: 'box', serial_number: 20040, version: '7.3.1.0' });
const credentials = Buffer.from(`${account.username}:${account.password}`).toString('base64');

/** A server that answers bytes instead of HTTP, and a port where nobody listens once it is closed. */
const serveBytes = async (bytes: string): Promise<{ url: string; close: () => Promise<unknown> }> => {
  const server = createServer((socket) =>
    socket
      .on('error', () => undefined)
      .resume()
      .end(bytes),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = () => {
    const closed = once(server, 'close');
    server.close();
    return closed;
  };
  onTestFinished(async () => {
    if (server.listening) await close();
  });
  return { url: `http://127.0.0.1:${port}`, close };
};

test('sends Basic credentials with every request', async () => {
  const server = await serve(() => system);
  await connect(server).system.get();
  expect(server.seen).toEqual([
    { method: 'GET', url: '/api/rest/system', authorization: `Basic ${credentials}`, body: undefined },
  ]);
});

// undici lets a connection rest for one turn of the event loop, so calls in quick succession use two.
test('keeps connections for the next calls, after refusals too', async () => {
  const server = await serve((_, number) => (number % 2 === 1 ? failure(404, 'VOLUME_NOT_FOUND') : system));
  const client = connect(server);
  for (let round = 0; round < 5; round += 1) {
    await failureOf(client.volumes.get(7));
    await client.system.get();
  }
  expect(server.connections()).toBeLessThanOrEqual(2);
});

test('sends through a dispatcher of the caller and leaves it open', async () => {
  const server = await serve(() => system);
  const dispatcher = new Agent();
  onTestFinished(() => dispatcher.close());
  const client = connect(server, { dispatcher });
  await client.system.get();
  await client.close();
  expect(dispatcher.closed).toBe(false);
});

test('makes a typed error of what a dispatcher throws', async () => {
  const unplug = (): never => {
    throw new Error('unplugged');
  };
  const dispatcher = Object.assign(new Agent(), { dispatch: unplug });
  const client = connect({ url: 'https://box.example' }, { dispatcher, retries: 0 });
  const error = await failureOf(client.volumes.snapshot({ parent_id: 1, name: 'a' }));
  expect(error).toBeInstanceOf(InfiniboxConnectionError);
  expect(error).toMatchObject({ message: 'POST /api/rest/volumes: unplugged', outcome: 'refused' });
});

test('fails with certainty that nothing was sent when nobody listens', async () => {
  const { url, close } = await serveBytes('');
  await close();
  expect(await failureOf(connect({ url }).volumes.snapshot({ parent_id: 1, name: 'a' }))).toMatchObject({
    name: 'InfiniboxConnectionError',
    code: 'INFINIBOX_CONNECTION',
    method: 'POST',
    path: '/api/rest/volumes',
    requestSent: false,
    outcome: 'refused',
    message: expect.stringContaining('ECONNREFUSED'),
    hint: expect.stringContaining('Check the address'),
    cause: expect.objectContaining({ code: 'ECONNREFUSED' }),
  });
});

test('names every address that was tried when the host has several', async () => {
  const { url, close } = await serveBytes('');
  await close();
  const { port } = new URL(url);
  const error = await failureOf(connect({ url: `http://localhost:${port}` }, { retries: 0 }).system.get());
  expect(error).toMatchObject({ requestSent: false, message: expect.stringContaining('ECONNREFUSED') });
});

test('leaves the outcome of a write open when the connection breaks before the answer', async () => {
  const server = await serve(() => 'reset');
  expect(await failureOf(connect(server).volumes.snapshot({ parent_id: 1, name: 'a' }))).toMatchObject({
    name: 'InfiniboxConnectionError',
    requestSent: true,
    outcome: 'unknown',
  });
  expect(server.seen).toHaveLength(1);
});

test('calls a broken read refused, since it changed nothing', async () => {
  const server = await serve(() => 'reset');
  expect(await failureOf(connect(server, { retries: 0 }).system.get())).toMatchObject({
    requestSent: true,
    outcome: 'refused',
  });
});

test('refuses an answer that is larger than allowed', async () => {
  const server = await serve(() => success({ padding: 'x'.repeat(5_000) }));
  const error = await failureOf(connect(server, { maxAnswerBytes: 4_000 }).system.get());
  expect(error).toBeInstanceOf(InfiniboxDecodeError);
  expect(error).toMatchObject({ issues: ['the answer has more than 4000 bytes'] });
});

test('fails later calls once closed, however often that is', async () => {
  const server = await serve(() => system);
  const client = connect(server, { retries: 0 });
  await client.system.get();
  await client.close();
  await client[Symbol.asyncDispose]();
  expect(await failureOf(client.system.get())).toMatchObject({ name: 'InfiniboxConnectionError', requestSent: false });
});

test('does not send what was cancelled while it waited for a connection', async () => {
  const server = await serve(() => 'hang');
  const client = connect(server);
  const leaving = new AbortController();
  onTestFinished(() => leaving.abort());
  const busy = Array.from({ length: 8 }, () => failureOf(client.system.get({ signal: leaving.signal })));
  await server.request(8);
  const stopping = new AbortController();
  const waiting = failureOf(client.volumes.snapshot({ parent_id: 1, name: 'a' }, { signal: stopping.signal }));
  stopping.abort(new Error('SIGTERM'));
  expect(await waiting).toMatchObject({
    name: 'InfiniboxConnectionError',
    message: 'POST /api/rest/volumes: SIGTERM',
    requestSent: false,
    outcome: 'refused',
  });
  leaving.abort();
  await Promise.all(busy);
  await client.close();
  expect(server.seen).toHaveLength(8);
});

test('knows an answer that is not HTTP from one that never came', async () => {
  const { url } = await serveBytes(`garbage Basic ${credentials}\r\n\r\n`);
  const error = await failureOf(connect({ url }, { retries: 0 }).system.get());
  expect(error).toMatchObject({ name: 'InfiniboxConnectionError', requestSent: true });
  expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain(credentials);
});

test('shows no credential in any error, however it is printed', async () => {
  const echo = `you sent Basic ${credentials} (${account.password})`;
  const replies: (() => ReturnType<typeof failure>)[] = [
    () => failure(401, `BAD_${account.password}`, echo),
    () => ({ text: echo }),
    () => ({ status: 502, text: echo }),
    () => ({
      json: { result: null, error: { code: 'X', message: echo, reasons: [{ message: echo, affected_entities: [] }] } },
    }),
    () => ({ json: { result: { name: echo, serial_number: echo, version: 1 } } }),
    () => 'reset',
  ];
  for (const reply of replies) {
    const client = connect(await serve(reply), { retries: 0 });
    const error = await failureOf(client.system.get());
    for (const printed of [
      inspect(error, { depth: Infinity, showHidden: true }),
      JSON.stringify(error),
      String(error),
    ]) {
      expect(printed).not.toContain(account.password);
      expect(printed).not.toContain(credentials);
    }
    expect(inspect(client, { depth: Infinity, showHidden: true })).not.toContain(account.password);
  }
});

const overTls = (shown = localhost): Promise<ArrayServer> =>
  serve((request) => (request.method === 'GET' ? system : success(wireVolume())), shown);

const fingerprintPattern = /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/;

/** The fingerprint that a refused client reports. */
const fingerprintOf = async (server: ArrayServer): Promise<string> => {
  const error = await failureOf(connect(server).system.get());
  if (!(error instanceof InfiniboxConnectionError) || error.certificate === undefined) throw error;
  return error.certificate.fingerprint256;
};

test('refuses a self-signed certificate, reports its fingerprint and sends nothing', async () => {
  const server = await overTls();
  expect(await failureOf(connect(server).volumes.snapshot({ parent_id: 1, name: 'a' }))).toMatchObject({
    name: 'InfiniboxConnectionError',
    message: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT'),
    certificate: { fingerprint256: expect.stringMatching(fingerprintPattern) },
    hint: expect.stringContaining('set tls.fingerprint256 to '),
    requestSent: false,
    outcome: 'refused',
  });
  expect(server.seen).toEqual([]);
});

test('does not retry a certificate that is not trusted', async () => {
  const server = await overTls();
  await failureOf(connect(server, { clock: createHandClock() }).system.get());
  expect(server.connections()).toBe(1);
});

test('accepts a certificate of a given authority', async () => {
  await expect(connect(await overTls(), { tls: { ca: localhost.cert } }).system.get()).resolves.toMatchObject({
    name: 'box',
  });
});

test('refuses a trusted certificate of another host', async () => {
  const server = await overTls(elsewhere);
  expect(await failureOf(connect(server, { tls: { ca: elsewhere.cert } }).system.get())).toMatchObject({
    message: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
    certificate: { fingerprint256: expect.stringMatching(fingerprintPattern) },
  });
  expect(server.seen).toEqual([]);
});

test('accepts exactly the pinned certificate, in any spelling of its fingerprint', async () => {
  const server = await overTls();
  const fingerprint256 = await fingerprintOf(server);
  for (const spelling of [fingerprint256, fingerprint256.replaceAll(':', '').toLowerCase()])
    await expect(connect(server, { tls: { fingerprint256: spelling } }).system.get()).resolves.toMatchObject({
      name: 'box',
    });
});

test('refuses any other certificate than the pinned one and shows both', async () => {
  const server = await overTls();
  const shown = await fingerprintOf(server);
  const pinned = await fingerprintOf(await overTls(elsewhere));
  expect(await failureOf(connect(server, { tls: { fingerprint256: pinned } }).system.get())).toMatchObject({
    message: expect.stringMatching(new RegExp(`${pinned}.*${shown}`)),
    certificate: { fingerprint256: shown },
  });
  expect(server.seen).toEqual([]);
});

test('hints at a port that does not speak TLS', async () => {
  const server = await serve(() => system);
  const error = await failureOf(connect({ url: server.url.replace('http:', 'https:') }, { retries: 0 }).system.get());
  expect(error).toMatchObject({ requestSent: false, hint: 'Check that this port speaks TLS.' });
});

test('decides by status and by envelope whether a call failed', async () => {
  const server = await serve((_, number) =>
    number === 1
      ? { status: 200, json: { result: null, error: { code: 'X', message: 'y' } } }
      : { status: 302, text: '' },
  );
  const client = connect(server);
  const inEnvelope = await failureOf(client.system.get());
  expect(inEnvelope).toBeInstanceOf(InfiniboxResponseError);
  expect(inEnvelope).toMatchObject({ status: 200, apiCode: 'X', reasons: [], isRemote: false });
  expect(await failureOf(client.system.get())).toMatchObject({
    status: 302,
    message: 'GET /api/rest/system: answered 302',
  });
});
