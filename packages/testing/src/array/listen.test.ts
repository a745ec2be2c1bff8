import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../clock.js';
import { type ServedArray, serveArray } from './served-array.js';

let served: ServedArray;

beforeEach(async () => {
  served = await serveArray();
});

afterEach(() => served.close());

const basic = () => `Basic ${Buffer.from(`${served.username}:${served.password}`).toString('base64')}`;

const get = (path: string, headers: Record<string, string> = { authorization: basic() }) =>
  fetch(`${served.url}${path}`, { headers });

describe('the served array', () => {
  it.each([
    '/api/rest/volumes?name=data01',
    '/api/rest/volumes/?name=data01',
    '//api//rest///volumes?name=eq%3Adata01',
    '/api/rest/volumes//?name=eq:data01',
  ])('answers GET %s', async (path) => {
    const id = served.array.addVolume({ name: 'data01', sizeBytes: 4096 });
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-infinidat-version')).toMatch(/^7\./);
    expect(await response.json()).toMatchObject({
      result: [{ id, name: 'data01' }],
      metadata: { ready: true, number_of_objects: 1, page_size: 50, pages_total: 1, page: 1 },
      error: null,
    });
  });

  it.each(['/api/rest/nothing', '/api/rest/volumes/1/nothing', '/elsewhere', '/'])(
    'answers GET %s with the error envelope and 404',
    async (path) => {
      const response = await get(path);
      expect(response.status).toBe(404);
      expect(await response.json()).toEqual({
        result: null,
        metadata: { ready: true },
        error: {
          code: 'PATH_NOT_FOUND',
          message: `PATH 'GET ${path}' not found`,
          reasons: [],
          severity: 'ERROR',
          is_remote: false,
          data: null,
        },
      });
    },
  );

  it('asks a stranger for credentials, for an unknown path too', async () => {
    for (const path of ['system', 'volumes', 'nothing']) {
      const { status, error } = await served.request('GET', path, undefined, {});
      expect([status, error?.code]).toEqual([401, 'UNAUTHORIZED']);
    }
    expect((await get('/api/rest/system', { authorization: 'Basic bm9ib2R5' })).status).toBe(401);
    expect((await get('/api/rest/system', { authorization: 'Bearer x' })).status).toBe(401);
  });

  it('shows its features to a stranger', async () => {
    const response = await get('/api/rest/_features', {});
    expect(response.status).toBe(200);
    const { result } = (await response.json()) as { result: { name: string }[] };
    expect(result.map(({ name }) => name)).toContain('api_auth_sessions');
  });

  it('refuses a body that is no JSON', async () => {
    const response = await fetch(`${served.url}/api/rest/volumes`, {
      method: 'POST',
      headers: { authorization: basic() },
      body: '{"parent_id":',
    });
    expect(response.status).toBe(400);
  });

  it('records method, path, query and body, but no credentials', async () => {
    await fetch(`${served.url}/api/rest/users/login?approved=true`, {
      method: 'POST',
      headers: { authorization: basic() },
      body: JSON.stringify({ username: served.username, password: served.password }),
    });
    expect(served.journal.entries).toEqual([
      expect.objectContaining({
        side: 'array',
        what: 'POST /api/rest/users/login',
        detail: { query: { approved: 'true' }, body: { username: 'admin' } },
        outcome: '200',
      }),
    ]);
    expect(JSON.stringify(served.journal.entries)).not.toContain(served.password);
  });

  it('keeps a connection alive', async () => {
    const { port, hostname } = new URL(served.url);
    const socket = connect(Number(port), hostname);
    const answers = new Promise<string>((resolve) => {
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString();
        if (text.split('HTTP/1.1 200').length === 3) resolve(text);
      });
    });
    const request = 'GET /api/rest/_features HTTP/1.1\r\nHost: array\r\n\r\n';
    socket.write(request);
    await served.journal.waitFor(({ n, outcome }) => n === 1 && outcome !== undefined);
    socket.write(request);
    expect(await answers).toContain('Connection: keep-alive');
    socket.destroy();
  });

  it('closes although a connection is idle and another is stuck', async () => {
    const own = await serveArray();
    const { port, hostname } = new URL(own.url);
    const idle = connect(Number(port), hostname);
    own.faults.inject({ match: '_features', action: { kind: 'hang', when: 'before' } });
    const stuck = fetch(`${own.url}/api/rest/_features`).catch((error: unknown) => error);
    await own.journal.waitFor(({ what }) => what.includes('_features'));
    await own.close();
    expect(await stuck).toBeInstanceOf(TypeError);
    await own.journal.waitFor(({ outcome }) => outcome === 'no answer');
    idle.destroy();
  });

  it('finishes a running call before it closes', async () => {
    const own = await serveArray();
    own.journal.hold({ match: '_features', when: 'after' });
    const running = fetch(`${own.url}/api/rest/_features`);
    await own.journal.waitFor(({ held }) => held === 'after');
    const closing = own.close();
    own.journal.release('_features');
    expect((await running).status).toBe(200);
    await closing;
  });

  it('adds its latency by the clock, half before and half after the effect', async () => {
    const delays: number[] = [];
    const clock = {
      ...systemClock,
      setTimeout: (callback: () => void, delayMs: number) => {
        delays.push(delayMs);
        return systemClock.setTimeout(callback, 0);
      },
    };
    const slow = await serveArray({ clock, listen: { latencyMs: 5000 } });
    expect((await fetch(`${slow.url}/api/rest/_features`)).status).toBe(200);
    expect(delays).toEqual([2500, 2500]);
    await slow.close();
  });

  it('ends when its client leaves in the middle of a body', async () => {
    const { port, hostname } = new URL(served.url);
    const socket = connect(Number(port), hostname);
    socket.write('POST /api/rest/volumes HTTP/1.1\r\nHost: array\r\nContent-Length: 100\r\n\r\n{"na');
    await new Promise((resolve) => void socket.end(() => resolve(undefined)));
    expect((await get('/api/rest/system')).status).toBe(200);
    expect(served.journal.entries.map(({ what }) => what)).toEqual(['GET /api/rest/system']);
  });

  it('says so when the simulation itself fails', async () => {
    const broken = await serveArray({
      onCall: () => {
        throw new Error('the world is out of joint');
      },
    });
    const response = await fetch(`${broken.url}/api/rest/_features`);
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({
      error: { code: 'SIMULATOR_FAILURE', message: 'Error: the world is out of joint' },
    });
    await broken.close();
  });
});

describe('a fault', () => {
  const post = (name: string) =>
    fetch(`${served.url}/api/rest/volumes`, {
      method: 'POST',
      headers: { authorization: basic() },
      body: JSON.stringify({ parent_id: 1002, name }),
    });
  const isThere = async (name: string) => {
    const { metadata } = await served.request('GET', `volumes?name=${name}`);
    return metadata['number_of_objects'] === 1;
  };

  beforeEach(() => {
    served.array.addVolume({ name: 'data01', sizeBytes: 4096 });
  });

  it('refuses without an effect', async () => {
    served.faults.inject({ match: 'POST', action: { kind: 'refuse', status: 503 } });
    const response = await post('snap');
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ result: null, error: { code: 'INJECTED_FAULT' } });
    expect(await isThere('snap')).toBe(false);
  });

  it.each([
    ['before', false],
    ['after', true],
  ] as const)('cuts the connection %s the effect', async (when, isMade) => {
    served.faults.inject({ match: 'POST', action: { kind: 'reset', when } });
    await expect(post('snap')).rejects.toThrow('fetch failed');
    expect(await isThere('snap')).toBe(isMade);
    expect(served.journal.entries[0]?.outcome).toBe('no answer');
  });

  it.each([
    ['before', false],
    ['after', true],
  ] as const)('never answers, %s the effect', async (when, isMade) => {
    served.faults.inject({ match: 'POST', action: { kind: 'hang', when } });
    const leave = new AbortController();
    const hung = fetch(`${served.url}/api/rest/volumes`, {
      method: 'POST',
      headers: { authorization: basic() },
      body: JSON.stringify({ parent_id: 1002, name: 'snap' }),
      signal: leave.signal,
    });
    await served.journal.waitFor(({ what }) => what.startsWith('POST'));
    leave.abort();
    await expect(hung).rejects.toThrow('aborted');
    await served.journal.waitFor(({ outcome }) => outcome === 'no answer');
    expect(await isThere('snap')).toBe(isMade);
  });

  it('answers something that is no JSON', async () => {
    served.faults.inject({ match: 'GET', action: { kind: 'garbage', body: '<html>maintenance</html>' } });
    const response = await get('/api/rest/system');
    expect([response.status, await response.text()]).toEqual([200, '<html>maintenance</html>']);
  });

  it.each(['before', 'after'] as const)('answers late, with the delay %s the effect', async (when) => {
    served.faults.inject({ match: 'POST', action: { kind: 'delay', when, ms: 1 } });
    expect((await post('snap')).status).toBe(201);
  });

  it('of the database has no place here', async () => {
    served.faults.inject({ match: 'POST', action: { kind: 'die', when: 'after' } });
    expect((await post('snap')).status).toBe(500);
    expect(served.journal.entries[0]?.outcome).toContain('belongs to the database');
  });
});

describe('a hold', () => {
  it('lets an effect come to pass although the client has left', async () => {
    const parent_id = served.array.addVolume({ name: 'data01', sizeBytes: 4096 });
    served.journal.hold({ match: 'POST /api/rest/volumes', when: 'before' });
    const leave = new AbortController();
    const left = fetch(`${served.url}/api/rest/volumes`, {
      method: 'POST',
      headers: { authorization: basic() },
      body: JSON.stringify({ parent_id, name: 'late' }),
      signal: leave.signal,
    });
    await served.journal.waitFor(({ held }) => held === 'before');
    leave.abort();
    await expect(left).rejects.toThrow('aborted');
    expect(await (await get('/api/rest/volumes?name=late')).json()).toMatchObject({ result: [] });
    served.journal.release('POST /api/rest/volumes');
    await served.journal.waitFor(({ outcome }) => outcome === '201');
    expect(await (await get('/api/rest/volumes?name=late')).json()).toMatchObject({ result: [{ name: 'late' }] });
  });
});
