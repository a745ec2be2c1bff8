import { expectTypeOf, it } from 'vitest';
import { createOracleControl, type OracleError, type OracleSession, type Outcome } from './index.js';

it('takes exactly one way to log on', () => {
  const oracleHome = '/opt/oracle';
  expectTypeOf(createOracleControl).toBeCallableWith({ oracleHome, sid: 'ORCL', logon: { kind: 'os' } });
  // @ts-expect-error A wallet is found by its connect identifier.
  createOracleControl({ oracleHome, logon: { kind: 'wallet' } });
  // @ts-expect-error The operating system needs no password.
  createOracleControl({ oracleHome, sid: 'ORCL', logon: { kind: 'os', password: 'Fake-pw1' } });
});

it('reads SCNs as bigint and times as Date', () => {
  type Status = Awaited<ReturnType<OracleSession['readStatus']>>;
  expectTypeOf<Status['currentScn']>().toEqualTypeOf<bigint>();
  expectTypeOf<Status['time']>().toEqualTypeOf<Date>();
});

it('says what a failure left behind', () => expectTypeOf<OracleError['outcome']>().toEqualTypeOf<Outcome>());
