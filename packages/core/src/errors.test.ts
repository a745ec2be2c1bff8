import { expect, test } from 'vitest';
import { hintOf, isNameTaken, messageOf, outcomeOf } from './errors.js';

test('a message is had from whatever was thrown', () => {
  expect([messageOf(new Error('a')), messageOf('b'), messageOf(undefined)]).toEqual(['a', 'b', 'undefined']);
});

test('a hint is had from what has one', () => {
  expect([hintOf({ hint: 'do' }), hintOf({ hint: 1 }), hintOf(undefined)]).toEqual(['do', undefined, undefined]);
});

test('an outcome is unknown unless the error says that nothing was done', () => {
  expect([{ outcome: 'refused' }, { outcome: 'unknown' }, new Error('?'), undefined].map(outcomeOf)).toEqual([
    'refused',
    'unknown',
    'unknown',
    'unknown',
  ]);
});

test('a name is taken only by a definite 409', () => {
  expect(isNameTaken({ outcome: 'refused', status: 409 })).toBe(true);
  expect(isNameTaken({ outcome: 'unknown', status: 409 })).toBe(false);
  expect(isNameTaken({ outcome: 'refused', status: 403 })).toBe(false);
});
