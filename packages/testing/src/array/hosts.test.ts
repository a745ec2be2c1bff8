import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ServedArray, serveArray } from './served-array.js';

let served: ServedArray;
let volume: number;
let host: number;

beforeEach(async () => {
  served = await serveArray();
  volume = served.array.addVolume({ name: 'data01', sizeBytes: 1 });
  host = ((await served.request('POST', 'hosts', { name: 'db1' })).result as { id: number }).id;
});

afterEach(() => served.close());

const codeOf = (answer: { status: number; error: { code: string } | null }) => [answer.status, answer.error?.code];
const map = (body: object) => served.request('POST', `hosts/${host}/luns`, body);

describe('a host', () => {
  it('is listed, found by name, renamed and deleted without approval', async () => {
    expect((await served.request('GET', 'hosts?name=db1')).result).toMatchObject([{ id: host, luns: [], ports: [] }]);
    expect(codeOf(await served.request('POST', 'hosts', { name: 'db1' }))).toEqual([409, 'HOST_NAME_CONFLICT']);
    expect((await served.request('PUT', `hosts/${host}`, { name: 'db2' })).result).toMatchObject({ name: 'db2' });
    expect((await served.request('DELETE', `hosts/${host}`)).status).toBe(200);
    expect(codeOf(await served.request('GET', `hosts/${host}`))).toEqual([404, 'HOST_NOT_FOUND']);
  });

  it('is made with the settings that the SDK sends', async () => {
    const settings = { host_type: 'DEFAULT', security_method: 'NONE', optimized: true };
    expect((await served.request('POST', 'hosts', { name: 'db3', ...settings })).result).toMatchObject(settings);
    expect((await served.request('POST', 'hosts', settings)).status).toBe(400);
  });

  it('takes CHAP settings and shows no secret, in the journal neither', async () => {
    const settings = {
      security_method: 'CHAP',
      security_chap_inbound_username: 'iqn.user',
      security_chap_inbound_secret: 'not-a-secret-1',
    };
    const answer = await served.request('PUT', `hosts/${host}?approved=true`, settings);
    expect(answer.result).toMatchObject({
      ...{ name: 'db1', security_method: 'CHAP', security_chap_inbound_username: 'iqn.user' },
      ...{ security_chap_has_inbound_secret: true, security_chap_has_outbound_secret: false },
    });
    expect(JSON.stringify([answer.result, served.journal.entries])).not.toContain('not-a-secret-1');
  });

  it('is found by the address of its port in any spelling, by a stranger too', async () => {
    const port = { type: 'fc', address: '0001020304050607' };
    expect((await served.request('POST', `hosts/${host}/ports`, port)).result).toMatchObject({
      host_id: host,
      type: 'FC',
    });
    expect(codeOf(await served.request('POST', `hosts/${host}/ports`, port))).toEqual([
      409,
      'PORT_ALREADY_BELONGS_TO_HOST',
    ]);
    expect((await served.request('GET', `hosts/${host}`)).result).toMatchObject({
      ports: [{ host_id: host, type: 'FC', address: '0001020304050607' }],
    });
    const path = 'hosts/host_id_by_initiator_address/00:01:02:03:04:05:06:07';
    expect((await served.request('GET', path, undefined, {})).result).toBe(host);
    expect((await served.request('DELETE', `hosts/${host}/ports/FC/0001020304050607`)).status).toBe(200);
    expect((await served.request('DELETE', `hosts/${host}/ports/FC/0001020304050607`)).status).toBe(404);
    expect((await served.request('GET', path, undefined, {})).status).toBe(404);
  });
});

describe('a mapping', () => {
  it('makes its volume mapped until the last one goes', async () => {
    const lun = { lun: 1, clustered: false, host_id: host, host_cluster_id: 0, volume_id: volume, udid: null };
    const made = await map({ volume_id: volume });
    expect([made.status, made.result]).toMatchObject([201, lun]);
    for (const path of [`hosts/${host}/luns?volume_id=${volume}`, `volumes/${volume}/luns`])
      expect((await served.request('GET', path)).result).toMatchObject([lun]);
    expect((await served.request('GET', `hosts/${host}/luns/1`)).result).toMatchObject(lun);
    expect((await served.request('GET', `hosts/${host}?fields=luns`)).result).toMatchObject({ luns: [lun] });
    expect((await served.request('GET', `volumes/${volume}?fields=mapped`)).result).toEqual({ mapped: true });
    expect(codeOf(await served.request('DELETE', `hosts/${host}`))).toEqual([409, 'HOST_NOT_EMPTY']);

    const path = `hosts/${host}/luns/lun/1`;
    expect(codeOf(await served.request('DELETE', path))).toEqual([403, 'APPROVAL_REQUIRED']);
    expect((await served.request('DELETE', `${path}?approved=true`)).result).toMatchObject(lun);
    expect(codeOf(await served.request('DELETE', `${path}?approved=true`))).toEqual([404, 'LUN_NOT_FOUND']);
    expect((await served.request('GET', `hosts/${host}/luns/1`)).status).toBe(404);
    expect((await served.request('GET', `volumes/${volume}?fields=mapped`)).result).toEqual({ mapped: false });
  });

  it('happens once per volume and host, on the first free number', async () => {
    await map({ volume_id: volume });
    const again = await map({ volume_id: volume });
    expect(codeOf(again)).toEqual([409, 'MAPPING_ALREADY_EXISTS']);
    expect(again.error?.message).toContain('is already mapped');
    const other = served.array.addVolume({ name: 'data02', sizeBytes: 1 });
    expect((await map({ volume_id: other })).result).toMatchObject({ lun: 2 });
    expect((await map({ volume_id: 4711 })).status).toBe(404);
    const unmapped = await served.request('DELETE', `hosts/${host}/luns/volume_id/${other}?approved=true`);
    expect(unmapped.result).toMatchObject({ lun: 2 });
  });
});
