import { readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from './clock.js';
import { SqlplusStartError } from './errors.js';
import { runSqlplus, type SqlplusProcess } from './run-sqlplus.js';

const homes: string[] = [];
afterEach(async () => {
  for (const home of homes.splice(0)) await rm(home, { recursive: true });
});

/** An ORACLE_HOME whose sqlplus is this shell script. */
const createHome = async (script: string, { file = 'bin/sqlplus', mode = 0o755 } = {}) => {
  const home = await mkdtemp(join(tmpdir(), 'orasync-home-'));
  homes.push(home);
  await mkdir(join(home, 'bin'));
  await writeFile(join(home, file), `#!/bin/sh\n${script}\n`);
  await chmod(join(home, file), mode);
  return home;
};

const run = (oracleHome: string, clock = systemClock) =>
  runSqlplus({
    oracleHome,
    arguments: ['-S', '-L', '/nolog'],
    environment: (directory) => ({ HOME: directory, PATH: '/usr/bin:/bin', MARK: 'Ä' }),
    killGraceMs: 200,
    clock,
  });

/** Whether a process runs; one that has ended and waits for its parent does not. */
const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

/** What it prints until `enough`, or until it ends. */
const printed = (process: SqlplusProcess, enough: (output: string) => boolean = () => false): Promise<string> =>
  new Promise((resolve) => {
    let output = '';
    process.read((text) => {
      output += text;
      if (enough(output)) resolve(output);
    });
    void process.exited.then(() => resolve(output));
  });

describe('running sqlplus', () => {
  it('gives it these arguments and this environment and nothing else', async () => {
    const home = await createHome('echo "$@"; env | sort');
    const output = await printed(await run(home));
    const [argumentLine, ...environment] = output.trimEnd().split('\n');
    expect(argumentLine).toBe('-S -L /nolog');
    const names = environment
      .map((line) => line.split('=')[0])
      .filter((name) => !/^(PWD|SHLVL|_|OLDPWD)$/.test(name ?? ''));
    expect(names).toEqual(['HOME', 'MARK', 'PATH']);
  });

  it('runs it in a private empty directory that is gone afterwards', async () => {
    const home = await createHome('pwd; ls -A; ls -ld . | cut -c1-10');
    const child = await run(home);
    const [directory = '', permissions] = (await printed(child)).trimEnd().split('\n');
    expect(permissions).toBe('drwx------');
    await child.exited;
    await expect(stat(directory)).rejects.toThrow('ENOENT');
  });

  it('takes input and decodes output, however the bytes are cut', async () => {
    const home = await createHome(`read line; printf '\\303'; printf '\\204%s\\n' "$line"`);
    const child = await run(home);
    child.write('hello\n');
    await expect(printed(child)).resolves.toBe('Ähello\n');
    await expect(child.exited).resolves.toEqual({ status: 0, signal: null });
  });

  it('finds the sqlplus of an Instant Client directory', async () => {
    const home = await createHome('echo instant', { file: 'sqlplus' });
    await expect(printed(await run(home))).resolves.toBe('instant\n');
  });

  it('says where it looked when there is none', async () => {
    const home = await createHome('', { file: 'other' });
    await expect(run(home)).rejects.toThrow(SqlplusStartError);
    await expect(run(home)).rejects.toMatchObject({
      code: 'SQLPLUS_START',
      message: expect.stringContaining('bin/sqlplus'),
    });
  });

  it('says so when it may not be executed', async () => {
    const home = await createHome('', { mode: 0o644 });
    await expect(run(home)).rejects.toMatchObject({
      command: join(home, 'bin/sqlplus'),
      message: expect.stringContaining('cannot be executed'),
    });
  });

  it('says so when it is a directory', async () => {
    const home = await createHome('', { file: 'other' });
    await mkdir(join(home, 'bin/sqlplus'));
    await expect(run(home)).rejects.toMatchObject({
      message: expect.stringMatching(/bin\/sqlplus is a directory$/),
      hint: expect.stringContaining('oracleHome'),
    });
  });

  it('says so when it may not even be looked for', async () => {
    const home = await createHome('');
    await rm(join(home, 'bin'), { recursive: true });
    await symlink('bin', join(home, 'bin'));
    await expect(run(home)).rejects.toMatchObject({
      command: join(home, 'bin/sqlplus'),
      message: expect.stringContaining('cannot be executed'),
    });
  });

  it('says so when it cannot be started', async () => {
    const home = await createHome('');
    await writeFile(join(home, 'bin/sqlplus'), '#!/nowhere/interpreter\n');
    await expect(run(home)).rejects.toMatchObject({ message: expect.stringContaining('cannot be started') });
  });

  it('keeps what came on stderr, the end of it when it is long', async () => {
    const home = await createHome(
      'i=0; while [ $i -lt 3000 ]; do echo 0123456789 >&2; i=$((i+1)); done; echo last >&2; exit 127',
    );
    const child = await run(home);
    child.read(() => {});
    await expect(child.exited).resolves.toEqual({ status: 127, signal: null });
    expect(child.errorOutput()).toMatch(/last\n$/);
    expect(child.errorOutput()).toHaveLength(16_384);
  });

  it('does not mind input for a process that has ended', async () => {
    const home = await createHome('exec 0<&-; echo ready; exit 3');
    const child = await run(home);
    child.read(() => {});
    child.write('x'.repeat(200_000));
    await child.exited;
    child.write('more');
    child.endInput();
    await expect(child.exited).resolves.toMatchObject({ status: 3 });
  });

  it('sees the end although another process still holds the output', async () => {
    const home = await createHome('sleep 60 & echo $!; exit 0');
    const child = await run(home);
    const output = await printed(child);
    await expect(child.exited).resolves.toEqual({ status: 0, signal: null });
    await child.endGroup();
    expect(isAlive(Number(output))).toBe(false);
  });

  it.each([
    ['goes at SIGTERM', 'sleep 60'],
    ['ignores SIGTERM', `sh -c 'trap "" TERM; echo $$; while :; do sleep 1; done'`],
    ['holds no pipe', 'sleep 60 </dev/null >/dev/null 2>&1'],
  ])('ends what it left behind: one that %s', async (_, command) => {
    const home = await createHome(`${command} & echo $!; exit 0`);
    const child = await run(home);
    const output = await printed(child, (text) => text.includes('\n'));
    await child.exited;
    await child.endGroup();
    expect(output.trim().split('\n').map(Number).filter(isAlive)).toEqual([]);
    await child.endGroup();
  });

  it('leaves alone what goes by itself', async () => {
    const home = await createHome(
      `home="\${0%/bin/sqlplus}"; (trap 'touch "$home/terminated"' TERM; sleep 0.1) & exit 0`,
    );
    const child = await run(home);
    child.read(() => {});
    await child.exited;
    await child.endGroup();
    await expect(stat(join(home, 'terminated'))).rejects.toThrow('ENOENT');
  });
});

describe('killing sqlplus', () => {
  it('gives up on one that belongs to another user', async () => {
    const home = await createHome('read line; echo "$line"');
    const child = await run(home);
    const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
      throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
    });
    await child.kill();
    kill.mockRestore();
    child.write('still there\n');
    await expect(printed(child)).resolves.toBe('still there\n');
  });

  it('terminates it and what it started', async () => {
    const home = await createHome('sleep 60 & echo ready; wait');
    // Without time limits, only the end of everything that holds the pipes ends it; short waits go on.
    const child = await run(home, {
      ...systemClock,
      setTimeout: (callback, delayMs) => (delayMs > 10 ? () => {} : systemClock.setTimeout(callback, delayMs)),
    });
    await printed(child, (output) => output.includes('ready'));
    await child.kill();
    await expect(child.exited).resolves.toMatchObject({ signal: 'SIGTERM' });
  });

  it('kills one that ignores SIGTERM', async () => {
    const home = await createHome(`trap '' TERM; echo ready; while :; do sleep 1; done`);
    const child = await run(home);
    await printed(child, (output) => output.includes('ready'));
    await child.kill();
    await expect(child.exited).resolves.toMatchObject({ signal: 'SIGKILL' });
  });

  it('gives up on one that cannot be killed', async () => {
    const home = await createHome('read line; echo "$line"');
    // A clock that runs out at once: as if the process outlived both signals.
    const child = await run(home, { ...systemClock, setTimeout: (callback) => systemClock.setTimeout(callback, 0) });
    await Promise.all([child.kill(), child.exited]);
    await expect(child.exited).resolves.toMatchObject({ status: null });
  });

  it('lets this program end before it', async () => {
    const home = await createHome('read line; echo "$line"');
    const child = await run(home);
    child.unref();
    child.write('still there\n');
    await expect(printed(child, (output) => output.endsWith('\n'))).resolves.toBe('still there\n');
  });

  it('does nothing to one that has ended', async () => {
    const home = await createHome('exit 0');
    const child = await run(home);
    child.read(() => {});
    await child.exited;
    await child.kill();
    await expect(child.exited).resolves.toEqual({ status: 0, signal: null });
  });

  it('leaves it in a process group of its own, out of reach of Ctrl-C', async () => {
    const home = await createHome('cut -d" " -f5 /proc/$$/stat 2>/dev/null || ps -o pgid= -p $$');
    const output = await printed(await run(home));
    const own = (await readFile('/proc/self/stat', 'utf8').catch(() => '0 (x) S 0 0')).split(' ')[4];
    expect(output.trim()).not.toBe(own);
  });
});
