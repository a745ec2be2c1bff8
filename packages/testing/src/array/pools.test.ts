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
});
