import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestDatabase } from './database.test.fixture.js';
import { type ListeningSqlplus, type ListenSqlplusOptions, listenSqlplus } from './listen.js';

let directory = '';
let script = '';
const listening: ListeningSqlplus[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'orasync-listen-'));
  script = join(directory, 'sqlplus.mjs');
  const bundle = await rolldown({ input: fileURLToPath(new URL('./sqlplus.ts', import.meta.url)), platform: 'node' });
  await bundle.write({ file: script, format: 'esm' });
  await bundle.close();
});
afterEach(async () => {
  for (const one of listening.splice(0)) await one.close();
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const connect = 'system/Fake-system-secret@ORCL';

const listen = async (
  options: Partial<ListenSqlplusOptions> = {},
  settings: Parameters<typeof createTestDatabase>[0] = {},
) => {
  const test = createTestDatabase(settings);
  const sqlplus = await listenSqlplus(test.database, { script, ...options });
  listening.push(sqlplus);
  return { ...test, sqlplus };
};

/** Starts `bin/sqlplus` with an empty environment. */
const start = ({ home }: ListeningSqlplus, ...args: readonly string[]) => {
  const child = spawn(join(home, 'bin', 'sqlplus'), args, { env: {}, stdio: 'pipe' });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  child.stdin.on('error', () => {});
  const exited = new Promise<{ status: number | null; signal: string | null }>((resolve) => {
    child.on('close', (status, signal) => resolve({ status, signal }));
  });
  return { child, output, exited };
};

const run = async (sqlplus: ListeningSqlplus, args: readonly string[], input: string) => {
  const { child, output, exited } = start(sqlplus, ...args);
  child.stdin.end(input);
  return { ...(await exited), ...output };
};

describe('listenSqlplus', () => {
  it('begins backup mode for a script that sends one statement without newline', async () => {
    const { database, sqlplus } = await listen();
    const result = await run(sqlplus, ['-S', connect], 'alter database begin backup;');
    expect(result).toEqual({ status: 0, signal: null, stdout: '\nDatabase altered.\n\n', stderr: '' });
    expect(database.state.files.every(({ backup }) => backup.isActive)).toBe(true);
  });

  it('answers each command before the next is sent, so that a session can be driven over pipes', async () => {
    const { sqlplus } = await listen();
    const { child, output, exited } = start(sqlplus, '-S', '-L', '/nolog');
    for (const [line, answer] of [
      ['SET PAGESIZE 0 FEEDBACK OFF\nCONNECT system/"Fake-system-secret"@ORCL\nPROMPT one', 'one\n'],
      ['SELECT log_mode FROM v$database;\nPROMPT two', 'one\nARCHIVELOG\ntwo\n'],
    ] as const) {
      child.stdin.write(`${line}\n`);
      await vi.waitFor(() => expect(output.stdout).toBe(answer));
    }
    child.stdin.write('EXIT 3\n');
    expect(await exited).toEqual({ status: 3, signal: null });
  });

  it('records arguments and the names of the environment, and keeps the password out of the journal', async () => {
    const { journal, sqlplus } = await listen();
    await run(sqlplus, ['-S', connect], 'select 1 from dual;\n');
    expect(sqlplus.arguments).toEqual([['-S', connect]]);
    expect(sqlplus.environments.flat()).not.toContain('HOME');
    expect(journal.entries.map(({ what }) => what)).toEqual(['CONNECT system@ORCL', 'select 1 from dual']);
    expect(JSON.stringify(journal.entries)).not.toContain('Fake');
  });

  it('gives each client a session of its own', async () => {
    const { database, sqlplus } = await listen();
    const clients = [start(sqlplus, '-S', connect), start(sqlplus, '-S', connect)];
    await vi.waitFor(() => expect(database.state.sessions).toHaveLength(2), { timeout: 10_000 });
    for (const { child } of clients) child.stdin.end();
    await Promise.all(clients.map(({ exited }) => exited));
    expect(database.state.sessions).toEqual([]);
  });

  it('finishes a BEGIN whose client was killed', async () => {
    const { database, journal, sqlplus } = await listen();
    journal.hold({ match: 'BEGIN BACKUP', when: 'before' });
    const { child, exited } = start(sqlplus, '-S', connect);
    child.stdin.write('alter database begin backup;\nalter system switch logfile;\n');
    await journal.waitFor(({ held }) => held === 'before');
    child.kill('SIGKILL');
    await exited;
    await vi.waitFor(() => expect(sqlplus.clientCount()).toBe(0));
    expect(database.state.files.some(({ backup }) => backup.isActive)).toBe(false);
    journal.release('BEGIN BACKUP');
    await journal.waitFor(({ what, outcome }) => /begin backup/i.test(what) && outcome === 'ok');
    expect(database.state.files.every(({ backup }) => backup.isActive)).toBe(true);
    await vi.waitFor(() => expect(database.state.sessions).toEqual([]));
    expect(journal.entries).toHaveLength(2);
  });

  it('dies like a killed process when a fault says so', async () => {
    const { faults, sqlplus } = await listen();
    faults.inject({ match: 'end backup', action: { kind: 'die', when: 'before' } });
    const result = await run(sqlplus, ['-S', connect], 'alter database end backup;\n');
    expect(result).toEqual({ status: null, signal: 'SIGKILL', stdout: '', stderr: '' });
  });

  it('fails loudly on a statement that is not modelled', async () => {
    const { sqlplus } = await listen();
    const result = await run(sqlplus, ['-S', connect], 'drop table precious;\n');
    expect(result).toMatchObject({ status: 70, stdout: '', stderr: expect.stringContaining('not modelled') });
  });

  it('cuts output into pieces without losing a byte', async () => {
    const { sqlplus } = await listen({ pieceBytes: 1 });
    const result = await run(sqlplus, ['-S', connect], 'PROMPT größer als ein Byte\n');
    expect(result.stdout).toBe('größer als ein Byte\n');
  });

  it('waits once per logon and once per statement', async () => {
    const { sqlplus } = await listen({ latencyMs: 60 });
    const startedAt = performance.now();
    await run(sqlplus, ['-S', connect], 'select 1 from dual;\nselect 2 from dual;\nPROMPT free\n');
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(180);
  });

  it('runs glogin.sql after the logon', async () => {
    const { sqlplus } = await listen({ glogin: ['PROMPT noise'] });
    const result = await run(sqlplus, ['-S', '/nolog'], `PROMPT before\nCONNECT ${connect}\nPROMPT after\n`);
    expect(result.stdout).toBe('before\nnoise\nafter\n');
  });

  it('prints what kept it from starting on the stream where it belongs', async () => {
    const { sqlplus } = await listen({ startFailure: 'library' });
    expect(await run(sqlplus, ['-V'], '')).toMatchObject({
      status: 127,
      stdout: '',
      stderr: expect.stringContaining('libsqlplus.so'),
    });
  });

  it('ends running clients when it closes', async () => {
    const { database, sqlplus } = await listen();
    const { exited } = start(sqlplus, '-S', connect);
    await vi.waitFor(() => expect(database.state.sessions).toHaveLength(1), { timeout: 10_000 });
    await sqlplus.close();
    listening.splice(0);
    expect(await exited).toEqual({ status: 1, signal: null });
  });

  it('says that the testbed is gone when a client starts too late', async () => {
    const { sqlplus } = await listen();
    await sqlplus.close();
    listening.splice(0);
    await mkdir(join(directory, 'bin'), { recursive: true });
    const program = join(directory, 'bin', 'sqlplus');
    await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' '${script}' '${join(directory, 'gone')}' "$@"\n`, {
      mode: 0o755,
    });
    const late = {
      home: directory,
      environments: [],
      arguments: [],
      clients: [],
      clientCount: () => 0,
      close: async () => {},
    };
    expect(await run(late, [], '')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('the testbed is not there'),
    });
  });
});
