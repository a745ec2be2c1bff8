import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ServedArray, serveArray } from './served-array.js';

let served: ServedArray;
let volume: number;

const codeOf = (answer: { status: number; error: { code: string } | null }) => [answer.status, answer.error?.code];

beforeEach(async () => {
  served = await serveArray();
  volume = served.array.addVolume({ name: 'data01', sizeBytes: 1 });
});

afterEach(() => served.close());

describe('a replica', () => {
  it('shows on its volume, among replicas, and with its link', async () => {
    const id = served.array.replicate(volume, { type: 'SYNC' });
    expect((await served.request('GET', `volumes/${volume}`)).result).toMatchObject({
      ...{ rmr_source: true, rmr_target: false, replica_ids: [id], replication_types: ['SYNC'] },
    });
    const { result } = await served.request('GET', `replicas?local_entity_id=eq:${volume}`);
    expect(result).toMatchObject([
      { id, role: 'SOURCE', state: 'ACTIVE', sync_state: 'SYNCHRONIZED', entity_pairs: [{ local_entity_id: volume }] },
    ]);
    const [replica] = result as { link_id: number }[];
    expect((await served.request('GET', `replicas/${id}`)).result).toEqual(replica);
    expect((await served.request('GET', `links/${replica?.link_id}`)).result).toMatchObject({
      link_state: 'UP',
      remote_system_name: 'box-remote',
    });
    expect((await served.request('GET', 'volumes?replication_types=anyof:ASYNC,SYNC')).result).toHaveLength(1);
  });

  it('has no state on its target, and shares a link with others to the same array', async () => {
    const other = served.array.addFilesystem({ name: 'fs', sizeBytes: 65_536 });
    served.array.replicate(volume, { role: 'TARGET' });
    served.array.replicate(other, { type: 'ACTIVE_ACTIVE' });
    served.array.replicate(other, { remoteSystem: 'box-third' });
    expect((await served.request('GET', 'replicas?role=TARGET')).result).toMatchObject([
      { state: null, rpo_state: 'OK', entity_type: 'VOLUME' },
    ]);
    expect((await served.request('GET', `volumes/${volume}`)).result).toMatchObject({ rmr_target: true });
    expect((await served.request('GET', `filesystems/${other}`)).result).toMatchObject({
      rmr_active_active_peer: true,
      replication_types: ['ACTIVE_ACTIVE', 'ASYNC'],
    });
    expect((await served.request('GET', 'links')).result).toHaveLength(2);
  });

  it('keeps its volume from being deleted, shows on its group, and carries no metadata', async () => {
    const { pool_id } = (await served.request('GET', `volumes/${volume}`)).result as { pool_id: number };
    const { id: group } = (await served.request('POST', 'cgs', { name: 'cg', pool_id })).result as { id: number };
    await served.request('POST', `cgs/${group}/members`, { dataset_id: volume });
    const id = served.array.replicate(volume);
    expect((await served.request('GET', `cgs/${group}`)).result).toMatchObject({
      is_replicated: true,
      replication_types: ['ASYNC'],
    });
    expect(codeOf(await served.request('DELETE', `volumes/${volume}?approved=true`))).toEqual([
      409,
      'VOLUME_IS_REPLICATED',
    ]);
    expect(codeOf(await served.request('PUT', `metadata/${id}`, { k: 'v' }))).toEqual([
      400,
      'METADATA_IS_NOT_SUPPORTED_FOR_ENTITY',
    ]);
    expect(codeOf(await served.request('GET', 'replicas/1'))).toEqual([404, 'REPLICA_NOT_FOUND']);
    expect(codeOf(await served.request('GET', 'links/1'))).toEqual([404, 'LINK_NOT_FOUND']);
  });
});
