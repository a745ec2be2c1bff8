import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Link } from './link.js';
import { createRunLink } from './link-ends.js';
import type { ToGuard, ToRun } from './messages.js';

/** The descriptor of the pipe between a run and its guard, in the process that was started. */
export const guardDescriptor = 3;

/**
 * Starts the guard in a session and process group of its own, so that no signal to those of the run reaches it, with an
 * environment built from nothing and no output of ours.
 *
 * @param program  Path of the guard's program; the one beside this file unless given.
 * @throws {Error} It cannot be started.
 */
export const spawnGuard = async (program: string | undefined): Promise<Link<ToRun, ToGuard>> => {
  const path = program ?? fileURLToPath(new URL('./guard-main.js', import.meta.url));
  const child = spawn(process.execPath, [path], {
    cwd: '/',
    env: { TMPDIR: tmpdir() },
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => reject(new Error('the guard of backup mode cannot be started', { cause })));
  });
  // Source: Node.js, child_process, `options.stdio`: 'pipe' beyond the first three makes a Socket.
  const pipe = child.stdio[guardDescriptor] as Socket;
  // It outlives this process when it must; while there is a bracket, the pipe keeps this process alive.
  child.unref();
  return createRunLink(pipe);
};

/**
 * The guard that started this process, with the pipe as this descriptor. Each bracket in turn uses it, so none closes it.
 *
 * @returns Takes the place of `spawnGuard`.
 */
export const inheritGuard = (descriptor: number): (() => Promise<Link<ToRun, ToGuard>>) => {
  const link = createRunLink(new Socket({ fd: descriptor }));
  return async () => ({ ...link, close: () => undefined });
};
