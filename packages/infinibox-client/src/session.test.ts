import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { createInfiniboxClient } from './client.js';
import {
  type ArrayServer,
  account,
  connect,
  failure,
  failureOf,
  type Reply,
  type SeenRequest,
  serve,
  success,
} from './fixtures/array-server.test.fixture.js';
import { simulate } from './fixtures/simulated-array.test.fixture.js';

const system = success({ name: 'box', serial_number: 20040, version: '7.3.1.0' });
const authentication = 'session';

/** A login that gives the cookie `SID=ticket-<number>`. */
const ticket = (number: number): Reply => ({
  json: { result: { name: 'backup' }, error: null, metadata: {} },
  headers: { 'set-cookie': `SID=ticket-${number}; Path=/; HttpOnly` },
});

/** An array that gives a new ticket with each login and honours those that `isValid` says. */
const withSessions = async (
  isValid: (cookie: string, logins: number) => boolean = () => true,
  answer: (request: SeenRequest) => Reply = () => system,
): Promise<ArrayServer> => {
  let logins = 0;
  return serve((request) => {
    if (request.url === '/api/rest/users/login') {
      logins += 1;
      return ticket(logins);
    }
    const { cookie } = request;
    return cookie !== undefined && isValid(cookie, logins) ? answer(request) : failure(401, 'UNAUTHORIZED');
  });
};

const asked = ({ seen }: ArrayServer) => seen.map(({ method, url, cookie }) => `${method} ${url} ${cookie ?? '-'}`);

test('logs in once, for calls that come together too, and sends the cookie instead of the credentials', async () => {
  const server = await withSessions();
  const client = connect(server, { authentication });
  await Promise.all([client.system.get(), client.system.get(), client.system.get()]);
  expect(asked(server)).toEqual([
    'POST /api/rest/users/login -',
    ...Array(3).fill('GET /api/rest/system SID=ticket-1'),
  ]);
  expect(server.seen[0]?.body).toEqual(account);
  expect(server.seen.every(({ authorization }) => authorization === undefined)).toBe(true);
});

test('logs in again when the array ended the session, and repeats what was refused for it, writes too', async () => {
  const server = await withSessions((cookie, logins) => logins === 2 && cookie === 'SID=ticket-2');
  await connect(server, { authentication }).metadata.write(7, { a: 'b' });
  expect(asked(server)).toEqual([
    'POST /api/rest/users/login -',
    'PUT /api/rest/metadata/7 SID=ticket-1',
    'POST /api/rest/users/login -',
    'PUT /api/rest/metadata/7 SID=ticket-2',
  ]);
});

test('logs in again only once for calls that were refused together', async () => {
  const server = await withSessions((cookie) => cookie !== 'SID=ticket-1');
  const client = connect(server, { authentication });
  await client.users.login();
  await Promise.all([client.system.get(), client.system.get()]);
  expect(asked(server).filter((call) => call.includes('login'))).toHaveLength(2);
});

test('gives up when a fresh session is refused', async () => {
  const server = await withSessions(() => false);
  expect(await failureOf(connect(server, { authentication }).system.get())).toMatchObject({
    status: 401,
    method: 'GET',
  });
  expect(server.seen).toHaveLength(4);
});

test.each([
  // What the array says about a password is not repeated: see wire.ts.
  [401, 'UNAUTHORIZED'],
  [403, 'UNAUTHORIZED, refused'],
])('reports a %i as a refusal of the login, also of a write', async (status, said) => {
  const server = await serve(() => failure(status, 'UNAUTHORIZED'));
  const client = connect(server, { authentication });
  expect(await failureOf(client.volumes.snapshot({ parent_id: 1, name: 'a' }))).toMatchObject({
    message: `POST /api/rest/users/login: answered ${status}: ${said}`,
    outcome: 'refused',
    hint: 'Check user name and password.',
  });
  expect(server.seen).toHaveLength(1);
});

test('changes nothing when a login breaks', async () => {
  const server = await serve(() => 'reset');
  const client = connect(server, { authentication });
  expect(await failureOf(client.volumes.snapshot({ parent_id: 1, name: 'a' }))).toMatchObject({
    path: '/api/rest/users/login',
    outcome: 'refused',
  });
});

test('does not take a login without cookie for one', async () => {
  for (const headers of [{}, { 'set-cookie': '' }]) {
    const server = await serve(() => ({
      json: { result: {}, error: null },
      headers: headers as Record<string, string>,
    }));
    expect(await failureOf(connect(server, { authentication }).system.get())).toMatchObject({
      code: 'INFINIBOX_DECODE',
      issues: ['expected a cookie'],
    });
  }
});

test('lets a call that waits for the login of a cancelled one log in by itself', async () => {
  const server = await serve(({ url }, number) => (number === 1 ? 'hang' : url.endsWith('login') ? ticket(2) : system));
  const client = connect(server, { authentication });
  const leaving = new AbortController();
  const left = failureOf(client.system.get({ signal: leaving.signal }));
  await server.request(1);
  const staying = client.system.get();
  leaving.abort(new Error('left'));
  expect(await left).toMatchObject({ message: expect.stringContaining('left'), outcome: 'refused' });
  await expect(staying).resolves.toMatchObject({ name: 'box' });
});

test('stops waiting for a login as soon as the call is cancelled', async () => {
  const server = await serve(() => 'hang');
  const client = connect(server, { authentication });
  const first = new AbortController();
  const second = new AbortController();
  const beginning = failureOf(client.system.get({ signal: first.signal }));
  await server.request(1);
  const waiting = failureOf(client.volumes.snapshot({ parent_id: 1, name: 'a' }, { signal: second.signal }));
  second.abort(new Error('stopped'));
  expect(await waiting).toMatchObject({ requestSent: false, outcome: 'refused' });
  first.abort();
  await beginning;
});

test('logs in and out when asked, and out when it is closed', async () => {
  const server = await withSessions(undefined, () => success({}));
  const client = connect(server, { authentication });
  await client.users.login();
  await client.users.logout();
  await client.users.logout();
  await client.users.login();
  await client.close();
  expect(asked(server)).toEqual([
    'POST /api/rest/users/login -',
    'POST /api/rest/users/logout SID=ticket-1',
    'POST /api/rest/users/login -',
    'POST /api/rest/users/logout SID=ticket-2',
  ]);
});

test('closes although the session cannot be ended', async () => {
  for (const reply of ['reset', failure(401, 'UNAUTHORIZED')] as const) {
    const server = await withSessions(undefined, () => reply);
    const client = connect(server, { authentication });
    await client.users.login();
    await client.close();
    expect(server.seen).toHaveLength(2);
  }
});

test('refuses to log in where it works without sessions', async () => {
  const server = await serve(() => system);
  expect(await failureOf(connect(server).users.login())).toMatchObject({
    code: 'INFINIBOX_INPUT',
    message: "login: needs authentication: 'session'",
  });
  await connect(server).users.logout();
  expect(server.seen).toEqual([]);
});

test('shows neither cookie nor password in errors', async () => {
  const server = await withSessions(undefined, ({ cookie }) => ({
    text: `you sent ${cookie} of ${account.password}`,
  }));
  const error = await failureOf(connect(server, { authentication }).system.get());
  const printed = inspect(error, { depth: Infinity, showHidden: true });
  expect(printed).toContain('you sent SID=***');
  expect(printed).not.toContain('ticket-1');
  expect(printed).not.toContain(account.password);
});

test('works with an array whose sessions expire', async () => {
  const simulation = await simulate();
  const { system: reading, users } = connect(simulation, { authentication });
  await reading.get();
  simulation.array.expireSessions();
  await expect(users.own()).resolves.toMatchObject({ name: account.username, role: 'ADMIN' });
  expect(simulation.calls()).toEqual([
    'POST /api/rest/users/login 200',
    'GET /api/rest/system 200',
    'GET /api/rest/users 401',
    'POST /api/rest/users/login 200',
    'GET /api/rest/users 200',
  ]);
});

test('does not even log in for a call that is cancelled beforehand', async () => {
  const server = await withSessions();
  const client = connect(server, { authentication });
  expect(await failureOf(client.system.get({ signal: AbortSignal.abort(new Error('SIGTERM')) }))).toMatchObject({
    message: 'POST /api/rest/users/login: SIGTERM',
    requestSent: false,
  });
  expect(server.seen).toEqual([]);
});

test('does not hide a bug of the observer when it is closed', async () => {
  const server = await withSessions();
  const bug = new RangeError('a bug');
  const client = createInfiniboxClient({
    url: server.url,
    ...account,
    authentication,
    onRequest: ({ path }) => {
      if (path.endsWith('logout')) throw bug;
    },
  });
  await client.users.login();
  expect(await failureOf(client.close())).toBe(bug);
  expect(await failureOf(client.system.get())).toMatchObject({ requestSent: false });
});
