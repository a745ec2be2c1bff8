import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ServedArray, serveArray } from './served-array.js';

let served: ServedArray;
let first: number;
let second: number;
let group: number;

const idOf = (answer: { result: unknown }) => (answer.result as { id: number }).id;
const namesOf = (answer: { result: unknown }) => (answer.result as { name: string }[]).map(({ name }) => name);
const codeOf = (answer: { status: number; error: { code: string } | null }) => [answer.status, answer.error?.code];
const add = (id: number) => served.request('POST', `cgs/${group}/members`, { dataset_id: id });
const snap = (more: object = {}, query = '') =>
  served.request('POST', `cgs${query}`, {
    parent_id: group,
    name: 'sg1',
    snap_prefix: 'p_',
    snap_suffix: null,
    ...more,
  });

beforeEach(async () => {
  served = await serveArray();
  first = served.array.addVolume({ name: 'data01', sizeBytes: 1 });
  second = served.array.addVolume({ name: 'data02', sizeBytes: 1 });
  group = idOf(await served.request('POST', 'cgs', { name: 'cg1', pool_id: 1001 }));
});

afterEach(() => served.close());

describe('a consistency group', () => {
  it('is fresh with the documented nulls', async () => {
    expect((await served.request('GET', `cgs/${group}`)).result).toMatchObject({
      ...{ name: 'cg1', type: 'MASTER', pool_id: 1001, pool_name: 'pool1', parent_id: 0, members_count: 0 },
      ...{ has_children: false, lock_expires_at: null, lock_state: 'UNLOCKED', is_replicated: false },
    });
    expect(namesOf(await served.request('GET', 'cgs?name=cg1&page_size=1000&page=1'))).toEqual(['cg1']);
  });

  it('has members that know their group', async () => {
    expect((await add(first)).result).toMatchObject({ id: group, members_count: 1 });
    await add(second);
    const members = await served.request('GET', `cgs/${group}/members`);
    expect(members.metadata).toMatchObject({ number_of_objects: 2 });
    expect(members.result).toMatchObject([
      { name: 'data01', dataset_type: 'VOLUME', cg_id: group, cg_name: 'cg1' },
      { name: 'data02' },
    ]);
  });

  it('refuses a member of another group, of another pool, and one that does not exist', async () => {
    await add(first);
    expect(codeOf(await add(first))).toEqual([409, 'DATASET_ALREADY_IN_CG']);
    expect(codeOf(await add(4711))).toEqual([404, 'DATASET_NOT_FOUND']);
    const poolId = served.array.addPool({ name: 'pool2' });
    expect((await add(served.array.addVolume({ name: 'elsewhere', sizeBytes: 1, poolId }))).status).toBe(400);
  });

  it('loses a member, with approval, once', async () => {
    await add(first);
    const path = `cgs/${group}/members/${first}`;
    expect(codeOf(await served.request('DELETE', path))).toEqual([403, 'APPROVAL_REQUIRED']);
    expect((await served.request('DELETE', `${path}?approved=true`)).result).toMatchObject({ members_count: 0 });
    expect((await served.request('DELETE', `${path}?approved=true`)).status).toBe(404);
    expect((await served.request('GET', `volumes/${first}?fields=cg_id`)).result).toEqual({ cg_id: null });
  });

  it('needs a free name and a pool', async () => {
    expect(codeOf(await served.request('POST', 'cgs', { name: 'cg1', pool_id: 1001 }))).toEqual([
      409,
      'CG_NAME_CONFLICT',
    ]);
    expect(codeOf(await served.request('POST', 'cgs', { name: 'cg2', pool_id: 4711 }))).toEqual([
      404,
      'POOL_NOT_FOUND',
    ]);
    expect((await served.request('PUT', `cgs/${group}`, { name: 'renamed' })).result).toMatchObject({
      name: 'renamed',
    });
    expect((await served.request('GET', 'cgs/4711')).status).toBe(404);
  });

  it('leaves its datasets when it is deleted', async () => {
    await add(first);
    expect(codeOf(await served.request('DELETE', `cgs/${group}`))).toEqual([403, 'APPROVAL_REQUIRED']);
    expect((await served.request('DELETE', `cgs/${group}?approved=true`)).result).toMatchObject({ id: group });
    expect((await served.request('GET', `volumes/${first}?fields=cg_id`)).result).toEqual({ cg_id: null });
  });
});

describe('a snapshot group', () => {
  beforeEach(async () => {
    await add(first);
    await add(second);
  });

  it('holds a snapshot of every member, named prefix, member, suffix', async () => {
    const answer = await snap();
    expect(answer.status).toBe(201);
    expect(answer.result).toMatchObject({ name: 'sg1', type: 'SNAPSHOT', parent_id: group, members_count: 2 });
    expect((await served.request('GET', `cgs/${idOf(answer)}/members`)).result).toMatchObject([
      { name: 'p_data01', parent_id: first, family_id: first, cg_id: idOf(answer), cg_name: 'sg1' },
      { name: 'p_data02', parent_id: second, write_protected: true },
    ]);
    expect(namesOf(await served.request('GET', `cgs?parent_id=eq:${group}`))).toEqual(['sg1']);
    expect((await served.request('GET', `cgs/${group}`)).result).toMatchObject({ has_children: true });
    expect(codeOf(await served.request('DELETE', `cgs/${group}?approved=true`))).toEqual([409, 'CG_HAS_CHILDREN']);
  });

  it('is refused whole when a member name is taken, and for an empty group', async () => {
    served.array.addVolume({ name: 'p_data02', sizeBytes: 1 });
    expect((await snap()).status).toBe(409);
    expect((await served.request('GET', 'volumes?type=SNAPSHOT')).result).toEqual([]);
    const empty = idOf(await served.request('POST', 'cgs', { name: 'empty', pool_id: 1001 }));
    expect(codeOf(await snap({ parent_id: empty }))).toEqual([400, 'CG_IS_EMPTY']);
  });

  it('brings its group back by a restore', async () => {
    served.array.diskOf('data01').write('/a', 'then');
    const source_id = idOf(await snap());
    served.array.diskOf('data01').write('/a', 'now');
    const path = `cgs/${group}/restore`;
    expect((await served.request('POST', path, { source_id })).status).toBe(403);
    expect((await served.request('POST', `${path}?approved=true`, { source_id })).result).toBe(true);
    expect(served.array.diskOf('data01').read('/a')).toBe('then');
    expect((await served.request('POST', `${path}?approved=true`, { source_id: group })).status).toBe(400);
  });

  it('takes the present content of its group by a refresh', async () => {
    served.array.diskOf('data01').write('/a', 'then');
    const id = idOf(await snap());
    served.array.diskOf('data01').write('/a', 'now');
    const path = `cgs/${id}/refresh`;
    expect((await served.request('POST', path, { source_id: group })).status).toBe(403);
    expect((await served.request('POST', `${path}?approved=true`, { source_id: id })).status).toBe(400);
    expect((await served.request('POST', `${path}?approved=true`, { source_id: group })).result).toMatchObject({ id });
    const [member] = (await served.request('GET', `cgs/${id}/members`)).result as { id: number }[];
    expect(served.array.contentOf(member?.id ?? 0).get('/a')).toBe('now');
  });

  it('moves to another pool with its group, and not alone', async () => {
    const id = idOf(await snap());
    const pool_id = served.array.addPool({ name: 'pool2', capacityBytes: 393_216 });
    expect((await served.request('POST', `cgs/${id}/move`, { pool_id })).status).toBe(400);
    expect((await served.request('POST', `volumes/${first}/move`, { pool_id })).status).toBe(400);
    expect((await served.request('POST', `cgs/${group}/move`, { pool_id: 4711 })).status).toBe(404);
    expect((await served.request('POST', `cgs/${group}/move`, { pool_id })).result).toMatchObject({ pool_id });
    for (const path of ['cgs', 'volumes'])
      expect((await served.request('GET', `${path}?pool_id=ne:${pool_id}`)).result).toEqual([]);
  });

  it('leaves its making, its restore and its end among the events', async () => {
    const source_id = idOf(await snap());
    await served.request('POST', `cgs/${group}/restore?approved=true`, { source_id });
    await served.request('DELETE', `cgs/${source_id}?approved=true`);
    const { result } = await served.request('GET', 'events?code=like:cg_&sort=id&fields=code');
    expect((result as { code: string }[]).map(({ code }) => code)).toEqual([
      'CG_CREATED',
      'CG_CREATED',
      'CG_RESTORED',
      'CG_DELETED',
    ]);
    expect((await served.request('GET', 'events?code=VOLUME_RESTORED')).result).toHaveLength(2);
  });

  it('is deleted with or without its members', async () => {
    const kept = idOf(await snap());
    await served.request('DELETE', `cgs/${kept}?approved=true`);
    expect(namesOf(await served.request('GET', 'volumes?type=SNAPSHOT'))).toEqual(['p_data01', 'p_data02']);
    const gone = idOf(await snap({ snap_prefix: 'q_' }));
    await served.request('DELETE', `cgs/${gone}?approved=true&delete_members=true`);
    expect(namesOf(await served.request('GET', 'volumes?type=SNAPSHOT'))).toEqual(['p_data01', 'p_data02']);
  });

  it('takes no member when one of them is locked', async () => {
    const id = idOf(await snap());
    const [member] = (await served.request('GET', `cgs/${id}/members?sort=-id`)).result as { id: number }[];
    served.array.lock(member?.id ?? 0, new Date(served.array.now() + 3_600_000));
    expect((await served.request('DELETE', `cgs/${id}?approved=true&delete_members=true`)).status).toBe(403);
    expect((await served.request('GET', 'volumes?type=SNAPSHOT')).metadata).toMatchObject({ number_of_objects: 2 });
  });

  it('is locked together with its members', async () => {
    const until = served.array.now() + 3_600_000;
    expect(codeOf(await snap({ lock_expires_at: until }))).toEqual([403, 'APPROVAL_REQUIRED']);
    const id = idOf(await snap({ lock_expires_at: until }, '?approved=true'));
    const extend = await served.request('PUT', `cgs/${id}?approved=true`, { lock_expires_at: until + 1 });
    expect(extend.result).toMatchObject({ lock_expires_at: until + 1, lock_state: 'LOCKED' });
    expect((await served.request('GET', `cgs/${id}/members`)).result).toMatchObject([
      { lock_expires_at: until + 1 },
      { lock_expires_at: until + 1 },
    ]);
    expect(codeOf(await served.request('DELETE', `cgs/${id}?approved=true`))).toEqual([403, 'CG_IS_LOCKED']);
  });
});
