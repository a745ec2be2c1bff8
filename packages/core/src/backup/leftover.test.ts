import { arrayPort, createVirtualClock, createWorld, databasePort } from '@orasync/testing';
import { describe, expect, test } from 'vitest';
import { labelKeys, type RunRecord } from '../catalogue.js';
import type { BackupState, Bracket, Database, DatabaseSession } from '../ports.js';
import { checkBackup } from './check-backup.js';
import { judgeLeftover } from './leftover.js';
import type { BackupReport } from './report.js';
import { backupSettings } from './request.js';
import { runBackup } from './run-backup.js';

const database = { name: 'ORCL', uniqueName: 'ORCL', dbid: '7' };
const record: RunRecord = {
  v: 1,
  id: 1001,
  set: '20261124T231502Z-ORCL-4f3a1c',
  database,
  time: '2026-11-24T23:15:02.870+00:00',
  baselineScn: '500',
  databaseTime: '2026-11-24T23:15:02.990+00:00',
  names: ['orasync_data_2026-11-24_231502'],
};

describe('leftover backup mode', () => {
  const active = (fields: Partial<BackupState> = {}): BackupState => ({
    number: 1,
    isActive: true,
    scn: 501n,
    time: new Date('2026-11-24T23:15:03Z'),
    ...fields,
  });
  const judge = (states: readonly BackupState[], change: object = {}, objectId = 1001) =>
    judgeLeftover(
      states,
      [{ objectId, key: labelKeys.run('7'), value: JSON.stringify({ ...record, ...change }) }],
      database,
    );

  test('is none when no file is active', () => {
    expect(judge([active({ isActive: false })])).toEqual({ kind: 'none' });
  });

  test('is ours when it fits a run record without an end', () => {
    expect(judge([active(), active({ number: 2 })])).toMatchObject({ kind: 'ours', files: 2, scn: 501n });
  });

  test.each<[string, Partial<BackupState>, object]>([
    ['began before the baseline', { scn: 499n }, {}],
    ['began long before the run was ready for BEGIN', { time: new Date('2026-11-24T23:14:00Z') }, {}],
    ['began long after', { time: new Date('2026-11-24T23:36:00Z') }, {}],
    ['came after the run had noted its end', {}, { ended: '2026-11-24T23:15:04.000+00:00' }],
    ['is older than the record, which was never made ready for BEGIN', {}, { databaseTime: undefined }],
  ])('is not ours when it %s', (_, state, change) => {
    expect(judge([active(state)], change)).toMatchObject({
      kind: 'not-ours',
      reason: expect.stringContaining('fits no run record that lacks an end'),
    });
  });

  test.each<[string, object, number]>([
    ['is of another database', { database: { ...database, dbid: '8' } }, 1001],
    ['is of a clone', { database: { ...database, uniqueName: 'CLONE' } }, 1001],
    ['was copied to another object', {}, 1002],
    ['is of a later version', { v: 2 }, 1001],
  ])('is not ours when the only record %s', (_, change, objectId) => {
    expect(judge([active()], change, objectId)).toMatchObject({
      kind: 'not-ours',
      reason: 'no run record of this database is on the array',
    });
  });

  test.each<Partial<BackupState>>([{ scn: undefined }, { time: undefined }])('is not ours without %j', (state) => {
    expect(judge([active(state)])).toMatchObject({ reason: 'V$BACKUP does not tell when it began' });
  });

  test('is not ours when its files have different begin SCNs', () => {
    expect(judge([active(), active({ scn: 502n })])).toMatchObject({
      reason: 'its files have different begin SCNs, so it was not begun by one statement',
    });
  });
});

/** A database that a run has left in backup mode, and the run after it. */
const setUp = async () => {
  const clock = createVirtualClock(Date.parse('2026-11-24T23:15:02.870Z'));
  const world = createWorld({ clock });
  const array = arrayPort(world.array);
  const port: Database = databasePort(world.database, { user: 'system' });
  const silent = () => undefined;
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  const namesOf = (role: 'data' | 'archive') => ({ volumes: world.volumes[role].map(({ name }) => name) });
  const request = {
    ...backupSettings.parse({ targets: { data: namesOf('data'), archive: namesOf('archive') } }),
    database: 'ORCL',
    zone: 'utc',
  };
  const { signal } = new AbortController();
  const run = async (through = port): Promise<{ report?: BackupReport; code?: string }> => {
    const dependencies = { array, database: through, host: world.host, clock, log, signal, onStep: silent };
    try {
      return { report: await runBackup(request, dependencies) };
    } catch (error) {
      return error as { report?: BackupReport; code?: string };
    }
  };
  world.faults.inject({ match: 'END BACKUP', action: { kind: 'error', text: 'ORA-01031: insufficient privileges' } });
  expect((await run()).code).toBe('BACKUP_MODE_STUCK');
  await clock.advance(60_000);
  const changed = ({
    claim,
    session = (same) => same,
  }: {
    claim?: Bracket['claim'];
    session?: (session: DatabaseSession) => DatabaseSession;
  }): Database => ({
    openSession: async (options) => session(await port.openSession(options)),
    openBracket: async (options) => {
      const opened = await port.openBracket(options);
      if (opened.kind === 'taken' || claim === undefined) return opened;
      return { kind: 'open', bracket: { ...opened.bracket, claim } };
    },
  });
  const check = () => checkBackup(request, { array, database: port, host: world.host, clock, signal });
  const activeFiles = () => world.database.state.files.filter(({ backup }) => backup.isActive).length;
  return { world, run, changed, check, activeFiles };
};

describe('the next run', () => {
  test('ends what an interrupted one left, and is complete', async () => {
    const { run, activeFiles } = await setUp();
    expect(activeFiles()).toBe(4);
    const { report } = await run();
    expect(report?.state).toBe('complete');
    expect(report?.findings.map(({ code }) => code)).toContain('healed');
    expect(activeFiles()).toBe(0);
  });

  test('ends it under a weak claim that sees no other run, too', async () => {
    const { run, changed } = await setUp();
    const { report } = await run(changed({ claim: { kind: 'weak', reason: 'no DBMS_LOCK', isBlind: false } }));
    expect(report?.state).toBe('complete');
    expect(report?.findings.map(({ code }) => code)).toContain('weak-claim');
  });

  test('leaves it when it cannot see whether the other is still at work', async () => {
    const { run, changed, activeFiles } = await setUp();
    const { code } = await run(changed({ claim: { kind: 'weak', reason: 'GV$SESSION', isBlind: true } }));
    expect(code).toBe('PREFLIGHT');
    expect(activeFiles()).toBe(4);
  });

  test('says that the database may be stuck when END does not end it', async () => {
    const { run, changed } = await setUp();
    const deaf = (session: DatabaseSession): DatabaseSession => ({
      ...session,
      endBackup: async () => ({ before: undefined, after: undefined }),
    });
    expect((await run(changed({ session: deaf }))).code).toBe('BACKUP_MODE_STUCK');
  });

  test('is told by a check that it will end it', async () => {
    const { check, activeFiles } = await setUp();
    expect((await check()).findings.map(({ level, code }) => `${level} ${code}`)).toContain(
      'warning left-in-backup-mode',
    );
    expect(activeFiles()).toBe(4);
  });

  test('is told by a check that it would be refused when somebody else began it', async () => {
    const { check, world, run } = await setUp();
    await run();
    world.database.beginBackup();
    expect((await check()).findings.map(({ level, code }) => `${level} ${code}`)).toContain(
      'blocking already-in-backup-mode',
    );
  });
});
