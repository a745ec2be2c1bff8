import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { createTestDatabase } from './database.test.fixture.js';
import { type ListeningSqlplus, type ListenSqlplusOptions, listenSqlplus } from './listen.js';

export const connectString = 'system/Fake-system-secret@ORCL';

interface Start {
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/**
 * The stand-in program, bundled from its source for the tests of one file, and real processes of it over databases that
 * end with each test.
 */
export const useStandIn = () => {
  let directory = '';
  const listening: ListeningSqlplus[] = [];
  const script = (): string => join(directory, 'sqlplus.mjs');

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'orasync-stand-in-'));
    const bundle = await rolldown({ input: fileURLToPath(new URL('./sqlplus.ts', import.meta.url)), platform: 'node' });
    await bundle.write({ file: script(), format: 'esm' });
    await bundle.close();
  });
  afterEach(async () => {
    for (const one of listening.splice(0)) await one.close();
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  const listen = async (
    options: Partial<ListenSqlplusOptions> = {},
    settings: Parameters<typeof createTestDatabase>[0] = {},
  ) => {
    const test = createTestDatabase(settings);
    const sqlplus = await listenSqlplus(test.database, { script: script(), ...options });
    listening.push(sqlplus);

    /** Starts `bin/sqlplus`, with an empty environment unless told otherwise. */
    const start = ({ args = ['-S', connectString], env = {}, cwd }: Start = {}) => {
      const child = spawn(join(sqlplus.home, 'bin', 'sqlplus'), args, { env, cwd, stdio: 'pipe' });
      const output = { stdout: '', stderr: '', chunks: 0 };
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        output.stdout += text;
        output.chunks += 1;
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        output.stderr += text;
      });
      child.stdin.on('error', () => {});
      const exited = new Promise<{ status: number | null; signal: string | null }>((resolve) => {
        child.on('exit', (status, signal) => resolve({ status, signal }));
      });
      const closed = new Promise<void>((resolve) => void child.on('close', () => resolve()));
      return { child, output, exited, closed };
    };

    /** Starts one, gives it all of its input, and waits for its end and for that of its output. */
    const run = async (lines: readonly string[], how: Start = {}) => {
      const { child, output, exited, closed } = start(how);
      child.stdin.end(lines.map((line) => `${line}\n`).join(''));
      await closed;
      return { ...(await exited), stdout: output.stdout, stderr: output.stderr, chunks: output.chunks };
    };
    return { ...test, sqlplus, start, run };
  };
  return { listen };
};
