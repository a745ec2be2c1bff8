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
    expect(await get('config/mgmt/system.model_short_name')).toBe('F6240');
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

  it('have types', async () => {
    expect(await get('events/types')).toMatchObject({ visibilities: ['CUSTOMER', 'INFINIDAT'] });
  });
});
