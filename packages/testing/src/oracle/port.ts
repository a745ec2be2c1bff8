import { ClientDiedError, OracleError, oracleError } from './oracle-error.js';
import type { ServerSession } from './server-session.js';
import type { SimulatedDatabase } from './simulated-database.js';
import { isTimestamp, type Value } from './sql/values.js';

/**
 * Core's port `Database`, spelled again: this package imports none of ours. The compiler compares the two where a test of
 * core hands one to the other.
 */
export interface DatabasePort {
  openSession(options: { readonly purpose: string; readonly signal?: AbortSignal }): Promise<DatabaseSessionPort>;
}

export interface DatabaseSessionPort {
  readStatus(): Promise<DatabaseStatusFacts>;
  readDatafiles(): Promise<readonly DatafileFacts[]>;
  readBackupMode(): Promise<BackupModeFacts>;
  beginBackup(): Promise<void>;
  endBackup(): Promise<{ readonly before: BackupModeFacts | undefined }>;
  archiveCurrentLog(): Promise<void>;
  readArchivedLogs(range: { readonly fromScn: bigint; readonly toScn: bigint }): Promise<readonly ArchivedLogFacts[]>;
  countSessions(purpose: string): Promise<number>;
  writeRestoreMaterial(paths: {
    readonly controlfile: string;
    readonly trace: string;
    readonly pfile: string;
  }): Promise<{ readonly hasPfile: boolean }>;
  close(): Promise<void>;
}

export interface DatabaseStatusFacts {
  readonly dbid: string;
  readonly name: string;
  readonly uniqueName: string;
  readonly version: string;
  readonly logMode: string;
  readonly openMode: string;
  readonly role: string;
  readonly isContainerDatabase: boolean;
  readonly currentScn: bigint;
  readonly resetlogsScn: bigint;
  readonly isForceLogging: boolean;
  readonly time: Date;
  readonly instances: readonly {
    readonly number: number;
    readonly name: string;
    readonly hostName: string;
    readonly status: string;
    readonly archiver: string;
  }[];
  readonly threads: readonly { readonly number: number; readonly isOpen: boolean; readonly isEnabled: boolean }[];
  readonly containers: readonly { readonly id: number; readonly name: string; readonly openMode: string }[];
  readonly archiveDestinations: readonly {
    readonly id: number;
    readonly status: string;
    readonly destination: string;
    readonly target: string;
    readonly error: string | undefined;
  }[];
  readonly recoveryAreaFreeBytes: bigint | undefined;
  readonly isRmanRunning: boolean;
}

export interface DatafileFacts {
  readonly number: number;
  readonly path: string;
  readonly containerId: number;
  readonly status: string;
  readonly enabled: string;
  readonly creationScn: bigint;
  readonly unrecoverableScn: bigint;
  readonly sizeBytes: bigint;
}

export interface BackupModeFacts {
  readonly activeFiles: number;
  readonly distinctScns: number;
  readonly lowestScn: bigint | undefined;
  readonly highestScn: bigint | undefined;
  readonly fileNumberSum: bigint;
  readonly fileNumberSquareSum: bigint;
}

export interface ArchivedLogFacts {
  readonly thread: number;
  readonly sequence: number;
  readonly firstScn: bigint;
  readonly nextScn: bigint;
  readonly resetlogsScn: bigint;
  readonly destinationId: number;
  readonly path: string | undefined;
  readonly isAvailable: boolean;
}

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

type Answers = Readonly<Record<string, Value>>;

const text = (value: Value | undefined): string => (typeof value === 'string' ? value : '');
const optionalText = (value: Value | undefined): string | undefined => (typeof value === 'string' ? value : undefined);
const big = (value: Value | undefined): bigint => (typeof value === 'bigint' ? value : 0n);
const optionalBig = (value: Value | undefined): bigint | undefined => (typeof value === 'bigint' ? value : undefined);
const small = (value: Value | undefined): number => Number(big(value));

const rowsOf = async (session: ServerSession, sql: string): Promise<readonly Answers[]> => {
  const result = await session.execute(sql);
  if (result.kind !== 'rows') throw new Error(`not a query: ${sql}`);
  return result.rows.map((row) =>
    Object.fromEntries(result.columns.map(({ name }, index) => [name, row[index] ?? null])),
  );
};

const rowOf = async (session: ServerSession, sql: string): Promise<Answers> => (await rowsOf(session, sql))[0] ?? {};

const readStatus = async (session: ServerSession): Promise<DatabaseStatusFacts> => {
  const database = await rowOf(
    session,
    'SELECT dbid, name, db_unique_name, log_mode, open_mode, database_role, cdb, current_scn, checkpoint_change#, resetlogs_change#, force_logging, systimestamp AS time FROM v$database',
  );
  const version = await rowOf(session, 'SELECT version FROM v$instance');
  const instances = await rowsOf(
    session,
    'SELECT instance_number, instance_name, host_name, status, archiver FROM gv$instance ORDER BY 1',
  );
  const threads = await rowsOf(session, 'SELECT thread#, status, enabled FROM v$thread ORDER BY 1');
  const containers = await rowsOf(session, 'SELECT con_id, name, open_mode FROM v$pdbs ORDER BY 1');
  const destinations = await rowsOf(
    session,
    "SELECT dest_id, status, destination, target, error FROM v$archive_dest WHERE status <> 'INACTIVE' ORDER BY 1",
  );
  const area = await rowOf(
    session,
    'SELECT space_limit - space_used + space_reclaimable AS free FROM v$recovery_file_dest',
  );
  const rman = await rowOf(
    session,
    "SELECT COUNT(*) AS running FROM v$session_longops WHERE opname LIKE 'RMAN%' AND sofar < totalwork",
  );
  const currentScn = big(database['CURRENT_SCN']);
  const time = database['TIME'] ?? null;
  return {
    dbid: String(big(database['DBID'])),
    name: text(database['NAME']),
    uniqueName: text(database['DB_UNIQUE_NAME']),
    version: text(version['VERSION']),
    logMode: text(database['LOG_MODE']),
    openMode: text(database['OPEN_MODE']),
    role: text(database['DATABASE_ROLE']),
    isContainerDatabase: database['CDB'] === 'YES',
    currentScn: currentScn > 0n ? currentScn : big(database['CHECKPOINT_CHANGE#']),
    resetlogsScn: big(database['RESETLOGS_CHANGE#']),
    isForceLogging: database['FORCE_LOGGING'] !== 'NO',
    time: new Date(isTimestamp(time) ? time.epochMs : 0),
    instances: instances.map((row) => ({
      number: small(row['INSTANCE_NUMBER']),
      name: text(row['INSTANCE_NAME']),
      hostName: text(row['HOST_NAME']),
      status: text(row['STATUS']),
      archiver: text(row['ARCHIVER']),
    })),
    threads: threads.map((row) => ({
      number: small(row['THREAD#']),
      isOpen: row['STATUS'] === 'OPEN',
      isEnabled: row['ENABLED'] !== 'DISABLED',
    })),
    containers: containers.map((row) => ({
      id: small(row['CON_ID']),
      name: text(row['NAME']),
      openMode: text(row['OPEN_MODE']),
    })),
    archiveDestinations: destinations.map((row) => ({
      id: small(row['DEST_ID']),
      status: text(row['STATUS']),
      destination: text(row['DESTINATION']),
      target: text(row['TARGET']),
      error: optionalText(row['ERROR']),
    })),
    recoveryAreaFreeBytes: optionalBig(area['FREE']),
    isRmanRunning: big(rman['RUNNING']) > 0n,
  };
};

const readDatafiles = async (session: ServerSession): Promise<readonly DatafileFacts[]> => {
  const rows = await rowsOf(
    session,
    'SELECT file#, name, con_id, status, enabled, creation_change#, NVL(unrecoverable_change#, 0) AS unrecoverable, bytes FROM v$datafile ORDER BY file#',
  );
  return rows.map((row) => ({
    number: small(row['FILE#']),
    path: text(row['NAME']),
    containerId: small(row['CON_ID']),
    status: text(row['STATUS']),
    enabled: text(row['ENABLED']),
    creationScn: big(row['CREATION_CHANGE#']),
    unrecoverableScn: big(row['UNRECOVERABLE']),
    sizeBytes: big(row['BYTES']),
  }));
};

const readBackupMode = async (session: ServerSession): Promise<BackupModeFacts> => {
  const row = await rowOf(
    session,
    "SELECT COUNT(*) AS files, COUNT(DISTINCT change#) AS scns, MIN(change#) AS lowest, MAX(change#) AS highest, SUM(file#) AS total, SUM(file#*file#) AS squares FROM v$backup WHERE status = 'ACTIVE'",
  );
  return {
    activeFiles: small(row['FILES']),
    distinctScns: small(row['SCNS']),
    lowestScn: optionalBig(row['LOWEST']),
    highestScn: optionalBig(row['HIGHEST']),
    fileNumberSum: big(row['TOTAL']),
    fileNumberSquareSum: big(row['SQUARES']),
  };
};

const readArchivedLogs = async (
  session: ServerSession,
  { fromScn, toScn }: { readonly fromScn: bigint; readonly toScn: bigint },
): Promise<readonly ArchivedLogFacts[]> => {
  const rows = await rowsOf(
    session,
    `SELECT thread#, sequence#, first_change#, next_change#, resetlogs_change#, dest_id, name, archived, deleted, status, standby_dest FROM v$archived_log WHERE next_change# > ${fromScn} AND first_change# <= ${toScn} ORDER BY thread#, sequence#, dest_id`,
  );
  return rows.map((row) => ({
    thread: small(row['THREAD#']),
    sequence: small(row['SEQUENCE#']),
    firstScn: big(row['FIRST_CHANGE#']),
    nextScn: big(row['NEXT_CHANGE#']),
    resetlogsScn: big(row['RESETLOGS_CHANGE#']),
    destinationId: small(row['DEST_ID']),
    path: optionalText(row['NAME']),
    isAvailable:
      row['ARCHIVED'] === 'YES' && row['DELETED'] === 'NO' && row['STATUS'] === 'A' && row['STANDBY_DEST'] === 'NO',
  }));
};

const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`;

const endBackup = async (session: ServerSession): Promise<{ before: BackupModeFacts | undefined }> => {
  let before: BackupModeFacts | undefined;
  try {
    before = await readBackupMode(session);
  } catch (error) {
    // The port's promise: a read that failed never keeps END from being sent.
    if (!(error instanceof OracleError)) throw error;
  }
  await session.execute('ALTER DATABASE END BACKUP');
  return { before };
};

const change = async (session: ServerSession, ...statements: readonly string[]): Promise<void> => {
  for (const statement of statements) await session.execute(statement);
};

const portOver = (session: ServerSession): DatabaseSessionPort => {
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
    readBackupMode: () => inTurn(() => readBackupMode(session)),
    beginBackup: () => inTurn(() => change(session, 'ALTER DATABASE BEGIN BACKUP')),
    endBackup: () => inTurn(() => endBackup(session)),
    archiveCurrentLog: () => inTurn(() => change(session, 'ALTER SYSTEM ARCHIVE LOG CURRENT')),
    readArchivedLogs: (range) => inTurn(() => readArchivedLogs(session, range)),
    countSessions: (purpose) =>
      inTurn(async () => {
        const where = `module = 'orasync' AND action = ${quoted(purpose.slice(0, 32))}`;
        return small((await rowOf(session, `SELECT COUNT(*) AS sessions FROM gv$session WHERE ${where}`))['SESSIONS']);
      }),
    writeRestoreMaterial: ({ controlfile, trace, pfile }) =>
      inTurn(async () => {
        await session.execute(`ALTER DATABASE BACKUP CONTROLFILE TO ${quoted(controlfile)} REUSE`);
        await session.execute(`ALTER DATABASE BACKUP CONTROLFILE TO TRACE AS ${quoted(trace)} REUSE`);
        try {
          await session.execute(`CREATE PFILE=${quoted(pfile)} FROM SPFILE`);
          return { hasPfile: true };
        } catch (error) {
          if (!(error instanceof OracleError) || error.code !== 'ORA-01031') throw error;
          return { hasPfile: false };
        }
      }),
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
): DatabasePort => ({
  openSession: async ({ purpose, signal }) => {
    const account = database.state.users.find(({ name }) => name.toUpperCase() === user.toUpperCase());
    if (account === undefined) throw new DatabasePortError(oracleError('ORA-01017'));
    const request = { user: user.toUpperCase(), password: account.password, identifier: database.state.sid };
    const opening = database.logOn(as === undefined ? request : { ...request, as }).then(async (session) => {
      const module = `BEGIN DBMS_APPLICATION_INFO.SET_MODULE('orasync', ${quoted(purpose.slice(0, 32))}); END;`;
      await session.execute(module);
      return session;
    });
    try {
      return portOver(await withSignal(opening, signal));
    } catch (error) {
      // A logon that was given up may still succeed: nobody would end its session.
      opening.then(
        (session) => session.close(),
        () => undefined,
      );
      throw asPortError(error);
    }
  },
});
