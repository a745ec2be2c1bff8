import { outcomeOf } from '../errors.js';
import type { Bracket, EndedBackupMode } from '../ports.js';
import { untilStopped } from './until-stopped.js';

/** How a pass through backup mode went. It never rejects: what became of the database comes first. */
export type Bracketed<T> =
  /** The database refused BEGIN; it was never in backup mode on our account. */
  | { readonly kind: 'refused'; readonly error: unknown }
  /** END failed or could not be confirmed within its limit. */
  | { readonly kind: 'stuck'; readonly error: unknown }
  /** Out of backup mode, confirmed by query. */
  | ({ readonly kind: 'ended'; readonly body: PromiseSettledResult<T> } & EndedBackupMode);

export interface BackupModeOptions {
  readonly bracket: Bracket;
  /** CURRENT_SCN just before: what began earlier is not ours to end. */
  readonly baselineScn: bigint;
  /** Cancels the body. It never cancels END. */
  readonly signal: AbortSignal;
  /** Records a phase (`begin`, `snapshot`, `end`) as a step of the run. */
  readonly step: <U>(name: string, work: () => Promise<U>) => Promise<U>;
}

const settle = async <T>(work: Promise<T>): Promise<PromiseSettledResult<T>> => (await Promise.allSettled([work]))[0];

/**
 * Puts the database into backup mode, runs `body`, and takes it out again: the one way in, and no way out that skips
 * END. END is attempted after every BEGIN that may have taken effect, and is not cancelled by what cancelled the body; a
 * definite refusal of BEGIN is never followed by END, because then the backup mode is somebody else's.
 *
 * @param body  Gets a signal that aborts when the run is cancelled or backup mode is over; END does not wait for it then.
 */
export const withBackupMode = async <T>(
  body: (window: AbortSignal) => Promise<T>,
  { bracket, baselineScn, signal, step }: BackupModeOptions,
): Promise<Bracketed<T>> => {
  const begun = await settle(step('begin', () => bracket.begin(baselineScn)));
  if (begun.status === 'rejected' && outcomeOf(begun.reason) === 'refused')
    return { kind: 'refused', error: begun.reason };
  const window = AbortSignal.any([signal, bracket.over]);
  const within = async (): Promise<T> => {
    window.throwIfAborted();
    return await step('snapshot', () => untilStopped(body(window), window));
  };
  const result = begun.status === 'rejected' ? begun : await settle(within());
  const ended = await settle(step('end', () => bracket.end()));
  return ended.status === 'rejected'
    ? { kind: 'stuck', error: ended.reason }
    : { kind: 'ended', body: result, ...ended.value };
};
