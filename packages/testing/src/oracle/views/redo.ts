import { instanceName } from '../instances.js';
import { allThreads, blockBytes, currentLog, isArchiveFull, logBlocks, onlineLogPath } from '../redo.js';
import type { Row } from '../sql/compile.js';
import type { DatabaseState, RedoLog } from '../state.js';
import { defineView, hostDate, type View } from './define-view.js';
import { isInRecoveryArea } from './files.js';

const logBytes = 209_715_200n;

/** The SCN that V$LOG shows where the current log has no end yet. Assumed: the highest one, as 12.2 and later print. */
const openEndScn = 18_446_744_073_709_551_615n;

const groupsOf = (state: DatabaseState): readonly { group: number; thread: number; log: RedoLog | undefined }[] =>
  allThreads(state).flatMap((thread) =>
    Array.from({ length: state.groupsPerThread }, (_, index) => {
      const group = (thread - 1) * state.groupsPerThread + index + 1;
      return { group, thread, log: state.logs.findLast((log) => log.group === group) };
    }),
  );

const statusOf = (state: DatabaseState, log: RedoLog): string => {
  if (log.nextScn === undefined) return 'CURRENT';
  return log.archived === undefined && state.logMode !== 'NOARCHIVELOG' ? 'ACTIVE' : 'INACTIVE';
};

const archivedRow = (state: DatabaseState, log: RedoLog, archived: NonNullable<RedoLog['archived']>): Row => [
  BigInt(archived.recid),
  archived.isDeleted ? null : archived.path,
  1n,
  BigInt(log.thread),
  BigInt(log.sequence),
  state.resetlogsScn,
  log.firstScn,
  hostDate(state, log.firstAtMs),
  log.nextScn ?? null,
  hostDate(state, log.nextAtMs),
  'YES',
  'NO',
  archived.isDeleted ? 'YES' : 'NO',
  archived.isDeleted ? 'D' : 'A',
  'NO',
  'ARCH',
  'ARCH',
  hostDate(state, archived.atMs),
  logBlocks(log),
  blockBytes,
];

/** The row of the copy that was sent to a standby: NAME is the service. Assumed: oracle-hot-backup.md section 3. */
const standbyRow = (local: Row, service: string): Row =>
  local.map((value, index) => {
    if (index === 0) return typeof value === 'bigint' ? value + 100_000n : value;
    if (index === 1) return service;
    if (index === 2) return 2n;
    if (index === 11 || index === 14) return 'YES';
    if (index === 12) return 'NO';
    return index === 13 ? 'A' : value;
  });

/** The views of redo and its archiving. Columns and words: oracle-hot-backup.md section 3. */
export const redoViews: Readonly<Record<string, View>> = {
  V$LOG: defineView(
    'GROUP#:n THREAD#:n SEQUENCE#:n BYTES:n MEMBERS:n ARCHIVED:3 STATUS:16 FIRST_CHANGE#:n FIRST_TIME:d NEXT_CHANGE#:n',
    ({ state }) =>
      groupsOf(state).map(({ group, thread, log }) =>
        log === undefined
          ? [BigInt(group), BigInt(thread), 0n, logBytes, 1n, 'YES', 'UNUSED', 0n, null, 0n]
          : [
              BigInt(group),
              BigInt(thread),
              BigInt(log.sequence),
              logBytes,
              1n,
              log.archived === undefined ? 'NO' : 'YES',
              statusOf(state, log),
              log.firstScn,
              hostDate(state, log.firstAtMs),
              log.nextScn ?? openEndScn,
            ],
      ),
  ),
  V$LOGFILE: defineView('GROUP#:n STATUS:7 TYPE:7 MEMBER:513 IS_RECOVERY_DEST_FILE:3', ({ state }) =>
    groupsOf(state).map(({ group }) => {
      const path = onlineLogPath(state, group);
      return [BigInt(group), null, 'ONLINE', path, isInRecoveryArea(state, path)];
    }),
  ),
  V$THREAD: defineView('THREAD#:n STATUS:6 ENABLED:8 INSTANCE:80 SEQUENCE#:n CHECKPOINT_CHANGE#:n', ({ state }) =>
    allThreads(state).map((thread) => [
      BigInt(thread),
      state.instanceStatus === 'OPEN' && !state.downInstances.has(thread) ? 'OPEN' : 'CLOSED',
      'PUBLIC',
      instanceName(state.sid, state.threads, thread),
      BigInt(currentLog(state, thread).sequence),
      currentLog(state, thread).firstScn,
    ]),
  ),
  V$ARCHIVED_LOG: defineView(
    `RECID:n NAME:513 DEST_ID:n THREAD#:n SEQUENCE#:n RESETLOGS_CHANGE#:n FIRST_CHANGE#:n FIRST_TIME:d NEXT_CHANGE#:n
     NEXT_TIME:d ARCHIVED:3 APPLIED:9 DELETED:3 STATUS:1 STANDBY_DEST:3 CREATOR:7 REGISTRAR:7 COMPLETION_TIME:d BLOCKS:n
     BLOCK_SIZE:n`,
    ({ state }) =>
      state.logs.flatMap((log) => {
        const { archived } = log;
        if (archived === undefined || archived.atMs + state.archivedRowLagMs > state.clock.now()) return [];
        const local = archivedRow(state, log, archived);
        return state.standbyService === undefined ? [local] : [local, standbyRow(local, state.standbyService)];
      }),
  ),
  V$ARCHIVE_DEST: defineView(
    'DEST_ID:n DEST_NAME:256 STATUS:9 BINDING:9 NAME_SPACE:7 TARGET:16 DESTINATION:256 FAIL_DATE:d ERROR:256 VALID_NOW:16',
    ({ state, instance }) => {
      const isFull = isArchiveFull(state);
      const local = [
        1n,
        'LOG_ARCHIVE_DEST_1',
        isFull ? 'FULL' : 'VALID',
        'OPTIONAL',
        'SYSTEM',
        'PRIMARY',
        state.threadArchiveDirectories.get(instance) ?? state.archiveDirectory,
      ];
      const failure = isFull
        ? [hostDate(state, state.clock.now()), 'ORA-19809: limit exceeded for recovery files', 'NO']
        : [null, null, 'YES'];
      const other = [2n, 'LOG_ARCHIVE_DEST_2'];
      const second =
        state.standbyService === undefined
          ? [...other, 'INACTIVE', 'OPTIONAL', 'SYSTEM', 'PRIMARY', null, null, null, 'UNKNOWN']
          : [...other, 'VALID', 'OPTIONAL', 'SYSTEM', 'STANDBY', state.standbyService, null, null, 'YES'];
      return [[...local, ...failure], second];
    },
    { isFixed: true },
  ),
  V$RECOVERY_FILE_DEST: defineView(
    'NAME:513 SPACE_LIMIT:n SPACE_USED:n SPACE_RECLAIMABLE:n NUMBER_OF_FILES:n',
    ({ state }) =>
      state.recoveryArea === undefined
        ? []
        : [[state.recoveryArea.path, state.recoveryArea.limitBytes, state.recoveryArea.usedBytes, 0n, 0n]],
  ),
};
