import { messageOf, outcomeOf } from '../errors.js';
import type { BackupMode, Clock, Database, DatabaseSession, Log } from '../ports.js';
import { untilStopped } from './until-stopped.js';

/** How a pass through backup mode went. It never rejects: what became of the database comes first. */
export type Bracketed<T> =
  /** The database refused BEGIN; it was never in backup mode on our account. */
  | { readonly kind: 'refused'; readonly error: unknown }
  /** END failed or could not be confirmed within its limit. */
  | { readonly kind: 'stuck'; readonly error: unknown }
  /** Out of backup mode, confirmed by query on `session`. `before` is V$BACKUP just before END. */
  | {
      readonly kind: 'ended';
      readonly session: DatabaseSession;
      readonly body: PromiseSettledResult<T>;
      readonly before: BackupMode | undefined;
      readonly hotWindowMs: number;
    };

export interface BracketOptions {
  readonly database: Database;
  /** Issues BEGIN and END. */
  readonly main: DatabaseSession;
  /** Logged on beforehand; takes over END when `main` fails. */
  readonly standby: DatabaseSession;
  /** The label of `main`, by which a BEGIN that is still at work is found. */
  readonly purpose: string;
  /** CURRENT_SCN before BEGIN: only a file with a newer begin SCN is ours to end after a BEGIN of unknown outcome. */
  readonly baselineScn: bigint;
  /** The longest time from BEGIN's return until END is sent. */
  readonly budgetMs: number;
  /** For how long END is tried again and again. */
  readonly endLimitMs: number;
  /** Cancels the body. It never cancels END. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: Log;
  /** Records a phase (`begin`, `snapshot`, `end`) as a step of the run. */
  readonly step: <U>(name: string, work: () => Promise<U>) => Promise<U>;
}

/** Pause between two tries of END. */
const retryMs = 1000;
/** A session that does not answer END, or the question after it, for so long is left to itself, and another one tried. */
const answerLimitMs = 10_000;

const settle = async <T>(work: Promise<T>): Promise<PromiseSettledResult<T>> => (await Promise.allSettled([work]))[0];

/**
 * Puts the database into backup mode, runs `body`, and takes it out again: the one way in, and no way out that skips
 * END. END is attempted after every BEGIN that may have taken effect, is not cancelled by what cancelled the body, and
 * is confirmed by query; a definite refusal of BEGIN is never followed by END, because then the backup mode is
 * somebody else's.
 *
 * @param body  Gets a signal that aborts when the run is cancelled or the budget is spent; END does not wait for it then.
 */
export const withBackupMode = async <T>(
  body: (window: AbortSignal) => Promise<T>,
  options: BracketOptions,
): Promise<Bracketed<T>> => {
  const { main, clock, step } = options;
  const begun = await settle(step('begin', () => main.beginBackup()));
  const begunAtMs = clock.now();
  if (begun.status === 'rejected' && outcomeOf(begun.reason) === 'refused')
    return { kind: 'refused', error: begun.reason };

  const result: PromiseSettledResult<T> =
    begun.status === 'rejected' ? begun : await settle(withinBudget(body, options));
  const ended = await settle(step('end', () => endBackupMode(begun.status === 'fulfilled', options)));
  if (ended.status === 'rejected') return { kind: 'stuck', error: ended.reason };
  const { session, before, atMs } = ended.value;
  return { kind: 'ended', body: result, session, before, hotWindowMs: atMs - begunAtMs };
};

/** Settles with the body, or rejects as soon as the signal or the budget says stop. */
const withinBudget = async <T>(
  body: (window: AbortSignal) => Promise<T>,
  { signal, clock, budgetMs, step }: BracketOptions,
): Promise<T> => {
  const window = new AbortController();
  const stop = () => window.abort(signal.reason);
  const cancelTimer = clock.setTimeout(
    () => window.abort(new Error(`the budget of ${budgetMs} ms in backup mode was spent`)),
    budgetMs,
  );
  signal.addEventListener('abort', stop);
  try {
    if (signal.aborted) stop();
    window.signal.throwIfAborted();
    return await step('snapshot', () => untilStopped(body(window.signal), window.signal));
  } finally {
    cancelTimer();
    signal.removeEventListener('abort', stop);
  }
};

/** When END returned, and V$BACKUP just before it. */
interface Ended {
  readonly before: BackupMode | undefined;
  readonly atMs: number;
}

/**
 * Sends END until V$BACKUP shows no file in backup mode: on the main session, then on the one in reserve, then on new
 * ones.
 *
 * @param hasBegun  `false` when BEGIN's outcome is unknown: then only what began after the baseline is ended, and
 *                  a BEGIN that is still at work in its session is waited for, because it may yet take effect.
 * @throws {AggregateError} The limit has passed. Its `errors` are all that went wrong on the way.
 */
const endBackupMode = async (
  hasBegun: boolean,
  options: BracketOptions,
): Promise<Ended & { readonly session: DatabaseSession }> => {
  const { database, main, standby, clock, log, baselineScn, purpose, endLimitMs } = options;
  const deadlineMs = clock.now() + endLimitMs;
  const pause = () => new Promise<void>((resolve) => void clock.setTimeout(resolve, retryMs));
  const inTime = async <T>(answer: Promise<T>): Promise<T> => {
    const limit = new AbortController();
    const cancelTimer = clock.setTimeout(
      () => limit.abort(new Error(`no answer within ${answerLimitMs} ms`)),
      answerLimitMs,
    );
    return await untilStopped(answer, limit.signal).finally(cancelTimer);
  };
  const errors: unknown[] = [];
  const opened: DatabaseSession[] = [];
  let ended: Ended | undefined;
  let confirmed: DatabaseSession | undefined;

  const tryOn = async (session: DatabaseSession): Promise<boolean> => {
    try {
      if (hasBegun || isOurs(await inTime(session.readBackupMode()), baselineScn)) {
        const { before } = await inTime(session.endBackup());
        ended ??= { before, atMs: clock.now() };
      }
    } catch (error) {
      errors.push(error);
    }
    try {
      const { activeFiles } = await inTime(session.readBackupMode());
      return activeFiles === 0 && (hasBegun || (await inTime(session.countSessions(purpose))) === 0);
    } catch (error) {
      errors.push(error);
      return false;
    }
  };

  try {
    const reserve = hasBegun ? [standby] : [];
    let session: DatabaseSession | undefined = hasBegun ? main : standby;
    for (;;) {
      const errorsSoFar = errors.length;
      if (session !== undefined && (await tryOn(session))) {
        confirmed = session;
        return { session, ...(ended ?? { before: undefined, atMs: clock.now() }) };
      }
      if (clock.now() >= deadlineMs) throw new AggregateError(errors, 'END BACKUP could not be confirmed');
      log.error(
        { cause: errors.length === 0 ? 'BEGIN BACKUP is still at work' : messageOf(errors.at(-1)) },
        'not out of backup mode yet',
      );
      const hasFailed = session === undefined || errors.length > errorsSoFar;
      if (hasFailed) session = reserve.shift();
      if (session !== undefined && hasFailed) continue;
      await pause();
      if (session !== undefined) continue;
      try {
        session = await database.openSession({ purpose: 'end backup' });
        opened.push(session);
      } catch (error) {
        errors.push(error);
      }
    }
  } finally {
    for (const session of opened) if (session !== confirmed) await session.close();
  }
};

/** Whether what is in backup mode began after the baseline, so that only a BEGIN of this run can have begun it. */
const isOurs = ({ lowestScn }: BackupMode, baselineScn: bigint): boolean =>
  lowestScn !== undefined && lowestScn >= baselineScn;
