import { type DatabaseState, type DatafileState, isWritten } from '../state.js';
import { defineView, hostDate, type View } from './define-view.js';

const tablespaceNumbers = (tablespaces: readonly string[]): ReadonlyMap<string, bigint> =>
  new Map([...new Set(tablespaces)].map((name, index) => [name, BigInt(index)]));

const backupStatus = (state: DatabaseState, { status, backup }: DatafileState): string => {
  if (backup.isActive) return 'ACTIVE';
  if (status === 'OFFLINE') return 'OFFLINE NORMAL';
  const isAfterCrash = state.instanceStatus === 'MOUNTED' && state.files.some((file) => file.backup.isActive);
  return isAfterCrash && state.assumptions.showsUnknownError ? 'UNKNOWN ERROR' : 'NOT ACTIVE';
};

/** YES for what lies in the recovery area, as V$CONTROLFILE and V$LOGFILE say it. */
export const isInRecoveryArea = ({ recoveryArea }: DatabaseState, path: string): string =>
  recoveryArea !== undefined && path.startsWith(`${recoveryArea.path}/`) ? 'YES' : 'NO';

/** The views of files. Columns and words: oracle-hot-backup.md section 3. */
export const fileViews: Readonly<Record<string, View>> = {
  // Documented (REF-VBACKUP): online files only. That an offline file has no row at all is observed by inference (DBS).
  V$BACKUP: defineView('FILE#:n STATUS:18 CHANGE#:n TIME:d CON_ID:n', ({ state }) =>
    state.files
      .filter(({ status }) => status !== 'OFFLINE' || state.assumptions.listsOfflineFiles)
      .map((file) => [
        BigInt(file.number),
        backupStatus(state, file),
        file.backup.scn,
        file.backup.scn === 0n ? null : hostDate(state, file.backup.atMs),
        BigInt(file.containerId),
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
        file.unrecoverableScn === 0n ? null : hostDate(state, file.unrecoverableAtMs),
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
        file.status === 'RECOVER' ? 'YES' : 'NO',
        isWritten(state, file) || file.status === 'RECOVER' ? 'YES' : 'NO',
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
  V$TEMPFILE: defineView('FILE#:n NAME:513 STATUS:7 BYTES:n CON_ID:n', ({ state }) =>
    state.tempfiles.map((path, index) => [
      BigInt(index + 1),
      path,
      'ONLINE',
      33_554_432n,
      state.containers.length > 0 ? 1n : 0n,
    ]),
  ),
  V$CONTROLFILE: defineView('STATUS:7 NAME:513 IS_RECOVERY_DEST_FILE:3 BLOCK_SIZE:n FILE_SIZE_BLKS:n', ({ state }) =>
    state.controlfiles.map((path) => [null, path, isInRecoveryArea(state, path), 16_384n, 1142n]),
  ),
  V$BLOCK_CHANGE_TRACKING: defineView('STATUS:10 FILENAME:513 BYTES:n', ({ state }) => [
    state.blockChangeTracking === undefined
      ? ['DISABLED', null, null]
      : ['ENABLED', state.blockChangeTracking, 11_599_872n],
  ]),
  V$ENCRYPTION_WALLET: defineView(
    'WRL_TYPE:20 WRL_PARAMETER:4000 STATUS:30 WALLET_TYPE:20@12 WALLET_ORDER:9@12 FULLY_BACKED_UP:9@12',
    ({ state }) => [
      [
        'FILE',
        `/u01/app/oracle/admin/${state.name}/wallet`,
        state.keystoreStatus,
        state.keystoreStatus === 'OPEN' ? 'PASSWORD' : 'UNKNOWN',
        'SINGLE',
        'UNDEFINED',
      ],
    ],
  ),
};
