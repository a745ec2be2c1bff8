import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { access, constants, mkdtemp, rm, stat } from 'node:fs/promises';
import type { Socket } from 'node:net';
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
  /** Ends what a sqlplus that has just exited left behind in its process group, in the same way. */
  endGroup(): Promise<void>;
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

/** Starts a sqlplus: `runSqlplus`, or whatever else makes one, on another host for example. */
export type StartSqlplus = (request: SqlplusRequest) => Promise<SqlplusProcess>;

const keptErrorOutput = 16_384;

/**
 * After sqlplus has exited, another process may still hold its pipes open: then nobody closes them but us.
 *
 * Source: sqlplus.md section 0.17.
 */
const drainMs = 250;

const missing = 'Set oracleHome to the ORACLE_HOME or Instant Client directory that holds sqlplus.';

/** `bin/sqlplus` of an ORACLE_HOME, or `sqlplus` of an Instant Client directory. */
const findSqlplus = async (oracleHome: string): Promise<string> => {
  const candidates = [join(oracleHome, 'bin', 'sqlplus'), join(oracleHome, 'sqlplus')];
  let unusable: SqlplusStartError | undefined;
  for (const command of candidates) {
    try {
      if ((await stat(command)).isDirectory()) {
        unusable ??= new SqlplusStartError(`${command} is a directory`, { command, hint: missing });
        continue;
      }
      await access(command, constants.X_OK);
      return command;
    } catch (cause) {
      if (!isMissing(cause)) unusable ??= denied(command, cause);
    }
  }
  const command = candidates.join(' or ');
  throw unusable ?? new SqlplusStartError(`There is no sqlplus at ${command}`, { command, hint: missing });
};

const denied = (command: string, cause: unknown): SqlplusStartError =>
  new SqlplusStartError(
    `${command} cannot be executed`,
    { command, hint: 'This account needs the right to execute it, and to search every directory above it.' },
    { cause },
  );

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
    return await startIn(await mkdtemp(join(tmpdir(), 'orasync-sqlplus-')), command, request);
  } catch (cause) {
    throw new SqlplusStartError(
      `${command} cannot be started`,
      { command, hint: 'Check that it is a program for this machine, and not one that its file system may not run.' },
      { cause },
    );
  }
};

/** Nothing depends on the directory any more; one that cannot be removed is no reason to fail. */
const remove = (directory: string): Promise<void> =>
  rm(directory, { recursive: true, force: true }).catch(() => undefined);

const startIn = async (directory: string, command: string, request: SqlplusRequest): Promise<SqlplusProcess> => {
  try {
    const child = spawn(command, request.arguments, {
      cwd: directory,
      env: { ...request.environment(directory) },
      detached: true,
      stdio: 'pipe',
    });
    const exited = untilExit(child, request.clock).then(async (exit) => {
      await remove(directory);
      return exit;
    });
    const pid = await new Promise<number>((resolve, reject) => {
      child.once('spawn', () => resolve(child.pid as number));
      child.once('error', reject);
    });
    return attach({ command, child, pid, exited }, request);
  } catch (error) {
    await remove(directory);
    throw error;
  }
};

interface Started {
  readonly command: string;
  readonly child: ChildProcessWithoutNullStreams;
  /** Of the process and of its group. */
  readonly pid: number;
  readonly exited: Promise<SqlplusExit>;
}

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
    // Emitted when a signal could not be sent, too, and then of no interest.
    child.on('error', () => undefined);
  });

const attach = (
  { command, child, pid, exited }: Started,
  { clock, killGraceMs }: Pick<SqlplusRequest, 'clock' | 'killGraceMs'>,
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
      // Its number may be somebody else's by now.
      if (!isRunning(child)) return void (await exited);
      for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
        // The group, because a local logon has a server process of its own below sqlplus.
        reachesGroup(pid, signal);
        if (await isSettledWithin(exited, killGraceMs, clock)) return endGroup(pid, killGraceMs, clock);
      }
    },
    endGroup: () => endGroup(pid, killGraceMs, clock),
    unref: () => {
      child.unref();
      for (const stream of [child.stdin, child.stdout, child.stderr] as Socket[]) stream.unref();
    },
  };
};

const isRunning = ({ exitCode, signalCode }: ChildProcessWithoutNullStreams): boolean =>
  exitCode === null && signalCode === null;

/**
 * Sends to a process group. As long as anything is left in it, its number is given to nobody else; what belongs to another
 * user cannot be ended from here and counts as nothing.
 *
 * @param signal  0 only looks.
 */
const reachesGroup = (groupId: number, signal: NodeJS.Signals | 0): boolean => {
  try {
    return process.kill(-groupId, signal);
  } catch {
    return false;
  }
};

const groupPollMs = 10;

/** Gives the group a while to go by itself, as the server process of a local logon does. */
const endGroup = async (pid: number, graceMs: number, clock: Clock): Promise<void> => {
  const rounds = [
    [0, drainMs],
    ['SIGTERM', graceMs],
    ['SIGKILL', drainMs],
  ] as const;
  for (const [signal, lastsMs] of rounds) {
    if (!reachesGroup(pid, signal)) return;
    for (let waitedMs = 0; waitedMs < lastsMs && reachesGroup(pid, 0); waitedMs += groupPollMs) {
      await new Promise<void>((resolve) => void clock.setTimeout(resolve, groupPollMs));
    }
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
