import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readHostInventory } from './host-commands.js';

/** With the folders of the administrator's commands, which the search path of a CI job often lacks. */
const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };

const run = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'] }).trim();

/** Undone in turn when the tests are over, whatever became of them. */
const undo: (() => void)[] = [];

const createFileSystem = (image: string, mountPoint: string): string => {
  writeFileSync(image, '');
  truncateSync(image, 8 * 1024 * 1024);
  run('mkfs.ext4', '-q', image);
  const device = run('losetup', '--find', '--show', image);
  undo.unshift(() => run('losetup', '--detach', device));
  mkdirSync(mountPoint, { recursive: true });
  run('mount', device, mountPoint);
  undo.unshift(() => run('umount', mountPoint));
  return device;
};

const root = realpathSync(mkdtempSync(join(tmpdir(), 'orasync-live-')));

/** Why this machine does not allow it; `undefined` when it does. */
const whyNot = (): string | undefined => {
  if (process.getuid?.() !== 0) return 'needs root';
  try {
    createFileSystem(join(root, 'try.img'), join(root, 'try'));
    return undefined;
  } catch (error) {
    return String(error).split('\n', 1)[0];
  }
};
const reason = whyNot();

afterAll(() => {
  for (const step of undo) step();
  rmSync(root, { recursive: true });
});

describe.skipIf(reason !== undefined)(
  `on loop devices${reason === undefined ? '' : ` (skipped here: ${reason})`}`,
  () => {
    const data = join(root, 'ora däta \\x20 "1"');
    const bound = join(root, 'bound');
    let device = '';

    beforeAll(() => {
      device = createFileSystem(join(root, 'data.img'), data);
      mkdirSync(join(data, 'ORCL'));
      writeFileSync(join(data, 'ORCL', 'système 01.dbf'), '');
      mkdirSync(bound);
      run('mount', '--bind', join(data, 'ORCL'), bound);
      undo.unshift(() => run('umount', bound));
      symlinkSync(join(data, 'ORCL'), join(root, 'link'));
    });

    const place = async (path: string) => {
      const { places } = await readHostInventory({ paths: [path], asmDisks: [] });
      return places[0];
    };

    it('follows a path with spaces, quotes and UTF-8 to the device under its mount', async () => {
      const path = join(data, 'ORCL', 'système 01.dbf');
      expect(await place(path)).toMatchObject({
        realPath: path,
        where: { kind: 'block', mount: data, device, disks: [device] },
      });
    });

    it('follows a symbolic link', async () => {
      expect(await place(join(root, 'link', 'système 01.dbf'))).toMatchObject({
        realPath: join(data, 'ORCL', 'système 01.dbf'),
        where: { kind: 'block', mount: data, device },
      });
    });

    it('follows a bind mount to the same device', async () => {
      expect(await place(join(bound, 'système 01.dbf'))).toMatchObject({
        where: { kind: 'block', mount: bound, device, disks: [device] },
      });
    });

    it('follows a block device that is used as it is', async () => {
      expect(await place(device)).toMatchObject({ where: { kind: 'block', device, disks: [device] } });
    });

    it('takes a disk of ASM that is a path for that device', async () => {
      const { places } = await readHostInventory({ paths: [], asmDisks: [device] });
      expect(places).toMatchObject([{ asked: device, where: { kind: 'block', device } }]);
    });

    it('says of a path that is not there why it is unknown, and answers for the others', async () => {
      const there = join(data, 'ORCL', 'système 01.dbf');
      const missing = join(data, 'NONE', 'a.dbf');
      const { places } = await readHostInventory({ paths: [missing, there], asmDisks: [] });
      expect(places.map(({ where }) => where)).toMatchObject([
        { kind: 'unknown', reason: expect.stringContaining('No such file or directory') },
        { kind: 'block', device },
      ]);
    });

    it('says that a loop device hides what is behind it, and what mounts it', async () => {
      const { disks, occupants } = await readHostInventory({ paths: [], asmDisks: [] });
      expect(disks.find((disk) => disk.device === device)).toEqual({
        device,
        identities: [],
        hides: `a loop device over ${join(root, 'data.img')}`,
      });
      expect(occupants.find((occupant) => occupant.device === device)?.mounts.toSorted()).toEqual(
        [bound, data].toSorted(),
      );
    });
  },
);
