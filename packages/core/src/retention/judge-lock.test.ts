import { expect, test } from 'vitest';
import { judgeLock } from './judge-lock.js';

const day = 86_400_000;

test('a lock that ends before a set may go is in order, and so is none', () => {
  expect(judgeLock({ lockFor: 14 * day, deleteAfter: 14 * day })).toEqual([]);
  expect(judgeLock({ lockFor: undefined, deleteAfter: day })).toEqual([]);
});

test('a lock that outlasts retention is a warning', () => {
  expect(judgeLock({ lockFor: 30 * day, deleteAfter: 14 * day })).toEqual([
    {
      level: 'warning',
      code: 'lock-outlasts-retention',
      message: 'sets are locked for 30d and may go after 2w: until the lock ends, retention is blocked',
      hint: 'Make lockFor shorter or deleteAfter longer. Locks that are set stay.',
    },
  ]);
});
