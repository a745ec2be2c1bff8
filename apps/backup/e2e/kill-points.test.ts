import { describe, expect, test } from 'vitest';
import { strike } from './kill-points.js';

/** One call of each step. The whole matrix is `npm run prove`. */
const moments = [
  ['check', { match: 'V$DATAFILE', skip: 0, when: 'after' }],
  ['claim', { match: 'DBMS_LOCK', skip: 0, when: 'after' }],
  ['heal', { match: 'FROM v$backup', skip: 0, when: 'before' }],
  ['record', { match: 'PUT /api/rest/metadata', skip: 0, when: 'after' }],
  ['archive-log-before', { match: 'ARCHIVE LOG CURRENT', skip: 0, when: 'before' }],
  ['begin, before it takes effect', { match: 'BEGIN BACKUP', skip: 0, when: 'before' }],
  ['begin', { match: 'BEGIN BACKUP', skip: 0, when: 'after' }],
  ['snapshot, before it takes effect', { match: 'group_snapshot', skip: 0, when: 'before' }],
  ['snapshot', { match: 'group_snapshot', skip: 0, when: 'after' }],
  ['end', { match: 'END BACKUP', skip: 0, when: 'after' }],
  ['label', { match: 'PUT /api/rest/metadata', skip: 3, when: 'after' }],
  ['archive-log-after', { match: 'ARCHIVE LOG CURRENT', skip: 1, when: 'after' }],
  ['prove-logs', { match: 'first_change#', skip: 0, when: 'after' }],
  ['restore-material', { match: 'CONTROLFILE TO', skip: 0, when: 'after' }],
  ['archive-snapshot', { match: 'POST /api/rest/volumes', skip: 1, when: 'after' }],
  ['recheck', { match: 'V$DATAFILE', skip: 2, when: 'before' }],
  ['complete', { match: 'PUT /api/rest/metadata', skip: 11, when: 'before' }],
] as const;

describe.concurrent('kill -9 of the run: out of backup mode within ten seconds, and the next run succeeds', () => {
  test.for(moments)('at %s', async ([, moment], { onTestFinished }) => {
    expect(await strike(moment, 'kill run', onTestFinished)).toBeDefined();
  });
});

describe.concurrent('the same is true', () => {
  const begun = { match: 'group_snapshot', skip: 0, when: 'before' } as const;

  test('after kill -9 of the guard', async ({ onTestFinished }) => {
    expect(await strike(begun, 'kill guard', onTestFinished)).toMatchObject({ status: 0 });
  });

  test('after SIGSTOP of the run', async ({ onTestFinished }) => {
    expect(await strike(begun, 'SIGSTOP', onTestFinished)).toMatchObject({ status: 6 });
  });
});
