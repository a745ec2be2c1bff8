import { isPauseOver } from './call.js';
import type { Clock } from './clock.js';
import { type FailedCall, InfiniboxError, InfiniboxOutcomeUnknownError } from './errors.js';

/** A write that makes objects, and how to find them when its answer gets lost. */
export interface FindableWrite<Found extends { readonly id: number }, Result> {
  readonly call: FailedCall;
  /** Makes the call, once. */
  readonly send: () => Promise<Result>;
  /** Lists what may be of this call. Also read beforehand, so that what was there already is never taken for its work. */
  readonly look: () => AsyncIterable<Found>;
  /** Makes the answer of what has appeared since; `undefined` when it is not all, or not for sure. */
  readonly recognise: (appeared: readonly Found[]) => Result | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Sends a write and, when its answer gets lost, finds out what it did. Never sends it twice. */
export type Settle = <Found extends { readonly id: number }, Result>(
  write: FindableWrite<Found, Result>,
) => Promise<Result>;

/** Before each look: a request that was under way when its connection broke may still take effect. */
const pausesMs = [0, 500, 2_000];

const collect = async <T>(items: AsyncIterable<T>): Promise<readonly T[]> => {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
};

/**
 * Creates what settles lost answers.
 *
 * @throws {InfiniboxOutcomeUnknownError} from the result: nothing was found, or not everything, or it could not be looked for.
 */
export const createSettle =
  (clock: Clock): Settle =>
  async (write) => {
    const { call, send, look, recognise, signal } = write;
    const before = new Set((await collect(look())).map(({ id }) => id));
    let lost: InfiniboxError;
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof InfiniboxError) || error.outcome !== 'unknown') throw error;
      lost = error;
    }
    let found: readonly number[] = [];
    let trouble = 'what it makes was not found, or not all of it';
    for (const pauseMs of pausesMs) {
      if (!(await isPauseOver(clock, pauseMs, signal))) break;
      try {
        const appeared = (await collect(look())).filter(({ id }) => !before.has(id));
        const result = recognise(appeared);
        if (result !== undefined) return result;
        found = appeared.map(({ id }) => id);
      } catch (error) {
        if (!(error instanceof InfiniboxError)) throw error;
        trouble = `looking for what it makes failed (${error.message})`;
      }
    }
    throw new InfiniboxOutcomeUnknownError(call, `${trouble}, after ${lost.message}`, found, { cause: lost });
  };
