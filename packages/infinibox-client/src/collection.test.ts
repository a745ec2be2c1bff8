import { expect, test } from 'vitest';
import { InfiniboxDecodeError, InfiniboxInputError } from './errors.js';
import { connect, failureOf, serve, success, wireVolume } from './fixtures/array-server.test.fixture.js';
import { simulate } from './fixtures/simulated-array.test.fixture.js';

const urls = ({ seen }: { seen: readonly { url: string }[] }) => seen.map(({ url }) => decodeURIComponent(url));

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const collected = [];
  for await (const item of items) collected.push(item);
  return collected;
};

test('asks for the chosen fields and the id alone, and decodes no other', async () => {
  const server = await serve(() => success([{ id: 7, name: 'a', created_at: 9 }]));
  const { volumes } = connect(server);
  const query = { filter: { pool_id: 3 }, sort: ['-name'], fields: ['name', 'created_at'] } as const;
  expect(await collect(volumes.list(query))).toEqual([{ id: 7, name: 'a', created_at: new Date(9) }]);
  expect(urls(server)).toEqual([
    '/api/rest/volumes?pool_id=eq:3&sort=-name&fields=id,name,created_at&page=1&page_size=1000',
  ]);
});

test('misses a chosen field that the array leaves out', async () => {
  const server = await serve(() => success([{ id: 7 }]));
  const listing = collect(connect(server).volumes.list({ fields: ['name'] }));
  expect(await failureOf(listing)).toBeInstanceOf(InfiniboxDecodeError);
});

test('refuses a field that does not exist', async () => {
  const { volumes } = connect({ url: 'https://box.example' });
  const fields = ['nmae'] as unknown as readonly ['name'];
  expect(() => volumes.list({ fields })).toThrow(InfiniboxInputError);
});

test('gets the first in an order without asking for more', async () => {
  const server = await serve(() => ({
    json: { result: [wireVolume()], error: null, metadata: { number_of_objects: 900 } },
  }));
  const { volumes } = connect(server);
  expect(await volumes.first({ filter: { type: 'MASTER' }, sort: ['-created_at'] })).toMatchObject({ id: 1011 });
  expect(await volumes.first()).toMatchObject({ id: 1011 });
  expect(urls(server)).toEqual([
    '/api/rest/volumes?type=eq:MASTER&sort=-created_at&page=1&page_size=1',
    '/api/rest/volumes?page=1&page_size=1',
  ]);
});

test('counts without listing', async () => {
  const simulation = await simulate();
  for (const name of ['a1', 'a2', 'b1']) simulation.array.addVolume({ name, sizeBytes: 10_737_418_240 });
  const { volumes } = connect(simulation);
  expect(await volumes.count()).toBe(3);
  expect(await volumes.count({ name: { like: 'a' } })).toBe(2);
  expect(await volumes.count({ id: { in: [] } })).toBe(0);
  expect(await volumes.first({ filter: { name: 'c' } })).toBeUndefined();
  expect(await collect(volumes.list({ filter: { name: { like: 'a' } }, fields: ['name'], sort: ['-name'] }))).toEqual([
    { id: expect.any(Number), name: 'a2' },
    { id: expect.any(Number), name: 'a1' },
  ]);
  expect(simulation.calls()).toHaveLength(4);
});

test('names what is ambiguous even where objects have no name', async () => {
  const event = { id: 1, code: 'X', level: 'INFO', description: '', timestamp: 0 };
  const server = await serve(() => success([event, { ...event, id: 2 }]));
  expect(await failureOf(connect(server).events.find({ code: 'X' }))).toMatchObject({
    reason: 'ambiguous',
    message: expect.stringContaining('several events match, such as one (id 1) and one (id 2)'),
  });
});
