import { arrayPort, createVirtualClock, createWorld, databasePort, recover, type WorldOptions } from '@orasync/testing';
import { describe, expect, test } from 'vitest';
import { type BackupRequest, backupSettings } from '../backup/request.js';
import { runBackup } from '../backup/run-backup.js';
import { labelKeys, parseRunRecord, parseSetLabel, readCatalogue } from '../catalogue.js';
import type { Bracket, Database, DatabaseSession, SnapshotArray } from '../ports.js';
import { recoverDatabase } from './recover-database.js';
import { type RecoveryReport, recoveryReport } from './report.js';

const silent = () => undefined;
const log = { debug: silent, info: silent, warn: silent, error: silent };

/** A world with a database, a run that can be made to fail in it, and a recovery. */
const setUp = (options: WorldOptions = {}, { as }: { readonly as?: string } = {}) => {
  const clock = createVirtualClock(Date.parse('2026-11-24T23:15:02.870Z'));
  const world = createWorld({ clock, ...options });
  const port = arrayPort(world.array);
  const database: Database = databasePort(world.database, { user: 'system', ...(as === undefined ? {} : { as }) });
  const namesOf = (volumes: readonly { readonly name: string }[]) => ({ volumes: volumes.map(({ name }) => name) });
  const { data, archive } = world.volumes;
  const request: BackupRequest = {
    ...backupSettings.parse({
      targets: { data: namesOf(data), ...(archive.length === 0 ? {} : { archive: namesOf(archive) }) },
    }),
    database: 'ORCL',
    zone: 'utc',
  };
  const stop = new AbortController();
  /** Goes on with the clock until the work is over, however it ends. */
  const toEnd = async <T>(work: Promise<T>): Promise<{ value?: T; error?: unknown }> => {
    let ended: { value?: T; error?: unknown } | undefined;
    void work.then(
      (value) => {
        ended = { value };
      },
      (error: unknown) => {
        ended = { error };
      },
    );
    while (ended === undefined) await clock.advance(1000);
    return ended;
  };
  const run = (array: SnapshotArray = port) =>
    toEnd(runBackup(request, { array, database, host: world.host, clock, log, signal: stop.signal, onStep: silent }));
  let seen = 0;
  /** A run whose END the database refuses, so that it leaves backup mode behind. */
  const leaveBackupMode = async () => {
    world.faults.inject({ match: 'END BACKUP', action: { kind: 'error', text: 'ORA-01031: insufficient privileges' } });
    expect((await run()).error).toMatchObject({ code: 'BACKUP_MODE_STUCK' });
    await clock.advance(5000);
    seen = world.journal.entries.length;
  };
  const told: RecoveryReport[] = [];
  const recoverIt = async ({
    end = false,
    array = port,
    through = database,
    expected = {},
  }: {
    end?: boolean;
    array?: SnapshotArray;
    through?: Database;
    expected?: BackupRequest['expect'];
  } = {}) => {
    const onEnding = (report: RecoveryReport) => void told.push(structuredClone(report));
    const { value, error } = await toEnd(
      recoverDatabase(
        { ...request, expect: expected, end },
        { array, database: through, clock, log, signal: stop.signal, onEnding },
      ),
    );
    const { report = value, code } = (error ?? {}) as { report?: RecoveryReport; code?: string };
    // Whatever became of it, the report is of the shape that is published.
    expect(recoveryReport.parse(report)).toEqual(report);
    return { report, code, error };
  };
  const sql = async (...statements: readonly string[]) => {
    const { password } = world.database.state.users[0] ?? { password: '' };
    const session = await world.database.logOn({ user: 'SYSTEM', password, identifier: 'ORCL' });
    for (const statement of statements) await session.execute(statement);
    session.close();
  };
  const activeFiles = () => world.database.state.files.filter(({ backup }) => backup.isActive).length;
  const sets = () => readCatalogue('orasync', { array: port, now: new Date(clock.now()) });
  const changes = () =>
    world.journal.entries
      .slice(seen)
      .map(({ what }) => what)
      .filter((what) => /^(PUT|POST|DELETE|ALTER)/.test(what));
  const record = async () =>
    parseRunRecord((await port.listLabels(labelKeys.run(world.database.identity.dbid)))[0]?.value ?? '');
  return {
    clock,
    world,
    port,
    database,
    stop,
    run,
    leaveBackupMode,
    recoverIt,
    told,
    sql,
    activeFiles,
    sets,
    changes,
    record,
  };
};

/** The port with another bracket or other sessions. */
const changed = (
  database: Database,
  {
    claim,
    session = (same) => same,
  }: { claim?: Bracket['claim']; session?: (session: DatabaseSession) => DatabaseSession },
): Database => ({
  openSession: async (options) => session(await database.openSession(options)),
  openBracket: async (options) => {
    const opened = await database.openBracket(options);
    if (opened.kind === 'taken' || claim === undefined) return opened;
    return { kind: 'open', bracket: { ...opened.bracket, claim } };
  },
});

const blind = { kind: 'weak', reason: 'GV$SESSION is closed to it', isBlind: true } as const;

test('with nothing left behind, there is nothing to do, and nothing is changed', async () => {
  const { recoverIt, changes } = setUp();
  const { report, code } = await recoverIt();
  expect(code).toBeUndefined();
  expect(report).toMatchObject({
    database: 'ORCL',
    uniqueName: 'ORCL',
    openMode: 'READ WRITE',
    backupMode: 'off',
    leftovers: [],
    labels: [],
    procedure: [],
    findings: [],
  });
  expect(changes()).toEqual([]);
});

test('after a complete set there is nothing to do either', async () => {
  const { run, recoverIt, sets } = setUp();
  await run();
  expect((await recoverIt()).report).toMatchObject({ backupMode: 'off', labels: [] });
  expect((await sets()).map(({ state }) => state)).toEqual(['complete']);
});

describe('backup mode that a run of ours left', () => {
  test('is ended, by the evidence of its run record', async () => {
    const { leaveBackupMode, recoverIt, activeFiles, record, told } = setUp();
    await leaveBackupMode();
    const before = await record();
    const { report, code } = await recoverIt();
    expect(code).toBeUndefined();
    expect(activeFiles()).toBe(0);
    expect(report).toMatchObject({ backupMode: 'ended', procedure: [] });
    const [leftover] = report?.leftovers ?? [];
    expect(leftover).toMatchObject({ isOurs: true, files: { length: 4 } });
    expect(leftover?.files[0]).toEqual({ number: 1, path: '/u02/ORCL/ora_data01/system01.dbf' });
    expect(leftover?.record).toEqual({
      set: before?.set,
      objectId: before?.id,
      baselineScn: before?.baselineScn,
      databaseTime: before?.databaseTime,
    });
    expect(leftover?.evidence).toContain(`SCN ${leftover?.scn} and V$BACKUP.TIME ${leftover?.since} fit`);
    expect(told.map(({ backupMode, leftovers }) => [backupMode, leftovers.length])).toEqual([['on', 1]]);
  });

  test('is no evidence any more once it is ended', async () => {
    const { leaveBackupMode, recoverIt, record } = setUp();
    await leaveBackupMode();
    expect((await record())?.ended).toBeUndefined();
    await recoverIt();
    expect((await record())?.ended).toBeDefined();
    expect((await recoverIt()).report).toMatchObject({ backupMode: 'off' });
  });

  test('is ended when only some of its files are left in it', async () => {
    const { leaveBackupMode, recoverIt, activeFiles, sql } = setUp();
    await leaveBackupMode();
    await sql('ALTER DATABASE DATAFILE 2 END BACKUP');
    const { report } = await recoverIt();
    expect(report?.leftovers[0]?.files.map(({ number }) => number)).toEqual([1, 3, 4]);
    expect(activeFiles()).toBe(0);
  });

  test('is followed by a run that succeeds', async () => {
    const { leaveBackupMode, recoverIt, run, world } = setUp();
    await leaveBackupMode();
    await recoverIt();
    const { value } = await run();
    expect(value?.state).toBe('complete');
    expect(recover(world.database, value?.snapshots.map(({ id }) => world.array.contentOf(id)) ?? [])).toMatchObject({
      consistent: true,
    });
  });

  test('is told with the sessions of that run that have not ended', async () => {
    const { leaveBackupMode, recoverIt, record, database } = setUp();
    await leaveBackupMode();
    const { set = '' } = (await record()) ?? {};
    const session = await database.openSession({ purpose: `run ${set.slice(-6)}` });
    const { report } = await recoverIt();
    await session.close();
    expect(report?.findings).toEqual([
      {
        level: 'warning',
        code: 'sessions-of-run',
        message: `1 session(s) of the run of set ${set} have not ended yet`,
      },
    ]);
  });

  test('is ended although the paths of its files cannot be read', async () => {
    const { leaveBackupMode, recoverIt, database, activeFiles } = setUp();
    await leaveBackupMode();
    const through = changed(database, {
      session: (session) => ({ ...session, readDatafiles: () => Promise.reject(new Error('ORA-00942')) }),
    });
    const { report } = await recoverIt({ through });
    expect(activeFiles()).toBe(0);
    expect(report?.findings.map(({ code }) => code)).toEqual(['paths-unknown']);
    expect(report?.leftovers[0]?.files).toEqual([1, 2, 3, 4].map((number) => ({ number })));
  });

  test('is ended although sessions cannot be seen', async () => {
    const { leaveBackupMode, recoverIt, database, activeFiles } = setUp();
    await leaveBackupMode();
    const through = changed(database, {
      session: (session) => ({ ...session, findSessions: () => Promise.reject(new Error('ORA-00942')) }),
    });
    const { report } = await recoverIt({ through });
    expect(activeFiles()).toBe(0);
    expect(report?.findings[0]?.message).toMatch(/cannot be seen: ORA-00942$/);
  });

  test('stays while it cannot be seen whether the run is at work, until it is told to end it', async () => {
    const { leaveBackupMode, recoverIt, database, activeFiles } = setUp();
    await leaveBackupMode();
    const through = changed(database, { claim: blind });
    const refused = await recoverIt({ through });
    expect(refused.code).toBe('PREFLIGHT');
    expect(refused.report?.backupMode).toBe('on');
    expect(activeFiles()).toBe(4);
    const ended = await recoverIt({ through, end: true });
    expect(ended.code).toBeUndefined();
    expect(activeFiles()).toBe(0);
    expect(ended.report?.findings.map(({ code }) => code)).toEqual([
      'weak-claim',
      'ended-without-proof',
      'labels-left-alone',
    ]);
  });

  test('is ended under a weak claim that sees no other run', async () => {
    const { leaveBackupMode, recoverIt, database, activeFiles } = setUp();
    await leaveBackupMode();
    const through = changed(database, { claim: { kind: 'weak', reason: 'no DBMS_LOCK', isBlind: false } });
    const { report } = await recoverIt({ through });
    expect(report?.findings.map(({ code }) => code)).toEqual(['weak-claim']);
    expect(activeFiles()).toBe(0);
  });
});

describe('backup mode that somebody else began', () => {
  test('stays, and it is said why nothing proves it ours', async () => {
    const { world, recoverIt, activeFiles, changes } = setUp();
    world.database.beginBackup();
    const { report, error } = await recoverIt();
    expect(error).toMatchObject({ code: 'PREFLIGHT', hint: expect.stringContaining('recover --end') });
    expect(report).toMatchObject({
      backupMode: 'on',
      leftovers: [{ isOurs: false, evidence: 'no run record of this database is on the array' }],
    });
    expect(activeFiles()).toBe(4);
    expect(changes()).toEqual([]);
  });

  test('is ended when told to, after what is known was told', async () => {
    const { world, recoverIt, activeFiles, told } = setUp();
    world.database.beginBackup();
    const { report, code } = await recoverIt({ end: true });
    expect(code).toBeUndefined();
    expect(report?.backupMode).toBe('ended');
    expect(told[0]?.findings.map((finding) => finding.code)).toEqual(['ended-without-proof']);
    expect(activeFiles()).toBe(0);
  });

  test('beside ours keeps both as they are, file by file in the report, until told to end them', async () => {
    const { leaveBackupMode, recoverIt, activeFiles, sql, clock } = setUp();
    await leaveBackupMode();
    await sql('ALTER DATABASE DATAFILE 4 END BACKUP');
    await clock.advance(3_600_000);
    await sql('ALTER TABLESPACE USERS BEGIN BACKUP');
    const refused = await recoverIt();
    expect(refused.code).toBe('PREFLIGHT');
    expect(refused.report?.leftovers.map(({ isOurs, files }) => [isOurs, files.map(({ number }) => number)])).toEqual([
      [true, [1, 2, 3]],
      [false, [4]],
    ]);
    expect(activeFiles()).toBe(4);
    expect((await recoverIt({ end: true })).report?.backupMode).toBe('ended');
    expect(activeFiles()).toBe(0);
  });

  test('and of which V$BACKUP tells little is told with what there is', async () => {
    const { world, recoverIt, database } = setUp();
    world.database.beginBackup();
    const through = changed(database, {
      session: (session) => ({
        ...session,
        readDatafiles: async () => [],
        readBackupStates: async () =>
          (await session.readBackupStates()).map((state) => ({ ...state, scn: undefined, time: undefined })),
      }),
    });
    const { report } = await recoverIt({ through, end: true });
    expect(report?.leftovers).toEqual([
      {
        files: [1, 2, 3, 4].map((number) => ({ number })),
        isOurs: false,
        evidence: 'V$BACKUP does not tell when it began',
      },
    ]);
    expect(report?.backupMode).toBe('ended');
  });
});

describe('a run at work', () => {
  test('is left alone, and so is backup mode, even when told to end it', async () => {
    const { world, run, recoverIt, sets } = setUp();
    world.journal.hold({ match: 'group_snapshot', when: 'before' });
    const running = run();
    await world.journal.waitFor(({ held }) => held === 'before');
    const { report, error } = await recoverIt({ end: true });
    expect(error).toMatchObject({
      code: 'DATABASE_CLAIMED',
      message: expect.stringMatching(/^another run holds the database \(guard of run /),
    });
    expect(report).toMatchObject({ backupMode: 'unknown', procedure: { length: 2 } });
    world.journal.release('group_snapshot');
    expect((await running).value?.state).toBe('complete');
    expect((await sets()).map(({ state }) => state)).toEqual(['complete']);
  });

  test.each([
    [
      'when it logged on',
      [{ purpose: 'guard of run a', loggedOnAt: new Date(0) }],
      ' (guard of run a, since 1970-01-01T00:00:00.000Z)',
    ],
    ['nothing', [], ''],
  ])('is told with what is known of its sessions: %s', async (_, by, whose) => {
    const { recoverIt, database } = setUp();
    const through: Database = { ...database, openBracket: async () => ({ kind: 'taken', by }) };
    expect((await recoverIt({ through })).error).toMatchObject({ message: `another run holds the database${whose}` });
  });
});

describe('END in a recovery', () => {
  test('that the database refuses leaves backup mode on, and says so', async () => {
    const { world, leaveBackupMode, recoverIt } = setUp();
    await leaveBackupMode();
    world.faults.inject({ match: 'END BACKUP', action: { kind: 'error', text: 'ORA-01031: insufficient privileges' } });
    const { report, error } = await recoverIt();
    expect(error).toMatchObject({ code: 'BACKUP_MODE_STUCK', message: expect.stringContaining('ORA-01031') });
    expect(report?.backupMode).toBe('on');
  });

  test('whose answer is lost is confirmed on another session', async () => {
    const { world, leaveBackupMode, recoverIt, activeFiles } = setUp();
    await leaveBackupMode();
    world.faults.inject({ match: 'END BACKUP', action: { kind: 'die', when: 'after' } });
    const { report, code } = await recoverIt();
    expect(code).toBeUndefined();
    expect(report?.backupMode).toBe('ended');
    expect(activeFiles()).toBe(0);
  });

  test('that changes nothing is not taken for one', async () => {
    const { leaveBackupMode, recoverIt, database } = setUp();
    await leaveBackupMode();
    const through = changed(database, {
      session: (session) => ({ ...session, endBackup: async () => ({ before: undefined, after: undefined }) }),
    });
    const { error } = await recoverIt({ through });
    expect(error).toMatchObject({
      code: 'BACKUP_MODE_STUCK',
      message: 'backup mode is still on: 4 data file(s) are still in backup mode',
    });
  });

  test('that did not last is seen by the second look', async () => {
    const { leaveBackupMode, recoverIt, database, world } = setUp();
    await leaveBackupMode();
    let looks = 0;
    const states = await (await database.openSession({ purpose: 'test' })).readBackupStates();
    const through = changed(database, {
      session: (session) => ({
        ...session,
        readBackupStates: async () => {
          looks += 1;
          return looks === 3 ? states : session.readBackupStates();
        },
      }),
    });
    expect((await recoverIt({ through })).code).toBe('BACKUP_MODE_STUCK');
    expect(world.database.state.files.some(({ backup }) => backup.isActive)).toBe(false);
  });
});

describe('an array that cannot be reached', () => {
  const down = (array: SnapshotArray): SnapshotArray => ({
    ...array,
    listLabels: () => Promise.reject(new Error('no answer')),
  });

  test('leaves backup mode on, since whose it is cannot be told', async () => {
    const { leaveBackupMode, recoverIt, port, activeFiles } = setUp();
    await leaveBackupMode();
    const { report, error } = await recoverIt({ array: down(port) });
    expect(error).toMatchObject({ code: 'BACKUP_MODE_STUCK', hint: expect.stringContaining('--end') });
    expect(report?.leftovers[0]?.evidence).toBe('the run records on the array could not be read: no answer');
    expect(activeFiles()).toBe(4);
  });

  test('does not keep backup mode from being ended when told to', async () => {
    const { leaveBackupMode, recoverIt, port, activeFiles } = setUp();
    await leaveBackupMode();
    const { report, error } = await recoverIt({ array: down(port), end: true });
    expect(error).toMatchObject({ code: 'RECOVERY_FAILED', message: 'no answer' });
    expect(report?.backupMode).toBe('ended');
    expect(activeFiles()).toBe(0);
  });
});

describe('an instance that crashed in backup mode', () => {
  const users = [{ name: 'system', password: 'Manager1-db', roles: ['DBA', 'SYSDBA'] }];

  test.each([false, true])('is left as it is, with the procedure (told to end it: %s)', async (end) => {
    const { world, leaveBackupMode, recoverIt, activeFiles, changes } = setUp(
      { database: { users } },
      { as: 'SYSDBA' },
    );
    await leaveBackupMode();
    world.database.crash();
    world.database.restart();
    const { report, error } = await recoverIt({ end });
    expect(error).toMatchObject({ code: 'PREFLIGHT', message: expect.stringContaining('it stopped in backup mode') });
    expect(report).toMatchObject({ openMode: 'MOUNTED', backupMode: 'on', leftovers: [{ isOurs: true }] });
    expect(report?.procedure.join('\n')).toMatch(/ALTER DATABASE END BACKUP.*RECOVER DATABASE.*only RECOVER/s);
    expect(activeFiles()).toBe(4);
    expect(changes()).toEqual([]);
  });

  test('keeps a plain account out, which gets the procedure all the same', async () => {
    const { world, leaveBackupMode, recoverIt } = setUp();
    await leaveBackupMode();
    world.database.crash();
    world.database.restart();
    const { report, error } = await recoverIt();
    expect(error).toMatchObject({ code: 'RECOVERY_FAILED', cause: { oracleCode: 'ORA-01033' } });
    expect(report).toMatchObject({ backupMode: 'unknown', leftovers: [] });
    expect(report?.procedure.join('\n')).toContain('sqlplus / AS SYSDBA');
  });
});

test('a mounted database without backup mode is left alone', async () => {
  const users = [{ name: 'system', password: 'Manager1-db', roles: ['DBA', 'SYSDBA'] }];
  const { recoverIt, changes } = setUp({ database: { users, openMode: 'MOUNTED' } }, { as: 'SYSDBA' });
  const { report, code } = await recoverIt();
  expect(code).toBeUndefined();
  expect(report).toMatchObject({ backupMode: 'off', procedure: [], findings: [{ code: 'not-open' }] });
  expect(changes()).toEqual([]);
});

test('another database than the settings expect is not touched', async () => {
  const { leaveBackupMode, recoverIt, activeFiles } = setUp();
  await leaveBackupMode();
  const { code, report } = await recoverIt({ expected: { dbid: '1', uniqueName: 'OTHER' }, end: true });
  expect(code).toBe('PREFLIGHT');
  expect(report?.findings.map((finding) => finding.code)).toEqual(['wrong-database', 'wrong-database']);
  expect(activeFiles()).toBe(4);
});

test('a logon that is refused fails the recovery', async () => {
  const { world, recoverIt } = setUp();
  world.faults.inject({ match: 'CONNECT', action: { kind: 'error', text: 'ORA-01017: invalid username/password' } });
  expect(await recoverIt()).toMatchObject({ code: 'RECOVERY_FAILED', report: { procedure: [] } });
});

test('told to stop, it says that it was interrupted', async () => {
  const { stop, recoverIt, changes } = setUp();
  stop.abort('SIGTERM');
  expect(await recoverIt()).toMatchObject({ code: 'INTERRUPTED', report: { backupMode: 'unknown' } });
  expect(changes()).toEqual([]);
});

describe('labels', () => {
  /** An array that takes no label from the first one on that `starts` says so of. */
  const mute = (array: SnapshotArray, starts: (labels: Readonly<Record<string, string>>) => boolean): SnapshotArray => {
    let isMute = false;
    return {
      ...array,
      writeLabels: async (id, labels) => {
        isMute ||= starts(labels);
        if (isMute) throw new Error('no answer');
        await array.writeLabels(id, labels);
      },
    };
  };
  const isFinished = (labels: Readonly<Record<string, string>>) =>
    parseSetLabel(labels[labelKeys.set] ?? '')?.state === 'complete';

  test('of a set that its run record proves are finished, the marker last', async () => {
    const { run, recoverIt, port, sets, world } = setUp();
    const { error } = await run(mute(port, isFinished));
    expect(error).toMatchObject({ code: 'BACKUP_FAILED', remains: 'good-data' });
    expect((await sets()).map(({ state }) => state)).toEqual(['in-flight']);
    const { report, code } = await recoverIt();
    expect(code).toBeUndefined();
    const [set] = await sets();
    expect(set).toMatchObject({ state: 'complete', label: { worth: { logs: 'captured' }, logs: { length: 1 } } });
    expect(report?.labels).toEqual(
      [{ set: set?.id, state: 'complete', snapshots: { length: 5 } }].map((each) => ({
        ...each,
        snapshots: set?.members.map(({ role, snapshot: { id, name } }) => ({ id, name, role })),
      })),
    );
    const puts = world.journal.entries.filter(({ what }) => what.startsWith('PUT'));
    expect(puts.at(-1)?.what).toContain(`/metadata/${set?.members[0]?.snapshot.id}`);
    const contents = set?.members.map(({ snapshot }) => world.array.contentOf(snapshot.id)) ?? [];
    expect(recover(world.database, contents)).toMatchObject({ consistent: true });
    expect((await recoverIt()).report?.labels).toEqual([]);
  });

  test('of such a set whose run could still say that it failed are finished too', async () => {
    const { run, recoverIt, port, sets } = setUp();
    let refusals = 0;
    const array: SnapshotArray = {
      ...port,
      writeLabels: async (id, labels) => {
        if (isFinished(labels) && refusals < 99) {
          refusals += 1;
          throw new Error('no answer');
        }
        await port.writeLabels(id, labels);
      },
    };
    await run(array);
    expect((await sets()).map(({ state }) => state)).toEqual(['partial']);
    await recoverIt();
    expect((await sets()).map(({ state }) => state)).toEqual(['complete']);
  });

  test('of such a set that has lost a member stay as they are', async () => {
    const { run, recoverIt, port, sets, world } = setUp();
    await run(mute(port, isFinished));
    const [set] = await sets();
    await arrayPort(world.array).deleteSnapshot(set?.members[1]?.snapshot.id ?? 0);
    expect((await recoverIt()).report?.labels).toEqual([]);
    expect((await sets())[0]?.state).not.toBe('complete');
  });

  test('of such a set of which one is of a later version stay as they are', async () => {
    const { run, recoverIt, port, sets } = setUp();
    await run(mute(port, isFinished));
    const [set] = await sets();
    const id = set?.members[1]?.snapshot.id ?? 0;
    const value = (await port.readLabels(id))[labelKeys.set] ?? '';
    await port.writeLabels(id, { [labelKeys.set]: value.replace('"v":1', '"v":2') });
    expect((await recoverIt()).report?.labels).toEqual([]);
  });

  test('of a set that its run record does not prove stay as they are', async () => {
    const { run, recoverIt, port, sets } = setUp();
    const { error } = await run(
      mute(port, (labels) => Object.values(labels).some((value) => value.includes('"proved":'))),
    );
    expect(error).toMatchObject({ remains: 'good-data' });
    expect((await recoverIt()).report?.labels).toEqual([]);
    expect((await sets()).map(({ state }) => state)).toEqual(['in-flight']);
  });

  test('are written on what an interrupted run left without any, for retention', async () => {
    const { run, recoverIt, port, sets, record } = setUp();
    await run(mute(port, (labels) => labelKeys.set in labels));
    expect(await sets()).toEqual([]);
    const { report } = await recoverIt();
    const { set } = (await record()) ?? {};
    expect(report?.labels).toMatchObject([{ set: `${set}-remains`, state: 'partial', snapshots: { length: 4 } }]);
    expect((await sets()).map(({ state, members }) => [state, members.length])).toEqual([['partial', 4]]);
  });

  test('without an archive target are those of data alone', async () => {
    const { run, recoverIt, port } = setUp({ archive: 0, data: 1 });
    await run(mute(port, (labels) => labelKeys.set in labels));
    expect((await recoverIt()).report?.labels).toMatchObject([{ snapshots: [{ role: 'data' }] }]);
  });

  test('of a run that never came to BEGIN are not looked for: its names may be those of another run', async () => {
    const { run, recoverIt, world, port, clock } = setUp();
    world.faults.inject({ match: 'ARCHIVE LOG', action: { kind: 'error', text: 'ORA-00257: archiver error' } });
    expect((await run()).error).toMatchObject({ remains: 'nothing' });
    const [data] = world.volumes.data;
    const name = 'orasync_data_2026-11-24_231502_ora_data01';
    const id = world.array.addSnapshot({ parentId: data?.id ?? 0, name, createdAt: new Date(clock.now()) });
    expect((await recoverIt()).report?.labels).toEqual([]);
    expect(labelKeys.set in (await port.readLabels(id))).toBe(false);
  });
});
