import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startTestbed } from '@orasync/testing';
import { expect, onTestFinished, test } from 'vitest';

const packages = fileURLToPath(new URL('../../../packages/', import.meta.url));

/** The example of a package's README, as a module in a project where our packages are installed. */
const writeExample = (name: string, before: string, after: string): string => {
  const directory = mkdtempSync(join(tmpdir(), 'orasync-library-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  mkdirSync(join(directory, 'node_modules/@orasync'), { recursive: true });
  for (const each of ['core', 'infinibox-client', 'oracle-control', 'testing'])
    symlinkSync(join(packages, each), join(directory, 'node_modules/@orasync', each));
  const readme = readFileSync(join(packages, name, 'README.md'), 'utf8');
  const [, example = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  expect(example).not.toBe('');
  // Node 20 has no `await using`: the test ends the process instead.
  const path = join(directory, 'example.mjs');
  writeFileSync(path, `${before}\n${example.replaceAll('await using ', 'const ')}\n${after}\n`);
  return path;
};

test('the example of core’s README makes a complete backup with the three libraries', async () => {
  const testbed = await startTestbed({ data: 1 });
  onTestFinished(() => testbed.close());
  const { infinibox, oracle } = testbed.address;
  const [user, password] = oracle.connect.split(/[/@]/);
  const settings = {
    ...infinibox,
    oracleHome: oracle.home,
    logon: { kind: 'password', user, password, connectIdentifier: oracle.sid },
  };
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
