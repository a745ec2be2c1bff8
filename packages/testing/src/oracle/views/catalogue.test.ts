import { describe, expect, it } from 'vitest';
import { createTestDatabase } from '../database.test.fixture.js';
import { viewNames } from './catalogue.js';

const open = async (settings: Parameters<typeof createTestDatabase>[0] = {}) => {
  const test = createTestDatabase(settings);
  const session = await test.database.logOn({ as: 'SYSDBA' });
  const select = async (sql: string) => {
    const result = await session.execute(sql);
    return result.kind === 'rows' ? result : { columns: [], rows: [] };
  };
  return { ...test, select };
};

/** Columns by view, as oracle-hot-backup.md section 3 lists them. */
const documented: Readonly<Record<string, string>> = {
  V$DATABASE:
    'DBID, NAME, DB_UNIQUE_NAME, CREATED, LOG_MODE, OPEN_MODE, DATABASE_ROLE, CONTROLFILE_TYPE, CURRENT_SCN, CHECKPOINT_CHANGE#, RESETLOGS_CHANGE#, RESETLOGS_TIME, FORCE_LOGGING, FLASHBACK_ON, PLATFORM_NAME, CDB, CON_ID',
  V$INSTANCE:
    'INSTANCE_NUMBER, INSTANCE_NAME, HOST_NAME, VERSION, VERSION_FULL, STARTUP_TIME, STATUS, PARALLEL, THREAD#, ARCHIVER, LOG_SWITCH_WAIT, LOGINS, SHUTDOWN_PENDING, DATABASE_STATUS, INSTANCE_ROLE, ACTIVE_STATE, BLOCKED',
  V$BACKUP: 'FILE#, STATUS, CHANGE#, TIME, CON_ID',
  V$DATAFILE:
    'FILE#, NAME, TS#, STATUS, ENABLED, CREATION_CHANGE#, CREATION_TIME, CHECKPOINT_CHANGE#, LAST_CHANGE#, UNRECOVERABLE_CHANGE#, UNRECOVERABLE_TIME, BYTES, CON_ID',
  V$DATAFILE_HEADER:
    'FILE#, NAME, STATUS, ERROR, RECOVER, FUZZY, CHECKPOINT_CHANGE#, CHECKPOINT_TIME, RESETLOGS_CHANGE#, TABLESPACE_NAME',
  V$TEMPFILE: 'FILE#, NAME, STATUS',
  V$LOG: 'GROUP#, THREAD#, SEQUENCE#, BYTES, MEMBERS, ARCHIVED, STATUS, FIRST_CHANGE#, FIRST_TIME, NEXT_CHANGE#',
  V$LOGFILE: 'GROUP#, STATUS, TYPE, MEMBER, IS_RECOVERY_DEST_FILE',
  V$THREAD: 'THREAD#, STATUS, ENABLED, INSTANCE, SEQUENCE#, CHECKPOINT_CHANGE#',
  V$CONTROLFILE: 'STATUS, NAME, IS_RECOVERY_DEST_FILE',
  V$ARCHIVED_LOG:
    'RECID, NAME, DEST_ID, THREAD#, SEQUENCE#, RESETLOGS_CHANGE#, FIRST_CHANGE#, FIRST_TIME, NEXT_CHANGE#, NEXT_TIME, ARCHIVED, APPLIED, DELETED, STATUS, STANDBY_DEST, CREATOR, REGISTRAR, COMPLETION_TIME, BLOCKS, BLOCK_SIZE',
  V$ARCHIVE_DEST: 'DEST_ID, DEST_NAME, STATUS, BINDING, NAME_SPACE, TARGET, DESTINATION, FAIL_DATE, ERROR, VALID_NOW',
  V$RECOVERY_FILE_DEST: 'NAME, SPACE_LIMIT, SPACE_USED, SPACE_RECLAIMABLE, NUMBER_OF_FILES',
  V$PDBS: 'CON_ID, DBID, CON_UID, NAME, OPEN_MODE, RESTRICTED',
  V$ASM_DISKGROUP: 'GROUP_NUMBER, NAME, STATE, TYPE, TOTAL_MB, FREE_MB',
  V$ASM_DISK:
    'GROUP_NUMBER, DISK_NUMBER, NAME, PATH, FAILGROUP, MOUNT_STATUS, HEADER_STATUS, MODE_STATUS, STATE, LIBRARY, OS_MB',
  V$ASM_OPERATION: 'GROUP_NUMBER, OPERATION, STATE, POWER, EST_MINUTES',
  V$PARAMETER: 'NAME, VALUE, DISPLAY_VALUE',
  V$BLOCK_CHANGE_TRACKING: 'STATUS, FILENAME, BYTES',
  V$ENCRYPTION_WALLET: 'WRL_TYPE, WRL_PARAMETER, STATUS, WALLET_TYPE',
  V$SESSION: 'SID, SERIAL#, STATUS, MODULE, ACTION, CLIENT_IDENTIFIER, PROGRAM, EVENT',
};

describe('the views', () => {
  it.each(Object.entries(documented))('%s has its documented columns, as V$ and as GV$', async (view, columns) => {
    const { select } = await open({ threads: 2 });
    const plain = await select(`SELECT ${columns}, CON_ID FROM ${view} ORDER BY 1`);
    const global = await select(`SELECT INST_ID, ${columns} FROM G${view}`);
    expect(global.columns.length).toBe(plain.columns.length);
  });

  it.each(viewNames)('%s gives every row as many values as it has columns', async (view) => {
    const recoveryArea = { path: '/fra', limitBytes: 1000n, usedBytes: 10n };
    const containers = [1, 2, 3].map((id) => ({ id, name: `C${id}`, openMode: 'READ WRITE' as const }));
    const { database, select } = await open({ recoveryArea, containers });
    Object.assign(database.state, { isRmanRunning: true, isForceLogging: true });
    await select('SELECT 1 FROM dual');
    const { columns, rows } = await select(`SELECT * FROM ${view}`);
    for (const row of rows) expect(row).toHaveLength(columns.length);
    expect(await select(`SELECT COUNT(*) FROM ${view}`)).toMatchObject({ rows: [[BigInt(rows.length)]] });
  });

  it('show one row of each instance', async () => {
    const { select } = await open({ threads: 2 });
    const sql = 'SELECT inst_id, instance_name, host_name, parallel FROM gv$instance ORDER BY 1';
    expect((await select(sql)).rows).toEqual([
      [1n, 'ORCL1', 'dbhost1', 'YES'],
      [2n, 'ORCL2', 'dbhost2', 'YES'],
    ]);
  });

  it('follow a log through its life', async () => {
    const { database, select } = await open();
    const statuses = async () => (await select('SELECT status, archived FROM v$log ORDER BY group#')).rows;
    expect(await statuses()).toEqual([
      ['UNUSED', 'YES'],
      ['CURRENT', 'NO'],
      ['UNUSED', 'YES'],
    ]);
    const session = await database.logOn({ as: 'SYSDBA' });
    database.state.archiver = 'STOPPED';
    await session.execute('ALTER SYSTEM SWITCH LOGFILE');
    expect(await statuses()).toEqual([
      ['UNUSED', 'YES'],
      ['ACTIVE', 'NO'],
      ['CURRENT', 'NO'],
    ]);
    database.state.archiver = 'STARTED';
    expect((await statuses())[1]).toEqual(['INACTIVE', 'YES']);
    expect((await select('SELECT sequence#, next_change#, status FROM v$archived_log')).rows).toEqual([
      [68n, expect.any(BigInt), 'A'],
    ]);
  });

  it('show a mounted database as one whose SCN is not known', async () => {
    const { database, select } = await open();
    database.state.instanceStatus = 'MOUNTED';
    expect((await select('SELECT open_mode, current_scn FROM v$database')).rows).toEqual([['MOUNTED', 0n]]);
    expect((await select('SELECT status FROM v$thread')).rows).toEqual([['CLOSED']]);
  });

  it('show a standby as what it is', async () => {
    const { select } = await open({ role: 'PHYSICAL STANDBY', openMode: 'READ ONLY WITH APPLY' });
    expect((await select('SELECT database_role, open_mode, controlfile_type FROM v$database')).rows).toEqual([
      ['PHYSICAL STANDBY', 'READ ONLY WITH APPLY', 'STANDBY'],
    ]);
  });

  it('show dates in the clock face of the database host', async () => {
    const clock = { now: () => Date.parse('2024-03-02T23:30:00.900Z'), setTimeout: () => () => {}, random: () => 0 };
    const { database, select } = await open({ clock, utcOffsetMinutes: 60 });
    database.beginBackup();
    expect((await select("SELECT TO_CHAR(MAX(time), 'DD HH24:MI:SS') FROM v$backup")).rows).toEqual([['03 00:30:00']]);
  });

  it('leave offline files out of V$BACKUP and keep them in V$DATAFILE', async () => {
    const { select } = await open({
      datafiles: [{ path: '/a01.dbf' }, { path: '/b01.dbf', offline: true }, { path: '/c01.dbf', readOnly: true }],
    });
    expect((await select('SELECT file# FROM v$backup')).rows).toEqual([[1n], [3n]]);
    expect((await select('SELECT file#, status, enabled FROM v$datafile')).rows).toEqual([
      [1n, 'SYSTEM', 'READ WRITE'],
      [2n, 'OFFLINE', 'READ WRITE'],
      [3n, 'ONLINE', 'READ ONLY'],
    ]);
    expect((await select('SELECT fuzzy FROM v$datafile_header')).rows).toEqual([['YES'], ['NO'], ['NO']]);
  });

  it('say that an archive destination is full', async () => {
    const { database, select } = await open();
    database.state.isArchiveDestinationFull = true;
    expect((await select("SELECT status, error FROM v$archive_dest WHERE status <> 'INACTIVE'")).rows).toEqual([
      ['FULL', 'ORA-19809: limit exceeded for recovery files'],
    ]);
  });
});
