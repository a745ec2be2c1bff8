import type {
  ArchivedLogFacts,
  BackupModeFacts,
  BackupStateFacts,
  DatabaseStatusFacts,
  DatafileFacts,
  KnownFact,
} from './port-facts.js';
import type { ServerSession } from './server-session.js';
import { isTimestamp, type Value } from './sql/values.js';

type Answers = Readonly<Record<string, Value>>;

/** '' for what is no text. */
export const text = (value: Value | undefined): string => (typeof value === 'string' ? value : '');
/** `undefined` for what is no text. */
export const optionalText = (value: Value | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;
/** 0 for what is no whole number. */
export const big = (value: Value | undefined): bigint => (typeof value === 'bigint' ? value : 0n);
const optionalBig = (value: Value | undefined): bigint | undefined => (typeof value === 'bigint' ? value : undefined);
/** The simulation itself keeps nothing from the port. */
export const known = <Fact>(value: Fact): KnownFact<Fact> => ({ isKnown: true, value });
/** 0 for what is no whole number. */
export const small = (value: Value | undefined): number => Number(big(value));

/** The rows of a query, each by column name. */
export const rowsOf = async (session: ServerSession, sql: string): Promise<readonly Answers[]> => {
  const result = await session.execute(sql);
  if (result.kind !== 'rows') throw new Error(`not a query: ${sql}`);
  return result.rows.map((row) =>
    Object.fromEntries(result.columns.map(({ name }, index) => [name, row[index] ?? null])),
  );
};

/** The first row, by column name. */
export const rowOf = async (session: ServerSession, sql: string): Promise<Answers> =>
  (await rowsOf(session, sql))[0] ?? {};

/** Where archived logs go. */
export const readArchiveDestinations = async (
  session: ServerSession,
): Promise<DatabaseStatusFacts['archiveDestinations']> => {
  const rows = await rowsOf(
    session,
    "SELECT dest_id, status, destination, target, error FROM v$archive_dest WHERE status <> 'INACTIVE' ORDER BY 1",
  );
  return known(
    rows.map((row) => ({
      id: small(row['DEST_ID']),
      status: text(row['STATUS']),
      destination: text(row['DESTINATION']),
      target: text(row['TARGET']),
      error: optionalText(row['ERROR']),
    })),
  );
};

/** All that a check wants to know of the database, one query per view. */
export const readStatus = async (session: ServerSession): Promise<DatabaseStatusFacts> => {
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
  const archiveDestinations = await readArchiveDestinations(session);
  const area = await rowOf(
    session,
    'SELECT space_limit - space_used + space_reclaimable AS free FROM v$recovery_file_dest',
  );
  const rman = await rowOf(
    session,
    "SELECT COUNT(*) AS running FROM v$session_longops WHERE opname LIKE 'RMAN%' AND sofar < totalwork",
  );
  const here = await rowOf(
    session,
    "SELECT SYS_CONTEXT('USERENV', 'CON_ID') AS id, SYS_CONTEXT('USERENV', 'CON_NAME') AS name FROM dual",
  );
  const files = await rowsOf(session, 'SELECT DISTINCT con_id FROM v$datafile');
  const withFiles = new Set(files.map((row) => row['CON_ID']));
  const sessionId = Number(text(here['ID']));
  const isContainerDatabase = database['CDB'] === 'YES';
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
    isContainerDatabase,
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
    sessionContainer: isContainerDatabase ? { id: sessionId, name: text(here['NAME']) } : undefined,
    seesAllContainers: known(
      !isContainerDatabase ||
        (sessionId === 1 &&
          containers.some((row) => row['CON_ID'] === 2n) &&
          containers.every((row) => withFiles.has(row['CON_ID'] ?? null))),
    ),
    archiveDestinations,
    recoveryAreaFreeBytes: known(optionalBig(area['FREE'])),
    isRmanRunning: known(big(rman['RUNNING']) > 0n),
  };
};

/** Every data file that the session sees. */
export const readDatafiles = async (session: ServerSession): Promise<readonly DatafileFacts[]> => {
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

/** V$BACKUP in one row. */
export const readBackupMode = async (session: ServerSession): Promise<BackupModeFacts> => {
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

/** V$BACKUP, file by file. */
export const readBackupStates = async (session: ServerSession): Promise<readonly BackupStateFacts[]> => {
  const rows = await rowsOf(
    session,
    `SELECT file#, status, TO_CHAR(change#) AS scn, TO_CHAR(time, 'YYYY-MM-DD"T"HH24:MI:SS') AS begun FROM v$backup ORDER BY file#`,
  );
  return rows.map((row) => {
    const begun = optionalText(row['BEGUN']);
    const scn = optionalText(row['SCN']);
    return {
      number: small(row['FILE#']),
      isActive: row['STATUS'] === 'ACTIVE',
      scn: scn === undefined ? undefined : BigInt(scn),
      time: begun === undefined ? undefined : new Date(`${begun}Z`),
    };
  });
};

/** The archived logs with redo of (`fromScn`, `toScn`]. */
export const readArchivedLogs = async (
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
