import { expect, test } from 'vitest';
import {
  connect,
  createHandClock,
  failure,
  failureOf,
  serve,
  success,
  wireVolume,
} from './fixtures/array-server.test.fixture.js';
import { localhost } from './fixtures/certificates.test.fixture.js';

const system = success({ name: 'box', serial_number: 20040, version: '7.3.1.0' });
const snapshot = success(wireVolume({ type: 'SNAPSHOT', parent_id: 1 }));
const answering = () => serve(({ method }) => (method === 'GET' ? system : snapshot));
const busy = failure(503, 'BUSY');

/** An address where nobody listens: an unprivileged server cannot have this port. */
const nobody = 'http://127.0.0.1:1';

test('asks the next address when one is busy or breaks the connection, and stays there', async () => {
  for (const reply of [busy, 'reset'] as const) {
    const first = await serve(() => reply);
    const second = await answering();
    const client = connect({ url: '' }, { url: [first.url, second.url] });
    await client.system.get();
    await client.system.get();
    expect([first.seen.length, second.seen.length]).toEqual([1, 2]);
  }
});

test('sends a write elsewhere when nobody listens, since nothing was sent', async () => {
  const second = await answering();
  const client = connect({ url: '' }, { url: [nobody, second.url] });
  await expect(client.volumes.snapshot({ parent_id: 1, name: 'a' })).resolves.toMatchObject({ parent_id: 1 });
});

test.each([
  ['a 503', busy],
  ['a broken connection', 'reset' as const],
])('never sends a write again after %s, but asks the next address from then on', async (_, reply) => {
  const first = await serve(() => reply);
  const second = await answering();
  const client = connect({ url: '' }, { url: [first.url, second.url] });
  expect(await failureOf(client.volumes.snapshot({ parent_id: 1, name: 'a' }))).toMatchObject({ outcome: 'unknown' });
  expect(second.seen).toEqual([]);
  await client.system.get();
  expect([first.seen.length, second.seen.length]).toEqual([1, 1]);
});

test('sends a write elsewhere when only the login found the address busy', async () => {
  const first = await serve(() => busy);
  const second = await serve(({ url }) =>
    url.endsWith('login') ? { json: { result: {}, error: null }, headers: { 'set-cookie': 'S=ticket-2' } } : snapshot,
  );
  const client = connect({ url: '' }, { url: [first.url, second.url], authentication: 'session' });
  await client.volumes.snapshot({ parent_id: 1, name: 'a' });
  expect(first.seen.map(({ url }) => url)).toEqual(['/api/rest/users/login']);
  expect(second.seen.map(({ url }) => url)).toEqual(['/api/rest/users/login', '/api/rest/volumes']);
});

test('asks every address before it pauses, and all of them again after the pause', async () => {
  const clock = createHandClock();
  const servers = [await serve(() => busy), await serve((_, number) => (number === 1 ? busy : system))];
  const client = connect({ url: '' }, { url: servers.map(({ url }) => url), clock, retries: 1 });
  const reading = client.system.get();
  const pause = await clock.timerBelow(30_000);
  expect(servers.map(({ seen }) => seen.length)).toEqual([1, 1]);
  pause.fire();
  await expect(reading).resolves.toMatchObject({ name: 'box' });
  expect(servers.map(({ seen }) => seen.length)).toEqual([2, 2]);
});

test('gives calls that fail together one and the same next address', async () => {
  const first = await serve(() => busy);
  const second = await answering();
  const client = connect({ url: '' }, { url: [first.url, second.url] });
  await Promise.all([client.system.get(), client.system.get()]);
  expect([first.seen.length, second.seen.length]).toEqual([2, 2]);
});

test('does not step over a certificate that is not trusted, nor over a refusal', async () => {
  const untrusted = await serve(() => system, localhost);
  const refusing = await serve(() => failure(404, 'VOLUME_NOT_FOUND'));
  const second = await answering();
  for (const first of [untrusted, refusing])
    await failureOf(connect({ url: '' }, { url: [first.url, second.url] }).volumes.get(7));
  expect(second.seen).toEqual([]);
});

test('limits the time to the first byte', async () => {
  const clock = createHandClock();
  const server = await serve(() => 'hang');
  const client = connect(server, { clock, firstByteTimeoutMs: 400, lastByteTimeoutMs: 900 });
  const writing = failureOf(client.volumes.snapshot({ parent_id: 1, name: 'a' }));
  await server.request(1);
  clock.timerOf(400).fire();
  expect(await writing).toMatchObject({
    message: 'POST /api/rest/volumes: no first byte within 400 ms',
    requestSent: true,
    outcome: 'unknown',
  });
});

test('limits the time to the last byte, once the first has come', async () => {
  const clock = createHandClock();
  const server = await serve(() => 'stall');
  const client = connect(server, { clock, firstByteTimeoutMs: 400, lastByteTimeoutMs: 900, retries: 0 });
  const reading = failureOf(client.system.get());
  await clock.timerGone(400);
  clock.timerOf(900).fire();
  expect(await reading).toMatchObject({ message: 'GET /api/rest/system: no last byte within 900 ms' });
});

test('sends no more requests at one time than allowed', async () => {
  const server = await serve(() => 'hang');
  const client = connect(server, { concurrency: 2 });
  const leaving = new AbortController();
  const calls = Array.from({ length: 3 }, () => failureOf(client.system.get({ signal: leaving.signal })));
  await server.request(2);
  leaving.abort();
  expect((await Promise.all(calls)).map((error) => (error as { requestSent: boolean }).requestSent)).toEqual([
    true,
    true,
    false,
  ]);
  expect(server.seen).toHaveLength(2);
});
