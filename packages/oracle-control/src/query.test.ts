import { describe, expect, it } from 'vitest';
import { query, queryEach } from './ask.js';
import { select } from './query.js';
import { integer, text } from './row.js';
import { askingViews, reasonFor, refusal } from './views.test.fixture.js';

const files = select({
  from: 'v$file',
  columns: { number: integer('file#'), container: integer('con_id') },
  older: { container: integer('0') },
  where: 'file# > 1',
  orderBy: 'file#',
});
const status = select({
  from: 'v$status',
  columns: { status: text('status'), count: integer('COUNT(*)') },
  groupBy: 'status',
});

describe('a query', () => {
  it('writes its clauses one per line', () => {
    expect(files.sql).toBe(
      `SELECT '~'||\nNVL(TO_CHAR(file#),'\\z')||'|'||\nNVL(TO_CHAR(con_id),'\\z')||'|'\nFROM v$file\nWHERE file# > 1\nORDER BY file#`,
    );
    expect(status.sql).toMatch(/FROM v\$status\nGROUP BY status$/);
    expect(status).not.toHaveProperty('older');
  });

  it('is asked again without the columns that an older release lacks, and answers the same rows', async () => {
    const asking = askingViews({ v$file: ['~2|0|'] }, ['con_id']);
    expect(await query(asking, files)).toEqual([{ number: 2, container: 0 }]);
    expect(asking.asked[1]).toContain('NVL(TO_CHAR(0)');
    expect(asking.asked[1]).toContain('WHERE file# > 1\nORDER BY file#');
  });

  it('fails when the older form lacks a column too', async () => {
    await expect(query(askingViews({ v$file: [] }, ['con_id', 'file#']), files)).rejects.toMatchObject({
      oracleCode: 'ORA-00904',
    });
    await expect(query(askingViews({ v$status: [] }, ['status']), status)).rejects.toMatchObject({
      oracleCode: 'ORA-00904',
    });
  });
});

describe('queries for facts that may not be known', () => {
  it('go in one write, and one that is refused spoils no other', async () => {
    const asking = askingViews({ v$file: ['~2|1|'] });
    expect(await queryEach(asking, [status, files])).toEqual([
      reasonFor('V$STATUS'),
      { isKnown: true, value: [{ number: 2, container: 1 }] },
    ]);
    expect(asking.writes).toEqual([2]);
  });

  it('know that there is no row', async () =>
    expect(await queryEach(askingViews({ v$status: ['', 'no rows selected', ''] }), [status])).toEqual([
      { isKnown: true, value: [] },
    ]));

  it('are not known where a release lacks a column for good', async () =>
    expect(await queryEach(askingViews({}, ['status']), [status])).toEqual([
      { isKnown: false, reason: 'V$STATUS lacks a column in this release (ORA-00904)' },
    ]));

  it.each([
    ['the database is not mounted', refusal('ORA-01507', 'database not mounted'), 'ORA-01507'],
    ['the session is gone', refusal('ORA-03114', 'not connected to ORACLE'), 'ORA-03114'],
    ['a row is not understood', ['~x|y|'], undefined],
    ['sqlplus is silent', [], undefined],
  ])('fail when %s', async (_, lines, oracleCode) =>
    expect(queryEach(askingViews({ v$file: lines }), [status, files])).rejects.toMatchObject({
      name: 'OracleError',
      oracleCode,
    }),
  );

  it('are not answered by an empty batch', async () => {
    const asking = askingViews({});
    const deaf = { ...asking, session: { ...asking.session, send: async () => [] } };
    await expect(queryEach(deaf, [files])).rejects.toThrow('printed nothing');
    await expect(query(deaf, files)).rejects.toThrow('printed nothing');
  });
});
