import { expect, test } from 'vitest';
import { InfiniboxConnectionError, InfiniboxDecodeError, InfiniboxResponseError } from './errors.js';
import { type FailedAttempt, retryDelayMs } from './retry.js';

const call = { method: 'GET', path: '/api/rest/system' } as const;
const answered = (status: number, retryAfterMs?: number) =>
  new InfiniboxResponseError(call, 'x', { status, retryAfterMs });
const broken = new InfiniboxConnectionError(call, 'reset', { requestSent: true });
const delayOf = (changes: Partial<FailedAttempt>) =>
  retryDelayMs({ error: broken, method: 'GET', attempt: 1, retries: 5, random: 0.999, ...changes });

test.each(['POST', 'PUT', 'DELETE'] as const)('never repeats a %s', (method) => {
  expect(delayOf({ method })).toBeUndefined();
});

test('repeats reads after connection errors and answers that mean "later"', () => {
  for (const error of [broken, answered(429), answered(500), answered(502), answered(503)])
    expect(delayOf({ error })).toBe(199);
});

test('does not repeat what would fail the same way', () => {
  const untrusted = new InfiniboxConnectionError(call, 'x', { requestSent: false, fingerprint256: 'AA' });
  for (const error of [
    answered(400),
    answered(401),
    answered(404),
    answered(200),
    untrusted,
    new InfiniboxDecodeError(call, []),
    1,
  ])
    expect(delayOf({ error })).toBeUndefined();
});

test('stops after the allowed repetitions', () => {
  expect(delayOf({ attempt: 5 })).toBeDefined();
  expect(delayOf({ attempt: 6 })).toBeUndefined();
  expect(delayOf({ retries: 0 })).toBeUndefined();
});

test('waits longer each time, up to a bound, by chance between nothing and that', () => {
  const delays = [1, 2, 3, 4, 5, 6].map((attempt) => delayOf({ attempt, retries: 9, random: 0.5 }));
  expect(delays).toEqual([100, 200, 400, 800, 1_600, 2_500]);
  expect(delayOf({ random: 0 })).toBe(0);
});

test('heeds Retry-After, up to a bound', () => {
  expect(delayOf({ error: answered(503, 3_000) })).toBe(3_000);
  expect(delayOf({ error: answered(503, 1) })).toBe(199);
  expect(delayOf({ error: answered(503, 3_600_000) })).toBe(30_000);
});
