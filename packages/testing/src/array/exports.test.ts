import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ServedArray, serveArray } from './served-array.js';

let served: ServedArray;
let filesystem: number;

const idOf = (answer: { result: unknown }) => (answer.result as { id: number }).id;
const codeOf = (answer: { status: number; error: { code: string } | null }) => [answer.status, answer.error?.code];
const create = (more: object = {}) =>
  served.request('POST', 'exports', { filesystem_id: filesystem, export_path: '/arch', ...more });

beforeEach(async () => {
  served = await serveArray();
  filesystem = served.array.addFilesystem({ name: 'arch', sizeBytes: 65_536 });
});

afterEach(() => served.close());

describe('an export', () => {
  it('has every field, none of them null', async () => {
    const answer = await create();
    expect([answer.status, Object.values(answer.result as object).includes(null)]).toEqual([201, false]);
    expect(answer.result).toMatchObject({
      ...{ filesystem_id: filesystem, export_path: '/arch', inner_path: '/', enabled: true },
      permissions: [{ access: 'RW', no_root_squash: true, client: '*' }],
    });
  });

  it('is found by its path and by its filesystem', async () => {
    const id = idOf(await create());
    for (const query of ['export_path=eq:/arch', `filesystem_id=eq:${filesystem}`, 'enabled=eq:True'])
      expect((await served.request('GET', `exports?${query}`)).result).toMatchObject([{ id }]);
    expect((await served.request('GET', `exports/${id}?fields=export_path`)).result).toEqual({ export_path: '/arch' });
  });

  it('has its permissions replaced, and keeps its path', async () => {
    const id = idOf(await create());
    const permissions = [{ access: 'RO', no_root_squash: false, client: '192.0.2.1-192.0.2.9' }];
    expect((await served.request('PUT', `exports/${id}`, { permissions })).result).toMatchObject({
      permissions,
      export_path: '/arch',
    });
    expect((await served.request('PUT', `exports/${id}`, { export_path: '/b' })).status).toBe(400);
    expect((await served.request('PUT', `exports/${id}`, { nonsense: 1 })).status).toBe(400);
  });

  it('needs a free path, a filesystem, and approval to go', async () => {
    const id = idOf(await create());
    expect(codeOf(await create())).toEqual([409, 'EXPORT_PATH_CONFLICT']);
    expect(codeOf(await create({ filesystem_id: 4711, export_path: '/b' }))).toEqual([404, 'FILESYSTEM_NOT_FOUND']);
    expect(codeOf(await served.request('DELETE', `exports/${id}`))).toEqual([403, 'APPROVAL_REQUIRED']);
    expect((await served.request('DELETE', `exports/${id}?approved=true`)).result).toMatchObject({ id });
    expect(codeOf(await served.request('DELETE', `exports/${id}?approved=true`))).toEqual([404, 'EXPORT_NOT_FOUND']);
  });

  it('keeps its filesystem from being deleted, approved or not, and carries no metadata', async () => {
    const id = idOf(await create());
    const path = `filesystems/${filesystem}?approved=true`;
    expect(codeOf(await served.request('DELETE', path))).toEqual([409, 'FILESYSTEM_IS_EXPORTED']);
    expect(codeOf(await served.request('GET', `metadata/${id}`))).toEqual([
      400,
      'METADATA_IS_NOT_SUPPORTED_FOR_ENTITY',
    ]);
    await served.request('DELETE', `exports/${id}?approved=true`);
    expect((await served.request('DELETE', path)).status).toBe(200);
  });
});
