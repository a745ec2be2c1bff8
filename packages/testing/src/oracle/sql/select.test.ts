import { describe, expect, it } from 'vitest';
import type { Column, Relation } from './compile.js';
import type { SqlContext } from './functions.js';
import { createSelectEngine } from './select.js';
import type { Value } from './values.js';

const number = (name: string): Column => ({ name, type: 'number', width: 10 });
const text = (name: string, width = 20): Column => ({ name, type: 'text', width });

const views: Readonly<Record<string, Relation>> = {
  V$FILE: {
    columns: [
      number('FILE#'),
      text('NAME'),
      text('STATUS', 18),
      number('CHANGE#'),
      { name: 'TIME', type: 'date', width: 9 },
    ],
    rows: [
      [1n, '/data/system01.dbf', 'ACTIVE', 18_446_744_073_709_551_615n, new Date('2024-03-02T13:42:02Z')],
      [2n, '/data/users01.dbf', 'NOT ACTIVE', 7n, null],
      [3n, '/data/50%_full.dbf', 'ACTIVE', 7n, new Date('2024-03-01T00:00:00Z')],
      [4n, null, null, null, null],
    ],
  },
  V$SIZE: {
    columns: [number('FILE#'), number('BYTES')],
    rows: [
      [1n, 100n],
      [2n, 250n],
      [2n, 0.5],
    ],
  },
};

const context: SqlContext = {
  user: 'SYSTEM',
  dateMask: 'DD-MON-RR',
  offsetMinutes: 120,
  nowMs: () => Date.parse('2024-03-02T13:42:02.345Z'),
  userenv: (name) => (name === 'CON_NAME' ? 'CDB$ROOT' : null),
};

const engine = createSelectEngine({ findView: (name) => views[name] }, context);
const rows = (sql: string): readonly (readonly Value[])[] => engine.run(sql).rows;
const values = (sql: string): readonly Value[] => rows(sql).map(([first = null]) => first);
/** The value of one expression. */
const value = (expression: string): Value | undefined => rows(`SELECT ${expression} FROM dual`)[0]?.[0];

describe('SELECT', () => {
  it.each<[sql: string, expected: readonly Value[]]>([
    ['SELECT file# FROM v$file', [1n, 2n, 3n, 4n]],
    ["select f.file# from V$FILE f where f.status = 'ACTIVE'", [1n, 3n]],
    ["SELECT file# FROM v$file WHERE status <> 'ACTIVE'", [2n]],
    ["SELECT file# FROM v$file WHERE NOT (status = 'ACTIVE')", [2n]],
    ["SELECT file# FROM v$file WHERE (status = 'ACTIVE' OR file# = 2) AND file# >= 2", [2n, 3n]],
    ['SELECT file# FROM v$file WHERE name IS NULL', [4n]],
    ['SELECT file# FROM v$file WHERE name IS NOT NULL AND file# != 1', [2n, 3n]],
    ["SELECT file# FROM v$file WHERE name = ''", []],
    ["SELECT file# FROM v$file WHERE name LIKE '/data/%01.dbf'", [1n, 2n]],
    ["SELECT file# FROM v$file WHERE name LIKE '%50\\%\\_full%' ESCAPE '\\'", [3n]],
    ["SELECT file# FROM v$file WHERE name NOT LIKE '/data/______01.dbf'", [2n, 3n]],
    ['SELECT file# FROM v$file WHERE file# IN (1, 3, 9)', [1n, 3n]],
    ['SELECT file# FROM v$file WHERE file# NOT IN (1, 3)', [2n, 4n]],
    ['SELECT file# FROM v$file WHERE file# NOT IN (1, NULL)', []],
    ['SELECT file# FROM v$file WHERE file# IN (SELECT file# FROM v$size WHERE bytes > 200)', [2n]],
    ['SELECT file# FROM v$file f WHERE EXISTS (SELECT 1 FROM v$size s WHERE s.file# = f.file#)', [1n, 2n]],
    ['SELECT file# FROM v$file WHERE file# BETWEEN 2 AND 3', [2n, 3n]],
    ['SELECT file# FROM v$file WHERE file# NOT BETWEEN 2 AND 3', [1n, 4n]],
    ["SELECT file# FROM v$file WHERE file# < '2'", [1n]],
    ['SELECT file# FROM v$file WHERE ROWNUM <= 2', [1n, 2n]],
    ["SELECT file# FROM v$file WHERE time > TO_DATE('2024-03-01 12:00:00', 'YYYY-MM-DD HH24:MI:SS')", [1n]],
    ['SELECT file# FROM v$file ORDER BY file# DESC', [4n, 3n, 2n, 1n]],
    ['SELECT file# FROM v$file ORDER BY change#, 1 DESC', [3n, 2n, 1n, 4n]],
    ['SELECT file# FROM v$file ORDER BY name DESC', [4n, 2n, 1n, 3n]],
    ['SELECT file# FROM v$file ORDER BY name NULLS FIRST', [4n, 3n, 1n, 2n]],
    ['SELECT -file# AS negated FROM v$file ORDER BY negated', [-4n, -3n, -2n, -1n]],
    ['SELECT file# FROM v$file FETCH FIRST 2 ROWS ONLY', [1n, 2n]],
    ['SELECT file# FROM v$file FETCH FIRST ROW ONLY', [1n]],
    ['SELECT DISTINCT change# FROM v$file ORDER BY 1', [7n, 18_446_744_073_709_551_615n, null]],
    ['SELECT file# FROM v$file WHERE file# = 1 UNION ALL SELECT file# FROM v$size ORDER BY 1', [1n, 1n, 2n, 2n]],
    ['SELECT file# FROM v$size UNION SELECT file# FROM v$file WHERE file# < 3 ORDER BY 1', [1n, 2n]],
    ['SELECT s.bytes FROM v$file f JOIN v$size s ON s.file# = f.file# ORDER BY s.bytes', [0.5, 100n, 250n]],
    ['SELECT s.bytes FROM v$file f LEFT OUTER JOIN v$size s ON s.file# = f.file# WHERE f.file# > 2', [null, null]],
    ['SELECT f.file# FROM v$file f, v$size s WHERE f.file# = s.file#', [1n, 2n, 2n]],
    ['SELECT COUNT(*) FROM v$file f CROSS JOIN v$size', [12n]],
    ['SELECT n FROM (SELECT file# * 10 n FROM v$file) WHERE n > 20', [30n, 40n]],
    [
      'SELECT (SELECT MAX(bytes) FROM v$size s WHERE s.file# = f.file#) FROM v$file f ORDER BY file#',
      [100n, 250n, null, null],
    ],
    ['SELECT COUNT(*) FROM v$file', [4n]],
    ['SELECT COUNT(name) FROM v$file', [3n]],
    ['SELECT COUNT(DISTINCT change#) FROM v$file', [2n]],
    ['SELECT SUM(change#) FROM v$file', [18_446_744_073_709_551_629n]],
    ['SELECT SUM(file#*file#) FROM v$file', [30n]],
    ['SELECT AVG(file#) FROM v$file', [2.5]],
    ['SELECT MIN(change#)+MAX(change#) FROM v$file', [18_446_744_073_709_551_622n]],
    ['SELECT MAX(name) FROM v$file', ['/data/users01.dbf']],
    ['SELECT SUM(file#) FROM v$file WHERE file# > 9', [null]],
    ['SELECT COUNT(*) FROM v$file GROUP BY status HAVING COUNT(*) > 1', [2n]],
    ["SELECT 'x' FROM v$file HAVING COUNT(*) > 9", []],
    ['SELECT status FROM v$file GROUP BY status ORDER BY COUNT(*) DESC, status', ['ACTIVE', 'NOT ACTIVE', null]],
    ['/* a hint */ SELECT /*+ rule */ file# -- the number\nFROM v$file WHERE file# = 1', [1n]],
  ])('%s', (sql, expected) => {
    expect(values(sql)).toEqual(expected);
  });

  it('expands * and alias.*', () => {
    expect(rows('SELECT * FROM v$size WHERE bytes = 100')).toEqual([[1n, 100n]]);
    expect(rows('SELECT s.*, f.status FROM v$file f JOIN v$size s ON f.file# = s.file# WHERE s.bytes = 100')).toEqual([
      [1n, 100n, 'ACTIVE'],
    ]);
  });

  it('names and types its columns', () => {
    const { columns } = engine.run(
      `SELECT file#, name AS path, COUNT ( * ), TO_CHAR(file#), 'ab'||status "Both", time + 1 FROM v$file GROUP BY file#, name, status, time`,
    );
    expect(columns).toEqual([
      { name: 'FILE#', type: 'number', width: 10 },
      { name: 'PATH', type: 'text', width: 20 },
      { name: 'COUNT(*)', type: 'number', width: 10 },
      { name: 'TO_CHAR(FILE#)', type: 'text', width: 40 },
      { name: 'Both', type: 'text', width: 20 },
      { name: 'TIME+1', type: 'date', width: 9 },
    ]);
  });

  it('writes the rows of the driver', () => {
    const sql = `SELECT '~'||
NVL(TO_CHAR(COUNT(*)),'\\z')||'|'||
NVL(TO_CHAR(MIN(change#)),'\\z')||'|'||
NVL(TO_CHAR(MAX(time)),'\\z')||'|'||
NVL(TO_CHAR(NVL(SUM(file#*file#),0)),'\\z')||'|'
FROM v$file
WHERE status = 'ACTIVE' AND file# > 5`;
    expect(values(sql)).toEqual(['~0|\\z|\\z|0|']);
  });
});

describe('expressions', () => {
  it.each<[expression: string, expected: Value]>([
    ['1 + 2 * 3', 7n],
    ['(1 + 2) * 3', 9n],
    ['7 / 2', 3.5],
    ['6 / 2', 3n],
    ['1.5 + 1.5', 3n],
    ['-(2 - 5)', 3n],
    ['+4', 4n],
    ['1e3', 1000n],
    ['.5', 0.5],
    ["'12' + 1", 13n],
    ["'1.5' * 2", 3n],
    ['NULL + 1', null],
    ["'a'||NULL||1||'b'", 'a1b'],
    ["''", null],
    ["'it''s'", "it's"],
    ["CASE WHEN 1 = 2 THEN 'a' WHEN 2 = 2 THEN 'b' ELSE 'c' END", 'b'],
    ["CASE 3 WHEN 1 THEN 'a' END", null],
    ["DECODE(2, 1, 'a', 2, 'b', 'c')", 'b'],
    ["DECODE(NULL, NULL, 'null', 'other')", 'null'],
    ["DECODE(9, 1, 'a', 'other')", 'other'],
    ["DECODE(9, 1, 'a')", null],
    ["NVL('', 'x')", 'x'],
    ["NVL2('a', 1, 2)", 1n],
    ["NVL2('', 1, 2)", 2n],
    ["COALESCE(NULL, '', 'z')", 'z'],
    ['NULLIF(1, 1)', null],
    ['NULLIF(1, 2)', 1n],
    ['GREATEST(1, 3, 2)', 3n],
    ['LEAST(3, 1, 2)', 1n],
    ['LEAST(3, NULL)', null],
    ["REPLACE('a|b', '|', '\\p')", 'a\\pb'],
    ["REPLACE('aba', 'b')", 'aa'],
    ["REPLACE('aba', '')", 'aba'],
    ["TRANSLATE('abc', 'ab', 'x')", 'xc'],
    ['ASCII(CHR(10))', 10n],
    ["UPPER('a')||LOWER('B')", 'Ab'],
    ["TRIM(' a ')||LTRIM(' b')||RTRIM('c ')", 'abc'],
    ["LPAD('7', 3, '0')||RPAD('x', 2)", '007x '],
    ["LPAD('long', 2)", 'lo'],
    ["SUBSTR('abcdef', 2, 3)", 'bcd'],
    ["SUBSTR('abcdef', -2)", 'ef'],
    ["SUBSTR('ab', -5)", null],
    ["SUBSTR('ab', 9)", null],
    ["INSTR('abc', 'c')", 3n],
    ["LENGTH('äöü')", 3n],
    ["LENGTH('')", null],
    ["RAWTOHEX(UTL_RAW.CAST_TO_RAW('aä'))", '61C3A4'],
    ['MOD(7, 3)', 1n],
    ['MOD(7, 0)', 7n],
    ['ABS(-3)', 3n],
    ['CEIL(1.2)', 2n],
    ['FLOOR(-1.2)', -2n],
    ['POWER(2, 10)', 1024n],
    ['ROUND(2.567, 2)', 2.57],
    ['TRUNC(2.567)', 2n],
    ['TRUNC(NULL)', null],
    ["TO_NUMBER(' 42 ')", 42n],
    ["CAST('7' AS NUMBER)", 7n],
    ['CAST(7 AS VARCHAR2(10))', '7'],
    ['CAST(NULL AS NUMBER(10, 2))', null],
    ['USER', 'SYSTEM'],
    ["SYS_CONTEXT('USERENV', 'con_name')", 'CDB$ROOT'],
    ["SYS_CONTEXT('OTHER', 'con_name')", null],
    ['TO_CHAR(15280596683192)', '15280596683192'],
    ['TO_CHAR(0.5)', '.5'],
    ['TO_CHAR(-0.5)', '-.5'],
    ["TO_CHAR(1234.5, '9,990.00')", ' 1,234.50'],
    ["TO_CHAR(-5, 'FM990')", '-5'],
    ["TO_CHAR(5, 'FM000')", '005'],
    ["TO_CHAR(12345, '999')", '####'],
    ["TO_CHAR(255, 'XX')", ' FF'],
    ["TO_CHAR(255, 'FMXXXX')", 'FF'],
    ["TO_CHAR('text')", 'text'],
    ['TO_CHAR(NULL)', null],
    ["TO_CHAR(SYSTIMESTAMP AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.FF3')", '2024-03-02T13:42:02.345'],
    ["TO_CHAR(SYSTIMESTAMP, 'YYYY-MM-DD HH24:MI:SS TZH:TZM')", '2024-03-02 15:42:02 +02:00'],
    [
      "TO_CHAR(SYSTIMESTAMP AT TIME ZONE '-05:30', 'HH24:MI TZR FF1 FF2 FF6 FF9 FF')",
      '08:12 -05:30 3 34 345000 345000000 345000',
    ],
    ["TO_CHAR(SYS_EXTRACT_UTC(SYSTIMESTAMP), 'HH24')", '13'],
    ["SYS_EXTRACT_UTC('x')", null],
    ["TO_CHAR(CAST(SYSTIMESTAMP AT TIME ZONE 'UTC' AS DATE), 'HH24:MI:SS')", '13:42:02'],
    ["TO_CHAR(CAST(SYSDATE AS TIMESTAMP WITH TIME ZONE), 'HH24 TZR')", '15 +02:00'],
    ['TO_CHAR(SYSTIMESTAMP)', '02-MAR-24 03.42.02.345000 PM +02:00'],
    ['TO_CHAR(SYSDATE, \'YYYY-MM-DD"T"HH24:MI:SS\')', '2024-03-02T15:42:02'],
    [
      "TO_CHAR(SYSDATE, 'Day DY D DDD MONTH MON RRRR RR YY HH HH12 PM AM SSSSS')",
      'SATURDAY  SAT 7 062 MARCH     MAR 2024 24 24 03 03 PM PM 56522',
    ],
    ['TO_CHAR(TRUNC(SYSDATE))', '02-MAR-24'],
    ["TO_CHAR(SYSDATE + 1/2 - 1, 'DD HH24')", '02 03'],
    ["TO_DATE('02-MAR-24') - TO_DATE('2024-03-01', 'YYYY-MM-DD')", 1n],
    ["TO_CHAR(TO_DATE('020324 1305', 'DDMMYY HH24MI'), 'YYYY-MM-DD HH:MI')", '2024-03-02 01:05'],
    ['TO_DATE(NULL)', null],
  ])('%s', (expression, expected) => {
    expect(value(expression)).toEqual(expected);
  });
});

describe('what Oracle refuses', () => {
  it.each<[sql: string, stack: string, offset: number]>([
    ['SELECT nothing FROM dual', 'ORA-00904: "NOTHING": invalid identifier', 7],
    ['SELECT f.nothing FROM v$file f WHERE 1 = 2', 'ORA-00904: "F"."NOTHING": invalid identifier', 7],
    ['SELECT strange(1) FROM dual', 'ORA-00904: "STRANGE": invalid identifier', 7],
    ['SELECT x.* FROM dual', 'ORA-00904: "X": invalid identifier', 7],
    ['SELECT 1 FROM v$nothing', 'ORA-00942: table or view does not exist', 14],
    ['SELECT 1 FROM', 'ORA-00903: invalid table name', 13],
    ['SELECT file# FROM v$file, v$size', 'ORA-00918: column ambiguously defined', 7],
    ['SELECT FROM dual', 'ORA-00936: missing expression', 7],
    ['SELECT 1 +', 'ORA-00936: missing expression', 10],
    ['SELECT 1', 'ORA-00923: FROM keyword not found where expected', 8],
    ['SELECT 1 FROM dual WHERE 1 = 1 1', 'ORA-00933: SQL command not properly ended', 31],
    ['SELECT 1 FROM dual ORDER 1', 'ORA-00933: SQL command not properly ended', 25],
    ['SELECT 1 FROM dual WHERE 1', 'ORA-00920: invalid relational operator', 26],
    ['SELECT (1 FROM dual', 'ORA-00907: missing right parenthesis', 10],
    ['SELECT CAST(1 AS NUMBER', 'ORA-00907: missing right parenthesis', 23],
    ["SELECT 'open FROM dual", 'ORA-01756: quoted string not properly terminated', 7],
    ['SELECT ? FROM dual', 'ORA-00911: invalid character', 7],
    ['SELECT UPPER() FROM dual', 'ORA-00909: invalid number of arguments', 7],
    [
      'SELECT SUM(file#) FROM v$file ORDER BY 9',
      'ORA-01785: ORDER BY item must be the number of a SELECT-list expression',
      0,
    ],
    ['SELECT SUM(*) FROM v$file', 'ORA-00936: missing expression', 7],
    ['SELECT SUM() FROM v$file', 'ORA-00909: invalid number of arguments', 7],
    ['SELECT file# FROM v$file WHERE COUNT(*) > 1', 'ORA-00934: group function is not allowed here', 31],
    ['SELECT status, COUNT(*) FROM v$file', 'ORA-00937: not a single-group group function', 7],
    ['SELECT CASE WHEN 1 = 1 THEN name END FROM v$file GROUP BY status', 'ORA-00979: not a GROUP BY expression', 28],
    [
      'SELECT 1 FROM dual UNION SELECT 1, 2 FROM dual',
      'ORA-01789: query block has incorrect number of result columns',
      0,
    ],
    ['SELECT (SELECT file# FROM v$file) FROM dual', 'ORA-01427: single-row subquery returns more than one row', 0],
    ["SELECT 'x' + 1 FROM dual", 'ORA-01722: invalid number', 0],
    ['SELECT 1 / 0 FROM dual', 'ORA-01476: divisor is equal to zero', 0],
    ['SELECT SYSDATE * 2 FROM dual', 'ORA-00932: inconsistent datatypes: expected NUMBER got DATE', 0],
    ['SELECT ABS(SYSDATE) FROM dual', 'ORA-00932: inconsistent datatypes: expected NUMBER got DATE', 0],
    ['SELECT 1 FROM dual WHERE SYSDATE > 5', 'ORA-01861: literal does not match format string', 0],
    ["SELECT TO_DATE('x', 'YYYY') FROM dual", 'ORA-01861: literal does not match format string', 0],
    ["SELECT TO_DATE('2024x', 'YYYY') FROM dual", 'ORA-01861: literal does not match format string', 0],
    ["SELECT TO_CHAR(SYSDATE, 'QQQ') FROM dual", 'ORA-01821: date format not recognized', 0],
    ["SELECT TO_CHAR(1, 'QQQ') FROM dual", 'ORA-01821: date format not recognized', 0],
    ["SELECT SYSTIMESTAMP AT TIME ZONE 'Mars' FROM dual", 'ORA-01861: literal does not match format string', 0],
    [
      `SELECT ${Array(41)
        .fill(`'${'x'.repeat(100)}'`)
        .join('||')} FROM dual`,
      'ORA-01489: result of string concatenation is too long',
      0,
    ],
  ])('%s', (sql, stack, offset) => {
    expect(() => engine.run(sql)).toThrow(expect.objectContaining({ message: stack, offset }));
  });
});
