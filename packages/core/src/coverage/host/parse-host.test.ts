import { describe, expect, it } from 'vitest';
import type { Answer } from './answer.js';
import type { HostAnswers } from './host-answers.js';
import { parseHost } from './parse-host.js';

const output = (text: string): Answer => ({ kind: 'output', text });
const failed: Answer = { kind: 'failed', reason: 'it is not installed' };

const xfs = { fstype: 'xfs', fsroot: '/', options: 'rw' };
const mount = (target: string, number: string, more: object = {}) => ({
  target,
  source: '/dev/x',
  'maj:min': number,
  ...xfs,
  ...more,
});
const block = (kname: string, number: string, more: object = {}) => ({
  kname,
  name: kname,
  type: 'disk',
  'maj:min': number,
  ...more,
});

/** A host with one file, /u1/a.dbf, on /dev/sdb, that is mounted at /u1; any of its answers may be another. */
const hostThatSays = ({
  mounts = [mount('/u1', '8:16')],
  devices = [block('sdb', '8:16')],
  ...more
}: Partial<HostAnswers> & { mounts?: readonly object[]; devices?: readonly object[] } = {}) =>
  parseHost({
    host: 'db1',
    takenAt: new Date('2026-03-01T12:00:00Z'),
    paths: ['/u1/a.dbf'],
    asmDisks: [],
    realPaths: new Map([['/u1/a.dbf', output('/u1/a.dbf\n')]]),
    stat: output('81a0 2064 0 0 /u1/a.dbf\0'),
    findmnt: output(JSON.stringify({ filesystems: mounts })),
    lsblk: output(JSON.stringify({ blockdevices: devices })),
    sysfs: output(''),
    slaves: output(''),
    idLinks: output(''),
    multipath: output(''),
    physicalVolumes: output(''),
    rawBindings: output(''),
    asm: { queriedDisks: new Map(), filteredDisks: output(''), filterFiles: output('') },
    oranfstabs: [],
    ...more,
  });

const whereOf = (inventory: ReturnType<typeof parseHost>) => inventory.places[0]?.where;

describe('a path', () => {
  it('is followed to the disk under its mount', () => {
    expect(whereOf(hostThatSays())).toEqual({ kind: 'block', mount: '/u1', device: '/dev/sdb', disks: ['/dev/sdb'] });
  });

  it.each<[string, Parameters<typeof hostThatSays>[0], string]>([
    ['was not looked up', { realPaths: new Map() }, 'it was not looked up'],
    ['cannot be followed', { realPaths: new Map([['/u1/a.dbf', failed]]) }, 'it is not installed'],
    ['has no status', { stat: failed }, '/u1/a.dbf is not there, or this account may not look'],
    ['lies on no mount', { mounts: [] }, 'no mount of findmnt holds /u1/a.dbf'],
    ['lies on a device that is not listed', { devices: [] }, 'lsblk does not list all devices of /u1 (/dev/x)'],
    [
      'lies on another device than its mount',
      { mounts: [mount('/u1', '8:32')] },
      '/u1/a.dbf lies on device 8:16, not on 8:32 as its mount says',
    ],
    [
      'lies on a mount without a device',
      { mounts: [{ target: '/u1', source: 'fuse' }] },
      '/u1/a.dbf lies on device 8:16, not on none as its mount says',
    ],
    [
      'has a journal on a device that is not listed',
      { mounts: [mount('/u1', '8:16', { options: 'rw,logdev=/dev/sdz,noquota' })] },
      'lsblk does not list all devices of /u1 (/dev/x)',
    ],
    [
      'is a device that is not listed',
      { stat: output('61b0 5 8 70 /u1/a.dbf\0') },
      'lsblk does not list /u1/a.dbf (8:112)',
    ],
    [
      'is on NFS without a server',
      { mounts: [mount('/u1', '8:16', { fstype: 'nfs', source: 'nas' })] },
      'nas names no server and export',
    ],
  ])('that %s is unknown, with the reason', (_, answers, reason) => {
    expect(whereOf(hostThatSays(answers))).toEqual({ kind: 'unknown', reason });
  });

  it('lies on the journal of its file system too', () => {
    const inventory = hostThatSays({
      mounts: [mount('/u1', '8:16', { options: 'rw,logdev=/dev/sdc' })],
      devices: [block('sdb', '8:16'), block('sdc', '8:32')],
    });
    expect(whereOf(inventory)).toMatchObject({ device: '/dev/sdb', disks: ['/dev/sdb', '/dev/sdc'] });
  });

  it('lies on the mount that is nearest, and of two at one place on the one on top', () => {
    const inventory = hostThatSays({
      mounts: [mount('/u1', '9:9'), mount('/u1', '8:16', { source: '/dev/top' }), mount('/', '8:1')],
    });
    expect(inventory.places[0]?.steps[0]?.found).toContain('/dev/top');
  });

  it('in a directory whose name only begins like a mount point does not lie on that mount', () => {
    expect(whereOf(hostThatSays({ mounts: [mount('/u', '8:16')] }))?.kind).toBe('unknown');
  });
});

describe('what the kernel says of parents', () => {
  const logical = block('dm-0', '8:16', { name: 'vg-lv', type: 'lvm' });

  it('counts where lsblk names one of two', () => {
    const inventory = hostThatSays({
      devices: [block('sdb', '8:32', { children: [logical] }), block('sdc', '8:48')],
      slaves: output('/sys/block/dm-0/slaves/sdb\n/sys/block/dm-0/slaves/sdc\n'),
    });
    expect(whereOf(inventory)).toMatchObject({ disks: ['/dev/sdb', '/dev/sdc'] });
  });

  it('puts a parent that lsblk leaves out where it belongs, with nothing that identifies it', () => {
    const inventory = hostThatSays({
      devices: [block('sdb', '8:32', { children: [logical] })],
      slaves: output('/sys/block/dm-0/slaves/dm-9\n'),
    });
    expect(whereOf(inventory)).toMatchObject({ disks: ['/dev/sdb', '/dev/dm-9'] });
    expect(inventory.disks).toContainEqual({ device: '/dev/dm-9', identities: [] });
  });

  it('is missed by nobody where it cannot be read', () => {
    expect(whereOf(hostThatSays({ slaves: failed }))?.kind).toBe('block');
  });
});

describe('a disk of ASM', () => {
  const labelled = (kname: string, number: string) => block(kname, number, { fstype: 'oracleasm', label: 'DATA1' });
  const queried = (text: string) => ({
    queriedDisks: new Map([['DATA1', output(text)]]),
    filteredDisks: output(''),
    filterFiles: output(''),
  });

  it('is the device that carries its label', () => {
    const inventory = hostThatSays({ paths: [], asmDisks: ['ORCL:DATA1'], devices: [labelled('sdb', '8:16')] });
    expect(inventory.places).toEqual([
      {
        asked: 'ORCL:DATA1',
        realPath: '/dev/sdb',
        steps: [
          { found: 'ORCL:DATA1 is /dev/sdb', by: 'lsblk' },
          { found: '/dev/sdb (disk) is the disk itself', by: 'lsblk' },
        ],
        where: { kind: 'block', device: '/dev/sdb', disks: ['/dev/sdb'] },
      },
    ]);
  });

  it('is unknown when two disks carry its label, as a mapped snapshot does', () => {
    const inventory = hostThatSays({
      paths: [],
      asmDisks: ['ORCL:DATA1'],
      devices: [labelled('sdb', '8:16'), labelled('sdc', '8:32')],
    });
    expect(whereOf(inventory)).toEqual({
      kind: 'unknown',
      reason: 'DATA1 is on /dev/sdb by lsblk, and on /dev/sdc by lsblk',
    });
  });

  it('is told by a path of its multipath device when nothing else tells it', () => {
    const multipath = block('dm-1', '253:1', { name: 'mpatha', type: 'mpath' });
    const inventory = hostThatSays({
      paths: [],
      asmDisks: ['ORCL:DATA1'],
      devices: [block('sdb', '8:16', { children: [multipath] })],
      asm: queried('/dev/sdb: LABEL="DATA1" TYPE="oracleasm"\n'),
      realPaths: new Map([['/dev/sdb', output('/dev/sdb\n')]]),
      stat: output('61b0 5 8 10 /dev/sdb\0'),
    });
    expect(whereOf(inventory)).toMatchObject({ device: '/dev/sdb', disks: ['/dev/mapper/mpatha'] });
  });
});

describe('the identity of a disk', () => {
  const mapper = {
    devices: [block('sdb', '8:16', { children: [block('dm-1', '253:1', { name: 'a', type: 'mpath' })] })],
  };

  it('is told by multipathd in JSON, too', () => {
    const multipath = output(
      JSON.stringify({ maps: [{ name: 'a', uuid: '36742b0f', sysfs: 'dm-1', path_groups: [] }] }),
    );
    expect(hostThatSays({ ...mapper, multipath }).disks).toEqual([
      { device: '/dev/mapper/a', identities: [{ id: '36742b0f', by: 'multipath' }] },
    ]);
  });

  it('is told once, by its first source', () => {
    const sysfs = output(
      '/sys/block/dm-1/dm/uuid:mpath-36\n/sys/block/sdb/device/wwid:naa.6\n/sys/block/sdb/wwid:naa.6\n',
    );
    expect(hostThatSays({ ...mapper, sysfs }).disks[0]?.identities).toEqual([
      { id: 'mpath-36', by: '/sys/block/dm-1/dm/uuid' },
      { id: 'naa.6', by: '/sys/block/sdb/device/wwid' },
    ]);
  });

  it.each([
    [block('xvdb', '8:16'), '', 'a virtual disk of a hypervisor'],
    [block('sdb', '8:16', { vendor: 'VMware  ', model: 'Virtual disk' }), '', 'a virtual disk of a hypervisor'],
    [block('asm!data-123', '8:16'), '', 'a volume in an ASM disk group'],
    [block('loop0', '8:16'), '/sys/block/loop0/loop/backing_file:/img: a\n', 'a loop device over /img: a'],
  ])('says nothing of what is behind %o', (device, sysfs, hides) => {
    expect(hostThatSays({ devices: [device], sysfs: output(sysfs) }).disks[0]?.hides).toBe(hides);
  });
});

describe('an answer that is not understood', () => {
  it('counts as none, and is named', () => {
    const inventory = hostThatSays({
      findmnt: output('{"filesystems": 7}'),
      lsblk: output('{'),
      multipath: output('{"maps":1}'),
      physicalVolumes: output('{"report":0}'),
      idLinks: failed,
    });
    expect(inventory.unread).toEqual([
      { source: 'lsblk', reason: 'what it printed is not understood' },
      { source: 'findmnt', reason: 'what it printed is not understood' },
      { source: '/dev/disk/by-id', reason: 'it is not installed' },
      { source: 'multipath', reason: 'what it printed is not understood' },
      { source: 'pvs', reason: 'what it printed is not understood' },
    ]);
    expect(whereOf(inventory)?.kind).toBe('unknown');
  });
});
