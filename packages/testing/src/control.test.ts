import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listenControl } from './control.js';
import { createVirtualClock } from './virtual-clock.js';
import { createWorld, type World, worldCredentials } from './world.js';

let world: World;
let control: Awaited<ReturnType<typeof listenControl>>;
const latencies: number[] = [];
const clients = [{ n: 1, at: '', arguments: ['-V'], environmentNames: [], directory: '/', input: [] }];
beforeAll(async () => {
  world = createWorld({ clock: createVirtualClock(Date.parse('2026-11-24T12:00:00Z')) });
  control = await listenControl(world, { setArrayLatency: (ms) => void latencies.push(ms), clients });
});
afterAll(() => control.close());

const post = async (command: unknown) => {
  const response = await fetch(control.url, {
    method: 'POST',
    body: typeof command === 'string' ? command : JSON.stringify(command),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

test('the journal is a JSON list', async () => {
  world.journal.open({ side: 'array', what: 'GET /x', detail: { scn: 1 } });
  expect(await (await fetch(control.url)).json()).toMatchObject([{ n: 1, what: 'GET /x' }]);
});

test('the clients are a JSON list of their own', async () => {
  expect(await (await fetch(`${control.url}clients`)).json()).toEqual(clients);
});

test('a fault waits for its call', async () => {
  expect((await post({ fault: { match: 'GET /y', action: { kind: 'reset', when: 'before' } } })).status).toBe(200);
  expect(world.faults.take('GET /y')?.kind).toBe('reset');
});

test('a hold keeps calls until its release', async () => {
  await post({ hold: { match: 'GET /z', when: 'before' } });
  const entry = world.journal.open({ side: 'array', what: 'GET /z', detail: {} });
  const passed = world.journal.passHold(entry, 'before').then(() => 'passed');
  await post({ release: 'GET /z' });
  expect(await passed).toBe('passed');
});

test('a fault can turn a knob of the database just before, or just after, a call of either side', async () => {
  for (const when of ['before', 'after'] as const) {
    world.database.setLogMode('ARCHIVELOG');
    await post({
      fault: { match: 'GET /knob', action: { kind: 'database', when, knob: { logMode: 'NOARCHIVELOG' } } },
    });
    const entry = world.journal.open({ side: 'array', what: 'GET /knob', detail: {} });
    await world.journal.passHold(entry, 'before');
    expect(world.database.state.logMode).toBe(when === 'before' ? 'NOARCHIVELOG' : 'ARCHIVELOG');
    await world.journal.passHold(entry, 'after');
    expect(world.database.state.logMode).toBe('NOARCHIVELOG');
  }
  world.database.setLogMode('ARCHIVELOG');
  const knob = { explode: true };
  expect((await post({ fault: { match: 'x', action: { kind: 'database', when: 'after', knob } } })).status).toBe(400);
});

test('the log mode can be changed', async () => {
  await post({ database: { logMode: 'NOARCHIVELOG' } });
  expect(world.database.state.logMode).toBe('NOARCHIVELOG');
});

describe('a knob of the array', () => {
  const ask = (path: string) =>
    world.array.call({
      method: 'GET',
      path: `/api/rest/${path}`,
      query: new URLSearchParams(),
      bodyText: '',
      caller: 'trusted',
    });
  const resultOf = async (path: string) => {
    const departure = await ask(path);
    if (departure.kind !== 'answer') throw new Error(`${path}: ${departure.kind}`);
    return departure.answer.result;
  };

  test('moves its clock, and adds up', async () => {
    const before = world.array.now();
    await post({ array: { skewClockMs: 3_600_000 } });
    await post({ array: { skewClockMs: -600_000 } });
    expect(world.array.now() - before).toBe(3_000_000);
  });

  test('ends its sessions', async () => {
    const login = await world.array.call({
      method: 'POST',
      path: '/api/rest/users/login',
      query: new URLSearchParams(),
      bodyText: JSON.stringify(worldCredentials.array),
      caller: {},
    });
    const cookie = login.kind === 'answer' ? login.answer.headers?.['Set-Cookie'] : undefined;
    const session = /=([^;]+)/.exec(cookie ?? '')?.[1];
    const read = () =>
      world.array.call({
        method: 'GET',
        path: '/api/rest/system',
        query: new URLSearchParams(),
        bodyText: '',
        caller: { session },
      });
    expect((await read()).kind).toBe('answer');
    await post({ array: { expireSessions: true } });
    expect(await read()).toMatchObject({ kind: 'refusal', refusal: { status: 401 } });
  });

  test('changes the round trip of its calls', async () => {
    await post({ array: { latencyMs: 40 } });
    expect(latencies).toEqual([40]);
  });

  test('limits a pool, by its name or as the first', async () => {
    for (const poolCapacity of [{ bytes: 0 }, { bytes: 0, pool: 'pool1' }])
      expect((await post({ array: { poolCapacity } })).status).toBe(200);
    expect(await resultOf('pools')).toMatchObject([{ physical_capacity: 0, state: 'LIMITED' }]);
    expect((await post({ array: { poolCapacity: { bytes: 0, pool: 'nowhere' } } })).status).toBe(500);
  });

  test('maps a volume, replicates it, and locks a snapshot', async () => {
    const id = world.volumes.data[0]?.id ?? 0;
    const snapshot = world.array.addSnapshot({ parentId: id, name: 'locked', createdAt: new Date(world.array.now()) });
    await post({
      array: { map: { volume: id, host: 'stranger' }, lock: { snapshot, forMs: 1000 }, replicate: { dataset: id } },
    });
    expect(await resultOf(`volumes/${id}`)).toMatchObject({ mapped: true, rmr_source: true });
    expect(await resultOf(`volumes/${snapshot}`)).toMatchObject({
      lock_state: 'LOCKED',
      lock_expires_at: world.array.now() + 1000,
    });
  });
});

test('the recovery proof says why snapshots recover nothing', async () => {
  const [volume] = world.volumes.data;
  const id = world.array.addSnapshot({ parentId: volume?.id ?? 0, name: 's', createdAt: new Date(world.clock.now()) });
  expect((await post({ recover: [id] })).body).toMatchObject({ consistent: false });
});

test.each([
  ['{'],
  [{ nonsense: 1 }],
  [{ fault: { match: '' } }],
  [{ release: 'x', recover: [1] }],
  [{ array: {} }],
  [{ array: { expireSessions: false } }],
])('%j is refused', async (command) => {
  expect((await post(command)).status).toBe(400);
});

test('an id that is not there is an error, not the end', async () => {
  expect((await post({ recover: [999_999] })).status).toBe(500);
  expect((await fetch(control.url, { method: 'DELETE' })).status).toBe(405);
});

test('a refused command says which field is wrong', async () => {
  expect((await post({ fault: { match: 'x', action: { kind: 'explode' } } })).body['error']).toMatch(/fault\.action/);
  expect((await post({ hold: { match: 'x' } })).body['error']).toMatch(/hold\.when/);
  expect((await post({})).body['error']).toMatch(/exactly one of/);
});
