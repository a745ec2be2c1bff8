import { assert, json, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { InfiniboxDecodeError, InfiniboxError, InfiniboxInputError, InfiniboxResponseError } from './errors.js';
import { decode, formatId, instant, openAnswer } from './wire.js';

const call = { method: 'GET', path: '/api/rest/volumes' } as const;
const nowMs = Date.parse('2026-01-02T03:04:05Z');
const open = (body: unknown, status = 200, retryAfter?: string) =>
  openAnswer(
    call,
    {
      status,
      contentType: 'application/json',
      retryAfter,
      cookies: [],
      body: typeof body === 'string' ? body : JSON.stringify(body),
    },
    (text) => text.replaceAll('secret', '***'),
    nowMs,
  );
const failureOf = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('expected a failure');
};

test('opens a success', () => {
  expect(open({ result: 1, metadata: { ready: true }, error: null })).toEqual({
    status: 200,
    result: 1,
    metadata: { ready: true },
  });
});

test('takes over what the array says of an error', () => {
  const error = failureOf(() =>
    open(
      {
        result: null,
        error: {
          code: 'VOLUME_NOT_FOUND',
          message: 'Volume not found',
          reasons: [{ message: 'no such id', affected_entities: [] }, 'plain', { odd: 1 }],
          is_remote: true,
        },
      },
      404,
    ),
  );
  expect(error).toBeInstanceOf(InfiniboxResponseError);
  expect(error).toMatchObject({
    message: 'GET /api/rest/volumes: answered 404: VOLUME_NOT_FOUND, Volume not found',
    status: 404,
    apiCode: 'VOLUME_NOT_FOUND',
    reasons: ['no such id', 'plain', '(not understood)'],
    isRemote: true,
  });
});

test.each([
  ['a proxy', '<html>Bad gateway</html>', 502],
  ['an error that is a text', { error: 'broken' }, 500],
  ['an empty body', '', 503],
  ['odd reasons', { error: { reasons: 3, is_remote: 'no' } }, 500],
])('reports the status of an error from %s', (_, body, status) => {
  expect(failureOf(() => open(body, status))).toMatchObject({
    code: 'INFINIBOX_RESPONSE',
    status,
    message: `GET /api/rest/volumes: answered ${status}`,
    reasons: [],
    isRemote: false,
  });
});

test.each(['', '<html>secret</html>', '[', '[1]', '3', 'null', '{}', '{"error":null}'])(
  'does not take %s for a success',
  (body) => {
    const error = failureOf(() => open(body));
    expect(error).toBeInstanceOf(InfiniboxDecodeError);
    expect(String(error)).not.toContain('secret');
  },
);

test.each([
  ['7', 7_000],
  ['Fri, 02 Jan 2026 03:04:15 GMT', 10_000],
  ['Fri, 02 Jan 2026 03:04:00 GMT', 0],
  ['soon', undefined],
])('reads Retry-After: %s', (text, retryAfterMs) => {
  expect((failureOf(() => open('', 503, text)) as InfiniboxResponseError).retryAfterMs).toBe(retryAfterMs);
});

test('tells the operator what to do', () => {
  const hintOf = (status: number, code: string) =>
    (failureOf(() => open({ error: { code, message: '' } }, status)) as InfiniboxResponseError).hint;
  expect(hintOf(401, 'X')).toBe('Check user name and password.');
  expect(hintOf(403, 'X')).toContain('POOL_ADMIN');
  expect(hintOf(403, 'APPROVAL_REQUIRED_VOLUME_HAS_CHILDREN')).toBeUndefined();
  expect(hintOf(503, 'X')).toContain('try again later');
});

test('turns milliseconds into Dates and refuses what no Date can hold', () => {
  expect(decode(call, instant, 1_700_000_000_000)).toEqual(new Date('2023-11-14T22:13:20Z'));
  for (const value of [9e15, 1.5, '2023-11-14', null])
    expect(() => decode(call, instant, value)).toThrow(InfiniboxDecodeError);
});

test('names at most ten problems, each with its place', () => {
  const error = failureOf(() => decode(call, z.array(z.looseObject({ id: z.int() })), Array(50).fill({})));
  expect((error as InfiniboxDecodeError).issues).toHaveLength(10);
  expect((error as InfiniboxDecodeError).issues[0]).toMatch(/^result\.0\.id: /);
});

test('addresses objects by integers only', () => {
  expect(formatId(-2)).toBe('-2');
  for (const id of [Number.NaN, 1.5, Number.POSITIVE_INFINITY, '7/../8' as unknown as number])
    expect(() => formatId(id)).toThrow(InfiniboxInputError);
});

test('answers any body with a value or a typed error', () => {
  const outcomeOf = (body: string, status: number): unknown => {
    try {
      return decode(call, z.array(z.looseObject({ id: z.int() })), open(body, status).result);
    } catch (error) {
      return error;
    }
  };
  const isTyped = (body: string) =>
    [200, 201, 403, 500].every((status) => {
      const outcome = outcomeOf(body, status);
      return Array.isArray(outcome) || outcome instanceof InfiniboxError;
    });
  assert(property(string(), isTyped));
  assert(property(json(), isTyped));
  assert(property(json(), (error) => isTyped(`{"result":[],"error":${error}}`)));
  assert(property(json(), (result) => isTyped(`{"result":${result},"error":null}`)));
});
