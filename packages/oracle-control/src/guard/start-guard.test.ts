import { spawnSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Link } from './link.js';
import type { ToGuard, ToRun } from './messages.js';
import { inheritGuard, spawnGuard } from './start-guard.js';

const directories: string[] = [];
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

const createDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'orasync-guard-'));
  directories.push(directory);
  return directory;
};

const nextMessage = (link: Link<ToRun, ToGuard>): Promise<ToRun> => new Promise((resolve) => link.receive(resolve));

describe('a guard', () => {
  test('is a process of its own group, with an environment built from nothing, and goes when its pipe is closed', async () => {
    const program = join(createDirectory(), 'guard.mjs');
    writeFileSync(
      program,
      `import { readFileSync } from 'node:fs';
       import { Socket } from 'node:net';
       const [, group] = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ').slice(1);
       const told = { names: Object.keys(process.env), isLeader: Number(group) === process.pid, cwd: process.cwd() };
       const pipe = new Socket({ fd: 3 });
       pipe.write(JSON.stringify({ kind: 'trouble', message: JSON.stringify(told) }) + '\\n');
       pipe.resume().once('end', () => process.exit());`,
    );
    const link = await spawnGuard(program);
    const message = await nextMessage(link);
    const told: unknown = message.kind === 'trouble' ? JSON.parse(message.message) : message;
    expect(told).toEqual({ names: ['TMPDIR'], isLeader: true, cwd: '/' });
    link.close();
    await link.closed;
  });

  test('that cannot be started is an error', async () => {
    const { execPath } = process;
    process.execPath = join(createDirectory(), 'no-node');
    try {
      await expect(spawnGuard('guard.mjs')).rejects.toThrow('the guard of backup mode cannot be started');
    } finally {
      process.execPath = execPath;
    }
  });

  test('that this process inherited is there for one bracket after the other', async () => {
    const path = join(createDirectory(), 'pipe');
    spawnSync('mkfifo', [path]);
    // Both ends of it, so that what is sent comes back.
    const descriptor = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    const inherit = inheritGuard(descriptor);
    const first = await inherit();
    first.send({ kind: 'alive' });
    expect(await nextMessage(first)).toEqual({ kind: 'alive' });
    first.close();
    const second = await inherit();
    second.send({ kind: 'alive' });
    expect(await nextMessage(second)).toEqual({ kind: 'alive' });
    second.send({ kind: 'no message' } as never);
    await second.closed;
    expect(() => closeSync(descriptor)).toThrow('EBADF');
  });
});
