import { execFile } from 'node:child_process';
import type { Answer, Clock } from '@orasync/core';

/** What to run on the host. */
export interface HostCommand {
  readonly program: string;
  readonly arguments: readonly string[];
  /** What was printed counts although the status says that a part failed, as of files that are not there. */
  readonly isPartFine?: true;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs a command that changes nothing. Never rejects: what went wrong is the answer. */
export type RunHostCommand = (command: HostCommand) => Promise<Answer>;

/** Nothing of ours may be found by a PATH that somebody else can change, and cron's has no sbin. */
const searchPath = '/usr/sbin:/usr/bin:/sbin:/bin';

const commandLimitMs = 10_000;
const outputLimitBytes = 64 * 1024 * 1024;

const failed = (reason: string): Answer => ({ kind: 'failed', reason });

/**
 * Runs commands without a shell, in English, each within ten seconds and all of them until `budgetMs` is spent. One that
 * hangs in the kernel, as on a dead NFS server, is left behind.
 */
export const createHostRunner = (clock: Clock, budgetMs: number): RunHostCommand => {
  const endsAt = clock.now() + budgetMs;
  return ({ program, arguments: args, isPartFine, environment }) => {
    const limitMs = Math.min(commandLimitMs, endsAt - clock.now());
    if (limitMs <= 0) return Promise.resolve(failed(`${program} was not run: the commands before it took too long`));
    return new Promise((resolve) => {
      const options = {
        cwd: '/',
        env: { PATH: searchPath, LC_ALL: 'C', ...environment },
        maxBuffer: outputLimitBytes,
      };
      const child = execFile(program, [...args], options, (error, stdout, stderr) => {
        cancel();
        if (error === null || (isPartFine === true && typeof error.code === 'number'))
          return resolve({ kind: 'output', text: stdout });
        resolve(failed(whyFailed(program, error.code, stderr)));
      });
      const cancel = clock.setTimeout(() => {
        child.kill('SIGKILL');
        child.unref();
        for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
        resolve(failed(`${program} took longer than ${limitMs / 1000} s`));
      }, limitMs);
    });
  };
};

const whyFailed = (program: string, code: string | number | null | undefined, stderr: string): string => {
  if (code === 'ENOENT') return `${program} is not installed`;
  if (code === 'EACCES') return `${program} may not be run by this account`;
  const [line = ''] = stderr.trim().split('\n', 1);
  return line === '' ? `${program} failed (${code ?? 'killed'})` : line;
};
