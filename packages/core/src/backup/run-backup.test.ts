import {
  arrayPort,
  createVirtualClock,
  createWorld,
  databasePort,
  describeEntry,
  firstOutOfOrder,
  recover,
  type WorldOptions,
} from '@orasync/testing';
import { describe, expect, test } from 'vitest';
import { readCatalogue } from '../catalogue.js';
import {
  BackupFailedError,
  BackupModeStuckError,
  GuardFiredError,
  InterruptedError,
  PreflightError,
} from '../errors.js';
import type { Database, SnapshotArray } from '../ports.js';
import { checkBackup } from './check-backup.js';
import type { BackupReport } from './report.js';
import { type BackupRequest, backupSettings } from './request.js';
import { runBackup } from './run-backup.js';

const silent = () => undefined;
const log = { debug: silent, info: silent, warn: silent, error: silent };

/** A world, and everything to run a backup in it. */
const setUp = (
  options: WorldOptions = {},
  settings: Record<string, unknown> = {},
  onStep: (name: string) => void = silent,
) => {
  const clock = createVirtualClock(Date.parse('2026-11-24T23:15:02.870Z'));
  const world = createWorld({ clock, ...options });
  const array: SnapshotArray = arrayPort(world.array);
  const database: Database = databasePort(world.database, { user: 'system' });
  const targetOf = (role: 'data' | 'archive') =>
    world.targets === 'consistencyGroup'
      ? { consistencyGroup: world.groups[role] }
      : { [world.targets]: world.volumes[role].map(({ name }) => name) };
  const request: BackupRequest = {
    ...backupSettings.parse({
      targets: {
        data: targetOf('data'),
        ...(world.volumes.archive.length === 0 ? {} : { archive: targetOf('archive') }),
      },
      ...settings,
    }),
    database: 'ORCL',
    zone: 'utc',
  };
  const { host } = world;
  const stop = new AbortController();
  const run = () => runBackup(request, { array, database, host, clock, log, signal: stop.signal, onStep });
  /** Runs to the end, however it ends, while the clock goes on. */
  const runToEnd = async (): Promise<{ report: BackupReport | undefined; error: unknown }> => {
    let ended: { report: BackupReport | undefined; error: unknown } | undefined;
    const running = run().then(
      (report) => ({ report, error: undefined }),
      (error: unknown) => ({ report: (error as { report?: BackupReport }).report, error }),
    );
    void running.then((result) => {
      ended = result;
    });
    while (ended === undefined) await clock.advance(1000);
    return running;
  };
  const activeFiles = () => world.database.state.files.filter(({ backup }) => backup.isActive).length;
  const states = async () =>
    (await readCatalogue('orasync', { array, now: new Date(clock.now()) })).map(({ state }) => state);
  const whats = () => world.journal.entries.map(({ what }) => what);
  return { clock, world, array, host, database, request, stop, run, runToEnd, activeFiles, states, whats };
};

describe('a backup', () => {
  test('is complete, and recovers', async () => {
    const { world, run, activeFiles, states } = setUp();
    const report = await run();
    expect(report.state).toBe('complete');
    expect(report.snapshots.map(({ name }) => name)).toEqual([
      'orasync_data_2026-11-24_231502_ora_data01',
      'orasync_data_2026-11-24_231502_ora_data02',
      'orasync_data_2026-11-24_231502_ora_data03',
      'orasync_data_2026-11-24_231502_ora_data04',
      'orasync_archive_2026-11-24_231502',
    ]);
    expect(report.worth).toEqual({ coverage: 'proved', logs: 'captured', controlfile: 'none' });
    expect(report.archivedLogs).toHaveLength(1);
    expect(activeFiles()).toBe(0);
    expect(await states()).toEqual(['complete']);
    const contents = report.snapshots.map(({ id }) => world.array.contentOf(id));
    expect(recover(world.database, contents)).toMatchObject({ consistent: true });
  });

  test('goes through its calls in order, with one array call and no logon between BEGIN and END', async () => {
    const { run, world } = setUp();
    await run();
    const order = [
      /^PUT .*orasync\.run\./,
      /^ALTER SYSTEM ARCHIVE LOG CURRENT/i,
      /^ALTER DATABASE BEGIN BACKUP/i,
      /^POST .*group_snapshot/,
      /^ALTER DATABASE END BACKUP/i,
      /^ALTER SYSTEM ARCHIVE LOG CURRENT/i,
      /^POST \/api\/rest\/volumes .*orasync_archive_/,
      /^PUT .*orasync\.complete/,
    ];
    expect(firstOutOfOrder(world.journal.entries, order)).toBeUndefined();
    const entries = world.journal.entries.map(describeEntry);
    const begin = entries.findIndex((entry) => /BEGIN BACKUP/i.test(entry));
    const end = entries.findIndex((entry) => /END BACKUP/i.test(entry));
    const between = entries.slice(begin + 1, end);
    expect(between.filter((entry) => entry.startsWith('CONNECT'))).toEqual([]);
    expect(between.filter((entry) => entry.startsWith('POST'))).toHaveLength(1);
    expect(entries.filter((entry) => entry.startsWith('DELETE'))).toEqual([]);
  });

  test('of one volume per role has the plain names', async () => {
    const { run } = setUp({ data: 1 });
    expect((await run()).snapshots.map(({ name }) => name)).toEqual([
      'orasync_data_2026-11-24_231502',
      'orasync_archive_2026-11-24_231502',
    ]);
  });

  test('without an archive target makes no archive snapshot, and says so', async () => {
    const { run } = setUp({ archive: 0 });
    const report = await run();
    expect(report.worth?.logs).toBe('elsewhere');
    expect(report.snapshots.every(({ role }) => role === 'data')).toBe(true);
    expect(report.findings.map(({ code }) => code)).toContain('archived-logs-not-captured');
  });

  test('writes restore material before the archive snapshot when a directory is configured', async () => {
    const { world, run, request, whats } = setUp({}, { restoreMaterial: '/u02/ORCL/ora_arch01' });
    const report = await run();
    expect(report.worth?.controlfile).toBe('captured');
    expect(report.findings.map(({ code }) => code)).toContain('no-pfile');
    const archive = report.snapshots.find(({ role }) => role === 'archive');
    const content = world.array.contentOf(archive?.id ?? 0);
    expect([...content.keys()]).toContain(`${request.restoreMaterial}/${report.set}.ctl`);
    const manifest = JSON.parse(String(content.get(`${request.restoreMaterial}/${report.set}.json`)));
    expect(manifest).toMatchObject({ set: report.set, beginScn: report.beginScn, endScn: report.endScn });
    const sources = manifest.snapshots.map(({ parentId }: { parentId: number }) => parentId);
    const onTargets = manifest.files.filter(({ on }: { on: number[] }) => on.some((id) => sources.includes(id)));
    expect(onTargets).toHaveLength(world.database.state.files.length);
    expect(whats().some((what) => /BACKUP CONTROLFILE TO TRACE/i.test(what))).toBe(true);
  });

  test('of two redo threads proves the logs of both', async () => {
    const { run } = setUp({ database: { threads: 2 } });
    expect((await run()).archivedLogs.map(({ thread }) => thread)).toEqual([1, 2]);
  });

  test('leaves read-only files out of what it expects in backup mode', async () => {
    const datafiles = [
      { path: '/u02/ORCL/ora_data01/system01.dbf' },
      { path: '/u02/ORCL/ora_data02/old01.dbf', readOnly: true },
    ];
    const { run } = setUp({ data: 2, database: { datafiles } });
    expect((await run()).state).toBe('complete');
  });

  test('labels what an interrupted run before it left', async () => {
    const { world, run, clock, states } = setUp();
    await run();
    const [first] = world.volumes.data;
    world.array.addSnapshot({
      parentId: first?.id ?? 0,
      name: 'orasync_data_2026-11-24_231503_ora_data01',
      createdAt: new Date(clock.now()),
    });
    await clock.advance(60_000);
    await run();
    expect((await states()).sort()).toEqual(['complete', 'complete', 'partial']);
  });
});

describe.each([
  ['consistencyGroup', 'POST /api/rest/cgs', 1],
  ['filesystems', 'POST /api/rest/filesystems', 4],
] as const)('a backup of %s', (targets, call, calls) => {
  test('is complete, and recovers', async () => {
    const { world, run, states } = setUp({ targets });
    const report = await run();
    expect(report.snapshots.slice(0, 4).map(({ name }) => name)).toEqual(
      ['01', '02', '03', '04'].map((suffix) => `orasync_data_2026-11-24_231502_ora_data${suffix}`),
    );
    expect(await states()).toEqual(['complete']);
    const contents = report.snapshots.map(({ id }) => world.array.contentOf(id));
    expect(recover(world.database, contents)).toMatchObject({ consistent: true });
  });

  test('settles a lost answer before END, without a second call', async () => {
    const { world, run, whats } = setUp({ targets, archive: 0 });
    world.faults.inject({ match: call, times: calls, action: { kind: 'reset', when: 'after' } });
    expect((await run()).state).toBe('complete');
    expect(whats().filter((what) => what.startsWith(call))).toHaveLength(calls);
  });

  test('settles it although the array looked at its clock late in a slow call', async () => {
    const { world, array, clock, runToEnd } = setUp({ targets, archive: 0 });
    const readIdentity = array.readIdentity.bind(array);
    array.readIdentity = async () => {
      await new Promise<void>((resolve) => void clock.setTimeout(resolve, 800));
      return await readIdentity();
    };
    world.faults.inject({ match: call, times: calls, action: { kind: 'reset', when: 'after' } });
    expect((await runToEnd()).report?.state).toBe('complete');
  });

  test('whose answer comes after the budget is out of backup mode by then, and is labelled', async () => {
    const { world, runToEnd, activeFiles, states } = setUp({ targets, archive: 0 });
    world.faults.inject({ match: call, times: calls, action: { kind: 'hang', when: 'after' } });
    const { error } = await runToEnd();
    expect(error).toBeInstanceOf(GuardFiredError);
    expect(activeFiles()).toBe(0);
    expect(await states()).toEqual(['inconsistent']);
  });
});

describe('a check', () => {
  test.each<[string, (context: ReturnType<typeof setUp>) => unknown]>([
    ['not-archivelog', ({ world }) => world.database.setLogMode('NOARCHIVELOG')],
    ['already-in-backup-mode', ({ world }) => world.database.beginBackup()],
    ['volume-missing', ({ request }) => Object.assign(request.targets, { data: { volumes: ['nowhere'] } })],
    ['wrong-database', ({ request }) => Object.assign(request.expect, { dbid: '1' })],
    ['wrong-database', ({ request }) => Object.assign(request.expect, { uniqueName: 'OTHER' })],
  ])('blocks with %s, and changes nothing', async (code, change) => {
    const context = setUp();
    change(context);
    const { error } = await context.runToEnd();
    expect(error).toBeInstanceOf(PreflightError);
    expect(
      (error as PreflightError).findings.filter(({ level }) => level === 'blocking').map((each) => each.code),
    ).toEqual([code]);
    expect(context.whats().filter((what) => /^(PUT|POST|DELETE|ALTER)/.test(what))).toEqual([]);
  });

  test.each<[string, WorldOptions['database']]>([
    ['not-open', { openMode: 'READ ONLY' }],
    ['not-primary', { role: 'PHYSICAL STANDBY', openMode: 'READ ONLY' }],
    [
      'file-offline',
      { datafiles: [{ path: '/u02/ORCL/ora_data01/a.dbf' }, { path: '/u02/ORCL/ora_data01/b.dbf', offline: true }] },
    ],
  ])('blocks with %s', async (code, database = {}) => {
    const { request, array, database: port, host, clock, stop } = setUp({ database });
    const { findings } = await checkBackup(request, { array, database: port, host, clock, signal: stop.signal });
    expect(findings.filter(({ level }) => level === 'blocking').map((each) => each.code)).toContain(code);
  });

  test('allows an offline file that is listed', async () => {
    const datafiles = [{ path: '/u02/ORCL/ora_data01/a.dbf' }, { path: '/u02/ORCL/ora_data01/b.dbf', offline: true }];
    const { request, array, database, host, clock, stop } = setUp(
      { database: { datafiles } },
      { allowOffline: ['/u02/ORCL/ora_data01/b.dbf'] },
    );
    const { findings } = await checkBackup(request, { array, database, host, clock, signal: stop.signal });
    expect(findings.filter(({ level }) => level === 'blocking')).toEqual([]);
  });

  test('warns when a clock differs', async () => {
    const { world, request, array, database, host, clock, stop } = setUp();
    world.array.skewClock(3_600_000);
    const { findings } = await checkBackup(request, { array, database, host, clock, signal: stop.signal });
    expect(findings.map(({ code }) => code)).toContain('clock-difference');
  });
});

describe('a lost or refused answer', () => {
  test('is not settled by snapshots of those names that were there before the call', async () => {
    const { world, clock, runToEnd, states } = setUp();
    world.journal.hold({ match: 'BEGIN BACKUP', when: 'before' });
    world.faults.inject({ match: 'group_snapshot', action: { kind: 'reset', when: 'before' } });
    const running = runToEnd();
    await world.journal.waitFor(({ held }) => held === 'before');
    for (const { id, name } of world.volumes.data)
      world.array.addSnapshot({
        parentId: id,
        name: `orasync_data_2026-11-24_231502_${name}`,
        createdAt: new Date(clock.now() - 1),
      });
    world.journal.release('BEGIN BACKUP');
    const { error } = await running;
    expect(error).toMatchObject({ code: 'BACKUP_FAILED', remains: 'no-backup', step: 'snapshot' });
    expect(await states()).toEqual(['inconsistent']);
  });

  test('to the snapshot call is settled by looking, before END', async () => {
    const { world, run, whats } = setUp();
    world.faults.inject({ match: 'group_snapshot', action: { kind: 'reset', when: 'after' } });
    const report = await run();
    expect(report.state).toBe('complete');
    expect(whats().filter((what) => what.includes('group_snapshot'))).toHaveLength(1);
  });

  test('that tells of a taken name is answered by one more call with the next second', async () => {
    const { world, run } = setUp();
    const [first] = world.volumes.data;
    world.array.addSnapshot({
      parentId: first?.id ?? 0,
      name: 'orasync_data_2026-11-24_231502_ora_data01',
      createdAt: new Date('2026-11-24T23:15:02Z'),
    });
    const report = await run();
    expect(report.state).toBe('complete');
    expect(report.snapshots[0]?.name).toBe('orasync_data_2026-11-24_231503_ora_data01');
  });

  test('to BEGIN is followed by END, and the set does not count', async () => {
    const { world, runToEnd, activeFiles } = setUp();
    world.faults.inject({ match: 'BEGIN BACKUP', action: { kind: 'die', when: 'after' } });
    const { error, report } = await runToEnd();
    expect(error).toMatchObject({ code: 'BACKUP_FAILED', remains: 'no-backup', step: 'begin' });
    expect(report?.state).toBe('none');
    expect(activeFiles()).toBe(0);
  });

  test('to a BEGIN that is still at work is waited for', async () => {
    const { world, clock, run, activeFiles } = setUp({ database: { beginMs: 30_000 } });
    world.faults.inject({ match: 'BEGIN BACKUP', action: { kind: 'die', when: 'after' } });
    const running = run().catch((error: unknown) => error);
    for (let second = 0; second < 60; second += 1) await clock.advance(1000);
    expect(await running).toBeInstanceOf(BackupFailedError);
    expect(activeFiles()).toBe(0);
  });
});

describe('the database is out of backup mode', () => {
  test.each([
    ['the array refuses', { match: 'group_snapshot', action: { kind: 'refuse', status: 500 } }],
    ['the array cuts the connection', { match: 'group_snapshot', action: { kind: 'reset', when: 'before' } }],
  ] as const)('when %s', async (_, fault) => {
    const { world, runToEnd, activeFiles, states } = setUp();
    world.faults.inject(fault);
    const { error, report } = await runToEnd();
    expect(activeFiles()).toBe(0);
    expect(error).toBeInstanceOf(BackupFailedError);
    expect(report?.state).not.toBe('complete');
    expect(await states()).not.toContain('complete');
  });

  test.each(['before', 'after'] as const)(
    'when the array hangs %s the snapshot until the guard ends it',
    async (when) => {
      const { world, runToEnd, activeFiles, states } = setUp();
      world.faults.inject({ match: 'group_snapshot', action: { kind: 'hang', when } });
      const { error, report } = await runToEnd();
      expect(error).toMatchObject({ code: 'GUARD_FIRED', reason: 'the time allowed in backup mode was spent' });
      expect(activeFiles()).toBe(0);
      expect(report?.state).toBe(when === 'after' ? 'inconsistent' : 'none');
      expect(await states()).not.toContain('complete');
    },
  );

  test('but not on our account when BEGIN was refused because somebody else began', async () => {
    const { world, runToEnd, activeFiles, whats } = setUp();
    world.faults.inject({
      match: 'BEGIN BACKUP',
      action: { kind: 'error', text: 'ORA-01146: cannot start online backup - file 1 is already in backup' },
    });
    const held = world.journal
      .waitFor(({ what }) => /BEGIN BACKUP/i.test(what))
      .then(() => world.database.beginBackup());
    const { error } = await runToEnd();
    await held;
    expect(error).toMatchObject({ code: 'BACKUP_FAILED', remains: 'nothing' });
    expect(activeFiles()).toBeGreaterThan(0);
    expect(whats().filter((what) => /END BACKUP/i.test(what))).toEqual([]);
  });
});

describe('END', () => {
  test('that is slow spoils nothing', async () => {
    const { runToEnd, activeFiles } = setUp({ database: { endMs: 13_000 } });
    const { error, report } = await runToEnd();
    expect(error).toBeUndefined();
    expect(report?.state).toBe('complete');
    expect(activeFiles()).toBe(0);
  });

  test('is sent although whoever watches the run throws', async () => {
    const { runToEnd, activeFiles } = setUp({}, {}, () => {
      throw new Error('the watcher is broken');
    });
    const { report } = await runToEnd();
    expect(report?.state).toBe('complete');
    expect(activeFiles()).toBe(0);
  });
});

test('a failing run leaves the labels of an earlier set alone, though it has the names that the run tried', async () => {
  const { world, run, runToEnd, states } = setUp();
  await run();
  // The clock stands still, as when it is set back at the end of summer time: the same names come again.
  world.faults.inject({ match: 'group_snapshot', times: 9, action: { kind: 'refuse', status: 500 } });
  expect((await runToEnd()).error).toBeInstanceOf(BackupFailedError);
  expect(await states()).toEqual(['complete']);
});

test('a container database of which the account sees a part is refused', async () => {
  const containers = [{ id: 3, name: 'PDB1', openMode: 'READ WRITE' as const }];
  const datafiles = [{ path: '/u02/ORCL/ora_data01/a.dbf', containerId: 3 }];
  const { runToEnd, activeFiles } = setUp({ database: { containers, datafiles } });
  const { error } = await runToEnd();
  expect(error).toBeInstanceOf(PreflightError);
  expect((error as PreflightError).findings.map(({ code }) => code)).toContain('container-hidden');
  expect(activeFiles()).toBe(0);
});

test('a database that cannot be taken out of backup mode is reported as stuck', async () => {
  const { world, runToEnd } = setUp();
  world.faults.inject({
    match: 'END BACKUP',
    times: 1000,
    action: { kind: 'error', text: 'ORA-01031: insufficient privileges' },
  });
  const { error } = await runToEnd();
  expect(error).toBeInstanceOf(BackupModeStuckError);
  expect((error as BackupModeStuckError).hint).toMatch(/END BACKUP/);
});

describe('a second run', () => {
  test('is refused while the first one holds the database, changes nothing, and works afterwards', async () => {
    const { world, run, runToEnd, whats } = setUp();
    world.journal.hold({ match: 'group_snapshot', when: 'before' });
    const first = runToEnd();
    await world.journal.waitFor(({ held }) => held === 'before');
    const changes = () => whats().filter((what) => /^(PUT|POST|DELETE|ALTER)/.test(what)).length;
    const before = changes();
    await expect(run()).rejects.toMatchObject({ code: 'DATABASE_CLAIMED' });
    expect(changes()).toBe(before);
    world.journal.release('group_snapshot');
    expect((await first).report?.state).toBe('complete');
    expect((await runToEnd()).report?.state).toBe('complete');
  });
});

describe('backup mode that was left', () => {
  /** A run whose process dies while the array is at work: nothing of it goes on, not even a guard. */
  const interrupted = async (context: ReturnType<typeof setUp>) => {
    const { world, database, array, request, clock, stop } = context;
    world.faults.inject({ match: 'group_snapshot', action: { kind: 'hang', when: 'before' } });
    void runBackup(request, {
      array,
      database,
      host: world.host,
      clock,
      log,
      signal: stop.signal,
      onStep: silent,
    }).catch(silent);
    await world.journal.waitFor(({ what }) => what.includes('group_snapshot'));
    for (const session of world.database.state.sessions) session.isKilled = true;
    await clock.advance(120_000);
    world.database.state.sessions.length = 0;
  };

  test('by a run of ours that was interrupted is ended first, and said', async () => {
    const context = setUp();
    await interrupted(context);
    expect(context.activeFiles()).toBeGreaterThan(0);
    const { error, report } = await context.runToEnd();
    expect(error).toBeUndefined();
    expect(report?.state).toBe('complete');
    expect(report?.findings.map(({ code }) => code)).toContain('healed');
    expect(context.activeFiles()).toBe(0);
  });

  test('by somebody else after a run of ours was interrupted is left alone', async () => {
    const context = setUp();
    await interrupted(context);
    context.world.database.endBackup();
    await context.clock.advance(3_600_000);
    context.world.database.beginBackup();
    const { error } = await context.runToEnd();
    expect(error).toBeInstanceOf(PreflightError);
    expect(String(error)).toMatch(/fits no run record/);
    expect(context.activeFiles()).toBeGreaterThan(0);
  });

  test('by somebody else right after a run of ours is left alone', async () => {
    const context = setUp();
    await context.run();
    context.world.database.beginBackup();
    const { error } = await context.runToEnd();
    expect(error).toBeInstanceOf(PreflightError);
    expect(context.activeFiles()).toBeGreaterThan(0);
  });
});

test('a set is inconsistent when somebody else ended backup mode in the window', async () => {
  const { world, runToEnd, states } = setUp();
  world.journal.hold({ match: 'group_snapshot', when: 'after' });
  const running = runToEnd();
  await world.journal.waitFor(({ held }) => held === 'after');
  world.database.endBackup();
  world.journal.release('group_snapshot');
  const { error, report } = await running;
  expect(String(error)).toMatch(/inconsistent/);
  expect(report?.state).toBe('inconsistent');
  expect(await states()).toEqual(['inconsistent']);
});

describe('after the data snapshot is good, a failure leaves a partial set and says so', () => {
  test.each([
    ['label', { match: 'PUT /api/rest/metadata', skip: 2, times: 99, action: { kind: 'refuse', status: 500 } }],
    [
      'archive-log-after',
      {
        match: 'ARCHIVE LOG CURRENT',
        skip: 1,
        action: { kind: 'error', text: 'ORA-16038: log 1 sequence# 9 cannot be archived' },
      },
    ],
    [
      'archive-snapshot',
      { match: 'POST /api/rest/volumes', skip: 1, times: 9, action: { kind: 'refuse', status: 500 } },
    ],
    [
      'prove-logs',
      {
        match: 'standby_dest FROM v$archived_log',
        action: { kind: 'error', text: 'ORA-00942: table or view does not exist' },
      },
    ],
  ] as const)('in %s', async (step, fault) => {
    const { world, runToEnd, activeFiles } = setUp();
    world.faults.inject(fault);
    const { error, report } = await runToEnd();
    expect(error).toMatchObject({ code: 'BACKUP_FAILED', remains: 'good-data', step });
    expect(report?.state).toBe('partial');
    expect(activeFiles()).toBe(0);
  });

  test('when a data file was added during the run on a volume that is no target', async () => {
    const { world, runToEnd, states } = setUp({ unlisted: 1 });
    world.journal.hold({ match: 'group_snapshot', when: 'after' });
    const running = runToEnd();
    await world.journal.waitFor(({ held }) => held === 'after');
    world.database.addDatafile({ path: `${world.unlistedDirectories[0]}/new01.dbf` });
    world.journal.release('group_snapshot');
    const { error } = await running;
    expect(error).toMatchObject({ step: 'recheck', remains: 'good-data', message: /new01\.dbf/ });
    expect(await states()).toEqual(['partial']);
  });
});

test('a set is not good when the array answers with a member short', async () => {
  const { array, runToEnd, activeFiles, states } = setUp();
  const createSnapshots = array.createSnapshots.bind(array);
  array.createSnapshots = async (request, options) => (await createSnapshots(request, options)).slice(1);
  const { error } = await runToEnd();
  expect(error).toMatchObject({ remains: 'no-backup', step: 'snapshot' });
  expect(String(error)).toMatch(/no snapshot was made of ora_data01/);
  expect(activeFiles()).toBe(0);
  expect(await states()).toEqual(['inconsistent']);
});

test('a set is inconsistent when V$BACKUP could not be read beside the snapshot', async () => {
  const { world, runToEnd, activeFiles } = setUp();
  world.faults.inject({
    match: 'V$BACKUP',
    skip: 1,
    action: { kind: 'error', text: 'ORA-00942: table or view does not exist' },
  });
  const { error, report } = await runToEnd();
  expect(String(error)).toMatch(/inconsistent: beside the snapshot, it is not known/);
  expect(report?.state).toBe('inconsistent');
  expect(activeFiles()).toBe(0);
});

test('a set is not good when the array answers with a snapshot and does not say of what', async () => {
  const { array, runToEnd, activeFiles } = setUp();
  const createSnapshots = array.createSnapshots.bind(array);
  array.createSnapshots = async (request, options) =>
    (await createSnapshots(request, options)).map((made, index) => ({
      ...made,
      parentId: index === 0 ? undefined : made.parentId,
    }));
  const { error, report } = await runToEnd();
  expect(String(error)).toMatch(/no snapshot was made of ora_data01/);
  expect(report?.state).toBe('inconsistent');
  expect(report?.snapshots[0]).toMatchObject({ parentId: 0, parentName: '' });
  expect(activeFiles()).toBe(0);
});

test('a set is complete when the array does not tell its time', async () => {
  const { array, run } = setUp();
  const readIdentity = array.readIdentity.bind(array);
  array.readIdentity = async () => ({ ...(await readIdentity()), time: undefined });
  expect((await run()).state).toBe('complete');
});

test('a set is inconsistent when the guard had ended backup mode by itself, although every answer came', async () => {
  const { database, runToEnd, states } = setUp();
  const openBracket = database.openBracket.bind(database);
  database.openBracket = async (request) => {
    const opened = await openBracket(request);
    if (opened.kind !== 'open') return opened;
    const { bracket } = opened;
    const end = async () => ({ ...(await bracket.end()), fired: 'the run gave no sign of life' });
    return { kind: 'open', bracket: { ...bracket, end } };
  };
  const { error } = await runToEnd();
  expect(error).toMatchObject({ code: 'GUARD_FIRED', reason: 'the run gave no sign of life' });
  expect(await states()).toEqual(['inconsistent']);
});

test.each([
  ['prove-logs', 1],
  ['prove-logs-again', 2],
] as const)('a set is partial when the archived logs are not there in %s', async (step, nth) => {
  const { database, runToEnd, states } = setUp();
  const openSession = database.openSession.bind(database);
  let count = 0;
  database.openSession = async (options) => {
    const session = await openSession(options);
    const readArchivedLogs: typeof session.readArchivedLogs = async (range) => {
      count += 1;
      return count === nth ? [] : session.readArchivedLogs(range);
    };
    return { ...session, readArchivedLogs };
  };
  const { error } = await runToEnd();
  expect(error).toMatchObject({ step, remains: 'good-data' });
  expect(String(error)).toMatch(/archived logs are missing: thread 1: no archived log with redo/);
  expect(await states()).toEqual(['partial']);
});

test('an account that may write the parameter file is not told that it may not', async () => {
  const { database, run } = setUp({}, { restoreMaterial: '/u02/ORCL/ora_arch01' });
  const openSession = database.openSession.bind(database);
  database.openSession = async (options) => ({
    ...(await openSession(options)),
    writeRestoreMaterial: async () => ({ hasPfile: true, whyNoManifest: undefined }),
  });
  expect((await run()).findings.map(({ code }) => code)).not.toContain('no-pfile');
});

test('where no directory object takes the manifest, the set is complete all the same, and the report says how to have one', async () => {
  const { world, run } = setUp({}, { restoreMaterial: '/u02/ORCL/ora_arch01/' });
  world.database.state.directoryObjects = [];
  const report = await run();
  expect(report.state).toBe('complete');
  expect(report.findings).toContainEqual(
    expect.objectContaining({
      code: 'no-manifest',
      hint: expect.stringContaining("CREATE DIRECTORY orasync AS '/u02/ORCL/ora_arch01'"),
    }),
  );
});

test('a data file that goes offline after the check stops the run before BEGIN', async () => {
  const { world, runToEnd, whats } = setUp();
  const [, second] = world.database.state.files;
  if (second === undefined) throw new Error('two files');
  world.faults.inject({
    match: 'ARCHIVE LOG CURRENT',
    action: { kind: 'database', when: 'after', knob: { file: { number: second.number, status: 'RECOVER' } } },
  });
  const { error } = await runToEnd();
  expect(error).toMatchObject({ code: 'BACKUP_FAILED', step: 'archive-log-before', remains: 'nothing' });
  expect(String(error)).toContain(`data file ${second.path} went RECOVER since the check`);
  expect(whats().some((what) => what.includes('BEGIN BACKUP'))).toBe(false);
});

test('an error outside the run ends it like a failure, with that error as the cause', async () => {
  const { world, stop, runToEnd, activeFiles } = setUp();
  world.journal.hold({ match: 'group_snapshot', when: 'after' });
  const running = runToEnd();
  await world.journal.waitFor(({ held }) => held === 'after');
  stop.abort(new Error('a bug elsewhere'));
  world.journal.release('group_snapshot');
  const { error } = await running;
  expect(error).toMatchObject({ code: 'BACKUP_FAILED', message: 'snapshot: a bug elsewhere' });
  expect(activeFiles()).toBe(0);
});

test('a check that cannot log on says why', async () => {
  const { world, request, array, database, host, clock, stop } = setUp();
  world.faults.inject({ match: 'CONNECT', action: { kind: 'error', text: 'ORA-01017: invalid username/password' } });
  const checking = checkBackup(request, { array, database, host, clock, signal: stop.signal });
  await expect(checking).rejects.toMatchObject({ oracleCode: 'ORA-01017' });
});

test('a check that is told to stop says so', async () => {
  const { request, array, host, database, clock, stop } = setUp();
  stop.abort('SIGINT');
  const checking = checkBackup(request, { array, database, host, clock, signal: stop.signal });
  await expect(checking).rejects.toMatchObject({ code: 'INTERRUPTED', reason: 'SIGINT' });
});

describe('told to stop', () => {
  test.each([
    ['CURRENT_SCN', 'none'],
    ['ARCHIVE LOG CURRENT', 'none'],
    ['BEGIN BACKUP', 'none'],
    ['group_snapshot', 'inconsistent'],
    ['END BACKUP', 'partial'],
    ['POST /api/rest/volumes', 'inconsistent'],
  ] as const)('at %s, it ends backup mode, labels what it made, and says it was interrupted', async (match, state) => {
    const { world, stop, runToEnd, activeFiles, states } = setUp();
    world.journal.hold({ match, when: 'after' });
    const running = runToEnd();
    await world.journal.waitFor(({ held }) => held === 'after');
    stop.abort('SIGTERM');
    world.journal.release(match);
    const { error, report } = await running;
    expect(error).toBeInstanceOf(InterruptedError);
    expect((error as InterruptedError).reason).toBe('SIGTERM');
    expect(activeFiles()).toBe(0);
    expect(report?.state).toBe(state);
    expect(await states()).toEqual(state === 'none' ? [] : [state]);
  });

  test('before it begins, it does nothing', async () => {
    const { stop, runToEnd, whats } = setUp();
    stop.abort('SIGINT');
    expect((await runToEnd()).error).toBeInstanceOf(InterruptedError);
    expect(whats()).toEqual([]);
  });
});
