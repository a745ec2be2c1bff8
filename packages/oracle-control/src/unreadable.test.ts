import { describe, expect, it } from 'vitest';
import { OracleError } from './errors.js';
import { isUnknownColumn, reasonUnreadable } from './unreadable.js';

const failed = (...codes: readonly string[]) => new OracleError('failed', { statement: 'SELECT FROM V$X', codes });

describe('a view that cannot be read', () => {
  it.each([
    ['V$LOG', 'ORA-00942', 'grant SELECT on SYS.V_$LOG, or SELECT_CATALOG_ROLE (ORA-00942)'],
    ['GV$SESSION_LONGOPS', 'ORA-00942', 'grant SELECT on SYS.GV_$SESSION_LONGOPS,'],
    ['GV$INSTANCE', 'ORA-01031', 'GV$INSTANCE may not be read: grant SELECT on SYS.GV_$INSTANCE,'],
    ['V$LOG', 'ORA-41900', 'V$LOG may not be read: grant SELECT on SYS.V_$LOG, or SELECT_CATALOG_ROLE (ORA-41900)'],
    ['V$INSTANCE', 'ORA-00904', 'V$INSTANCE lacks a column in this release (ORA-00904)'],
    ['SESSION_PRIVS', 'ORA-01219', 'SESSION_PRIVS can be read only while the database is open (ORA-01219)'],
    ['ALL_TAB_PRIVS', 'ORA-00942', 'grant SELECT on SYS.ALL_TAB_PRIVS,'],
  ])('%s, %s: says why, and what would help', (view, code, reason) =>
    expect(reasonUnreadable({ view }, failed(code))).toContain(reason),
  );

  it.each([
    ['another code', failed('ORA-01507')],
    ['a code that only follows another', failed('ORA-00604', 'ORA-00942')],
    ['no code', failed()],
    ['another kind of error', new Error('ORA-00942')],
  ])('is not what %s means', (_, error) => {
    expect(reasonUnreadable({ view: 'V$LOG' }, error)).toBeUndefined();
    expect(isUnknownColumn(error)).toBe(false);
  });
});
