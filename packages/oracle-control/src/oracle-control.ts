import { type ArchiveProof, archiveCurrentLog } from './archive-current-log.js';
import { type Asking, change } from './ask.js';
import * as changes from './changes.js';
import { type Claim, claimDatabase } from './claim.js';
import { type Clock, systemClock } from './clock.js';
import { type EndedBackup, endBackup } from './end-backup.js';
import { OracleError } from './errors.js';
import type { Link } from './guard/link.js';
import type { ToGuard, ToRun } from './guard/messages.js';
import { type BracketRequest, type OpenedBracket, openBracket } from './guard/open-bracket.js';
import { spawnGuard } from './guard/start-guard.js';
import { logOn, type OracleLog } from './log-on.js';
import { type OracleSettings, parseOptions, requireLine } from './options.js';
import type { Ownership } from './ownership.js';
import { type OracleReads, oracleReads } from './reads.js';
import { type RestoreMaterial, type WrittenMaterial, writeRestoreMaterial } from './restore-material.js';
import { runSqlplus, type StartSqlplus } from './run-sqlplus.js';
import { connectLine } from './script.js';
import { countSessions, type FoundSession, findSessions, type Killed, killSession } from './sessions.js';
import { type Settled, type SettleOptions, settleBackupMode } from './settle-backup-mode.js';

/** How to reach a database, and through which sqlplus. */
export type OracleControlOptions = OracleSettings & {
  /** The machine's clock unless given. */
  readonly clock?: Clock;
  /** Silent unless given. Gets statements and durations, never input or output. */
  readonly log?: OracleLog;
  /** In place of starting the program: `SqlplusProcess` says what it must do. */
  readonly startSqlplus?: StartSqlplus;
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
  /**
   * Settles a BEGIN whose outcome is unknown, on sessions of its own, which it closes: `settleBackupMode`.
   *
   * @throws {OracleInputError} The purpose cannot be sent safely.
   */
  settleBackupMode(options: Omit<SettleOptions, 'openSession' | 'clock'>): Promise<Settled>;
}

/** One logged-on session. Calls run one at a time, in order. */
export interface OracleSession extends OracleReads, AsyncDisposable {
  /**
   * Puts every online read-write file into backup mode and returns once the database said so in words. What V$BACKUP says
   * is for the caller to read (`readBackupMode`), since the files are in backup mode from here on: best on another session,
   * beside the snapshot, so that nothing waits for it.
   *
   * @throws {SqlplusTimeoutError} Not confirmed in time. The statement goes on in the database and may take effect
   *   later; this session cannot be used any more.
   */
  beginBackup(): Promise<void>;
  /**
   * Takes out of backup mode what is ours in it, by an END for the whole database when that is all there is, otherwise file
   * by file, and leaves the rest in it. That nothing of ours was there is no error: `before` and `after`, what V$BACKUP
   * said in the same write, tell. Each is `undefined` when its read failed, which never keeps END from being sent.
   *
   * @throws {OracleError} END was not confirmed.
   * @throws {SqlplusTimeoutError} As `beginBackup`.
   */
  endBackup(ours: Ownership): Promise<EndedBackup>;
  /**
   * ALTER SYSTEM ARCHIVE LOG CURRENT: returns when the redo of every enabled thread up to now is archived, with what
   * V$ARCHIVED_LOG shows for it.
   */
  archiveCurrentLog(): Promise<ArchiveProof>;
  /**
   * How many sessions of the whole database (GV$SESSION) were opened for this purpose and have not ended yet, this one
   * included. Purposes that share their first 32 bytes are one.
   *
   * @throws {OracleError} This session could not be labelled, so the count would mean nothing.
   */
  countSessions(purpose: string): Promise<number>;
  /** The sessions that `countSessions` counts. */
  findSessions(purpose: string): Promise<readonly FoundSession[]>;
  /** Ends a session of any instance. Needs ALTER SYSTEM. */
  killSession(found: FoundSession): Promise<Killed>;
  /**
   * Claims the database for this session until it ends, against every other that claims it.
   *
   * @param options.except  Purposes of the other sessions of this run, which are not to be reported.
   */
  claimDatabase(options?: { readonly except?: readonly string[] }): Promise<Claim>;
  /**
   * Writes control file copy, trace script, parameter file and manifest on the database host, overwriting those named. The
   * parameter file takes SYSBACKUP or the like, the manifest a directory object; that these two lack fails nothing.
   *
   * @throws {OracleInputError} A path or a line with a control character; nothing was sent.
   * @throws {OracleError} One could not be written; the message names those that were.
   */
  writeRestoreMaterial(material: RestoreMaterial): Promise<WrittenMaterial>;
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
  const { clock = systemClock, log = silent, startSqlplus = runSqlplus, guard = {}, ...settings } = options;
  const resolved = parseOptions(settings);
  const connect = connectLine(resolved);
  const openSession: OracleControl['openSession'] = async ({ purpose, signal }) => {
    requireLine('purpose', purpose);
    const { asking, isLabelled } = await logOn({ purpose, signal }, { resolved, connect, startSqlplus, clock, log });
    return oracleSession(asking, { purpose, isLabelled });
  };
  return {
    openSession,
    openBracket: async (request) => {
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
    settleBackupMode: async (wanted) => {
      if (wanted.purpose !== undefined) requireLine('purpose', wanted.purpose);
      let current: Promise<OracleSession> | undefined;
      // Nobody waits for that: an END that still runs on it is left to finish.
      const closeCurrent = () => void current?.then((session) => session.close()).catch(() => undefined);
      const openNext = () => {
        closeCurrent();
        current = openSession({ purpose: 'end backup' });
        return current;
      };
      const settled = await settleBackupMode({ ...wanted, clock, openSession: openNext });
      closeCurrent();
      return settled;
    },
  };
};

const silent: OracleLog = { debug: () => {}, warn: () => {} };

/** Zero would be a false pass: what cannot label its own session cannot have labelled the others. */
const noLabels = (): OracleError =>
  new OracleError('Sessions cannot be found, since this account cannot label them', {
    statement: 'SELECT FROM GV$SESSION',
    outcome: 'refused',
  });

/** @throws {OracleInputError | OracleError} It cannot be sent, or could not have been written. */
const soughtPurpose = (purpose: string, isLabelled: boolean): string => {
  if (!isLabelled) throw noLabels();
  return requireLine('purpose', purpose);
};

const oracleSession = (
  asking: Asking,
  { purpose: ownPurpose, isLabelled }: { readonly purpose: string; readonly isLabelled: boolean },
): OracleSession => ({
  ...oracleReads(asking),
  beginBackup: () => change(asking, changes.beginBackup),
  endBackup: (ours) => endBackup(asking, ours),
  archiveCurrentLog: () => archiveCurrentLog(asking),
  countSessions: async (purpose) => countSessions(asking, soughtPurpose(purpose, isLabelled)),
  findSessions: async (purpose) => findSessions(asking, soughtPurpose(purpose, isLabelled)),
  killSession: (found) => killSession(asking, found),
  claimDatabase: ({ except = [] } = {}) => claimDatabase(asking, { purpose: ownPurpose, except }),
  writeRestoreMaterial: (material) => writeRestoreMaterial(asking, material),
  close: () => asking.session.close(),
  [Symbol.asyncDispose]: () => asking.session.close(),
});
