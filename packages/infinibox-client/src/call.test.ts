import { expect, test } from 'vitest';
import {
  connect,
  createHandClock,
  failure,
  failureOf,
  type Reply,
  serve,
  success,
} from './fixtures/array-server.test.fixture.js';
import type { RequestInfo, ResponseInfo } from './options.js';

const system = success({ name: 'box', serial_number: 20040, version: '7.3.1.0' });
const timeoutMs = 30_000;

/** Fails with these replies, then answers. */
const after = (...replies: readonly Reply[]) => serve((_, number) => replies[number - 1] ?? system);

test('repeats a read after a busy answer and a broken connection, then returns the answer', async () => {
  const clock = createHandClock();
  const server = await after(failure(503, 'BUSY'), 'reset');
  const reading = connect(server, { clock }).system.get();
  (await clock.timerBelow(timeoutMs)).fire();
  await server.request(2);
  (await clock.timerBelow(timeoutMs)).fire();
  await expect(reading).resolves.toMatchObject({ name: 'box' });
});

test('gives up after the allowed retries with the last error', async () => {
  const clock = createHandClock();
  const server = await serve((_, number) => failure(500, `FAILURE_${number}`));
  const reading = failureOf(connect(server, { clock, retries: 1 }).system.get());
  (await clock.timerBelow(timeoutMs)).fire();
  expect(await reading).toMatchObject({ apiCode: 'FAILURE_2' });
  expect(server.seen).toHaveLength(2);
});

test('waits as long as the array asks', async () => {
  const clock = createHandClock();
  const server = await after({ status: 429, text: '', headers: { 'retry-after': '7' } });
  const reading = connect(server, { clock }).system.get();
  const pause = await clock.timerBelow(timeoutMs);
  expect(pause.delayMs).toBe(7_000);
  pause.fire();
  await reading;
});

test('does not wait for what lies beyond the time limit', async () => {
  const server = await after({ status: 503, text: '', headers: { 'retry-after': '7' } });
  const reading = failureOf(connect(server, { clock: createHandClock(), timeoutMs: 5_000 }).system.get());
  expect(await reading).toMatchObject({ status: 503, retryAfterMs: 7_000 });
});

test('never repeats a write', async () => {
  for (const reply of [failure(503, 'BUSY'), 'reset' as const]) {
    const server = await serve(() => reply);
    await failureOf(connect(server).volumes.snapshot({ parent_id: 1, name: 'a' }));
    await failureOf(connect(server).metadata.write(1, { a: 'b' }));
    expect(server.seen).toHaveLength(2);
  }
});

test('gives up a call that gets no answer in time', async () => {
  const clock = createHandClock();
  const server = await serve(() => 'hang');
  const writing = failureOf(connect(server, { clock }).volumes.snapshot({ parent_id: 1, name: 'a' }));
  await server.request(1);
  clock.timerOf(timeoutMs).fire();
  expect(await writing).toMatchObject({
    name: 'InfiniboxConnectionError',
    message: 'POST /api/rest/volumes: no answer within 30000 ms',
    requestSent: true,
    outcome: 'unknown',
  });
});

test('gives up when the time limit comes between two attempts', async () => {
  const clock = createHandClock();
  const server = await after(failure(503, 'BUSY'));
  const reading = failureOf(connect(server, { clock }).system.get());
  await clock.timerBelow(timeoutMs);
  clock.timerOf(timeoutMs).fire();
  expect(await reading).toMatchObject({ name: 'InfiniboxConnectionError', outcome: 'refused' });
  expect(server.seen).toHaveLength(1);
});

test('sends nothing when it is cancelled beforehand', async () => {
  const server = await serve(() => system);
  const reason = new Error('SIGTERM');
  const error = await failureOf(connect(server).volumes.delete(1, { signal: AbortSignal.abort(reason) }));
  expect(error).toMatchObject({
    name: 'InfiniboxConnectionError',
    requestSent: false,
    outcome: 'refused',
    cause: reason,
  });
  expect(server.seen).toEqual([]);
});

test('leaves the outcome open when a write is cancelled under way', async () => {
  const server = await serve(() => 'hang');
  const stopping = new AbortController();
  const writing = failureOf(connect(server).volumes.snapshot({ parent_id: 1, name: 'a' }, { signal: stopping.signal }));
  await server.request(1);
  stopping.abort('stopped');
  expect(await writing).toMatchObject({
    message: 'POST /api/rest/volumes: stopped',
    outcome: 'unknown',
    cause: 'stopped',
  });
});

test('tells the observer about every attempt', async () => {
  const clock = createHandClock();
  const observed: ResponseInfo[] = [];
  const server = await after('reset', failure(503, 'BUSY'));
  const sent: RequestInfo[] = [];
  const observers = {
    onRequest: (info: RequestInfo) => void sent.push(info),
    onResponse: (info: ResponseInfo) => void observed.push(info),
  };
  const reading = connect(server, { clock, ...observers }).system.get();
  (await clock.timerBelow(timeoutMs)).fire();
  await server.request(2);
  (await clock.timerBelow(timeoutMs)).fire();
  await reading;
  const common = { method: 'GET', path: '/api/rest/system', origin: server.url, durationMs: 0 };
  expect(observed).toEqual([
    { ...common, attempt: 1 },
    { ...common, attempt: 2, status: 503 },
    { ...common, attempt: 3, status: 200 },
  ]);
  const { durationMs: _, ...asked } = common;
  expect(sent).toEqual([1, 2, 3].map((attempt) => ({ ...asked, attempt })));
});

test('leaves no listener on the signal of the caller', async () => {
  const server = await after(failure(503, 'BUSY'));
  const clock = createHandClock();
  const { signal } = new AbortController();
  const listeners = new Set<unknown>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (type: string, listener: unknown, ...rest: unknown[]) => {
    listeners.add(listener);
    Reflect.apply(add, signal, [type, listener, ...rest]);
  };
  signal.removeEventListener = (type: string, listener: unknown, ...rest: unknown[]) => {
    listeners.delete(listener);
    Reflect.apply(remove, signal, [type, listener, ...rest]);
  };
  const reading = connect(server, { clock }).system.get({ signal });
  expect(listeners.size).toBe(1);
  (await clock.timerBelow(timeoutMs)).fire();
  await reading;
  expect(listeners.size).toBe(0);
});
