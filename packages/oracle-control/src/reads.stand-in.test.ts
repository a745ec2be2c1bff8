import { fileURLToPath } from 'node:url';
import { createWorld, listenSqlplus, type WorldOptions, worldCredentials } from '@orasync/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { createOracleControl, type OracleControlOptions } from './oracle-control.js';

/** Made by the build of @orasync/testing, which `npm test` runs first. */
const script = fileURLToPath(new URL('../../testing/dist/sqlplus.js', import.meta.url));

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const { user, password, sid } = worldCredentials.oracle;
const dba = { name: user, password, roles: ['DBA', 'SYSBACKUP', 'SYSDBA', 'SYSOPER'] };

const setUp = async (
  database: WorldOptions['database'] = {},
  settings: Pick<OracleControlOptions, 'role'> & { readonly connectIdentifier?: string } = {},
) => {
  const { connectIdentifier = sid, ...options } = settings;
  const world = createWorld({ database: { users: [dba], ...database } });
  const standIn = await listenSqlplus(world.database, { script });
  const logon = { kind: 'password', user, password, connectIdentifier } as const;
  const session = await createOracleControl({ ...options, oracleHome: standIn.home, logon }).openSession({
    purpose: 'test',
  });
  closers.push(
    () => session.close(),
    () => standIn.close(),
  );
  return { world, state: world.database.state, session };
};

const known = <Value>(value: Value) => ({ isKnown: true, value });
const containers = [
  { id: 1, name: 'CDB$ROOT', openMode: 'READ WRITE' },
  { id: 2, name: 'PDB$SEED', openMode: 'READ ONLY' },
  { id: 3, name: 'SALES', openMode: 'READ WRITE' },
] as const;
const files = containers.map(({ id }) => ({ path: `/u02/ORCL/ora_data01/file${id}.dbf`, containerId: id }));

describe('over the stand-in, a session reads', () => {
  it('identity and state, with the clock and the zone of the database host', async () => {
    const { state, session } = await setUp({ utcOffsetMinutes: -210, threads: 2, versionFull: '19.21.0.0.0' });
    const status = await session.readStatus();
    const startedAt = new Date(Math.floor(state.startedAtMs / 1000) * 1000);
    expect(status).toMatchObject({
      createdAt: new Date(Math.floor(state.createdAtMs / 1000) * 1000),
      platform: 'Linux x86 64-bit',
      versionFull: known('19.21.0.0.0'),
      controlfileType: 'CURRENT',
      flashback: 'NO',
      utcOffsetMinutes: -210,
      instances: [
        { number: 1, startedAt },
        { number: 2, startedAt },
      ],
      sessionContainer: undefined,
      seesAllContainers: known(true),
      isRmanRunning: known(false),
      recoveryAreaFreeBytes: known(undefined),
    });
    expect(status.checkpointScn).toBeGreaterThan(10n ** 13n);
    expect(Math.abs(status.time.getTime() - state.clock.now())).toBeLessThan(60_000);
  });

  it('what an instance that was restarted shows', async () => {
    const { world, state, session } = await setUp();
    const [before] = (await session.readStatus()).instances;
    state.startedAtMs += 60_000;
    const [after] = (await session.readStatus()).instances;
    expect(after?.startedAt.getTime()).toBe((before?.startedAt.getTime() ?? 0) + 60_000);
    expect(world.database.identity.name).toBe('ORCL');
  });

  it('the backup state of each file, which keeps SCN and time after END', async () => {
    const { world, state, session } = await setUp({ utcOffsetMinutes: 330 });
    world.database.beginBackup();
    const active = await session.readBackupStates();
    expect(active).toHaveLength(4);
    for (const file of active) {
      expect(file).toMatchObject({ isActive: true, status: 'ACTIVE', containerId: 0, scn: state.files[0]?.backup.scn });
      expect(Math.abs((file.time?.getTime() ?? 0) - state.clock.now())).toBeLessThan(60_000);
    }
    world.database.endBackup();
    const ended = active.map((file) => ({ ...file, isActive: false, status: 'NOT ACTIVE' }));
    expect(await session.readBackupStates()).toEqual(ended);
  });

  it('the online logs of every thread', async () => {
    const { session } = await setUp({ threads: 2 });
    const logs = await session.readOnlineLogs();
    expect(new Set(logs.map(({ thread }) => thread))).toEqual(new Set([1, 2]));
    const current = logs.filter(({ status }) => status === 'CURRENT');
    expect(current.map(({ thread, nextScn, isArchived }) => ({ thread, nextScn, isArchived }))).toEqual([
      { thread: 1, nextScn: undefined, isArchived: false },
      { thread: 2, nextScn: undefined, isArchived: false },
    ]);
  });

  it('every file besides the data files, and the room for archived logs', async () => {
    const { world, session } = await setUp({ recoveryArea: { path: '/fra', limitBytes: 1000n, usedBytes: 400n } });
    const inventory = await session.readFileInventory();
    expect(inventory).toMatchObject({
      temporaryFiles: known([{ kind: 'temporary-file', path: expect.stringContaining('temp'), containerId: 0 }]),
      spfile: known({ kind: 'spfile', path: expect.stringContaining('spfile'), containerId: 0 }),
      changeTrackingFile: known(undefined),
      archiveDestinations: known([expect.objectContaining({ id: 1, destination: world.archiveDirectory })]),
      recoveryArea: known(expect.objectContaining({ path: '/fra', freeBytes: 600n })),
    });
    expect(inventory.controlfiles.isKnown && inventory.controlfiles.value.length).toBeGreaterThan(0);
    expect(inventory.logMembers.isKnown && inventory.logMembers.value.length).toBeGreaterThan(2);
    expect(inventory.keystores.isKnown).toBe(true);
  });

  it('a keystore and change tracking that are in use, and that there is no spfile', async () => {
    const { state, session } = await setUp({ spfile: null, keystoreStatus: 'OPEN' });
    state.blockChangeTracking = '/u02/ORCL/ora_data01/change.trk';
    const inventory = await session.readFileInventory();
    expect(inventory).toMatchObject({
      spfile: known(undefined),
      changeTrackingFile: known({
        kind: 'change-tracking-file',
        path: '/u02/ORCL/ora_data01/change.trk',
        containerId: 0,
      }),
    });
    expect(inventory.keystores.isKnown && inventory.keystores.value[0]).toMatchObject({ status: 'OPEN' });
  });

  it('groups and disks of ASM, and that one is rebalanced', async () => {
    const disks = [{ name: 'DATA_0000', path: '/dev/mapper/data0' }];
    const { state, session } = await setUp({ asmGroups: [{ name: 'DATA', type: 'EXTERN', disks }] });
    expect(await session.readAsm()).toMatchObject({
      groups: known([expect.objectContaining({ number: 1, name: 'DATA', state: 'CONNECTED', redundancy: 'EXTERN' })]),
      disks: known([expect.objectContaining({ groupNumber: 1, name: 'DATA_0000', path: '/dev/mapper/data0' })]),
      operations: known([]),
    });
    state.rebalancing = 'DATA';
    expect((await session.readAsm()).operations).toEqual(known([{ groupNumber: 1, operation: 'REBAL', state: 'RUN' }]));
  });

  it('that there is no ASM', async () => {
    const { session } = await setUp();
    expect(await session.readAsm()).toEqual({ groups: known([]), disks: known([]), operations: known([]) });
  });
});

describe('over the stand-in, of an older release', () => {
  it.each(['11.2.0.4.0', '12.1.0.2.0', '12.2.0.1.0'])(
    '%s, a session reads all but what is not there',
    async (version) => {
      const { session } = await setUp({ version });
      expect(await session.readStatus()).toMatchObject({
        version,
        versionFull: { isKnown: false, reason: 'V$INSTANCE lacks a column in this release (ORA-00904)' },
        isContainerDatabase: false,
        seesAllContainers: known(true),
        isRmanRunning: known(false),
      });
      expect(new Set((await session.readDatafiles()).map(({ containerId }) => containerId))).toEqual(new Set([0]));
      expect(await session.readBackupStates()).toHaveLength(4);
      const parts = Object.values<{ readonly isKnown: boolean }>({
        ...(await session.readFileInventory()),
        ...(await session.readAsm()),
      });
      expect(parts.every(({ isKnown }) => isKnown)).toBe(true);
      expect(await session.readAccount()).toMatchObject({ mayBackUp: known(true), unreadableViews: [] });
    },
  );
});

describe('over the stand-in, in a container database', () => {
  const database = { containers, datafiles: files };

  it('the root sees all containers', async () => {
    const { session } = await setUp(database);
    expect(await session.readStatus()).toMatchObject({
      isContainerDatabase: true,
      sessionContainer: { id: 1, name: 'CDB$ROOT' },
      seesAllContainers: known(true),
    });
    expect(await session.readAccount()).toMatchObject({ unreadableViews: [] });
  });

  it('a pluggable database sees itself alone, and says so', async () => {
    const { session } = await setUp(database, { connectIdentifier: 'SALES' });
    expect(await session.readStatus()).toMatchObject({
      sessionContainer: { id: 3, name: 'SALES' },
      seesAllContainers: known(false),
    });
  });
});

describe('over the stand-in, an account', () => {
  it('without CONTAINER_DATA is known to see a part', async () => {
    const { session } = await setUp({ containers, datafiles: files, users: [{ ...dba, seesAllContainers: false }] });
    expect(await session.readStatus()).toMatchObject({
      sessionContainer: { id: 1, name: 'CDB$ROOT' },
      seesAllContainers: known(false),
    });
    expect(await session.readDatafiles()).toMatchObject([{ containerId: 1 }]);
    expect(await session.readBackupStates()).toMatchObject([{ containerId: 1 }]);
  });

  it('of a DBA may do all that a backup needs', async () => {
    const { session } = await setUp();
    expect(await session.readAccount()).toMatchObject({
      user: 'SYSTEM',
      administrativeRole: undefined,
      roles: known(['DBA']),
      mayBackUp: known(true),
      mayArchive: known(true),
      mayLock: known(true),
      mayReadViews: true,
      unreadableViews: [],
    });
  });

  it.each([
    ['SYSBACKUP', false],
    ['SYSDBA', true],
  ] as const)('that logged on AS %s may too, but for locks: %s', async (role, mayLock) => {
    const { session } = await setUp({}, { role });
    expect(await session.readAccount()).toMatchObject({
      administrativeRole: role,
      mayBackUp: known(true),
      mayArchive: known(true),
      mayLock: known(mayLock),
      mayReadViews: true,
    });
  });

  it('that logged on AS SYSBACKUP is known while the database is only mounted', async () => {
    const { world, session } = await setUp({ openMode: 'MOUNTED' }, { role: 'SYSBACKUP' });
    expect(world.database.state.instanceStatus).toBe('MOUNTED');
    expect(await session.readAccount()).toMatchObject({
      mayBackUp: known(true),
      mayLock: { isKnown: false, reason: 'ALL_TAB_PRIVS can be read only while the database is open (ORA-01219)' },
      mayReadViews: true,
    });
  });

  it('that logged on AS SYSOPER may act and cannot look', async () => {
    const { session } = await setUp({}, { role: 'SYSOPER' });
    const account = await session.readAccount();
    expect(account).toMatchObject({ administrativeRole: 'SYSOPER', mayBackUp: known(true), mayReadViews: false });
    expect(account.unreadableViews[0]).toContain('V$DATABASE');
    expect(await session.readAsm()).toMatchObject({ operations: { isKnown: false } });
  });

  it('with single grants learns which one is missing, and what it cannot know for want of it', async () => {
    const granted =
      'V$DATABASE V$INSTANCE GV$INSTANCE V$THREAD V$ARCHIVE_DEST V$RECOVERY_FILE_DEST GV$SESSION V$DATAFILE';
    const more = 'V$TEMPFILE V$CONTROLFILE V$LOGFILE V$LOG V$ARCHIVED_LOG V$BACKUP V$PARAMETER V$BLOCK_CHANGE_TRACKING';
    const asm = 'V$ENCRYPTION_WALLET V$ASM_DISKGROUP V$ASM_DISK V$ASM_OPERATION';
    const views = `${granted} ${more} ${asm}`.split(' ');
    const roles = ['CREATE SESSION', 'ALTER DATABASE', ...views.map((view) => `SELECT ON ${view}`)];
    const { session } = await setUp({ users: [{ name: user, password, roles }] });
    const reason =
      'GV$SESSION_LONGOPS is not there for this account: grant SELECT on SYS.GV_$SESSION_LONGOPS, or SELECT_CATALOG_ROLE (ORA-00942)';
    expect(await session.readAccount()).toMatchObject({
      mayBackUp: known(true),
      mayArchive: known(false),
      mayLock: known(false),
      mayReadViews: false,
      unreadableViews: [reason],
    });
    expect(await session.readStatus()).toMatchObject({ isRmanRunning: { isKnown: false, reason } });
  });
});
