import { arrayPort, createVirtualClock, createWorld, databasePort, type WorldOptions } from '@orasync/testing';
import { expect, test } from 'vitest';
import { readCatalogue } from '../catalogue.js';
import { BackupFailedError } from '../errors.js';
import type { SnapshotArray } from '../ports.js';
import type { BackupReport } from './report.js';
import { backupSettings } from './request.js';
import { runBackup } from './run-backup.js';

const silent = () => undefined;
const log = { debug: silent, info: silent, warn: silent, error: silent };

const setUp = (options: WorldOptions = {}, change: (array: SnapshotArray) => Partial<SnapshotArray> = () => ({})) => {
  const clock = createVirtualClock(Date.parse('2026-11-24T23:15:02.000Z'));
  const world = createWorld({ clock, ...options });
  const port: SnapshotArray = arrayPort(world.array);
  const array = { ...port, ...change(port) };
  const database = databasePort(world.database, { user: 'system' });
  const targetOf = (role: 'data' | 'archive') =>
    world.targets === 'consistencyGroup'
      ? { consistencyGroup: world.groups[role] }
      : { [world.targets]: world.volumes[role].map(({ name }) => name) };
  const settings = { targets: { data: targetOf('data'), archive: targetOf('archive') }, lockFor: '7d' };
  const request = { ...backupSettings.parse(settings), database: 'ORCL', zone: 'utc' };
  const { signal } = new AbortController();
  const run = async () => {
    let ended: { report?: BackupReport; error?: unknown } | undefined;
    void runBackup(request, { array, database, host: world.host, clock, log, signal, onStep: silent }).then(
      (report) => {
        ended = { report };
      },
      (error: unknown) => {
        ended = { error };
      },
    );
    while (ended === undefined) await clock.advance(1000);
    return ended;
  };
  const members = async () => {
    const [set] = await readCatalogue('orasync', { array: port, now: new Date(clock.now()) });
    return { state: set?.state, snapshots: set?.members.map(({ snapshot }) => snapshot) ?? [] };
  };
  return { clock, world, array: port, run, members };
};

test.each(['volumes', 'consistencyGroup', 'filesystems'] as const)(
  'locks every member of a set of %s after the marker',
  async (targets) => {
    const { world, run, members } = setUp({ targets });
    expect((await run()).report?.state).toBe('complete');
    const { state, snapshots } = await members();
    expect(state).toBe('complete');
    expect(snapshots.length).toBeGreaterThan(1);
    const day = Date.parse('2026-12-01T23:15:00Z');
    for (const { lockExpiresAt } of snapshots) expect(lockExpiresAt?.getTime()).toBeGreaterThan(day);
    const whats = world.journal.entries.filter(({ what }) => what.startsWith('PUT')).map(({ what }) => what);
    expect(whats.at(-1)).toMatch(/volumes|filesystems|cgs/);
    expect(whats.findLastIndex((what) => what.includes('metadata'))).toBeLessThan(
      whats.findIndex((what) => !what.includes('metadata')),
    );
  },
);

test('a lock that the array refuses for good leaves a complete set, and fails the run', async () => {
  const { world, run, members } = setUp();
  world.faults.inject({ match: 'PUT /api/rest/volumes', times: 99, action: { kind: 'refuse', status: 403 } });
  const { error } = await run();
  expect(error).toBeInstanceOf(BackupFailedError);
  expect(error).toMatchObject({ step: 'lock', remains: 'good-data', report: { state: 'complete' } });
  expect((await members()).state).toBe('complete');
});

test('a lost answer is no reason to give up', async () => {
  const { world, run, members } = setUp();
  world.faults.inject({ match: 'PUT /api/rest/volumes', times: 2, action: { kind: 'reset', when: 'after' } });
  expect((await run()).report?.state).toBe('complete');
  expect((await members()).snapshots.every(({ lockExpiresAt }) => lockExpiresAt !== undefined)).toBe(true);
});

test('a lock that the array took and does not show fails the run', async () => {
  const { run } = setUp({}, () => ({ lockSnapshots: () => Promise.resolve() }));
  expect(String((await run()).error)).toMatch(/is not locked until .*, though the array took the lock/);
});

test('a lock is never made shorter, and ends by the clock of the array', async () => {
  const { array, clock, run, members, world } = setUp();
  world.array.skewClock(120_000);
  await run();
  const { snapshots } = await members();
  const before = snapshots.map(({ lockExpiresAt }) => lockExpiresAt);
  expect(before[0]?.getTime()).toBeGreaterThan(Date.parse('2026-12-01T23:17:00Z'));
  await array.lockSnapshots(
    snapshots.map(({ id }) => id),
    new Date(clock.now() + 86_400_000),
  );
  expect((await members()).snapshots.map(({ lockExpiresAt }) => lockExpiresAt)).toEqual(before);
});
