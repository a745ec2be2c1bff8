import { isWritten } from '../state.js';
import { defineView, hostDate, type View } from './define-view.js';

const tablespaceNumbers = (tablespaces: readonly string[]): ReadonlyMap<string, bigint> =>
  new Map([...new Set(tablespaces)].map((name, index) => [name, BigInt(index)]));

/** The views of files and disks. Columns and words: oracle-hot-backup.md section 3. */
export const fileViews: Readonly<Record<string, View>> = {
  // Documented (REF-VBACKUP): online files only. That an offline file has no row at all is observed by inference (DBS).
  V$BACKUP: defineView('FILE#:n STATUS:18 CHANGE#:n TIME:d CON_ID:n', ({ state }) =>
    state.files
      .filter(({ status }) => status !== 'OFFLINE')
      .map(({ number, backup, containerId }) => [
        BigInt(number),
        backup.isActive ? 'ACTIVE' : 'NOT ACTIVE',
        backup.scn,
        backup.scn === 0n ? null : hostDate(state, backup.atMs),
        BigInt(containerId),
      ]),
  ),
  V$DATAFILE: defineView(
    `FILE#:n NAME:513 TS#:n STATUS:7 ENABLED:10 CREATION_CHANGE#:n CREATION_TIME:d CHECKPOINT_CHANGE#:n LAST_CHANGE#:n
     UNRECOVERABLE_CHANGE#:n UNRECOVERABLE_TIME:d BYTES:n CON_ID:n`,
    ({ state }) => {
      const numbers = tablespaceNumbers(state.files.map(({ tablespace }) => tablespace));
      return state.files.map((file) => [
        BigInt(file.number),
        file.path,
        numbers.get(file.tablespace) ?? 0n,
        file.status,
        file.isReadOnly ? 'READ ONLY' : 'READ WRITE',
        file.creationScn,
        hostDate(state, file.createdAtMs),
        file.checkpointScn,
        file.isReadOnly || file.status === 'OFFLINE' ? file.checkpointScn : null,
        file.unrecoverableScn,
        file.unrecoverableScn === 0n ? null : hostDate(state, file.checkpointAtMs),
        file.sizeBytes,
        BigInt(file.containerId),
      ]);
    },
  ),
  V$DATAFILE_HEADER: defineView(
    `FILE#:n NAME:513 STATUS:7 ERROR:18 RECOVER:3 FUZZY:3 CHECKPOINT_CHANGE#:n CHECKPOINT_TIME:d RESETLOGS_CHANGE#:n
     TABLESPACE_NAME:30 CON_ID:n`,
    ({ state }) =>
      state.files.map((file) => [
        BigInt(file.number),
        file.path,
        file.status === 'OFFLINE' ? 'OFFLINE' : 'ONLINE',
        null,
        'NO',
        isWritten(state, file) ? 'YES' : 'NO',
        file.checkpointScn,
        hostDate(state, file.checkpointAtMs),
        state.resetlogsScn,
        file.tablespace,
        BigInt(file.containerId),
      ]),
  ),
  V$TABLESPACE: defineView('TS#:n NAME:30 BIGFILE:3 CON_ID:n', ({ state }) =>
    [...tablespaceNumbers(state.files.map(({ tablespace }) => tablespace))].map(([name, number]) => [
      number,
      name,
      'NO',
      BigInt(state.files.find(({ tablespace }) => tablespace === name)?.containerId ?? 0),
    ]),
  ),
  V$TEMPFILE: defineView('FILE#:n NAME:513 STATUS:7 CON_ID:n', ({ state }) => [
    [1n, `/u01/oradata/${state.name}/temp01.dbf`, 'ONLINE', state.containers.length > 0 ? 1n : 0n],
  ]),
  V$CONTROLFILE: defineView('STATUS:7 NAME:513 IS_RECOVERY_DEST_FILE:3', ({ state }) => [
    [null, `/u01/oradata/${state.name}/control01.ctl`, 'NO'],
  ]),
  // No ASM here: the views are there and empty, as in any database on file systems.
  V$ASM_DISKGROUP: defineView('GROUP_NUMBER:n NAME:30 STATE:11 TYPE:6 TOTAL_MB:n FREE_MB:n', () => []),
  V$ASM_DISK: defineView(
    `GROUP_NUMBER:n DISK_NUMBER:n NAME:30 PATH:256 FAILGROUP:30 MOUNT_STATUS:7 HEADER_STATUS:12 MODE_STATUS:7 STATE:8
     LIBRARY:64 OS_MB:n`,
    () => [],
  ),
  V$ASM_OPERATION: defineView('GROUP_NUMBER:n OPERATION:5 STATE:4 POWER:n EST_MINUTES:n', () => []),
};
