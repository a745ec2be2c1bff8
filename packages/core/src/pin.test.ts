import { expect, test } from 'vitest';
import { formatPin, isInForce, parsePin, pinRequest, strongestPin } from './pin.js';

const at = new Date('2026-11-24T12:00:00Z');
const until = new Date('2026-12-24T12:00:00Z');

test('what is written is read back', () => {
  const text = formatPin({ by: 'ann@db1', reason: 'audit', until }, at);
  expect(JSON.parse(text)).toEqual({
    v: 1,
    by: 'ann@db1',
    reason: 'audit',
    until: '2026-12-24T12:00:00.000Z',
    at: '2026-11-24T12:00:00.000Z',
  });
  expect(parsePin(text)).toEqual({ by: 'ann@db1', reason: 'audit', until, at });
  expect(parsePin(formatPin({ by: 'ann', reason: 'audit' }, at)).until).toBeUndefined();
});

test.each(['keep', '{"v":2,"until":"2026-01-01T00:00:00Z"}', ''])('%j pins without an end', (text) => {
  const pin = parsePin(text);
  expect(pin).toEqual({ by: undefined, reason: undefined, until: undefined, at: undefined });
  expect(isInForce(pin, at)).toBe(true);
});

test('a pin is over at the instant of its end, not before', () => {
  const pin = parsePin(formatPin({ by: 'ann', reason: 'audit', until }, at));
  expect(isInForce(pin, new Date(until.getTime() - 1))).toBe(true);
  expect(isInForce(pin, until)).toBe(false);
});

test('of several pins the one that keeps longest counts', () => {
  const pinOf = (end?: Date) => parsePin(formatPin({ by: 'ann', reason: 'audit', until: end }, at));
  expect(strongestPin([])).toBeUndefined();
  expect(strongestPin([pinOf(until), pinOf(at)])?.until).toEqual(until);
  expect(strongestPin([pinOf(at), pinOf(until)])?.until).toEqual(until);
  expect(strongestPin([pinOf(until), pinOf(), pinOf(at)])?.until).toBeUndefined();
});

test.each([
  ['an empty reason', '  ', /the reason is empty/],
  ['a long reason', 'x'.repeat(201), /longer than 200/],
  ['a line break', 'a\nb', /one line/],
  ['an escape sequence', 'a\u001b[2Kb', /one line/],
  ['a text that turns the direction of writing', 'a\u202eb', /one line/],
  ['half a character', 'a\ud800', /one line/],
])('%s is refused', (_, reason, message) => {
  const { error } = pinRequest.safeParse({ by: 'ann', reason });
  expect(error?.issues[0]?.message).toMatch(message);
});

test('a reason that takes more bytes than the array is known to take is refused', () => {
  const { data } = pinRequest.safeParse({ by: '𝔸'.repeat(50), reason: '𝔸'.repeat(100) });
  expect(formatPin(data ?? { by: '', reason: '' }, at).length).toBeLessThan(1024);
  expect(() => formatPin({ by: '漢'.repeat(100), reason: '漢'.repeat(250) }, at)).toThrow(/too long/);
});
