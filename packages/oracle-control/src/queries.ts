import { select } from './query.js';
import {
  bigInteger,
  hostTime,
  instant,
  integer,
  offsetMinutes,
  optionalBigInteger,
  optionalText,
  text,
} from './row.js';
import { literal } from './session-label.js';

/**
 * Identity and state of the database. CDB is of 12.1.
 *
 * Every query here needs SELECT on the V_$ view behind it (or SELECT_CATALOG_ROLE, SELECT ANY DICTIONARY, SYSBACKUP,
 * SYSDBA), and the views can be read while the database is only mounted.
 * Source: Database Reference, V$ views; columns and vocabularies in oracle-hot-backup.md section 3.
 */
export const readDatabase = select({
  from: 'v$database',
  columns: {
    dbid: bigInteger('dbid'),
    name: text('name'),
    uniqueName: text('db_unique_name'),
    createdAt: hostTime('created'),
    platform: text('platform_name'),
    logMode: text('log_mode'),
    openMode: text('open_mode'),
    role: text('database_role'),
    controlfileType: text('controlfile_type'),
    currentScn: optionalBigInteger('current_scn'),
    checkpointScn: bigInteger('checkpoint_change#'),
    resetlogsScn: bigInteger('resetlogs_change#'),
    forceLogging: text('force_logging'),
    flashback: text('flashback_on'),
    cdb: text('cdb'),
  },
  older: { cdb: text("'NO'") },
});

/** The instance that this session reached. */
export const readVersion = select({ from: 'v$instance', columns: { version: text('version') } });

/** 18c and later, where VERSION stays at the first release of the year. */
export const readFullVersion = select({ from: 'v$instance', columns: { versionFull: text('version_full') } });

/** Every running instance; one row outside RAC. */
export const readInstances = select({
  from: 'gv$instance',
  columns: {
    number: integer('instance_number'),
    name: text('instance_name'),
    hostName: text('host_name'),
    status: text('status'),
    archiver: text('archiver'),
    startedAt: hostTime('startup_time'),
  },
  orderBy: 'instance_number',
});

export const readThreads = select({
  from: 'v$thread',
  columns: { number: integer('thread#'), status: text('status'), enabled: text('enabled') },
  orderBy: 'thread#',
});

export const readArchiveDestinations = select({
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

export const readRecoveryArea = select({
  from: 'v$recovery_file_dest',
  columns: {
    path: optionalText('name'),
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
export const countRmanOperations = select({
  from: 'gv$session_longops',
  columns: { count: integer('COUNT(*)') },
  where: `opname LIKE 'RMAN%' AND sofar < totalwork AND last_update_time > SYSDATE - 1`,
});

/**
 * The directory objects that lead to a directory and that the account may know. Needs no grant, and the database open.
 *
 * Source: Database Reference, ALL_DIRECTORIES.
 */
export const readDirectoryObjects = (path: string) =>
  select({
    from: 'all_directories',
    columns: { name: text('directory_name') },
    where: `directory_path IN (${literal(path)}, ${literal(`${path}/`)})`,
    orderBy: 'directory_name',
  });

/** The database host's clock. Needs no grant. */
export const readTime = select({
  from: 'dual',
  columns: { time: instant('SYSTIMESTAMP'), utcOffsetMinutes: offsetMinutes('SYSTIMESTAMP') },
});

/**
 * Who is in backup mode, in one row however many files there are. CHANGE# keeps its value after END, so STATUS decides.
 *
 * Source: Database Reference, V$BACKUP; oracle-hot-backup.md section 0, fact 10.
 */
export const readBackup = select({
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
