import type { ArchivedLogContent, RedoRecord } from './blocks.js';
import { errorLine, OracleError } from './oracle-error.js';
import { checkpointDatabase, type DatabaseState, nextScn, type RedoLog } from './state.js';

/** The log that a thread writes now. */
export const currentLog = (state: DatabaseState, thread: number): RedoLog => {
  const log = state.logs.findLast((one) => one.thread === thread);
  if (log === undefined) throw new Error(`thread ${thread} of the simulated database has no log`);
  return log;
};

export const writeRedo = (state: DatabaseState, record: RedoRecord): void => {
  currentLog(state, record.thread).records.push(record);
  state.redo.push(record);
};

export const openLog = (state: DatabaseState, thread: number, sequence: number, firstScn: bigint): void => {
  const group = (thread - 1) * state.groupsPerThread + ((sequence - 1) % state.groupsPerThread) + 1;
  const firstAtMs = state.clock.now();
  state.logs.push({
    thread,
    group,
    sequence,
    firstScn,
    firstAtMs,
    nextScn: undefined,
    nextAtMs: undefined,
    records: [],
    archived: undefined,
  });
};

/** Closes the current log of each of these threads at one SCN and goes on in the next group. A log switch checkpoints (assumed: at once). */
export const switchLogs = (state: DatabaseState, threads: readonly number[]): void => {
  const scn = nextScn(state);
  for (const thread of threads) {
    const log = currentLog(state, thread);
    log.nextScn = scn;
    log.nextAtMs = state.clock.now();
    openLog(state, thread, log.sequence + 1, scn);
  }
  checkpointDatabase(state);
};

export const allThreads = (state: DatabaseState): readonly number[] =>
  Array.from({ length: state.threads }, (_, index) => index + 1);

/** Where a log is archived to, by LOG_ARCHIVE_FORMAT. */
export const archivedLogPath = (state: DatabaseState, log: RedoLog): string => {
  const name = state.archiveFormat
    .replace('%t', String(log.thread))
    .replace('%s', String(log.sequence))
    .replace('%r', String(state.resetlogsId));
  return `${state.threadArchiveDirectories.get(log.thread) ?? state.archiveDirectory}/${name}`;
};

export const onlineLogPath = (state: DatabaseState, group: number): string =>
  `${state.redoDirectory}/redo${String(group).padStart(2, '0')}.log`;

/** The full logs that no destination holds yet. */
export const unarchivedLogs = (state: DatabaseState): readonly RedoLog[] =>
  state.logMode === 'NOARCHIVELOG'
    ? []
    : state.logs.filter(
        (log) => log.nextScn !== undefined && log.archived === undefined && !state.unarchivedThreads.has(log.thread),
      );

/** What an archived log takes up, as V$ARCHIVED_LOG counts it. */
export const logBlocks = (log: RedoLog): bigint => BigInt(log.records.length + 1);
export const blockBytes = 512n;

/** Does the recovery area, when logs are archived to it, have room for this log? */
const hasRoom = (state: DatabaseState, log: RedoLog, path: string): boolean => {
  const area = state.recoveryArea;
  if (state.isArchiveDestinationFull) return false;
  if (area === undefined || !path.startsWith(`${area.path}/`)) return true;
  return area.usedBytes + logBlocks(log) * blockBytes <= area.limitBytes;
};

/** Is there no room for the next log? */
export const isArchiveFull = (state: DatabaseState): boolean => {
  const [first] = unarchivedLogs(state);
  return first === undefined ? state.isArchiveDestinationFull : !hasRoom(state, first, archivedLogPath(state, first));
};

/**
 * Is every group but the current one full and not archived, so that no log can be switched any more? Then plain accounts
 * are not let in (ORA-00257). Source: oracle-hot-backup.md section 2 (assumed).
 */
export const isArchiverStuck = (state: DatabaseState): boolean =>
  isArchiveFull(state) &&
  allThreads(state).some(
    (thread) => unarchivedLogs(state).filter((log) => log.thread === thread).length >= state.groupsPerThread - 1,
  );

/**
 * Copies every full log to the archive destination.
 *
 * @throws {OracleError} ORA-16038 with ORA-19809 and ORA-00312 when the destination is full. Assumed: oracle-hot-backup.md
 * section 1.2.
 */
export const archiveLogs = (state: DatabaseState): void => {
  for (const log of unarchivedLogs(state)) {
    const { nextScn: end } = log;
    if (end === undefined) continue;
    const path = archivedLogPath(state, log);
    if (!hasRoom(state, log, path)) {
      throw new OracleError([
        errorLine('ORA-16038', log.group, log.sequence),
        errorLine('ORA-19809'),
        errorLine('ORA-00312', log.group, log.thread, onlineLogPath(state, log.group)),
      ]);
    }
    const { thread, sequence, firstScn } = log;
    const { dbid, resetlogsScn } = state;
    const content: ArchivedLogContent = {
      kind: 'archived-log',
      dbid,
      resetlogsScn,
      thread,
      sequence,
      firstScn,
      nextScn: end,
      records: [...log.records],
    };
    state.disk.write(path, content);
    const recid = state.logs.filter(({ archived }) => archived !== undefined).length + 1;
    const { recoveryArea: area } = state;
    if (area !== undefined && path.startsWith(`${area.path}/`)) area.usedBytes += logBlocks(log) * blockBytes;
    log.archived = { recid, path, atMs: state.clock.now(), isDeleted: false };
  }
};

/** What the archiver process does by itself: nothing while it is stopped or the destination is full. */
export const runArchiver = (state: DatabaseState): void => {
  if (state.archiver === 'STARTED' && !isArchiveFull(state)) archiveLogs(state);
};
