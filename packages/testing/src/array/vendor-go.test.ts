import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ServedArray, serveArray } from './served-array.js';

// The calls of the vendor's CSI driver and of the Go and Ansible clients, beyond those of vendor-clients.test.ts.
// Source: infinibox-api.md sections 7.3 to 7.5.

let served: ServedArray;
let volume: number;

beforeEach(async () => {
  served = await serveArray();
  volume = served.array.addVolume({ name: 'pvc-1', sizeBytes: 1_000_000_000 });
});

afterEach(() => served.close());

const idOf = (answer: { result: unknown }) => (answer.result as { id: number }).id;

describe('the vendor’s CSI driver', () => {
  it('reads the clock of the array and locks a snapshot by it, with approval', async () => {
    served.array.skewClock(3_600_000);
    const [node] = (await served.request('GET', 'system/ntp_status?page=1')).result as {
      last_probe_timestamp: number;
    }[];
    const lock_expires_at = (node?.last_probe_timestamp ?? 0) + 60_000;
    const body = { parent_id: volume, name: 'csi-lock', write_protected: true, ssd_enabled: true, lock_expires_at };
    expect((await served.request('POST', 'volumes', body)).error?.code).toBe('APPROVAL_REQUIRED');
    expect((await served.request('POST', 'volumes?approved=true', body)).result).toMatchObject({
      lock_state: 'LOCKED',
      lock_expires_at,
    });
  });

  it('exports a filesystem, changes who may use it, and finds the words that it looks for when all is gone', async () => {
    const { pool_id } = (await served.request('GET', `volumes/${volume}`)).result as { pool_id: number };
    const wanted = { atime_mode: 'NOATIME', pool_id, name: 'csi-fs', provtype: 'THIN', size: 100_000 };
    const filesystem = idOf(await served.request('POST', 'filesystems/', wanted));
    const permissions = [{ access: 'RW', no_root_squash: true, client: '192.0.2.7' }];
    const made = await served.request('POST', 'exports', {
      filesystem_id: filesystem,
      export_path: '/csi-fs',
      transport_protocols: 'TCP',
      privileged_port: false,
      permissions,
    });
    const [found] = (await served.request('GET', `exports?filesystem_id=${filesystem}`)).result as { id: number }[];
    expect(found?.id).toBe(idOf(made));
    await served.request('PUT', `exports/${found?.id}`, { permissions: [] });
    expect((await served.request('DELETE', `exports/${found?.id}?approved=true`)).result).not.toBeNull();
    expect((await served.request('DELETE', `filesystems/${filesystem}?approved=true`)).result).not.toBeNull();
    expect((await served.request('GET', `exports/${found?.id}`)).error?.message).toMatch(/not found/i);
    const gone = [`exports/${found?.id}`, `filesystems/${filesystem}`].map((path) => served.request('GET', path));
    expect((await Promise.all(gone)).map(({ error }) => error?.code)).toEqual([
      'EXPORT_NOT_FOUND',
      'FILESYSTEM_NOT_FOUND',
    ]);
  });

  it('gives a host its ports in capitals and its secrets, and reads the ports of the array', async () => {
    const host = idOf(await served.request('POST', 'hosts', { name: 'node1' }));
    const port = { type: 'ISCSI', address: 'iqn.1994-05.com.example:NODE1' };
    expect((await served.request('POST', `hosts/${host}/ports?approved=true`, port)).status).toBe(201);
    expect((await served.request('GET', 'hosts?name=node1')).result).toMatchObject([{ id: host, ports: [{}] }]);
    const chap = {
      security_method: 'CHAP',
      security_chap_inbound_username: 'u',
      security_chap_inbound_secret: 'not-1',
    };
    expect((await served.request('PUT', `hosts/${host}?approved=true`, chap)).status).toBe(200);
    expect((await served.request('GET', 'components/nodes?fields=fc_ports')).result).toMatchObject([
      { fc_ports: [{ id: 1, state: 'OK', enabled: true, wwpn: '5742b0f000000a11' }] },
    ]);
  });

  it('puts typed metadata and reads text, and deletes all of it at once', async () => {
    await served.request('PUT', `metadata/${volume}`, { 'host.k8s.pvname': 'pvc-1', 'host.k8s.is_clone': false, n: 3 });
    const { result } = await served.request('GET', `metadata/${volume}`);
    expect((result as { value: unknown }[]).map(({ value }) => value)).toEqual(['pvc-1', 'false', '3']);
    expect((await served.request('DELETE', `metadata/${volume}?approved=true`)).result).toHaveLength(3);
  });

  it('pages by pages_total, which it reads from the first page only', async () => {
    for (let n = 0; n < 6; n += 1) served.array.addVolume({ name: `more${n}`, sizeBytes: 1 });
    const first = await served.request('GET', 'volumes?page=1&page_size=3');
    const pages = Array.from({ length: Number(first.metadata['pages_total']) }, (_, index) =>
      served.request('GET', `volumes?page=${index + 1}&page_size=3`),
    );
    expect((await Promise.all(pages)).flatMap(({ result }) => result)).toHaveLength(7);
    expect((await served.request('GET', 'exports?page=1&page_size=1000')).metadata).toMatchObject({ pages_total: 0 });
  });

  it('reads a limit of the array, and leaves an event of its own', async () => {
    expect((await served.request('GET', 'config/limits?fields=nas.max_filesystems_in_system')).status).toBe(200);
    const event = { code: 'CUSTOM_INFO_EVENT', level: 'INFO', description_template: 'csi', visibility: 'CUSTOMER' };
    expect((await served.request('POST', 'events', event)).error).toBeNull();
  });
});

describe('the Go client', () => {
  it('logs in for a cookie, and reads objects, a list for metadata, true for a restore, a volume for a refresh', async () => {
    const body = { username: served.username, password: served.password };
    const { headers } = await served.request('POST', 'users/login', body, {});
    const cookie = headers.get('set-cookie')?.split(';')[0] ?? '';
    const call = (method: string, path: string, json?: unknown) => served.request(method, path, json, { cookie });
    const snapshot = idOf(await call('POST', 'volumes', { parent_id: volume, name: 'go-snap' }));
    expect((await call('PUT', `volumes/${snapshot}`, { name: 'go-renamed' })).result).toMatchObject({ id: snapshot });
    expect((await call('PUT', `metadata/${snapshot}`, { k: 'v' })).result).toMatchObject([{ key: 'k' }]);
    expect((await call('POST', `volumes/${volume}/restore?approved=true`, snapshot)).result).toBe(true);
    const source = { source_id: volume };
    expect((await call('POST', `volumes/${snapshot}/refresh?approved=true`, source)).result).toMatchObject({
      name: 'go-renamed',
    });
    expect((await call('DELETE', `metadata/${snapshot}/k?approved=true`)).result).toMatchObject([{ key: 'k' }]);
    expect((await call('DELETE', `volumes/${snapshot}?approved=true`)).result).toMatchObject({ id: snapshot });
  });
});

describe('the Ansible collection', () => {
  it('snapshots, compares write protection, locks, restores and takes yes for approval', async () => {
    const found = await served.request('GET', 'volumes?name=pvc-1&fields=id');
    expect(found.result).toEqual([{ id: volume }]);
    const snapshot = idOf(await served.request('POST', 'volumes?approved=true', { parent_id: volume, name: 'ans' }));
    expect((await served.request('GET', `volumes/${snapshot}?fields=write_protected`)).result).toEqual({
      write_protected: true,
    });
    const lock = { lock_expires_at: served.array.now() + 120_000 };
    expect((await served.request('PUT', `volumes/${snapshot}?approved=yes`, lock)).status).toBe(200);
    const restore = await served.request('POST', `volumes/${volume}/restore?approved=YES`, { source_id: snapshot });
    expect(restore.result).toBe(true);
    expect((await served.request('GET', `metadata/${volume}/absent`)).status).toBe(404);
    await served.request('PUT', 'metadata/system', { 'ui-dataset-default-provisioning': 'THIN' });
    expect((await served.request('GET', 'metadata/system?key=ui-dataset-default-provisioning')).result).toMatchObject([
      { value: 'THIN', object_type: 'system' },
    ]);
  });
});
