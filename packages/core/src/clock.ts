import type { Clock } from './ports.js';

/**
 * The machine's own clock: what a program injects. Nothing else in this package takes time or chance from the machine. It
 * starts at the wall clock and never jumps, so that a corrected wall clock neither shortens nor stretches a time limit.
 */
export const systemClock: Clock = {
  now: () => Math.floor(performance.timeOrigin + performance.now()),
  setTimeout: (callback, delayMs) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};
