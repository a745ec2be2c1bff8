import { arrayPort, createVirtualClock, createWorld, databasePort, recover, type WorldOptions } from '@orasync/testing';
import { describe, expect, test } from 'vitest';
import { labelKeys, parseSetLabel } from '../catalogue.js';
import { PreflightError } from '../errors.js';
import type { DatabaseSession, Host, SnapshotArray } from '../ports.js';
import { checkBackup } from './check-backup.js';
import { mapDatabase, readPlaces } from './map-database.js';
import type { BackupReport } from './report.js';
import { type BackupRequest, backupSettings } from './request.js';
import { runBackup } from './run-backup.js';

const silent = () => undefined;
const log = { debug: silent, info: silent, warn: silent, error: silent };
const reason = 'this host is app1, and the database is on dbhost';
const elsewhere: Host = { readInventory: async () => ({ isKnown: false, reason }) };

/** A world with one directory on a volume that is no target, and everything that has to do with coverage in it. */
const setUp = (
  options: WorldOptions = {},
  { coverage = {}, others }: { coverage?: object; others?: BackupRequest['others'] } = {},
) => {
  const clock = createVirtualClock(Date.parse('2026-11-24T23:15:02.870Z'));
  const world = createWorld({ clock, unlisted: 1, ...options });
  const array: SnapshotArray = arrayPort(world.array);
  const { signal } = new AbortController();
  const dependencies = {
    array,
    database: databasePort(world.database, { user: 'system' }),
    clock,
    log,
    signal,
    onStep: silent,
  };
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
      coverage,
    }),
    database: 'ORCL',
    zone: 'utc',
    ...(others === undefined ? {} : { others }),
  };
  const run = async (
    change: { host?: Host; array?: SnapshotArray } = {},
  ): Promise<{ report: BackupReport | undefined; error: unknown }> => {
    try {
      return { report: await runBackup(request, { ...dependencies, host: world.host, ...change }), error: undefined };
    } catch (error) {
      return { report: (error as { report?: BackupReport }).report, error };
    } finally {
      await clock.advance(1000);
    }
  };
  const extraFile = `${world.unlistedDirectories[0]}/extra01.dbf`;
  const check = async (host: Host = world.host) => checkBackup(request, { ...dependencies, host });
  const map = (host: Host = world.host) => mapDatabase(request, { ...dependencies, host });
  const writes = () =>
    world.journal.entries.map(({ what }) => what).filter((what) => /^(PUT|POST|DELETE|ALTER)/.test(what));
  return { clock, world, array, request, dependencies, run, extraFile, check, map, writes };
};

const codesOf = (report: BackupReport | undefined): readonly string[] =>
  (report?.findings ?? []).map(({ code }) => code).filter((code) => /^(coverage|file-)/.test(code));

describe('a run in which every file lies on a target', () => {
  test.each(['volumes', 'consistencyGroup', 'filesystems'] as const)('proves it: by %s', async (targets) => {
    const { run, array } = setUp({ targets });
    const { report } = await run();
    expect(report?.worth?.coverage).toBe('proved');
    expect(codesOf(report)).toEqual([]);
    const labels = await array.listLabels(labelKeys.set);
    expect(labels.map(({ value }) => parseSetLabel(value)?.worth?.coverage)).toEqual(labels.map(() => 'proved'));
  });

  test('reads nothing of NFS where there is none', async () => {
    const { run, world } = setUp();
    await run();
    expect(world.journal.entries.filter(({ what }) => /exports|network/.test(what))).toEqual([]);
  });
});

describe('a data file on a volume that is no target', () => {
  test('makes a run refuse, and nothing is changed', async () => {
    const { world, run, extraFile, writes } = setUp();
    world.database.addDatafile({ path: extraFile });
    const { error, report } = await run();
    expect(error).toBeInstanceOf(PreflightError);
    expect((error as PreflightError).message).toMatch(/extra01\.dbf.*ora_extra01 is not in the data target/);
    expect(codesOf(report)).toEqual(['coverage-uncovered']);
    expect(writes()).toEqual([]);
  });

  test('is left out when the exception is written down, and the report and the set say so', async () => {
    const extraFile = '/u02/ORCL/ora_extra01/extra01.dbf';
    const { world, run, array } = setUp(
      {},
      { coverage: { exceptions: [{ path: extraFile, reason: 'scratch data' }] } },
    );
    world.database.addDatafile({ path: extraFile });
    const { report } = await run();
    expect(report).toMatchObject({ state: 'complete', worth: { coverage: 'declared' } });
    expect(report?.findings.find(({ code }) => code === 'coverage-excepted')?.message).toMatch(
      /extra01\.dbf: scratch data$/,
    );
    const contents = report?.snapshots.map(({ id }) => world.array.contentOf(id)) ?? [];
    expect(recover(world.database, contents)).toEqual({
      consistent: false,
      reason: `missing file 5 (${extraFile}): no snapshot of this set holds it`,
    });
    const [label] = await array.listLabels(labelKeys.set);
    expect(parseSetLabel(label?.value ?? '')?.warnings).toEqual(['coverage-excepted']);
  });

  test('is seen by check and map too', async () => {
    const { world, check, map, extraFile } = setUp();
    world.database.addDatafile({ path: extraFile });
    const { findings, coverage } = await check();
    expect(findings.filter(({ level }) => level === 'blocking').map(({ code }) => code)).toEqual([
      'coverage-uncovered',
    ]);
    const { reading, facts } = await map();
    expect(reading.coverage).toEqual(coverage);
    expect(facts.datafiles).toHaveLength(5);
    expect(coverage.files.find(({ path }) => path === extraFile)).toMatchObject({
      verdict: 'uncovered',
      datasets: [{ name: 'ora_extra01' }],
    });
  });

  test('blocks although what cannot be known would not', async () => {
    const { world, run, extraFile } = setUp({}, { coverage: { policies: { unknown: 'warn' } } });
    world.database.addDatafile({ path: extraFile });
    expect((await run()).error).toBeInstanceOf(PreflightError);
  });
});

/** Something that happens while the data volumes are snapshotted. */
const during = (array: SnapshotArray, happen: () => void): SnapshotArray => ({
  ...array,
  createSnapshots: async (...args) => {
    const made = await array.createSnapshots(...args);
    happen();
    return made;
  },
});

describe('a data file that is added during the run', () => {
  test('on a target is a warning, and the set recovers', async () => {
    const { world, run, array } = setUp();
    let isDone = false;
    const { report } = await run({
      array: during(array, () => {
        if (!isDone) world.database.addDatafile({ path: '/u02/ORCL/ora_data01/new01.dbf' });
        isDone = true;
      }),
    });
    expect(report).toMatchObject({ state: 'complete', worth: { coverage: 'proved' } });
    expect(codesOf(report)).toEqual(['file-added']);
    const contents = report?.snapshots.map(({ id }) => world.array.contentOf(id)) ?? [];
    expect(recover(world.database, contents)).toMatchObject({ consistent: true });
  });

  test('on no target makes the set incomplete', async () => {
    const { world, run, array, extraFile } = setUp();
    const { report, error } = await run({
      array: during(array, () => void world.database.addDatafile({ path: extraFile })),
    });
    expect(error).toMatchObject({ step: 'recheck', remains: 'good-data', message: /extra01\.dbf was added/ });
    expect(report?.state).toBe('partial');
  });

  test('where it is not known where it lies makes the set incomplete', async () => {
    const { world, run, array } = setUp({}, { coverage: { policies: { unknown: 'warn' } } });
    const { error } = await run({
      host: elsewhere,
      array: during(array, () => void world.database.addDatafile({ path: '/u02/ORCL/ora_data01/new01.dbf' })),
    });
    expect(error).toMatchObject({ step: 'recheck', message: /new01\.dbf was added during the run, and that it lies/ });
  });
});

describe('what is known at the end', () => {
  test('counts less than at the beginning when less is known', async () => {
    const { world, run } = setUp({}, { coverage: { policies: { unknown: 'warn' } } });
    let reads = 0;
    const host: Host = {
      readInventory: (places) => {
        reads += 1;
        return reads === 1 ? world.host.readInventory(places) : elsewhere.readInventory(places);
      },
    };
    const { report } = await run({ host });
    expect(report?.worth?.coverage).toBe('unknown');
    expect(codesOf(report)).toEqual(['coverage-unknown']);
  });

  test('counts no more than at the beginning when more is known', async () => {
    const { world, run } = setUp({}, { coverage: { policies: { unknown: 'warn' } } });
    let reads = 0;
    const host: Host = {
      readInventory: (places) => {
        reads += 1;
        return reads > 1 ? world.host.readInventory(places) : elsewhere.readInventory(places);
      },
    };
    const { report } = await run({ host });
    expect(report?.worth?.coverage).toBe('unknown');
  });
});

describe('with nothing known of the host', () => {
  test('a run is refused, with the reason and what to do', async () => {
    const { run, writes } = setUp();
    const { error, report } = await run({ host: elsewhere });
    expect(error).toBeInstanceOf(PreflightError);
    expect(report?.findings.filter(({ level }) => level === 'blocking')).toEqual([
      {
        level: 'blocking',
        code: 'coverage-unknown',
        message: `which file lies on which volume is not known: ${reason}`,
        hint: expect.stringMatching(/coverage\.inventory/),
      },
    ]);
    expect(writes()).toEqual([]);
  });

  test.each([
    ['warn', ['coverage-unknown']],
    ['ignore', []],
  ])('%s goes on, and the set says that it is unknown', async (unknown, codes) => {
    const { run } = setUp({}, { coverage: { policies: { unknown } } });
    const { report } = await run({ host: elsewhere });
    expect(report).toMatchObject({ state: 'complete', worth: { coverage: 'unknown' } });
    expect(codesOf(report)).toEqual(codes);
  });

  test('a directory that the last complete set did not have is a finding', async () => {
    const { world, run, extraFile } = setUp({}, { coverage: { policies: { unknown: 'warn' } } });
    expect(codesOf((await run({ host: elsewhere })).report)).toEqual(['coverage-unknown']);
    expect(codesOf((await run({ host: elsewhere })).report)).toEqual(['coverage-unknown']);
    world.database.addDatafile({ path: extraFile });
    const { report } = await run({ host: elsewhere });
    expect(codesOf(report)).toEqual(['coverage-unknown', 'coverage-new-place']);
    expect(report?.findings.at(-1)).not.toHaveProperty('code', 'coverage-unknown');
    expect(report?.findings.find(({ code }) => code === 'coverage-new-place')?.message).toMatch(
      /^\/u02\/ORCL\/ora_extra01 holds files since the last complete set \(20261124T2315\d\dZ-ORCL-[0-9a-f]{6}\)/,
    );
  });

  test.each([
    ['error', 'blocking'],
    ['warn', 'warning'],
    ['ignore', undefined],
  ])('a new directory can be made to %s', async (newPlace, level) => {
    const { world, run, check, extraFile } = setUp({}, { coverage: { policies: { unknown: 'warn', newPlace } } });
    await run({ host: elsewhere });
    world.database.addDatafile({ path: extraFile });
    const { findings } = await check(elsewhere);
    expect(findings.find(({ code }) => code === 'coverage-new-place')?.level).toBe(level);
  });
});

describe('the targets of other databases', () => {
  const sharedWith = async (
    targets: NonNullable<BackupRequest['others']>[number]['targets'],
    options: WorldOptions = {},
  ) => {
    const { check } = setUp(options, { others: [{ name: 'OTHER', targets }] });
    return (await check()).findings.filter(({ code }) => code === 'coverage-stranger').map(({ message }) => message);
  };

  test('that are ours too are strangers', async () => {
    expect(
      await sharedWith({ data: { volumes: ['ora_data02', 'else'] }, archive: { volumes: ['ora_arch01'] } }),
    ).toEqual([expect.stringMatching(/^ora_data02 .*OTHER/), expect.stringMatching(/^ora_arch01 .*OTHER/)]);
  });

  test('are strangers where there is no archive target, too', async () => {
    expect(await sharedWith({ data: { volumes: ['ora_data01'] } }, { archive: 0 })).toHaveLength(1);
  });

  test('are ours too when it is the same consistency group, or its members name ours', async () => {
    const groups = { targets: 'consistencyGroup' } as const;
    expect(await sharedWith({ data: { consistencyGroup: 'ora_arch' } }, groups)).toHaveLength(1);
    expect(await sharedWith({ data: { consistencyGroup: 'x', members: ['ora_data01'] } }, groups)).toHaveLength(1);
    expect(await sharedWith({ data: { consistencyGroup: 'x' } }, groups)).toEqual([]);
    expect(await sharedWith({ data: { consistencyGroup: 'ora_data' } })).toEqual([]);
  });
});

describe('archive destinations', () => {
  test('that are not on the archive target block', async () => {
    const { check } = setUp({ database: { archiveDirectory: '/u01/arch' } });
    expect((await check()).findings).toContainEqual(
      expect.objectContaining({ level: 'blocking', code: 'coverage-archive-uncovered' }),
    );
  });

  test.each([
    ['error', 'blocking'],
    ['warn', 'warning'],
    ['ignore', undefined],
  ])('that lie where nobody knows are judged as what is unknown: %s', async (unknown, level) => {
    const { map, world } = setUp({}, { coverage: { policies: { unknown } } });
    const host: Host = {
      readInventory: async (places) => {
        const read = await world.host.readInventory(places);
        const isArchive = ({ asked }: { asked: string }) => asked === world.archiveDirectory;
        const blind = read.value.places.map((place) =>
          isArchive(place) ? { ...place, where: { kind: 'unknown' as const, reason: 'not seen' } } : place,
        );
        return { isKnown: true, value: { ...read.value, places: blind } };
      },
    };
    const { findings } = (await map(host)).reading;
    expect(findings.find(({ code }) => code === 'coverage-unknown')?.level).toBe(level);
  });

  test('that may not be known are no hole', async () => {
    const { dependencies, request, world } = setUp();
    const { database } = dependencies;
    const blind = {
      ...database,
      openSession: async (options: Parameters<typeof database.openSession>[0]) => {
        const session: DatabaseSession = await database.openSession(options);
        const archiveDestinations = { isKnown: false, reason: 'V$ARCHIVE_DEST may not be read' } as const;
        return {
          ...session,
          readFileInventory: async () => ({ ...(await session.readFileInventory()), archiveDestinations }),
        };
      },
    };
    const { reading } = await mapDatabase(request, {
      ...dependencies,
      database: blind as typeof database,
      host: world.host,
    });
    expect(reading.findings.map(({ code }) => code)).toEqual(['files-unknown']);
  });
});

describe('a map', () => {
  test('tells the host what to look for, without the array', async () => {
    const { request, dependencies, world } = setUp();
    const { paths, asmDisks, hostNames } = await readPlaces(request, dependencies);
    expect(paths).toContain('/u02/ORCL/ora_data01/system01.dbf');
    expect(paths).toContain(world.archiveDirectory);
    expect([asmDisks, hostNames]).toEqual([[], ['dbhost']]);
    expect(world.journal.entries.filter(({ what }) => what.includes('/api/rest'))).toEqual([]);
  });

  test('that is told to stop says so', async () => {
    const { request, dependencies, world } = setUp();
    const stop = new AbortController();
    stop.abort('SIGINT');
    const mapping = mapDatabase(request, { ...dependencies, host: world.host, signal: stop.signal });
    await expect(mapping).rejects.toMatchObject({ code: 'INTERRUPTED', reason: 'SIGINT' });
  });

  test('that fails tells why', async () => {
    const { request, dependencies, world } = setUp();
    world.faults.inject({
      match: 'v$controlfile',
      action: { kind: 'error', text: 'ORA-01031: insufficient privileges' },
    });
    await expect(readPlaces(request, dependencies)).rejects.toMatchObject({ oracleCode: 'ORA-01031' });
  });
});
