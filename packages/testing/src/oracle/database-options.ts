import type { Clock } from '../clock.js';
import type { Disk } from '../disk.js';
import type { Faults } from '../faults.js';
import type { Journal } from '../journal.js';
import { type Assumptions, usualAssumptions } from './assumptions.js';
import type { AsmGroup, ContainerState, DatabaseState, LogMode, OpenMode, SimulatedUser } from './state.js';
import { createUserLocks } from './user-locks.js';

/** A data file to begin with, or to add. */
export interface DatafileOptions {
  readonly path: string;
  /** Default: from the file name, `users01.dbf` is of USERS. */
  readonly tablespace?: string;
  /** Default 0, or 1 in a database with containers. */
  readonly containerId?: number;
  readonly readOnly?: boolean;
  readonly offline?: boolean;
  /** Default 1 GiB, as V$DATAFILE shows it. */
  readonly sizeBytes?: bigint;
  /** Blocks that the simulation keeps. Default 8, at least 3. */
  readonly blocks?: number;
}

export interface SimulatedDatabaseOptions {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly faults: Faults;
  /** Before each call takes effect: the world lets the database work here. */
  readonly onCall?: () => void;
  /** After a data file was added. */
  readonly onDatafileAdded?: () => void;
  /** Where data files and archived logs lie; the world mounts volumes below it. */
  readonly disk: Disk;
  readonly sid: string;
  readonly users: readonly SimulatedUser[];
  readonly datafiles: readonly DatafileOptions[];
  readonly archiveDirectory: string;
  /** Default: the sid. */
  readonly name?: string;
  readonly uniqueName?: string;
  readonly dbid?: bigint;
  /** The SCN to begin with. Default one of 14 digits. */
  readonly firstScn?: bigint;
  /** `%t` thread, `%s` sequence, `%r` resetlogs id. Default `%t_%s_%r.arc`. */
  readonly archiveFormat?: string;
  /** Default 19.0.0.0.0, the frozen number that releases from 18c show. */
  readonly version?: string;
  readonly versionFull?: string;
  readonly hostName?: string;
  /** How far the database host's clock face is ahead of UTC. Default 0. */
  readonly utcOffsetMinutes?: number;
  /** Redo threads, one instance each. Default 1. */
  readonly threads?: number;
  readonly containers?: readonly {
    readonly id: number;
    readonly name: string;
    readonly openMode: ContainerState['openMode'];
  }[];
  readonly logMode?: LogMode;
  readonly openMode?: OpenMode;
  readonly role?: string;
  readonly recoveryArea?: { readonly path: string; readonly limitBytes: bigint; readonly usedBytes: bigint };
  /** How long the checkpoint of BEGIN takes. Default 0. */
  readonly beginMs?: number;
  readonly endMs?: number;
  /** How long ARCHIVE LOG CURRENT waits for the archiver. Default 0. */
  readonly archiveMs?: number;
  /** How long the archiver needs after SWITCH LOGFILE. Default: until the next call of the database. */
  readonly archiveLagMs?: number;
  /** Aliases and services that lead here. Default: the sid. In RAC the names of the instances do too. */
  readonly services?: readonly string[];
  /** Does the host let `/ AS SYSDBA` in? Default true. */
  readonly osAuthentication?: boolean;
  /** Every logon through the network fails (ORA-12541). Default false. */
  readonly isListenerDown?: boolean;
  /** Whom `/@alias` logs on. */
  readonly walletUser?: string;
  /** What nobody knows of a real database; either answer can be chosen. */
  readonly assumptions?: Partial<Assumptions>;
  /** Default one, on storage of the host. */
  readonly controlfiles?: readonly string[];
  readonly tempfiles?: readonly string[];
  readonly redoDirectory?: string;
  /** Default `/u01/app/oracle/dbs/spfile<sid>.ora`; null for a text parameter file. */
  readonly spfile?: string | null;
  readonly blockChangeTracking?: string;
  readonly keystoreStatus?: string;
  readonly asmGroups?: readonly AsmGroup[];
  /** CREATE DIRECTORY `name` AS `path`. Default none. */
  readonly directoryObjects?: DatabaseState['directoryObjects'];
  /** What roles grant beyond the usual: `{ SYSBACKUP: ['EXECUTE ON DBMS_LOCK'] }`. */
  readonly grants?: Readonly<Record<string, readonly string[]>>;
  /** Archive directories of single threads, on storage of their nodes. */
  readonly threadArchiveDirectories?: Readonly<Record<number, string>>;
  readonly standbyService?: string;
  /** Directories that other instances do not see; a control file copy there fails in RAC (ORA-00245). */
  readonly localDirectories?: readonly string[];
}

/** 14 digits, so that whatever loses digits of an SCN shows. Observed: a public session shows 15280596683192 (CCR). */
const usualFirstScn = 15_280_596_683_192n;

/** What the options make of a database, before it has files or logs. */
export const createState = (options: SimulatedDatabaseOptions): DatabaseState => {
  const { clock, sid } = options;
  const now = clock.now();
  const name = (options.name ?? sid).toUpperCase();
  const openMode = options.openMode ?? 'READ WRITE';
  return {
    clock,
    disk: options.disk,
    sid,
    name,
    uniqueName: options.uniqueName ?? name,
    dbid: options.dbid ?? 1_655_327_441n,
    version: options.version ?? '19.0.0.0.0',
    versionFull: options.versionFull ?? '19.21.0.0.0',
    hostName: options.hostName ?? 'dbhost',
    utcOffsetMinutes: options.utcOffsetMinutes ?? 0,
    createdAtMs: now - 400 * 86_400_000,
    resetlogsScn: 1_920_977n,
    archiveDirectory: options.archiveDirectory,
    archiveFormat: options.archiveFormat ?? '%t_%s_%r.arc',
    resetlogsId: 1_111_111_111,
    users: options.users,
    threads: options.threads ?? 1,
    groupsPerThread: 3,
    containers: (options.containers ?? []).map((container) => ({ ...container })),
    files: [],
    logs: [],
    redo: [],
    sessions: [],
    userLocks: createUserLocks(),
    scn: options.firstScn ?? usualFirstScn,
    logMode: options.logMode ?? 'ARCHIVELOG',
    openMode,
    instanceStatus: openMode === 'MOUNTED' ? 'MOUNTED' : 'OPEN',
    role: options.role ?? 'PRIMARY',
    isForceLogging: false,
    isRmanRunning: false,
    archiver: 'STARTED',
    isArchiveDestinationFull: false,
    recoveryArea: options.recoveryArea,
    startedAtMs: now - 3_600_000,
    beginMs: options.beginMs ?? 0,
    endMs: options.endMs ?? 0,
    archiveMs: options.archiveMs ?? 0,
    archiveLagMs: options.archiveLagMs,
    whenArchiveIsFull: 'fails',
    threadArchiveDirectories: new Map(
      Object.entries(options.threadArchiveDirectories ?? {}).map(([thread, path]) => [Number(thread), path]),
    ),
    unarchivedThreads: new Set(),
    archivedRowLagMs: 0,
    standbyService: options.standbyService,
    localDirectories: options.localDirectories ?? [],
    downInstances: new Set(),
    isBalanced: false,
    clockSkewMs: 0,
    runningBegins: new Set(),
    assumptions: { ...usualAssumptions, ...options.assumptions },
    controlfiles: options.controlfiles ?? [`/u01/oradata/${name}/control01.ctl`],
    tempfiles: options.tempfiles ?? [`/u01/oradata/${name}/temp01.dbf`],
    redoDirectory: options.redoDirectory ?? `/u01/oradata/${name}`,
    spfile: options.spfile === null ? undefined : (options.spfile ?? `/u01/app/oracle/dbs/spfile${sid}.ora`),
    blockChangeTracking: options.blockChangeTracking,
    keystoreStatus: options.keystoreStatus ?? 'NOT_AVAILABLE',
    asmGroups: options.asmGroups ?? [],
    rebalancing: undefined,
    directoryObjects: options.directoryObjects ?? [],
    grants: options.grants ?? {},
    isListenerDown: options.isListenerDown ?? false,
    isFlashbackOn: false,
  };
};
