import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ServedArray, serveArray } from './served-array.js';

let served: ServedArray;
let parent: number;

beforeEach(async () => {
  served = await serveArray();
  parent = served.array.addVolume({ name: 'data01', sizeBytes: 1_000_000_001 });
});

afterEach(() => served.close());

const hourMs = 3_600_000;
const snapshot = async (name: string, more: object = {}, query = '') =>
  served.request('POST', `volumes${query}`, { parent_id: parent, name, ...more });
const idOf = (answer: { result: unknown }) => (answer.result as { id: number }).id;
const namesOf = (answer: { result: unknown }) => (answer.result as { name: string }[]).map(({ name }) => name);
const codeOf = (answer: { status: number; error: { code: string } | null }) => [answer.status, answer.error?.code];

describe('a master', () => {
  it('carries every field of the documented example', async () => {
    const { result } = await served.request('GET', `volumes/${parent}`);
    expect(result).toMatchObject({
      ...{ id: 1002, name: 'data01', dataset_type: 'VOLUME', type: 'MASTER', depth: 0, parent_id: 0, family_id: 1002 },
      ...{ has_children: false, size: 1_000_000_001, provtype: 'THIN', pool_id: 1001, pool_name: 'pool1' },
      ...{ serial: '742b0f000004e4800000000000003ea', mapped: false, write_protected: false, cg_id: null },
      ...{ lock_expires_at: null, lock_state: 'UNLOCKED', replica_ids: [], rmr_target: false, udid: null },
    });
  });

  it('is created with 201 and all that was asked for', async () => {
    const answer = await served.request('POST', 'volumes', {
      name: 'made',
      pool_id: 1001,
      size: 12_345,
      provtype: 'THICK',
      write_protected: true,
    });
    expect(answer.status).toBe(201);
    expect(answer.result).toMatchObject({ name: 'made', size: 12_345, provtype: 'THICK', write_protected: true });
  });

  it.each([
    [{ name: 'data01', pool_id: 1001, size: 1 }, [409, 'VOLUME_NAME_CONFLICT']],
    [{ name: 'x', pool_id: 99, size: 1 }, [404, 'POOL_NOT_FOUND']],
    [{ name: 'x', pool_id: 1001 }, [400, 'BAD_REQUEST']],
    [{ name: 'x', pool_id: 1001, size: 1, evil: true }, [400, 'BAD_REQUEST']],
    [{ name: 'a/b', pool_id: 1001, size: 1 }, [400, 'BAD_REQUEST']],
    [{ name: 'x'.repeat(66), pool_id: 1001, size: 1 }, [400, 'BAD_REQUEST']],
    [undefined, [400, 'BAD_REQUEST']],
  ])('is refused for %j', async (body, expected) => {
    expect(codeOf(await served.request('POST', 'volumes', body))).toEqual(expected);
  });

  it('can be renamed, grown and protected, but not shrunk', async () => {
    const changed = await served.request('PUT', `volumes/${parent}`, {
      name: 'renamed',
      size: 2_000_000_000,
      write_protected: true,
      provtype: 'THICK',
      ssd_enabled: false,
      compression_enabled: false,
    });
    expect(changed.result).toMatchObject({ name: 'renamed', size: 2_000_000_000, write_protected: true });
    expect((await served.request('PUT', `volumes/${parent}`, { name: 'renamed' })).status).toBe(200);
    expect(codeOf(await served.request('PUT', `volumes/${parent}`, { size: 5 }))).toEqual([400, 'BAD_REQUEST']);
    await snapshot('taken');
    expect(codeOf(await served.request('PUT', `volumes/${parent}`, { name: 'taken' }))).toEqual([
      409,
      'VOLUME_NAME_CONFLICT',
    ]);
  });

  it('cannot be locked', async () => {
    const lock = { lock_expires_at: served.array.now() + hourMs };
    expect((await served.request('PUT', `volumes/${parent}?approved=true`, lock)).status).toBe(400);
  });
});

describe('a snapshot', () => {
  it('is made by the two fields of the field script, write-protected, without approval', async () => {
    const answer = await snapshot('snap');
    expect(answer.status).toBe(201);
    expect(answer.result).toMatchObject({
      ...{ id: 1003, name: 'snap', type: 'SNAPSHOT', parent_id: parent, family_id: parent, depth: 1 },
      ...{ size: 1_000_000_001, write_protected: true, has_children: false, lock_state: 'UNLOCKED' },
    });
    expect((await served.request('GET', `volumes/${parent}?fields=has_children`)).result).toEqual({
      has_children: true,
    });
  });

  it('of a snapshot lies one deeper in the same family', async () => {
    const child = idOf(await snapshot('child'));
    const { result } = await served.request('POST', 'volumes', { parent_id: child, name: 'grandchild' });
    expect(result).toMatchObject({ type: 'SNAPSHOT', parent_id: child, family_id: parent, depth: 2 });
  });

  it('may be writable', async () => {
    expect((await snapshot('open', { write_protected: false, ssd_enabled: true })).result).toMatchObject({
      write_protected: false,
    });
  });

  it('needs a free name and a parent that exists', async () => {
    await snapshot('snap');
    expect(codeOf(await snapshot('snap'))).toEqual([409, 'VOLUME_NAME_CONFLICT']);
    expect(codeOf(await snapshot('data01'))).toEqual([409, 'VOLUME_NAME_CONFLICT']);
    expect(codeOf(await snapshot('other', { parent_id: 4711 }))).toEqual([404, 'VOLUME_NOT_FOUND']);
  });

  it('keeps the content of its instant', async () => {
    const disk = served.array.diskOf('data01');
    disk.write('/u01/a', 'then');
    const id = idOf(await snapshot('snap'));
    disk.write('/u01/a', 'now');
    disk.write('/u01/b', 'new');
    expect([...served.array.contentOf(id)]).toEqual([['/u01/a', 'then']]);
    expect(disk.paths()).toEqual(['/u01/a', '/u01/b']);
    disk.remove('/u01/b');
    expect(disk.read('/u01/b')).toBeUndefined();
    expect(() => served.array.diskOf('snap').write('/u01/a', 'x')).toThrow('write-protected');
    expect(() => served.array.diskOf('absent')).toThrow('not found');
  });
});

describe('a group snapshot of volumes', () => {
  it('takes all at one instant, each named prefix, parent, suffix', async () => {
    const second = served.array.addVolume({ name: 'data02', sizeBytes: 1 });
    served.array.diskOf('data02').write('/f', 1);
    const answer = await served.request('POST', 'volumes/group_snapshot', {
      entities: [{ id: parent }, { id: second }],
      snap_prefix: 'p_',
      snap_suffix: '_s',
    });
    expect(answer.status).toBe(201);
    expect(answer.result).toMatchObject([
      { name: 'p_data01_s', parent_id: parent },
      { name: 'p_data02_s', parent_id: second },
    ]);
    const ids = (answer.result as { id: number }[]).map(({ id }) => id);
    expect(ids.map((id) => served.array.contentOf(id).size)).toEqual([0, 1]);
  });

  it.each([
    ['a name that is taken', [1002, 1003], 'taken_', 409],
    ['the same volume twice', [1002, 1002], 'p_', 409],
    ['no prefix and no suffix', [1002], null, 409],
    ['an unknown volume', [1002, 4711], 'p_', 404],
    ['nothing', [], 'p_', 400],
  ])('is refused whole for %s', async (_, ids, snap_prefix, status) => {
    served.array.addVolume({ name: 'data02', sizeBytes: 1 });
    await snapshot('taken_data02');
    const before = namesOf(await served.request('GET', 'volumes'));
    const entities = ids.map((id) => ({ id }));
    const answer = await served.request('POST', 'volumes/group_snapshot', { entities, snap_prefix });
    expect(answer.status).toBe(status);
    expect(namesOf(await served.request('GET', 'volumes'))).toEqual(before);
  });
});

describe('a lock', () => {
  it('needs approval and a time ahead, and can only be extended', async () => {
    const now = served.array.now();
    const until = now + hourMs;
    expect(codeOf(await snapshot('snap', { lock_expires_at: until }))).toEqual([403, 'APPROVAL_REQUIRED']);
    expect((await snapshot('snap', { lock_expires_at: now - 1 }, '?approved=true')).status).toBe(400);
    const locked = await snapshot('snap', { lock_expires_at: until }, '?approved=true');
    expect(locked.result).toMatchObject({ lock_expires_at: until, lock_state: 'LOCKED' });

    const path = `volumes/${idOf(locked)}?approved=true`;
    expect(codeOf(await served.request('PUT', path, { lock_expires_at: until - 1 }))).toEqual([
      403,
      'LOCK_CANNOT_BE_SHORTENED',
    ]);
    expect((await served.request('PUT', path, { lock_expires_at: until + 1 })).result).toMatchObject({
      lock_expires_at: until + 1,
    });
    expect((await snapshot('unlocked', { lock_expires_at: null })).status).toBe(201);
  });

  it('keeps a snapshot from being deleted until it has expired by the clock of the array', async () => {
    const id = idOf(await snapshot('snap'));
    served.array.lock(id, new Date(served.array.now() + hourMs));
    expect(codeOf(await served.request('DELETE', `volumes/${id}?approved=true`))).toEqual([403, 'VOLUME_IS_LOCKED']);
    expect(codeOf(await served.request('DELETE', `volumes/${parent}?approved=true`))).toEqual([
      403,
      'VOLUME_IS_LOCKED',
    ]);
    served.array.skewClock(2 * hourMs);
    expect((await served.request('DELETE', `volumes/${id}?approved=true`)).status).toBe(200);
  });
});

describe('a deletion', () => {
  it('needs approval, answers what was deleted, and is 404 the second time', async () => {
    const id = idOf(await snapshot('snap'));
    for (const query of ['', '?approved=false'])
      expect(codeOf(await served.request('DELETE', `volumes/${id}${query}`))).toEqual([403, 'APPROVAL_REQUIRED']);
    expect((await served.request('DELETE', `volumes/${id}?approved=YES`)).result).toMatchObject({ id, name: 'snap' });
    expect(codeOf(await served.request('DELETE', `volumes/${id}?approved=true`))).toEqual([404, 'VOLUME_NOT_FOUND']);
    expect((await served.request('GET', `volumes/${id}?fields=id`)).status).toBe(404);
    expect((await served.request('GET', `volumes/${parent}?fields=has_children`)).result).toEqual({
      has_children: false,
    });
  });

  it('without approval speaks of children; with approval takes them along', async () => {
    const child = idOf(await snapshot('child'));
    await served.request('POST', 'volumes', { parent_id: child, name: 'grandchild' });
    expect(codeOf(await served.request('DELETE', `volumes/${child}`))).toEqual([
      403,
      'APPROVAL_REQUIRED_VOLUME_HAS_CHILDREN',
    ]);
    expect((await served.request('DELETE', `volumes/${child}?approved=true`)).status).toBe(200);
    expect(namesOf(await served.request('GET', 'volumes'))).toEqual(['data01']);
  });

  it('is refused while the volume is mapped', async () => {
    served.array.map(parent, 'db1');
    expect(codeOf(await served.request('DELETE', `volumes/${parent}?approved=true`))).toEqual([
      409,
      'VOLUME_IS_MAPPED',
    ]);
    expect(namesOf(await served.request('GET', 'volumes?mapped=eq:True'))).toEqual(['data01']);
  });
});

describe('a restore', () => {
  it.each([(id: number) => id, (source_id: number) => ({ source_id })])(
    'brings the content back, by either body %#',
    async (bodyOf) => {
      const disk = served.array.diskOf('data01');
      disk.write('/a', 'then');
      const id = idOf(await snapshot('snap'));
      disk.write('/a', 'now');
      const path = `volumes/${parent}/restore`;
      expect(codeOf(await served.request('POST', path, bodyOf(id)))).toEqual([403, 'APPROVAL_REQUIRED']);
      expect(disk.read('/a')).toBe('now');
      expect((await served.request('POST', `${path}?approved=true`, bodyOf(id))).result).toBe(true);
      expect(disk.read('/a')).toBe('then');
      const events = await served.request('GET', 'events?code=like:RESTORE');
      expect(events.result).toMatchObject([{ code: 'VOLUME_RESTORED', affected_entity_id: String(parent) }]);
    },
  );

  it('takes no stranger for a source and spares a locked target', async () => {
    const other = served.array.addVolume({ name: 'other', sizeBytes: 1 });
    expect((await served.request('POST', `volumes/${parent}/restore?approved=true`, other)).status).toBe(400);
    const child = idOf(await snapshot('child'));
    const grandchild = idOf(await served.request('POST', 'volumes', { parent_id: child, name: 'grandchild' }));
    served.array.lock(child, new Date(served.array.now() + hourMs));
    expect(codeOf(await served.request('POST', `volumes/${child}/restore?approved=true`, grandchild))).toEqual([
      403,
      'VOLUME_IS_LOCKED',
    ]);
  });
});

describe('a refresh', () => {
  it('gives a snapshot the present content of its parent', async () => {
    const disk = served.array.diskOf('data01');
    const id = idOf(await snapshot('snap'));
    disk.write('/a', 'now');
    const path = `volumes/${id}/refresh`;
    const body = { source_id: parent };
    expect(codeOf(await served.request('POST', path, body))).toEqual([403, 'APPROVAL_REQUIRED']);
    expect((await served.request('POST', `${path}?approved=true`, body)).result).toMatchObject({ id, name: 'snap' });
    expect(served.array.contentOf(id).get('/a')).toBe('now');
  });

  it('is refused for a master, a strange parent and a locked snapshot', async () => {
    const id = idOf(await snapshot('snap'));
    const refresh = (target: number, source: number) =>
      served.request('POST', `volumes/${target}/refresh?approved=true`, { source_id: source });
    expect((await refresh(parent, parent)).status).toBe(400);
    expect((await refresh(id, id)).status).toBe(400);
    served.array.lock(id, new Date(served.array.now() + hourMs));
    expect(codeOf(await refresh(id, parent))).toEqual([403, 'VOLUME_IS_LOCKED']);
  });
});

describe('a filesystem', () => {
  it('is a dataset of its own collection, rounded up to 64 KiB', async () => {
    const id = served.array.addFilesystem({ name: 'data01', sizeBytes: 65_537 });
    const master = await served.request('GET', `filesystems/${id}`);
    expect(master.result).toMatchObject({ dataset_type: 'FILESYSTEM', size: 131_072, security_style: 'UNIX' });
    expect(master.result).not.toHaveProperty('serial');
    const snap = await served.request('POST', 'filesystems/', { parent_id: id, name: 'fs_snap' });
    expect(snap.result).toMatchObject({ type: 'SNAPSHOT', parent_id: id });
    expect(codeOf(await served.request('DELETE', `filesystems/${id}`))).toEqual([
      403,
      'APPROVAL_REQUIRED_VOLUME_HAS_CHILDREN',
    ]);
    expect(namesOf(await served.request('GET', 'datasets?dataset_type=FILESYSTEM&sort=-id'))).toEqual([
      'fs_snap',
      'data01',
    ]);
    served.array.addSnapshot({ parentId: id, name: 'fs_seeded', createdAt: new Date(5) });
    served.array.lock(id + 2, new Date(served.array.now() + hourMs));
    expect((await served.request('GET', 'filesystems?created_at=eq:5')).result).toMatchObject([
      { name: 'fs_seeded', lock_state: 'LOCKED' },
    ]);
  });
});

describe('a seeded snapshot', () => {
  it('is as old as it was told, with the content and the policy it was told', async () => {
    served.array.diskOf('data01').write('/a', 1);
    const id = served.array.addSnapshot({
      parentId: parent,
      name: 'old',
      createdAt: new Date('2024-01-02T03:04:05Z'),
      isPolicyMade: true,
      isWriteProtected: false,
      content: new Map([['/a', 0]]),
    });
    expect((await served.request('GET', `volumes/${id}`)).result).toMatchObject({
      created_at: Date.UTC(2024, 0, 2, 3, 4, 5),
      created_by_snapshot_policy_id: 1,
      write_protected: false,
    });
    expect(served.array.contentOf(id).get('/a')).toBe(0);
    expect(served.journal.entries).toHaveLength(1);
  });
});

describe('the clock of the array', () => {
  it('stamps snapshots, and can differ from everybody else’s', async () => {
    const before = served.array.now();
    served.array.skewClock(-hourMs);
    const { created_at } = (await snapshot('snap')).result as { created_at: number };
    expect(created_at).toBeGreaterThanOrEqual(before - hourMs);
    expect(created_at).toBeLessThan(before - hourMs / 2);
  });
});

describe('a move to another pool', () => {
  it('takes the snapshots along, and the capacity when asked', async () => {
    const pool_id = served.array.addPool({ name: 'pool2', capacityBytes: 3_932_160 });
    const id = served.array.addVolume({ name: 'mover', sizeBytes: 393_216 });
    const snap = served.array.addSnapshot({ parentId: id, name: 'mover-snap', createdAt: new Date(0) });
    const move = (volume: number, body: object) => served.request('POST', `volumes/${volume}/move`, body);
    expect((await move(snap, { pool_id })).status).toBe(400);
    expect((await move(id, { pool_id: 4711 })).error?.code).toBe('POOL_NOT_FOUND');
    expect((await move(id, { pool_id, with_capacity: true })).result).toMatchObject({ pool_id, pool_name: 'pool2' });
    expect((await served.request('GET', `volumes/${snap}?fields=pool_id`)).result).toEqual({ pool_id });
    expect((await served.request('GET', `pools/${pool_id}`)).result).toMatchObject({
      ...{ physical_capacity: 4_325_376, volumes_count: 1, snapshots_count: 1 },
    });
  });
});

describe('what a deletion would set free', () => {
  it('is what the datasets have allocated', async () => {
    const parentId = served.array.addVolume({ name: 'thin', sizeBytes: 1 });
    served.array.addSnapshot({ parentId, name: 'thin-snap', createdAt: new Date(0) });
    const [pool] = (await served.request('GET', 'pools')).result as { id: number }[];
    const thick = { name: 'thick', pool_id: pool?.id, size: 5000, provtype: 'THICK' };
    const { id } = (await served.request('POST', 'volumes', thick)).result as { id: number };
    const ask = (entities: number[]) => served.request('POST', 'volumes/delete_simulation', { entities });
    expect((await ask([parentId, id])).result).toEqual({ space_reclaimable: 5000 });
    expect((await ask([4711])).status).toBe(404);
  });
});

describe('a serial', () => {
  it('can be made anew', async () => {
    const id = served.array.addVolume({ name: 'serial', sizeBytes: 1 });
    const serialOf = async (path: string, method = 'GET') =>
      ((await served.request(method, path)).result as { serial: string }).serial;
    const before = await serialOf(`volumes/${id}`);
    const after = await serialOf(`volumes/${id}/reset_serial`, 'POST');
    expect(after).toMatch(/^742b0f00000[0-9a-f]{20}$/);
    expect(after).not.toBe(before);
    expect((await served.request('GET', `volumes?serial=${after}`)).result).toMatchObject([{ id }]);
  });
});

describe('a snapshot policy', () => {
  it('is that of the array for new masters and consistency groups, and none for snapshots', async () => {
    const id = served.array.addVolume({ name: 'policed', sizeBytes: 1 });
    const master = { snapshot_policy_id: 1, snapshot_policy_name: 'default-policy' };
    expect((await served.request('GET', `volumes/${id}`)).result).toMatchObject(master);
    const made = await served.request('POST', 'volumes', { parent_id: id, name: 'unpoliced' });
    expect(made.result).toMatchObject({ snapshot_policy_id: null, snapshot_policy_name: null });
    const { pool_id } = made.result as { pool_id: number };
    const group = await served.request('POST', 'cgs', { name: 'policed-cg', pool_id });
    expect(group.result).toMatchObject(master);
    const policies = await served.request('GET', 'snapshot_policies');
    expect(policies.result).toMatchObject([{ id: 1, default_snapshot_policy: true }]);
    expect((await served.request('GET', 'snapshot_policies/1')).result).toMatchObject({ name: 'default-policy' });
    expect((await served.request('GET', 'snapshot_policies/1/schedules')).result).toMatchObject([{ enabled: false }]);
    const assigned = await served.request('GET', 'snapshot_policies/1/assigned_entities?page=1&page_size=1000');
    expect(assigned.result).toContainEqual({
      ...{ assigned_entity_id: id, assigned_entity_type: 'VOLUME', assigned_entity_name: 'policed' },
      ...{ snapshot_policy_id: 1, snapshot_policy_name: 'default-policy' },
    });
    expect(assigned.result).toContainEqual(expect.objectContaining({ assigned_entity_type: 'CG' }));
    expect((await served.request('GET', 'snapshot_policies/2')).status).toBe(404);
  });

  it('can be taken off a volume, but for the members of a consistency group', async () => {
    const id = served.array.addVolume({ name: 'policed', sizeBytes: 1 });
    const put = (snapshot_policy_id: number | null) => served.request('PUT', `volumes/${id}`, { snapshot_policy_id });
    expect((await put(null)).result).toMatchObject({ snapshot_policy_id: null });
    expect((await put(1)).result).toMatchObject({ snapshot_policy_id: 1 });
    expect((await put(2)).status).toBe(400);
    const { pool_id } = (await served.request('GET', `volumes/${id}`)).result as { pool_id: number };
    const { id: group } = (await served.request('POST', 'cgs', { name: 'cg', pool_id })).result as { id: number };
    await served.request('POST', `cgs/${group}/members`, { dataset_id: id });
    expect((await put(null)).status).toBe(400);
  });
});

describe('a field without effect', () => {
  it('is kept and shown by the kind that has it, inherited by snapshots, and null is unset', async () => {
    served.array.addPool({ name: 'pool9' });
    const [pool] = (await served.request('GET', 'pools?name=pool9')).result as { id: number }[];
    const body = { name: 'fs9', pool_id: pool?.id, size: 65_536, atime_mode: 'RELATIME', root_mode: null };
    const made = await served.request('POST', 'filesystems', body);
    expect(made.result).toMatchObject({ atime_mode: 'RELATIME', root_mode: '0755' });
    const { id } = made.result as { id: number };
    const snapshot = { name: 'fs9-snap', parent_id: id, snapdir_name: '.snaps', snapdir_accessible: null };
    expect((await served.request('POST', 'filesystems', snapshot)).result).toMatchObject({
      ...{ atime_mode: 'RELATIME', snapdir_name: '.snaps', snapdir_accessible: true },
    });
    expect((await served.request('PUT', `filesystems/${id}`, { atime_granularity: 60 })).result).toMatchObject({
      atime_granularity: 60,
    });
    const volume = { name: 'v9', pool_id: pool?.id, size: 1, udid: 7 };
    expect((await served.request('POST', 'volumes', volume)).result).toMatchObject({ udid: 7 });
    expect((await served.request('POST', 'volumes', { ...volume, name: 'v10', root_mode: '0700' })).status).toBe(400);
    expect((await served.request('POST', 'volumes', { ...volume, name: 'v10', udid: 'x' })).status).toBe(400);
    expect((await served.request('POST', 'volumes', [volume])).status).toBe(400);
  });
});
