import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ServedArray, serveArray } from './served-array.js';

let served: ServedArray;
let volume: number;
let host: number;
let cluster: number;

const idOf = (answer: { result: unknown }) => (answer.result as { id: number }).id;
const codeOf = (answer: { status: number; error: { code: string } | null }) => [answer.status, answer.error?.code];
const join = (id: number) => served.request('POST', `clusters/${cluster}/hosts`, { id });
const map = (body: object) => served.request('POST', `clusters/${cluster}/luns`, body);

beforeEach(async () => {
  served = await serveArray();
  volume = served.array.addVolume({ name: 'data01', sizeBytes: 1 });
  host = idOf(await served.request('POST', 'hosts', { name: 'db1' }));
  cluster = idOf(await served.request('POST', 'clusters', { name: 'rac' }));
});

afterEach(() => served.close());

describe('a cluster', () => {
  it('is listed, renamed, read together with hosts, and deleted', async () => {
    expect((await served.request('GET', 'clusters?name=rac')).result).toMatchObject([
      { id: cluster, hosts: [], luns: [], san_client_type: 'CLUSTER' },
    ]);
    expect(codeOf(await served.request('POST', 'clusters', { name: 'rac' }))).toEqual([
      409,
      'HOST_CLUSTER_NAME_CONFLICT',
    ]);
    expect((await served.request('PUT', `clusters/${cluster}`, { name: 'rac2' })).result).toMatchObject({
      name: 'rac2',
    });
    expect((await served.request('GET', 'san_clients?fields=name,san_client_type')).result).toEqual([
      { name: 'db1', san_client_type: 'HOST' },
      { name: 'rac2', san_client_type: 'CLUSTER' },
    ]);
    expect((await served.request('DELETE', `clusters/${cluster}`)).status).toBe(200);
    expect(codeOf(await served.request('GET', `clusters/${cluster}`))).toEqual([404, 'HOST_CLUSTER_NOT_FOUND']);
  });

  it('has hosts, each in no other cluster', async () => {
    expect((await join(host)).result).toMatchObject({ hosts: [{ id: host, name: 'db1', host_cluster_id: cluster }] });
    expect(codeOf(await join(host))).toEqual([409, 'HOST_ALREADY_IN_CLUSTER']);
    expect(codeOf(await served.request('DELETE', `hosts/${host}`))).toEqual([409, 'HOST_IN_CLUSTER']);
    expect((await served.request('GET', `hosts?host_cluster_id=eq:${cluster}`)).result).toHaveLength(1);
    expect((await served.request('DELETE', `clusters/${cluster}/hosts/${host}`)).result).toMatchObject({ hosts: [] });
    expect((await served.request('DELETE', `clusters/${cluster}/hosts/${host}`)).status).toBe(404);
  });

  it('takes no host that brings a mapping that it has already', async () => {
    await served.request('POST', `hosts/${host}/luns`, { volume_id: volume });
    await map({ volume_id: volume });
    expect(codeOf(await join(host))).toEqual([409, 'MAPPING_ALREADY_EXISTS']);
  });
});

describe('a mapping to a cluster', () => {
  it('shows once for itself, and once per host with both ids', async () => {
    const own = { lun: 1, clustered: true, host_id: 0, host_cluster_id: cluster, volume_id: volume, udid: null };
    expect((await map({ volume_id: volume })).result).toMatchObject(own);
    expect((await served.request('GET', `volumes/${volume}/luns`)).result).toMatchObject([own]);
    await join(host);
    const copy = { ...own, host_id: host };
    expect((await served.request('GET', `volumes/${volume}/luns`)).result).toMatchObject([copy, own]);
    for (const path of [`hosts/${host}/luns`, `hosts/${host}/luns?volume_id=${volume}`])
      expect((await served.request('GET', path)).result).toMatchObject([copy]);
    expect((await served.request('GET', `hosts/${host}?fields=luns`)).result).toMatchObject({ luns: [copy] });
    expect((await served.request('GET', `clusters/${cluster}/luns`)).result).toMatchObject([own]);
    expect((await served.request('GET', `volumes/${volume}?fields=mapped`)).result).toEqual({ mapped: true });
  });

  it('is not met again by a host of it, and is the cluster’s to take away', async () => {
    await join(host);
    await map({ volume_id: volume });
    const again = await served.request('POST', `hosts/${host}/luns`, { volume_id: volume });
    expect(codeOf(again)).toEqual([409, 'MAPPING_ALREADY_EXISTS']);
    const other = served.array.addVolume({ name: 'data02', sizeBytes: 1 });
    expect((await served.request('POST', `hosts/${host}/luns`, { volume_id: other })).result).toMatchObject({ lun: 2 });
    expect(codeOf(await served.request('DELETE', `hosts/${host}/luns/lun/1?approved=true`))).toEqual([
      409,
      'MAPPING_BELONGS_TO_CLUSTER',
    ]);
    expect(codeOf(await served.request('DELETE', `clusters/${cluster}`))).toEqual([409, 'HOST_CLUSTER_NOT_EMPTY']);
    const path = `clusters/${cluster}/luns/lun/1`;
    expect(codeOf(await served.request('DELETE', path))).toEqual([403, 'APPROVAL_REQUIRED']);
    expect((await served.request('DELETE', `${path}?approved=true`)).result).toMatchObject({ lun: 1 });
    expect(codeOf(await served.request('DELETE', `${path}?approved=true`))).toEqual([404, 'LUN_NOT_FOUND']);
    await map({ volume_id: volume });
    await served.request('DELETE', `clusters/${cluster}/luns/volume_id/${volume}?approved=true`);
    expect((await served.request('GET', `volumes/${volume}?fields=mapped`)).result).toEqual({ mapped: false });
  });
});
