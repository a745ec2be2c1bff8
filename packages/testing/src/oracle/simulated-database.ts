import type { Faults } from '../faults.js';
import { beginBackup, endBackup, openDatabase } from './backup-mode.js';
import { callDatabase, type Engine } from './call.js';
import { createState, type DatafileOptions, type SimulatedDatabaseOptions } from './database-options.js';
import { instanceNames, runningInstances, startInstances } from './instances.js';
import { changeUnlogged, createLoad } from './load.js';
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
  type SimulatedUser,
  writeDatafile,
} from './state.js';
import { containerCalled } from './statement-effects.js';

/** An Oracle database in memory, whose files lie on a disk that can be snapshotted. */
export interface SimulatedDatabase {
  readonly identity: { readonly name: string; readonly uniqueName: string; readonly dbid: string };
  /** What gets in the way of its clients. */
  readonly faults: Faults;
  /** What the database is now; tests read it, and set the fields that are not readonly. */
  readonly state: DatabaseState;
  /** One round of the load: changes blocks, writes redo, leaves blocks half written. Does nothing unless open read write. */
  work(): void;
  /**
   * @param closed  Resolves when the client that asks is gone. Default: it stays.
   * @throws {OracleError} when the logon is refused; {ClientDiedError} when a fault ended the client.
   */
  logOn(request: LogonRequest, closed?: Promise<void>): Promise<ServerSession>;
  setLogMode(mode: LogMode): void;
  /** Adds a file as CREATE TABLESPACE would: it is not in backup mode, whatever the others are. */
  addDatafile(file: DatafileOptions): DatafileState;
  /** Somebody else begins or ends backup mode, of these files or of all, without any of our sessions. */
  beginBackup(files?: readonly number[]): void;
  endBackup(files?: readonly number[]): void;
  /** Every instance dies; sessions are lost but for that of `survivor`, files stay as they are. */
  crash(survivor?: ServerSession): void;
  /** One instance dies; the database is down when it was the last. Its thread is closed otherwise. */
  crashInstance(instance: number): void;
  /** Starts and mounts every instance, and opens the database when it can (not after a crash in backup mode). */
  restart(): void;
  /** A container is opened, or closed by MOUNTED, whatever it was. */
  setContainer(name: string, openMode: ContainerState['openMode']): void;
  /** A direct load that writes no redo, unless FORCE LOGGING is on. */
  changeWithoutLogging(fileNumber: number): void;
  /** An archived log is deleted: by RMAN, which notes it, or behind the database's back. */
  deleteArchivedLog(log: { readonly thread: number; readonly sequence: number; readonly isNoted: boolean }): void;
  setUser(name: string, change: Partial<Pick<SimulatedUser, 'password' | 'state' | 'roles'>>): void;
}

const tablespaceOf = (path: string): string =>
  (path.split('/').at(-1) ?? path).replace(/\d*\.[^.]*$/, '').toUpperCase() || 'DATA';

/** Makes a database that is open and has done some work. */
export const createSimulatedDatabase = (options: SimulatedDatabaseOptions): SimulatedDatabase => {
  const { clock, sid } = options;
  const state = createState(options);
  const load = createLoad(state);
  const engine: Engine = {
    state,
    journal: options.journal,
    faults: options.faults,
    onCall: options.onCall ?? (() => {}),
    work: load,
  };
  const rules: LogonRules = {
    services: [...(options.services ?? [sid]), ...instanceNames(state)].map((service) => service.toUpperCase()),
    isOsAuthenticated: options.osAuthentication ?? true,
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
      unrecoverableAtMs: 0,
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
    options.onDatafileAdded?.();
    return added;
  };

  for (const thread of allThreads(state)) openLog(state, thread, 67 + thread, nextScn(state));
  for (const file of options.datafiles) addDatafile(file);
  load();

  const sessions = new Set<ServerSession>();
  const loseSessions = (isLost: (session: ServerSession) => boolean): void => {
    for (const session of [...sessions].filter(isLost)) {
      session.lose();
      sessions.delete(session);
    }
  };
  const filesNumbered = (numbers: readonly number[] | undefined): readonly DatafileState[] =>
    state.files.filter(({ number }) => numbers === undefined || numbers.includes(number));
  let logons = 0;

  return {
    identity: { name: state.name, uniqueName: state.uniqueName, dbid: String(state.dbid) },
    state,
    faults: options.faults,
    work: load,
    logOn: async (request, closed = new Promise<void>(() => {})) => {
      logons += 1;
      const number = logons;
      let granted: ServerSession | undefined;
      const grant = () => {
        granted = openServerSession(engine, number, checkLogon(state, request, rules, number));
        return granted;
      };
      const what = describeLogon(request, rules);
      const session = await callDatabase(engine, { what, session: number, closed, effect: grant }).catch(
        (error: unknown) => {
          granted?.close();
          throw error;
        },
      );
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
    beginBackup: (numbers) => {
      beginBackup(state, filesNumbered(numbers));
      load();
    },
    endBackup: (numbers) => {
      endBackup(state, filesNumbered(numbers));
      load();
    },
    crash: (survivor) => {
      state.instanceStatus = 'DOWN';
      loseSessions((session) => session !== survivor);
    },
    crashInstance: (instance) => {
      state.downInstances.add(instance);
      loseSessions((session) => session.instance === instance);
      if (runningInstances(state).length > 0) return;
      state.downInstances.clear();
      state.instanceStatus = 'DOWN';
    },
    restart: () => {
      startInstances(state);
      if (state.instanceStatus === 'OPEN') return;
      if (state.files.some(({ backup }) => backup.isActive)) return;
      openDatabase(state, 'READ WRITE');
      load();
    },
    setContainer: (containerName, mode) => {
      containerCalled(state, containerName).openMode = mode;
      load();
    },
    changeWithoutLogging: (fileNumber) => {
      const [file] = filesNumbered([fileNumber]);
      if (file !== undefined) changeUnlogged(state, file);
    },
    deleteArchivedLog: ({ thread, sequence, isNoted }) => {
      const log = state.logs.find((one) => one.thread === thread && one.sequence === sequence);
      if (log?.archived === undefined) throw new Error(`thread ${thread} sequence ${sequence} is not archived`);
      state.disk.remove(log.archived.path);
      if (isNoted) log.archived.isDeleted = true;
    },
    setUser: (userName, change) => {
      const user = state.users.find((one) => one.name.toUpperCase() === userName.toUpperCase());
      if (user === undefined) throw new Error(`the simulated database has no user ${userName}`);
      Object.assign(user, change);
    },
  };
};
