import { expect, test } from 'vitest';
import { createInfiniboxClient } from './client.js';
import { systemClock } from './clock.js';
import { InfiniboxInputError } from './errors.js';
import { type InfiniboxClientOptions, parseOptions } from './options.js';

const password = 'not-a-real-password';
const parse = (options: Partial<InfiniboxClientOptions>) =>
  parseOptions({ url: 'box.example', username: 'backup', password, ...options });

test.each([
  ['box.example', 'https://box.example'],
  ['box.example:8443', 'https://box.example:8443'],
  ['https://box.example/', 'https://box.example'],
  ['HTTP://box.example:80', 'http://box.example'],
  ['192.0.2.1', 'https://192.0.2.1'],
  ['[2001:db8::1]:8443', 'https://[2001:db8::1]:8443'],
])('reads %s as %s', (url, origin) => {
  expect(parse({ url }).urls).toEqual([origin]);
});

test.each([
  '',
  'ftp://box.example',
  'https://user:secret@box.example',
  'user:secret@box.example',
  'https://box.example/api/rest',
  'https://box.example/?a=b',
  'https://box.example/#a',
  'two words',
])('refuses the address %s without repeating it', (url) => {
  expect(() => parse({ url })).toThrow(
    new InfiniboxInputError(
      'Options of the InfiniBox client: url: expected http(s)://host[:port] without user, path or query',
    ),
  );
});

test('reads several addresses', () => {
  expect(parse({ url: ['a.example', 'http://b.example'] }).urls).toEqual(['https://a.example', 'http://b.example']);
  expect(() => parse({ url: ['a.example', 'ftp://b.example'] })).toThrow('url.1: expected http(s)://host[:port]');
  expect(() => parse({ url: [] })).toThrow('url');
  const ca = 'x';
  expect(() => parse({ url: ['http://a.example', 'http://b.example'], tls: { ca } })).toThrow('tls: has no effect');
  expect(parse({ url: ['http://a.example', 'b.example'], tls: { ca } }).tls).toEqual({ ca });
});

test('fills in the limits', () => {
  expect(parse({})).toMatchObject({
    connectTimeoutMs: 5_000,
    timeoutMs: 30_000,
    maxAnswerBytes: 67_108_864,
    retries: 2,
    concurrency: 8,
    authentication: 'basic',
    clock: systemClock,
  });
});

test('names all that is wrong at once, and no value', () => {
  const parsing = () =>
    createInfiniboxClient({
      url: 'http://box.example',
      username: 'a:b',
      password,
      tls: { ca: 'x', fingerprint256: 'zz' },
      timeoutMs: 0,
      retries: 1.5,
    });
  for (const field of ['username', 'tls.fingerprint256', 'timeoutMs', 'retries']) expect(parsing).toThrow(`${field}: `);
  expect(parsing).not.toThrow(password);
});

test('refuses trust settings that would have no effect, or two of them', () => {
  const fingerprint256 = 'ab'.repeat(32);
  expect(() => parse({ url: 'http://box.example', tls: { fingerprint256 } })).toThrow('tls: has no effect');
  expect(() => parse({ tls: { fingerprint256, ca: 'x' } })).toThrow('tls: give ca or fingerprint256, not both');
});

test('refuses an option that does not exist', () => {
  expect(() => parse({ timeout: 3 } as object)).toThrow('timeout');
});
