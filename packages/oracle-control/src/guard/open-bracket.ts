import type { BackupMode } from '../backup-mode.js';
import type { Clock } from '../clock.js';
import type { OracleLog } from '../log-on.js';
import type { Limits } from '../options.js';
import { type EndingSession, endUntilOver } from './end-until-over.js';
import type { FiredReason } from './keeper.js';
import { killSessions } from './kill-sessions.js';
import type { Link } from './link.js';
import { type GuardClaim, protocolVersion, type Rival, type ToGuard, type ToRun } from './messages.js';
import { textOf, unpackError } from './packed-error.js';
import { guardPurpose, signsPerLease } from './serve-guard.js';

/** The bracket around backup mode, claimed and ready. A guard owns it: its session sends BEGIN and END. */
export interface Bracket extends AsyncDisposable {
  readonly claim: GuardClaim;
  /** Aborted when backup mode is, or must be, over before its time. */
  readonly over: AbortSignal;
  /**
   * Puts every online read-write file into backup mode and returns once the database confirmed it.
   *
   * @param baselineScn  CURRENT_SCN read before: what began earlier is never ended.
   * @throws An error with `outcome: 'refused'`: the database was never in backup mode on our account, and no END follows.
   *   With `outcome: 'unknown'`: it may take effect, and END is under way; `end` tells how it went.
   */
  begin(baselineScn: bigint): Promise<void>;
  /** V$BACKUP just after BEGIN, read beside whatever the run does then; `undefined` when it could not be read. */
  readonly seen: Promise<BackupMode | undefined>;
  /**
   * Takes the database out of backup mode, or waits until the guard has.
   *
   * @throws {Error} Not confirmed within the limit. The guard goes on trying.
   */
  end(): Promise<EndedBackupMode>;
  /** Lets the guard go, and the claim with it. After an END that could not be confirmed the guard goes on alone. */
  release(): Promise<void>;
}

/** How a bracket was closed; confirmed by query. */
export interface EndedBackupMode {
  /** V$BACKUP just before END; `undefined` when it could not be read. */
  readonly before: BackupMode | undefined;
  /** From the return of BEGIN to the return of END. */
  readonly hotWindowMs: number;
  /** Why the guard ended it by itself, in words; `undefined` when it was asked to. */
  readonly fired: string | undefined;
}

/** What is asked of a bracket. Times in milliseconds. */
export interface BracketRequest {
  /** Tells the sessions of one run from those of others, in V$SESSION. */
  readonly run: string;
  /** The longest time in backup mode, from BEGIN's return. */
  readonly budgetMs: number;
  /** Logged on in this process; sends END when the guard is lost. */
  readonly fallback: EndingSession;
  readonly signal?: AbortSignal;
}

/** What a bracket is opened with. */
export interface BracketDependencies {
  /** Options of `createOracleControl` as the guard needs them, with the secret. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly startGuard: () => Promise<Link<ToRun, ToGuard>>;
  /** Logs on from this process: for END when the guard is lost, and the fallback fails. */
  readonly openSession: (options: { readonly purpose: string }) => Promise<EndingSession>;
  readonly limits: Pick<Limits, 'beginMs' | 'guardStartMs' | 'guardLeaseMs' | 'endAlarmMs'>;
  readonly logFile: string | undefined;
  readonly clock: Clock;
  readonly log: OracleLog;
}

/** A claimed bracket, or who holds the database. */
export type OpenedBracket =
  | { readonly kind: 'open'; readonly bracket: Bracket }
  | { readonly kind: 'taken'; readonly by: readonly Rival[] };

/** The guard is gone or gives no sign of life. What it was asked for may have been done. */
const lost = (): Error & { readonly outcome: 'unknown' } =>
  Object.assign(new Error('the guard of backup mode is gone'), { outcome: 'unknown' } as const);

/**
 * Starts a guard, has it log on and claim the database.
 *
 * @throws {SqlplusStartError | OracleError | SqlplusTimeoutError | OracleInputError} The guard could not log on.
 * @throws {Error} The guard could not be started.
 */
export const openBracket = async (
  request: BracketRequest,
  dependencies: BracketDependencies,
): Promise<OpenedBracket> => {
  const { options, limits, startGuard, logFile, clock } = dependencies;
  request.signal?.throwIfAborted();
  const link = await startGuard();
  const { run, budgetMs } = request;
  const { guardLeaseMs: leaseMs, endAlarmMs: overdueMs } = limits;
  const opening = { kind: 'open', version: protocolVersion, options, run, leaseMs, budgetMs, overdueMs } as const;
  link.send(logFile === undefined ? opening : { ...opening, logFile });
  try {
    const answer = await firstAnswer(link, { clock, openMs: limits.guardStartMs, signal: request.signal });
    if (answer.kind === 'ready')
      return { kind: 'open', bracket: attach(link, answer.claim, { request, ...dependencies }) };
    link.close();
    if (answer.kind === 'taken') return answer;
    throw answer.kind === 'failed' ? unpackError(answer.error) : lost();
  } catch (error) {
    link.close();
    throw error;
  }
};

const firstAnswer = (
  link: Link<ToRun, ToGuard>,
  { clock, openMs, signal }: { clock: Clock; openMs: number; signal: AbortSignal | undefined },
): Promise<ToRun> =>
  new Promise((resolve, reject) => {
    const stop = () => reject(signal?.reason as Error);
    const cancelTimer = clock.setTimeout(
      () => reject(new Error(`the guard was not ready within ${openMs} ms`)),
      openMs,
    );
    const done = () => {
      cancelTimer();
      signal?.removeEventListener('abort', stop);
    };
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
    link.receive((message) => {
      done();
      resolve(message);
    });
    void link.closed.then(() => {
      done();
      reject(new Error('the guard ended before it was ready'));
    });
  });

/** A value that arrives once; what waits for it hears of the loss of the guard instead. */
interface Awaited<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

const awaited = <T>(): Awaited<T> => {
  let resolve: (value: T) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  // Not everything that can fail is waited for.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
};

const attach = (
  link: Link<ToRun, ToGuard>,
  claim: GuardClaim,
  { request, limits, openSession, clock, log }: BracketDependencies & { request: BracketRequest },
): Bracket => {
  const { beginMs, guardLeaseMs: leaseMs, endAlarmMs: overdueMs } = limits;
  const over = new AbortController();
  const begun = awaited<void>();
  const seen = awaited<BackupMode | undefined>();
  const ended = awaited<Omit<EndedBackupMode, 'fired'>>();
  const released = awaited<void>();
  const lossOfGuard = awaited<never>();
  let begunAtMs: number | undefined;
  let baseline = 0n;
  let fired: string | undefined;
  let isDone = false;
  let isStuck = false;
  let isGuardLost = false;
  let stopWatch = () => {};
  let stopBudget = () => {};
  let stopSigns = () => {};

  const lose = (): void => {
    if (isDone) return;
    isDone = true;
    isGuardLost = true;
    stopWatch();
    stopSigns();
    link.close();
    const error = lost();
    for (const each of [begun, ended, released, lossOfGuard]) each.reject(error);
    seen.resolve(undefined);
    log.warn({}, 'guard lost');
    if (begunAtMs === undefined) return;
    const leftMs = Math.max(0, begunAtMs + request.budgetMs - clock.now());
    stopBudget = clock.setTimeout(
      () => over.abort(new Error(`the budget of ${request.budgetMs} ms in backup mode was spent`)),
      leftMs,
    );
  };

  const watch = (): void => {
    stopWatch();
    stopWatch = clock.setTimeout(() => {
      stopWatch = clock.setTimeout(lose, leaseMs / 2);
    }, leaseMs / 2);
  };

  const receive = (message: ToRun): void => {
    watch();
    switch (message.kind) {
      case 'begun':
        begunAtMs = clock.now();
        begun.resolve();
        break;
      case 'not-begun':
        begun.reject(unpackError(message.error));
        break;
      case 'seen':
        seen.resolve(message.mode);
        break;
      case 'fired':
        fired = firedText[message.reason];
        over.abort(new Error(`the guard ended backup mode by itself: ${fired}`));
        break;
      case 'trouble':
        log.warn({ cause: message.message }, 'not out of backup mode yet');
        break;
      case 'overdue':
        isStuck = true;
        for (const each of [ended, released])
          each.reject(new Error(`END BACKUP could not be confirmed within ${overdueMs} ms: ${message.message}`));
        break;
      case 'ended':
        ended.resolve({ before: message.before, hotWindowMs: message.hotWindowMs });
        break;
      case 'released':
        isDone = true;
        stopWatch();
        stopSigns();
        released.resolve();
        break;
      case 'alive':
      case 'ready':
      case 'taken':
      case 'failed':
        break; // a sign of life, or an answer that was taken before
    }
  };

  const giveSign = (): void => {
    link.send({ kind: 'alive' });
    stopSigns = clock.setTimeout(giveSign, leaseMs / signsPerLease);
  };

  const sessions: EndingSession[] = [];
  const logOn = async () => {
    const session = await openSession({ purpose: `end of run ${request.run}` });
    sessions.push(session);
    return session;
  };
  const closeAll = async (): Promise<void> => {
    await Promise.all(sessions.splice(0).map((session) => session.close()));
  };

  /** The guard is lost: this process does what it would have done. */
  const endHere = async (): Promise<Omit<EndedBackupMode, 'fired'>> => {
    const overdue = awaited<never>();
    const stopAlarm = clock.setTimeout(
      () => overdue.reject(new Error(`END BACKUP could not be confirmed within ${overdueMs} ms`)),
      overdueMs,
    );
    try {
      const mode = await seen.promise;
      const scn =
        mode?.distinctScns === 1 && mode.lowestScn !== undefined && mode.lowestScn >= baseline
          ? mode.lowestScn
          : undefined;
      const { before, atMs } = await Promise.race([
        endUntilOver({
          hasBegun: begunAtMs !== undefined,
          ours: scn === undefined ? { fromScn: baseline } : { fromScn: scn, toScn: scn },
          purpose: guardPurpose(request.run),
          sessions: [request.fallback],
          openSession: logOn,
          beginMs,
          clock,
          onTrouble: (error) => log.warn({ cause: textOf(error) }, 'not out of backup mode yet'),
        }),
        overdue.promise,
      ]);
      return { before, hotWindowMs: begunAtMs === undefined ? 0 : atMs - begunAtMs };
    } catch (error) {
      isStuck = true;
      throw error;
    } finally {
      stopAlarm();
      await closeAll();
    }
  };

  watch();
  giveSign();
  link.receive(receive);
  void link.closed.then(lose);

  const release = async (): Promise<void> => {
    stopBudget();
    if (!isDone && !isStuck) {
      link.send({ kind: 'release' });
      // A guard that is gone holds nothing any more; one that cannot confirm END goes on alone.
      await released.promise.catch(() => undefined);
    }
    isDone = true;
    stopWatch();
    stopSigns();
    link.close();
    if (!isGuardLost || isStuck) return;
    isGuardLost = false;
    // A statement of its session may have outlived it, and with it the claim.
    const onTrouble = (error: unknown) =>
      log.warn({ cause: textOf(error) }, 'the sessions of the lost guard were not killed');
    await killSessions(guardPurpose(request.run), { openSession: logOn, clock, onTrouble });
    await closeAll();
  };

  return {
    claim,
    over: over.signal,
    seen: seen.promise,
    begin: async (baselineScn) => {
      baseline = baselineScn;
      link.send({ kind: 'begin', baselineScn });
      await begun.promise;
    },
    end: async () => {
      link.send({ kind: 'end' });
      try {
        return { ...(await ended.promise), fired };
      } catch (error) {
        if ((error as { outcome?: unknown }).outcome !== 'unknown') throw error;
        return { ...(await endHere()), fired };
      } finally {
        stopBudget();
      }
    },
    release,
    [Symbol.asyncDispose]: release,
  };
};

const firedText: Readonly<Record<FiredReason, string>> = {
  'owner-gone': 'the run was gone',
  'lease-missed': 'the run gave no sign of life',
  'budget-spent': 'the time allowed in backup mode was spent',
};
