import { describe, expect, it, vi } from 'vitest';
import { createTestDatabase } from '../database.test.fixture.js';
import type { SimulatedDatabase } from '../simulated-database.js';
import { type ClientOptions, createClient } from './client.js';

const logon = ['-S', 'system/Fake-system-secret@ORCL'];
const administrator = ['-S', '/ as sysdba'];
const plain = 'SET PAGESIZE 0 FEEDBACK OFF TAB OFF';
const users = [{ name: 'system', password: 'Fake-system-secret', roles: ['DBA'] }];

interface Setting {
  readonly args?: readonly string[];
  readonly client?: Partial<ClientOptions>;
  readonly database?: Parameters<typeof createTestDatabase>[0];
  readonly prepare?: (database: SimulatedDatabase) => void;
}

const run = async (lines: readonly string[], { args = logon, client, database: settings, prepare }: Setting = {}) => {
  const test = createTestDatabase(settings);
  prepare?.(test.database);
  const output = { stdout: '', stderr: '' };
  const sqlplus = createClient(test.database, {
    arguments: args,
    ...client,
    write: (stream, text) => {
      output[stream] += text;
    },
  });
  sqlplus.feed(Buffer.from(lines.map((line) => `${line}\n`).join('')));
  sqlplus.end();
  return { exit: await sqlplus.exited, ...output, ...test };
};

const printed = async (lines: readonly string[], setting?: Setting): Promise<string> =>
  (await run(lines, setting)).stdout;

describe('the line reader', () => {
  it.each<[name: string, lines: readonly string[], out: string]>([
    ['runs a statement of several lines at its semicolon', [plain, 'select 1', 'from', 'dual;'], '         1\n'],
    [
      'runs the buffer at a slash, and again at the next',
      [plain, 'select 1 from dual', '/', '/'],
      '         1\n         1\n',
    ],
    ['keeps the buffer after a dot', [plain, 'select 1 from dual', '.', 'run'], '         1\n'],
    ['drops a statement at an empty line', [plain, 'select 1', '', 'PROMPT on'], 'on\n'],
    [
      'keeps a statement through empty lines when told so',
      [plain, 'SET SQLBLANKLINES ON', 'select 1', '', 'from dual;'],
      '         1\n',
    ],
    ['ends a block at a slash alone', [plain, 'BEGIN', '', '  NULL;', 'END;', '/', 'PROMPT on'], 'on\n'],
    ['takes CRLF', [`${plain}\r`, 'select 1 from dual;\r'], '         1\n'],
    ['goes on after a hyphen', [plain, 'PROMPT a', 'SET HEADING -', 'OFF', 'select 1 from dual;'], 'a\n         1\n'],
    [
      'runs a command in the middle of a statement after #',
      [plain, 'select 1', '#PROMPT between', 'from dual;'],
      'between\n         1\n',
    ],
    ['ends in the middle of a statement when that command says so', [plain, 'select 1', '#EXIT 3', 'from dual;'], ''],
    ['skips a comment of several lines', ['/* one', 'PROMPT two', '*/', 'PROMPT on'], 'on\n'],
    ['has nothing to run at first', ['/'], 'SP2-0103: Nothing in SQL buffer to run.\n'],
    ['lists the buffer', [plain, 'select 1', 'from dual', '.', 'LIST', '.'], '  1  select 1\n  2* from dual\n'],
    [
      'asks for a variable and takes the next line for it',
      [plain, 'select &what from dual;', '7'],
      'Enter value for what: old   1: select &what from dual;\nnew   1: select 7 from dual;\n         7\n',
    ],
    [
      'remembers a double variable',
      [plain, 'SET VERIFY OFF', "select '&&a&a' from dual;", 'x', 'PROMPT &a..'],
      'Enter value for a: xx\nx.\n',
    ],
    ['uses what DEFINE set', [plain, 'SET VERIFY OFF', "DEFINE a = 'y'", 'PROMPT &a'], 'y\n'],
    ['leaves & alone with DEFINE OFF', ['SET DEFINE OFF', 'PROMPT a&b'], 'a&b\n'],
    [
      'takes two statements into one when a terminator is forgotten',
      ["ALTER SESSION SET NLS_DATE_FORMAT='DD'", 'ALTER SYSTEM SWITCH LOGFILE;'],
      "ALTER SESSION SET NLS_DATE_FORMAT='DD'\n*\nERROR at line 1:\nORA-00922: missing or invalid option\n\n\n",
    ],
  ])('%s', async (_, lines, out) => {
    expect(await printed(lines)).toBe(out);
  });

  it('knows a block by its second line', async () => {
    const { stderr } = await run(['CREATE OR REPLACE', 'PROCEDURE p IS', 'BEGIN NULL;', 'END;', '/']);
    expect(stderr).toMatch(/CREATE OR REPLACE PROCEDURE p IS BEGIN NULL; END;/i);
  });

  it('reads bytes that are cut in the middle of a character', async () => {
    const { database } = createTestDatabase();
    let stdout = '';
    const write = (_: string, text: string) => {
      stdout += text;
    };
    const client = createClient(database, { arguments: ['-S', '/nolog'], write });
    for (const byte of Buffer.from('PROMPT größer')) client.feed(Uint8Array.of(byte));
    client.end();
    await client.exited;
    expect(stdout).toBe('größer\n');
  });
});

describe('commands', () => {
  it.each<[line: string, out: string]>([
    ['PROMPT', '\n'],
    ['pro a  b', 'a  b\n'],
    ['REM nothing', ''],
    ['REMARK', ''],
    ['-- nothing', ''],
    ['/* nothing */', ''],
    ['SHOW USER', 'USER is "SYSTEM"\n'],
    ['SHO SQLCODE', 'sqlcode 0\n'],
    ['SHOW RELEASE', 'release 1900000000\n'],
    ['SHOW NOTHING', 'SP2-0158: unknown SHOW option "NOTHING"\n'],
    ['SPOOL OFF', ''],
    ['SPOOL out.txt', 'SP2-0606: Cannot create SPOOL file "out.txt"\n'],
    ['@missing.sql', 'SP2-0310: unable to open file "missing.sql"\n'],
    ['START missing.sql', 'SP2-0310: unable to open file "missing.sql"\n'],
    ['HOST ls', 'SP2-0738: Restricted command "host" not available\n'],
    ['!ls', 'SP2-0738: Restricted command "host" not available\n'],
    ['WHENEVER', 'SP2-0745: Usage: WHENEVER SQLERROR/OSERROR { CONTINUE | EXIT }\n'],
    ['WHENEVER SQLERROR STOP', 'SP2-0745: Usage: WHENEVER SQLERROR/OSERROR { CONTINUE | EXIT }\n'],
    ['EXEC NULL;', '\nPL/SQL procedure successfully completed.\n\n'],
    ['CLEAR COLUMNS', ''],
    ['UNDEFINE x', ''],
    ['TTITLE OFF', ''],
    ['DISCONNECT', ''],
    ['xist', 'SP2-0042: unknown command "xist" - rest of line ignored.\n'],
    ['SET NOTHING ON', 'SP2-0158: unknown SET option "NOTHING"\n'],
    ['SET ERRORDETAILS OFF', 'SP2-0735: unknown SET option beginning "ERRORDETAI..."\n'],
    ['SET SERVEROUTPUT ON SIZE UNLIMITED FORMAT WRAPPED TIMING OFF', ''],
    ['SET MARKUP HTML OFF', ''],
    ['SET ECHO OFF;', ''],
    ['SET', ''],
    ['ARCHIVE LOG LIST', 'ORA-01031: insufficient privileges\n'],
    ['STARTUP', 'ORA-01031: insufficient privileges\n'],
  ])('%s', async (line, out) => {
    expect(await run([line])).toMatchObject({ stdout: out, stderr: '', exit: { status: 0 } });
  });

  it('prints a Help line after an unknown command of 23ai, unless told not to', async () => {
    const client = { release: '23ai' } as const;
    expect(await printed(['xist', 'SET ERRORDETAILS OFF', 'xist'], { client })).toBe(
      'SP2-0042: unknown command "xist" - rest of line ignored.\nHelp: https://docs.oracle.com/error-help/db/sp2-0042/\nSP2-0042: unknown command "xist" - rest of line ignored.\n',
    );
  });

  it('forbids what -R forbids', async () => {
    const args = ['-S', '-R', '3', '/nolog'];
    expect(await printed(['SPOOL x', '@x', 'HOST ls'], { args })).toBe(
      ['spool', 'start', 'host'].map((name) => `SP2-0738: Restricted command "${name}" not available\n`).join(''),
    );
  });

  it('cannot reach the database when not connected', async () => {
    expect(await printed(['DISC', 'ARCHIVE LOG LIST', 'select 1 from dual;'])).toBe(
      'SP2-0640: Not connected\nSP2-0640: Not connected\n',
    );
  });
});

describe('the exit status', () => {
  it.each<[lines: readonly string[], status: number]>([
    [['EXIT'], 0],
    [['QUIT SUCCESS'], 0],
    [['EXIT FAILURE ROLLBACK;'], 1],
    [['EXIT WARNING'], 2],
    [['EXIT nonsense'], 1],
    [['select x from dual;', 'EXIT SQL.SQLCODE'], 904 % 256],
    [['WHENEVER SQLERROR EXIT FAILURE', 'select x from dual;'], 1],
    [['WHENEVER SQLERROR EXIT 4 ROLLBACK;', 'xist', 'SET NOTHING', 'PROMPT on'], 0],
    [['WHENEVER SQLERROR EXIT 4', 'WHENEVER SQLERROR CONTINUE NONE', 'select x from dual;'], 0],
    [['WHENEVER OSERROR EXIT 9', '@missing'], 9],
    [['drop table precious;'], 70],
  ])('after %j is %i', async (lines, status) => {
    expect((await run(lines)).exit).toEqual({ status });
  });

  it('is that of a killed process when a fault kills it, in a statement or in CONNECT', async () => {
    for (const match of ['dual', 'CONNECT']) {
      const test = createTestDatabase();
      test.faults.inject({ match, action: { kind: 'die', when: 'before' } });
      const client = createClient(test.database, { arguments: logon, write: () => {} });
      client.feed(Buffer.from('select 1 from dual;\n'));
      expect(await client.exited).toEqual({ signal: 'SIGKILL' });
    }
  });
});

describe('rendering', () => {
  it.each<[name: string, lines: readonly string[], out: string]>([
    [
      'shows headings, an underline and a blank line after few rows',
      ['SET TAB OFF', 'select file#, status from v$backup where file# < 2;'],
      '\n     FILE# STATUS\n---------- ------------------\n         1 NOT ACTIVE\n\n',
    ],
    ['counts one row', ['SET TAB OFF FEEDBACK 1', 'select dummy from dual;'], '\nD\n-\nX\n\n1 row selected.\n\n'],
    [
      'writes long numbers as exponents',
      [plain, 'select 15280596683192, -15280596683192, 12345678901 from dual;'],
      '    1.5281E+13      -1.528E+13  1.2346E+10\n',
    ],
    ['writes broken numbers', [plain, 'select 1/3, 0.5 from dual;'], '.333333333         .5\n'],
    [
      'writes long numbers in full when wide enough',
      [plain, 'SET NUMWIDTH 15', 'select 15280596683192 from dual;'],
      ' 15280596683192\n',
    ],
    ['shows NULL as it was told', [plain, 'SET NULL <null>', "select null, 'x' from dual;"], '<null>     x\n'],
    ['puts its own text between columns', [plain, 'SET COLSEP "|"', "select 'a', 'b' from dual;"], 'a|b\n'],
    [
      'keeps trailing blanks with TRIMOUT OFF',
      [plain, 'SET TRIMOUT OFF', 'select status from v$backup where file# = 1;'],
      'NOT ACTIVE        \n',
    ],
    ['wraps a value at the line', [plain, 'SET LINESIZE 5', "select 'abcdefgh' from dual;"], 'abcde\nfgh\n\n'],
    ['cuts it with WRAP OFF', [plain, 'SET LINESIZE 5 WRAP OFF', "select 'abcdefgh' from dual;"], 'abcde\n'],
    [
      'breaks columns that do not fit into lines',
      [plain, 'SET LINESIZE 12', 'select 1, 2 from dual;'],
      '         1\n         2\n',
    ],
    [
      'takes widths from COLUMN',
      [
        'SET TAB OFF FEEDBACK OFF',
        'COLUMN status FORMAT A6',
        'COL file# FOR 99',
        'COL n FORMAT 9',
        'select file#, status, 15 n from v$backup where file# = 1;',
      ],
      '\nFILE# STATUS  N\n----- ------ --\n    1 NOT AC ##\n      TIVE\n\n',
    ],
    ['shows no heading with HEADING OFF', ['SET HEADING OFF FEEDBACK OFF', 'select dummy from dual;'], '\nX\n'],
    [
      'shows no underline with UNDERLINE OFF',
      ['SET UNDERLINE OFF FEEDBACK OFF NEWPAGE NONE', 'select dummy from dual;'],
      'D\nX\n',
    ],
    [
      'begins a new page with its heading',
      ['SET PAGESIZE 4 FEEDBACK OFF TAB OFF', 'select file# from v$backup where file# < 3;'],
      '\n     FILE#\n----------\n         1\n\n     FILE#\n----------\n         2\n',
    ],
    ['says how long it took', ['SET FEEDBACK OFF TIMING ON', 'commit;'], 'Elapsed: 00:00:00.01\n'],
    [
      'prints dates in the format of the session',
      [
        plain,
        "alter session set nls_date_format='YYYY-MM-DD HH24:MI';",
        "select to_date('2024-03-02 10:11','YYYY-MM-DD HH24:MI') from dual;",
      ],
      '2024-03-02 10:11\n',
    ],
    ['keeps a line break of a value', [plain, "select 'a'||CHR(10)||'b' from dual;"], 'a\nb\n\n'],
    [
      'writes CSV with its own delimiter, numbers and NULL bare',
      ['SET FEEDBACK OFF', 'SET MARKUP CSV ON DELIMITER ; QUOTE ON', `select 1 n, 'say "x"' t, '' e from dual;`],
      '\n"N";"T";"E"\n1;"say ""x""";\n',
    ],
    [
      'writes CSV without quotes',
      ['SET FEEDBACK OFF HEADING OFF', 'SET MARKUP CSV ON QUOTE OFF', "select 'a', 'b' from dual;"],
      '\na,b\n',
    ],
    ['leaves CSV again', [plain, 'SET MARKUP CSV ON', 'SET MARKUP CSV OFF', "select 'a' from dual;"], 'a\n'],
    [
      'puts the star under the error',
      ['select 1,', '  nothing from dual;'],
      '  nothing from dual\n  *\nERROR at line 2:\nORA-00904: "NOTHING": invalid identifier\n\n\n',
    ],
  ])('%s', async (_, lines, out) => {
    expect(await printed(lines)).toBe(out);
  });

  it('takes -M from the command line', async () => {
    const args = ['-S', '-M', 'CSV ON', 'system/Fake-system-secret@ORCL'];
    expect(await printed(['SET FEEDBACK OFF', 'select 1 n from dual;'], { args })).toBe('\n"N"\n1\n');
  });
});

describe('the command line', () => {
  it.each<[args: readonly string[], out: RegExp, status: number]>([
    [['-V'], /Release 19\.0\.0\.0\.0 - Production\nVersion 19\.3/, 0],
    [['-version'], /Release 19/, 0],
    [['-X'], /Usage 1: sqlplus/, 1],
    [['-s', '-l', '-R', '3', '-C', '12.1', '-NOLOGINTIME', '-F', '-AC', '/nolog'], /^ok\n$/, 0],
    [['-s', '-R', '3', '/nolog', '@x'], /^SP2-0738: Restricted command "start" not available\nok\n$/, 0],
    [['-s', '/nolog', '@missing'], /^SP2-0310: unable to open file "missing.sql"\nok\n$/, 0],
    [['-H'], /Usage 1: sqlplus/, 0],
    [['-R', '9', '/nolog'], /Usage 1: sqlplus/, 1],
    [['-S', '/', 'as', 'sysbda'], /^\nSQL\*Plus: Release .*\n(?:.*\n)*Usage 1/, 1],
    [['-SILENT', '-LOGON', '-MARKUP', 'CSV ON', '-RESTRICT', '1', '/NOLOG'], /^ok\n$/, 0],
  ])('%j', async (args, out, status) => {
    const { stdout, exit } = await run(['PROMPT ok'], { args });
    expect({ stdout, exit }).toEqual({ stdout: expect.stringMatching(out), exit: { status } });
  });

  it('knows no -F before 18c, and writes releases as they were written then', async () => {
    expect((await run([], { args: ['-F'], client: { release: '12.2' } })).exit).toEqual({ status: 1 });
    expect(await printed([], { args: ['-V'], client: { release: '12.2' } })).toBe(
      '\nSQL*Plus: Release 12.2.0.1.0 Production\n\n',
    );
  });
});

describe('logging on', () => {
  it.each<[line: string, out: string]>([
    ['CONNECT system/"Fake-system-secret"@ORCL', ''],
    ['CONN "SYSTEM"/"Fake-system-secret"@"ORCL"', 'ORA-12154'],
    ['CONNECT system/Fake-system-secret', ''],
    ['CONNECT system/Fake-system-secret@(DESCRIPTION = (CONNECT_DATA = (SERVICE_NAME = ORCL)));', ''],
    ['CONNECT / AS SYSDBA', ''],
    ['CONNECT system', 'ORA-01005: null password given; logon denied'],
    ['CONNECT system/Fake@system-secret@ORCL', 'ORA-12154'],
    ['CONNECT system/Fake/secret@ORCL', 'SP2-0306'],
    ['CONNECT system/Fake-system-secret@ORCL AS SYSNOTHING', 'SP2-0306: Invalid option.'],
    ['CONNECT @ORCL', 'SP2-0306: Invalid option.'],
    ['CONNECT', 'SP2-0306: Invalid option.'],
  ])('%s', async (line, out) => {
    const stdout = await printed([line, 'PROMPT after'], { args: ['-S', '/nolog'] });
    expect({ stdout, isQuiet: stdout === 'after\n' }).toEqual({
      stdout: expect.stringContaining(out),
      isQuiet: out === '',
    });
  });

  it('exits on a refused CONNECT, but not on one that cannot be read', async () => {
    const args = ['-S', '/nolog'];
    const onError = 'WHENEVER SQLERROR EXIT 5';
    expect((await run([onError, 'CONNECT system/wrong', 'PROMPT never'], { args })).exit).toEqual({ status: 5 });
    expect((await run([onError, 'CONNECT a b', 'PROMPT on'], { args })).exit).toEqual({ status: 0 });
  });

  it('asks for user and password when there is no logon on the command line', async () => {
    expect(await printed(['system', 'Fake-system-secret', plain, 'select user from dual;'], { args: ['-S'] })).toBe(
      'SYSTEM\n',
    );
    expect(await printed(['system/Fake-system-secret', plain, 'select user from dual;'], { args: ['-S'] })).toBe(
      'SYSTEM\n',
    );
  });

  it('says what it is doing without -S', async () => {
    const stdout = await printed(['SHOW USER', 'select 1', 'from dual;', 'CONNECT system/Fake-system-secret'], {
      args: ['system/Fake-system-secret'],
    });
    expect(stdout).toMatch(/Connected to:\nOracle Database 19c/);
    expect(stdout).toContain('SQL> USER is "SYSTEM"\nSQL>   2  \n');
    expect(stdout).toMatch(/SQL> Connected\.\nSQL> Disconnected from Oracle Database 19c/);
  });

  it('finds an idle instance', async () => {
    const prepare = (database: SimulatedDatabase) => database.crash();
    expect(await printed(['CONNECT / AS SYSDBA'], { args: ['/ as sysdba'], prepare })).toMatch(
      /Connected to an idle instance\.\n\nSQL> Connected to an idle instance\.\nSQL> Disconnected/,
    );
  });

  const expired = { users: [{ name: 'system', password: 'Fake-old', roles: ['DBA'], state: 'expired' as const }] };

  it('takes the next two lines for a new password when the old one has expired', async () => {
    const lines = ['CONNECT system/Fake-old@ORCL', 'Fake-new', 'Fake-new', 'SHOW USER'];
    expect(
      await printed(lines, {
        args: ['-S', '/nolog'],
        database: { ...expired, users: expired.users.map((user) => ({ ...user })) },
      }),
    ).toBe(
      'ERROR:\nORA-28001: the password has expired\n\n\nChanging password for system\nNew password: \nRetype new password: \nPassword changed\nUSER is "SYSTEM"\n',
    );
  });

  it('does not log on when the two differ, and has eaten both lines', async () => {
    const lines = ['CONNECT system/Fake-old@ORCL', 'PROMPT one', 'PROMPT two', 'SHOW USER'];
    expect(await printed(lines, { args: ['-S', '/nolog'], database: expired })).toMatch(
      /Password unchanged\nUSER is ""\n$/,
    );
  });

  it('runs glogin.sql after every logon', async () => {
    const client = { glogin: ['PROMPT noise', 'SET FEEDBACK OFF'] };
    const lines = ['commit;', 'CONNECT system/Fake-system-secret', 'PROMPT end'];
    expect(await printed(lines, { client })).toBe('noise\nnoise\nend\n');
  });
});

describe('the instance', () => {
  it('shuts down and starts again', async () => {
    const { stdout, database } = await run(['SHUTDOWN IMMEDIATE', 'STARTUP MOUNT', 'ALTER DATABASE OPEN;'], {
      args: administrator,
    });
    expect(stdout).toMatch(
      /^Database closed\.\nDatabase dismounted\.\nORACLE instance shut down\.\nORACLE instance started\.\n\n(?:.*bytes\n){5}Database mounted\.\n\nDatabase altered\.\n\n$/,
    );
    expect(database.state.instanceStatus).toBe('OPEN');
  });

  it('opens with STARTUP, and says so', async () => {
    expect(await printed(['shut abort', 'STARTUP NOMOUNT', 'SHUTDOWN', 'STARTUP'], { args: administrator })).toMatch(
      /^ORACLE instance shut down\.\nORACLE instance started\.\n\n(?:.*bytes\n){5}Database dismounted\.\nORACLE instance shut down\.\nORACLE instance started\.\n\n(?:.*bytes\n){5}Database mounted\.\nDatabase opened\.\n$/,
    );
  });

  it.each<[lines: readonly string[], out: string]>([
    [['STARTUP'], 'ORA-01081: cannot start already-running ORACLE - shut it down first\n'],
    [['RECOVER DATABASE'], 'ORA-01507: database not mounted\n'],
    [['SHUTDOWN ABORT', 'SHUTDOWN'], 'ORACLE instance shut down.\nORA-01034: ORACLE not available\n'],
    [
      ['WHENEVER SQLERROR EXIT 4', 'STARTUP', 'PROMPT never'],
      'ORA-01081: cannot start already-running ORACLE - shut it down first\n',
    ],
  ])('%j', async (lines, out) => {
    expect(await printed(lines, { args: administrator })).toBe(out);
  });

  it('lists its logs', async () => {
    const stdout = await printed(['ARCHIVE LOG LIST'], { args: administrator });
    expect(stdout).toContain('Database log mode              Archive Mode\n');
    expect(stdout).toContain('Current log sequence           68\n');
    const prepare = (database: SimulatedDatabase) => database.setLogMode('NOARCHIVELOG');
    expect(await printed(['ARCHIVE LOG LIST'], { args: administrator, prepare })).toContain('No Archive Mode');
  });

  const crashedInBackup = (database: SimulatedDatabase) => {
    database.beginBackup();
    database.crash();
    database.restart();
  };

  it('recovers after a crash in backup mode, and then opens', async () => {
    const { stdout, database } = await run(['RECOVER DATABASE', 'ALTER DATABASE OPEN;', 'SET FEEDBACK OFF'], {
      args: administrator,
      prepare: crashedInBackup,
    });
    expect(stdout).toBe('Media recovery complete.\n\nDatabase altered.\n\n');
    expect(database.state.files.some(({ backup }) => backup.isActive)).toBe(false);
  });

  it.each(['RECOVER DATAFILE 1', 'RECOVER DATABASE UNTIL CANCEL'])(
    'fails loudly on %s with an answer that is not modelled',
    async (line) => {
      const result = await run([line, 'AUTO'], { args: administrator, prepare: crashedInBackup });
      expect(result).toMatchObject({ exit: { status: 70 }, stderr: expect.stringContaining('not modelled') });
    },
  );

  it('takes the end of the input for CANCEL', async () => {
    expect(await printed(['RECOVER DATABASE UNTIL CANCEL'], { args: administrator, prepare: crashedInBackup })).toMatch(
      /ORA-01112/,
    );
  });
});

describe('a client that is killed', () => {
  it('prints nothing more, sends nothing more, and leaves its statement running', async () => {
    const { database, journal } = createTestDatabase({ users });
    const write = vi.fn<ClientOptions['write']>();
    const client = createClient(database, { arguments: logon, write });
    journal.hold({ match: 'BEGIN BACKUP', when: 'before' });
    client.feed(Buffer.from('alter database begin backup;\nalter database end backup;\n'));
    await journal.waitFor(({ held }) => held !== undefined);
    client.drop();
    journal.release('BEGIN BACKUP');
    await client.exited;
    expect(database.state.files.every(({ backup }) => backup.isActive)).toBe(true);
    expect(write).not.toHaveBeenCalled();
    expect(database.state.sessions).toEqual([]);
  });
});
