import { type Clock, delay } from '../clock.js';
import type { Faults } from '../faults.js';
import type { Journal, JournalEntry } from '../journal.js';
import { type Answer, ArrayRefusal } from './answer.js';
import { brokenAnswer, type Garbage, htmlPage } from './garbage.js';

/** How a call left the array. */
export type Departure =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'refusal'; readonly refusal: ArrayRefusal; readonly retryAfterSeconds?: number | undefined }
  /** An injected answer that is not what the array would say. */
  | ({ readonly kind: 'garbage' } & Garbage)
  /** No answer: the connection is cut, or the caller went away while it waited for one. */
  | { readonly kind: 'cut' };

/** One call as the journal shows it. */
interface GatedCall {
  /** `POST /api/rest/volumes/group_snapshot`. */
  readonly what: string;
  /** Query and body, without secrets. */
  readonly detail: Readonly<Record<string, unknown>>;
  /** Aborted when the caller no longer waits. Ends a hang; an effect on its way still comes to pass. */
  readonly signal?: AbortSignal | undefined;
}

/** The one way into the array: through the journal, its holds, and the faults. */
export type Gate = (call: GatedCall, effect: () => Answer) => Promise<Departure>;

const untilAborted = (signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted === true) resolve();
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });

const attempt = (effect: () => Answer): Departure => {
  try {
    return { kind: 'answer', answer: effect() };
  } catch (error) {
    if (error instanceof ArrayRefusal) return { kind: 'refusal', refusal: error };
    throw error;
  }
};

const outcomeOf = (departure: Departure): string => {
  switch (departure.kind) {
    case 'answer':
      return String(departure.answer.status);
    case 'refusal':
      return String(departure.refusal.status);
    case 'garbage':
      return String(departure.status);
    case 'cut':
      return 'no answer';
  }
};

/**
 * @param onCall  Runs just before each effect, in the same turn: lets the simulated database do work at that instant.
 */
export const createGate = (options: {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly onCall?: (() => void) | undefined;
}): Gate => {
  const { clock, journal, faults, onCall } = options;

  const meetFault = async (call: GatedCall, entry: JournalEntry, effect: () => Answer): Promise<Departure> => {
    const fault = faults.take(call.what);
    const take = async (): Promise<Departure> => {
      onCall?.();
      const departure = attempt(effect);
      await journal.passHold(entry, 'after');
      return departure;
    };
    switch (fault?.kind) {
      case undefined:
        return take();
      case 'refuse':
        return {
          kind: 'refusal',
          refusal: new ArrayRefusal(fault.status, fault.code, fault.message),
          retryAfterSeconds: fault.retryAfterSeconds,
        };
      case 'garbage':
        return { ...fault, isCutShort: false };
      case 'html':
        return { kind: 'garbage', ...htmlPage(fault.status) };
      case 'malformed':
      case 'wrongTypes':
      case 'truncate': {
        const departure = await take();
        return departure.kind === 'answer'
          ? { kind: 'garbage', ...brokenAnswer(departure.answer, fault.kind) }
          : departure;
      }
      case 'reset':
        if (fault.when === 'after') await take();
        return { kind: 'cut' };
      case 'hang':
        if (fault.when === 'after') await take();
        await untilAborted(call.signal);
        return { kind: 'cut' };
      case 'delay': {
        if (fault.when === 'before') await delay(clock, fault.ms);
        const departure = await take();
        if (fault.when === 'after') await delay(clock, fault.ms);
        return departure;
      }
      case 'error':
      case 'lose':
      case 'die':
        throw new TypeError(`a fault of kind '${fault.kind}' belongs to the database, not to '${call.what}'`);
    }
  };

  return async (call, effect) => {
    const entry = journal.open({ side: 'array', what: call.what, detail: call.detail });
    try {
      await journal.passHold(entry, 'before');
      const departure = await meetFault(call, entry, effect);
      journal.close(entry, outcomeOf(departure));
      return departure;
    } catch (error) {
      journal.close(entry, `failed: ${String(error)}`);
      throw error;
    }
  };
};
