import type { Clock } from '@orasync/core';

/**
 * A process that can be killed or stopped at any moment, although all simulated processes share one real one: whatever
 * reaches it from outside (answers, timers, messages) passes here. A killed process hears of nothing any more; a stopped one
 * hears of all of it when it goes on.
 */
export interface SimulatedProcess {
  readonly clock: Clock;
  readonly isDead: boolean;
  /** What it asked for: settles as the work does, unless the process is dead by then. */
  ask<T>(work: () => Promise<T>): Promise<T>;
  /** Calls back as something from outside would. */
  deliver(callback: () => void): void;
  /** SIGKILL: the ends of pipes that it holds are closed, as `onDeath` was told. */
  kill(): void;
  onDeath(callback: () => void): void;
  /** SIGSTOP and SIGCONT. */
  stop(): void;
  goOn(): void;
}

export const createSimulatedProcess = (clock: Clock): SimulatedProcess => {
  let state: 'running' | 'stopped' | 'dead' = 'running';
  const waiting: (() => void)[] = [];
  const deaths: (() => void)[] = [];
  const deliver = (callback: () => void): void => {
    if (state === 'running') callback();
    else if (state === 'stopped') waiting.push(callback);
  };
  return {
    get isDead() {
      return state === 'dead';
    },
    clock: {
      now: () => clock.now(),
      setTimeout: (callback, delayMs) => {
        let isCancelled = false;
        const cancel = clock.setTimeout(() => deliver(() => void (isCancelled || callback())), delayMs);
        return () => {
          isCancelled = true;
          cancel();
        };
      },
      random: () => clock.random(),
    },
    ask: (work) =>
      new Promise((resolve, reject) => {
        if (state === 'dead') return;
        work().then(
          (value) => deliver(() => resolve(value)),
          (error: unknown) => deliver(() => reject(error)),
        );
      }),
    deliver,
    kill: () => {
      if (state === 'dead') return;
      state = 'dead';
      waiting.length = 0;
      for (const callback of deaths) callback();
    },
    onDeath: (callback) => void deaths.push(callback),
    stop: () => {
      if (state === 'running') state = 'stopped';
    },
    goOn: () => {
      if (state !== 'stopped') return;
      state = 'running';
      for (const callback of waiting.splice(0)) deliver(callback);
    },
  };
};
