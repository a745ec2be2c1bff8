import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ServedArray, serveArray } from './served-array.js';

interface Account {
  readonly id: number;
  readonly name: string;
  readonly role: string;
}

let served: ServedArray;
let volume: number;

beforeEach(async () => {
  served = await serveArray();
  volume = served.array.addVolume({ name: 'data01', sizeBytes: 1 });
});

afterEach(() => served.close());

const viewer = { name: 'viewer', password: 'viewer-fake', role: 'ReadOnly', email: 'viewer@example.invalid' };
const create = async (more: object = {}): Promise<Account> => {
  const answer = await served.request('POST', 'users', { ...viewer, ...more });
  expect([answer.status, answer.error]).toEqual([201, null]);
  return answer.result as Account;
};
const basic = (name: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
});
const login = async (username: string, password: string): Promise<{ cookie: string }> => {
  const answer = await served.request('POST', 'users/login', { username, password }, {});
  expect(answer.status).toBe(200);
  return { cookie: (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
};
const snapshotAs = async (headers: Record<string, string>) => {
  const answer = await served.request('POST', 'volumes', { parent_id: volume, name: 's1' }, headers);
  return [answer.status, answer.error?.code];
};

describe('an account made over REST', () => {
  it('is shown whole, but for its password', async () => {
    const made = await create();
    expect(made).toEqual({
      ...{ id: made.id, name: 'viewer', email: 'viewer@example.invalid', type: 'Local', enabled: true },
      ...{ role: 'READ_ONLY', roles: ['READ_ONLY'], password_digest_version: 3, is_digest_sufficient: true },
    });
    expect((await served.request('GET', 'users?name=eq:viewer&page=1&page_size=1')).result).toEqual([made]);
    expect((await served.request('GET', 'users?role=eq:READ_ONLY&sort=-name')).result).toEqual([made]);
    expect(JSON.stringify(served.journal.entries)).not.toContain(viewer.password);
  });

  it.each([
    ['ReadOnly', 'READ_ONLY'],
    ['PoolAdmin', 'POOL_ADMIN'],
    ['POOL_ADMIN', 'POOL_ADMIN'],
    ['admin', 'ADMIN'],
    ['Technician', 'TECHNICIAN'],
    ['INFINIDAT', 'INFINIDAT'],
  ])('as %s is %s', async (role, shown) => {
    expect(await create({ role })).toMatchObject({ role: shown, roles: [shown] });
  });

  it('needs a name, a password and a role that there is', async () => {
    for (const missing of ['name', 'password', 'role']) {
      const answer = await served.request('POST', 'users', { ...viewer, [missing]: undefined });
      expect([answer.status, answer.error?.code]).toEqual([400, 'BAD_REQUEST']);
      expect(answer.error?.message).toContain(missing);
    }
    const answer = await served.request('POST', 'users', { ...viewer, role: 'Emperor' });
    expect([answer.status, answer.error?.message]).toEqual([400, "role: 'Emperor' is no role"]);
  });

  it('has a name of its own, and is one of fifty at most', async () => {
    const { id } = await create();
    expect((await served.request('POST', 'users', viewer)).error?.code).toBe('USER_NAME_CONFLICT');
    expect((await served.request('PUT', `users/${id}`, { name: 'admin' })).status).toBe(409);
    for (let count = 3; count <= 50; count += 1) await create({ name: `user-${count}` });
    const answer = await served.request('POST', 'users', { ...viewer, name: 'user-51' });
    expect([answer.status, answer.error?.code]).toEqual([409, 'USER_LIMIT_EXCEEDED']);
  });

  it('as ReadOnly logs in, reads, and is refused a snapshot and a restore', async () => {
    await create();
    const session = await login('viewer', viewer.password);
    expect((await served.request('GET', `volumes/${volume}`, undefined, session)).status).toBe(200);
    expect(await snapshotAs(session)).toEqual([403, 'USER_NOT_PERMITTED']);
    expect(await snapshotAs(basic('viewer', viewer.password))).toEqual([403, 'USER_NOT_PERMITTED']);
    const restore = await served.request('POST', `volumes/${volume}/restore?approved=true`, 5, session);
    expect(restore.error?.code).toBe('USER_NOT_PERMITTED');
  });

  it('as PoolAdmin works in the pools that he owns, and has no say over accounts', async () => {
    const owner = await create({ role: 'PoolAdmin' });
    const session = await login('viewer', viewer.password);
    expect(await snapshotAs(session)).toEqual([403, 'USER_NOT_PERMITTED']);
    await served.request('PUT', 'pools/1001', { owners: [owner.id] });
    expect(await snapshotAs(session)).toEqual([201, undefined]);
    const path = `users/${owner.id}`;
    for (const [method, target, body] of [
      ['POST', 'users', { ...viewer, name: 'friend', role: 'ADMIN' }],
      ['PUT', path, { role: 'ADMIN' }],
      ['DELETE', path, undefined],
    ] as const) {
      const answer = await served.request(method, target, body, session);
      expect([answer.status, answer.error?.code]).toEqual([403, 'USER_NOT_PERMITTED']);
    }
  });

  it('as Technician only reads, as an Infinidat engineer does everything', async () => {
    await create({ role: 'Technician' });
    await create({ role: 'Infinidat', name: 'engineer' });
    expect(await snapshotAs(basic('viewer', viewer.password))).toEqual([403, 'USER_NOT_PERMITTED']);
    expect(await snapshotAs(basic('engineer', viewer.password))).toEqual([201, undefined]);
  });

  it('is changed field by field, and a session feels it at once', async () => {
    const { id } = await create();
    const session = await login('viewer', viewer.password);
    const change = (body: object) => served.request('PUT', `users/${id}?approved=true`, body);
    expect((await change({ email: 'other@example.invalid' })).result).toMatchObject({ id, name: 'viewer' });
    expect((await change({ roles: ['Admin'] })).result).toMatchObject({
      role: 'ADMIN',
      email: 'other@example.invalid',
    });
    expect(await snapshotAs(session)).toEqual([201, undefined]);
    expect((await change({ role: 'READ_ONLY', name: 'watcher', password: 'other-fake' })).status).toBe(200);
    expect((await change({ type: 'Ldap' })).status).toBe(400);
    expect(await snapshotAs(session)).toEqual([403, 'USER_NOT_PERMITTED']);
    await login('watcher', 'other-fake');
    expect(await snapshotAs(basic('viewer', viewer.password))).toEqual([401, 'UNAUTHORIZED']);
  });

  it('gets nowhere while it is disabled', async () => {
    const { id } = await create();
    const session = await login('viewer', viewer.password);
    await served.request('PUT', `users/${id}`, { enabled: false });
    expect((await served.request('GET', 'system', undefined, session)).status).toBe(401);
    expect((await served.request('GET', 'system', undefined, basic('viewer', viewer.password))).status).toBe(401);
    await served.request('PUT', `users/${id}`, { enabled: true });
    expect((await served.request('GET', 'system', undefined, session)).status).toBe(200);
  });

  it('once deleted takes its sessions and its pools along', async () => {
    const { id } = await create({ role: 'PoolAdmin' });
    await served.request('PUT', 'pools/1001', { owners: [id] });
    served.array.addPool({ name: 'pool2' });
    const session = await login('viewer', viewer.password);
    expect((await served.request('DELETE', `users/${id}?approved=true`)).result).toMatchObject({ id, name: 'viewer' });
    expect((await served.request('GET', `users/${id}?fields=id`)).status).toBe(404);
    expect((await served.request('GET', 'system', undefined, session)).status).toBe(401);
    expect((await served.request('GET', 'pools/1001')).result).toMatchObject({ owners: [] });
    await create();
  });
});
