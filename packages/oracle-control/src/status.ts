import { type Asking, query, queryAll, requireOne } from './ask.js';
import { OracleError } from './errors.js';
import * as queries from './queries.js';

/** Identity and state of the database at one moment. */
export interface DatabaseStatus {
  /** V$DATABASE.DBID, decimal. */
  readonly dbid: string;
  readonly name: string;
  readonly uniqueName: string;
  /** V$INSTANCE.VERSION. */
  readonly version: string;
  /** ARCHIVELOG, NOARCHIVELOG or MANUAL. */
  readonly logMode: string;
  /** MOUNTED, READ WRITE, READ ONLY or READ ONLY WITH APPLY. */
  readonly openMode: string;
  /** PRIMARY, PHYSICAL STANDBY, … */
  readonly role: string;
  readonly isContainerDatabase: boolean;
  /** Of the last checkpoint while the database is not open. */
  readonly currentScn: bigint;
  readonly resetlogsScn: bigint;
  readonly isForceLogging: boolean;
  /** SYSTIMESTAMP of the database host. */
  readonly time: Date;
  readonly instances: readonly Instance[];
  readonly threads: readonly RedoThread[];
  /** Empty when the database is not a container database. */
  readonly containers: readonly Container[];
  /** Destinations that are configured and not INACTIVE. */
  readonly archiveDestinations: readonly ArchiveDestination[];
  /** Bytes the recovery area can still take; `undefined` when none is configured. */
  readonly recoveryAreaFreeBytes: bigint | undefined;
  readonly isRmanRunning: boolean;
}

/** A running instance. */
export interface Instance {
  readonly number: number;
  readonly name: string;
  readonly hostName: string;
  /** OPEN, MOUNTED, STARTED, … */
  readonly status: string;
  /** STARTED, STOPPED or FAILED. */
  readonly archiver: string;
}

/** A thread of redo. */
export interface RedoThread {
  readonly number: number;
  readonly isOpen: boolean;
  readonly isEnabled: boolean;
}

/** A pluggable database, the seed among them. */
export interface Container {
  readonly id: number;
  readonly name: string;
  /** READ WRITE, READ ONLY, MOUNTED or MIGRATE. */
  readonly openMode: string;
}

/** Where archived logs go. */
export interface ArchiveDestination {
  readonly id: number;
  /** VALID, DEFERRED, ERROR, DISABLED, FULL, … */
  readonly status: string;
  readonly destination: string;
  /** LOCAL or PRIMARY for a directory of this host, REMOTE or STANDBY for another. */
  readonly target: string;
  readonly error: string | undefined;
}

/** Reads everything that a check wants to know, in one round trip; in a container database in two. */
export const readStatus = async (asking: Asking): Promise<DatabaseStatus> => {
  const { database, cdb, versions, instances, threads, destinations, areas, rman, times } = await readViews(asking);
  const isContainerDatabase = cdb === 'YES';
  const containers = isContainerDatabase ? await query(asking, queries.readContainers) : [];
  const { currentScn, checkpointScn } = database;
  const area = areas.find(({ limitBytes }) => limitBytes > 0n);
  return {
    dbid: String(database.dbid),
    name: database.name,
    uniqueName: database.uniqueName,
    version: requireOne(queries.readVersion, versions).version,
    logMode: database.logMode,
    openMode: database.openMode,
    role: database.role,
    isContainerDatabase,
    // CURRENT_SCN reads 0 or NULL unless the database is open (oracle-hot-backup.md section 3, query hints).
    currentScn: currentScn === undefined || currentScn === 0n ? checkpointScn : currentScn,
    resetlogsScn: database.resetlogsScn,
    isForceLogging: database.forceLogging === 'YES',
    time: requireOne(queries.readTime, times).time,
    instances,
    threads: threads.map(({ number, status, enabled }) => ({
      number,
      isOpen: status === 'OPEN',
      isEnabled: enabled !== 'DISABLED',
    })),
    containers,
    archiveDestinations: destinations.map((found) => ({ ...found, destination: found.destination ?? '' })),
    recoveryAreaFreeBytes: area && area.limitBytes - area.usedBytes + area.reclaimableBytes,
    isRmanRunning: requireOne(queries.countRmanOperations, rman).count > 0,
  };
};

const readViews = async (asking: Asking) => {
  try {
    return await readViewsFrom12(asking);
  } catch (error) {
    if (!isUnknownColumn(error)) throw error;
    return await readViewsBefore12(asking);
  }
};

const others = [
  queries.readVersion,
  queries.readInstances,
  queries.readThreads,
  queries.readArchiveDestinations,
  queries.readRecoveryArea,
  queries.countRmanOperations,
  queries.readTime,
] as const;

const readViewsFrom12 = async (asking: Asking) => {
  const [databases, versions, instances, threads, destinations, areas, rman, times] = await queryAll(asking, [
    queries.readDatabase,
    ...others,
  ]);
  const database = requireOne(queries.readDatabase, databases);
  return { database, cdb: database.cdb, versions, instances, threads, destinations, areas, rman, times };
};

const readViewsBefore12 = async (asking: Asking) => {
  const [databases, versions, instances, threads, destinations, areas, rman, times] = await queryAll(asking, [
    queries.readDatabaseBefore12,
    ...others,
  ]);
  const database = requireOne(queries.readDatabaseBefore12, databases);
  return { database, cdb: 'NO', versions, instances, threads, destinations, areas, rman, times };
};

/** ORA-00904: the column does not exist, here because the release is older than 12.1. */
export const isUnknownColumn = (error: unknown): boolean =>
  error instanceof OracleError && error.oracleCode === 'ORA-00904';
