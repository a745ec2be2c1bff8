import { runningInstances } from './instances.js';
import { errorLine, OracleError, oracleError } from './oracle-error.js';
import { writeRedo } from './redo.js';
import {
  checkpointDatabase,
  checkpointFile,
  type DatabaseState,
  type DatafileState,
  isOpenReadWrite,
  isWritten,
  nextScn,
  writeDatafile,
} from './state.js';

const withFile = (line: string, file: DatafileState): OracleError =>
  new OracleError([line, errorLine('ORA-01110', file.number, file.path)]);

/** @throws {OracleError} when an instance without control files, or a closed database, cannot do this. */
export const requireOpen = (state: DatabaseState): void => {
  if (state.instanceStatus === 'STARTED') throw oracleError('ORA-01507');
  if (state.instanceStatus !== 'OPEN') throw oracleError('ORA-01109');
  if (state.openMode !== 'READ WRITE') throw oracleError('ORA-16000');
};

/**
 * @throws {OracleError} the reason why BEGIN BACKUP would be refused now.
 *
 * Source: oracle-hot-backup.md section 5.1: NOARCHIVELOG and ACTIVE documented, MOUNTED and READ ONLY assumed.
 */
export const checkBegin = (state: DatabaseState, files: readonly DatafileState[]): void => {
  requireOpen(state);
  if (state.logMode === 'NOARCHIVELOG') throw oracleError('ORA-01123');
  const active = files.find(({ backup }) => backup.isActive);
  if (active !== undefined) throw alreadyActive(active);
};

const alreadyActive = (file: DatafileState): OracleError => withFile(errorLine('ORA-01146', file.number), file);

const canBegin = (state: DatabaseState, file: DatafileState): boolean => {
  if (isWritten(state, file)) return true;
  const container = state.containers.find(({ id }) => id === file.containerId);
  const isOnline = file.status === 'ONLINE' || file.status === 'SYSTEM';
  return state.assumptions.beginsClosedContainers && container?.openMode === 'MOUNTED' && isOnline && !file.isReadOnly;
};

/**
 * Checkpoints these files, freezes their headers at one SCN and sets their flags. Files that are offline, read only or in
 * a container that is not open read write are passed over (observed for PDB$SEED, GI145; assumed for the others).
 */
export const beginBackup = (state: DatabaseState, files: readonly DatafileState[]): void => {
  const active = files.find(({ backup }) => backup.isActive);
  const begun =
    state.assumptions.beginIsPartial && active !== undefined ? files.slice(0, files.indexOf(active)) : files;
  checkBegin(state, begun);
  const scn = nextScn(state);
  for (const file of begun.filter((one) => canBegin(state, one))) {
    file.backup = { isActive: false, scn, atMs: state.clock.now() };
    checkpointFile(state, file, scn);
    file.backup.isActive = true;
    file.imaged = new Set();
    writeDatafile(state, file);
  }
  if (active !== undefined) throw alreadyActive(active);
};

/**
 * Writes the end-of-backup mark of each active file to redo, clears its flag and lets its header advance. Documented:
 * oracle-hot-backup.md section 1.1; that a mounted database does it too after a crash is observed (DBT, ALI), and that it
 * speaks of ORA-01260 only in the alert log is assumed: `assumptions.endWarns`.
 *
 * @throws {OracleError} ORA-01142 or ORA-01140 when no file is active.
 */
export const endBackup = (state: DatabaseState, files: readonly DatafileState[]): void => {
  if (state.instanceStatus === 'STARTED') throw oracleError('ORA-01507');
  const active = files.filter(({ backup }) => backup.isActive);
  if (active.length === 0) {
    throw oracleError(files.some((file) => isWritten(state, file)) ? 'ORA-01142' : 'ORA-01140');
  }
  const wasPartial = files.some((file) => isWritten(state, file) && !file.backup.isActive);
  const [thread = 1] = runningInstances(state);
  for (const file of active) {
    const scn = nextScn(state);
    writeRedo(state, { kind: 'end-backup', scn, thread, fileNumber: file.number, beginScn: file.backup.scn });
    file.backup.isActive = false;
    if (isOpenReadWrite(state)) checkpointFile(state, file, nextScn(state));
    else writeDatafile(state, file);
  }
  if (wasPartial && state.assumptions.endWarns) throw oracleError('ORA-01260');
};

const filesOf = (state: DatabaseState, tablespace: string): readonly DatafileState[] => {
  const files = state.files.filter((file) => file.tablespace === tablespace);
  if (files.length === 0) throw oracleError('ORA-00959', tablespace);
  return files;
};

/** Observed: ORA-01642 for read only (ROHIST), ORA-01128 for offline (DBS). */
export const beginTablespaceBackup = (state: DatabaseState, tablespace: string): void => {
  const files = filesOf(state, tablespace);
  requireOpen(state);
  if (files.every(({ isReadOnly }) => isReadOnly)) throw oracleError('ORA-01642', tablespace);
  const offline = files.find(({ status }) => status === 'OFFLINE' || status === 'RECOVER');
  if (state.logMode !== 'NOARCHIVELOG' && offline !== undefined) {
    throw withFile(errorLine('ORA-01128', offline.number), offline);
  }
  beginBackup(state, files);
};

export const endTablespaceBackup = (state: DatabaseState, tablespace: string): void =>
  endBackup(state, filesOf(state, tablespace));

/** ALTER DATABASE DATAFILE n END BACKUP. */
export const endDatafileBackup = (state: DatabaseState, numberOrPath: string): void => {
  const file = state.files.find(({ number, path }) => String(number) === numberOrPath || path === numberOrPath);
  if (file === undefined) throw oracleError('ORA-01516', numberOrPath);
  if (!file.backup.isActive) throw oracleError('ORA-01199', file.number);
  endBackup(state, [file]);
};

/**
 * Opens a mounted database.
 *
 * @throws {OracleError} ORA-10873 after a crash in backup mode. Observed: oracle-hot-backup.md section 5.3.
 */
export const openDatabase = (state: DatabaseState, openMode: 'READ WRITE' | 'READ ONLY'): void => {
  if (state.instanceStatus === 'STARTED') throw oracleError('ORA-01507');
  if (state.instanceStatus === 'OPEN') throw oracleError('ORA-01531');
  const active = state.files.find(({ backup }) => backup.isActive);
  if (active !== undefined) throw withFile(errorLine('ORA-10873', active.number), active);
  state.instanceStatus = 'OPEN';
  state.openMode = openMode;
  if (openMode === 'READ WRITE') checkpointDatabase(state);
};

/** @throws {OracleError} ORA-01149 while a file is in backup mode. Observed: SPIN, DBT. */
export const checkShutdown = (state: DatabaseState): void => {
  const active = state.files.find(({ backup }) => backup.isActive);
  if (active !== undefined) throw withFile(errorLine('ORA-01149', active.number), active);
};
