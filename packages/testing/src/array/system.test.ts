import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ServedArray, serveArray } from './served-array.js';

let served: ServedArray;

beforeEach(async () => {
  served = await serveArray({ name: 'box-7', serial: 20_011 });
});

afterEach(() => served.close());

const get = async (path: string) => (await served.request('GET', path)).result;

describe('the system', () => {
  it('tells name, version, serial number and its clock', async () => {
    served.array.skewClock(-86_400_000);
    const system = (await get('system')) as Record<string, unknown>;
    expect(system).toMatchObject({ name: 'box-7', serial_number: 20_011, product_id: 'INFINIBOX' });
    expect(system['version']).toMatch(/^\d+(\.\d+)+$/);
    const { utc_time } = system['localtime'] as { utc_time: number };
    expect(Math.abs(served.array.now() - utc_time)).toBeLessThan(60_000);
    const [node] = (await get('system/ntp_status?page=1')) as { last_probe_timestamp: number }[];
    expect(node?.last_probe_timestamp).toBeGreaterThanOrEqual(utc_time);
  });

  it('answers one field as an object, and a path as the bare value', async () => {
    expect(await get('system?fields=version')).toEqual({ version: '7.3.10.0' });
    expect(await get('system/name')).toBe('box-7');
    expect(await get('system/capacity/total_virtual_capacity')).toBe(1_000_000_000_000_000);
    expect((await served.request('GET', 'system/name/deeper')).status).toBe(404);
    expect(await get('system/entity_counts')).toMatchObject({ volumes: 0 });
  });

  it('puts an extra object beside the result when the call has include', async () => {
    for (const path of ['volumes?include=pool', 'system?fields=name&include=', 'config/mgmt?include=x']) {
      const response = await fetch(`${served.url}/api/rest/${path}`, {
        headers: { authorization: `Basic ${Buffer.from(`${served.username}:${served.password}`).toString('base64')}` },
      });
      expect(await response.json()).toMatchObject({ error: null, extra: {} });
    }
    expect(await served.request('GET', 'volumes')).not.toHaveProperty('extra');
  });

  it('can be renamed', async () => {
    expect((await served.request('PUT', 'system/name/', 'box-8')).result).toBe('box-8');
    expect(await get('system/name')).toBe('box-8');
  });

  it('has components in the shape that vendor clients crash without', async () => {
    expect(await get('components?fields=rack,nodes,ups,pdus')).toMatchObject({
      rack: 1,
      nodes: [{ fc_ports: [{ id: 1 }] }],
    });
    expect(await get('components/nodes?fields=fc_ports')).toMatchObject([{ fc_ports: [{ wwpn: '5742b0f000000a11' }] }]);
    expect(await get('components/racks/1/nodes')).toHaveLength(1);
    expect(await get('components/racks/1/nodes/1')).toMatchObject({ id: 1, state: 'ACTIVE' });
    for (const path of ['components/racks/2/nodes', 'components/racks/1/nodes/2'])
      expect((await served.request('GET', path)).status).toBe(404);
  });

  it('tells its settings by group and by key', async () => {
    expect(await get('config/mgmt/system.model_short_name')).toBe('F6240');
    expect(await get('config')).toHaveProperty('limits');
    expect(await get('config/limits?fields=nas.max_filesystems_in_system')).toEqual({
      'nas.max_filesystems_in_system': 4000,
    });
    expect(await get('config/mgmt')).toEqual({ 'system.model_short_name': 'F6240' });
    for (const [path, status] of [
      ['config/nothing', 404],
      ['config/mgmt/nothing', 404],
      ['config/mgmt?fields=nothing', 400],
    ] as const)
      expect((await served.request('GET', path)).status).toBe(status);
  });

  it('has a network space per service, with its own serial in the iSCSI name', async () => {
    expect(await get('network/spaces?service=eq:ISCSI_SERVICE&name=eq:iscsi')).toMatchObject([
      { properties: { iscsi_iqn: 'iqn.2009-11.com.infinidat:storage:infinibox-sn-20011' } },
    ]);
    expect(await get('network/spaces/1')).toMatchObject({ service: 'NAS_SERVICE', ips: [{ enabled: true }] });
    expect((await served.request('GET', 'network/spaces/9')).error?.code).toBe('NETWORK_SPACE_NOT_FOUND');
  });

  it('finds objects of every type by a part of their name', async () => {
    const id = served.array.addVolume({ name: 'ora_data01', sizeBytes: 1 });
    served.array.map(id, 'ora-host');
    await served.request('POST', 'cgs', { name: 'ORA-group', pool_id: 1001 });
    const found = (await get('search?query=ora')) as { type: string; properties: { name: string } }[];
    expect(found.map(({ type, properties }) => [type, properties.name])).toEqual([
      ['volume', 'ora_data01'],
      ['host', 'ora-host'],
      ['cg', 'ORA-group'],
    ]);
    expect(await get('search?query=ora&type=volume')).toMatchObject([{ id, type: 'volume' }]);
    expect((await served.request('GET', 'search')).status).toBe(400);
  });

  it('lists its features whole', async () => {
    const { metadata, result } = await served.request('GET', '_features');
    expect(result).toHaveLength(Number(metadata['number_of_objects']));
  });
});

describe('events', () => {
  it('tell what happened to volumes, newest first when asked so', async () => {
    const id = served.array.addVolume({ name: 'data01', sizeBytes: 1 });
    await served.request('DELETE', `volumes/${id}?approved=true`);
    expect(await get('events?sort=-id&page=1&page_size=1')).toMatchObject([
      { id: 1001, code: 'VOLUME_DELETED', affected_entity_id: String(id), seq_num: 2 },
    ]);
    expect(await get('events?seq_num=ge:2')).toHaveLength(1);
  });

  it('take custom ones with their template filled in', async () => {
    const answer = await served.request('POST', 'events/custom', {
      level: 'INFO',
      description_template: 'backup of {db} done, {db}!',
      visibility: 'CUSTOMER',
      data: [{ name: 'db', type: 'string', value: 'ORCL' }],
    });
    expect(answer.result).toMatchObject({
      code: 'CUSTOM_INFO_EVENT',
      description: 'backup of ORCL done, ORCL!',
      id: 1000,
    });
    expect((await served.request('POST', 'events/custom', { level: 'SHOUT' })).status).toBe(400);
  });

  it('take those of outside tools under their own code', async () => {
    const body = {
      code: 'DDE_INFO_EVENT',
      description_template: 'pod {p}',
      data: [{ name: 'p', type: 'string', value: 7 }],
    };
    expect((await served.request('POST', 'events', body)).result).toMatchObject({
      ...{ code: 'DDE_INFO_EVENT', level: 'INFO', reporter: 'EXTERNAL', description: 'pod 7' },
    });
    expect((await served.request('POST', 'events', {})).status).toBe(400);
  });

  it('tell who logged in', async () => {
    const body = { username: served.username, password: served.password };
    await served.request('POST', 'users/login', body, {});
    expect(await get('events?code=USER_LOGIN_SUCCESS')).toMatchObject([
      { username: 'admin', affected_entity_id: '-2' },
    ]);
  });

  it('are deleted by their time, with approval, and their numbers are not used again', async () => {
    served.array.addVolume({ name: 'data01', sizeBytes: 1 });
    const until = served.array.now();
    expect((await served.request('DELETE', 'events')).error?.code).toBe('BAD_REQUEST');
    expect((await served.request('DELETE', `events?timestamp=le:${until}`)).error?.code).toBe('APPROVAL_REQUIRED');
    expect((await served.request('DELETE', `events?timestamp=le:${until}&approved=true`)).result).toHaveLength(1);
    served.array.addVolume({ name: 'data02', sizeBytes: 1 });
    expect(await get('events')).toMatchObject([{ id: 1001, seq_num: 2 }]);
  });

  it('have types', async () => {
    expect(await get('events/types')).toMatchObject({ visibilities: ['CUSTOMER', 'INFINIDAT'] });
  });
});
