import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ServedArray, serveArray } from './served-array.js';

// The calls of the vendor's Python SDK in their order, with all that it reads of the answers. Source: infinibox-api.md
// sections 1.2, 2.3, 4.4 and 7.1 to 7.3, as recorded from SDK 240.1.3.

type Answer = Awaited<ReturnType<ServedArray['request']>>;
interface Named {
  readonly id: number;
  readonly name: string;
}

let served: ServedArray;
let cookie: string | undefined;

beforeEach(async () => {
  served = await serveArray();
  cookie = undefined;
});

afterEach(() => served.close());

const login = async ({ username, password }: Pick<ServedArray, 'username' | 'password'> = served): Promise<void> => {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const features = await served.request('GET', '_features', undefined, { authorization });
  expect(features.result).toContainEqual({ name: 'api_auth_sessions', version: 0, enabled: true, experimental: false });
  const version = await served.request('GET', 'system?fields=version', undefined, { authorization });
  expect((version.result as { version: string }).version).toMatch(/^[2-9](\.\d+)+$/);
  expect((await served.request('GET', '_features', undefined, {})).status).toBe(200);
  const body = { username, password, clientid: 'infinisdk.v240.1.3.host.user.42' };
  const answer = await served.request('POST', 'users/login?approved=true', body, {});
  expect(answer.status).toBe(200);
  cookie = answer.headers.get('set-cookie')?.split(';')[0];
  expect(cookie).toBeDefined();
  expect((await ask('GET', 'system')).result).toMatchObject({
    name: 'box-simulated',
    serial_number: 20_040,
    operational_state: { state: 'ACTIVE' },
  });
};

const ask = (method: string, path: string, body?: unknown): Promise<Answer> =>
  served.request(method, path, body, cookie === undefined ? {} : { cookie });

/** On 401 with a cookie at hand, the SDK logs in again once and repeats. */
const askAgain = async (method: string, path: string, body?: unknown): Promise<Answer> => {
  const answer = await ask(method, path, body);
  if (answer.status !== 401 || cookie === undefined) return answer;
  cookie = undefined;
  await login();
  return ask(method, path, body);
};

const change = (method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown) => {
  const separator = path.includes('?') ? '&' : '?';
  return askAgain(method, `${path}${separator}approved=true`, body);
};

const objectOf = (answer: Answer): Named & Readonly<Record<string, unknown>> => {
  expect(answer.error).toBeNull();
  return answer.result as Named & Readonly<Record<string, unknown>>;
};

const listOf = (answer: Answer): readonly Named[] => {
  expect(answer.metadata).toHaveProperty('number_of_objects');
  return answer.result as Named[];
};

/** Items 0 to 49 come without a page; the fifty-first starts over with pages of 1000. */
const iterate = async (path: string): Promise<readonly Named[]> => {
  const first = await askAgain('GET', path);
  const total = Number(first.metadata['number_of_objects']);
  const items = [...listOf(first)];
  for (let page = 1; items.length < total; page += 1) {
    const separator = path.includes('?') ? '&' : '?';
    const more = await askAgain('GET', `${path}${separator}page=${page}&page_size=1000`);
    expect(more.metadata['number_of_objects']).toBe(total);
    items.push(...listOf(more).slice(items.length - (page - 1) * 1000));
  }
  return items;
};

/** Exactly one, or what the SDK raises. */
const get = async (collection: string, name: string): Promise<Named> => {
  const answer = await askAgain('GET', `${collection}?name=eq%3A${name}&page=1&page_size=1`);
  const total = Number(answer.metadata['number_of_objects']);
  const [found] = listOf(answer);
  if (found === undefined) throw new Error('ObjectNotFound');
  if (total > 1) throw new Error('MultipleObjectsFound');
  return found;
};

const createVolume = async (name: string, poolId: number) =>
  objectOf(await change('POST', 'volumes', { size: 1_000_000_000, pool_id: poolId, provtype: 'THICK', name }));
const createPool = async () =>
  objectOf(await change('POST', 'pools', { name: 'p1', virtual_capacity: 10 ** 13, physical_capacity: 10 ** 13 }));

describe('the vendor’s Python SDK', () => {
  it('logs in by its five requests, and logs in again once when its session has expired', async () => {
    await login();
    served.array.expireSessions();
    expect((await askAgain('GET', 'pools')).status).toBe(200);
    expect(served.journal.entries.map(({ what, outcome }) => `${what} ${outcome}`)).toEqual(
      [
        ...['GET _features 200', 'GET system 200', 'GET _features 200', 'POST users/login 200', 'GET system 200'],
        'GET pools 401',
        ...['GET _features 200', 'GET system 200', 'GET _features 200', 'POST users/login 200', 'GET system 200'],
        'GET pools 200',
      ].map((line) => line.replace(' ', ' /api/rest/')),
    );
    expect((await change('POST', 'users/logout', {})).status).toBe(200);
    expect((await ask('GET', 'volumes')).status).toBe(401);
  });

  it('is refused with a wrong password, and asks for nothing without one', async () => {
    const answer = await served.request('POST', 'users/login?approved=true', { username: 'admin', password: 'no' }, {});
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([401, null]);
    for (const path of ['system', 'volumes']) expect((await ask('GET', path)).status).toBe(401);
  });

  it('pages through 120 volumes, each once', async () => {
    await login();
    const pool = await createPool();
    for (let n = 0; n < 120; n += 1) await createVolume(`v${n}`, pool.id);
    const all = await iterate('volumes');
    expect(all.map(({ name }) => name)).toEqual(Array.from({ length: 120 }, (_, n) => `v${n}`));
    expect(new Set(all.map(({ id }) => id)).size).toBe(120);
    const paged = await ask('GET', 'volumes?page=4&page_size=30');
    expect(listOf(paged).map(({ name }) => name)).toEqual(all.slice(90).map(({ name }) => name));
    expect(listOf(await ask('GET', 'volumes?page=5&page_size=30'))).toEqual([]);
    const newest = await iterate('volumes?sort=-created_at%2C-id&fields=id%2Cname');
    expect(newest.map(({ name }) => name)).toEqual(all.map(({ name }) => name).toReversed());
  });

  it('filters with capitalised booleans, percent-encoded operators, null and 0 for no parent', async () => {
    await login();
    const pool = await createPool();
    const volume = await createVolume('v1', pool.id);
    const snapshot = objectOf(await change('POST', 'volumes', { name: 's1', parent_id: volume.id }));
    const namesFor = async (query: string) => (await iterate(`volumes?${query}`)).map(({ name }) => name);
    expect(await namesFor('parent_id=eq%3A0')).toEqual(['v1']);
    expect(await namesFor('write_protected=eq%3ATrue')).toEqual(['s1']);
    expect(await namesFor('mapped=ne%3AFalse')).toEqual([]);
    expect(await namesFor('cg_id=eq%3Anull&type=eq%3AMASTER')).toEqual(['v1']);
    expect(await namesFor('lock_expires_at=is%3Anull')).toEqual(['v1', 's1']);
    expect(await namesFor(`id=in%3A%28${volume.id}%2C${snapshot.id}%29`)).toEqual(['v1', 's1']);
    expect(await namesFor('created_at=between%3A%280%2C1%29')).toEqual([]);
    expect((await ask('GET', 'pools?id=eq%3A1&evilmonkey=true')).status).toBe(400);
    expect((await ask('GET', `volumes/${volume.id}/bla`)).error?.code).toBe('PATH_NOT_FOUND');
    await expect(get('volumes', 'absent')).rejects.toThrow('ObjectNotFound');
    expect(await get('volumes', 'v1')).toMatchObject({ id: volume.id });
  });

  it('serves every getter of a snapshot from the answer that made it', async () => {
    await login();
    const volume = await createVolume('v1', (await createPool()).id);
    expect(objectOf(await ask('GET', `volumes/${volume.id}?fields=rmr_target`))).toEqual({ rmr_target: false });
    const snapshot = objectOf(await change('POST', 'volumes', { name: 's1', parent_id: volume.id }));
    const whole = objectOf(await ask('GET', `volumes/${snapshot.id}`));
    expect(snapshot).toEqual(whole);
    expect(snapshot).toMatchObject({
      ...{ type: 'SNAPSHOT', depth: 1, family_id: volume.id, cg_id: null, udid: null, snapshot_retention: null },
      ...{ rmr_snapshot_guid: null, data_snapshot_guid: null, mgmt_snapshot_guid: null, lock_state: 'UNLOCKED' },
    });
    expect(Number.isInteger(snapshot['created_at'])).toBe(true);
    expect(snapshot['serial']).toMatch(/^[0-9a-f]{31}$/);
  });

  it('snapshots several volumes at one instant', async () => {
    await login();
    const pool = await createPool();
    const volumes = [await createVolume('v1', pool.id), await createVolume('v2', pool.id)];
    const body = { snap_prefix: '8a41_', entities: volumes.map(({ id }) => ({ id })) };
    const made = await change('POST', 'volumes/group_snapshot', body);
    const snapshots = made.result as { parent_id: number; name: string; created_at: number }[];
    expect(new Map(snapshots.map(({ parent_id, name }) => [parent_id, name]))).toEqual(
      new Map(volumes.map(({ id, name }) => [id, `8a41_${name}`])),
    );
    expect(new Set(snapshots.map(({ created_at }) => created_at)).size).toBe(1);
  });

  it('makes a snapshot group in three requests, restores from it, and deletes it with its members', async () => {
    await login();
    const pool = await createPool();
    const volume = await createVolume('v1', pool.id);
    const group = objectOf(await change('POST', 'cgs', { name: 'cg_1', pool_id: pool.id }));
    await change('POST', `cgs/${group.id}/members`, { dataset_id: volume.id });

    expect(listOf(await ask('GET', `cgs/${group.id}/members`))).toMatchObject([
      { id: volume.id, dataset_type: 'VOLUME' },
    ]);
    const suffix = `_${served.array.now()}`;
    const body = { name: 'cg_2', parent_id: group.id, snap_prefix: null, snap_suffix: suffix, lock_expires_at: null };
    const snapshot = objectOf(await change('POST', 'cgs', body));
    expect(snapshot).toMatchObject({ type: 'SNAPSHOT', parent_id: group.id, members_count: 1 });
    expect(listOf(await ask('GET', `cgs/${snapshot.id}/members`))).toMatchObject([
      { name: `v1${suffix}`, parent_id: volume.id, cg_id: snapshot.id, cg_name: 'cg_2' },
    ]);
    expect(await iterate(`cgs?parent_id=eq%3A${group.id}`)).toMatchObject([{ id: snapshot.id }]);

    expect((await change('POST', `cgs/${group.id}/restore`, { source_id: snapshot.id })).status).toBe(200);
    expect((await change('DELETE', `cgs/${snapshot.id}?delete_members=true`)).status).toBe(200);
    expect(await iterate('volumes?type=eq%3ASNAPSHOT')).toEqual([]);
    expect((await change('DELETE', `cgs/${group.id}/members/${volume.id}`)).status).toBe(200);
    expect((await change('DELETE', `cgs/${group.id}/members/${volume.id}`)).status).toBe(404);
  });

  it('locks, extends the lock, and is refused to delete what is locked', async () => {
    await login();
    const volume = await createVolume('v1', (await createPool()).id);
    const snapshot = objectOf(await change('POST', 'volumes', { name: 's1', parent_id: volume.id }));
    const until = served.array.now() + 120_000;
    expect(objectOf(await change('PUT', `volumes/${snapshot.id}`, { lock_expires_at: until }))).toMatchObject({
      lock_state: 'LOCKED',
    });
    expect((await change('PUT', `volumes/${snapshot.id}`, { lock_expires_at: until + 60_000 })).status).toBe(200);
    expect((await change('PUT', `volumes/${snapshot.id}`, { lock_expires_at: until })).status).toBe(403);
    for (const path of [`volumes/${snapshot.id}`, `volumes/${volume.id}`])
      expect((await change('DELETE', path)).error?.code).toBe('VOLUME_IS_LOCKED');
  });

  it('tags objects of every kind, and takes 404 for the default of a key', async () => {
    await login();
    const pool = await createPool();
    const volume = await createVolume('v1', pool.id);
    const host = objectOf(await change('POST', 'hosts', { name: 'h1' }));
    const cluster = objectOf(await change('POST', 'clusters', { name: 'c1' }));
    const group = objectOf(await change('POST', 'cgs', { name: 'cg_1', pool_id: pool.id }));
    for (const { id } of [volume, pool, host, cluster, group]) {
      expect((await ask('GET', `metadata/${id}/a`)).status).toBe(404);
      await change('PUT', `metadata/${id}`, { a: '1', 'b.c-d_e': '2' });
      expect(objectOf(await ask('GET', `metadata/${id}/a`))).toMatchObject({ key: 'a', value: '1', object_id: id });
    }
    expect(listOf(await ask('GET', 'metadata?key=a&value=1')).length).toBe(5);
    expect((await change('DELETE', `metadata/${volume.id}/a`)).status).toBe(200);
    expect((await change('DELETE', `metadata/${volume.id}`)).status).toBe(200);
    expect(listOf(await ask('GET', `metadata/${volume.id}`))).toEqual([]);
  });

  it('walks the tags of an object in pages of three', async () => {
    await login();
    const volume = await createVolume('v1', (await createPool()).id);
    await change('PUT', `metadata/${volume.id}`, Object.fromEntries('abcdef'.split('').map((key) => [key, key])));
    const pages = [1, 2].map((page) => ask('GET', `metadata/${volume.id}?page=${page}&page_size=3`));
    const keys = (await Promise.all(pages)).flatMap(({ result }) =>
      (result as { key: string }[]).map(({ key }) => key),
    );
    expect(keys.join('')).toBe('abcdef');
  });

  it('maps, reads mappings from host and volume, and swallows the 404 of a second unmapping', async () => {
    await login();
    const volume = await createVolume('v1', (await createPool()).id);
    const host = objectOf(await change('POST', 'hosts', { name: 'h1' }));
    const lun = { lun: 11, clustered: false, host_id: host.id, host_cluster_id: 0, volume_id: volume.id };
    expect(objectOf(await change('POST', `hosts/${host.id}/luns`, { volume_id: volume.id, lun: 11 }))).toMatchObject(
      lun,
    );
    expect(objectOf(await ask('GET', `hosts/${host.id}?fields=luns`))).toMatchObject({ luns: [lun] });
    expect(listOf(await ask('GET', `volumes/${volume.id}/luns`))).toMatchObject([lun]);
    expect((await change('DELETE', `hosts/${host.id}/luns/lun/11`)).status).toBe(200);
    expect((await change('DELETE', `hosts/${host.id}/luns/lun/11`)).status).toBe(404);
    expect(objectOf(await ask('GET', `volumes/${volume.id}?fields=mapped`))).toEqual({ mapped: false });
  });

  it('asks its user about dangerous operations, and repeats them with approval', async () => {
    await login();
    const pool = await createPool();
    const volume = await createVolume('v1', pool.id);
    const child = objectOf(await change('POST', 'volumes', { name: 's1', parent_id: volume.id }));
    const dangerous = [
      [`volumes/${volume.id}`, 'APPROVAL_REQUIRED_VOLUME_HAS_CHILDREN'],
      [`volumes/${child.id}`, 'APPROVAL_REQUIRED'],
    ] as const;
    for (const [path, code] of dangerous) {
      const refused = await ask('DELETE', path);
      expect([refused.status, refused.error?.code]).toEqual([403, code]);
      expect((await ask('DELETE', `${path}?approved=false`)).status).toBe(403);
    }
    expect((await ask('DELETE', `volumes/${volume.id}?approved=true`)).status).toBe(200);
    expect((await ask('GET', `volumes/${child.id}?fields=id`)).status).toBe(404);
    expect((await ask('DELETE', `pools/${pool.id}`)).error?.code).toBe('APPROVAL_REQUIRED');
    expect((await change('DELETE', `pools/${pool.id}`)).status).toBe(200);
  });

  it('reads the newest event, posts its own, and sees what a restore leaves', async () => {
    await login();
    const volume = await createVolume('v1', (await createPool()).id);
    const snapshot = objectOf(await change('POST', 'volumes', { name: 's1', parent_id: volume.id }));
    expect((await change('POST', `volumes/${volume.id}/restore`, snapshot.id)).result).toBe(true);
    const newest = () => ask('GET', 'events?sort=-id&page=1&page_size=1');
    const [restored] = listOf(await newest()) as unknown as { code: string; seq_num: number }[];
    expect(restored?.code).toBe('VOLUME_RESTORED');
    const data = [{ name: 'a', type: 'string', value: 'x' }];
    const custom = { level: 'ERROR', description_template: 'text {a}', visibility: 'CUSTOMER', data };
    expect(objectOf(await change('POST', 'events/custom', custom))).toMatchObject({
      ...{ code: 'CUSTOM_ERROR_EVENT', level: 'ERROR', description: 'text x', data },
    });
    expect(listOf(await ask('GET', `events?seq_num=ge%3A${(restored?.seq_num ?? 0) + 1}`))).toHaveLength(1);
  });

  it('is refused to change anything in a read-only role', async () => {
    await login();
    const volume = served.array.addVolume({ name: 'v1', sizeBytes: 1 });
    const snapshot = served.array.addSnapshot({ parentId: volume, name: 's1', createdAt: new Date(0) });
    const account = { role: 'ReadOnly', email: 'user_1@example.invalid', name: 'viewer', password: '12345678-fake' };
    const user = objectOf(await change('POST', 'users', account));
    expect(await get('users', 'viewer')).toMatchObject({ id: user.id, role: 'READ_ONLY' });
    await login({ username: 'viewer', password: account.password });
    const refused = [
      await change('POST', 'volumes', { name: 's2', parent_id: volume }),
      await change('POST', `volumes/${volume}/restore`, snapshot),
      await change('DELETE', `volumes/${snapshot}`),
      await change('PUT', `metadata/${volume}`, { a: '1' }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect(listOf(await ask('GET', 'volumes'))).toHaveLength(2);
  });

  it('reads replicas, nodes, model, network spaces and the host of an address', async () => {
    await login();
    const volume = await createVolume('v1', (await createPool()).id);
    expect(objectOf(await ask('GET', `volumes/${volume.id}?fields=cg_id`))).toEqual({ cg_id: null });
    expect(listOf(await ask('GET', `replicas?local_entity_id=eq%3A${volume.id}`))).toEqual([]);
    expect(objectOf(await ask('GET', 'components?fields=rack,nodes,ups,pdus'))).toMatchObject({
      nodes: [{ id: 1, ib_ports: [], eth_ports: [], drives: [], services: [{ role: 'MASTER' }] }],
    });
    expect((await ask('GET', 'config/mgmt/system.model_short_name')).result).toBe('F6240');
    expect(listOf(await ask('GET', 'network/spaces?service=eq%3AISCSI_SERVICE'))).toHaveLength(1);
    expect((await served.request('GET', 'hosts/host_id_by_initiator_address/00', undefined, {})).status).toBe(404);
  });
});
