import { describe, expect, test } from 'vitest';
import type { Asm, DatabaseSession, Datafile, FileInventory, Known } from '../ports.js';
import { readDatabasePlaces } from './database-places.js';

const known = <Value>(value: Value): Known<Value> => ({ isKnown: true, value });
const notKnown = (reason: string): Known<never> => ({ isKnown: false, reason });
const destination = { id: 1, status: 'VALID', destination: '/arch', target: 'PRIMARY', error: undefined };

const nothing: FileInventory = {
  temporaryFiles: known([]),
  controlfiles: known([]),
  logMembers: known([]),
  spfile: known(undefined),
  changeTrackingFile: known(undefined),
  keystores: known([]),
  archiveDestinations: known([]),
  recoveryArea: known(undefined),
};
const noAsm: Asm = { groups: known([]), disks: known([]), operations: known([]) };

const file = (path: string, status = 'ONLINE') => ({ path, status }) as Datafile;

const read = async (
  change: Partial<FileInventory>,
  {
    files = [file('/data/a.dbf')],
    asm = {},
    allowOffline = [],
  }: { files?: readonly Datafile[]; asm?: Partial<Asm>; allowOffline?: string[] } = {},
) => {
  let asked = 0;
  const session = {
    readFileInventory: async () => ({ ...nothing, ...change }),
    readAsm: async () => {
      asked += 1;
      return { ...noAsm, ...asm };
    },
  } as unknown as DatabaseSession;
  return { ...(await readDatabasePlaces({ allowOffline }, files, session)), asked };
};
const filesOf = async (...args: Parameters<typeof read>) =>
  (await read(...args)).inventory.files.map(({ kind, path }) => `${kind} ${path}`);

test('every file of the database is placed, of its kind', async () => {
  const files = await filesOf({
    temporaryFiles: known([{ kind: 'temporary-file', path: '/t' }]),
    controlfiles: known([{ kind: 'controlfile', path: '/c' }]),
    logMembers: known([
      { kind: 'online-log', path: '/l' },
      { kind: 'standby-log', path: '/s' },
    ]),
    spfile: known({ kind: 'spfile', path: '/p' }),
    changeTrackingFile: known({ kind: 'change-tracking-file', path: '/b' }),
    keystores: known([
      { location: 'FILE', path: '/w', status: 'OPEN' },
      { location: 'FILE', path: '/none', status: 'NOT_AVAILABLE' },
      { location: 'FILE', path: undefined, status: 'OPEN' },
      { location: 'HSM', path: '/hsm', status: 'OPEN' },
    ]),
  });
  expect(files).toEqual([
    'data-file /data/a.dbf',
    'controlfile /c',
    'online-log /l',
    'standby-log /s',
    'temporary-file /t',
    'spfile /p',
    'change-tracking-file /b',
    'keystore /w',
  ]);
});

test('of the archive destinations those of this host that take logs', async () => {
  const files = await filesOf(
    {
      archiveDestinations: known([
        destination,
        { ...destination, destination: '/local', target: 'LOCAL' },
        { ...destination, destination: 'standby1', target: 'STANDBY' },
        { ...destination, destination: '/deferred', status: 'DEFERRED' },
        { ...destination, destination: '/disabled', status: 'DISABLED' },
        { ...destination, destination: '' },
        { ...destination, destination: 'USE_DB_RECOVERY_FILE_DEST' },
      ]),
      recoveryArea: known({ path: '+FRA' }),
    },
    { files: [] },
  );
  expect(files).toEqual([
    'archive-destination /arch',
    'archive-destination /local',
    'archive-destination +FRA',
    'recovery-area +FRA',
  ]);
});

test('a recovery area without a path is none', async () => {
  const files = await filesOf({
    archiveDestinations: known([{ ...destination, destination: 'USE_DB_RECOVERY_FILE_DEST' }]),
    recoveryArea: known({ path: undefined }),
  });
  expect(files).toEqual(['data-file /data/a.dbf']);
});

test('an offline file is left out when the settings allow that, and only then', async () => {
  const files = [file('/a', 'OFFLINE'), file('/b', 'RECOVER'), file('/c', 'SYSOFF'), file('/d', 'OFFLINE'), file('/e')];
  expect(await filesOf({}, { files, allowOffline: ['/a', '/b', '/c', '/e'] })).toEqual([
    'data-file /d',
    'data-file /e',
  ]);
});

describe('ASM', () => {
  const asm: Partial<Asm> = {
    groups: known([
      { number: 1, name: 'DATA' },
      { number: 2, name: 'FRA' },
    ]),
    disks: known([
      { groupNumber: 1, name: 'D1', path: '/dev/mapper/d1' },
      { groupNumber: 1, name: 'D2', path: undefined },
      { groupNumber: 2, name: 'F1', path: 'AFD:F1' },
    ]),
  };
  const files = [file('+DATA/orcl/a.dbf')];

  test('is asked only when a file lies in it', async () => {
    expect((await read({})).asked).toBe(0);
    expect((await read({}, { files })).asked).toBe(1);
  });

  test('tells the disks of each group', async () => {
    expect((await read({}, { files, asm })).inventory.asmGroups).toEqual([
      { name: 'DATA', disks: ['/dev/mapper/d1'] },
      { name: 'FRA', disks: ['AFD:F1'] },
    ]);
  });

  test('that hides its disks or its groups tells of none, and why', async () => {
    const hidden = await read({}, { files, asm: { ...asm, disks: notKnown('V$ASM_DISK may not be read') } });
    expect(hidden.inventory.asmGroups).toEqual([]);
    expect(hidden.findings.map(({ message }) => message)).toEqual([
      'some files are not known: V$ASM_DISK may not be read',
    ]);
    expect((await read({}, { files, asm: { ...asm, groups: notKnown('no') } })).inventory.asmGroups).toEqual([]);
  });

  test.each([
    ['REBAL', 'RUN', ['asm-rebalance']],
    ['REBAL', 'WAIT', ['asm-rebalance']],
    ['REBAL', 'DONE', []],
    ['SCRUB', 'RUN', []],
  ])('that is at work (%s, %s) is said', async (operation, state, codes) => {
    const operations = known([{ groupNumber: 1, operation, state }]);
    const { findings } = await read({}, { files, asm: { ...asm, operations } });
    expect(findings.map(({ code }) => code)).toEqual(codes);
  });

  test('that moves extents of a group without a name is said all the same', async () => {
    const operations = known([{ groupNumber: 7, operation: 'REBAL', state: 'RUN' }]);
    const { findings } = await read({}, { files, asm: { operations } });
    expect(findings[0]?.message).toMatch(/disk group 7/);
  });
});

test('what the account may not know is said once for each reason', async () => {
  const { findings, knowsArchiveDestinations } = await read({
    archiveDestinations: notKnown('V$ARCHIVE_DEST may not be read'),
    controlfiles: notKnown('V$CONTROLFILE may not be read'),
    temporaryFiles: notKnown('V$CONTROLFILE may not be read'),
    spfile: notKnown('V$CONTROLFILE may not be read'),
  });
  expect(knowsArchiveDestinations).toBe(false);
  expect(findings).toEqual([
    {
      level: 'warning',
      code: 'files-unknown',
      message: 'some files are not known: V$CONTROLFILE may not be read',
    },
    {
      level: 'warning',
      code: 'files-unknown',
      message: 'some files are not known: V$ARCHIVE_DEST may not be read',
    },
  ]);
});
