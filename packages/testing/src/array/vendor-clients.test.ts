import { readFileSync } from 'node:fs';
import { get as httpsGet } from 'node:https';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ServedArray, serveArray } from './served-array.js';

let served: ServedArray;
let volume: number;

beforeEach(async () => {
  served = await serveArray();
  volume = served.array.addVolume({ name: 'data01', sizeBytes: 1_000_000_000 });
});

afterEach(() => served.close());

const idOf = (answer: { result: unknown }) => (answer.result as { id: number }).id;

describe('the predecessor, in the calls of infinibox-api.md section 7.6,', () => {
  it('looks a volume up by its exact name and snapshots it', async () => {
    served.array.addVolume({ name: 'data011', sizeBytes: 1 });
    const found = await served.request('GET', 'volumes?name=data01');
    expect(found.result).toMatchObject([{ id: volume, name: 'data01' }]);
    const body = { parent_id: volume, name: 'orasync_data_2024-01-02_030405' };
    const made = await served.request('POST', 'volumes', body);
    expect([made.status, made.error]).toEqual([201, null]);
    expect(made.result).toMatchObject({ ...body, type: 'SNAPSHOT' });
  });

  it('finds its old snapshots and deletes them through the SDK', async () => {
    served.array.addSnapshot({ parentId: volume, name: 'orasync_data_old', createdAt: new Date(1_600_000_000_000) });
    served.array.addSnapshot({ parentId: volume, name: 'orasync_data_new', createdAt: new Date(1_700_000_000_000) });
    const found = await served.request('GET', 'volumes?created_at=lt%3A1650000000000&name=like%3Aorasync');
    expect(found.result).toMatchObject([{ name: 'orasync_data_old' }]);
    const [old] = found.result as { id: number }[];
    expect((await served.request('DELETE', `volumes/${old?.id}?approved=true`)).status).toBe(200);
  });
});

describe('the vendor’s Python SDK, in the calls of section 7.1 and 7.2,', () => {
  const basic = () => ({
    authorization: `Basic ${Buffer.from(`${served.username}:${served.password}`).toString('base64')}`,
  });
  const login = async () => {
    const credentials = {
      username: served.username,
      password: served.password,
      clientid: 'infinisdk.v240.host.admin.1',
    };
    const { status, headers } = await served.request('POST', 'users/login?approved=true', credentials, {});
    expect(status).toBe(200);
    return { cookie: (headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
  };

  it('logs in, in its order, and out', async () => {
    expect((await served.request('GET', '_features', undefined, basic())).status).toBe(200);
    const version = await served.request('GET', 'system?fields=version', undefined, basic());
    expect(version.result).toEqual({ version: expect.stringMatching(/^[2-9]\.\d/) });
    expect((await served.request('GET', '_features', undefined, {})).status).toBe(200);
    const cookie = await login();
    const system = await served.request('GET', 'system', undefined, cookie);
    expect(system.result).toMatchObject({ name: 'box-simulated', operational_state: { state: 'ACTIVE' } });
    expect((await served.request('POST', 'users/logout?approved=true', {}, cookie)).status).toBe(200);
    expect((await served.request('GET', 'system', undefined, cookie)).status).toBe(401);
    expect(served.journal.entries.map(({ what, outcome }) => `${what} ${outcome}`)).toEqual([
      'GET /api/rest/_features 200',
      'GET /api/rest/system 200',
      'GET /api/rest/_features 200',
      'POST /api/rest/users/login 200',
      'GET /api/rest/system 200',
      'POST /api/rest/users/logout 200',
      'GET /api/rest/system 401',
    ]);
  });

  it('finds, snapshots, asks for children, extends a lock, restores and deletes', async () => {
    const cookie = await login();
    const call = (method: string, path: string, body?: unknown) => served.request(method, path, body, cookie);
    const found = await call('GET', 'volumes?name=eq%3Adata01&page=1&page_size=1');
    expect(found.metadata).toMatchObject({ number_of_objects: 1, page_size: 1 });
    expect((await call('GET', 'volumes?parent_id=eq%3A0')).result).toHaveLength(1);
    const snap = idOf(await call('POST', 'volumes?approved=true', { name: 'vol_1', parent_id: volume }));
    expect((await call('GET', `volumes?parent_id=eq%3A${volume}&type=eq%3ASNAPSHOT`)).result).toHaveLength(1);
    expect((await call('GET', `volumes/${volume}?fields=has_children%2Cid`)).result).toEqual({
      id: volume,
      has_children: true,
    });
    const until = served.array.now() + 60_000;
    expect((await call('PUT', `volumes/${snap}?approved=true`, { lock_expires_at: until })).result).toMatchObject({
      lock_state: 'LOCKED',
    });
    expect((await call('POST', `volumes/${volume}/restore?approved=true`, snap)).result).toBe(true);
    served.array.skewClock(120_000);
    expect((await call('DELETE', `volumes/${snap}?approved=true`)).status).toBe(200);
    expect((await call('GET', `volumes/${snap}?fields=id`)).status).toBe(404);
  });

  it('snapshots several volumes at one instant, with a prefix and no suffix', async () => {
    const second = served.array.addVolume({ name: 'data02', sizeBytes: 1 });
    const { result } = await served.request(
      'POST',
      'volumes/group_snapshot?approved=true',
      { snap_prefix: '8a41_', entities: [{ id: volume }, { id: second }] },
      await login(),
    );
    expect(result).toMatchObject([
      { parent_id: volume, name: '8a41_data01' },
      { parent_id: second, name: '8a41_data02' },
    ]);
  });

  it('iterates: first without a page, then page 1 of 1000 again', async () => {
    for (let n = 0; n < 69; n += 1) served.array.addVolume({ name: `more${n}`, sizeBytes: 1 });
    const cookie = await login();
    const first = await served.request('GET', 'volumes', undefined, cookie);
    expect([(first.result as unknown[]).length, first.metadata['number_of_objects']]).toEqual([50, 70]);
    const all = await served.request('GET', 'volumes?page=1&page_size=1000', undefined, cookie);
    expect(all.result).toHaveLength(70);
  });

  it('makes a consistency group and its snapshot, sending null for what is unset', async () => {
    const cookie = await login();
    const group = idOf(await served.request('POST', 'cgs?approved=true', { name: 'cg_1', pool_id: 1001 }, cookie));
    await served.request('POST', `cgs/${group}/members?approved=true`, { dataset_id: volume }, cookie);
    const body = {
      parent_id: group,
      name: 'cg_2',
      snap_prefix: null,
      snap_suffix: '_1700000000000',
      lock_expires_at: null,
    };
    const snap = idOf(await served.request('POST', 'cgs?approved=true', body, cookie));
    expect((await served.request('GET', `cgs/${snap}/members`, undefined, cookie)).result).toMatchObject([
      { name: 'data01_1700000000000', dataset_type: 'VOLUME' },
    ]);
  });
});

describe('the vendor’s CSI driver, in the calls of section 7.4,', () => {
  it('snapshots a volume, clones it and deletes both', async () => {
    const snap = await served.request('POST', 'volumes', {
      parent_id: volume,
      name: 'csi-snap',
      write_protected: true,
      ssd_enabled: true,
    });
    expect(snap.result).toMatchObject({ size: 1_000_000_000, parent_id: volume, pool_id: 1001, name: 'csi-snap' });
    const clone = await served.request('POST', 'volumes/', {
      parent_id: idOf(snap),
      name: 'csi-clone',
      write_protected: false,
      ssd_enabled: true,
    });
    expect(clone.result).toMatchObject({ write_protected: false });
    expect((await served.request('GET', `volumes/?parent_id=${idOf(snap)}`)).result).toHaveLength(1);
    await served.request('PUT', `metadata/${volume}`, { 'host.k8s.to_be_deleted': true });
    for (const id of [idOf(clone), idOf(snap)])
      expect((await served.request('DELETE', `volumes//${id}?approved=true`)).result).not.toBeNull();
    const gone = await served.request('GET', `volumes/${idOf(snap)}`);
    expect(gone.error).toMatchObject({ code: 'VOLUME_NOT_FOUND', message: expect.any(String) });
  });

  it('snapshots a group under the group’s own name', async () => {
    const group = idOf(
      await served.request('POST', 'cgs?replicate_to_async_target=false', { name: 'csi-cg', pool_id: 1001 }),
    );
    expect((await served.request('GET', 'cgs?name=csi-cg&page_size=1000&page=1')).result).toHaveLength(1);
    await served.request('POST', `cgs/${group}/members`, { dataset_id: volume });
    const body = { parent_id: group, name: 'csi-sg', snap_prefix: 'csi-sg', snap_suffix: '' };
    const snap = idOf(await served.request('POST', 'cgs', body));
    const [member] = (await served.request('GET', `cgs/${snap}/members`)).result as { id: number }[];
    expect((await served.request('GET', `volumes/${member?.id}`)).result).toMatchObject({
      ...{ name: 'csi-sgdata01', family_id: volume, cg_name: 'csi-sg', size: 1_000_000_000 },
    });
    const gone = await served.request('DELETE', `cgs/${snap}?approved=true&delete_members=true`);
    expect(gone.result).toMatchObject({ id: snap });
  });

  it('maps a volume, and takes the code of a second mapping for success', async () => {
    const host = idOf(await served.request('POST', 'hosts', { name: 'node1' }));
    const path = `hosts/${host}/luns?approved=true`;
    expect((await served.request('POST', path, { volume_id: volume })).result).toMatchObject({ lun: 1 });
    expect((await served.request('POST', path, { volume_id: volume })).error?.code).toBe('MAPPING_ALREADY_EXISTS');
    expect((await served.request('GET', `hosts/${host}/luns?volume_id=${volume}`)).result).toHaveLength(1);
  });
});

describe('any client over TLS', () => {
  it('is served with the certificate that was given', async () => {
    const read = (name: string) => readFileSync(new URL(`./fixtures/test-only.${name}.pem`, import.meta.url), 'utf8');
    const cert = read('cert');
    const secure = await serveArray({ listen: { tls: { key: read('key'), cert } } });
    expect(secure.url).toMatch(/^https:/);
    const status = await new Promise((resolve, reject) => {
      httpsGet(`${secure.url}/api/rest/_features`, { ca: cert }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on('error', reject);
    });
    expect(status).toBe(200);
    await secure.close();
  });
});
