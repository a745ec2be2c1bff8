import type { Answer } from '@orasync/core';
import { describe, expect, it } from 'vitest';
import type { HostCommand } from './host-command.js';
import { askHost } from './host-commands.js';

const output = (text: string): Answer => ({ kind: 'output', text });

/** A host that answers these command lines, and knows no other. */
const hostThatSays = (answers: Readonly<Record<string, Answer>>) => {
  const asked: string[] = [];
  const run = async ({ program, arguments: args }: HostCommand): Promise<Answer> => {
    const line = [program, ...args].join(' ');
    asked.push(line);
    const known = Object.keys(answers).find((start) => line.startsWith(start));
    return (
      (known === undefined ? undefined : answers[known]) ?? { kind: 'failed', reason: `${program} is not installed` }
    );
  };
  return { asked, run };
};

const context = { host: 'db1', now: new Date('2026-03-01T12:00:00Z'), isRoot: false, oracleHome: undefined };

const oldUtilLinux: Answer = { kind: 'failed', reason: "lsblk: unrecognized option '--json'" };
const findmnt = 'TARGET="/u02" SOURCE="/dev/sdb" FSTYPE="xfs" MAJ:MIN="8:16" FSROOT="/" OPTIONS="rw"\n';
const lsblk = 'NAME="sdb" KNAME="sdb" TYPE="disk" PKNAME="" MAJ:MIN="8:16" FSTYPE="xfs"\n';

describe('asking a host', () => {
  it('falls back to pairs where findmnt and lsblk know no JSON', async () => {
    const { run } = hostThatSays({
      'readlink -f': output('/u02/a.dbf\0'),
      'stat -L': output('81a0 2064 0 0 /u02/a.dbf\0'),
      'findmnt --json': oldUtilLinux,
      'findmnt -P': output(findmnt),
      'lsblk --json': oldUtilLinux,
      'lsblk -P': output(lsblk),
    });
    const { places } = await askHost({ paths: ['/u02/a.dbf'], asmDisks: [] }, { ...context, run });
    expect(places[0]?.where).toEqual({ kind: 'block', mount: '/u02', device: '/dev/sdb', disks: ['/dev/sdb'] });
  });

  it('takes pairs for nothing but that: newer ones leave out parents', async () => {
    const { asked, run } = hostThatSays({ 'lsblk --json': { kind: 'failed', reason: 'lsblk took longer than 10 s' } });
    const { unread } = await askHost({ paths: [], asmDisks: [] }, { ...context, run });
    expect(asked.filter((line) => line.startsWith('lsblk'))).toHaveLength(1);
    expect(unread).toContainEqual({ source: 'lsblk', reason: 'lsblk took longer than 10 s' });
  });

  it('makes every path unknown, with the reason, when nothing can be run', async () => {
    const { run } = hostThatSays({});
    const { places, unread } = await askHost(
      { paths: ['/u02/a.dbf', '/u02/b.dbf'], asmDisks: [] },
      { ...context, run },
    );
    expect(places.map(({ where }) => where)).toEqual([
      { kind: 'unknown', reason: 'readlink is not installed' },
      { kind: 'unknown', reason: 'readlink is not installed' },
    ]);
    expect(unread).toContainEqual({ source: 'lsblk', reason: 'lsblk is not installed' });
  });

  it('asks for each path by itself when one of a directory fails', async () => {
    const { run } = hostThatSays({
      'readlink -f -v -z -- /u02/a.dbf /u02/b.dbf': {
        kind: 'failed',
        reason: 'readlink: /u02/b.dbf: No such file or directory',
      },
      'readlink -f -v -z -- /u02/a.dbf': output('/u02/a.dbf\0'),
      'stat -L': output('81a0 2064 0 0 /u02/a.dbf\0'),
      'findmnt --json': oldUtilLinux,
      'findmnt -P': output(findmnt),
      'lsblk --json': oldUtilLinux,
      'lsblk -P': output(lsblk),
    });
    const { places } = await askHost({ paths: ['/u02/a.dbf', '/u02/b.dbf'], asmDisks: [] }, { ...context, run });
    expect(places.map(({ where }) => where.kind)).toEqual(['block', 'unknown']);
  });

  it('asks nothing more of a directory that hangs', async () => {
    const { asked, run } = hostThatSays({
      'readlink -f': { kind: 'failed', reason: 'readlink took longer than 10 s' },
    });
    const { places } = await askHost({ paths: ['/u02/a.dbf', '/u02/b.dbf'], asmDisks: [] }, { ...context, run });
    expect(places.map(({ where }) => where)).toEqual([
      { kind: 'unknown', reason: 'readlink took longer than 10 s' },
      { kind: 'unknown', reason: 'readlink took longer than 10 s' },
    ]);
    expect(asked.filter((line) => /^(?:readlink|stat)/.test(line))).toHaveLength(1);
  });

  it('asks only as root for what needs root, and only where it matters', async () => {
    const answers = { 'lsblk --json': output('{"blockdevices":[{"kname":"sdb","fstype":"LVM2_member"}]}') };
    const user = hostThatSays(answers);
    await askHost({ paths: [], asmDisks: [] }, { ...context, run: user.run });
    expect(user.asked.filter((line) => line.startsWith('pvs'))).toEqual([]);
    const root = hostThatSays(answers);
    await askHost({ paths: [], asmDisks: [] }, { ...context, run: root.run, isRoot: true });
    expect(root.asked.filter((line) => line.startsWith('pvs'))).toHaveLength(2);
    expect(root.asked.filter((line) => /^(?:raw|multipath|oracleasm)/.test(line))).toEqual([]);
  });

  it('asks multipath when sysfs does not tell the identity, and raw for raw devices', async () => {
    const { asked, run } = hostThatSays({
      'lsblk --json': output(
        '{"blockdevices":[{"kname":"sdb","children":[{"kname":"dm-1","name":"a","type":"mpath"}]}]}',
      ),
      'find /sys/block': output('sdb\ndm-1\n'),
      'grep -sH': output('/sys/block/sdb/device/wwid:naa.5\n'),
    });
    await askHost({ paths: ['/dev/raw/raw1'], asmDisks: [] }, { ...context, run });
    expect(asked).toEqual(expect.arrayContaining(['multipathd show maps json', 'multipath -ll', 'raw -qa']));
    expect(asked.find((line) => line.startsWith('grep'))).toContain('/sys/block/dm-1/dm/uuid');
    expect(asked).toContain('find /sys/block/sdb/slaves /sys/block/dm-1/slaves -mindepth 1 -maxdepth 1');
  });

  it('finds the devices behind labels of ASM, and runs no script of another account as root', async () => {
    const answers = {
      'cat -- /etc/oracle/olr.loc': output('olrconfig_loc=/u01/cdata\ncrs_home=/u01/grid\n'),
      '/u01/grid/bin/asmcmd afd_lsdsk': output('DATA1   ENABLED   /dev/sdb\n'),
      'readlink -f -v -z -- /dev/sdb': output('/dev/sdb\0'),
      'stat -L --printf=%f %d %t %T %n\\0 -- /dev/sdb': output('61b0 5 8 10 /dev/sdb\0'),
      'lsblk --json': oldUtilLinux,
      'lsblk -P': output(lsblk),
      'oracleasm querydisk -p ARCH1': output(
        'Disk "ARCH1" is a valid ASM disk\n/dev/sdb: LABEL="ARCH1" TYPE="oracleasm" \n',
      ),
    };
    const places = { paths: [], asmDisks: ['AFD:DATA1', 'ORCL:ARCH1'] };
    const user = hostThatSays(answers);
    const inventory = await askHost(places, { ...context, run: user.run, oracleHome: '/u01/db' });
    expect(inventory.places.map(({ where }) => where)).toMatchObject([
      { kind: 'block', device: '/dev/sdb' },
      { kind: 'block', device: '/dev/sdb' },
    ]);
    expect(user.asked).toContain('cat -- /u01/db/dbs/oranfstab');
    const root = hostThatSays(answers);
    await askHost(places, { ...context, run: root.run, isRoot: true });
    expect(root.asked.filter((line) => line.includes('asmcmd'))).toEqual([]);
  });

  it('says why the filter driver tells nothing where no Grid Infrastructure is', async () => {
    const { run } = hostThatSays({});
    const { places } = await askHost({ paths: [], asmDisks: ['AFD:DATA1'] }, { ...context, run });
    expect(places[0]?.where.kind).toBe('unknown');
  });
});
