import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ServedArray, serveArray } from './served-array.js';

let served: ServedArray;

beforeEach(async () => {
  served = await serveArray();
});

afterEach(() => served.close());

const codeOf = (answer: { status: number; error: { code: string } | null }) => [answer.status, answer.error?.code];
const create = (name: string) =>
  served.request('POST', 'pools', { name, virtual_capacity: 1_000_000, physical_capacity: 393_216 });

describe('a pool', () => {
  it('has capacities in whole allocation units', async () => {
    const answer = await create('p1');
    expect(answer.status).toBe(201);
    expect(answer.result).toMatchObject({ virtual_capacity: 1_179_648, physical_capacity: 393_216, max_extend: -1 });
  });

  it('counts what lies in it', async () => {
    const poolId = served.array.addPool({ name: 'p1', capacityBytes: 3_932_160 });
    const parentId = served.array.addVolume({ name: 'v', sizeBytes: 1000, poolId });
    served.array.addSnapshot({ parentId, name: 's', createdAt: new Date(0) });
    await served.request('POST', 'volumes', { name: 't', pool_id: poolId, size: 5000, provtype: 'THICK' });
    expect((await served.request('GET', `pools/${poolId}`)).result).toMatchObject({
      ...{ volumes_count: 2, snapshots_count: 1, entities_count: 3, filesystems_count: 0 },
      ...{ allocated_physical_space: 5000, free_virtual_space: 3_932_160 - 6000 },
    });
  });

  it('can be changed, locked and unlocked', async () => {
    const { id } = (await create('p1')).result as { id: number };
    await create('p2');
    expect((await served.request('PUT', `pools/${id}`, { name: 'p3', owners: [5] })).result).toMatchObject({
      name: 'p3',
      owners: [5],
    });
    expect(codeOf(await served.request('PUT', `pools/${id}`, { name: 'p2' }))).toEqual([409, 'POOL_NAME_CONFLICT']);
    expect((await served.request('POST', `pools/${id}/lock`)).result).toMatchObject({ state: 'LOCKED' });
    expect((await served.request('POST', `pools/${id}/unlock`)).result).toMatchObject({ state: 'NORMAL' });
    expect((await served.request('GET', 'pools?name=p3')).result).toMatchObject([{ id }]);
  });

  it('is deleted with approval, and only when empty', async () => {
    const poolId = served.array.addPool({ name: 'p1' });
    expect(codeOf(await served.request('DELETE', `pools/${poolId}`))).toEqual([403, 'APPROVAL_REQUIRED']);
    served.array.addVolume({ name: 'v', sizeBytes: 1, poolId });
    expect(codeOf(await served.request('DELETE', `pools/${poolId}?approved=true`))).toEqual([409, 'POOL_NOT_EMPTY']);
    const empty = served.array.addPool({ name: 'p2' });
    expect((await served.request('DELETE', `pools/${empty}?approved=true`)).status).toBe(200);
    expect(codeOf(await served.request('GET', `pools/${empty}`))).toEqual([404, 'POOL_NOT_FOUND']);
  });

  it('that is full or locked takes nothing new, and keeps what it has', async () => {
    const poolId = served.array.addPool({ name: 'p1', capacityBytes: 3_932_160 });
    const volume = served.array.addVolume({ name: 'v', sizeBytes: 1_000_000, poolId });
    const master = (size: number) => served.request('POST', 'volumes', { name: `m${size}`, pool_id: poolId, size });
    const snap = (name: string) => served.request('POST', 'volumes', { parent_id: volume, name });
    const refused = [409, 'NOT_ENOUGH_POOL_CAPACITY'];
    expect(codeOf(await master(3_000_000))).toEqual(refused);
    expect(codeOf(await served.request('PUT', `volumes/${volume}`, { size: 5_000_000 }))).toEqual(refused);
    expect((await master(2_000_000)).status).toBe(201);
    expect((await snap('s1')).status).toBe(201);

    served.array.limitPool(0, 'p1');
    expect((await served.request('GET', `pools/${poolId}`)).result).toMatchObject({ state: 'LIMITED' });
    expect(codeOf(await snap('s2'))).toEqual(refused);
    const group = { entities: [{ id: volume }], snap_prefix: 'g_' };
    expect(codeOf(await served.request('POST', 'volumes/group_snapshot', group))).toEqual(refused);
    expect((await served.request('PUT', `volumes/${volume}`, { name: 'renamed' })).status).toBe(200);

    served.array.limitPool(3_932_160, 'p1');
    await served.request('POST', `pools/${poolId}/lock`);
    expect(codeOf(await snap('s3'))).toEqual([409, 'POOL_IS_LOCKED']);
    expect(() => served.array.limitPool(0, 'nowhere')).toThrow("POOL 'nowhere' not found");
  });

  it('has owners, by a path that says it is deprecated, and is theirs to administer', async () => {
    const poolId = served.array.addPool({ name: 'p1' });
    served.array.addPool({ name: 'p2' });
    served.array.addUser({ name: 'owner', password: 'not-a-password', role: 'POOL_ADMIN' });
    const [owner] = (await served.request('GET', 'users?name=owner')).result as { id: number }[];
    const added = await served.request('POST', `pools/${poolId}/owners/${owner?.id}`);
    expect(added.headers.get('x-infinidat-deprecated-api')).toContain('owners');
    expect(added.result).toMatchObject({ owners: [owner?.id] });
    expect((await served.request('GET', `users/${owner?.id}/pools`)).result).toMatchObject([{ id: poolId }]);
    const authorization = `Basic ${Buffer.from('owner:not-a-password').toString('base64')}`;
    const mine = await served.request('GET', 'pools/administered_pools', undefined, { authorization });
    expect(mine.result).toMatchObject([{ name: 'p1' }]);
    expect((await served.request('GET', 'pools/administered_pools')).result).toHaveLength(2);
    expect((await served.request('DELETE', `pools/${poolId}/owners/${owner?.id}`)).result).toMatchObject({
      owners: [],
    });
    expect((await served.request('GET', 'users/5/pools')).status).toBe(404);
  });
});
