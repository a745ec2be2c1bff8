import { describe, expect, test } from 'vitest';
import type { SetLabel } from '../catalogue.js';
import { runbook, writeRunbook } from './runbook.js';
import { type Changes, factsWith, labelOf, labelsWith, setId, snapshot } from './sets.test.fixture.js';

const write = (changes: Changes = {}, materialDirectory?: string) => {
  const facts = factsWith(changes);
  const set = facts.sets.find(({ id }) => id === setId) ?? facts.sets[0];
  if (set === undefined) throw new Error('there is no set');
  return writeRunbook(set, facts, { materialDirectory, zone: 'utc' });
};
const procedureOf = (book: ReturnType<typeof write>, id: string) => {
  const found = book.procedures.find((each) => each.id === id);
  const steps = found?.steps ?? [];
  const actions = steps.flatMap(({ array }) => array);
  return {
    ...found,
    statements: steps.flatMap(({ statements }) => statements),
    actions,
    text: steps.map((step) => step.text).join('\n'),
  };
};
const possible = (book: ReturnType<typeof write>) =>
  book.procedures.filter(({ isPossible }) => isPossible).map(({ id }) => id);
const archiveLess: Changes = {
  snapshots: [snapshot(1101), snapshot(1102)],
  labels: labelsWith({
    members: { data: 2, archive: 0 },
    worth: { coverage: 'proved', logs: 'elsewhere', controlfile: 'none' },
  }).slice(0, 2),
};

describe('of a complete set with logs and control file', () => {
  test('says from what, and up to where', () => {
    const book = write();
    expect(book).toMatchObject({ isUsable: true, beginScn: '1523001', endScn: '1523042' });
    expect(book).toMatchObject({ earliestUntilChange: '1523043', latestUntilChange: '1523050' });
    expect(book.sources.map(({ role, snapshot: { id }, parent }) => [role, id, parent.id, parent.name])).toEqual([
      ['data', 1101, 1001, 'ora_data1001'],
      ['data', 1102, 1002, 'ora_data1002'],
      ['archive', 1103, 1003, 'ora_data1003'],
    ]);
    expect(book.archivedLogs).toEqual({
      ranges: [
        { thread: 1, firstSequence: 12, lastSequence: 14 },
        { thread: 2, firstSequence: 7, lastSequence: 7 },
      ],
      where: 'in snapshot1103 (1103)',
    });
    expect(possible(book)).toEqual(['A', 'B', 'C']);
  });

  test('warns never to END BACKUP instead of recovering, nor to overwrite control files, redo or archived logs', () => {
    expect(write().keep.join('\n')).toMatch(
      /overwrite the control files and the online redo logs[\s\S]*Never send END BACKUP on restored files[\s\S]*Never restore an archived-log volume in place/,
    );
    for (const id of ['A', 'B', 'C']) expect(procedureOf(write(), id).statements.join()).not.toMatch(/END BACKUP/);
  });

  test('A restores the data volumes in place, after keeping what is there, and nothing else', () => {
    const { actions, statements, text } = procedureOf(write(), 'A');
    expect(actions.map(({ action, source, target }) => [action, source.id, target?.id])).toEqual([
      ['snapshot', 1001, undefined],
      ['snapshot', 1002, undefined],
      ['restore', 1101, 1001],
      ['restore', 1102, 1002],
      ['clone', 1103, undefined],
    ]);
    expect(statements.slice(-3)).toEqual(['SET AUTORECOVERY ON', 'RECOVER DATABASE', 'ALTER DATABASE OPEN;']);
    expect(statements.join()).not.toMatch(/RESETLOGS/);
    expect(text).toMatch(/thread 1, sequence 12 to 14; thread 2, sequence 7 to 7/);
  });

  test('B recovers to the first SCN after the end of backup mode, or a later one, and opens with RESETLOGS', () => {
    const { statements } = procedureOf(write(), 'B');
    expect(statements.slice(-2)).toEqual(['RECOVER DATABASE UNTIL CHANGE 1523043', 'ALTER DATABASE OPEN RESETLOGS;']);
  });

  test('C clones everything, puts the control file copy in place, and adds temporary files', () => {
    const { statements, actions, text } = procedureOf(write({}, '/u02/arch'), 'C');
    expect(actions.map(({ action, source }) => [action, source.id])).toEqual([
      ['clone', 1101],
      ['clone', 1102],
      ['clone', 1103],
    ]);
    expect(statements).toEqual([
      `STARTUP NOMOUNT PFILE='/u02/arch/${setId}.ora'`,
      'ALTER DATABASE MOUNT;',
      'SELECT DBID FROM V$DATABASE;',
      'SELECT FILE#, STATUS, NAME FROM V$DATAFILE;',
      'RECOVER DATABASE USING BACKUP CONTROLFILE UNTIL CANCEL',
      'ALTER DATABASE OPEN RESETLOGS;',
      "ALTER TABLESPACE TEMP ADD TEMPFILE '<path>' SIZE 1G AUTOEXTEND ON;",
    ]);
    expect(text).toMatch(/keystore[\s\S]*password file[\s\S]*\/u02\/arch\/20261124T231502Z-ORCL-4f3a1c\.ctl/);
    expect(text).toMatch(/DBID must be 1573298467[\s\S]*reached is SCN 1523043; the logs of the set reach 1523050/);
  });

  test('names the directory of the restore material as a setting where it is not known', () => {
    expect(procedureOf(write(), 'C').text).toMatch(/<restoreMaterial>\/20261124T231502Z-ORCL-4f3a1c\.ctl/);
  });

  test('fits the schema', () => {
    expect(runbook.parse(write())).toEqual(write());
  });
});

describe('adapts to what the set is worth', () => {
  test('without archived logs, they must come from elsewhere', () => {
    const book = write(archiveLess);
    expect(book.isUsable).toBe(true);
    expect(book.warnings.join('\n')).toMatch(/holds no archived logs: they must come from elsewhere/);
    expect(book).not.toHaveProperty('latestUntilChange');
    expect(book.archivedLogs.where).toMatch(/^not in the set/);
    expect(procedureOf(book, 'A').text).toMatch(/This set holds none/);
  });

  test('without a control file copy, procedure C is not possible', () => {
    const book = write(archiveLess);
    expect(possible(book)).toEqual(['A', 'B']);
    expect(procedureOf(book, 'C')).toMatchObject({ why: 'the set holds no control file copy', steps: [] });
  });

  test('without a word on what it is worth, procedure C is not possible', () => {
    const { worth: _gone, ...label } = labelOf(1101, { members: { data: 1, archive: 0 } });
    const book = write({ snapshots: [snapshot(1101)], labels: [[1101, label]] });
    expect(possible(book)).toEqual(['A', 'B']);
  });

  test('C does not say how far the logs of the set reach when that is not recorded', () => {
    const { redo: _gone, ...label } = labelOf(1101, { members: { data: 1, archive: 1 } });
    const book = write({
      snapshots: [snapshot(1101), snapshot(1103)],
      labels: [
        [1101, label],
        [1103, { ...label, id: 1103, parent: 1003, role: 'archive' }],
      ],
    });
    expect(possible(book)).toEqual(['A', 'B', 'C']);
    expect(procedureOf(book, 'C').text).toMatch(/What must be reached is SCN 1523043\./);
  });

  test('a proved coverage needs no warning', () => {
    const worth = { coverage: 'proved', logs: 'captured', controlfile: 'captured' } as const;
    expect(write({ labels: labelsWith({ worth }) }).warnings).toEqual([]);
    expect(write().warnings.join()).toMatch(/Whether every data file lay on these volumes was not proved/);
  });

  test('what holds data files and archived logs is not restored in place', () => {
    const book = write({
      snapshots: [snapshot(1101), snapshot(1102), snapshot(1103, { parentId: 1002 })],
      labels: [...labelsWith({}).slice(0, 2), [1103, labelOf(1103, { role: 'archive', parent: 1002 })]],
    });
    expect(book.isUsable).toBe(true);
    const { actions, text } = procedureOf(book, 'A');
    expect(actions.filter(({ action }) => action === 'restore').map(({ target }) => target?.id)).toEqual([1001]);
    expect(actions.filter(({ action }) => action === 'clone').map(({ source }) => source.id)).toEqual([1102, 1103]);
    expect(text).toMatch(/These hold archived logs too/);
  });

  test('nothing is restored in place when what was snapshotted is gone', () => {
    const book = write({ parents: [] });
    expect(possible(book)).toEqual(['C']);
    expect(book.procedures[0]?.why).toMatch(/not on the array any more/);
  });

  test('what the run warned of is repeated', () => {
    expect(write({ labels: labelsWith({ warnings: ['stranger-in-group', 'other'] }) }).warnings.slice(0, 2)).toEqual([
      'The run warned of stranger-in-group: the snapshots hold volumes that are not of this database. Do not restore those in place.',
      'The run warned of other: see docs/backup.md.',
    ]);
  });

  test('a member of a snapshot group says so, and a parent that is gone has no name', () => {
    const snapshots = [snapshot(1101, { groupId: 77 }), snapshot(1102), snapshot(1103)];
    const [first, second] = write({ snapshots, parents: [] }).sources;
    expect(first).toMatchObject({ groupId: 77, parent: { id: 1001 } });
    expect(second).not.toHaveProperty('groupId');
    expect(second?.parent).not.toHaveProperty('name');
  });
});

describe('of a set that is not to be relied on', () => {
  const all = [1101, 1102, 1103] as const;
  const inState = (state: SetLabel['state'], change: Partial<SetLabel> = {}): Changes => ({
    labels: labelsWith({ state, ...change }),
    markers: [],
  });

  test.each<[string, Changes, RegExp, readonly string[]]>([
    ['partial, with all data', inState('partial'), /^This set is partial, not complete/, ['A', 'B', 'C']],
    ['inconsistent', inState('inconsistent'), /^This set is inconsistent/, []],
    [
      'complete, but written to',
      { snapshots: all.map((id) => snapshot(id, { isWriteProtected: false })) },
      /marked complete, but it is not what it was[\s\S]*snapshot1101 \(1101\) can be written to/,
      ['A', 'B', 'C'],
    ],
    ['without a data member', { snapshots: [snapshot(1101), snapshot(1103)] }, /1 of 2 data members/, []],
    [
      'without its archive member',
      { snapshots: [snapshot(1101), snapshot(1102)] },
      /0 of 1 archive members/,
      ['A', 'B'],
    ],
    [
      'foreign in part',
      { labels: [...labelsWith({}).slice(0, 2), [1103, { ...labelOf(1103), v: 2 }]] },
      /^This set is foreign/,
      [],
    ],
    ['legacy', { labels: [], markers: [] }, /^This set is legacy/, []],
  ])('%s, the warnings come first, and only what may still work has steps', (_, changes, warning, ids) => {
    const book = write(changes);
    expect(book.isUsable).toBe(false);
    expect(book.warnings.join('\n')).toMatch(warning);
    expect(possible(book)).toEqual(ids);
  });

  test('nothing is possible when the end of backup mode is not recorded', () => {
    const {
      begin: _begin,
      end: _end,
      logs: _logs,
      redo: _redo,
      ...label
    } = labelOf(1101, {
      members: { data: 1, archive: 0 },
      state: 'in-flight',
    });
    const book = write({ snapshots: [snapshot(1101)], labels: [[1101, label]], markers: [] });
    expect(possible(book)).toEqual([]);
    expect(book.procedures[0]?.why).toMatch(/not recorded up to which SCN/);
    expect(book).not.toHaveProperty('endScn');
    expect(book.archivedLogs).toEqual({ ranges: [], where: 'not recorded' });
  });

  test('a data snapshot that was made before the logs were archived names no sequence', () => {
    const {
      logs: _logs,
      redo: _redo,
      worth: _worth,
      ...label
    } = labelOf(1101, {
      members: { data: 1, archive: 0 },
      state: 'partial',
    });
    const book = write({ snapshots: [snapshot(1101)], labels: [[1101, label]], markers: [] });
    expect(procedureOf(book, 'A').text).toMatch(/from a sequence that is not recorded up to the newest/);
  });

  test('what is only not known does no harm', () => {
    const { arrayAheadMs: _gone, ...label } = labelOf(1101, {
      members: { data: 1, archive: 0 },
      worth: { coverage: 'proved', logs: 'elsewhere', controlfile: 'none' },
    });
    const book = write({ snapshots: [snapshot(1101)], labels: [[1101, label]] });
    expect(book.isUsable).toBe(true);
    expect(book.warnings.join('\n')).toMatch(/how far the array's clock was ahead/);
  });
});
