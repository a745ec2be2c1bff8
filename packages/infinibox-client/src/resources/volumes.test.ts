import { expect, test } from 'vitest';
import { InfiniboxDecodeError, InfiniboxInputError } from '../errors.js';
import { connect, failure, failureOf, serve, success, wireVolume } from '../fixtures/array-server.test.fixture.js';
import type { Volume } from './volumes.js';

const snapshotOf = (parent: number, fields: Readonly<Record<string, unknown>> = {}) =>
  wireVolume({ id: parent + 1_000, name: `p_${parent}`, type: 'SNAPSHOT', parent_id: parent, depth: 1, ...fields });

test('reads a volume with times as Dates, and passes what it does not know', async () => {
  const server = await serve(() => success(wireVolume({ lock_expires_at: 1_700_000_000_000, nguid: 'x' })));
  expect(await connect(server).volumes.get(1011)).toMatchObject({
    id: 1011,
    created_at: new Date(1_700_000_000_000),
    lock_expires_at: new Date(1_700_000_000_000),
    nguid: 'x',
  });
  expect(server.seen[0]?.url).toBe('/api/rest/volumes/1011');
});

test('reads both marks of absence as the documented one', async () => {
  const server = await serve(() => success(wireVolume({ parent_id: null, cg_id: 0 })));
  expect(await connect(server).volumes.get(1011)).toMatchObject({ parent_id: 0, cg_id: null });
});

test.each([
  'id',
  'name',
  'type',
  'depth',
  'parent_id',
  'has_children',
  'created_at',
  'mapped',
  'write_protected',
  'cg_id',
])('does not take an answer without %s for a volume', async (field) => {
  const { [field]: _, ...rest } = wireVolume();
  const server = await serve(() => success(rest));
  const error = await failureOf(connect(server).volumes.get(1011));
  expect(error).toBeInstanceOf(InfiniboxDecodeError);
  expect(error).toMatchObject({ issues: [expect.stringContaining(`result.${field}: `)] });
});

test('does without the fields that only some releases have', async () => {
  const recent = ['family_id', 'lock_state', 'lock_expires_at', 'rmr_source', 'replica_ids', 'updated_at'];
  const old = Object.fromEntries(Object.entries(wireVolume()).filter(([field]) => !recent.includes(field)));
  const server = await serve(() => success(old));
  expect(await connect(server).volumes.get(1011)).toMatchObject({ id: 1011 });
});

test('lists by filter, order and page size', async () => {
  const server = await serve(() => success([wireVolume()]));
  const query = {
    filter: { type: 'SNAPSHOT', name: { like: 'orasync' } },
    sort: ['-created_at', 'id'],
    page_size: 3,
  } as const;
  const names = [];
  for await (const { name } of connect(server).volumes.list(query)) names.push(name);
  expect(names).toEqual(['ora_data01']);
  expect(decodeURIComponent(server.seen[0]?.url ?? '')).toBe(
    '/api/rest/volumes?type=eq:SNAPSHOT&name=like:orasync&sort=-created_at,id&page=1&page_size=3',
  );
});

test('lists all without a query, and nothing for an empty list of ids', async () => {
  const server = await serve(() => success([wireVolume(), wireVolume({ id: 1012 })]));
  const { volumes } = connect(server);
  const ids = [];
  for await (const { id } of volumes.list()) ids.push(id);
  for await (const { id } of volumes.list({ filter: { id: { in: [] } } })) ids.push(id);
  expect(ids).toEqual([1011, 1012]);
});

test('finds the one that matches, or none', async () => {
  const server = await serve(({ url }) => success(url.includes('none') ? [] : [wireVolume()]));
  const { volumes } = connect(server);
  expect((await volumes.find({ id: 1011 }))?.name).toBe('ora_data01');
  expect(await volumes.find({ name: 'none' })).toBeUndefined();
});

test('finds a name in its exact case although the array may not heed it', async () => {
  const server = await serve(() => success([wireVolume({ id: 1, name: 'DATA' }), wireVolume({ id: 2, name: 'data' })]));
  const { volumes } = connect(server);
  expect((await volumes.find({ name: 'data' }))?.id).toBe(2);
  expect((await volumes.find({ name: { eq: 'DATA' } }))?.id).toBe(1);
  expect(await volumes.find({ name: 'Data' })).toBeUndefined();
});

test('refuses to choose between several', async () => {
  const server = await serve(() => success([wireVolume(), wireVolume({ id: 1012, name: 'ora_data02' })]));
  expect(await failureOf(connect(server).volumes.find({ name: { like: 'ora' } }))).toMatchObject({
    code: 'INFINIBOX_REFUSED',
    reason: 'ambiguous',
    outcome: 'refused',
    message: expect.stringContaining('ora_data01 (id 1011) and ora_data02 (id 1012)'),
  });
});

test('fails to get what is not there', async () => {
  const server = await serve(() => failure(404, 'VOLUME_NOT_FOUND'));
  expect(await failureOf(connect(server).volumes.get(7))).toMatchObject({ status: 404, apiCode: 'VOLUME_NOT_FOUND' });
});

test('snapshots one volume', async () => {
  const server = await serve(() => ({ ...(success(snapshotOf(1011)) as { json: unknown }), status: 201 }));
  expect(await connect(server).volumes.snapshot({ parent_id: 1011, name: 'p_1011' })).toMatchObject({ id: 2011 });
  expect(server.seen).toMatchObject([
    { method: 'POST', url: '/api/rest/volumes', body: { parent_id: 1011, name: 'p_1011' } },
  ]);
});

test('knows a taken name as a definite refusal', async () => {
  const server = await serve(() => failure(409, 'VOLUME_NAME_CONFLICT'));
  expect(await failureOf(connect(server).volumes.snapshot({ parent_id: 1, name: 'a' }))).toMatchObject({
    status: 409,
    outcome: 'refused',
  });
});

test.each([500, 503])('leaves the outcome of a snapshot open after a %i', async (status) => {
  const server = await serve(() => failure(status, 'X'));
  expect(await failureOf(connect(server).volumes.snapshot({ parent_id: 1, name: 'a' }))).toMatchObject({
    status,
    outcome: 'unknown',
  });
});

test('does not take the snapshot of another volume for an answer', async () => {
  const server = await serve(() => success(snapshotOf(1012)));
  expect(await failureOf(connect(server).volumes.snapshot({ parent_id: 1011, name: 'a' }))).toMatchObject({
    code: 'INFINIBOX_DECODE',
    outcome: 'unknown',
  });
});

test('snapshots several volumes in one call and answers in the order asked', async () => {
  const server = await serve(() => success([snapshotOf(1011), snapshotOf(1012), snapshotOf(1013)]));
  const request = { entities: [1013, 1011, 1012], snap_prefix: 'p_', snap_suffix: '_s' };
  const made: readonly Volume[] = await connect(server).volumes.groupSnapshot(request);
  expect(made.map(({ parent_id }) => parent_id)).toEqual([1013, 1011, 1012]);
  expect(server.seen).toMatchObject([
    {
      method: 'POST',
      url: '/api/rest/volumes/group_snapshot',
      body: { snap_prefix: 'p_', snap_suffix: '_s', entities: [{ id: 1013 }, { id: 1011 }, { id: 1012 }] },
    },
  ]);
});

test.each([
  ['a member is missing', [snapshotOf(1011)], 'no snapshot of volume 1012'],
  [
    'a member is surplus',
    [snapshotOf(1011), snapshotOf(1012), snapshotOf(1013)],
    'surplus snapshot 2013 of volume 1013',
  ],
  [
    'a member came twice',
    [snapshotOf(1011), snapshotOf(1012), snapshotOf(1012, { id: 9 })],
    'surplus snapshot 9 of volume 1012',
  ],
])('fails, with the outcome open, when %s', async (_, answer, issue) => {
  const server = await serve(() => success(answer));
  const error = await failureOf(connect(server).volumes.groupSnapshot({ entities: [1011, 1012], snap_prefix: 'p_' }));
  expect(error).toMatchObject({ code: 'INFINIBOX_DECODE', outcome: 'unknown', issues: [`result: ${issue}`] });
  expect(server.seen[0]?.body).toEqual({ snap_prefix: 'p_', entities: [{ id: 1011 }, { id: 1012 }] });
});

test.each([[[]], [[1, 1]], [[Number.NaN]]])('refuses a group of %o before anything is sent', async (entities) => {
  const server = await serve(() => success([]));
  const error = await failureOf(connect(server).volumes.groupSnapshot({ entities, snap_prefix: 'p_' }));
  expect(error).toBeInstanceOf(InfiniboxInputError);
  expect(server.seen).toEqual([]);
});

/** Answers the read before a delete, then the deletes. */
const deleting = (...replies: readonly ReturnType<typeof failure>[]) =>
  serve(({ method }, number) => (method === 'GET' ? success(snapshotOf(1011)) : (replies[number - 2] ?? success({}))));

test('deletes without approval where none is asked for', async () => {
  const server = await deleting();
  await connect(server).volumes.delete(2011);
  expect(server.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'GET /api/rest/volumes/2011',
    'DELETE /api/rest/volumes/2011',
  ]);
});

test('approves a delete when the array asks plainly', async () => {
  const server = await deleting(failure(403, 'APPROVAL_REQUIRED'));
  await connect(server).volumes.delete(2011);
  expect(server.seen.map(({ url }) => url)).toEqual([
    '/api/rest/volumes/2011',
    '/api/rest/volumes/2011',
    '/api/rest/volumes/2011?approved=true',
  ]);
});

test.each(['APPROVAL_REQUIRED_VOLUME_HAS_CHILDREN', 'APPROVAL_REQUIRED_X', 'approval_required', 'SNAPSHOT_LOCKED'])(
  'never approves a delete that is answered with %s',
  async (code) => {
    const server = await deleting(failure(403, code));
    expect(await failureOf(connect(server).volumes.delete(2011))).toMatchObject({ apiCode: code, outcome: 'refused' });
    expect(server.seen).toHaveLength(2);
  },
);

test('refuses by itself to delete what has children', async () => {
  const server = await serve(() => success(wireVolume({ has_children: true })));
  expect(await failureOf(connect(server).volumes.delete(1011))).toMatchObject({
    code: 'INFINIBOX_REFUSED',
    reason: 'has-children',
    method: 'DELETE',
    outcome: 'refused',
  });
  expect(server.seen.map(({ method }) => method)).toEqual(['GET']);
});

test('does not delete what could not be read', async () => {
  const server = await serve(() => failure(404, 'VOLUME_NOT_FOUND'));
  expect(await failureOf(connect(server).volumes.delete(1011))).toMatchObject({ status: 404, outcome: 'refused' });
  expect(server.seen).toHaveLength(1);
});
