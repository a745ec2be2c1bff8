import { expect, test } from 'vitest';
import { exitStatus, gravestStatus } from './exit-status.js';

test.each([
  [{ code: 'CONFIG' }, 2],
  [{ code: 'PREFLIGHT' }, 4],
  [{ code: 'BACKUP_MODE_STUCK' }, 5],
  [{ code: 'BACKUP_FAILED', remains: 'good-data' }, 3],
  [{ code: 'BACKUP_FAILED', remains: 'no-backup', cause: { code: 'INFINIBOX_CONNECTION' } }, 1],
  [{ code: 'BACKUP_FAILED', remains: 'nothing', cause: { code: 'INFINIBOX_CONNECTION' } }, 12],
  [{ code: 'BACKUP_FAILED', remains: 'nothing', cause: new Error('?') }, 1],
  [{ code: 'INFINIBOX_RESPONSE', status: 401 }, 11],
  [{ code: 'INFINIBOX_RESPONSE', status: 403 }, 11],
  [{ code: 'INFINIBOX_RESPONSE', status: 404 }, 1],
  [{ code: 'INFINIBOX_RESPONSE', status: 503 }, 12],
  [{ code: 'INFINIBOX_DECODE' }, 1],
  [{ code: 'INFINIBOX_INPUT' }, 2],
  [{ code: 'INFINIBOX_LIST_CHANGED' }, 12],
  [{ code: 'INFINIBOX_OUTCOME_UNKNOWN' }, 1],
  [{ code: 'INFINIBOX_REFUSED' }, 1],
  [{ code: 'INTERRUPTED', reason: 'SIGHUP' }, 129],
  [{ code: 'INTERRUPTED', reason: 'SIGINT' }, 130],
  [{ code: 'INTERRUPTED', reason: 'SIGTERM' }, 143],
  [{ code: 'INTERRUPTED', reason: 'an uncaught error' }, 1],
  [{ code: 'ORACLE', isLogonRefused: true }, 11],
  [{ code: 'ORACLE', isUnreachable: true }, 12],
  [{ code: 'ORACLE', oracleCode: 'ORA-01031' }, 11],
  [{ code: 'ORACLE', oracleCode: 'ORA-00942' }, 11],
  [{ code: 'ORACLE', oracleCode: 'ORA-01146' }, 1],
  [{ code: 'ORACLE_INPUT' }, 2],
  [{ code: 'RETENTION_REFUSED' }, 7],
  [{ code: 'RETENTION_INCOMPLETE' }, 3],
  [{ code: 'SQLPLUS_START' }, 4],
  [{ code: 'SQLPLUS_TIMEOUT' }, 1],
  [{ code: 'SQLPLUS_TIMEOUT', isUnreachable: true }, 12],
  [{ code: 'ENOENT' }, 1],
  [new TypeError('a bug'), 1],
  [undefined, 1],
])('%j exits with %i', (error, status) => {
  expect(exitStatus(error)).toBe(status);
});

test.each([
  [[0, 0], 0],
  [[0, 4], 4],
  [[12, 11, 3], 11],
  [[1, 143], 143],
  [[143, 5], 5],
  [[], 1],
])('the gravest of %j is %i', (statuses, gravest) => {
  expect(gravestStatus(statuses)).toBe(gravest);
});
