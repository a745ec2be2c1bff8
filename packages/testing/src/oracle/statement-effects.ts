import { delay } from '../clock.js';
import { beginBackup, checkBegin, requireOpen } from './backup-mode.js';
import type { Engine } from './call.js';
import { oracleError } from './oracle-error.js';
import { allThreads, archiveLogs, runArchiver, switchLogs } from './redo.js';
import type { Relation } from './sql/compile.js';
import type { ContainerState, DatabaseState, DatafileState, SessionState } from './state.js';

/** What a statement gives back: rows, or the feedback line that SQL*Plus prints. */
export type StatementResult =
  | ({ readonly kind: 'rows' } & Relation)
  | { readonly kind: 'done'; readonly feedback: string };

/** What a statement may use of the session that sent it. */
export interface StatementContext {
  readonly engine: Engine;
  readonly session: SessionState;
  readonly privileges: ReadonlySet<string>;
  /** The container of the session; `undefined` in the root or without containers. */
  container: ContainerState | undefined;
  dateMask: string;
  select(sql: string): Relation;
}

/** The files of the container that the session is in; of all from the root. */
export const filesInSight = ({ engine, container }: StatementContext): readonly DatafileState[] =>
  container === undefined
    ? engine.state.files
    : engine.state.files.filter(({ containerId }) => containerId === container.id);

/** BEGIN BACKUP of these files, its checkpoint first. */
export const begin = async (context: StatementContext, files: readonly DatafileState[]): Promise<void> => {
  const { engine, session } = context;
  const { state } = engine;
  checkBegin(state, files);
  // The checkpoint goes on whether or not its client lives (assumed: oracle-hot-backup.md section 0 fact 12).
  await delay(state.clock, state.beginMs);
  if (session.isKilled) throw oracleError('ORA-00028');
  beginBackup(state, files);
  engine.work();
};

/** END BACKUP in one of its forms. */
export const end = async ({ engine }: StatementContext, effect: (state: DatabaseState) => void): Promise<void> => {
  await delay(engine.state.clock, engine.state.endMs);
  effect(engine.state);
  engine.work();
};

/** ARCHIVE LOG CURRENT: switches every thread and waits for the archiver. Source: oracle-hot-backup.md section 1.2. */
export const archiveCurrent = async ({ engine }: StatementContext): Promise<void> => {
  const { state } = engine;
  requireOpen(state);
  if (state.logMode === 'NOARCHIVELOG') throw oracleError('ORA-00258');
  switchLogs(state, allThreads(state));
  engine.work();
  await delay(state.clock, state.archiveMs);
  archiveLogs(state);
};

/** SWITCH LOGFILE: does not wait. Source: oracle-hot-backup.md section 0 fact 5. */
export const switchLogfile = ({ engine }: StatementContext, threads: readonly number[]): void => {
  const { state } = engine;
  requireOpen(state);
  switchLogs(state, threads);
  engine.work();
  if (state.archiveLagMs !== undefined) state.clock.setTimeout(() => runArchiver(state), state.archiveLagMs);
};

/** @throws {OracleError} ORA-65011 when there is no such container. */
export const containerCalled = (state: DatabaseState, name: string): ContainerState => {
  const container = state.containers.find((one) => one.name === name.toUpperCase());
  if (container === undefined) throw oracleError('ORA-65011', name.toUpperCase());
  return container;
};

/** The files of the container with this name. */
export const filesOf = (state: DatabaseState, name: string): readonly DatafileState[] => {
  const { id } = containerCalled(state, name);
  return state.files.filter(({ containerId }) => containerId === id);
};

/** Marks a session; it hears of it at its next call. The target is `sid,serial`. */
export const killSession = ({ engine }: StatementContext, target: string): void => {
  const [id, serial] = target.split(',');
  const session = engine.state.sessions.find((one) => String(one.id) === id && String(one.serial) === serial);
  if (session === undefined) throw oracleError('ORA-00030');
  session.isKilled = true;
};

/** @throws {OracleError} ORA-65019 when it is open. */
export const openContainer = (container: ContainerState, openMode: string): void => {
  if (container.openMode !== 'MOUNTED') throw oracleError('ORA-65019', container.name);
  container.openMode = openMode.toUpperCase() === 'READ ONLY' ? 'READ ONLY' : 'READ WRITE';
};
