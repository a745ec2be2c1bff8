import type { ArrayExport, ArrayVolume } from './coverage/array-inventory.js';
import type { HostInventory } from './coverage/host/host-inventory.js';

/**
 * All that core knows of the outside. `@orasync/oracle-control` fits `Database` as it is; `snapshotArray(client)`
 * makes the client of `@orasync/infinibox-client` fit `SnapshotArray`; a logger of pino fits `Log`.
 */

/** Time and chance, injected so that a simulation can run in virtual time. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Calls back once after `delayMs`; the result cancels it. */
  setTimeout(callback: () => void, delayMs: number): () => void;
  /** In [0, 1). */
  random(): number;
}

/** The part of a pino logger that core uses. Fields first, then a short fixed text. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/**
 * What a failed call of a port left behind. Errors thrown by a port carry it as their field `outcome`; an error without
 * that field is read as `unknown`. An error of the array may also carry the HTTP `status`: 409 means a name is taken. One of
 * the database may carry the `oracleCode`, such as `ORA-01033`.
 *
 * - `refused`: a definite answer came, and nothing was done.
 * - `unknown`: it may have taken effect, now or later. Ask before deciding anything.
 */
export type Outcome = 'refused' | 'unknown';

/** The database, reached through sessions that are logged on beforehand. */
export interface Database {
  /** Logs on. The session is labelled (V$SESSION.MODULE) with `purpose`, so that it can be found later. */
  openSession(options: { readonly purpose: string; readonly signal?: AbortSignal }): Promise<DatabaseSession>;
  /** Claims the database for this run and makes ready what will send BEGIN and END, and END whatever becomes of the run. */
  openBracket(request: BracketRequest): Promise<OpenedBracket>;
}

export interface BracketRequest {
  /** Tells the sessions of one run from those of others. */
  readonly run: string;
  /** The longest time in backup mode, from BEGIN's return: then END is sent, whatever else is going on. */
  readonly budgetMs: number;
  /** Logged on; sends END should all else fail. */
  readonly fallback: DatabaseSession;
  readonly signal?: AbortSignal;
}

/** A claimed bracket, or the sessions of the run that holds the database, as far as they can be seen. */
export type OpenedBracket =
  | { readonly kind: 'open'; readonly bracket: Bracket }
  | {
      readonly kind: 'taken';
      readonly by: readonly { readonly purpose: string; readonly loggedOnAt?: Date | undefined }[];
    };

/** The bracket around backup mode. It outlives the run: END follows every BEGIN that may have taken effect. */
export interface Bracket {
  readonly claim: Claim;
  /** Aborted when backup mode is, or must be, over before it was asked to end. */
  readonly over: AbortSignal;
  /**
   * Puts every online read-write file into backup mode and returns once the database confirmed it. An error with
   * `outcome: 'refused'` means that it never was, on our account; after any other, `end` tells how it went.
   *
   * @param baselineScn  CURRENT_SCN read before: what began earlier is never ended.
   */
  begin(baselineScn: bigint): Promise<void>;
  /** V$BACKUP just after BEGIN, read beside whatever the run does then; `undefined` when it could not be read. */
  readonly seen: Promise<BackupMode | undefined>;
  /** Takes the database out of backup mode, confirmed by query. An error means that it may still be in it. */
  end(): Promise<EndedBackupMode>;
  /** Gives the claim back. Never throws. */
  release(): Promise<void>;
}

/** How sure it is that no other run works on the database. */
export type Claim =
  | { readonly kind: 'exclusive' }
  /** No other run was seen, or with `isBlind` none can be seen; `reason` names what the account lacks. */
  | { readonly kind: 'weak'; readonly reason: string; readonly isBlind: boolean };

/** How backup mode was ended. */
export interface EndedBackupMode {
  /** V$BACKUP just before END; `undefined` when it could not be read. */
  readonly before: BackupMode | undefined;
  /** From the return of BEGIN to the return of END. */
  readonly hotWindowMs: number;
  /** Why it was ended without having been asked to, in words; `undefined` when it was asked to. */
  readonly fired: string | undefined;
}

/** What is ours in V$BACKUP: the active files whose begin SCN lies in this range, both ends included. */
export interface Ownership {
  readonly fromScn: bigint;
  readonly toScn?: bigint;
}

/** One logged-on session. Calls run one at a time, in order. */
export interface DatabaseSession {
  readStatus(): Promise<DatabaseStatus>;
  /** Every data file of every container that the account can see; temporary files are not among them. */
  readDatafiles(): Promise<readonly Datafile[]>;
  /** Every file of the database that is no data file, and where archived logs and recovery files go. */
  readFileInventory(): Promise<FileInventory>;
  /** Disk groups, disks and what ASM is doing; empty without ASM. */
  readAsm(): Promise<Asm>;
  readBackupMode(): Promise<BackupMode>;
  /** V$BACKUP, file by file. */
  readBackupStates(): Promise<readonly BackupState[]>;
  /** Puts every online read-write file into backup mode and returns once the database confirmed it. */
  beginBackup(): Promise<void>;
  /**
   * Takes out of backup mode what is ours in it, and leaves the rest. `before` and `after` are what V$BACKUP said in the
   * same write; `undefined` when that read failed, which never keeps END from being sent. That nothing of ours was in backup
   * mode any more is no error.
   */
  endBackup(
    ours: Ownership,
  ): Promise<{ readonly before: BackupMode | undefined; readonly after: BackupMode | undefined }>;
  /**
   * ALTER SYSTEM ARCHIVE LOG CURRENT: returns when the redo of every enabled thread up to now is archived, with what shows
   * that it is.
   */
  archiveCurrentLog(): Promise<ArchiveProof>;
  /** The archived logs with redo of (`fromScn`, `toScn`], one entry per destination, by thread and sequence. */
  readArchivedLogs(range: { readonly fromScn: bigint; readonly toScn: bigint }): Promise<readonly ArchivedLog[]>;
  /** Who the session is and what it may do, found out without trying any of it. Not every port can tell. */
  readAccount?(): Promise<Account>;
  /** The sessions of the whole database (GV$SESSION) that were opened for this purpose and have not ended yet. */
  findSessions(purpose: string): Promise<readonly FoundSession[]>;
  /** Ends a session of any instance. `marked`: it ends once it can be interrupted. */
  killSession(found: FoundSession): Promise<'killed' | 'marked' | 'gone'>;
  /**
   * Writes control file copy, trace script, parameter file and manifest on the database host, overwriting those named.
   * `hasPfile` is `false` when the account may not write the parameter file, which takes an administrative role;
   * `whyNoManifest` is `undefined` when that was written.
   */
  writeRestoreMaterial(material: {
    readonly controlfile: string;
    readonly trace: string;
    readonly pfile: string;
    readonly manifest: { readonly path: string; readonly lines: readonly string[] };
  }): Promise<{ readonly hasPfile: boolean; readonly whyNoManifest: string | undefined }>;
  /** Ends the session. Never throws; an unresponsive sqlplus is killed. */
  close(): Promise<void>;
}

export interface Account {
  readonly user: string;
  /** BEGIN and END BACKUP. */
  readonly mayBackUp: Known<boolean>;
  /** ARCHIVE LOG CURRENT. */
  readonly mayArchive: Known<boolean>;
  /** The lock that makes the claim exclusive. */
  readonly mayLock: Known<boolean>;
  /** Why each view that the account cannot read is closed to it. */
  readonly unreadableViews: readonly string[];
}

/** A fact that the release or the account may keep from us; `reason` is a sentence for the operator. */
export type Known<Value> =
  | { readonly isKnown: true; readonly value: Value }
  | { readonly isKnown: false; readonly reason: string };

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
  readonly currentScn: bigint;
  readonly resetlogsScn: bigint;
  readonly isForceLogging: boolean;
  /** SYSTIMESTAMP of the database host. */
  readonly time: Date;
  readonly instances: readonly Instance[];
  readonly threads: readonly RedoThread[];
  /** Empty when the database is not a container database. */
  readonly containers: readonly Container[];
  /** Where the session is; `undefined` when the database is not a container database. */
  readonly sessionContainer: { readonly id: number; readonly name: string } | undefined;
  /** `false`: the lists of files, and what V$BACKUP says of them, leave out those of some container. */
  readonly seesAllContainers: Known<boolean>;
  /** Destinations that are configured and not INACTIVE. */
  readonly archiveDestinations: Known<readonly ArchiveDestination[]>;
  /** Bytes the recovery area can still take; `undefined` when none is configured. */
  readonly recoveryAreaFreeBytes: Known<bigint | undefined>;
  readonly isRmanRunning: Known<boolean>;
}

export interface Instance {
  readonly number: number;
  readonly name: string;
  readonly hostName: string;
  /** OPEN, MOUNTED, STARTED, … */
  readonly status: string;
  /** STARTED, STOPPED or FAILED. */
  readonly archiver: string;
}

export interface RedoThread {
  readonly number: number;
  readonly isOpen: boolean;
  readonly isEnabled: boolean;
}

export interface Container {
  readonly id: number;
  readonly name: string;
  /** READ WRITE, READ ONLY, MOUNTED or MIGRATE. */
  readonly openMode: string;
}

export interface ArchiveDestination {
  readonly id: number;
  /** VALID, DEFERRED, ERROR, DISABLED, FULL, … */
  readonly status: string;
  readonly destination: string;
  /** LOCAL or PRIMARY for a directory of this host, REMOTE or STANDBY for another. */
  readonly target: string;
  readonly error: string | undefined;
}

export interface Datafile {
  readonly number: number;
  readonly path: string;
  /** 0 in a database without containers. */
  readonly containerId: number;
  /** SYSTEM, ONLINE, OFFLINE, RECOVER or SYSOFF. */
  readonly status: string;
  /** READ WRITE, READ ONLY, DISABLED or UNKNOWN. */
  readonly enabled: string;
  readonly creationScn: bigint;
  /** SCN of the last change made without redo; 0 for none. */
  readonly unrecoverableScn: bigint;
  readonly sizeBytes: bigint;
}

/** What lies on disks besides the data files, each part as far as the account may know it. */
export interface FileInventory {
  readonly temporaryFiles: Known<readonly DatabaseFile[]>;
  readonly controlfiles: Known<readonly DatabaseFile[]>;
  /** Every member of every group, those of standby logs too. */
  readonly logMembers: Known<readonly DatabaseFile[]>;
  /** `undefined` when the instance was started with a text file of parameters. */
  readonly spfile: Known<DatabaseFile | undefined>;
  /** `undefined` when block change tracking is off. */
  readonly changeTrackingFile: Known<DatabaseFile | undefined>;
  /** `path` is `undefined` where a container uses the keystore of the root; `status` NOT_AVAILABLE: none is there. */
  readonly keystores: Known<
    readonly { readonly location: string; readonly path: string | undefined; readonly status: string }[]
  >;
  readonly archiveDestinations: Known<readonly ArchiveDestination[]>;
  /** `undefined` when none is configured. */
  readonly recoveryArea: Known<{ readonly path: string | undefined } | undefined>;
}

/** A file of the database that is no data file. */
export interface DatabaseFile {
  readonly kind: 'temporary-file' | 'controlfile' | 'online-log' | 'standby-log' | 'spfile' | 'change-tracking-file';
  readonly path: string;
}

/** ASM as a database instance sees it, each part as far as the account may know it; all empty without ASM. */
export interface Asm {
  readonly groups: Known<readonly { readonly number: number; readonly name: string }[]>;
  /** Disks of the groups that this database uses. */
  readonly disks: Known<
    readonly {
      /** 0 while it belongs to no mounted group. */
      readonly groupNumber: number;
      readonly name: string | undefined;
      /** A device, or a label such as `ORCL:DATA1` or `AFD:DATA1`. */
      readonly path: string | undefined;
    }[]
  >;
  /** May be empty although ASM is at work: only the ASM instance is sure to tell. */
  readonly operations: Known<
    readonly {
      readonly groupNumber: number;
      /** REBAL while extents are moved. */
      readonly operation: string;
      /** RUN, WAIT, DONE, ERRS, … */
      readonly state: string;
    }[]
  >;
}

/** V$BACKUP in one row, however many files there are. */
export interface BackupMode {
  /** Files whose STATUS is ACTIVE. All other fields speak of these alone. */
  readonly activeFiles: number;
  /** 1 after one database-level BEGIN. */
  readonly distinctScns: number;
  /** `undefined` when no file is active. */
  readonly lowestScn: bigint | undefined;
  readonly highestScn: bigint | undefined;
  /** Sum of the file numbers and of their squares: with the count, these tell one list of files from another. */
  readonly fileNumberSum: bigint;
  readonly fileNumberSquareSum: bigint;
}

/** A session of ours, of any run. */
export interface FoundSession {
  readonly instance: number;
  readonly sid: number;
  readonly serial: number;
  /** Its first 32 bytes. */
  readonly purpose: string;
  readonly claim: 'exclusive' | 'weak' | undefined;
  /** ACTIVE in mid statement, INACTIVE between two, KILLED when marked. */
  readonly status: string;
  readonly event: string | undefined;
  readonly loggedOnAt: Date | undefined;
}

/** What V$BACKUP says of one file. */
export interface BackupState {
  readonly number: number;
  readonly isActive: boolean;
  /** Of its last BEGIN, which END leaves as it is. */
  readonly scn: bigint | undefined;
  /** Of its last BEGIN, by the clock of the database host. */
  readonly time: Date | undefined;
}

/** What was archived by ARCHIVE LOG CURRENT. */
export interface ArchiveProof {
  /** CURRENT_SCN just before. */
  readonly scn: bigint;
  /** Every enabled thread; one that is closed has nothing to archive. */
  readonly threads: readonly { readonly thread: number; readonly isProved: boolean }[];
}

export interface ArchivedLog {
  readonly thread: number;
  readonly sequence: number;
  /** Holds the redo from here … */
  readonly firstScn: bigint;
  /** … up to, not including, here. */
  readonly nextScn: bigint;
  readonly resetlogsScn: bigint;
  readonly destinationId: number;
  /** `undefined` once deleted. */
  readonly path: string | undefined;
  /** Archived, not deleted, and on a destination of this host. */
  readonly isAvailable: boolean;
}

/** The array, as far as snapshots of datasets and labels on objects go. */
export interface SnapshotArray {
  readIdentity(): Promise<ArrayIdentity>;
  /** The datasets of one kind with exactly these names, masters and snapshots alike; a name that is not there is left out. */
  findDatasets(type: DatasetType, names: readonly string[]): Promise<readonly Dataset[]>;
  /** The groups with exactly this name, consistency groups and snapshot groups alike, each with its members. */
  findGroups(name: string): Promise<readonly Group[]>;
  /** What identifies volumes on hosts: of those with these serials or these ids, masters and snapshots alike. */
  listVolumes(by: {
    readonly serials: readonly string[];
    readonly ids: readonly number[];
  }): Promise<readonly ArrayVolume[]>;
  /** The exports with exactly these paths. */
  findExports(paths: readonly string[]): Promise<readonly ArrayExport[]>;
  /** The addresses that serve NFS; `undefined` when the account may not read them. */
  readNasAddresses(): Promise<readonly string[] | undefined>;
  /** Snapshots by one call, at one instant. Without an answer it may have been made: `outcome` of the error says so. */
  createSnapshots(request: SnapshotRequest, options: { readonly signal: AbortSignal }): Promise<readonly Dataset[]>;
  /** `undefined` when there is none with this id. */
  findDataset(id: number): Promise<Dataset | undefined>;
  /** The datasets with these ids that exist. */
  listDatasets(ids: readonly number[]): Promise<readonly Dataset[]>;
  /** Every snapshot (never a master) whose name contains `text`, whatever its case. */
  listSnapshotsNamed(text: string): Promise<readonly Dataset[]>;
  /** Every object that carries this key; with `of`, the others are not kept in memory. */
  listLabels(key: string, options?: { readonly of: ReadonlySet<number> }): Promise<readonly Label[]>;
  /** Every key and value on one object. */
  readLabels(objectId: number): Promise<Readonly<Record<string, string>>>;
  /** Writes these keys in one call and leaves others alone. */
  writeLabels(objectId: number, labels: Readonly<Record<string, string>>): Promise<void>;
  /**
   * Locks snapshots, and the snapshot groups that they are in: until then nobody can delete them. What is locked for longer
   * already stays so. Asking for the same lock twice does no harm.
   */
  lockSnapshots(ids: readonly number[], until: Date): Promise<void>;
}

/** What one call snapshots, and how the snapshots are called. */
export type SnapshotRequest =
  /** One parent: the snapshot is called `name`; several: each is called `name` + `_` + the parent's name. */
  | { readonly kind: 'volumes'; readonly name: string; readonly parents: readonly Parent[] }
  /** The snapshot is called `name`. */
  | { readonly kind: 'filesystem'; readonly name: string; readonly parent: Parent }
  /** The snapshot group is called `name`, and each of its members `name` + `_` + the parent's name. */
  | {
      readonly kind: 'consistency-group';
      readonly name: string;
      readonly group: Pick<Group, 'id' | 'name'>;
      /** Its members. With others in it by now, the call fails and its outcome is unknown. */
      readonly parents: readonly Parent[];
    };

/** A dataset that is snapshotted. */
export type Parent = Pick<Dataset, 'id' | 'name'>;

/** What holds a snapshot, by name. Source: docs/retention.md, "Vetoes". */
export interface SnapshotUse {
  /** Hosts and clusters that a LUN gives the volume to. */
  readonly mappedTo: readonly string[];
  /** Paths that it is exported by. */
  readonly exportedAs: readonly string[];
  /** Names of what was made of it. */
  readonly children: readonly string[];
  /** What replicates it, in words. */
  readonly replicas: readonly string[];
}

/** The array for retention, the only part that removes anything. */
export interface PrunableSnapshotArray extends SnapshotArray {
  /** Removing a key that is not there is no error. */
  removeLabel(objectId: number, key: string): Promise<void>;
  /**
   * Deletes one snapshot, and only while it has no children; approved only on the array's plain demand. Of a snapshot group
   * that it is in, the group goes first; the other members stay, each by itself.
   */
  deleteSnapshot(id: number): Promise<void>;
  /** What holds a snapshot: of each kind only where the snapshot says that there is some. */
  readUse(snapshot: Dataset): Promise<SnapshotUse>;
  /** The snapshots in a snapshot group. */
  listMembers(groupId: number): Promise<readonly Dataset[]>;
}

export interface ArrayIdentity {
  readonly name: string;
  /** Decimal. */
  readonly serial: string;
  readonly version: string;
  /** The array's clock; `undefined` when the array does not tell. */
  readonly time: Date | undefined;
}

/** What can be snapshotted. */
export type DatasetType = 'volume' | 'filesystem';

/** A volume or a filesystem of the array; `kind` tells a snapshot from a master. */
export interface Dataset {
  readonly id: number;
  readonly name: string;
  readonly type: DatasetType;
  readonly kind: 'master' | 'snapshot';
  /** `undefined` on a master. */
  readonly parentId: number | undefined;
  /** The snapshot group that this snapshot is a member of. */
  readonly groupId: number | undefined;
  /** 0 on a master, 1 on its direct children. */
  readonly depth: number;
  readonly createdAt: Date;
  readonly isWriteProtected: boolean;
  /** A host is given the volume by a LUN, or the filesystem by an export. */
  readonly isMapped: boolean;
  readonly hasChildren: boolean;
  /** Until then the array refuses to delete it, or its snapshot group. */
  readonly lockExpiresAt: Date | undefined;
  /** Made by a snapshot policy of the array, so not ours. */
  readonly isPolicyMade: boolean;
  /** Source or target of a replica, or base of one. */
  readonly isReplicated: boolean;
}

/** A consistency group, or with kind `snapshot` a snapshot group. */
export interface Group {
  readonly id: number;
  readonly name: string;
  readonly kind: 'master' | 'snapshot';
  /** The consistency group of a snapshot group. */
  readonly parentId: number | undefined;
  readonly members: readonly Dataset[];
}

export interface Label {
  readonly objectId: number;
  readonly key: string;
  readonly value: string;
}

/** The host of the database, as far as it tells where files lie. */
export interface Host {
  /** Never throws: what cannot be read is not known, and the reason is a sentence for the operator. */
  readInventory(places: PlacesToRead): Promise<Known<HostInventory>>;
}

/** What a host is asked for. */
export interface PlacesToRead {
  readonly paths: readonly string[];
  /** As V$ASM_DISK.PATH has them. */
  readonly asmDisks: readonly string[];
  /** The hosts of the database's instances, as V$INSTANCE has them: what lies where is to be seen there alone. */
  readonly hostNames: readonly string[];
}
