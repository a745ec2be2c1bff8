import { describe, expect, it } from 'vitest';
import { type Asking, change, query, queryAll, queryOne } from './ask.js';
import * as changes from './changes.js';
import { OracleError } from './errors.js';
import { parseOptions } from './options.js';
import * as queries from './queries.js';
import { select } from './query.js';
import { integer, text } from './row.js';
import type { Command, Lines } from './session.js';
import { countSessions } from './sessions.js';

const limits = parseOptions({ oracleHome: '/o', sid: 'S', logon: { kind: 'os' } }).limits;

/** Answers every command with these lines, and keeps the commands. */
const asking = (...answers: readonly Lines[]) => {
  const sent: Command[] = [];
  const warned: string[] = [];
  const remaining = [...answers];
  const parts: Asking = {
    session: {
      send: async (commands) =>
        commands.map((command) => {
          sent.push(command);
          return remaining.shift() ?? [];
        }),
      close: async () => {},
      abort: async () => {},
    },
    limits,
    redact: (output) => output.replaceAll('Fake-pw1', '***'),
    onWarning: (_, warnings) => void warned.push(...warnings),
  };
  return { ...parts, sent, warned };
};

const files = select({ from: 'v$files', columns: { number: integer('file#'), path: text('name') } });

describe('a query', () => {
  it('sends one statement with its time limit', async () => {
    const parts = asking(['no rows selected']);
    await expect(query(parts, files)).resolves.toEqual([]);
    expect(parts.sent).toEqual([{ label: 'SELECT FROM V$FILES', input: `${files.sql};`, limitMs: limits.queryMs }]);
  });

  it('answers values of the types of its columns', async () =>
    expect(query(asking(['~1|/a\\pb|', '~2|c|', '', '2 rows selected.']), files)).resolves.toEqual([
      { number: 1, path: '/a|b' },
      { number: 2, path: 'c' },
    ]));

  it('fails on a row that is not understood, naming the column', async () => {
    const failure = query(asking(['~one|Fake-pw1|']), files);
    await expect(failure).rejects.toThrow(OracleError);
    await expect(failure).rejects.toMatchObject({
      message: 'SELECT FROM V$FILES: a row is not understood: number: not a whole number',
      output: '~one|***|',
      outcome: 'unknown',
    });
  });

  it('fails on a row that was cut', async () =>
    expect(query(asking(['~1|/a']), files)).rejects.toThrow('a row is not understood: expected 2 values'));

  it('fails with the code of the database and without the password', async () =>
    expect(
      query(asking(['FROM v$files', '     *', 'ERROR at line 2:', 'ORA-00942: Fake-pw1 does not exist']), files),
    ).rejects.toMatchObject({
      message: 'ORA-00942: *** does not exist (SELECT FROM V$FILES)',
      oracleCode: 'ORA-00942',
      outcome: 'refused',
      statement: 'SELECT FROM V$FILES',
      output: expect.not.stringContaining('Fake-pw1'),
      hint: expect.stringContaining('SELECT_CATALOG_ROLE'),
    }));

  it('for one row fails on none and on two', async () => {
    await expect(queryOne(asking(['no rows selected']), files)).rejects.toThrow('answered 0 rows');
    await expect(queryOne(asking(['~1|a|', '~2|b|']), files)).rejects.toThrow('answered 2 rows');
    await expect(queryOne(asking(['~1|a|']), files)).resolves.toEqual({ number: 1, path: 'a' });
  });
});

describe('several queries', () => {
  it('answer in their order', async () => {
    const [first, second] = await queryAll(asking(['~1|a|'], ['~19.0.0.0.0|']), [files, queries.readVersion]);
    expect(first).toEqual([{ number: 1, path: 'a' }]);
    expect(second).toEqual([{ version: '19.0.0.0.0' }]);
  });
});

describe('the label of a session', () => {
  it('is looked for as it was written, cut to what every release keeps', async () => {
    const parts = asking(['PL/SQL procedure successfully completed.'], ['~2|']);
    const purpose = `run ${'é'.repeat(20)}'`;
    await change(parts, changes.labelSession(purpose));
    await expect(countSessions(parts, purpose)).resolves.toBe(2);
    const kept = `'run ${'é'.repeat(14)}'`;
    expect(parts.sent[0]?.input).toContain(`SET_MODULE('orasync', ${kept});`);
    expect(parts.sent[1]?.input).toContain(`action = ${kept};`);
  });
});

describe('a change', () => {
  it('is good once confirmed', async () => {
    const parts = asking(['', 'Database altered.', '']);
    await expect(change(parts, changes.beginBackup)).resolves.toBeUndefined();
    expect(parts.sent).toMatchObject([
      { input: 'ALTER DATABASE BEGIN BACKUP;', limitMs: limits.beginMs, isUninterruptible: true },
    ]);
  });

  it('leaves the outcome unknown when an error and a confirmation both came', async () =>
    expect(
      change(asking(['SP2-0734: unknown command', 'Database altered.']), changes.beginBackup),
    ).rejects.toMatchObject({ oracleCode: 'SP2-0734', outcome: 'unknown' }));

  it('passes codes that come with success on as warnings', async () => {
    const parts = asking(['ERROR at line 1:', 'ORA-01260: warning: END BACKUP succeeded but']);
    await change(parts, { ...changes.beginBackup, accepted: ['ORA-01260'] });
    expect(parts.warned).toEqual(['ORA-01260: warning: END BACKUP succeeded but']);
  });

  it('doubles quotes in a path', async () => {
    const parts = asking(['Database altered.']);
    await change(parts, changes.copyControlfile("/arch/it's"));
    expect(parts.sent[0]?.input).toBe("ALTER DATABASE BACKUP CONTROLFILE TO '/arch/it''s' REUSE;");
  });
});
