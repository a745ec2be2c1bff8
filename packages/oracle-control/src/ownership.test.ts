import { expect, test } from 'vitest';
import { type Ownership, shareOf } from './ownership.js';

const mode = (lowestScn: bigint | undefined, highestScn = lowestScn) => ({
  activeFiles: lowestScn === undefined ? 0 : 2,
  distinctScns: 1,
  lowestScn,
  highestScn,
  fileNumberSum: 0n,
  fileNumberSquareSum: 0n,
});

test.each<[string, ReturnType<typeof mode>, Ownership, string]>([
  ['no file', mode(undefined), { fromScn: 1n }, 'none'],
  ['a file at the very baseline', mode(100n), { fromScn: 100n }, 'all'],
  ['what began before', mode(99n), { fromScn: 100n }, 'none'],
  ['what began before, and ours', mode(99n, 100n), { fromScn: 100n }, 'some'],
  ['the very SCN', mode(120n), { fromScn: 120n, toScn: 120n }, 'all'],
  ['what began after', mode(121n), { fromScn: 120n, toScn: 120n }, 'none'],
  ['ours, and what began after', mode(120n, 121n), { fromScn: 120n, toScn: 120n }, 'some'],
])('tells whether %s is ours', (_, active, ours, share) => expect(shareOf(active, ours)).toBe(share));
