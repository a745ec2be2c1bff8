import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ServedArray, serveArray } from './served-array.js';

let served: ServedArray;
let filesystem: number;
let other: number;

beforeEach(async () => {
  served = await serveArray();
  filesystem = served.array.addFilesystem({ name: 'files', sizeBytes: 65_536 });
  other = served.array.addFilesystem({ name: 'others', sizeBytes: 65_536 });
});

afterEach(() => served.close());

const treeqs = (path = '') => `filesystems/${filesystem}/treeqs${path}`;
const create = (body: object = {}) =>
  served.request('POST', treeqs(), { name: 'user1', path: '/user1', hard_capacity: 1_000_000_000, ...body });
const idOf = (answer: { result: unknown }) => (answer.result as { id: number }).id;
const codeOf = (answer: { status: number; error: { code: string } | null }) => [answer.status, answer.error?.code];

describe('a treeq', () => {
  it('is a path in a filesystem with quotas', async () => {
    const made = await create({ soft_capacity: null, mode: '0755' });
    expect(made.status).toBe(201);
    expect(made.result).toEqual({
      ...{ id: idOf(made), filesystem_id: filesystem, name: 'user1', path: '/user1', mode: '0755' },
      ...{ soft_capacity: null, hard_capacity: 1_000_000_000, soft_inodes: null, hard_inodes: null },
      ...{ used_capacity: 0, used_inodes: 0, capacity_state: 'BELOW_QUOTA', inodes_state: 'BELOW_QUOTA' },
    });
    expect((await served.request('GET', treeqs(`/${idOf(made)}`))).result).toEqual(made.result);
  });

  it('is listed with its filesystem, page by page', async () => {
    for (const name of ['user1', 'user2', 'user3']) await create({ name, path: `/${name}` });
    const page = await served.request('GET', treeqs('?page=2&page_size=2&fields=name'));
    expect(page.result).toEqual([{ name: 'user3' }]);
    expect(page.metadata).toMatchObject({ number_of_objects: 3, pages_total: 2 });
    expect((await served.request('GET', treeqs('?name=user2'))).result).toMatchObject([{ path: '/user2' }]);
    expect((await served.request('GET', `filesystems/${other}/treeqs`)).result).toEqual([]);
  });

  it('has a name and a path that no other has there', async () => {
    const first = idOf(await create());
    expect(codeOf(await create({ path: '/elsewhere' }))).toEqual([409, 'TREEQ_NAME_CONFLICT']);
    expect(codeOf(await create({ name: 'user2' }))).toEqual([409, 'TREEQ_PATH_CONFLICT']);
    const elsewhere = { name: 'user1', path: '/user1' };
    expect((await served.request('POST', `filesystems/${other}/treeqs`, elsewhere)).status).toBe(201);
    expect((await create({ name: 'user2', path: 'no-slash' })).status).toBe(400);
    expect((await served.request('POST', treeqs(), { name: 'user2' })).status).toBe(400);
    await create({ name: 'user2', path: '/user2' });
    expect((await served.request('PUT', treeqs(`/${first}`), { name: 'user2' })).status).toBe(409);
  });

  it('changes name and quotas, but not its path', async () => {
    const path = treeqs(`/${idOf(await create())}`);
    const changed = await served.request('PUT', path, { hard_capacity: 5, soft_inodes: 7 });
    expect(changed.result).toMatchObject({ name: 'user1', hard_capacity: 5, soft_inodes: 7, path: '/user1' });
    expect((await served.request('PUT', path, { name: 'renamed' })).result).toMatchObject({ name: 'renamed' });
    expect((await served.request('PUT', path, { path: '/other' })).status).toBe(400);
  });

  it('is deleted without approval, once', async () => {
    const path = treeqs(`/${idOf(await create())}`);
    expect((await served.request('DELETE', path)).result).toMatchObject({ name: 'user1' });
    expect(codeOf(await served.request('DELETE', path))).toEqual([404, 'TREEQ_ID_DOES_NOT_EXIST']);
    expect(codeOf(await served.request('GET', path))).toEqual([404, 'TREEQ_ID_DOES_NOT_EXIST']);
  });

  it('is not found in another filesystem, and goes with its own', async () => {
    const id = idOf(await create());
    expect(codeOf(await served.request('GET', `filesystems/${other}/treeqs/${id}`))).toEqual([
      404,
      'TREEQ_ID_DOES_NOT_EXIST',
    ]);
    expect(codeOf(await served.request('DELETE', `metadata/${id}?approved=true`))).toEqual([
      400,
      'METADATA_IS_NOT_SUPPORTED_FOR_ENTITY',
    ]);
    await served.request('DELETE', `filesystems/${filesystem}?approved=true`);
    expect(codeOf(await served.request('GET', treeqs(`/${id}`)))).toEqual([404, 'FILESYSTEM_NOT_FOUND']);
    expect(codeOf(await served.request('GET', `metadata/${id}`))).toEqual([404, 'OBJECT_NOT_FOUND']);
  });

  it('is announced as a feature, with its limit', async () => {
    expect((await served.request('GET', '_features?name=treeq')).result).toHaveLength(1);
    const { result } = await served.request('GET', 'config/limits?fields=nas.treeq_max_count_per_filesystem');
    expect(result).toEqual({ 'nas.treeq_max_count_per_filesystem': 2000 });
  });
});
