import { z } from 'zod';
import type { BlockDevice } from './block-devices.js';
import type { Disks } from './disks.js';
import type { HostDisk } from './host-inventory.js';

/**
 * The files of sysfs that identify a block device; all are readable by everyone.
 *
 * Source: oracle-hot-backup.md section 9.3, points 4 and 5.
 */
export const sysfsFilesOf = (kernelName: string): readonly string[] =>
  ['dm/uuid', 'device/wwid', 'wwid', 'loop/backing_file'].map((file) => `/sys/block/${kernelName}/${file}`);

/** `grep -H ''`: lines of file, colon, value. */
export const parseFileLines = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split('\n').flatMap((line) => {
      const colon = line.indexOf(':');
      return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1).trim()] as const] : [];
    }),
  );

/** `find /dev/disk/by-id -printf '%f\t%l\n'`: the names that udev gave each device, by the device's own name. */
export const parseIdLinks = (text: string): ReadonlyMap<string, readonly string[]> => {
  const names = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [name = '', link = ''] = line.split('\t');
    const device = /[^/]+$/.exec(link)?.[0];
    if (device !== undefined) names.set(device, [...(names.get(device) ?? []), name]);
  }
  return names;
};

/**
 * WWIDs by kernel name, of `multipathd show maps json` or of `multipath -ll`, which both need root.
 *
 * Source: multipath-tools, libmultipath/print.c: maps[].uuid is the WWID and .sysfs the kernel name; `-ll` begins each map
 * with `alias (WWID) dm-N vendor,product`, or `WWID dm-N …` without an alias. Unverified on a live host.
 */
export const parseMultipathMaps = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.trimStart().startsWith('{')
      ? multipathMaps.parse(JSON.parse(text)).maps.map(({ sysfs, uuid }) => [sysfs, uuid] as const)
      : [...text.matchAll(/^(?:\S+ \(([^)\s]+)\)|(\S+)) (dm-\d+)\b/gm)].map(
          ([, named, bare = '', kernelName = '']) => [kernelName, named ?? bare] as const,
        ),
  );

const multipathMaps = z.object({ maps: z.array(z.object({ uuid: z.string(), sysfs: z.string() })) });

/** What the host says of the identity of its devices. */
export interface IdentitySources {
  readonly sysfs: ReadonlyMap<string, string>;
  readonly idLinks: ReadonlyMap<string, readonly string[]>;
  readonly multipath: ReadonlyMap<string, string>;
}

/** Names of udev that hold an identity of the whole disk, and not only vendor, model and serial number. */
const identityName = /^(?:wwn-0x|scsi-3|dm-uuid-mpath-|nvme-(?:eui|uuid|nvme)\.)[0-9a-f-]+$/i;

/** A disk with everything that identifies it, paths of a multipath device included. */
export const identifyDisk = (disk: BlockDevice, disks: Disks, sources: IdentitySources): HostDisk => {
  const members = [disk, ...disks.pathsOf(disk)];
  const identities = members.flatMap((member) => identitiesOf(member, sources));
  const product = members.map((member) => member.product).find((name) => name !== undefined);
  const hides = whatHides(disk, product, sources.sysfs);
  return {
    device: disk.path,
    identities: identities.filter(({ id }, index) => identities.findIndex((other) => other.id === id) === index),
    ...(product !== undefined && { product }),
    ...(hides !== undefined && { hides }),
  };
};

const identitiesOf = (
  { kernelName, wwn }: BlockDevice,
  { sysfs, idLinks, multipath }: IdentitySources,
): HostDisk['identities'] => [
  ...sysfsFilesOf(kernelName).flatMap((file) => {
    const id = sysfs.get(file);
    return id === undefined || file.endsWith('backing_file') || (file.endsWith('dm/uuid') && !id.startsWith('mpath-'))
      ? []
      : [{ id, by: file }];
  }),
  ...[multipath.get(kernelName)].flatMap((id) => (id === undefined ? [] : [{ id, by: 'multipath' }])),
  ...(idLinks.get(kernelName) ?? [])
    .filter((name) => identityName.test(name))
    .map((name) => ({ id: name, by: `/dev/disk/by-id/${name}` })),
  ...(wwn === undefined ? [] : [{ id: wwn, by: 'lsblk' }]),
];

/** Disks of a hypervisor may well lie on the array, whatever identity they have here. By the product, or the driver's name. */
const virtualProducts = /VMware|QEMU|VBOX|Msft|Virtual|VDASD|VDISK/i;
const virtualDrivers = /^x?vd[a-z]/;

const whatHides = (
  { kernelName }: BlockDevice,
  product: string | undefined,
  sysfs: ReadonlyMap<string, string>,
): string | undefined => {
  const backing = sysfs.get(`/sys/block/${kernelName}/loop/backing_file`);
  if (backing !== undefined) return `a loop device over ${backing}`;
  if (kernelName.startsWith('asm')) return 'a volume in an ASM disk group';
  const isVirtual = virtualDrivers.test(kernelName) || (product !== undefined && virtualProducts.test(product));
  return isVirtual ? 'a virtual disk of a hypervisor' : undefined;
};
