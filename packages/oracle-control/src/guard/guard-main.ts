/**
 * The guard as a process. Wiring only: what it decides is in `keep`, what it does in `serveGuard`.
 *
 * `guard-main.js` is started by a run, with the pipe as descriptor 3. `guard-main.js COMMAND [argument …]` is the first
 * process of a container and parent of the run: it starts the command with such a pipe, passes signals on, and ends with
 * its status once no bracket is open any more.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { constants } from 'node:os';
import { systemClock } from '../clock.js';
import { createGuardLink } from './link-ends.js';
import { runGuard } from './run-guard.js';
import type { GuardLog } from './serve-guard.js';
import { guardDescriptor } from './start-guard.js';

const openLog = (file: string | undefined): GuardLog => {
  const write = (text: string): void => {
    if (file !== undefined) appendFileSync(file, text, { mode: 0o640 });
  };
  return (event, fields = {}) => {
    try {
      write(
        `${JSON.stringify({ time: new Date(systemClock.now()).toISOString(), pid: process.pid, event, ...fields })}\n`,
      );
    } catch {
      // A log that cannot be written must not keep END from being sent.
    }
  };
};

/** Serves one bracket after the other until the command has ended. */
const serveCommand = async (child: ChildProcess): Promise<void> => {
  const pipe = child.stdio[guardDescriptor];
  if (!(pipe instanceof Socket)) throw new Error('the run has no pipe');
  const link = createGuardLink(pipe);
  let isOpen = true;
  void link.closed.then(() => {
    isOpen = false;
  });
  while (isOpen) await runGuard(link, { openLog });
};

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const [command, ...args] = process.argv.slice(2);

if (command === undefined) {
  for (const signal of signals) process.on(signal, () => undefined);
  const link = createGuardLink(new Socket({ fd: guardDescriptor }));
  await runGuard(link, { openLog });
  link.close();
  await link.closed;
  process.exit(0);
}

const child = spawn(command, args, {
  stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
  env: { ...process.env, ORASYNC_GUARD_DESCRIPTOR: String(guardDescriptor) },
});
for (const signal of signals) process.on(signal, () => void child.kill(signal));
const exited = new Promise<number>((resolve) => {
  child.once('error', () => resolve(127));
  child.once('exit', (status, signal) => resolve(status ?? 128 + (signal === null ? 0 : constants.signals[signal])));
});
const [status] = await Promise.all([exited, serveCommand(child)]);
process.exit(status);
