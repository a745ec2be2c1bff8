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
import { actionOf, literal, moduleName } from './session-label.js';

/** One SELECT on one view, and how each value of its rows is read. */
export interface Query<Row> {
  /** The view, as errors and logs name the statement. */
  readonly label: string;
  readonly sql: string;
  readonly columns: { readonly [Key in keyof Row]: Column<Row[Key]> };
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
