import { describe, expect, test } from 'vitest';
import { OracleError, OracleInputError, SqlplusStartError, SqlplusTimeoutError } from '../errors.js';
import { packError, packedError, unpackError } from './packed-error.js';

const throughPipe = (error: unknown): Error =>
  unpackError(packedError.parse(JSON.parse(JSON.stringify(packError(error)))));

describe('an error that passes the pipe', () => {
  test.each([
    new OracleError('ORA-01123: …', { statement: 'ALTER DATABASE BEGIN BACKUP', codes: ['ORA-01123'], output: 'text' }),
    new OracleError('died', { statement: 'CONNECT', codes: [], outcome: 'refused' }),
    new SqlplusTimeoutError({ statement: 'ALTER DATABASE BEGIN BACKUP', timeoutMs: 5, isStillRunning: true }),
    new SqlplusStartError('none', { command: '/o/bin/sqlplus', output: 'Error 6', hint: 'Set oracleHome.' }),
    new SqlplusStartError('none', { command: '/o/bin/sqlplus' }),
    new OracleInputError('purpose: contains a control character'),
    new Error('anything else'),
  ])('is the same on the other side: $message', (error) => {
    const passed = throughPipe(error);
    expect(passed).toEqual(error);
    expect(passed.constructor).toBe(error.constructor);
  });

  test('keeps the text of what is no error', () => {
    expect(throughPipe('text').message).toBe('text');
  });
});
