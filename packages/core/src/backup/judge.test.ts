import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ArchivedLog, BackupMode, DatabaseStatus, Datafile, Dataset } from '../ports.js';
import { addedFiles, doubtsAboutChanges, doubtsAboutWindow, expectedInBackupMode, proveLogs } from './judge.js';

const file = (number: number, change: Partial<Datafile> = {}): Datafile => ({
  number,
  path: `/data/file${number}.dbf`,
  containerId: 0,
  status: 'ONLINE',
  enabled: 'READ WRITE',
  creationScn: 1n,
  unrecoverableScn: 0n,
  sizeBytes: 8192n,
  ...change,
});
const active = (numbers: readonly bigint[], change: Partial<BackupMode> = {}): BackupMode => ({
  activeFiles: numbers.length,
  distinctScns: numbers.length === 0 ? 0 : 1,
  lowestScn: numbers.length === 0 ? undefined : 1000n,
  highestScn: numbers.length === 0 ? undefined : 1000n,
  fileNumberSum: numbers.reduce((sum, number) => sum + number, 0n),
  fileNumberSquareSum: numbers.reduce((sum, number) => sum + number * number, 0n),
  ...change,
});

describe('expected in backup mode', () => {
  test('are online read-write files of open containers', () => {
    const files = [
      file(1, { status: 'SYSTEM', containerId: 1 }),
      file(2, { containerId: 2 }),
      file(3, { containerId: 3 }),
      file(4, { containerId: 4 }),
      file(5, { enabled: 'READ ONLY', containerId: 3 }),
      file(6, { status: 'OFFLINE', containerId: 3 }),
    ];
    const containers = [
      { id: 2, name: 'PDB$SEED', openMode: 'READ ONLY' },
      { id: 3, name: 'PDB1', openMode: 'READ WRITE' },
      { id: 4, name: 'PDB2', openMode: 'MOUNTED' },
    ];
    expect(expectedInBackupMode(files, containers).map(({ number }) => number)).toEqual([1, 3]);
  });
});

describe('the window', () => {
  const parents = [
    { id: 11, name: 'v1' },
    { id: 12, name: 'v2' },
  ];
  const made = (parentId: number) => ({ id: parentId + 100, parentId }) as Dataset;
  const good = {
    expected: [file(1), file(2), file(3)],
    baselineScn: 900n,
    during: active([1n, 2n, 3n]),
    before: active([1n, 2n, 3n]),
    parents,
    snapshots: [made(11), made(12)],
  };

  test('leaves no doubt when the same files were active with one begin SCN and all snapshots are there', () => {
    expect(doubtsAboutWindow(good)).toEqual([]);
  });

  test.each<[string, Partial<typeof good> | { during: undefined } | { before: undefined }, RegExp]>([
    ['V$BACKUP was not read beside the snapshot', { during: undefined }, /beside the snapshot, it is not known/],
    ['V$BACKUP was not read before END', { before: undefined }, /just before END, it is not known/],
    ['a file was not active', { during: active([1n, 2n]) }, /2 files were in backup mode instead of 3/],
    ['backup mode had been ended', { before: active([]) }, /just before END, 0 files/],
    ['another file was active instead', { during: active([1n, 2n, 4n]) }, /other files/],
    ['files had different begin SCNs', { during: active([1n, 2n, 3n], { distinctScns: 2 }) }, /2 different begin SCNs/],
    [
      'a file was active since before the run',
      { during: active([1n, 2n, 3n], { lowestScn: 800n }) },
      /before this run/,
    ],
    ['backup mode was begun anew', { before: active([1n, 2n, 3n], { lowestScn: 1001n }) }, /begun again/],
    ['a member is missing', { snapshots: [made(11)] }, /0 snapshots of v2/],
    ['a member is surplus', { snapshots: [made(11), made(12), made(13)] }, /3 snapshots of 2 volumes/],
  ])('leaves a doubt when %s', (_, change, doubt) => {
    expect(doubtsAboutWindow({ ...good, ...change }).join('; ')).toMatch(doubt);
  });

  test('tells any two lists of files of the same length apart', () => {
    const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 2 });
    fc.assert(
      fc.property(numbers, numbers, (expected, actual) => {
        fc.pre(expected.length === actual.length && expected.some((number) => !actual.includes(number)));
        const facts = { ...good, expected: expected.map((number) => file(number)), during: active(actual.map(BigInt)) };
        expect(doubtsAboutWindow(facts).join()).toMatch(/other files/);
      }),
    );
  });
});

describe('the archived logs', () => {
  const log = (thread: number, sequence: number, change: Partial<ArchivedLog> = {}): ArchivedLog => ({
    thread,
    sequence,
    firstScn: BigInt(sequence * 100),
    nextScn: BigInt(sequence * 100 + 100),
    resetlogsScn: 1n,
    destinationId: 1,
    path: '/arch/x',
    isAvailable: true,
    ...change,
  });
  const database = {
    resetlogsScn: 1n,
    threads: [{ number: 1, isOpen: true, isEnabled: true }],
  } as unknown as DatabaseStatus;
  const range = { beginScn: 1050n, endScn: 1250n, database };

  test('are proved when one thread has every sequence from begin to end SCN', () => {
    expect(proveLogs([log(1, 12), log(1, 10), log(1, 11), log(1, 9), log(1, 13)], range)).toEqual({
      ranges: [{ thread: 1, firstSequence: 10, lastSequence: 12, firstScn: '1000', nextScn: '1300' }],
      missing: [],
    });
  });

  test('count once, though two destinations have them', () => {
    const twice = [log(1, 10), log(1, 10, { destinationId: 2 }), log(1, 11), log(1, 12)];
    expect(proveLogs(twice, range).missing).toEqual([]);
  });

  test.each<[string, ArchivedLog[], RegExp]>([
    ['none is there', [], /no archived log/],
    ['the first is missing', [log(1, 11), log(1, 12)], /redo from 1050 to 1100/],
    ['one between is missing', [log(1, 10), log(1, 12)], /before sequence 12/],
    ['the last is missing', [log(1, 10), log(1, 11)], /redo from 1200 to 1250/],
    ['one was deleted', [log(1, 10), log(1, 11, { isAvailable: false }), log(1, 12)], /before sequence 12/],
    [
      'they are of another incarnation',
      [10, 11, 12].map((sequence) => log(1, sequence, { resetlogsScn: 2n })),
      /no archived log/,
    ],
    [
      'a second thread with redo has a gap',
      [log(1, 10), log(1, 11), log(1, 12), log(2, 10, { isAvailable: false })],
      /thread 2/,
    ],
  ])('are not proved when %s', (_, logs, missing) => {
    expect(proveLogs(logs, range).missing.join('; ')).toMatch(missing);
  });

  test('are not proved when an open thread has none', () => {
    const threads = [...database.threads, { number: 2, isOpen: true, isEnabled: true }];
    const logs = [log(1, 10), log(1, 11), log(1, 12)];
    expect(proveLogs(logs, { ...range, database: { ...database, threads } }).missing.join()).toMatch(/thread 2/);
  });
});

describe('what changed during the run', () => {
  const before = {
    datafiles: [
      file(1),
      file(2, { enabled: 'READ ONLY' }),
      file(4, { status: 'OFFLINE' }),
      file(5, { containerId: 3 }),
    ],
    containers: [{ id: 3, name: 'P', openMode: 'MOUNTED' }],
  };
  const options = { beginScn: 1000n, covered: new Set<string>() };

  test('leaves no doubt when nothing did', () => {
    expect(doubtsAboutChanges(before, before, options)).toEqual([]);
  });

  test.each<[string, Partial<typeof before>, RegExp]>([
    ['a file was added', { datafiles: [...before.datafiles, file(3)] }, /file3.dbf was added/],
    ['a file was moved', { datafiles: [file(1, { path: '/other' })] }, /other was moved/],
    ['a file was changed without redo', { datafiles: [file(1, { unrecoverableScn: 1001n })] }, /without redo/],
    ['a file became read-write', { datafiles: [file(2)] }, /file2.dbf came into use/],
    ['a file came online', { datafiles: [file(4)] }, /file4.dbf came into use/],
    [
      'a container was opened',
      { containers: [{ id: 3, name: 'P', openMode: 'READ WRITE' }] },
      /file5.dbf came into use/,
    ],
  ])('leaves a doubt when %s', (_, change, doubt) => {
    expect(doubtsAboutChanges(before, { ...before, ...change }, options).join()).toMatch(doubt);
  });

  test('leaves none when a change without redo is older than BEGIN', () => {
    const after = { ...before, datafiles: [file(1, { unrecoverableScn: 999n })] };
    expect(doubtsAboutChanges(before, after, options)).toEqual([]);
  });

  test('leaves none when a file was added that is covered', () => {
    const after = { ...before, datafiles: [...before.datafiles, file(3)] };
    expect(addedFiles(before, after)).toEqual([file(3)]);
    const inContainer = { ...before, datafiles: [...before.datafiles, file(3, { containerId: 3 })] };
    expect(doubtsAboutChanges(before, inContainer, { ...options, covered: new Set([file(3).path]) })).toEqual([]);
    const covered = new Set([file(3).path]);
    expect(doubtsAboutChanges(before, after, { ...options, covered })).toEqual([]);
  });

  test('leaves a doubt when a container came, though its files are covered', () => {
    const added = file(6, { containerId: 4 });
    const after = {
      datafiles: [...before.datafiles, added],
      containers: [...before.containers, { id: 4, name: 'NEW', openMode: 'MOUNTED' }],
    };
    const covered = new Set([added.path]);
    expect(doubtsAboutChanges(before, after, { ...options, covered }).join()).toMatch(/came with container NEW/);
  });
});
