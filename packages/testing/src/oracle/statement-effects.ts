import { delay } from '../clock.js';
import { beginBackup, checkBegin, requireOpen } from './backup-mode.js';
import type { Engine } from './call.js';
import { oracleError } from './oracle-error.js';
import { allThreads, archiveLogs, isArchiveFull, isArchiverStuck, runArchiver, switchLogs } from './redo.js';
import type { Relation } from './sql/compile.js';
import type { SqlContext } from './sql/functions.js';
import type { SelectEngine } from './sql/select.js';
import type { ContainerState, DatabaseState, DatafileState, SessionState } from './state.js';
import { releaseAll } from './user-locks.js';

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
  /** SELECT as this session sees the dictionary, with the names of a PL/SQL block in sight. */
  engineWith(names: Pick<SqlContext, 'variable' | 'truth'>): SelectEngine;
  /** Runs a statement within the call that runs already. */
  run(sql: string): Promise<StatementResult>;
  /** Runs a statement or block as a call of its own: with journal entry, holds and faults. */
  executeImmediate(sql: string): Promise<StatementResult>;
  /** @throws {OracleError} when the session was killed or its instance died. */
  readonly requireAlive: () => void;
}

/** The files of the container that the session is in; of all from the root. */
export const filesInSight = ({ engine, container }: StatementContext): readonly DatafileState[] =>
  container === undefined
    ? engine.state.files
    : engine.state.files.filter(({ containerId }) => containerId === container.id);

/** BEGIN BACKUP of these files, its checkpoint first. */
export const begin = async (context: StatementContext, files: readonly DatafileState[]): Promise<void> => {
  const { engine, requireAlive } = context;
  const { state } = engine;
  if (!state.assumptions.beginIsPartial) checkBegin(state, files);
  // The checkpoint goes on whether or not its client lives (assumed: oracle-hot-backup.md section 0 fact 12).
  const checkpoint = delay(state.clock, state.beginMs);
  state.runningBegins.add(checkpoint);
  await checkpoint;
  state.runningBegins.delete(checkpoint);
  requireAlive();
  beginBackup(state, files);
  engine.work();
};

/** END BACKUP in one of its forms. */
export const end = async (
  { engine, requireAlive }: StatementContext,
  effect: (state: DatabaseState) => void,
): Promise<void> => {
  const { clock, endMs, assumptions, runningBegins } = engine.state;
  if (assumptions.endWaitsForBegin) while (runningBegins.size > 0) await Promise.all(runningBegins);
  await delay(clock, endMs);
  requireAlive();
  effect(engine.state);
  engine.work();
};

/** How often what waits for room looks again. */
const roomPollMs = 100;

/** Waits until a log can be switched. Documented: LGWR waits for the archiver ("log file switch (archiving needed)"). */
const waitForGroup = async ({ engine: { state }, session, requireAlive }: StatementContext): Promise<void> => {
  session.event = 'log file switch (archiving needed)';
  while (isArchiverStuck(state)) {
    await delay(state.clock, roomPollMs);
    requireAlive();
  }
  session.event = undefined;
};

/**
 * ARCHIVE LOG CURRENT: switches every thread, those of dead instances too, and waits for the archiver. Source:
 * oracle-hot-backup.md section 1.2; that a full destination lets it wait or fail is both assumed.
 */
export const archiveCurrent = async (context: StatementContext): Promise<void> => {
  const { engine, requireAlive } = context;
  const { state } = engine;
  requireOpen(state);
  if (state.logMode === 'NOARCHIVELOG') throw oracleError('ORA-00258');
  await waitForGroup(context);
  switchLogs(state, allThreads(state));
  engine.work();
  await delay(state.clock, state.archiveMs);
  while (state.whenArchiveIsFull === 'waits' && isArchiveFull(state)) {
    await delay(state.clock, roomPollMs);
    requireAlive();
  }
  archiveLogs(state);
};

/** SWITCH LOGFILE: does not wait for the archiver. Source: oracle-hot-backup.md section 0 fact 5. */
export const switchLogfile = async (context: StatementContext, threads: readonly number[]): Promise<void> => {
  const { engine } = context;
  const { state } = engine;
  requireOpen(state);
  await waitForGroup(context);
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

/**
 * Marks a session; it hears of it at its next call.
 *
 * @param target  `sid,serial`, or `sid,serial,@instance`. Without an instance it is sought where the session is that asks.
 */
export const killSession = ({ engine, session: own }: StatementContext, target: string): void => {
  const [id, serial, at = `@${own.instance}`] = target.split(',');
  const session = engine.state.sessions.find(
    (one) => String(one.id) === id && String(one.serial) === serial && `@${one.instance}` === at,
  );
  if (session === undefined) throw oracleError('ORA-00030');
  if (session === own) throw oracleError('ORA-00027');
  session.isKilled = true;
  session.interrupt();
  // What runs is interrupted at its next step; what waits for a lock is woken.
  if (session.isRunning) for (const waiter of [...engine.state.userLocks.waiters]) waiter.wake();
  else releaseAll(engine.state, session);
};

/** @throws {OracleError} ORA-65019 when it is open. */
export const openContainer = (container: ContainerState, openMode: string): void => {
  if (container.openMode !== 'MOUNTED') throw oracleError('ORA-65019', container.name);
  container.openMode = openMode.toUpperCase() === 'READ ONLY' ? 'READ ONLY' : 'READ WRITE';
};
