import { expectTypeOf, it } from 'vitest';
import {
  createOracleControl,
  type Known,
  type OracleError,
  type OracleSession,
  type Outcome,
  type Ownership,
} from './index.js';

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

it('gives no value of a fact that may not be known before that was asked', () => {
  type Status = Awaited<ReturnType<OracleSession['readStatus']>>;
  expectTypeOf<Status['isRmanRunning']>().toEqualTypeOf<Known<boolean>>();
  expectTypeOf<Known<boolean>>().not.toHaveProperty('value');
});

it('ends no backup without being told which is ours', () => {
  expectTypeOf<OracleSession['endBackup']>().toBeCallableWith({ fromScn: 1n });
  expectTypeOf<OracleSession['endBackup']>().parameter(0).toEqualTypeOf<Ownership>();
});

it('says what a failure left behind', () => expectTypeOf<OracleError['outcome']>().toEqualTypeOf<Outcome>());
