import { expect, test } from 'vitest';
import { InfiniboxInputError } from '../errors.js';
import { connect, failure, failureOf, serve, success } from '../fixtures/array-server.test.fixture.js';

const item = (key: string, value: unknown) => ({ id: 9001, object_id: 1011, object_type: 'volume', key, value });

test('reads all items of an object, every value as text', async () => {
  const server = await serve(() =>
    success([item('a', 'text'), item('b', true), item('c', 7), item('d', { e: [null] }), item('f', '')]),
  );
  const items = await connect(server).metadata.read(1011);
  expect(items.map(({ value }) => value)).toEqual(['text', 'true', '7', '{"e":[null]}', '']);
  expect(server.seen[0]?.url).toBe('/api/rest/metadata/1011?page=1&page_size=1000');
});

test('looks items up by key, value and object', async () => {
  const server = await serve(() => success([item('a', 'b')]));
  const found = [];
  for await (const { object_id } of connect(server).metadata.list({
    key: 'a',
    value: { like: 'b' },
    object_id: { in: [1, 2] },
  }))
    found.push(object_id);
  expect(found).toEqual([1011]);
  expect(decodeURIComponent(server.seen[0]?.url ?? '')).toBe(
    '/api/rest/metadata?key=eq:a&value=like:b&object_id=in:(1,2)&page=1&page_size=1000',
  );
});

test('lists everything without a filter', async () => {
  const server = await serve(() => success([item('a', 'b'), item('c', 'd')]));
  const keys = [];
  for await (const { key } of connect(server).metadata.list()) keys.push(key);
  expect(keys).toEqual(['a', 'c']);
});

test('writes several keys in one call', async () => {
  const server = await serve(() => success([item('a', 'b'), item('c', 'd')]));
  await connect(server).metadata.write(1011, { a: 'b', c: 'd' });
  expect(server.seen).toMatchObject([{ method: 'PUT', url: '/api/rest/metadata/1011', body: { a: 'b', c: 'd' } }]);
});

test('removes one key and says whether it was there', async () => {
  const server = await serve(({ url }) => (url.includes('gone') ? failure(404, 'METADATA_NOT_FOUND') : success([])));
  const { metadata } = connect(server);
  expect(await metadata.remove(1011, 'a b?')).toBe(true);
  expect(await metadata.remove(1011, 'gone')).toBe(false);
  expect(server.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'DELETE /api/rest/metadata/1011/a%20b%3F',
    'DELETE /api/rest/metadata/1011/gone',
  ]);
});

test('approves a removal when the array asks plainly', async () => {
  const server = await serve((_, number) => (number === 1 ? failure(403, 'APPROVAL_REQUIRED') : success([])));
  expect(await connect(server).metadata.remove(1011, 'a')).toBe(true);
  expect(server.seen.map(({ url }) => url)).toEqual([
    '/api/rest/metadata/1011/a',
    '/api/rest/metadata/1011/a?approved=true',
  ]);
});

test('passes on why a removal failed', async () => {
  const server = await serve(() => failure(403, 'USER_NOT_PERMITTED'));
  expect(await failureOf(connect(server).metadata.remove(1011, 'a'))).toMatchObject({ status: 403 });
});

test.each(['', '.', '..', 'a/b'])('refuses the key "%s", which would address something else', async (key) => {
  const server = await serve(() => success([]));
  const { metadata } = connect(server);
  expect(await failureOf(metadata.remove(1011, key))).toBeInstanceOf(InfiniboxInputError);
  expect(await failureOf(metadata.write(1011, { [key]: 'x' }))).toBeInstanceOf(InfiniboxInputError);
  expect(server.seen).toEqual([]);
});
