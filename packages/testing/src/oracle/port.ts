import { ClientDiedError, OracleError, oracleError } from './oracle-error.js';
import { isBracketPurpose, openPortBracket } from './port-bracket.js';
import { archiveCurrentLog, claimDatabase, endBackup, findSessions, killSession, quoted } from './port-changes.js';
import type { DatabasePort, DatabaseSessionPort } from './port-facts.js';
import { readAsm, readFileInventory } from './port-inventory.js';
import { writeRestoreMaterial } from './port-material.js';
import { readArchivedLogs, readBackupMode, readBackupStates, readDatafiles, readStatus } from './port-reads.js';
import type { ServerSession } from './server-session.js';
import type { SimulatedDatabase } from './simulated-database.js';

/** A call of the port that failed, with what core needs to know about it. */
export class DatabasePortError extends Error {
  readonly outcome: 'refused' | 'unknown';
  readonly oracleCode: string | undefined;

  constructor(cause: OracleError | ClientDiedError) {
    super(cause.message, { cause });
    this.name = 'DatabasePortError';
    this.oracleCode = cause instanceof OracleError ? cause.code : undefined;
    const isLost = this.oracleCode === undefined || ['ORA-03113', 'ORA-03114', 'ORA-03135'].includes(this.oracleCode);
    this.outcome = isLost ? 'unknown' : 'refused';
  }
}

const asPortError = (error: unknown): unknown =>
  error instanceof OracleError || error instanceof ClientDiedError ? new DatabasePortError(error) : error;

const change = async (session: ServerSession, statement: string): Promise<void> => {
  await session.execute(statement);
};

const portOver = (session: ServerSession, ownPurpose: string): DatabaseSessionPort => {
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(call: () => Promise<Result>): Promise<Result> => {
    const turn = queue.then(call).catch((error: unknown) => {
      if (error instanceof ClientDiedError) session.close();
      throw asPortError(error);
    });
    queue = turn.catch(() => undefined);
    return turn;
  };
  return {
    readStatus: () => inTurn(() => readStatus(session)),
    readDatafiles: () => inTurn(() => readDatafiles(session)),
    readFileInventory: () => inTurn(() => readFileInventory(session)),
    readAsm: () => inTurn(() => readAsm(session)),
    readBackupMode: () => inTurn(() => readBackupMode(session)),
    readBackupStates: () => inTurn(() => readBackupStates(session)),
    beginBackup: () => inTurn(() => change(session, 'ALTER DATABASE BEGIN BACKUP')),
    endBackup: (ours) => inTurn(() => endBackup(session, ours)),
    archiveCurrentLog: () => inTurn(() => archiveCurrentLog(session)),
    readArchivedLogs: (range) => inTurn(() => readArchivedLogs(session, range)),
    countSessions: async (purpose) => (await inTurn(() => findSessions(session, purpose))).length,
    findSessions: (purpose) => inTurn(() => findSessions(session, purpose)),
    killSession: (found) => inTurn(() => killSession(session, found)),
    claimDatabase: () => inTurn(() => claimDatabase(session, ownPurpose)),
    writeRestoreMaterial: (material) => inTurn(() => writeRestoreMaterial(session, material)),
    close: async () => session.close(),
  };
};

/** Settles with the call, or rejects when the signal fires first. */
const withSignal = async <Result>(call: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> => {
  if (signal === undefined) return call;
  signal.throwIfAborted();
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([call, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
};

/**
 * The simulated database as core's `Database`, without a process in between, but through the same journal, holds and faults.
 * A fault of kind hang keeps a call until its session is closed.
 *
 * @param options.as  SYSDBA, SYSBACKUP, … when the user holds it.
 */
export const databasePort = (
  database: SimulatedDatabase,
  { user, as }: { readonly user: string; readonly as?: string },
): DatabasePort => {
  const openSession: DatabasePort['openSession'] = async ({ purpose, signal }) => {
    const account = database.state.users.find(({ name }) => name.toUpperCase() === user.toUpperCase());
    if (account === undefined) throw new DatabasePortError(oracleError('ORA-01017'));
    const request = { user: user.toUpperCase(), password: account.password, identifier: database.state.sid };
    const opening = database.logOn(as === undefined ? request : { ...request, as }).then(async (session) => {
      const module = `BEGIN DBMS_APPLICATION_INFO.SET_MODULE('orasync', ${quoted(purpose.slice(0, 32))}); END;`;
      // No package can be called in a database that is not open: then the session is not labelled, which is no reason to fail.
      await session.execute(module).catch((error: unknown) => {
        if (!(error instanceof OracleError)) throw error;
      });
      return session;
    });
    try {
      return portOver(await withSignal(opening, signal), purpose);
    } catch (error) {
      // A logon that was given up may still succeed: nobody would end its session.
      opening.then(
        (session) => session.close(),
        () => undefined,
      );
      throw asPortError(error);
    }
  };
  const otherBrackets = (own: string) =>
    database.state.sessions.flatMap(({ action }) =>
      action !== null && isBracketPurpose(action) && action !== own ? [action] : [],
    );
  return {
    openSession,
    openBracket: (request) => openPortBracket(request, { openSession, otherBrackets, clock: database.state.clock }),
  };
};
