import type { Clock } from '../clock.js';
import type { Disk } from '../disk.js';
import type { Faults } from '../faults.js';
import type { Journal } from '../journal.js';
import { beginBackup, endBackup, openDatabase } from './backup-mode.js';
import { callDatabase, type Engine } from './call.js';
import { createLoad } from './load.js';
import { checkLogon, describeLogon, type LogonRequest, type LogonRules } from './logon.js';
import { allThreads, openLog } from './redo.js';
import { openServerSession, type ServerSession } from './server-session.js';
import {
  type ContainerState,
  type DatabaseState,
  type DatafileState,
  initialBlock,
  type LogMode,
  nextScn,
  type OpenMode,
  type SimulatedUser,
  writeDatafile,
} from './state.js';

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
  /** Aliases and services that lead here. Default: the sid. */
  readonly services?: readonly string[];
  /** Does the host let `/ AS SYSDBA` in? Default true. */
  readonly osAuthentication?: boolean;
  /** Every logon through the network fails (ORA-12541). Default false. */
  readonly isListenerDown?: boolean;
  /** Whom `/@alias` logs on. */
  readonly walletUser?: string;
}

/** An Oracle database in memory, whose files lie on a disk that can be snapshotted. */
export interface SimulatedDatabase {
  readonly identity: { readonly name: string; readonly uniqueName: string; readonly dbid: string };
  /** What the database is now; tests read it, and set the fields that are not readonly. */
  readonly state: DatabaseState;
  /** One round of the load: changes blocks, writes redo, leaves blocks half written. Does nothing unless open read write. */
  work(): void;
  /** @throws {OracleError} when the logon is refused; {ClientDiedError} when a fault ended the client. */
  logOn(request: LogonRequest): Promise<ServerSession>;
  setLogMode(mode: LogMode): void;
  /** Adds a file as CREATE TABLESPACE would: it is not in backup mode, whatever the others are. */
  addDatafile(file: DatafileOptions): DatafileState;
  /** Somebody else begins or ends backup mode of all files, without any of our sessions. */
  beginBackup(): void;
  endBackup(): void;
  /** The instance dies; sessions are lost but for that of `survivor`, files stay as they are. */
  crash(survivor?: ServerSession): void;
  /** Starts and mounts the instance, and opens the database when it can (not after a crash in backup mode). */
  restart(): void;
}

/** 14 digits, so that whatever loses digits of an SCN shows. Observed: a public session shows 15280596683192 (CCR). */
const usualFirstScn = 15_280_596_683_192n;

const tablespaceOf = (path: string): string =>
  (path.split('/').at(-1) ?? path).replace(/\d*\.[^.]*$/, '').toUpperCase() || 'DATA';

/** Makes a database that is open and has done some work. */
export const createSimulatedDatabase = (options: SimulatedDatabaseOptions): SimulatedDatabase => {
  const { clock, sid } = options;
  const now = clock.now();
  const name = (options.name ?? sid).toUpperCase();
  const openMode = options.openMode ?? 'READ WRITE';
  const state: DatabaseState = {
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
  };
  const load = createLoad(state);
  const engine: Engine = {
    state,
    journal: options.journal,
    faults: options.faults,
    onCall: options.onCall ?? (() => {}),
    work: load,
  };
  const rules: LogonRules = {
    services: (options.services ?? [sid]).map((service) => service.toUpperCase()),
    isOsAuthenticated: options.osAuthentication ?? true,
    isListenerDown: options.isListenerDown ?? false,
    walletUser: options.walletUser,
  };

  const addDatafile = (file: DatafileOptions): DatafileState => {
    const creationScn = nextScn(state);
    const number = state.files.length + 1;
    const added: DatafileState = {
      number,
      path: file.path,
      tablespace: file.tablespace ?? tablespaceOf(file.path),
      containerId: file.containerId ?? (state.containers.length > 0 ? 1 : 0),
      creationScn,
      createdAtMs: clock.now(),
      sizeBytes: file.sizeBytes ?? 1_073_741_824n,
      status: file.offline === true ? 'OFFLINE' : number === 1 ? 'SYSTEM' : 'ONLINE',
      isReadOnly: file.readOnly ?? false,
      unrecoverableScn: 0n,
      checkpointScn: creationScn,
      checkpointAtMs: clock.now(),
      backup: { isActive: false, scn: 0n, atMs: 0 },
      imaged: new Set(),
      cache: Array.from({ length: file.blocks ?? 8 }, (_, block) => initialBlock({ number, creationScn }, block)),
      dirty: new Set(),
      halfWritten: undefined,
    };
    state.files.push(added);
    writeDatafile(state, added);
    return added;
  };

  for (const thread of allThreads(state)) openLog(state, thread, 67 + thread, nextScn(state));
  for (const file of options.datafiles) addDatafile(file);
  load();

  const sessions = new Set<ServerSession>();
  let logons = 0;

  return {
    identity: { name: state.name, uniqueName: state.uniqueName, dbid: String(state.dbid) },
    state,
    work: load,
    logOn: async (request) => {
      logons += 1;
      const number = logons;
      const grant = () => openServerSession(engine, number, checkLogon(state, request, rules));
      const never = new Promise<void>(() => {});
      const session = await callDatabase(engine, {
        what: describeLogon(request, rules),
        session: number,
        closed: never,
        effect: grant,
      });
      const listed: ServerSession = {
        ...session,
        close: () => {
          sessions.delete(listed);
          session.close();
        },
      };
      sessions.add(listed);
      return listed;
    },
    setLogMode: (mode) => {
      state.logMode = mode;
    },
    addDatafile,
    beginBackup: () => {
      beginBackup(state, state.files);
      load();
    },
    endBackup: () => {
      endBackup(state, state.files);
      load();
    },
    crash: (survivor) => {
      state.instanceStatus = 'DOWN';
      for (const session of sessions) if (session !== survivor) session.lose();
      state.sessions.splice(0);
    },
    restart: () => {
      state.instanceStatus = 'MOUNTED';
      state.startedAtMs = clock.now();
      if (state.files.some(({ backup }) => backup.isActive)) return;
      openDatabase(state, 'READ WRITE');
      load();
    },
  };
};
