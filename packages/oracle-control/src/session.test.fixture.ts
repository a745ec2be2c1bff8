import type { Clock } from './clock.js';
import type { SqlplusExit, SqlplusProcess } from './run-sqlplus.js';

/** Time stands still until `pass` is called. */
export const createManualClock = () => {
  let now = 0;
  const timers = new Map<object, { at: number; callback: () => void }>();
  const clock: Clock = {
    now: () => now,
    setTimeout: (callback, delayMs) => {
      const timer = { at: now + delayMs, callback };
      timers.set(timer, timer);
      return () => timers.delete(timer);
    },
    random: () => 0,
  };
  const pass = (ms: number) => {
    now += ms;
    for (const [key, { at, callback }] of timers) {
      if (at > now) continue;
      timers.delete(key);
      callback();
    }
  };
  return { clock, pass };
};

/** A process that does what the test says. */
export const createProcess = ({ diesOnKill = true, diesOnEof = true } = {}) => {
  const events: string[] = [];
  let print: (text: string) => void = () => {};
  let errorOutput = '';
  let exit: (how: SqlplusExit) => void = () => {};
  const exited = new Promise<SqlplusExit>((resolve) => {
    exit = resolve;
  });
  const process: SqlplusProcess = {
    command: '/o/bin/sqlplus',
    exited,
    read: (onOutput) => {
      print = onOutput;
    },
    write: (text) => void events.push(`write ${text}`),
    endInput: () => {
      events.push('end of input');
      if (diesOnEof) exit({ status: 0, signal: null });
    },
    errorOutput: () => errorOutput,
    kill: async () => {
      events.push('kill');
      if (diesOnKill) exit({ status: null, signal: 'SIGTERM' });
    },
    endGroup: async () => void events.push('end of group'),
    unref: () => void events.push('unref'),
  };
  return {
    process,
    events,
    exit,
    print: (text: string) => print(text),
    complain: (text: string) => {
      errorOutput = text;
    },
  };
};
