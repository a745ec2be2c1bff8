import { setImmediate } from 'node:timers/promises';
import type { Clock } from './clock.js';

/** A clock that stands still until it is told to go on. */
export interface VirtualClock extends Clock {
  /** Moves the clock on and fires what falls due, in order; returns when nothing of it is left to be done. */
  advance(ms: number): Promise<void>;
}

/** Turns of the event loop that are given to what a timer set in motion, before the clock moves on. */
const turns = 5;

/**
 * @param startMs  Milliseconds since 1970, UTC.
 * @param seed     Chance is a fixed sequence that follows from it.
 */
export const createVirtualClock = (startMs: number, seed = 1): VirtualClock => {
  let nowMs = startMs;
  let state = seed;
  const timers = new Set<{ readonly dueMs: number; readonly callback: () => void }>();
  const settle = async () => {
    for (let turn = 0; turn < turns; turn += 1) await setImmediate();
  };
  return {
    now: () => nowMs,
    setTimeout: (callback, delayMs) => {
      const timer = { dueMs: nowMs + delayMs, callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    // A linear congruential generator: enough for jitter and ids that differ. Source: Numerical Recipes, "ranqd1".
    random: () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    },
    advance: async (ms) => {
      const untilMs = nowMs + ms;
      await settle();
      for (;;) {
        const [next] = [...timers].sort((a, b) => a.dueMs - b.dueMs);
        if (next === undefined || next.dueMs > untilMs) break;
        timers.delete(next);
        nowMs = next.dueMs;
        next.callback();
        await settle();
      }
      nowMs = untilMs;
      await settle();
    },
  };
};
