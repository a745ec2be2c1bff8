import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ServedArray, serveArray } from './served-array.js';

let served: ServedArray;
let master: number;
let snapshot: number;
let below: number;

beforeEach(async () => {
  served = await serveArray();
  const { array } = served;
  master = array.addVolume({ name: 'data01', sizeBytes: 1_000_000 });
  array.diskOf('data01').write('file', 'then');
  snapshot = array.addSnapshot({ parentId: master, name: 's1', createdAt: new Date(0) });
  below = array.addSnapshot({ parentId: snapshot, name: 's2', createdAt: new Date(0) });
});

afterEach(() => served.close());

const read = async (path: string) => (await served.request('GET', path)).result as Record<string, unknown>;
const promote = (path: string) => served.request('POST', `${path}/promote`, {});

describe('a promoted snapshot', () => {
  it('is a master with the same id, name, serial and content', async () => {
    const { name, serial, created_at } = await read(`volumes/${snapshot}`);
    const answer = await promote(`volumes/${snapshot}`);
    expect(answer.status).toBe(200);
    expect(answer.result).toMatchObject({
      ...{ id: snapshot, type: 'MASTER', parent_id: 0, depth: 0, family_id: snapshot, promote_source_id: master },
      ...{ name, serial, created_at, write_protected: true },
    });
    expect(served.array.contentOf(snapshot).get('file')).toBe('then');
    expect(await read('volumes?type=eq:MASTER&parent_id=eq:0')).toMatchObject([{ id: master }, { id: snapshot }]);
    expect((await promote(`volumes/${snapshot}`)).status).toBe(400);
  });

  it('heads a family of its own, and its former parent is free of it', async () => {
    await promote(`volumes/${snapshot}`);
    expect(await read(`volumes/${below}`)).toMatchObject({
      ...{ type: 'SNAPSHOT', parent_id: snapshot, family_id: snapshot, depth: 1, promote_source_id: null },
    });
    expect(await read(`volumes/${master}`)).toMatchObject({ has_children: false });
    expect((await served.request('DELETE', `volumes/${master}?approved=true`)).status).toBe(200);
    expect(await read(`volumes?sort=id&fields=id`)).toEqual([{ id: snapshot }, { id: below }]);
  });

  it('no longer restores what it was taken from', async () => {
    await promote(`volumes/${snapshot}`);
    const answer = await served.request('POST', `volumes/${master}/restore?approved=true`, { source_id: snapshot });
    expect(answer.status).toBe(400);
  });

  it('needs room for its whole size', async () => {
    served.array.limitPool(1_200_000);
    const answer = await promote(`volumes/${snapshot}`);
    expect([answer.status, answer.error?.code]).toEqual([409, 'NOT_ENOUGH_POOL_CAPACITY']);
    expect(await read(`volumes/${snapshot}`)).toMatchObject({ type: 'SNAPSHOT' });
  });
});

describe('a promoted snapshot group', () => {
  let group: number;
  let snapshotGroup: number;
  const create = async (body: object) =>
    ((await served.request('POST', 'cgs?approved=true', body)).result as { id: number }).id;

  beforeEach(async () => {
    group = await create({ name: 'cg1', pool_id: 1001 });
    const filesystem = served.array.addFilesystem({ name: 'files', sizeBytes: 65_536 });
    for (const id of [master, filesystem]) await served.request('POST', `cgs/${group}/members`, { dataset_id: id });
    snapshotGroup = await create({ name: 'sg1', parent_id: group, snap_prefix: 'p_', snap_suffix: null });
  });

  it('is a consistency group of masters', async () => {
    const answer = await promote(`cgs/${snapshotGroup}`);
    expect(answer.result).toMatchObject({ id: snapshotGroup, type: 'MASTER', parent_id: 0, members_count: 2 });
    expect(await read(`cgs/${snapshotGroup}/members`)).toMatchObject([
      { name: 'p_data01', type: 'MASTER', cg_id: snapshotGroup },
      { name: 'p_files', type: 'MASTER', cg_id: snapshotGroup },
    ]);
    expect(await read(`cgs/${group}`)).toMatchObject({ has_children: false });
    expect((await promote(`cgs/${snapshotGroup}`)).status).toBe(400);
  });

  it('is promoted as a whole or not at all', async () => {
    const [member] = (await served.request('GET', `cgs/${snapshotGroup}/members`)).result as { id: number }[];
    expect((await promote(`volumes/${member?.id}`)).status).toBe(400);
    served.array.lock(member?.id ?? 0, new Date(served.array.now() + 60_000));
    const answer = await promote(`cgs/${snapshotGroup}`);
    expect([answer.status, answer.error?.code]).toEqual([403, 'VOLUME_IS_LOCKED']);
    expect(await read(`cgs/${snapshotGroup}`)).toMatchObject({ type: 'SNAPSHOT' });
  });

  it('is not promoted while it is locked', async () => {
    await served.request('PUT', `cgs/${snapshotGroup}?approved=true`, { lock_expires_at: served.array.now() + 60_000 });
    expect((await promote(`cgs/${snapshotGroup}`)).error?.code).toBe('CG_IS_LOCKED');
  });
});
