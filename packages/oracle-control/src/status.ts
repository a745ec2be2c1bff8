import { type ArchiveDestination, archiveDestinations, recoveryArea } from './archive-space.js';
import { type Asking, queryAll, queryEach, requireOne } from './ask.js';
import { type ContainersInSight, noContainers, readContainers } from './containers.js';
import { type Known, mapKnown } from './known.js';
import * as queries from './queries.js';

/** Identity and state of the database at one moment. */
export interface DatabaseStatus extends ContainersInSight {
  /** V$DATABASE.DBID, decimal. */
  readonly dbid: string;
  readonly name: string;
  readonly uniqueName: string;
  readonly createdAt: Date;
  /** Such as `Linux x86 64-bit`. */
  readonly platform: string;
  /** V$INSTANCE.VERSION: from 18c the first release of the year, `19.0.0.0.0`. */
  readonly version: string;
  /** V$INSTANCE.VERSION_FULL, with the release update; not there before 18c. */
  readonly versionFull: Known<string>;
  /** ARCHIVELOG, NOARCHIVELOG or MANUAL. */
  readonly logMode: string;
  /** MOUNTED, READ WRITE, READ ONLY or READ ONLY WITH APPLY. */
  readonly openMode: string;
  /** PRIMARY, PHYSICAL STANDBY, … */
  readonly role: string;
  /** CURRENT, STANDBY, CLONE, BACKUP or CREATED. */
  readonly controlfileType: string;
  readonly isContainerDatabase: boolean;
  /** Of the last checkpoint while the database is not open. */
  readonly currentScn: bigint;
  /** Of the last checkpoint. */
  readonly checkpointScn: bigint;
  readonly resetlogsScn: bigint;
  readonly isForceLogging: boolean;
  /** YES, NO or RESTORE POINT ONLY. */
  readonly flashback: string;
  /** SYSTIMESTAMP of the database host. */
  readonly time: Date;
  /** How far the clock face of the database host is ahead of UTC. */
  readonly utcOffsetMinutes: number;
  readonly instances: readonly Instance[];
  readonly threads: readonly RedoThread[];
  /** Destinations that are configured and not INACTIVE. */
  readonly archiveDestinations: Known<readonly ArchiveDestination[]>;
  /** Bytes the recovery area can still take; `undefined` when none is configured. */
  readonly recoveryAreaFreeBytes: Known<bigint | undefined>;
  readonly isRmanRunning: Known<boolean>;
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
  /** Changes when the instance was restarted. */
  readonly startedAt: Date;
}

/** A thread of redo. */
export interface RedoThread {
  readonly number: number;
  readonly isOpen: boolean;
  readonly isEnabled: boolean;
}

/**
 * Reads everything that a check wants to know.
 *
 * @throws {OracleError} V$DATABASE, V$INSTANCE, GV$INSTANCE, V$THREAD or, in a container database, V$PDBS cannot be
 *   read: without them nothing can be judged. All else is only not known then.
 */
export const readStatus = async (asking: Asking): Promise<DatabaseStatus> => {
  const [databases, versions, instances, threads, times] = await queryAll(asking, [
    queries.readDatabase,
    queries.readVersion,
    queries.readInstances,
    queries.readThreads,
    queries.readTime,
  ]);
  const [fullVersions, destinations, areas, rman] = await queryEach(asking, [
    queries.readFullVersion,
    queries.readArchiveDestinations,
    queries.readRecoveryArea,
    queries.countRmanOperations,
  ]);
  const { dbid, cdb, currentScn, forceLogging, ...database } = requireOne(queries.readDatabase, databases);
  const isContainerDatabase = cdb === 'YES';
  return {
    ...database,
    dbid: String(dbid),
    ...requireOne(queries.readVersion, versions),
    versionFull: mapKnown(fullVersions, (rows) => requireOne(queries.readFullVersion, rows).versionFull),
    isContainerDatabase,
    ...(isContainerDatabase ? await readContainers(asking) : noContainers),
    // CURRENT_SCN reads 0 or NULL unless the database is open (oracle-hot-backup.md section 3, query hints).
    currentScn: currentScn === undefined || currentScn === 0n ? database.checkpointScn : currentScn,
    isForceLogging: forceLogging === 'YES',
    ...requireOne(queries.readTime, times),
    instances,
    threads: threads.map(({ number, status, enabled }) => ({
      number,
      isOpen: status === 'OPEN',
      isEnabled: enabled !== 'DISABLED',
    })),
    archiveDestinations: archiveDestinations(destinations),
    recoveryAreaFreeBytes: mapKnown(recoveryArea(areas), (area) => area?.freeBytes),
    isRmanRunning: mapKnown(rman, (rows) => requireOne(queries.countRmanOperations, rows).count > 0),
  };
};
