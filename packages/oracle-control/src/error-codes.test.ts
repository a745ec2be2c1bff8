import { describe, expect, it } from 'vitest';
import { type Asking, accept } from './ask.js';
import { factsOf, isWarningCode } from './error-codes.js';
import { type Evidence, evidence } from './error-codes.test.fixture.js';
import type { OracleError } from './errors.js';
import { readConfirmation, readLogon, readRows } from './output.js';

const statements = {
  CONNECT: 'CONNECT',
  BEGIN: 'ALTER DATABASE BEGIN BACKUP',
  END: 'ALTER DATABASE END BACKUP',
  ARCHIVE: 'ALTER SYSTEM ARCHIVE LOG CURRENT',
  SELECT: 'SELECT FROM V$INSTANCE',
  CONTROLFILE: 'ALTER DATABASE BACKUP CONTROLFILE',
};

const asking = { redact: (text: string) => text, onWarning: () => {} } as unknown as Asking;

/** What the caller is thrown for this output. */
const errorOf = (at: Evidence['at'], lines: readonly string[]): OracleError => {
  const verdict =
    at === 'CONNECT'
      ? readLogon(lines)
      : at === 'SELECT'
        ? readRows(lines)
        : readConfirmation(lines, 'Database altered.');
  try {
    accept<unknown>(asking, statements[at], lines, verdict);
  } catch (error) {
    return error as OracleError;
  }
  throw new Error('no error');
};

/** As sqlplus breaks a message at a blank. Source: sqlplus.md G18, G35. */
const wrapped = (line: string, width: number): readonly string[] => {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    if (current !== '' && current.length + 1 + word.length > width) {
      lines.push(current);
      current = word;
    } else current = current === '' ? word : `${current} ${word}`;
  }
  return [...lines, current];
};

const header = ({ at }: Evidence, sql: string): readonly string[] =>
  at === 'CONNECT' ? ['ERROR:'] : [sql, '*', 'ERROR at line 1:'];

/** The same error as different releases, settings and languages print it. */
const forms = (row: Evidence): Readonly<Record<string, readonly string[]>> => {
  const { code, text, otherText = text, companions = [] } = row;
  const sql = statements[row.at].toLowerCase();
  const block = (head: readonly string[], words: string) => [...head, `${code}: ${words}`, ...companions, '', '', ''];
  return {
    'as documented': block(header(row, sql), text),
    'in the other wording': block(header(row, sql), otherText),
    'without a header, as STARTUP and sqlplus itself print it': block([], text),
    'with the Help line of 23ai': [
      ...header(row, sql),
      `${code}: ${otherText}`,
      ...companions,
      `Help: https://docs.oracle.com/error-help/db/${code.toLowerCase()}/`,
      '',
      '',
    ],
    'wrapped at 40 columns': [
      ...header(row, sql),
      ...[`${code}: ${text}`, ...companions].flatMap((line) => wrapped(line, 40)),
      '',
    ],
    'in another language': [sql, '*', 'FEHLER in Zeile 1:', `${code}: Fehlertext, wie ihn niemand kennt`, ''],
    'without any text': [...header(row, sql), `${code}:`, ''],
    'with carriage returns gone astray': block(header(row, sql), `${text}   `),
  };
};

describe.each(evidence)('$code at $at ($text)', (row) => {
  it.each(Object.entries(forms(row)))('means the same %s', (_, lines) => {
    const error = errorOf(row.at, lines);
    expect(error).toMatchObject({
      name: 'OracleError',
      oracleCode: row.code,
      condition: row.condition,
      outcome: row.outcome ?? 'refused',
      isLogonRefused: row.isLogonRefused ?? false,
      isUnreachable: row.isUnreachable ?? false,
    });
    expect(error.hint === undefined).toBe(row.hasNoHint === true);
    expect(error.message).toContain(row.code);
  });
});

describe('the codes', () => {
  it.each(['ORA-01110', 'ORA-00312', 'ORA-01555', 'ORA-00600x'])('say nothing in %s, which is only context', (code) =>
    expect(factsOf(code)).toBeUndefined(),
  );

  it.each(['ORA-28002', 'ORA-28011', 'ORA-32004'])('call %s a warning', (code) =>
    expect(isWarningCode(code)).toBe(true),
  );

  it('may be written with five digits, as newer documentation does', () =>
    expect(factsOf('SP2-00750')).toEqual(factsOf('SP2-0750')));

  it.each(['ORA-12150', 'ORA-12699', 'TNS-00515'])('of Oracle Net speak of the network: %s', (code) =>
    expect(factsOf(code)).toMatchObject({ condition: 'network' }),
  );

  it.each(['ORA-12099', 'ORA-12700', 'ORA-1215'])('around those of Oracle Net do not: %s', (code) =>
    expect(factsOf(code)).toBeUndefined(),
  );
});
