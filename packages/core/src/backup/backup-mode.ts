import { outcomeOf } from '../errors.js';
import type { BackupMode, DatabaseSession } from '../ports.js';
import { type EndOptions, endBackupMode } from './end-backup-mode.js';
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

export interface BracketOptions extends EndOptions {
  /** The longest time from BEGIN's return until END is sent. */
  readonly budgetMs: number;
  /** Cancels the body. It never cancels END. */
  readonly signal: AbortSignal;
  /** Records a phase (`begin`, `snapshot`, `end`) as a step of the run. */
  readonly step: <U>(name: string, work: () => Promise<U>) => Promise<U>;
}

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
