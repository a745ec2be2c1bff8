import { type ArchivedLog, readArchivedLogs } from './archived-logs.js';
import { type Asking, change, queryOne } from './ask.js';
import { type BackupMode, endBackup } from './backup-mode.js';
import * as changes from './changes.js';
import type { Claim } from './claim.js';
import { type Clock, systemClock } from './clock.js';
import { type Datafile, readDatafiles } from './datafiles.js';
import { OracleError } from './errors.js';
import type { Link } from './guard/link.js';
import type { ToGuard, ToRun } from './guard/messages.js';
import { type BracketRequest, type OpenedBracket, openBracket } from './guard/open-bracket.js';
import { spawnGuard } from './guard/start-guard.js';
import { logOn, type OracleLog } from './log-on.js';
import { type OracleSettings, parseOptions, requireLine } from './options.js';
import type { Ownership } from './ownership.js';
import * as queries from './queries.js';
import { type RestoreMaterialPaths, writeRestoreMaterial } from './restore-material.js';
import { connectLine } from './script.js';
import { type DatabaseStatus, readStatus } from './status.js';

/** How to reach a database, and through which sqlplus. */
export type OracleControlOptions = OracleSettings & {
  /** The machine's clock unless given. */
  readonly clock?: Clock;
  /** Silent unless given. Gets statements and durations, never input or output. */
  readonly log?: OracleLog;
  readonly guard?: GuardOptions;
};

/** How the guard of a bracket is started, and where it writes. */
export interface GuardOptions {
  /** Path of the program. `guard-main.js` of this package unless given. */
  readonly program?: string;
  /** The guard's own log, made when it starts. None unless given. */
  readonly logFile?: string;
  /** Takes the place of starting a program: `inheritGuard`. */
  readonly start?: () => Promise<Link<ToRun, ToGuard>>;
}

/** One database, reached through sqlplus sessions that are logged on beforehand. */
export interface OracleControl {
  /**
   * Starts a sqlplus and logs on.
   *
   * @param options.purpose  Labels the session in V$SESSION: MODULE is `orasync`, ACTION this text, up to 32 bytes.
   * @param options.signal   Cancels the logging on alone, not what the session does later.
   * @throws {SqlplusStartError} No usable sqlplus.
   * @throws {SqlplusTimeoutError} No answer in time; the process has been ended.
   * @throws {OracleError} The logon was refused, or the database cannot be reached.
   */
  openSession(options: { readonly purpose: string; readonly signal?: AbortSignal }): Promise<OracleSession>;
  /**
   * Starts a guard, a process of its own that claims the database and will send BEGIN and END, and END whatever becomes of
   * this process.
   *
   * @throws {SqlplusStartError | OracleError | SqlplusTimeoutError} The guard could not log on.
   * @throws {Error} The guard could not be started.
   */
  openBracket(request: BracketRequest): Promise<OpenedBracket>;
}

/** One logged-on session. Calls run one at a time, in order. */
export interface OracleSession extends AsyncDisposable {
  readStatus(): Promise<DatabaseStatus>;
  /** Every data file of every container that the account can see; temporary files are not among them. */
  readDatafiles(): Promise<readonly Datafile[]>;
  readBackupMode(): Promise<BackupMode>;
  /**
   * Puts every online read-write file into backup mode and returns once the database confirmed it.
   *
   * @throws {SqlplusTimeoutError} Not confirmed in time. The statement goes on in the database and may take effect
   *   later; this session cannot be used any more.
   */
  beginBackup(): Promise<void>;
  /**
   * Takes the whole database out of backup mode. `before` is what V$BACKUP said in the same write, just before END;
   * `undefined` when that read failed, which never keeps END from being sent.
   *
   * @throws {SqlplusTimeoutError} As `beginBackup`.
   */
  endBackup(
    ours: Ownership,
  ): Promise<{ readonly before: BackupMode | undefined; readonly after: BackupMode | undefined }>;
  claimDatabase(options?: { readonly except?: readonly string[] }): Promise<Claim>;
  readBackupStates(): Promise<
    readonly {
      readonly number: number;
      readonly isActive: boolean;
      readonly scn: bigint | undefined;
      readonly time: Date | undefined;
    }[]
  >;
  /** ALTER SYSTEM ARCHIVE LOG CURRENT: returns when the redo of every enabled thread up to now is archived. */
  archiveCurrentLog(): Promise<void>;
  /** The archived logs with redo of (`fromScn`, `toScn`], one entry per destination, by thread and sequence. */
  readArchivedLogs(range: { readonly fromScn: bigint; readonly toScn: bigint }): Promise<readonly ArchivedLog[]>;
  /**
   * How many sessions of the whole database (GV$SESSION) were opened for this purpose and have not ended yet, this one
   * included. Purposes that share their first 32 bytes are one.
   *
   * @throws {OracleError} This session could not be labelled, so the count would mean nothing.
   */
  countSessions(purpose: string): Promise<number>;
  /**
   * Writes control file copy, trace script and parameter file on the database host, overwriting those named. `hasPfile`
   * is `false` when the account may not write the parameter file, which takes SYSBACKUP or the like.
   */
  writeRestoreMaterial(paths: RestoreMaterialPaths): Promise<{ readonly hasPfile: boolean }>;
  /**
   * Ends the session. Never throws; an unresponsive sqlplus is killed, except in the middle of BEGIN or END BACKUP:
   * then it is left to end by itself after the statement.
   */
  close(): Promise<void>;
}

/**
 * Makes the control of one database. Starts nothing.
 *
 * @throws {OracleInputError} An option is wrong; its message names all that are, without their values.
 */
export const createOracleControl = (options: OracleControlOptions): OracleControl => {
  const { clock = systemClock, log = silent, guard = {}, ...settings } = options;
  const resolved = parseOptions(settings);
  const connect = connectLine(resolved);
  const openSession: OracleControl['openSession'] = async ({ purpose, signal }) => {
    requireLine('purpose', purpose);
    const { asking, isLabelled } = await logOn({ purpose, signal }, { resolved, connect, clock, log });
    return oracleSession(asking, isLabelled);
  };
  return {
    openSession,
    openBracket: (request) => {
      const { start = () => spawnGuard(guard.program), logFile } = guard;
      requireLine('run', request.run);
      return openBracket(request, {
        options: settings,
        limits: resolved.limits,
        startGuard: start,
        openSession,
        logFile,
        clock,
        log,
      });
    },
  };
};

const silent: OracleLog = { debug: () => {}, warn: () => {} };

/** Zero would be a false pass: what cannot label its own session cannot have labelled the others. */
const noLabels = (): OracleError =>
  new OracleError('Sessions cannot be counted, since this account cannot label them', {
    statement: 'SELECT FROM GV$SESSION',
    outcome: 'refused',
  });

const oracleSession = (asking: Asking, isLabelled: boolean): OracleSession => ({
  readStatus: () => readStatus(asking),
  readDatafiles: () => readDatafiles(asking),
  readBackupMode: () => queryOne(asking, queries.readBackup),
  beginBackup: () => change(asking, changes.beginBackup),
  endBackup: () => endBackup(asking),
  claimDatabase: async () => ({ kind: 'exclusive' }),
  readBackupStates: async () => [],
  archiveCurrentLog: () => change(asking, changes.archiveCurrentLog),
  readArchivedLogs: (range) => readArchivedLogs(asking, range),
  countSessions: async (purpose) => {
    requireLine('purpose', purpose);
    if (!isLabelled) throw noLabels();
    return (await queryOne(asking, queries.countSessions(purpose))).count;
  },
  writeRestoreMaterial: (paths) => writeRestoreMaterial(asking, paths),
  close: () => asking.session.close(),
  [Symbol.asyncDispose]: () => asking.session.close(),
});
