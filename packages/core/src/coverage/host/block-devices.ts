import { parseRows, type Row } from './util-linux.js';

/** A block device of the host: a disk, or something made of others. */
export interface BlockDevice {
  /** The kernel's name, such as sdb1 or dm-3. */
  readonly kernelName: string;
  /** /dev/sdb1, or /dev/mapper/… for what device mapper made. */
  readonly path: string;
  /** disk, part, lvm, mpath, crypt, raid1, loop, … */
  readonly type: string;
  /** Major and minor number, such as 253:3. */
  readonly number: string;
  /** Kernel names of the devices that it lies on. */
  readonly parents: readonly string[];
  readonly content: string | undefined;
  readonly label: string | undefined;
  readonly uuid: string | undefined;
  readonly wwn: string | undefined;
  /** Vendor and model. */
  readonly product: string | undefined;
}

/** What `lsblk` is asked for: all known to util-linux 2.23. */
export const blockDeviceColumns = 'NAME,KNAME,TYPE,PKNAME,MAJ:MIN,FSTYPE,LABEL,UUID,WWN,VENDOR,MODEL';

/**
 * The block devices of the host, each once with all its parents.
 *
 * Source: lsblk(8): as a tree (JSON) a device comes again below each parent; as pairs it does so before 2.34, which is
 * where pairs are needed.
 */
export const parseBlockDevices = (text: string): readonly BlockDevice[] => {
  const devices = new Map<string, BlockDevice>();
  for (const { row, parent } of parseRows(text, 'blockdevices').flatMap((each) => flatten(each, undefined))) {
    const device = deviceOf(row, parent);
    const earlier = devices.get(device.kernelName);
    devices.set(device.kernelName, {
      ...device,
      parents: [...new Set([...(earlier?.parents ?? []), ...device.parents])],
    });
  }
  return [...devices.values()];
};

interface Below {
  readonly row: Row;
  readonly parent: string | undefined;
}

const flatten = (row: Row, parent: string | undefined): readonly Below[] => [
  { row, parent },
  ...row.children.flatMap((child) => flatten(child, row.columns['kname'])),
];

const deviceOf = ({ columns }: Pick<Row, 'columns'>, parent: string | undefined): BlockDevice => {
  const { kname = '', name = '', type = '', pkname, fstype, label, uuid, wwn, vendor, model } = columns;
  const above = parent ?? pkname;
  return {
    kernelName: kname,
    path: kname.startsWith('dm-') && name !== '' ? `/dev/mapper/${name}` : `/dev/${kname.replaceAll('!', '/')}`,
    type,
    number: columns['maj:min']?.trim() ?? '',
    parents: above === undefined ? [] : [above],
    content: fstype,
    label,
    uuid,
    wwn,
    product: [vendor, model].flatMap((word) => word?.trim() ?? []).join(' ') || undefined,
  };
};

/**
 * Lines of `/sys/block/NAME/slaves/PARENT`: the kernel's own word on what lies on what. Nothing can be seen below a parent
 * that lsblk has left out, so it stands there as a device without anything that identifies it.
 */
export const addParents = (devices: readonly BlockDevice[], slaves: string): readonly BlockDevice[] => {
  const links = [...slaves.matchAll(/^\/sys\/block\/([^/\n]+)\/slaves\/([^/\n]+)$/gm)];
  const complete = devices.map((device) => ({
    ...device,
    parents: [
      ...new Set([
        ...device.parents,
        ...links.flatMap(([, name, parent = '']) => (name === device.kernelName ? [parent] : [])),
      ]),
    ],
  }));
  const known = new Set(devices.map(({ kernelName }) => kernelName));
  const missing = new Set(complete.flatMap(({ parents }) => parents).filter((name) => !known.has(name)));
  return [...complete, ...[...missing].map((kname) => deviceOf({ columns: { kname } }, undefined))];
};
