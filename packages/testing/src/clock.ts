/** Time as the simulated world sees it; the same shape as the clients' and core's clock. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Calls back once after `delayMs`; the result cancels it. */
  setTimeout(callback: () => void, delayMs: number): () => void;
  /** In [0, 1). */
  random(): number;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, delayMs) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

/** Resolves after `delayMs` of this clock; at once for 0. */
export const delay = (clock: Clock, delayMs: number): Promise<void> =>
  delayMs > 0 ? new Promise((resolve) => void clock.setTimeout(resolve, delayMs)) : Promise.resolve();
