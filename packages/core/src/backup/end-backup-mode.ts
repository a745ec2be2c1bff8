import { messageOf } from '../errors.js';
import type { BackupMode, Clock, Database, DatabaseSession, Log } from '../ports.js';
import { untilStopped } from './until-stopped.js';

/** How the database was taken out of backup mode. */
export interface Ended {
  /** Still answers. */
  readonly session: DatabaseSession;
  /** V$BACKUP just before END; `undefined` when it could not be read, or when no END of ours returned. */
  readonly before: BackupMode | undefined;
  /** When END returned. */
  readonly atMs: number;
}

export interface EndOptions {
  readonly database: Database;
  /** Issued BEGIN. */
  readonly main: DatabaseSession;
  /** Logged on beforehand; takes over when `main` fails. */
  readonly standby: DatabaseSession;
  /** The label of `main`, by which a BEGIN that is still at work is found. */
  readonly purpose: string;
  /** CURRENT_SCN just before BEGIN: what began earlier is not ours to end. */
  readonly baselineScn: bigint;
  /** For how long END is tried. */
  readonly endLimitMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Pause between two tries. */
const retryMs = 1000;
/** A session that does not answer for so long is left to itself, and another one tried. */
const answerLimitMs = 10_000;

/**
 * Sends END until V$BACKUP shows that backup mode of ours is over: on the main session, then on the one in reserve, then
 * on new ones. What somebody else began meanwhile is left alone.
 *
 * @param hasBegun  `false` when BEGIN's outcome is unknown: then only what began after the baseline is ended, and
 *                  a BEGIN that is still at work in its session is waited for, because it may yet take effect.
 * @throws {AggregateError} The limit has passed. Its `errors` are all that went wrong on the way.
 */
export const endBackupMode = async (hasBegun: boolean, options: EndOptions): Promise<Ended> => {
  const { database, main, standby, clock, log, baselineScn, purpose, endLimitMs } = options;
  const deadlineMs = clock.now() + endLimitMs;
  const errors: unknown[] = [];
  const opened: DatabaseSession[] = [];
  const answers: Promise<unknown>[] = [];
  let mustSendEnd = hasBegun;
  let ended: Omit<Ended, 'session'> | undefined;
  let confirmed: DatabaseSession | undefined;

  const pause = () => new Promise<void>((resolve) => void clock.setTimeout(resolve, retryMs));
  const inTime = async <T>(answer: Promise<T>): Promise<T> => {
    const limit = new AbortController();
    const cancelTimer = clock.setTimeout(
      () => limit.abort(new Error(`no answer within ${answerLimitMs} ms`)),
      answerLimitMs,
    );
    return await untilStopped(answer, limit.signal).finally(cancelTimer);
  };

  const isOurs = ({ lowestScn }: BackupMode): boolean => {
    const ourScn = ended?.before?.lowestScn;
    return lowestScn !== undefined && lowestScn >= baselineScn && (ourScn === undefined || lowestScn === ourScn);
  };

  /** An answer that comes after its time limit still counts: the database may just be slow. */
  const sendEnd = async (session: DatabaseSession): Promise<void> => {
    mustSendEnd = false;
    const answer = session.endBackup({ fromScn: baselineScn }).then(({ before }) => {
      ended ??= { before, atMs: clock.now() };
    });
    answers.push(answer);
    await inTime(answer);
  };

  const isOver = async (session: DatabaseSession): Promise<boolean> => {
    const mode = await inTime(session.readBackupMode());
    if (mode.activeFiles > 0 && (ended === undefined || isOurs(mode))) return false;
    return hasBegun || (await inTime(session.countSessions(purpose))) === 0;
  };

  /** One try; what goes wrong in it is collected. */
  const tryOn = async (session: DatabaseSession): Promise<boolean> => {
    try {
      if (mustSendEnd || isOurs(await inTime(session.readBackupMode()))) await sendEnd(session);
    } catch (error) {
      errors.push(error);
    }
    try {
      return await isOver(session);
    } catch (error) {
      errors.push(error);
      return false;
    }
  };

  const openSession = async (): Promise<DatabaseSession | undefined> => {
    try {
      const session = await database.openSession({ purpose: 'end backup' });
      opened.push(session);
      return session;
    } catch (error) {
      errors.push(error);
      return undefined;
    }
  };

  try {
    const reserve = hasBegun ? [standby] : [];
    let session: DatabaseSession | undefined = hasBegun ? main : standby;
    for (;;) {
      const errorsSoFar = errors.length;
      if (session !== undefined && (await tryOn(session))) {
        confirmed = session;
        // Without such an answer the set is not proved; the database is out of backup mode either way.
        if (ended === undefined && answers.length > 0) await inTime(Promise.any(answers)).catch(() => undefined);
        return { session, ...(ended ?? { before: undefined, atMs: clock.now() }) };
      }
      if (clock.now() >= deadlineMs) throw new AggregateError(errors, 'END BACKUP could not be confirmed');
      tellWhy(log, errors.at(-1));
      const hasFailed = session === undefined || errors.length > errorsSoFar;
      if (hasFailed) session = reserve.shift();
      if (session !== undefined && hasFailed) continue;
      await pause();
      session ??= await openSession();
    }
  } finally {
    for (const session of opened) if (session !== confirmed) await session.close();
  }
};

const tellWhy = (log: Log, error: unknown): void => {
  try {
    log.error(
      { cause: error === undefined ? 'BEGIN BACKUP is still at work' : messageOf(error) },
      'not out of backup mode yet',
    );
  } catch {
    // A log that fails must not keep END from being sent again.
  }
};
