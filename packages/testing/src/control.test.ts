import { afterAll, beforeAll, expect, test } from 'vitest';
import { listenControl } from './control.js';
import { createVirtualClock } from './virtual-clock.js';
import { createWorld, type World } from './world.js';

let world: World;
let control: Awaited<ReturnType<typeof listenControl>>;
beforeAll(async () => {
  world = createWorld({ clock: createVirtualClock(Date.parse('2026-11-24T12:00:00Z')) });
  control = await listenControl(world);
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

test('the log mode can be changed', async () => {
  await post({ database: { logMode: 'NOARCHIVELOG' } });
  expect(world.database.state.logMode).toBe('NOARCHIVELOG');
});

test('the recovery proof says why snapshots recover nothing', async () => {
  const [volume] = world.volumes.data;
  const id = world.array.addSnapshot({ parentId: volume?.id ?? 0, name: 's', createdAt: new Date(world.clock.now()) });
  expect((await post({ recover: [id] })).body).toMatchObject({ consistent: false });
});

test.each([['{'], [{ nonsense: 1 }], [{ fault: { match: '' } }], [{ release: 'x', recover: [1] }]])(
  '%j is refused',
  async (command) => {
    expect((await post(command)).status).toBe(400);
  },
);

test('an id that is not there is an error, not the end', async () => {
  expect((await post({ recover: [999_999] })).status).toBe(500);
  expect((await fetch(control.url, { method: 'DELETE' })).status).toBe(405);
});
