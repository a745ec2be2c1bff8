import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ServedArray, serveArray } from './served-array.js';

/** Objects to be refused with. */
interface Scene {
  readonly pool: number;
  readonly volume: number;
  readonly snapshot: number;
  readonly locked: number;
  readonly filesystem: number;
  readonly group: number;
  readonly empty: number;
  readonly host: number;
  readonly cluster: number;
  readonly exported: number;
}

let served: ServedArray;
let scene: Scene;

const idOf = (answer: { result: unknown }) => (answer.result as { id: number }).id;

beforeEach(async () => {
  served = await serveArray();
  const { array } = served;
  const create = async (path: string, body: object) => idOf(await served.request('POST', path, body));
  const pool = array.addPool({ name: 'pool1' });
  const volume = array.addVolume({ name: 'v1', sizeBytes: 1 });
  const grouped = array.addVolume({ name: 'v2', sizeBytes: 1 });
  const snapshot = array.addSnapshot({ parentId: volume, name: 's1', createdAt: new Date(0) });
  const locked = array.addSnapshot({ parentId: grouped, name: 's2', createdAt: new Date(0) });
  array.lock(locked, new Date(array.now() + 3_600_000));
  const filesystem = array.addFilesystem({ name: 'f1', sizeBytes: 1 });
  const group = await create('cgs', { name: 'cg1', pool_id: pool });
  await served.request('POST', `cgs/${group}/members`, { dataset_id: grouped });
  await create('cgs', { name: 'sg1', parent_id: group, snap_prefix: 'p_' });
  const empty = await create('cgs', { name: 'cg2', pool_id: pool });
  const host = await create('hosts', { name: 'h1' });
  await served.request('POST', `hosts/${host}/ports`, { type: 'fc', address: '0001020304050607' });
  const cluster = await create('clusters', { name: 'c1' });
  const exported = await create('exports', { filesystem_id: filesystem, export_path: '/f1' });
  scene = { pool, volume, snapshot, locked, filesystem, group, empty, host, cluster, exported };
});

afterEach(() => served.close());

type Case = [status: number, code: string, call: (scene: Scene) => readonly [string, string, unknown?]];

const cases: Case[] = [
  [400, 'BAD_REQUEST', () => ['GET', 'volumes?evilmonkey=true']],
  [400, 'BAD_REQUEST', ({ pool }) => ['POST', 'volumes', { name: 'x', pool_id: pool }]],
  [400, 'CG_IS_EMPTY', ({ empty }) => ['POST', 'cgs', { parent_id: empty, name: 'x' }]],
  [400, 'METADATA_IS_NOT_SUPPORTED_FOR_ENTITY', ({ exported }) => ['DELETE', `metadata/${exported}?approved=true`]],
  [403, 'APPROVAL_REQUIRED', ({ snapshot }) => ['DELETE', `volumes/${snapshot}`]],
  [403, 'APPROVAL_REQUIRED', ({ volume, snapshot }) => ['POST', `volumes/${volume}/restore`, snapshot]],
  [403, 'APPROVAL_REQUIRED_VOLUME_HAS_CHILDREN', ({ volume }) => ['DELETE', `volumes/${volume}`]],
  [403, 'VOLUME_IS_LOCKED', ({ locked }) => ['DELETE', `volumes/${locked}?approved=true`]],
  [
    403,
    'LOCK_CANNOT_BE_SHORTENED',
    ({ locked }) => ['PUT', `volumes/${locked}?approved=true`, { lock_expires_at: served.array.now() + 60_000 }],
  ],
  [404, 'PATH_NOT_FOUND', ({ volume }) => ['GET', `volumes/${volume}/bla`]],
  [404, 'OBJECT_NOT_FOUND', () => ['GET', 'volumes/name']],
  [404, 'OBJECT_NOT_FOUND', () => ['GET', 'metadata/9']],
  [404, 'METADATA_NOT_FOUND', ({ volume }) => ['GET', `metadata/${volume}/absent`]],
  [404, 'VOLUME_NOT_FOUND', () => ['GET', 'volumes/9']],
  [404, 'FILESYSTEM_NOT_FOUND', () => ['GET', 'filesystems/9']],
  [404, 'DATASET_NOT_FOUND', ({ group }) => ['POST', `cgs/${group}/members`, { dataset_id: 9 }]],
  [404, 'CG_NOT_FOUND', () => ['GET', 'cgs/9']],
  [404, 'CG_MEMBER_NOT_FOUND', ({ group }) => ['DELETE', `cgs/${group}/members/9?approved=true`]],
  [404, 'POOL_NOT_FOUND', () => ['GET', 'pools/9']],
  [404, 'HOST_NOT_FOUND', () => ['GET', 'hosts/9']],
  [404, 'PORT_NOT_FOUND', ({ host }) => ['DELETE', `hosts/${host}/ports/fc/77`]],
  [404, 'LUN_NOT_FOUND', ({ host }) => ['DELETE', `hosts/${host}/luns/lun/9?approved=true`]],
  [404, 'HOST_CLUSTER_NOT_FOUND', () => ['GET', 'clusters/9']],
  [404, 'EXPORT_NOT_FOUND', () => ['GET', 'exports/9']],
  [404, 'REPLICA_NOT_FOUND', () => ['GET', 'replicas/9']],
  [404, 'LINK_NOT_FOUND', () => ['GET', 'links/9']],
  [404, 'SNAPSHOT_POLICY_NOT_FOUND', () => ['GET', 'snapshot_policies/9']],
  [404, 'NETWORK_SPACE_NOT_FOUND', () => ['GET', 'network/spaces/9']],
  [404, 'USER_NOT_FOUND', () => ['GET', 'users/9']],
  [404, 'USER_NOT_FOUND', () => ['DELETE', 'users/9']],
  [403, 'USER_IS_BUILT_IN', () => ['DELETE', 'users/-2']],
  [409, 'USER_NAME_CONFLICT', () => ['POST', 'users', { name: 'admin', password: 'not-a-password', role: 'ADMIN' }]],
  [404, 'TREEQ_ID_DOES_NOT_EXIST', ({ filesystem }) => ['DELETE', `filesystems/${filesystem}/treeqs/9`]],
  [404, 'FILESYSTEM_NOT_FOUND', () => ['GET', 'filesystems/9/treeqs']],
  [403, 'VOLUME_IS_LOCKED', ({ locked }) => ['POST', `volumes/${locked}/promote`]],
  [400, 'BAD_REQUEST', ({ volume }) => ['POST', `volumes/${volume}/promote`]],
  [404, 'LINK_NOT_FOUND', () => ['GET', 'remote/9/api/rest/replicas/9']],
  [404, 'RACK_NOT_FOUND', () => ['GET', 'components/racks/9/nodes']],
  [404, 'NODE_NOT_FOUND', () => ['GET', 'components/racks/1/nodes/9']],
  [404, 'CONFIG_NOT_FOUND', () => ['GET', 'config/nothing']],
  [404, 'SYSTEM_FIELD_NOT_FOUND', () => ['GET', 'system/nothing']],
  [409, 'VOLUME_NAME_CONFLICT', ({ volume }) => ['POST', 'volumes', { parent_id: volume, name: 's1' }]],
  [409, 'FILESYSTEM_NAME_CONFLICT', ({ filesystem }) => ['POST', 'filesystems', { parent_id: filesystem, name: 'f1' }]],
  [409, 'CG_NAME_CONFLICT', ({ pool }) => ['POST', 'cgs', { name: 'cg1', pool_id: pool }]],
  [409, 'POOL_NAME_CONFLICT', ({ pool }) => ['PUT', `pools/${pool}`, { name: 'pool2' }]],
  [409, 'HOST_NAME_CONFLICT', () => ['POST', 'hosts', { name: 'h1' }]],
  [409, 'HOST_CLUSTER_NAME_CONFLICT', () => ['POST', 'clusters', { name: 'c1' }]],
  [
    409,
    'EXPORT_PATH_CONFLICT',
    ({ filesystem }) => ['POST', 'exports', { filesystem_id: filesystem, export_path: '/f1' }],
  ],
  [409, 'DATASET_ALREADY_IN_CG', ({ empty }) => ['POST', `cgs/${empty}/members`, { dataset_id: scene.volume + 1 }]],
  [409, 'CG_HAS_CHILDREN', ({ group }) => ['DELETE', `cgs/${group}?approved=true`]],
  [409, 'POOL_NOT_EMPTY', ({ pool }) => ['DELETE', `pools/${pool}?approved=true`]],
  [409, 'FILESYSTEM_IS_EXPORTED', ({ filesystem }) => ['DELETE', `filesystems/${filesystem}?approved=true`]],
  [
    409,
    'PORT_ALREADY_BELONGS_TO_HOST',
    ({ host }) => ['POST', `hosts/${host}/ports`, { type: 'fc', address: '0001020304050607' }],
  ],
];

describe('the array refuses with', () => {
  it.each(cases)('%i %s', async (status, code, call) => {
    served.array.addPool({ name: 'pool2' });
    const [method, path, body] = call(scene);
    const answer = await served.request(method, path, body);
    expect([answer.status, answer.error?.code, answer.result]).toEqual([status, code, null]);
    expect(answer.error?.message).not.toBe('');
  });
});
