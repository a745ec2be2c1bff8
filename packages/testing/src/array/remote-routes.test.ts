import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ServedArray, serveArray } from './served-array.js';

let served: ServedArray;
let path: string;
let headers: Record<string, string>;

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

beforeEach(async () => {
  served = await serveArray();
  headers = { authorization: basic(`${served.username}:${served.password}`) };
  const volume = served.array.addVolume({ name: 'data01', sizeBytes: 1 });
  served.array.replicate(volume);
  const [replica] = (await served.request('GET', 'replicas')).result as {
    link_id: number;
    remote_replica_id: number;
  }[];
  path = `remote/${replica?.link_id}/api/rest/replicas/${replica?.remote_replica_id}`;
});

afterEach(() => served.close());

describe('a call for the array behind a link', () => {
  it.each(['GET', 'POST', 'PUT', 'DELETE'])('with %s needs credentials for over there', async (method) => {
    const { status, error } = await served.request(method, path, method === 'GET' ? undefined : {}, headers);
    expect([status, error?.code]).toEqual([403, 'REMOTE_PERMISSION_REQUIRED']);
    expect(error).toMatchObject({ is_remote: false });
  });

  it.each([basic('admin:remote-fake'), `Basic 20041=${Buffer.from('admin:remote-fake').toString('base64')}`])(
    'finds nothing there with %s',
    async (authorization) => {
      const all = { ...headers, 'X-Remote-Authorization': authorization };
      const { status, error } = await served.request('GET', path, undefined, all);
      expect([status, error?.code]).toEqual([404, 'PATH_NOT_FOUND']);
      expect(error).toMatchObject({ is_remote: true });
    },
  );

  it('needs credentials for this array first', async () => {
    const remoteOnly = { 'X-Remote-Authorization': basic('admin:remote-fake') };
    expect((await served.request('GET', path, undefined, remoteOnly)).status).toBe(401);
  });

  it('asks nothing more of what stays on this array', async () => {
    expect((await served.request('GET', 'replicas')).status).toBe(200);
    expect((await served.request('GET', 'remote')).status).toBe(404);
  });
});
