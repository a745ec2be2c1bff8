import { describe, expect, test } from 'vitest';
import { strike } from './kill-points.js';

/** One call of each step. The whole matrix is `npm run prove`. */
const moments = [
  ['check', { match: 'V$DATAFILE', skip: 0, when: 'after' }],
  ['claim', { match: 'DBMS_LOCK', skip: 0, when: 'after' }],
  ['record', { match: 'PUT /api/rest/metadata', skip: 0, when: 'after' }],
  ['archive-log-before', { match: 'ARCHIVE LOG CURRENT', skip: 0, when: 'before' }],
  ['before begin', { match: 'BEGIN BACKUP', skip: 0, when: 'before' }],
  ['begin', { match: 'BEGIN BACKUP', skip: 0, when: 'after' }],
  ['before snapshot', { match: 'group_snapshot', skip: 0, when: 'before' }],
  ['snapshot', { match: 'group_snapshot', skip: 0, when: 'after' }],
  ['end', { match: 'END BACKUP', skip: 0, when: 'after' }],
  ['label', { match: 'PUT /api/rest/metadata', skip: 3, when: 'after' }],
  ['archive-log-after', { match: 'ARCHIVE LOG CURRENT', skip: 1, when: 'after' }],
  ['archive-snapshot', { match: 'POST /api/rest/volumes', skip: 1, when: 'after' }],
  ['complete', { match: 'PUT /api/rest/metadata', skip: 12, when: 'before' }],
] as const;

describe('kill -9 of the run leaves the database out of backup mode within ten seconds, and the next run succeeds', () => {
  test.each(moments)('at %s', async (_, moment) => {
    expect(await strike(moment, 'kill run')).toBe(true);
  });
});

describe('the same is true', () => {
  const begun = { match: 'group_snapshot', skip: 0, when: 'before' } as const;

  test('after kill -9 of the guard', async () => {
    expect(await strike(begun, 'kill guard')).toBe(true);
  });

  test('after SIGSTOP of the run', async () => {
    expect(await strike(begun, 'SIGSTOP')).toBe(true);
  });
});
