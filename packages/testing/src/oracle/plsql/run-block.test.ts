import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../virtual-clock.js';
import { createTestDatabase } from '../database.test.fixture.js';

const noon = Date.parse('2024-03-02T12:00:00Z');

const open = async (settings: Parameters<typeof createTestDatabase>[0] = {}) => {
  const test = createTestDatabase(settings);
  const session = await test.database.logOn({ as: 'SYSDBA' });
  return { ...test, session, run: (sql: string) => session.execute(sql) };
};

/** What a block leaves in MODULE: the way in which these tests see a value. */
const shown = async (declarations: string, body: string): Promise<string | null | undefined> => {
  const { database, run } = await open();
  await run(`DECLARE\n${declarations}\nBEGIN\n${body}\nEND;`);
  return database.state.sessions[0]?.module;
};
const show = (expression: string): string => `DBMS_APPLICATION_INFO.SET_MODULE(${expression}, NULL);`;

const stackOf = async (sql: string, test = open()): Promise<string> => {
  const { run } = await test;
  return run(sql).then(
    () => 'no error',
    (error: Error) => error.message,
  );
};

describe('a block computes', () => {
  it.each<[what: string, declarations: string, body: string, value: string | null]>([
    ['an initial value', 'n NUMBER := 2 + 3 * 4;', show('n'), '14'],
    ['NULL without one', 't VARCHAR2(9);', show("NVL(t, 'nothing')"), 'nothing'],
    ['a constant', "c CONSTANT VARCHAR2(9) := 'it''s';", show('c'), "it's"],
    ['exact numbers', 's NUMBER := 15280596683192;', show('s + 1'), '15280596683193'],
    ['a rounded integer', 'i PLS_INTEGER := 5 / 2;', show('i'), '3'],
    ['a number in a text', "n INTEGER := '42';", show("'<' || n || '>'"), '<42>'],
    ['ELSIF', 'n NUMBER := 2;', `IF n = 1 THEN ${show("'a'")} ELSIF n = 2 THEN ${show("'b'")} ELSE NULL; END IF;`, 'b'],
    ['ELSE for NULL', 'n NUMBER;', `IF n = 1 THEN NULL; ELSE ${show("'else'")} END IF;`, 'else'],
    ['a BOOLEAN', 'ok BOOLEAN := 1 < 2;', `IF ok AND NOT FALSE THEN ${show("'yes'")} END IF;`, 'yes'],
    ['a BOOLEAN from another', 'a BOOLEAN := TRUE; b BOOLEAN;', `b := a; IF b THEN ${show("'b'")} END IF;`, 'b'],
    ['IN and BETWEEN', 'n NUMBER := 3;', `IF n IN (1, 3) AND n BETWEEN 2 AND 4 THEN ${show("'in'")} END IF;`, 'in'],
    ['a range', 's NUMBER := 0;', `FOR i IN 1..4 LOOP s := s + i; END LOOP; ${show('s')}`, '10'],
    ['a range backwards', 't VARCHAR2(9);', `FOR i IN REVERSE 1..3 LOOP t := t || i; END LOOP; ${show('t')}`, '321'],
    ['an empty range', 's NUMBER := 0;', `FOR i IN 2..1 LOOP s := 1; END LOOP; ${show('s')}`, '0'],
    ['WHILE', 'n NUMBER := 1;', `WHILE n < 100 LOOP n := n * 2; END LOOP; ${show('n')}`, '128'],
    ['EXIT WHEN', 'n NUMBER := 1;', `LOOP n := n + 1; EXIT WHEN n > 6; END LOOP; ${show('n')}`, '7'],
    [
      'CONTINUE',
      's NUMBER := 0;',
      `FOR i IN 1..5 LOOP CONTINUE WHEN MOD(i, 2) = 0; s := s + i; END LOOP; ${show('s')}`,
      '9',
    ],
    ['RETURN', "t VARCHAR2(9) := 'a';", `${show('t')} RETURN; ${show("'b'")}`, 'a'],
    [
      'rows',
      's NUMBER := 0;',
      `FOR r IN (SELECT file# AS f FROM v$datafile) LOOP s := s + r.f; END LOOP; ${show('s')}`,
      '10',
    ],
    [
      'SELECT INTO',
      'n NUMBER; m VARCHAR2(9);',
      `SELECT COUNT(*), MIN(status) INTO n, m FROM v$datafile; ${show('n||m')}`,
      '4ONLINE',
    ],
    [
      'variables in SQL',
      'f NUMBER := 2; n NUMBER;',
      `SELECT COUNT(*) INTO n FROM v$datafile WHERE file# <= f; ${show('n')}`,
      '2',
    ],
    [
      'columns before variables',
      'name VARCHAR2(9); n NUMBER;',
      `SELECT COUNT(name) INTO n FROM v$datafile; ${show('n')}`,
      '4',
    ],
    ['a block within', 'n NUMBER := 1;', `DECLARE n NUMBER := 2; BEGIN n := 3; END; ${show('n')}`, '1'],
    [
      'SELECT INTO from a text',
      'n NUMBER;',
      `EXECUTE IMMEDIATE 'SELECT COUNT(*) FROM v$datafile' INTO n; ${show('n')}`,
      '4',
    ],
    ['a date', 'd DATE := SYSDATE;', show("CASE WHEN d <= SYSDATE THEN 'past' ELSE 'future' END"), 'past'],
    ['CASE', 'n NUMBER := 2;', show("CASE n WHEN 2 THEN 'two' ELSE 'other' END"), 'two'],
    ['OR no further than it has to', 'n NUMBER := 1;', `IF n = 1 OR 1 / 0 = 1 THEN ${show("'or'")} END IF;`, 'or'],
    [
      'AND no further than it has to',
      'n NUMBER := 2;',
      `IF n = 1 AND 1 / 0 = 1 THEN NULL; ELSE ${show("'and'")} END IF;`,
      'and',
    ],
    ['OR of NULL', 'n NUMBER;', `IF n = 1 OR n = 2 THEN NULL; ELSE ${show("'null'")} END IF;`, 'null'],
    ['a BOOLEAN that is NULL', 'ok BOOLEAN := NULL;', `IF NOT ok THEN NULL; ELSE ${show("'null'")} END IF;`, 'null'],
    ['EXISTS', '', `IF -1 < 0 AND 'a' LIKE 'a%' THEN ${show("'like'")} END IF;`, 'like'],
    [
      'a TIMESTAMP',
      't TIMESTAMP WITH TIME ZONE := SYSTIMESTAMP; d DATE;',
      `d := t; ${show("CASE WHEN d = CAST(t AS DATE) THEN 'same' END")}`,
      'same',
    ],
    ['a DATE from a text', "d DATE := '02-MAR-24';", show("TO_CHAR(d, 'YYYY')"), '2024'],
    ['a NUMBER of so many digits', 'n NUMBER(5) := 2.6; m NUMBER(5,2) := 2.6;', show("n || ' ' || m"), '3 2.6'],
    ['a long text', "t VARCHAR2(32767 BYTE) := RPAD('x', 3000);", show('LENGTH(t || t)'), '6000'],
    ['CHAR lengths and DEFAULT', "t VARCHAR2(9 CHAR) DEFAULT 'd';", show('t'), 'd'],
    ['COMMIT', '', `COMMIT WORK; ROLLBACK; ${show("'c'")}`, 'c'],
    ['RETURN out of a loop', '', `${show("'r'")} LOOP RETURN; END LOOP; ${show("'s'")}`, 'r'],
    [
      'a package function in arithmetic',
      'n NUMBER;',
      `n := DBMS_LOCK.REQUEST(3) + DBMS_LOCK.RELEASE(3) * -1; ${show('n')}`,
      '0',
    ],
    [
      'a package function in a condition',
      '',
      `IF DBMS_LOCK.RELEASE(3) IN (4, 5) AND NVL(DBMS_LOCK.RELEASE(3), 0) = 4 THEN ${show("'in'")} END IF;`,
      'in',
    ],
    [
      'a package function by its schema',
      'n NUMBER;',
      `n := SYS.DBMS_LOCK.REQUEST(id => 3, release_on_commit => TRUE); ${show('n')}`,
      '0',
    ],
    ['a constant of a package', 'n NUMBER := DBMS_LOCK.X_MODE;', show('n'), '6'],
  ])('%s', async (_, declarations, body, value) => {
    expect(await shown(declarations, body)).toBe(value);
  });

  it('says what it is about by the feedback line', async () => {
    const { run } = await open();
    expect(await run('BEGIN NULL; END;')).toEqual({
      kind: 'done',
      feedback: 'PL/SQL procedure successfully completed.',
    });
    expect(await run('begin null; end')).toMatchObject({ kind: 'done' });
  });
});

describe('an exception', () => {
  const handling = (body: string, handlers: string): Promise<string | null | undefined> =>
    shown(
      'mine EXCEPTION; not_active EXCEPTION; PRAGMA EXCEPTION_INIT(not_active, -1142); n NUMBER;',
      `${body}\nEXCEPTION\n${handlers}`,
    );

  it.each<[what: string, body: string, handlers: string, value: string]>([
    [
      'by OTHERS',
      'n := 1 / 0;',
      `WHEN OTHERS THEN ${show("SQLCODE || ' ' || SQLERRM")}`,
      '-1476 ORA-01476: divisor is equal to zero',
    ],
    [
      'by its name',
      'SELECT file# INTO n FROM v$datafile WHERE 1 = 0;',
      `WHEN no_data_found THEN ${show('SQLCODE')}`,
      '100',
    ],
    ['of too many rows', 'SELECT file# INTO n FROM v$datafile;', `WHEN TOO_MANY_ROWS THEN ${show('SQLCODE')}`, '-1422'],
    ['by one of two names', "n := 'x';", `WHEN ZERO_DIVIDE OR VALUE_ERROR THEN ${show('SQLCODE')}`, '-6502'],
    [
      'by a declared code',
      "EXECUTE IMMEDIATE 'ALTER DATABASE END BACKUP';",
      `WHEN not_active THEN ${show('SQLCODE')}`,
      '-1142',
    ],
    ['that was raised', 'RAISE mine;', `WHEN mine THEN ${show('SQLCODE || SQLERRM')}`, '1User-Defined Exception'],
    [
      'with a number of its own',
      "RAISE_APPLICATION_ERROR(-20007, 'mine');",
      `WHEN OTHERS THEN ${show('SQLCODE')}`,
      '-20007',
    ],
  ])('is handled %s', async (_, body, handlers, value) => {
    expect(await handling(body, handlers)).toBe(value);
  });

  it('leaves SQLCODE at 0 where none was raised', async () => {
    expect(await shown('', show("SQLCODE || ' ' || SQLERRM"))).toBe('0 ORA-0000: normal, successful completion');
  });

  it('goes to the block around when no handler fits', async () => {
    const inner = 'BEGIN n := 1 / 0; EXCEPTION WHEN NO_DATA_FOUND THEN NULL; END;';
    expect(await handling(inner, `WHEN ZERO_DIVIDE THEN ${show("'outer'")}`)).toBe('outer');
  });

  it.each<[what: string, sql: string, stack: string]>([
    [
      'an error',
      'DECLARE\n n NUMBER;\nBEGIN\n  n := 1 / 0;\nEND;',
      'ORA-01476: divisor is equal to zero\nORA-06512: at line 4',
    ],
    [
      'no data',
      'DECLARE\n n NUMBER;\nBEGIN\n  SELECT file# INTO n FROM v$datafile WHERE 1 = 0;\nEND;',
      'ORA-01403: no data found\nORA-06512: at line 4',
    ],
    [
      'the stack of a statement',
      "BEGIN\n  EXECUTE IMMEDIATE 'ALTER DATABASE BEGIN BACKUP';\n  EXECUTE IMMEDIATE 'ALTER DATABASE BEGIN BACKUP';\nEND;",
      "ORA-01146: cannot start online backup - file 1 is already in backup\nORA-01110: data file 1: '/data/system01.dbf'\nORA-06512: at line 3",
    ],
    [
      'RAISE again',
      'BEGIN\n  RAISE NO_DATA_FOUND;\nEXCEPTION WHEN OTHERS THEN\n  RAISE;\nEND;',
      'ORA-01403: no data found\nORA-06512: at line 4\nORA-06512: at line 2',
    ],
    [
      'an application error',
      "BEGIN\n\n RAISE_APPLICATION_ERROR(-20001, 'not ' || 'ours'); END;",
      'ORA-20001: not ours\nORA-06512: at line 3',
    ],
    [
      'a number that is no application error',
      "BEGIN RAISE_APPLICATION_ERROR(-1, 'x'); END;",
      'ORA-21000: error number argument to raise_application_error of -1 is out of range\nORA-06512: at line 1',
    ],
    [
      'a user-defined one',
      'DECLARE e EXCEPTION; BEGIN RAISE e; END;',
      'ORA-06510: PL/SQL: unhandled user-defined exception\nORA-06512: at line 1',
    ],
    [
      'a text that is too long',
      "DECLARE t VARCHAR2(2); BEGIN t := 'abc'; END;",
      'ORA-06502: PL/SQL: numeric or value error: character string buffer too small\nORA-06512: at line 1',
    ],
    [
      'a bound that is NULL',
      'BEGIN FOR i IN NULL..2 LOOP NULL; END LOOP; END;',
      'ORA-06502: PL/SQL: numeric or value error: NULL index table key value\nORA-06512: at line 1',
    ],
    [
      'an error in SQL',
      "DECLARE n NUMBER; BEGIN SELECT TO_NUMBER('x') INTO n FROM dual; END;",
      'ORA-01722: invalid number\nORA-06512: at line 1',
    ],
    [
      'a predefined one',
      'BEGIN RAISE LOGIN_DENIED; END;',
      'ORA-01017: invalid username/password; logon denied\nORA-06512: at line 1',
    ],
    [
      'a declaration',
      "DECLARE n NUMBER := 'x';\nBEGIN NULL; EXCEPTION WHEN OTHERS THEN NULL; END;",
      'ORA-06502: PL/SQL: numeric or value error: character to number conversion error\nORA-06512: at line 1',
    ],
  ])('that nobody handles names its line: %s', async (_, sql, stack) => {
    expect(await stackOf(sql)).toBe(stack);
  });

  it('is not what a killed session or a dead instance gives its block', async () => {
    const clock = createVirtualClock(noon);
    const { database, session, run } = await open({ clock });
    const slept =
      "BEGIN DBMS_LOCK.SLEEP(5); EXECUTE IMMEDIATE 'ALTER DATABASE BEGIN BACKUP'; EXCEPTION WHEN OTHERS THEN NULL; END;";
    const outcome = run(slept).then(
      () => 'done',
      (error: Error) => error.message,
    );
    await clock.advance(1000);
    session.lose();
    await clock.advance(5000);
    expect(await outcome).toMatch(/^ORA-03113/);
    expect(database.state.files.some(({ backup }) => backup.isActive)).toBe(false);
  });
});

describe('a block that does not compile runs nothing', () => {
  const begin = "EXECUTE IMMEDIATE 'ALTER DATABASE BEGIN BACKUP';";

  it.each<[what: string, statement: string, stack: string]>([
    [
      'a procedure',
      'no_such_proc;',
      "ORA-06550: line 3, column 1:\nPLS-00201: identifier 'NO_SUCH_PROC' must be declared\nORA-06550: line 3, column 1:\nPL/SQL: Statement ignored",
    ],
    [
      'a variable',
      'IF 1 = nope THEN NULL; END IF;',
      "ORA-06550: line 3, column 8:\nPLS-00201: identifier 'NOPE' must be declared\nORA-06550: line 3, column 1:\nPL/SQL: Statement ignored",
    ],
    [
      'a target',
      'nope := 1;',
      "ORA-06550: line 3, column 1:\nPLS-00201: identifier 'NOPE' must be declared\nORA-06550: line 3, column 1:\nPL/SQL: Statement ignored",
    ],
    [
      'a view',
      'FOR r IN (SELECT * FROM nowhere) LOOP NULL; END LOOP;',
      'ORA-06550: line 3, column 25:\nPL/SQL: ORA-00942: table or view does not exist\nORA-06550: line 3, column 1:\nPL/SQL: SQL Statement ignored',
    ],
    [
      'an index that is set',
      'FOR i IN 1..2 LOOP i := 3; END LOOP;',
      "ORA-06550: line 3, column 20:\nPLS-00363: expression 'I' cannot be used as an assignment target\nORA-06550: line 3, column 20:\nPL/SQL: Statement ignored",
    ],
    [
      'a call',
      'DBMS_APPLICATION_INFO.SET_MODULE(1);',
      "ORA-06550: line 3, column 1:\nPLS-00306: wrong number or types of arguments in call to 'SET_MODULE'\nORA-06550: line 3, column 1:\nPL/SQL: Statement ignored",
    ],
    [
      'a function as a procedure',
      'DBMS_LOCK.RELEASE(1);',
      "ORA-06550: line 3, column 1:\nPLS-00221: 'RELEASE' is not a procedure or is undefined\nORA-06550: line 3, column 1:\nPL/SQL: Statement ignored",
    ],
    [
      'an exception',
      'RAISE nothing;',
      "ORA-06550: line 3, column 1:\nPLS-00201: identifier 'NOTHING' must be declared\nORA-06550: line 3, column 1:\nPL/SQL: Statement ignored",
    ],
    [
      'a SELECT without INTO',
      'SELECT 1 FROM dual;',
      'ORA-06550: line 3, column 1:\nPLS-00428: an INTO clause is expected in this SELECT statement\nORA-06550: line 3, column 1:\nPL/SQL: Statement ignored',
    ],
  ])('for want of %s', async (_, statement, stack) => {
    const test = await open({ version: '12.2.0.1.0' });
    expect(await stackOf(`BEGIN\n${begin}\n${statement}\nEND;`, Promise.resolve(test))).toBe(stack);
    expect(test.database.state.files.some(({ backup }) => backup.isActive)).toBe(false);
  });

  it.each([
    ['BEGIN NULL END;', 'END', 12],
    ['BEGIN END;', 'END', 7],
    ['BEGIN NULL;', 'end-of-file', 12],
    ['BEGIN NULL; END; SELECT', 'SELECT', 18],
    ['BEGIN IF 1 = 1 NULL; END IF; END;', 'NULL', 16],
  ])('%s: PLS-00103', async (sql, symbol, column) => {
    expect(await stackOf(sql)).toMatch(
      `ORA-06550: line 1, column ${column}:\nPLS-00103: Encountered the symbol "${symbol}" when expecting one of the following:`,
    );
  });

  it('reports every statement that is wrong', async () => {
    const stack = await stackOf('BEGIN\n a;\n b;\nEND;');
    expect(stack.match(/PLS-00201/g)).toHaveLength(2);
  });

  it('and fails loudly where PL/SQL has what is not modelled', async () => {
    for (const sql of [
      'DECLARE CURSOR c IS SELECT 1 FROM dual; BEGIN NULL; END;',
      'DECLARE v v$backup.status%TYPE; BEGIN NULL; END;',
      "BEGIN EXECUTE IMMEDIATE 'ALTER DATABASE OPEN' USING 1; END;",
      'BEGIN FORALL i IN 1..2 NULL; END;',
      'BEGIN DBMS_BACKUP_RESTORE.DEVICEDEALLOCATE; END;',
      'BEGIN <<here>> NULL; END;',
      'DECLARE r ROWID; BEGIN NULL; END;',
      'DECLARE n NUMBER NOT NULL := 1; BEGIN NULL; END;',
      'DECLARE PRAGMA AUTONOMOUS_TRANSACTION; BEGIN NULL; END;',
      'DECLARE n NUMBER; BEGIN SELECT file# BULK COLLECT INTO n FROM v$datafile; END;',
      'BEGIN FOR r IN c LOOP NULL; END LOOP; END;',
      'BEGIN LOOP EXIT outer; END LOOP; END;',
      'BEGIN UPDATE t SET a = 1; END;',
      'BEGIN :x := 1; END;',
      'BEGIN DBMS_SESSION.RESET_PACKAGE; END;',
      'DECLARE b BOOLEAN; n NUMBER; BEGIN n := b + 1; END;',
      'DECLARE b BOOLEAN; BEGIN b := 5; END;',
      'DECLARE n NUMBER; BEGIN n := CASE WHEN 1 = 1 THEN DBMS_LOCK.REQUEST(1) END; END;',
      "BEGIN RAISE_APPLICATION_ERROR(-20001, 'x', TRUE); END;",
      'BEGIN RAISE; END;',
      "DECLARE n NUMBER; BEGIN EXECUTE IMMEDIATE 'COMMIT' INTO n; END;",
      'DECLARE TYPE t IS TABLE OF NUMBER; BEGIN NULL; END;',
    ]) {
      expect(await stackOf(sql)).toMatch('not modelled');
    }
  });

  it('while the database is only mounted', async () => {
    const { database, run } = await open();
    database.state.instanceStatus = 'MOUNTED';
    await expect(run('BEGIN NULL; END;')).rejects.toThrow('ORA-06553: PLS-213: package STANDARD not accessible');
  });
});

describe('EXECUTE IMMEDIATE', () => {
  const endOurs = `DECLARE
  n NUMBER;
BEGIN
  SELECT COUNT(*) INTO n FROM v$backup WHERE status = 'ACTIVE' AND change# > 5;
  IF n = 0 THEN RAISE_APPLICATION_ERROR(-20001, 'none of END BACKUP is ours'); END IF;
  EXECUTE IMMEDIATE 'ALTER DATABASE END BACKUP';
END;`;

  it('has an entry of its own in the journal, and the block shows no text that it could be mistaken for', async () => {
    const { database, journal, run } = await open();
    database.beginBackup();
    await run(endOurs);
    const texts = journal.entries.map(({ what }) => what);
    expect(texts.filter((what) => what.includes('END BACKUP'))).toEqual(['ALTER DATABASE END BACKUP']);
    expect(texts[1]).toContain("EXECUTE IMMEDIATE '…'");
  });

  it('meets a fault once for each real statement', async () => {
    const { database, faults, run } = await open();
    database.beginBackup();
    faults.inject({ match: 'END BACKUP', action: { kind: 'error', text: 'ORA-00600: internal' } });
    await expect(run(endOurs)).rejects.toThrow('ORA-00600: internal\nORA-06512: at line 6');
    await run(endOurs);
    expect(database.state.files.some(({ backup }) => backup.isActive)).toBe(false);
  });

  it('stands at a hold, before or after its effect', async () => {
    for (const when of ['before', 'after'] as const) {
      const { database, journal, run } = await open();
      database.beginBackup();
      journal.hold({ match: 'END BACKUP', when });
      const running = run(endOurs);
      await journal.waitFor(({ held }) => held === when);
      expect(database.state.files.every(({ backup }) => backup.isActive)).toBe(when === 'before');
      journal.release('END BACKUP');
      await running;
    }
  });

  it('is not handled by the block when its client dies of it', async () => {
    const { database, faults, run } = await open();
    database.beginBackup();
    faults.inject({ match: 'END BACKUP', action: { kind: 'die', when: 'before' } });
    await expect(run(endOurs.replace('END;', 'EXCEPTION WHEN OTHERS THEN NULL; END;'))).rejects.toThrow(
      'the client ended',
    );
    expect(database.state.files.every(({ backup }) => backup.isActive)).toBe(true);
  });

  it('runs a block within a block', async () => {
    const { database, run } = await open();
    await run(`BEGIN EXECUTE IMMEDIATE 'BEGIN DBMS_SESSION.SET_IDENTIFIER(''inner''); END;'; END;`);
    expect(database.state.sessions[0]?.clientIdentifier).toBe('inner');
  });
});
