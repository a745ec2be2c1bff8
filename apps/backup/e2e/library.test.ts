import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startTestbed } from '@orasync/testing';
import { expect, onTestFinished, test, vi } from 'vitest';

const packages = fileURLToPath(new URL('../../../packages/', import.meta.url));

/** A project where our packages are installed. */
const createProject = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'orasync-library-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  mkdirSync(join(directory, 'node_modules/@orasync'), { recursive: true });
  for (const each of ['core', 'infinibox-client', 'oracle-control', 'testing'])
    symlinkSync(join(packages, each), join(directory, 'node_modules/@orasync', each));
  return directory;
};

/** The example of a package's README, as a module of such a project. */
const writeExample = (name: string, before: string, after: string): string => {
  const readme = readFileSync(join(packages, name, 'README.md'), 'utf8');
  const [, example = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  expect(example).not.toBe('');
  // Node 20 has no `await using`: the test ends the process instead.
  const path = join(createProject(), 'example.mjs');
  writeFileSync(path, `${before}\n${example.replaceAll('await using ', 'const ')}\n${after}\n`);
  return path;
};

/** A testbed, and what the libraries need to reach it. */
const startWorld = async () => {
  const testbed = await startTestbed({ data: 1 });
  onTestFinished(() => testbed.close());
  const { infinibox, oracle } = testbed.address;
  const [user, password] = oracle.connect.split(/[/@]/);
  const logon = { kind: 'password', user, password, connectIdentifier: oracle.sid };
  return { testbed, settings: { ...infinibox, oracleHome: oracle.home, logon } };
};

test('the example of core’s README makes a complete backup with the three libraries', async () => {
  const { settings } = await startWorld();
  const before = `const { url, username, password, oracleHome, logon } = ${JSON.stringify(settings)};
    const { signal } = new AbortController();
    const none = () => undefined;
    const log = { debug: none, info: none, warn: none, error: none };`;
  const path = writeExample('core', before, 'console.log(report.state); process.exit(0);');
  const { stdout } = await promisify(execFile)(process.execPath, [path]);
  expect(stdout).toBe('complete\n');
});

test('the example of the testing package’s README starts a world', () => {
  const path = writeExample('testing', '', '');
  expect(execFileSync(process.execPath, [path], { encoding: 'utf8' })).toBe('true ORCL true\n');
});

test('a bracket of the library is ended by the guard that lies in its package when the program is killed', async () => {
  const { testbed, settings } = await startWorld();
  const { oracleHome, logon } = settings;
  const path = join(createProject(), 'program.mjs');
  writeFileSync(
    path,
    `import { createOracleControl } from '@orasync/oracle-control';
    const control = createOracleControl(${JSON.stringify({ oracleHome, logon })});
    const fallback = await control.openSession({ purpose: 'run of a library' });
    const { currentScn } = await fallback.readStatus();
    const opened = await control.openBracket({ run: 'library', budgetMs: 60000, fallback });
    await opened.bracket.begin(currentScn);
    console.log('begun');`,
  );
  const program = spawn(process.execPath, [path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const isActive = () => testbed.world.database.state.files.some(({ backup }) => backup.isActive);
  const [said] = (await once(program.stdout, 'data')) as [Buffer];
  expect(String(said)).toBe('begun\n');
  expect(isActive()).toBe(true);
  program.kill('SIGKILL');
  await vi.waitFor(() => expect(isActive()).toBe(false), { timeout: 10_000, interval: 20 });
  await vi.waitFor(() => expect(testbed.world.database.state.sessions).toEqual([]), { timeout: 10_000, interval: 20 });
});
