import type { Clock } from './ports.js';

/** The machine's own clock: what a program injects. Nothing else in this package takes time or chance from the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, delayMs) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};
