import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { access, constants, mkdtemp, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from './clock.js';
import { SqlplusStartError } from './errors.js';

/** How a process ended: by itself with a status, or by a signal. */
export interface SqlplusExit {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One running sqlplus. */
export interface SqlplusProcess {
  readonly command: string;
  /** Sets what reads stdout: decoded text, in pieces cut anywhere. Output that came before is kept for it. */
  read(onOutput: (text: string) => void): void;
  /** Input for a process that has ended is dropped; `exited` tells. */
  write(text: string): void;
  /** End of file: sqlplus finishes the running statement, then ends by itself. */
  endInput(): void;
  /** Settles once the process has ended and its output has been read; never rejects. */
  readonly exited: Promise<SqlplusExit>;
  /** What came on stderr: dynamic loader and client library write there, sqlplus itself does not. */
  errorOutput(): string;
  /** SIGTERM to the process group, SIGKILL after a grace; resolves when it is gone, or cannot be made to go. */
  kill(): Promise<void>;
  /** Lets this program end although the process still runs. */
  unref(): void;
}

/** What to run, and how. */
export interface SqlplusRequest {
  readonly oracleHome: string;
  readonly arguments: readonly string[];
  /** The whole environment, given the private directory that sqlplus runs in. */
  readonly environment: (directory: string) => Readonly<Record<string, string>>;
  readonly killGraceMs: number;
  readonly clock: Clock;
}

const keptErrorOutput = 16_384;

/**
 * After sqlplus has exited, another process may still hold its pipes open: then nobody closes them but us.
 *
 * Source: sqlplus.md section 0.17.
 */
const drainMs = 250;

/** `bin/sqlplus` of an ORACLE_HOME, or `sqlplus` of an Instant Client directory. */
const findSqlplus = async (oracleHome: string): Promise<string> => {
  const candidates = [join(oracleHome, 'bin', 'sqlplus'), join(oracleHome, 'sqlplus')];
  let denied: { readonly command: string; readonly cause: unknown } | undefined;
  for (const command of candidates) {
    try {
      await access(command, constants.X_OK);
      return command;
    } catch (cause) {
      if (!isMissing(cause)) denied ??= { command, cause };
    }
  }
  const command = denied?.command ?? candidates.join(' or ');
  throw new SqlplusStartError(
    denied === undefined ? `There is no sqlplus at ${command}` : `${command} cannot be executed`,
    { command, hint: 'Set oracleHome to the ORACLE_HOME or Instant Client directory that holds sqlplus.' },
    { cause: denied?.cause },
  );
};

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

/**
 * Starts sqlplus in a process group of its own, so that a Ctrl-C in the terminal cannot reach it, and in an empty
 * private directory, where older releases look for login.sql.
 *
 * @throws {SqlplusStartError} No such program, or it cannot be executed.
 */
export const runSqlplus = async (request: SqlplusRequest): Promise<SqlplusProcess> => {
  const command = await findSqlplus(request.oracleHome);
  try {
    const directory = await mkdtemp(join(tmpdir(), 'orasync-sqlplus-'));
    const child = spawn(command, request.arguments, {
      cwd: directory,
      env: { ...request.environment(directory) },
      detached: true,
      stdio: 'pipe',
    });
    const exited = untilExit(child, request.clock).then(async (exit) => {
      // Nothing depends on the directory any more; one that cannot be removed is no reason to fail.
      await rm(directory, { recursive: true, force: true }).catch(() => undefined);
      return exit;
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    return attach(command, child, exited, request);
  } catch (cause) {
    throw new SqlplusStartError(
      `${command} cannot be started`,
      { command, hint: 'Check that it is a program for this machine and that this account may run it.' },
      { cause },
    );
  }
};

/** Settles on exit and end of output, or a while after exit when something else keeps the pipes open. */
const untilExit = (child: ChildProcessWithoutNullStreams, clock: Clock): Promise<SqlplusExit> =>
  new Promise((resolve) => {
    let exit: SqlplusExit = { status: null, signal: null };
    child.once('exit', (status, signal) => {
      exit = { status, signal };
      const giveUp = () => {
        for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
      };
      // Twice, so that output which waited for a busy program is read in between.
      let cancel = clock.setTimeout(() => {
        cancel = clock.setTimeout(giveUp, drainMs);
      }, drainMs);
      child.once('close', () => cancel());
    });
    child.once('close', () => resolve(exit));
    // Emitted without a process when it could not be started, and with one when a signal could not be sent.
    child.on('error', () => {
      if (child.pid === undefined) resolve(exit);
    });
  });

const attach = (
  command: string,
  child: ChildProcessWithoutNullStreams,
  exited: Promise<SqlplusExit>,
  { clock, killGraceMs }: SqlplusRequest,
): SqlplusProcess => {
  let errorOutput = '';
  child.stdout.setEncoding('utf8');
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errorOutput = (errorOutput + text).slice(-keptErrorOutput);
  });
  // EPIPE after the process has ended; `exited` says the same with a reason.
  child.stdin.on('error', () => undefined);
  return {
    command,
    exited,
    read: (onOutput) => void child.stdout.on('data', onOutput),
    write: (text) => {
      if (child.stdin.writable) child.stdin.write(text);
    },
    endInput: () => void child.stdin.end(),
    errorOutput: () => errorOutput,
    kill: async () => {
      for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
        signalGroup(child, signal);
        if (await isSettledWithin(exited, killGraceMs, clock)) return;
      }
    },
    unref: () => {
      child.unref();
      for (const stream of child.stdio) if (stream instanceof Socket) stream.unref();
    },
  };
};

/** The group, because a local logon has a server process of its own below sqlplus. */
const signalGroup = (child: ChildProcessWithoutNullStreams, signal: NodeJS.Signals): void => {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // EPERM when a member of the group belongs to another user, ESRCH when it is just gone: then sqlplus alone.
    child.kill(signal);
  }
};

/** Whether a promise that never rejects settles within a time. */
export const isSettledWithin = async (promise: Promise<unknown>, timeoutMs: number, clock: Clock): Promise<boolean> => {
  let cancel = () => {};
  const expired = new Promise<false>((resolve) => {
    cancel = clock.setTimeout(() => resolve(false), timeoutMs);
  });
  const isSettled = await Promise.race([promise.then(() => true), expired]);
  cancel();
  return isSettled;
};
