import { describe, expect, it } from 'vitest';
import { createTestDatabase } from '../database.test.fixture.js';
import { type ClientOptions, createClient } from './client.js';

const logon = ['-S', 'system/Fake-system-secret@ORCL'];
const plain = 'SET PAGESIZE 0 FEEDBACK OFF TAB OFF RECSEP OFF';
const done = '\nPL/SQL procedure successfully completed.\n\n';

const printed = async (lines: readonly string[], options: Partial<ClientOptions> = {}): Promise<string> => {
  const { database } = createTestDatabase();
  let stdout = '';
  const client = createClient(database, {
    arguments: logon,
    ...options,
    write: (_, text) => {
      stdout += text;
    },
  });
  client.feed(Buffer.from(lines.map((line) => `${line}\n`).join('')));
  client.end();
  await client.exited;
  return stdout;
};

describe('variables', () => {
  it.each<[name: string, lines: readonly string[], out: string]>([
    [
      'are listed, shown and removed',
      ['DEFINE a = 1', 'DEFINE', 'DEFINE a', 'UNDEFINE a', 'DEFINE a'],
      `${'DEFINE A               = "1" (CHAR)\n'.repeat(2)}SP2-0135: symbol a is UNDEFINED\n`,
    ],
    [
      'are asked for by ACCEPT, which takes the next line',
      ["ACCEPT a PROMPT 'who? '", 'me', 'ACCEPT b DEFAULT you', '', 'ACCEPT c HIDE', 'x', 'PROMPT &a &b &c'],
      'who? me you x\n',
    ],
    ['leave a line to PAUSE', ['PAUSE go on', 'PROMPT eaten', 'PROMPT on'], 'go on\non\n'],
    [
      'are bound, set and printed',
      ['VARIABLE n NUMBER', 'VAR t VARCHAR2(10)', 'EXEC :n := 6 * 7', "EXECUTE :t := 'it''s'", 'PRINT n', 'PRINT :t'],
      `${done}${done}\n         N\n----------\n        42\n\n\nT\n----\nit's\n\n`,
    ],
    [
      'stand in statements',
      [plain, 'VAR n NUMBER', 'VAR s VARCHAR2(9)', 'EXEC :n := 3', "select :n, ':n', :s from dual;"],
      '         3 :n\n',
    ],
    ['must be declared', ['EXEC :x := 1', 'PRINT x', 'PRINT'], 'SP2-0552: Bind variable "X" not declared.\n'.repeat(2)],
    [
      'hear of an error in their expression',
      ['VAR n NUMBER', 'EXEC :n := 1/0'],
      'SELECT 1/0 FROM dual\n*\nERROR at line 1:\nORA-01476: divisor is equal to zero\n\n\n',
    ],
  ])('%s', async (_, lines, out) => {
    expect((await printed(lines)).slice(0, out.length)).toBe(out);
  });

  it('give the status of EXIT', async () => {
    const { database } = createTestDatabase();
    const client = createClient(database, { arguments: logon, write: () => {} });
    client.feed(Buffer.from('VAR n NUMBER\nEXEC :n := 300\nEXIT :n\n'));
    expect(await client.exited).toEqual({ status: 44 });
  });
});

describe('SHOW', () => {
  it.each([
    ['LINESIZE', 'linesize 80\n'],
    ['PAGES', 'pagesize 14\n'],
    ['FEEDBACK', 'FEEDBACK ON for 6 or more rows\n'],
    ['DEFINE', 'define "&" (hex 26)\n'],
    ['WRAP', 'wrap : lines will be wrapped\n'],
    ['COLSEP', 'colsep " "\n'],
    ['NEWPAGE', 'newpage 1\n'],
    ['RECSEP', 'recsep WRAPPED\n'],
    ['HEADING;', 'heading ON\n'],
    ['ERRORLOGGING', 'errorlogging is OFF\n'],
    ['AUTOTRACE', 'autotrace OFF\n'],
    ['ERRORS', 'No errors.\n'],
    ['CON_NAME', `\nCON_NAME\n${'-'.repeat(30)}\nORCL\n`],
    ['CON_ID', `\nCON_ID\n${'-'.repeat(30)}\n0\n`],
  ])('%s', async (what, out) => {
    expect(await printed([`SHOW ${what}`])).toBe(out);
  });

  it('says what is off', async () => {
    const off = ['FEEDBACK', 'DEFINE', 'WRAP'];
    const lines = [`SET ${off.join(' OFF ')} OFF`, ...off.map((name) => `SHOW ${name}`)];
    expect(await printed(lines)).toBe('feedback OFF\ndefine OFF\nwrap : lines will be truncated\n');
  });

  it('lists parameters whose name contains a word', async () => {
    const stdout = await printed(['SHOW PARAMETER db_name']);
    expect(stdout).toMatch(/^\nNAME {33}TYPE {8}VALUE\n-{36} -{11} -{30}\ndb_name {30}string {6}ORCL\n$/);
  });

  it('and DESCRIBE need a connection, and something that is there', async () => {
    expect(await printed(['DISCONNECT', 'SHOW PARAMETER x', 'DESC v$backup'])).toBe(
      'SP2-0640: Not connected\n'.repeat(2),
    );
    expect(await printed(['DESC nothing'])).toBe('ERROR:\nORA-04043: object nothing does not exist\n\n\n');
  });
});

it('DESCRIBE lists the columns of a view', async () => {
  expect(await printed(['DESCRIBE v$backup;'])).toMatch(
    /^ Name {38}Null\? {4}Type\n -{41} -{8} -{28}\n FILE# {46}NUMBER\n STATUS {45}VARCHAR2\(18\)\n/,
  );
});

describe('COLUMN', () => {
  it.each<[name: string, lines: readonly string[], out: string]>([
    [
      'gives a heading, hides a column, and is taken back',
      [
        'SET FEEDBACK OFF TAB OFF NEWPAGE NONE',
        "COLUMN n HEADING 'the n' FORMAT 9,990.0",
        'COL t NOPRINT',
        "select 1234 n, 'x' t from dual;",
        'COL t PRINT',
        'COLUMN n CLEAR',
        "select 1234 n, 'x' t from dual;",
        'CLEAR COLUMNS',
      ],
      '   the n\n--------\n 1,234.0\n         N T\n---------- -\n      1234 x\n',
    ],
    ['refuses a format that it does not know', ['COL n FORMAT Q9'], 'SP2-0246: Illegal FORMAT string "Q9"\n'],
  ])('%s', async (_, lines, out) => {
    expect(await printed(lines)).toBe(out);
  });
});

describe('SET', () => {
  it.each<[name: string, lines: readonly string[], out: string]>([
    [
      'MARKUP HTML writes a table',
      ['SET MARKUP HTML ON FEEDBACK OFF', 'SET MARKUP HTML ON', "select 1 n, '<&>' t, '' e from dual;"],
      '<p>\n<table border=\'1\' width=\'90%\' align=\'center\' summary=\'Script output\'>\n<tr>\n<th scope="col">\nN\n</th>\n<th scope="col">\nT\n</th>\n<th scope="col">\nE\n</th>\n</tr>\n<tr>\n<td align="right">\n         1\n</td>\n<td>\n&lt;&amp;&gt;\n</td>\n<td>\n&nbsp;\n</td>\n</tr>\n</table>\n<p>\n\n',
    ],
    ['RECSEP EACH parts all rows', [plain, 'SET RECSEP EACH', 'select 1 from dual;'], '         1\n\n'],
    [
      'SERVEROUTPUT shows what a block wrote',
      ['SET SERVEROUTPUT ON SIZE UNLIMITED', "EXEC DBMS_OUTPUT.PUT_LINE('hello')"],
      `hello\n${done}`,
    ],
    [
      'ERRORLOGGING finds no table',
      ['SET ERRORLOGGING ON TABLE x'],
      'SP2-1507: Errorlogging table, role or privilege is missing or not accessible\n',
    ],
    [
      'AUTOTRACE finds no role',
      ['SET AUTOTRACE ON', 'SET AUTOTRACE OFF'],
      expect.stringMatching(/^SP2-0618.*\nSP2-0611/),
    ],
    [
      'refuses a number out of range',
      ['SET LINESIZE 40000', 'SET PAGESIZE x'],
      'SP2-0267: linesize option 40000 out of range (1 through 32767)\nSP2-0267: pagesize option x out of range (0 through 50000)\n',
    ],
    ['PAUSE waits for a line before rows', [plain, 'SET PAUSE ON', 'select 1 from dual;', 'eaten'], '         1\n'],
    ['LINESIZE 1 ends too', ['SET LINESIZE 1', 'alter database end backup;'], expect.stringMatching(/\nO\nR\nA\n-\n/)],
    ['MARKUP knows nothing else', ['SET MARKUP X ON'], 'SP2-0158: unknown SET MARKUP option "X"\n'],
  ])('%s', async (_, lines, out) => {
    expect(await printed(lines)).toEqual(out);
  });

  it('MARKUP CSV needs a client of 12.2', async () => {
    expect(await printed(['SET MARKUP CSV ON'], { release: '12.1' })).toContain('SP2-0158');
    expect(await printed(['SET MARKUP CSV ON'], { release: '12.2' })).toBe('');
  });
});

it('the client says when the account logged in last, unless told not to', async () => {
  const account = 'system/Fake-system-secret@ORCL';
  expect(await printed([], { arguments: [account] })).toMatch(/Last Successful login time: \w+ .*\n\n\nConnected to:/);
  expect(await printed([], { arguments: ['-NOLOGINTIME', account] })).not.toContain('Last Successful');
  expect(await printed([], { arguments: [account], release: '11.2' })).not.toContain('Last Successful');
});
