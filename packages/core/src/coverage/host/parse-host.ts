import { type Answer, readAnswer } from './answer.js';
import { addParents, type BlockDevice, parseBlockDevices } from './block-devices.js';
import { type Disks, findDisks } from './disks.js';
import { parseFileStatuses, parseRawBindings } from './file-status.js';
import type { HostAnswers } from './host-answers.js';
import type { HostInventory } from './host-inventory.js';
import { identifyDisk, parseFileLines, parseIdLinks, parseMultipathMaps } from './identities.js';
import { type Mount, parseMounts } from './mounts.js';
import { parseOranfstab } from './nfs.js';
import { placeAsmDisk } from './place-asm-disk.js';
import { placeFile } from './place-file.js';
import { findVolumeGroups, type PhysicalVolume, parsePhysicalVolumes, volumeGroupOf } from './volume-groups.js';

/** Makes an inventory of what the commands on a host said. Pure. An answer that is not understood counts as none. */
export const parseHost = (answers: HostAnswers): HostInventory => {
  const unread: HostInventory['unread'] = [];
  const read = <Value>(source: string, answer: Answer, parse: (text: string) => Value, otherwise: Value): Value => {
    const fail = (reason: string): Value => {
      unread.push({ source, reason });
      return otherwise;
    };
    if (answer.kind === 'failed') return fail(answer.reason);
    try {
      return parse(answer.text);
    } catch {
      return fail('what it printed is not understood');
    }
  };
  const listed = read('lsblk', answers.lsblk, parseBlockDevices, []);
  const devices = addParents(
    listed,
    read('/sys/block/*/slaves', answers.slaves, (text) => text, ''),
  );
  const disks = findDisks(devices);
  const mounts = read('findmnt', answers.findmnt, parseMounts, []);
  const facts = {
    realPaths: answers.realPaths,
    statuses: read('stat', answers.stat, parseFileStatuses, new Map()),
    mounts,
    devices,
    disks,
    rawBindings: read('raw', answers.rawBindings, parseRawBindings, new Map()),
    directExports: answers.oranfstabs.flatMap((file) => readAnswer(file, parseOranfstab, [])),
  };
  const sources = {
    sysfs: read('sysfs', answers.sysfs, parseFileLines, new Map<string, string>()),
    idLinks: read('/dev/disk/by-id', answers.idLinks, parseIdLinks, new Map<string, readonly string[]>()),
    multipath: read('multipath', answers.multipath, parseMultipathMaps, new Map<string, string>()),
  };
  const reported = read('pvs', answers.physicalVolumes, parsePhysicalVolumes, []);
  return {
    v: 1,
    host: answers.host,
    takenAt: answers.takenAt.toISOString(),
    places: [
      ...answers.paths.map((path) => placeFile(path, facts)),
      ...answers.asmDisks.map((disk) => placeAsmDisk(disk, facts, answers.asm)),
    ],
    disks: disks.all.map((disk) => identifyDisk(disk, disks, sources)),
    volumeGroups: [...findVolumeGroups(devices, disks, reported)],
    occupants: devices
      .filter((device) => !disks.hasChildren(device) && !disks.isBesideMultipath(device))
      .flatMap((device) => occupantOf(device, { disks, mounts, reported })),
    unread,
  };
};

const occupantOf = (
  device: BlockDevice,
  {
    disks,
    mounts,
    reported,
  }: { readonly disks: Disks; readonly mounts: readonly Mount[]; readonly reported: readonly PhysicalVolume[] },
): HostInventory['occupants'] => {
  const mountedAt = mounts.filter(({ number }) => number === device.number).map(({ target }) => target);
  const volumeGroup = volumeGroupOf(device) ?? reported.find((each) => each.device === device.path)?.group;
  if (device.content === undefined && mountedAt.length === 0 && volumeGroup === undefined) return [];
  return [
    {
      device: device.path,
      disks: disks.of(device).map(({ path }) => path),
      mounts: mountedAt,
      content: device.content ?? device.type,
      ...(volumeGroup !== undefined && { volumeGroup }),
    },
  ];
};
