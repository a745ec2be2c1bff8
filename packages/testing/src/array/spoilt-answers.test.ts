import { request as httpRequest } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ServedArray, serveArray } from './served-array.js';

let served: ServedArray;
let parent_id: number;

beforeEach(async () => {
  served = await serveArray();
  parent_id = served.array.addVolume({ name: 'data01', sizeBytes: 4096 });
});

afterEach(() => served.close());

const authorization = () => `Basic ${Buffer.from(`${served.username}:${served.password}`).toString('base64')}`;
const post = (name: string) =>
  fetch(`${served.url}/api/rest/volumes`, {
    method: 'POST',
    headers: { authorization: authorization() },
    body: JSON.stringify({ parent_id, name }),
  });
const isThere = async (name: string) =>
  (await served.request('GET', `volumes?name=${name}`)).metadata['number_of_objects'];

describe('a refusal', () => {
  it.each([400, 401, 403, 404, 409, 429, 500, 502, 503, 504])('can be given status %i', async (status) => {
    served.faults.inject({ match: 'POST', action: { kind: 'refuse', status, code: 'SOME_CODE', message: 'because' } });
    const response = await post('snap');
    expect([response.status, response.headers.get('retry-after')]).toEqual([status, null]);
    expect(await response.json()).toMatchObject({
      result: null,
      error: { code: 'SOME_CODE', message: 'because', reasons: [], severity: 'ERROR', is_remote: false },
    });
    expect(await isThere('snap')).toBe(0);
  });

  it.each([429, 503])('of status %i can say when to come again', async (status) => {
    served.faults.inject({ match: 'POST', action: { kind: 'refuse', status, retryAfterSeconds: 7 } });
    expect((await post('snap')).headers.get('retry-after')).toBe('7');
  });

  it('meets as many calls as it was told, after those that it was told to let pass', async () => {
    served.faults.inject({ match: 'system', skip: 1, times: 2, action: { kind: 'refuse', status: 503 } });
    const statuses: number[] = [];
    for (let n = 0; n < 4; n += 1) statuses.push((await served.request('GET', 'system')).status);
    expect(statuses).toEqual([200, 503, 503, 200]);
  });
});

describe('a spoilt answer', () => {
  it('is a page of a web server, and nothing was done', async () => {
    served.faults.inject({ match: 'POST', action: { kind: 'html' } });
    const response = await post('snap');
    expect([response.status, response.headers.get('content-type')]).toEqual([503, 'text/html; charset=iso-8859-1']);
    expect(await response.text()).toContain('<html>');
    expect(await isThere('snap')).toBe(0);
    served.faults.inject({ match: 'POST', action: { kind: 'html', status: 200 } });
    expect((await post('snap')).status).toBe(200);
  });

  it('is whatever was given, with its status and type', async () => {
    const action = { kind: 'garbage', body: '{"result": null}', status: 201, contentType: 'application/json' } as const;
    served.faults.inject({ match: 'POST', action });
    const response = await post('snap');
    expect([response.status, await response.json()]).toEqual([201, { result: null }]);
    expect(served.journal.entries.at(-1)?.outcome).toBe('201');
  });

  it('is JSON that breaks off, and it was done', async () => {
    served.faults.inject({ match: 'POST', action: { kind: 'malformed' } });
    const response = await post('snap');
    const text = await response.text();
    expect([response.status, text.startsWith('{"result":{')]).toEqual([201, true]);
    expect(() => void JSON.parse(text)).toThrow(SyntaxError);
    expect(await isThere('snap')).toBe(1);
  });

  it('is JSON of wrong types, and it was done', async () => {
    served.faults.inject({ match: 'POST', action: { kind: 'wrongTypes' } });
    expect(await (await post('snap')).json()).toMatchObject({
      error: null,
      result: { name: 4, parent_id: String(parent_id), write_protected: true, replica_ids: { items: [] } },
    });
    expect(await isThere('snap')).toBe(1);
    served.faults.inject({ match: 'GET', action: { kind: 'wrongTypes' } });
    expect((await served.request('GET', 'volumes')).result).toMatchObject({ items: [{}, {}] });
  });

  it('ends in the middle of what it announced, and it was done', async () => {
    served.faults.inject({ match: 'POST', action: { kind: 'truncate' } });
    const response = await post('snap');
    expect(response.status).toBe(201);
    await expect(response.text()).rejects.toThrow('terminated');
    expect(await isThere('snap')).toBe(1);
  });

  it.each(['malformed', 'wrongTypes', 'truncate'] as const)('(%s) spares what is refused anyway', async (kind) => {
    served.faults.inject({ match: 'nothing', action: { kind } });
    expect((await served.request('GET', 'nothing')).error?.code).toBe('PATH_NOT_FOUND');
  });
});

describe('the round trip', () => {
  it('can be changed while the array is served', async () => {
    const delays: number[] = [];
    const setTimeout = (callback: () => void, delayMs: number) => {
      delays.push(delayMs);
      queueMicrotask(callback);
      return () => undefined;
    };
    const slow = await serveArray({ clock: { now: () => 0, setTimeout, random: () => 0 } });
    await slow.request('GET', 'system');
    slow.setLatency(30);
    await slow.request('GET', 'system');
    expect(delays).toEqual([15, 15]);
    await slow.close();
  });
});

describe('an answer', () => {
  const raw = (acceptEncoding?: string) =>
    new Promise<{ encoding: string | undefined; body: Buffer }>((resolve, reject) => {
      const headers = {
        authorization: authorization(),
        ...(acceptEncoding ? { 'accept-encoding': acceptEncoding } : {}),
      };
      httpRequest(`${served.url}/api/rest/system`, { headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ encoding: response.headers['content-encoding'], body: Buffer.concat(chunks) }),
        );
      })
        .on('error', reject)
        .end();
    });

  it('is compressed for those who ask, and plain for others', async () => {
    const packed = await raw('gzip, deflate');
    const plain = await raw();
    expect([packed.encoding, plain.encoding]).toEqual(['gzip', undefined]);
    expect(packed.body.byteLength).toBeLessThan(plain.body.byteLength);
    expect(JSON.parse(gunzipSync(packed.body).toString('utf8'))).toMatchObject({ error: null });
  });

  it('carries the headers of real ones', async () => {
    const { headers } = await served.request('GET', 'system');
    expect([headers.get('server'), headers.get('x-content-type-options')]).toEqual(['Apache', 'nosniff']);
  });
});
