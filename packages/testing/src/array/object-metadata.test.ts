import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ServedArray, serveArray } from './served-array.js';

let served: ServedArray;
let volume: number;

beforeEach(async () => {
  served = await serveArray();
  volume = served.array.addVolume({ name: 'data01', sizeBytes: 1 });
});

afterEach(() => served.close());

const write = (owner: number | string, body: unknown) => served.request('PUT', `metadata/${owner}`, body);

describe('metadata', () => {
  it('is upserted key by key, scalars becoming strings', async () => {
    expect((await write(volume, { 'host.k8s.to_be_deleted': true, n: 5, o: { a: 1 } })).status).toBe(200);
    const { result } = await write(volume, { n: 'six' });
    expect(result).toEqual([{ id: 9002, object_id: volume, object_type: 'volume', key: 'n', value: 'six' }]);
    expect((await served.request('GET', `metadata/${volume}`)).result).toMatchObject([
      { key: 'host.k8s.to_be_deleted', value: 'true' },
      { key: 'n', value: 'six' },
      { key: 'o', value: '{"a":1}' },
    ]);
  });

  it('answers one key, and 404 for one that is not there', async () => {
    served.array.setMetadata(volume, { k: 'v' });
    expect((await served.request('GET', `metadata/${volume}/k`)).result).toMatchObject({ key: 'k', value: 'v' });
    expect((await served.request('GET', `metadata/${volume}/absent`)).status).toBe(404);
    expect((await served.request('GET', 'metadata/4711')).status).toBe(404);
    expect((await served.request('GET', 'metadata/nonsense')).status).toBe(404);
  });

  it('is found by key over all kinds of objects', async () => {
    const filesystem = served.array.addFilesystem({ name: 'fs', sizeBytes: 1 });
    const cg = ((await served.request('POST', 'cgs', { name: 'cg', pool_id: 1001 })).result as { id: number }).id;
    served.array.map(volume, 'db1');
    const host = ((await served.request('GET', 'hosts')).result as { id: number }[])[0]?.id ?? 0;
    for (const owner of [volume, filesystem, cg, 1001, host, 'system'])
      await write(owner, { tag: 'yes', [`k${owner}`]: '' });
    const found = (await served.request('GET', 'metadata?key=eq:tag&sort=id')).result as { object_type: string }[];
    expect(found.map(({ object_type }) => object_type)).toEqual([
      'volume',
      'filesystem',
      'cg',
      'pool',
      'host',
      'system',
    ]);
    expect((await served.request('GET', `metadata?object_id=${volume}&key=tag`)).result).toHaveLength(1);
  });

  it('is paged in small pages too', async () => {
    served.array.setMetadata(volume, { a: '1', b: '2', c: '3', d: '4' });
    const { result, metadata } = await served.request('GET', `metadata/${volume}?page=2&page_size=3`);
    expect(result).toMatchObject([{ key: 'd' }]);
    expect(metadata).toMatchObject({ number_of_objects: 4, pages_total: 2 });
  });

  it('is removed with approval, one key or all, as a list', async () => {
    served.array.setMetadata(volume, { a: '1', b: '2', c: '3' });
    expect((await served.request('DELETE', `metadata/${volume}/a`)).error).toMatchObject({ code: 'APPROVAL_REQUIRED' });
    expect((await served.request('DELETE', `metadata/${volume}/a?approved=true`)).result).toMatchObject([{ key: 'a' }]);
    expect((await served.request('DELETE', `metadata/${volume}/a?approved=true`)).status).toBe(404);
    expect((await served.request('DELETE', `metadata/${volume}?approved=true`)).result).toHaveLength(2);
    expect((await served.request('GET', `metadata/${volume}`)).result).toEqual([]);
  });

  it('goes with its object and is not inherited by a snapshot', async () => {
    const id = served.array.addSnapshot({ parentId: volume, name: 's', createdAt: new Date(0) });
    served.array.setMetadata(volume, { a: '1' });
    expect((await served.request('GET', `metadata/${id}`)).result).toEqual([]);
    await served.request('DELETE', `volumes/${volume}?approved=true`);
    expect((await served.request('GET', 'metadata')).result).toEqual([]);
  });

  it.each([
    [{ k: null }],
    [{ k: 'x'.repeat(32_768) }],
    [{ 'a/b': 'x' }],
    [{ '': 'x' }],
    [{ ['k'.repeat(256)]: 'x' }],
    [[1]],
  ])('refuses %j', async (body) => {
    expect((await write(volume, body)).status).toBe(400);
    expect((await served.request('GET', 'metadata')).result).toEqual([]);
  });
});
