import { describe, expect, it } from 'vitest';
import { OracleError, SqlplusTimeoutError } from './errors.js';

const oracleError = (statement: string, ...codes: string[]) => new OracleError('failed', { statement, codes });

describe('OracleError', () => {
  it.each(['ORA-01146', 'ORA-01123', 'ORA-01142', 'ORA-01031', 'SP2-0640', 'ORA-00942'])(
    'calls %s a definite refusal',
    (code) => expect(oracleError('ALTER DATABASE BEGIN BACKUP', code).outcome).toBe('refused'),
  );

  it.each(['ORA-03113', 'ORA-03114', 'ORA-03135', 'ORA-01012', 'ORA-00028', 'ORA-01013', 'ORA-01092', 'ORA-12547'])(
    'calls the outcome unknown after %s',
    (code) => expect(oracleError('ALTER DATABASE BEGIN BACKUP', code).outcome).toBe('unknown'),
  );

  it('calls the outcome unknown when any code of the stack says that the session was cut', () =>
    expect(oracleError('ALTER DATABASE BEGIN BACKUP', 'ORA-00604', 'ORA-03113').outcome).toBe('unknown'));

  it('calls the outcome unknown when there is no code', () =>
    expect(oracleError('ALTER DATABASE BEGIN BACKUP').outcome).toBe('unknown'));

  it('knows that a failed logon left nothing behind', () =>
    expect(oracleError('CONNECT', 'ORA-03113').outcome).toBe('refused'));

  it.each(['ORA-01017', 'ORA-01031', 'ORA-28000', 'ORA-28001', 'ORA-01045', 'ORA-01005', 'ORA-28009'])(
    'calls %s at the logon a refused logon',
    (code) => expect(oracleError('CONNECT', code)).toMatchObject({ isLogonRefused: true, isUnreachable: false }),
  );

  it('does not take a missing privilege for a refused logon later', () =>
    expect(oracleError('ALTER DATABASE BEGIN BACKUP', 'ORA-01031').isLogonRefused).toBe(false));

  it.each([
    'ORA-12154',
    'ORA-12170',
    'ORA-12505',
    'ORA-12514',
    'ORA-12541',
    'ORA-12543',
    'ORA-12545',
    'ORA-01034',
    'ORA-01033',
  ])('calls the database unreachable after %s', (code) =>
    expect(oracleError('CONNECT', code)).toMatchObject({ isUnreachable: true, isLogonRefused: false }),
  );

  it('gives the first code of a stack as its own, and a hint where the operator can act', () =>
    expect(oracleError('ALTER DATABASE BEGIN BACKUP', 'ORA-01146', 'ORA-01110')).toMatchObject({
      oracleCode: 'ORA-01146',
      codes: ['ORA-01146', 'ORA-01110'],
      hint: expect.stringContaining('another backup'),
    }));
});

describe('SqlplusTimeoutError', () => {
  it('says that BEGIN still runs', () => {
    const fields = { statement: 'ALTER DATABASE BEGIN BACKUP', timeoutMs: 5, isStillRunning: true };
    expect(new SqlplusTimeoutError(fields)).toMatchObject({
      message: 'No answer to ALTER DATABASE BEGIN BACKUP within 5 ms',
      outcome: 'unknown',
      isUnreachable: false,
      hint: expect.stringContaining('V$BACKUP'),
    });
  });

  it('calls the database unreachable when the logon got no answer', () =>
    expect(new SqlplusTimeoutError({ statement: 'CONNECT', timeoutMs: 5, isStillRunning: false }).isUnreachable).toBe(
      true,
    ));
});
