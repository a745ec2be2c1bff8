import type { Clock } from '../clock.js';
import type { Disk } from '../disk.js';
import type { Assumptions } from './assumptions.js';
import { type BlockHalf, type DatafileContent, type RedoRecord, wholeBlock } from './blocks.js';
import type { UserLocks } from './user-locks.js';

export type LogMode = 'ARCHIVELOG' | 'NOARCHIVELOG' | 'MANUAL';
export type OpenMode = 'MOUNTED' | 'READ WRITE' | 'READ ONLY' | 'READ ONLY WITH APPLY';
/** STARTED: instance without a control file (NOMOUNT). DOWN: no instance. */
export type InstanceStatus = 'OPEN' | 'MOUNTED' | 'STARTED' | 'DOWN';

/** An account. Roles count as held with all they grant: DBA, SYSDBA, SYSBACKUP, SYSOPER, SELECT_CATALOG_ROLE, ALTER DATABASE, … */
export interface SimulatedUser {
  readonly name: string;
  password: string;
  roles: readonly string[];
  /** `expired` asks for a new password at logon, `expiring` warns and lets in. Default `open`. */
  state?: 'open' | 'locked' | 'expired' | 'expiring';
  /** Sees the rows of pluggable databases from the root (CONTAINER_DATA=ALL). Default true. */
  readonly seesAllContainers?: boolean;
}

/** A data file of the simulated database. Fields that change by themselves in Oracle can be set by a test. */
export interface DatafileState {
  readonly number: number;
  readonly path: string;
  readonly tablespace: string;
  readonly containerId: number;
  readonly creationScn: bigint;
  readonly createdAtMs: number;
  readonly sizeBytes: bigint;
  status: 'SYSTEM' | 'ONLINE' | 'OFFLINE' | 'RECOVER' | 'SYSOFF';
  isReadOnly: boolean;
  unrecoverableScn: bigint;
  unrecoverableAtMs: number;
  /** In the header on disk. */
  checkpointScn: bigint;
  checkpointAtMs: number;
  /** `scn` and `atMs` stay after END. Observed: oracle-hot-backup.md section 0 fact 10 (SPIN, JDBW). */
  backup: { isActive: boolean; scn: bigint; atMs: number };
  /** Blocks whose whole image is in the redo since the file entered backup mode. */
  imaged: Set<number>;
  /** What the blocks hold in the buffer cache; the disk lags behind. */
  cache: BlockHalf[];
  /** Blocks on disk that are older than the cache. */
  dirty: Set<number>;
  /** The block that DBWR is writing at this moment. */
  halfWritten: number | undefined;
}

/** One redo log of a thread, current or past. */
export interface RedoLog {
  readonly thread: number;
  readonly group: number;
  readonly sequence: number;
  readonly firstScn: bigint;
  readonly firstAtMs: number;
  nextScn: bigint | undefined;
  nextAtMs: number | undefined;
  readonly records: RedoRecord[];
  archived: { readonly recid: number; readonly path: string; readonly atMs: number; isDeleted: boolean } | undefined;
}

export interface ContainerState {
  readonly id: number;
  readonly name: string;
  openMode: 'READ WRITE' | 'READ ONLY' | 'MOUNTED' | 'MIGRATE';
}

/** Groups and disks of ASM that the database uses. */
export interface AsmGroup {
  readonly name: string;
  readonly type: 'EXTERN' | 'NORMAL' | 'HIGH' | 'FLEX' | 'EXTEND';
  readonly disks: readonly { readonly name: string; readonly path: string; readonly failureGroup?: string }[];
}

/** A session as V$SESSION lists it. */
export interface SessionState {
  readonly id: number;
  /** The instance that it is connected to, from 1. */
  readonly instance: number;
  /** The service by which it came; SYS$USERS without one. */
  readonly service: string;
  readonly loggedOnAtMs: number;
  /** SQL_ID of what runs, or ran last. */
  sqlId: string | null;
  readonly serial: number;
  readonly user: string;
  readonly isAdministrator: boolean;
  readonly program: string;
  module: string | null;
  action: string | null;
  isRunning: boolean;
  isKilled: boolean;
  /** Ends a call that waits for nothing that would come; what works goes on to its next step. */
  readonly interrupt: () => void;
  clientInfo: string | null;
  clientIdentifier: string | null;
  /** What it waits for while it runs. */
  event: string | undefined;
  /** What UTL_FILE has open, by handle. */
  readonly openFiles: Map<bigint, { readonly path: string; readonly longestLine: number; text: string }>;
  /** What DBMS_OUTPUT keeps for the client; `undefined` until it is enabled. */
  output: string[] | undefined;
}

/** All that the simulated database is, apart from what lies on its disks. A test may set the fields that are not readonly. */
export interface DatabaseState {
  readonly clock: Clock;
  /** Data files and archived logs; the world mounts the array's volumes below it. */
  readonly disk: Disk;
  readonly sid: string;
  readonly name: string;
  readonly uniqueName: string;
  readonly dbid: bigint;
  readonly version: string;
  readonly versionFull: string;
  readonly hostName: string;
  readonly utcOffsetMinutes: number;
  readonly createdAtMs: number;
  readonly resetlogsScn: bigint;
  readonly archiveDirectory: string;
  /** `%t` thread, `%s` sequence, `%r` resetlogs id. */
  readonly archiveFormat: string;
  readonly resetlogsId: number;
  readonly users: readonly SimulatedUser[];
  readonly threads: number;
  readonly groupsPerThread: number;
  readonly containers: ContainerState[];
  readonly files: DatafileState[];
  readonly logs: RedoLog[];
  /** Every record ever written, over all threads, in SCN order: the true history. */
  readonly redo: RedoRecord[];
  readonly sessions: SessionState[];
  readonly userLocks: UserLocks;
  scn: bigint;
  logMode: LogMode;
  openMode: OpenMode;
  instanceStatus: InstanceStatus;
  role: string;
  isForceLogging: boolean;
  isRmanRunning: boolean;
  archiver: 'STARTED' | 'STOPPED' | 'FAILED';
  /** Full: a log can be switched but not archived. */
  isArchiveDestinationFull: boolean;
  /** What ARCHIVE LOG CURRENT does about it: fails with ORA-16038, or waits for room. Both assumed: section 1.2. */
  whenArchiveIsFull: 'fails' | 'waits';
  /** Threads whose logs are archived somewhere else than in `archiveDirectory`: on storage of one node. */
  readonly threadArchiveDirectories: Map<number, string>;
  /** Threads whose full logs nobody archives. */
  readonly unarchivedThreads: Set<number>;
  /** V$ARCHIVED_LOG shows a log so long after it was archived. */
  archivedRowLagMs: number;
  /** A second destination: every log is sent to this standby too, and has a second row. */
  standbyService: string | undefined;
  /** Directories of one host, which the other instances do not see. */
  readonly localDirectories: readonly string[];
  /** Instances that are down while another runs; their threads are closed. */
  readonly downInstances: Set<number>;
  /** Logons take the running instances in turn, as through a SCAN; else the first that runs. */
  isBalanced: boolean;
  /** How far the host's clock is ahead of everybody else's. */
  clockSkewMs: number;
  /** BEGIN BACKUP statements that have not ended. */
  readonly runningBegins: Set<Promise<void>>;
  readonly assumptions: Assumptions;
  readonly controlfiles: readonly string[];
  readonly tempfiles: readonly string[];
  /** Where online logs lie. */
  readonly redoDirectory: string;
  /** `undefined`: started from a text parameter file. */
  readonly spfile: string | undefined;
  blockChangeTracking: string | undefined;
  /** STATUS of the keystore: NOT_AVAILABLE, OPEN, CLOSED, … */
  keystoreStatus: string;
  asmGroups: readonly AsmGroup[];
  /** A rebalance of this group runs. */
  rebalancing: string | undefined;
  /** Directories of the host that have a name in the database. Who may write: `WRITE ON DIRECTORY <name>`. */
  directoryObjects: readonly { readonly name: string; readonly path: string }[];
  /** What roles grant here beyond the usual: `{ SYSBACKUP: ['EXECUTE ON DBMS_LOCK'] }`. */
  readonly grants: Readonly<Record<string, readonly string[]>>;
  isListenerDown: boolean;
  isFlashbackOn: boolean;
  recoveryArea: { readonly path: string; limitBytes: bigint; usedBytes: bigint } | undefined;
  startedAtMs: number;
  /** The checkpoint of BEGIN and the wait of ARCHIVE LOG CURRENT take this long. */
  beginMs: number;
  endMs: number;
  archiveMs: number;
  /** After SWITCH LOGFILE the archiver needs this long; `undefined`: until the next call of the database. */
  archiveLagMs: number | undefined;
}

/** What a block holds when its file is created. */
export const initialBlock = (file: Pick<DatafileState, 'number' | 'creationScn'>, block: number): BlockHalf => ({
  scn: file.creationScn,
  data: BigInt(file.number * 1000 + block),
});

/** 11, 12, 18, 19, … */
export const majorVersion = ({ version }: Pick<DatabaseState, 'version'>): number => Number(version.split('.')[0]);

/** The host's clock, in epoch milliseconds. */
export const hostNow = ({ clock, clockSkewMs }: DatabaseState): number => clock.now() + clockSkewMs;

/** @returns a new SCN, greater than all before. */
export const nextScn = (state: DatabaseState): bigint => {
  state.scn += 1n;
  return state.scn;
};

export const isOpenReadWrite = (state: DatabaseState): boolean =>
  state.instanceStatus === 'OPEN' && state.openMode === 'READ WRITE';

/** Is this file being written by an open database? Files of closed or read-only containers are not. */
export const isWritten = (state: DatabaseState, file: DatafileState): boolean => {
  const container = state.containers.find(({ id }) => id === file.containerId);
  const isContainerOpen =
    container === undefined || container.openMode === 'READ WRITE' || container.openMode === 'MIGRATE';
  return (file.status === 'ONLINE' || file.status === 'SYSTEM') && !file.isReadOnly && isContainerOpen;
};

/** Writes header and blocks to disk. `halfWritten` keeps its old tail. */
export const writeDatafile = (state: DatabaseState, file: DatafileState): void => {
  const old = state.disk.read(file.path) as DatafileContent | undefined;
  const blocks = file.cache.map((half, index) => {
    const before = old?.blocks[index];
    if (before === undefined) return wholeBlock(half);
    if (index === file.halfWritten) return { head: half, tail: before.tail };
    return file.dirty.has(index) ? before : wholeBlock(half);
  });
  const header = {
    dbid: state.dbid,
    fileNumber: file.number,
    resetlogsScn: state.resetlogsScn,
    checkpointScn: file.checkpointScn,
    isInBackup: file.backup.isActive,
  };
  const content: DatafileContent = { kind: 'datafile', header, blocks };
  state.disk.write(file.path, content);
};

/** Writes every dirty block of a file whole; the header takes `scn` unless it is frozen by backup mode. */
export const checkpointFile = (state: DatabaseState, file: DatafileState, scn: bigint): void => {
  file.dirty.clear();
  file.halfWritten = undefined;
  if (!file.backup.isActive) {
    file.checkpointScn = scn;
    file.checkpointAtMs = state.clock.now();
  }
  writeDatafile(state, file);
};

/** DBWR writes all there is to write. Source: oracle-hot-backup.md section 1.2, ALTER SYSTEM CHECKPOINT. */
export const checkpointDatabase = (state: DatabaseState): void => {
  const scn = nextScn(state);
  for (const file of state.files.filter((one) => isWritten(state, one))) checkpointFile(state, file, scn);
};
