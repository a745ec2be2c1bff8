import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

/** The built program. */
export const runScript = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** The guard's, which lies beside it in the bundle. */
export const guardScript = fileURLToPath(new URL('../dist/guard-main.js', import.meta.url));

/**
 * A testbed, and an empty working directory to run the built program in; both are gone when the test is over, with every
 * process that it left.
 *
 * @param onFinished  The one of the test's context, for tests that run at the same time as others.
 */
export const setUp = async (options: TestbedOptions = {}, onFinished = onTestFinished) => {
  const testbed = await startTestbed(options);
  const directory = mkdtempSync(join(tmpdir(), 'orasync-e2e-'));
  const temporary = mkdtempSync(join(tmpdir(), 'orasync-e2e-tmp-'));
  /** What runs on account of this test: these paths are in the environment of the guard and on the command line of sqlplus. */
  const remaining = () =>
    allProcesses().filter(({ commandLine }) =>
      [temporary, testbed.address.oracle.home].some((path) => commandLine.includes(path)),
    );
  onFinished(async () => {
    for (const { pid } of remaining()) killHard(pid);
    await testbed.close();
    for (const path of [directory, temporary]) rmSync(path, { recursive: true, force: true });
  });
  const start = (command: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess =>
    spawn(process.execPath, command, {
      cwd: directory,
      env: { PATH: process.env['PATH'], TMPDIR: temporary, ...env },
    });
  const spawnBackup = (args: readonly string[], env?: Readonly<Record<string, string>>): ChildProcess =>
    start([runScript, ...args], env);
  const backup = (args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended> =>
    untilEnded(spawnBackup(args, env));
  const logFiles = () =>
    readdirSync(directory)
      .filter((name) => name.endsWith('.log'))
      .map((name) => ({ name, text: readFileSync(join(directory, name), 'utf8') }));
  /** The ready configuration with further lines for `oracle.limits`, and with a budget. */
  const writeConfig = (limits: Readonly<Record<string, number>>, budget: string): string => {
    const path = join(directory, 'impatient.yaml');
    const ready = readFileSync(testbed.address.config, 'utf8');
    const written = ready
      .replace(/( +)connectIdentifier: .*/, `$&\n$1limits: ${JSON.stringify(limits)}`)
      .replace(/( +)targets:/, `$1budget: ${budget}\n$&`);
    writeFileSync(path, written);
    return path;
  };
  return {
    testbed,
    directory,
    start,
    spawnBackup,
    backup,
    logFiles,
    remaining,
    writeConfig,
    activeFiles: () => activeFiles(testbed),
  };
};

/** What `setUp` gives. */
export type Context = Awaited<ReturnType<typeof setUp>>;

const killHard = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
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

const allProcesses = (): readonly Process[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((each) => each !== undefined);

/** A process and all that it started, directly or not, as `ps` would show them. */
export const familyOf = (pid: number): readonly Process[] => {
  const processes = allProcesses();
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
