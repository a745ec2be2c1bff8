import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startTestbed, type Testbed, type TestbedOptions } from '@orasync/testing';
import { onTestFinished } from 'vitest';

/** How a program ended. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const script = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** A testbed, and an empty working directory to run the built program in; both are gone when the test is over. */
export const setUp = async (options: TestbedOptions = {}) => {
  const testbed = await startTestbed(options);
  const directory = mkdtempSync(join(tmpdir(), 'orasync-e2e-'));
  onTestFinished(async () => {
    await testbed.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const spawnBackup = (args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess =>
    spawn(process.execPath, [script, ...args], { cwd: directory, env: { PATH: process.env['PATH'], ...env } });
  const backup = (args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended> =>
    untilEnded(spawnBackup(args, env));
  const logFiles = () =>
    readdirSync(directory)
      .filter((name) => name.endsWith('.log'))
      .map((name) => ({ name, text: readFileSync(join(directory, name), 'utf8') }));
  return { testbed, directory, spawnBackup, backup, logFiles, activeFiles: () => activeFiles(testbed) };
};

export const untilEnded = (child: ChildProcess): Promise<Ended> => {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve) => void child.once('close', (status) => resolve({ status, stdout, stderr })));
};

const activeFiles = ({ world }: Testbed): number =>
  world.database.state.files.filter(({ backup }) => backup.isActive).length;

interface Process {
  readonly pid: number;
  readonly parentPid: number;
  /** Arguments and environment, separated by NUL. */
  readonly commandLine: string;
}

const readProcess = (pid: number): Process | undefined => {
  try {
    const [, , parentPid] = /^\d+ \(.*\) (\S) (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8') + readFileSync(`/proc/${pid}/environ`, 'utf8');
    return { pid, parentPid: Number(parentPid), commandLine };
  } catch {
    return undefined; // ended meanwhile
  }
};

/** A process and all that it started, directly or not, as `ps` would show them. */
export const familyOf = (pid: number): readonly Process[] => {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)));
  const processes = all.filter((each) => each !== undefined);
  const below = (parent: number): readonly Process[] =>
    processes.filter(({ parentPid }) => parentPid === parent).flatMap((child) => [child, ...below(child.pid)]);
  return [...processes.filter((each) => each.pid === pid), ...below(pid)];
};

/** The predecessor's eight variables for a testbed, with one volume per role. */
export const dropIn = ({ address }: Testbed): Record<string, string> => ({
  ORACLE_SERVER: 'ORCL',
  SQLPLUS_CONNECTION_STRING: address.oracle.connect,
  REPLICATED_DATA_VOLUMES: address.volumes.data[0] ?? '',
  REPLICATED_ARCHIVE_VOLUMES: address.volumes.archive[0] ?? '',
  SOURCE_INFINIBOX: address.infinibox.url,
  SOURCE_INFINIBOX_USER: address.infinibox.username,
  SOURCE_INFINIBOX_PASSWORD: address.infinibox.password,
  ORACLE_HOME: address.oracle.home,
});

/** Every snapshot on the array, by name. */
export const snapshotNames = async ({ address }: Testbed): Promise<readonly string[]> => {
  const { url, username, password } = address.infinibox;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const response = await fetch(`${url}/api/rest/volumes?type=SNAPSHOT&page_size=1000`, { headers: { authorization } });
  const { result } = (await response.json()) as { result: readonly { name: string }[] };
  return result.map(({ name }) => name).sort();
};
