import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ServedArray, serveArray } from './served-array.js';

let served: ServedArray;

beforeEach(async () => {
  served = await serveArray();
});

afterEach(() => served.close());

const login = async () => {
  const body = { username: served.username, password: served.password };
  const { headers, status } = await served.request('POST', 'users/login?approved=true', body, {});
  expect(status).toBe(200);
  return (headers.get('set-cookie') ?? '').split(';')[0] ?? '';
};
const statusWith = async (headers: Record<string, string>) =>
  (await served.request('GET', 'system', undefined, headers)).status;

describe('a session', () => {
  it('begins with a cookie that is not for https alone, and ends with the logout', async () => {
    const answer = await served.request('POST', 'users/login', { username: 'admin', password: served.password }, {});
    expect(answer.result).toMatchObject({ name: 'admin', roles: ['ADMIN'], user_objects: [{ id: -2 }] });
    expect(answer.headers.get('set-cookie')).toMatch(/^JSESSIONID=[^;]+; Path=\/; HttpOnly$/);
    const cookie = await login();
    expect(await statusWith({ cookie: `other=1; ${cookie}` })).toBe(200);
    expect((await served.request('POST', 'users/logout', {}, { cookie })).result).toEqual({});
    expect(await statusWith({ cookie })).toBe(401);
  });

  it('belongs to the one who holds the cookie', async () => {
    await login();
    expect(await statusWith({})).toBe(401);
    expect(await statusWith({ cookie: 'JSESSIONID=guessed' })).toBe(401);
  });

  it('ends when idle for too long by the clock of the array, or when told to', async () => {
    const cookie = await login();
    served.array.skewClock(29 * 60_000);
    expect(await statusWith({ cookie })).toBe(200);
    served.array.skewClock(29 * 60_000);
    expect(await statusWith({ cookie })).toBe(200);
    served.array.skewClock(31 * 60_000);
    expect(await statusWith({ cookie })).toBe(401);
    const fresh = await login();
    served.array.expireSessions();
    expect(await statusWith({ cookie: fresh })).toBe(401);
    expect(await statusWith({ cookie: await login() })).toBe(200);
  });

  it('is refused for a wrong password', async () => {
    const wrong = { username: 'admin', password: 'wrong' };
    expect((await served.request('POST', 'users/login', wrong, {})).status).toBe(401);
    expect((await served.request('POST', 'users/login', {}, {})).status).toBe(400);
  });
});

describe('a user', () => {
  it('with a read-only role reads but changes nothing', async () => {
    served.array.addUser({ name: 'viewer', password: 'viewer-secret', role: 'READ_ONLY' });
    const headers = { authorization: `Basic ${Buffer.from('viewer:viewer-secret').toString('base64')}` };
    const volume = served.array.addVolume({ name: 'data01', sizeBytes: 1 });
    expect(await statusWith(headers)).toBe(200);
    const made = await served.request('POST', 'volumes', { parent_id: volume, name: 's' }, headers);
    expect(made.error).toMatchObject({ code: 'USER_NOT_PERMITTED' });
    expect((await served.request('POST', 'users/logout', {}, headers)).status).toBe(200);
    expect((await served.request('GET', 'nothing', undefined, headers)).status).toBe(404);
  });

  it('who administers pools changes what lies in his own, and nothing else', async () => {
    const [mine, theirs] = ['mine', 'theirs'].map((name) => served.array.addPool({ name })) as [number, number];
    const volumes = [mine, theirs].map((poolId) =>
      served.array.addVolume({ name: `v${poolId}`, sizeBytes: 1, poolId }),
    ) as [number, number];
    served.array.addUser({ name: 'owner', password: 'not-a-password', role: 'POOL_ADMIN' });
    const [owner] = (await served.request('GET', 'users?name=owner')).result as { id: number }[];
    await served.request('PUT', `pools/${mine}`, { owners: [owner?.id] });
    const headers = { authorization: `Basic ${Buffer.from('owner:not-a-password').toString('base64')}` };
    const statusOf = async (method: string, path: string, body?: unknown) =>
      (await served.request(method, path, body, headers)).status;

    expect(await statusOf('POST', 'volumes', { parent_id: volumes[0], name: 's1' })).toBe(201);
    expect(await statusOf('PUT', `metadata/${volumes[0]}`, { k: 'v' })).toBe(200);
    expect(await statusOf('POST', 'hosts', { name: 'h1' })).toBe(201);
    expect(await statusOf('GET', `volumes/${volumes[1]}`)).toBe(200);
    expect(await statusOf('POST', 'volumes', { parent_id: volumes[1], name: 's2' })).toBe(403);
    const entities = volumes.map((id) => ({ id }));
    expect(await statusOf('POST', 'volumes/group_snapshot', { entities, snap_prefix: 'g_' })).toBe(403);
    expect(await statusOf('POST', 'volumes', { name: 'm', pool_id: theirs, size: 1 })).toBe(403);
    expect(await statusOf('POST', `volumes/${volumes[1]}/restore?approved=true`, 5)).toBe(403);
    expect(await statusOf('DELETE', `pools/${theirs}?approved=true`)).toBe(403);
  });

  it('is listed without a password', async () => {
    const { result } = await served.request('GET', 'users?name=eq:admin');
    expect(result).toMatchObject([{ id: -2, role: 'ADMIN', type: 'Local' }]);
    expect(JSON.stringify(result)).not.toContain(served.password);
    expect((await served.request('GET', 'users/-2')).result).toMatchObject({ name: 'admin' });
    expect((await served.request('GET', 'users/5')).status).toBe(404);
  });

  it('may have a password with a colon', async () => {
    served.array.addUser({ name: 'colon', password: 'a:b:c', role: 'ADMIN' });
    expect(await statusWith({ authorization: `Basic ${Buffer.from('colon:a:b:c').toString('base64')}` })).toBe(200);
  });
});
