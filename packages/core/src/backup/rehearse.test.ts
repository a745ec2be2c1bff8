import { arrayPort, createVirtualClock, createWorld, databasePort, type WorldOptions } from '@orasync/testing';
import { describe, expect, test } from 'vitest';
import { labelKeys, parseSetLabel, readCatalogue } from '../catalogue.js';
import type { Account, Database, SnapshotArray } from '../ports.js';
import { planRetention } from '../retention/plan.js';
import { retentionPolicy } from '../retention/policy.js';
import { checkBackup } from './check-backup.js';
import { rehearseBackup } from './rehearse.js';
import { backupSettings } from './request.js';
import { runBackup } from './run-backup.js';

const silent = () => undefined;
const log = { debug: silent, info: silent, warn: silent, error: silent };
const day = 86_400_000;

const setUp = (options: WorldOptions = {}) => {
  const clock = createVirtualClock(Date.parse('2026-11-24T23:15:02.870Z'));
  const world = createWorld({ clock, ...options });
  const port = arrayPort(world.array);
  const database: Database = databasePort(world.database, { user: 'system' });
  const targetOf = (role: 'data' | 'archive') =>
    world.targets === 'consistencyGroup'
      ? { consistencyGroup: world.groups[role] }
      : { [world.targets]: world.volumes[role].map(({ name }) => name) };
  const targets = {
    data: targetOf('data'),
    ...(world.volumes.archive.length === 0 ? {} : { archive: targetOf('archive') }),
  };
  const request = { ...backupSettings.parse({ targets }), database: 'ORCL', zone: 'utc' };
  const stop = new AbortController();
  const { signal } = stop;
  const rehearse = async ({ array = port, through = database }: { array?: SnapshotArray; through?: Database } = {}) => {
    const { facts } = await checkBackup(request, { array, database, host: world.host, clock, signal });
    const work = rehearseBackup(request, facts, { array, database: through, clock, log, signal });
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    work.then(over, over);
    while (!isOver) await clock.advance(1000);
    return work;
  };
  const run = () => runBackup(request, { array: port, database, host: world.host, clock, log, signal, onStep: silent });
  const sets = () => readCatalogue('orasync', { array: port, now: new Date(clock.now()) });
  const whats = () => world.journal.entries.map(({ what }) => what);
  return { stop, clock, world, port, database, rehearse, run, sets, whats };
};

describe('a rehearsal', () => {
  test('snapshots every target by the calls of a run, outside backup mode, and deletes nothing', async () => {
    const { rehearse, whats } = setUp();
    const { report, findings, failure } = await rehearse();
    expect(failure).toBeUndefined();
    expect(findings).toEqual([]);
    expect(report.roles).toMatchObject([
      { role: 'data', expected: 4, spreadMs: 0, isLabelled: true },
      { role: 'archive', expected: 1, spreadMs: 0, isLabelled: true },
    ]);
    expect(report.roles.flatMap(({ snapshots }) => snapshots.map(({ name }) => name))).toEqual([
      'orasync_test_2026-11-24_231502_ora_data01',
      'orasync_test_2026-11-24_231502_ora_data02',
      'orasync_test_2026-11-24_231502_ora_data03',
      'orasync_test_2026-11-24_231502_ora_data04',
      'orasync_testarc_2026-11-24_231502',
    ]);
    expect(whats().filter((what) => /^POST/.test(what))).toEqual([
      'POST /api/rest/volumes/group_snapshot',
      'POST /api/rest/volumes',
    ]);
    expect(whats().filter((what) => /^(ALTER|DELETE)/.test(what))).toEqual([]);
  });

  test.each(['consistencyGroup', 'filesystems'] as const)('of %s makes as many, too', async (targets) => {
    const { rehearse, sets } = setUp({ targets });
    const { report, failure } = await rehearse();
    expect(failure).toBeUndefined();
    expect(report.roles.map(({ snapshots, isLabelled }) => [snapshots.length, isLabelled])).toEqual([
      [4, true],
      [1, true],
    ]);
    expect((await sets()).map(({ state }) => state)).toEqual(['rehearsal']);
  });

  test('without an archive target is one of data alone', async () => {
    const { rehearse } = setUp({ archive: 0, data: 1 });
    const { report } = await rehearse();
    expect(report.roles.map(({ role, snapshots }) => [role, snapshots[0]?.name])).toEqual([
      ['data', 'orasync_test_2026-11-24_231502'],
    ]);
  });

  test('has names as long as those of a run', async () => {
    const { rehearse, run } = setUp();
    const rehearsed = (await rehearse()).report.roles.flatMap(({ snapshots }) => snapshots);
    const made = (await run()).snapshots;
    expect(rehearsed.map(({ name }) => name.length)).toEqual(made.map(({ name }) => name.length));
  });

  test('is told how long its call took', async () => {
    const { world, rehearse } = setUp();
    world.faults.inject({ match: 'group_snapshot', action: { kind: 'delay', when: 'before', ms: 700 } });
    expect((await rehearse()).report.roles[0]?.ms).toBe(700);
  });

  test('takes the next second when the name is taken, and says nothing of it', async () => {
    const { rehearse } = setUp({ data: 1, archive: 0 });
    await rehearse();
    const { report, failure } = await rehearse();
    expect(failure).toBeUndefined();
    expect(report.roles[0]?.snapshots[0]?.name).not.toBe('orasync_test_2026-11-24_231502');
  });
});

describe('what a rehearsal made', () => {
  test('is no backup: it is removed as remains are, once a complete set is newer and it is old enough', async () => {
    const { rehearse, run, sets, clock } = setUp();
    await rehearse();
    await clock.advance(60_000);
    const plan = async () =>
      planRetention(
        await sets(),
        { database: 'ORCL', volumeIds: 'all' },
        {
          array: { name: 'ibox', serial: '1' },
          policy: retentionPolicy.parse({}),
          now: new Date(clock.now()),
          zone: 'utc',
        },
      ).sets.map(({ state, verdict }) => [state, verdict]);
    await clock.advance(15 * day);
    expect(await plan()).toEqual([['rehearsal', 'keep']]);
    await run();
    expect(await plan()).toEqual([
      ['complete', 'keep'],
      ['rehearsal', 'remove'],
    ]);
  });

  test('is never taken for a snapshot of the predecessor, with a label or without', async () => {
    const { world, sets, clock } = setUp();
    const parentId = world.volumes.data[0]?.id ?? 0;
    const createdAt = new Date(clock.now());
    world.array.addSnapshot({ parentId, name: 'orasync_test_2026-11-24_231502', createdAt });
    world.array.addSnapshot({ parentId, name: 'orasync_testarc_2026-11-24_231502', createdAt });
    world.array.addSnapshot({ parentId, name: 'orasync_test_of_somebody', createdAt });
    expect((await sets()).map(({ id, state }) => [id, state])).toEqual([['orasync_test_of_somebody', 'legacy']]);
  });

  test('and has no label yet gets one by the next rehearsal', async () => {
    const { rehearse, port, sets } = setUp();
    const array: SnapshotArray = { ...port, writeLabels: () => Promise.reject(new Error('403')) };
    const first = await rehearse({ array });
    expect(first.failure).toMatchObject({ message: '403' });
    expect(first.findings.map(({ level, code }) => [level, code])).toEqual([['blocking', 'rehearsal-not-labelled']]);
    expect(first.report.roles.map(({ isLabelled }) => isLabelled)).toEqual([false, false]);
    await rehearse();
    expect((await sets()).map(({ state, members }) => [state, members.length])).toEqual([['rehearsal', 10]]);
  });

  test('although the answer was lost is labelled all the same', async () => {
    const { world, port, rehearse, sets } = setUp();
    world.faults.inject({ match: 'group_snapshot', action: { kind: 'reset', when: 'after' } });
    // Without the array's clock it cannot be told whether the snapshots are of this call.
    const array: SnapshotArray = {
      ...port,
      readIdentity: async () => ({ ...(await port.readIdentity()), time: undefined }),
    };
    const { failure } = await rehearse({ array });
    expect(failure).toMatchObject({ outcome: 'unknown' });
    expect((await sets()).map(({ state, members }) => [state, members.length])).toEqual([['rehearsal', 5]]);
  });

  test('before it was told to stop is labelled, and no more is made', async () => {
    const { world, rehearse, sets, stop } = setUp();
    world.journal.hold({ match: 'group_snapshot', when: 'after' });
    const rehearsing = rehearse();
    await world.journal.waitFor(({ held }) => held === 'after');
    stop.abort('SIGINT');
    world.journal.release('group_snapshot');
    expect((await rehearsing).failure).toMatchObject({ code: 'INTERRUPTED', reason: 'SIGINT' });
    expect((await sets()).map(({ state, members }) => [state, members.length])).toEqual([['rehearsal', 4]]);
  });

  test('says in its label of which database, and how many there are', async () => {
    const { rehearse, port } = setUp();
    const { report } = await rehearse();
    const id = report.roles[0]?.snapshots[0]?.id ?? 0;
    const label = parseSetLabel((await port.readLabels(id))[labelKeys.set] ?? '');
    expect(label).toMatchObject({
      set: report.set,
      state: 'rehearsal',
      role: 'data',
      database: { uniqueName: 'ORCL' },
      members: { data: 4, archive: 1 },
    });
  });
});

describe('what speaks against a backup', () => {
  test('is a snapshot that the array refuses; the other role is rehearsed all the same', async () => {
    const { world, rehearse } = setUp();
    world.faults.inject({ match: 'group_snapshot', action: { kind: 'refuse', status: 403 } });
    const { report, findings, failure } = await rehearse();
    expect(failure).toMatchObject({ status: 403 });
    expect(findings).toEqual([
      { level: 'blocking', code: 'rehearsal-incomplete', message: '0 of 4 data snapshots are known to have been made' },
    ]);
    expect(report.roles.map(({ snapshots, isLabelled }) => [snapshots.length, isLabelled])).toEqual([
      [0, true],
      [1, true],
    ]);
    expect(report.roles[0]).not.toHaveProperty('spreadMs');
  });

  test('are snapshots that are not of one instant', async () => {
    const { port, rehearse } = setUp({ archive: 0 });
    const array: SnapshotArray = {
      ...port,
      createSnapshots: async (...call) =>
        (await port.createSnapshots(...call)).map((each, index) => ({
          ...each,
          createdAt: new Date(each.createdAt.getTime() + index * 1000),
        })),
    };
    const { report, findings } = await rehearse({ array });
    expect(report.roles[0]?.spreadMs).toBe(3000);
    expect(findings.map(({ code }) => code)).toEqual(['not-one-instant']);
  });

  const yes = { isKnown: true, value: true } as const;
  const no = { isKnown: true, value: false } as const;
  const account = { user: 'BACKUP', mayBackUp: yes, mayArchive: yes, mayLock: yes, unreadableViews: [] };

  test.each<[string, Partial<Account>, readonly string[]]>([
    ['nothing, for an account with all rights', {}, []],
    ['nothing that is not known', { mayBackUp: { isKnown: false, reason: 'closed' } }, []],
    ['an account without ALTER DATABASE', { mayBackUp: no }, ['blocking may-not-back-up']],
    ['an account without ALTER SYSTEM', { mayArchive: no }, ['blocking may-not-archive']],
    ['less so one without DBMS_LOCK', { mayLock: no }, ['warning may-not-lock']],
    ['less so one that a view is closed to', { unreadableViews: ['V$ASM_DISK: ORA-00942'] }, ['warning view-hidden']],
  ])('is %s', async (_, lacks, expected) => {
    const { rehearse, database } = setUp();
    const through: Database = {
      ...database,
      openSession: async (options) => ({
        ...(await database.openSession(options)),
        readAccount: async () => ({ ...account, ...lacks }),
      }),
    };
    const { findings } = await rehearse({ through });
    expect(findings.map(({ level, code }) => `${level} ${code}`)).toEqual(expected);
  });

  test('is not that the account cannot be read', async () => {
    const { rehearse, database } = setUp();
    const through: Database = {
      ...database,
      openSession: async (options) => ({
        ...(await database.openSession(options)),
        readAccount: () => Promise.reject(new Error('no answer')),
      }),
    };
    const { findings } = await rehearse({ through });
    expect(findings).toEqual([
      { level: 'warning', code: 'account-unknown', message: 'what the account may do could not be read: no answer' },
    ]);
  });
});
