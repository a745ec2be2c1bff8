import type { Limits } from './options.js';
import {
  bigInteger,
  type Column,
  instant,
  integer,
  optionalBigInteger,
  optionalText,
  rowExpression,
  text,
} from './row.js';

/** One SELECT on one view, and how each value of its rows is read. */
export interface Query<Row> {
  /** The view, as errors and logs name the statement. */
  readonly label: string;
  readonly sql: string;
  readonly columns: { readonly [Key in keyof Row]: Column<Row[Key]> };
}

/** One statement that changes something. */
export interface Change {
  /** As errors and logs name it. */
  readonly label: string;
  readonly sql: string;
  /** The English feedback without which it was no success. */
  readonly confirmation: string;
  /** Codes that come with success all the same. */
  readonly accepted?: readonly string[];
  readonly limit: keyof Limits;
  /** Never killed in mid statement: the server would go on alone, and nobody would know when it ends. */
  readonly isUninterruptible?: boolean;
}

interface Selection<Row> {
  readonly from: string;
  readonly columns: Query<Row>['columns'];
  readonly where?: string;
  readonly orderBy?: string;
}

const query = <Row>({ from, columns, where, orderBy }: Selection<Row>): Query<Row> => ({
  label: `SELECT FROM ${from.toUpperCase()}`,
  sql: [
    `SELECT ${rowExpression(Object.values<Column<unknown>>(columns))}`,
    `FROM ${from}`,
    ...(where === undefined ? [] : [`WHERE ${where}`]),
    ...(orderBy === undefined ? [] : [`ORDER BY ${orderBy}`]),
  ].join('\n'),
  columns,
});

const databaseColumns = {
  dbid: bigInteger('dbid'),
  name: text('name'),
  uniqueName: text('db_unique_name'),
  logMode: text('log_mode'),
  openMode: text('open_mode'),
  role: text('database_role'),
  currentScn: optionalBigInteger('current_scn'),
  checkpointScn: bigInteger('checkpoint_change#'),
  resetlogsScn: bigInteger('resetlogs_change#'),
  forceLogging: text('force_logging'),
};

/**
 * Identity and state of the database. Before 12.1 there is no column CDB: `readDatabaseBefore12`.
 *
 * Every query here needs SELECT on the V_$ view behind it (or SELECT_CATALOG_ROLE, SELECT ANY DICTIONARY, SYSBACKUP,
 * SYSDBA), and the views can be read while the database is only mounted.
 * Source: Database Reference, V$ views; columns and vocabularies in oracle-hot-backup.md section 3.
 */
export const readDatabase = query({ from: 'v$database', columns: { ...databaseColumns, cdb: text('cdb') } });

/** `readDatabase` for 11.2. */
export const readDatabaseBefore12 = query({ from: 'v$database', columns: databaseColumns });

/** The instance that this session reached. */
export const readVersion = query({ from: 'v$instance', columns: { version: text('version') } });

/** Every running instance; one row outside RAC. */
export const readInstances = query({
  from: 'gv$instance',
  columns: {
    number: integer('instance_number'),
    name: text('instance_name'),
    hostName: text('host_name'),
    status: text('status'),
    archiver: text('archiver'),
  },
  orderBy: 'instance_number',
});

export const readThreads = query({
  from: 'v$thread',
  columns: { number: integer('thread#'), status: text('status'), enabled: text('enabled') },
  orderBy: 'thread#',
});

/** 12.1 and later, in a container database. An account without CONTAINER_DATA sees no pluggable database here. */
export const readContainers = query({
  from: 'v$pdbs',
  columns: { id: integer('con_id'), name: text('name'), openMode: text('open_mode') },
  orderBy: 'con_id',
});

export const readArchiveDestinations = query({
  from: 'v$archive_dest',
  columns: {
    id: integer('dest_id'),
    status: text('status'),
    destination: optionalText('destination'),
    target: text('target'),
    error: optionalText('error'),
  },
  where: `status <> 'INACTIVE'`,
  orderBy: 'dest_id',
});

export const readRecoveryArea = query({
  from: 'v$recovery_file_dest',
  columns: {
    limitBytes: bigInteger('space_limit'),
    usedBytes: bigInteger('space_used'),
    reclaimableBytes: bigInteger('space_reclaimable'),
  },
});

/**
 * Operations of RMAN that are not finished, on any instance. The row of an RMAN that died stays as it was until another
 * overwrites it, so one that did not move for a day does not count.
 *
 * Source: oracle-hot-backup.md section 3, "Minimal preflight verdicts"; Database Reference, V$SESSION_LONGOPS.
 */
export const countRmanOperations = query({
  from: 'gv$session_longops',
  columns: { count: integer('COUNT(*)') },
  where: `opname LIKE 'RMAN%' AND sofar < totalwork AND last_update_time > SYSDATE - 1`,
});

/** The database host's clock. */
export const readTime = query({ from: 'dual', columns: { time: instant('SYSTIMESTAMP') } });

const datafileColumns = {
  number: integer('file#'),
  path: text('name'),
  status: text('status'),
  enabled: text('enabled'),
  creationScn: bigInteger('creation_change#'),
  unrecoverableScn: bigInteger('NVL(unrecoverable_change#,0)'),
  sizeBytes: bigInteger('bytes'),
};

/** Before 12.1 there is no column CON_ID: `readDatafilesBefore12`. */
export const readDatafiles = query({
  from: 'v$datafile',
  columns: { ...datafileColumns, containerId: integer('con_id') },
  orderBy: 'file#',
});

/** `readDatafiles` for 11.2. */
export const readDatafilesBefore12 = query({ from: 'v$datafile', columns: datafileColumns, orderBy: 'file#' });

/**
 * Who is in backup mode, in one row however many files there are. CHANGE# keeps its value after END, so STATUS decides.
 *
 * Source: Database Reference, V$BACKUP; oracle-hot-backup.md section 0, fact 10.
 */
export const readBackup = query({
  from: 'v$backup',
  columns: {
    activeFiles: integer('COUNT(*)'),
    distinctScns: integer('COUNT(DISTINCT change#)'),
    lowestScn: optionalBigInteger('MIN(change#)'),
    highestScn: optionalBigInteger('MAX(change#)'),
    fileNumberSum: bigInteger('NVL(SUM(file#),0)'),
    fileNumberSquareSum: bigInteger('NVL(SUM(file#*file#),0)'),
  },
  where: `status = 'ACTIVE'`,
});

/** Archived logs with redo of (`fromScn`, `toScn`], one row per destination. */
export const readArchivedLogs = ({ fromScn, toScn }: { readonly fromScn: bigint; readonly toScn: bigint }) =>
  query({
    from: 'v$archived_log',
    columns: {
      thread: integer('thread#'),
      sequence: integer('sequence#'),
      firstScn: bigInteger('first_change#'),
      nextScn: bigInteger('next_change#'),
      resetlogsScn: bigInteger('resetlogs_change#'),
      destinationId: integer('dest_id'),
      path: optionalText('name'),
      archived: text('archived'),
      deleted: text('deleted'),
      status: text('status'),
      standbyDestination: text('standby_dest'),
    },
    where: `next_change# > ${fromScn} AND first_change# <= ${toScn}`,
    orderBy: 'thread#, sequence#, dest_id',
  });

/**
 * Puts every online read-write file into backup mode: checkpoints them, which may take minutes, then returns.
 * Needs ALTER DATABASE (in DBA and SYSBACKUP), ARCHIVELOG, and the database open read write.
 *
 * Source: SQL Language Reference, ALTER DATABASE; oracle-hot-backup.md 1.1.
 */
export const beginBackup: Change = {
  label: 'ALTER DATABASE BEGIN BACKUP',
  sql: 'ALTER DATABASE BEGIN BACKUP',
  confirmation: 'Database altered.',
  limit: 'beginMs',
  isUninterruptible: true,
};

/**
 * Takes the whole database out of backup mode. Needs ALTER DATABASE, and the database mounted or open.
 * ORA-01260 warns that some files had been out of it already.
 *
 * Source: SQL Language Reference, ALTER DATABASE; oracle-hot-backup.md 1.1 and 4.1.
 */
export const endBackup: Change = {
  label: 'ALTER DATABASE END BACKUP',
  sql: 'ALTER DATABASE END BACKUP',
  confirmation: 'Database altered.',
  accepted: ['ORA-01260'],
  limit: 'endMs',
  isUninterruptible: true,
};

/**
 * Switches the log of every enabled thread and waits until all is archived; SWITCH LOGFILE does neither. Needs ALTER
 * SYSTEM, and the database open.
 *
 * Source: SQL Language Reference, ALTER SYSTEM, archive_log_clause; oracle-hot-backup.md 1.2.
 */
export const archiveCurrentLog: Change = {
  label: 'ALTER SYSTEM ARCHIVE LOG CURRENT',
  sql: 'ALTER SYSTEM ARCHIVE LOG CURRENT',
  confirmation: 'System altered.',
  limit: 'archiveMs',
};

const literal = (value: string) => `'${value.replaceAll("'", "''")}'`;

/**
 * Writes a control file copy on the database host. Needs ALTER DATABASE; in RAC the path must be visible to every
 * instance (ORA-00245).
 *
 * Source: SQL Language Reference, ALTER DATABASE, controlfile_clauses; oracle-hot-backup.md 1.2.
 */
export const copyControlfile = (path: string): Change => ({
  label: 'ALTER DATABASE BACKUP CONTROLFILE',
  sql: `ALTER DATABASE BACKUP CONTROLFILE TO ${literal(path)} REUSE`,
  confirmation: 'Database altered.',
  limit: 'materialMs',
});

/** Writes the script that makes a new control file. As `copyControlfile`. */
export const traceControlfile = (path: string): Change => ({
  label: 'ALTER DATABASE BACKUP CONTROLFILE TO TRACE',
  sql: `ALTER DATABASE BACKUP CONTROLFILE TO TRACE AS ${literal(path)} REUSE`,
  confirmation: 'Database altered.',
  limit: 'materialMs',
});

/**
 * Writes the parameters as text on the database host. Needs a logon AS SYSBACKUP, SYSDBA, SYSOPER or SYSDG; the DBA
 * role is not enough (ORA-01031).
 *
 * Source: SQL Language Reference, CREATE PFILE.
 */
export const writePfile = (path: string): Change => ({
  label: 'CREATE PFILE',
  sql: `CREATE PFILE=${literal(path)} FROM SPFILE`,
  confirmation: 'File created.',
  limit: 'materialMs',
});

const moduleName = 'orasync';

/**
 * The first 32 bytes of a purpose: what every release keeps of an ACTION. Cut here, so that what is looked for is what
 * was written.
 *
 * Source: PL/SQL Packages Reference, DBMS_APPLICATION_INFO.SET_MODULE (32 bytes up to 12.1, 64 later; the rest is lost).
 */
const actionOf = (purpose: string): string => {
  let action = '';
  for (const character of purpose) {
    if (Buffer.byteLength(action + character) > 32) break;
    action += character;
  }
  return action;
};

/** Labels the session in V$SESSION, so that it can be found after its client is gone. */
export const labelSession = (purpose: string): Change => ({
  label: 'DBMS_APPLICATION_INFO.SET_MODULE',
  sql: `BEGIN DBMS_APPLICATION_INFO.SET_MODULE('${moduleName}', ${literal(actionOf(purpose))}); END;`,
  confirmation: 'PL/SQL procedure successfully completed.',
  limit: 'queryMs',
});

/**
 * Sessions of any instance that `labelSession` gave this purpose, those marked as killed among them: what they were
 * doing may still go on.
 *
 * Source: Database Reference, V$SESSION; oracle-hot-backup.md 5.4.
 */
export const countSessions = (purpose: string) =>
  query({
    from: 'gv$session',
    columns: { count: integer('COUNT(*)') },
    where: `module = '${moduleName}' AND action = ${literal(actionOf(purpose))}`,
  });
