import type { BlockDevice } from './block-devices.js';

/** How the block devices of a host lie on each other. */
export interface Disks {
  /** Every disk: a multipath device stands for all its paths. */
  readonly all: readonly BlockDevice[];
  /** The disks that a device lies on, each once. */
  of(device: BlockDevice): readonly BlockDevice[];
  /** The devices between a device and its disks, itself first, both ends included. */
  chainOf(device: BlockDevice): readonly BlockDevice[];
  /** The disks that are paths of a multipath device. */
  pathsOf(disk: BlockDevice): readonly BlockDevice[];
  /** Whether the device lies on a path of a multipath device without going through it. */
  isBesideMultipath(device: BlockDevice): boolean;
  hasChildren(device: BlockDevice): boolean;
}

/** Finds the disks below block devices. */
export const findDisks = (devices: readonly BlockDevice[]): Disks => {
  const above = ({ parents }: BlockDevice): readonly BlockDevice[] =>
    devices.filter(({ kernelName }) => parents.includes(kernelName));
  const parentsOf = (device: BlockDevice): readonly BlockDevice[] => (device.type === 'mpath' ? [] : above(device));
  const multipathOver = (device: BlockDevice): BlockDevice | undefined =>
    devices.find(({ type, parents }) => type === 'mpath' && parents.includes(device.kernelName));
  const chainOf = (device: BlockDevice): readonly BlockDevice[] => {
    const parents = parentsOf(device);
    if (parents.length > 0) return [...new Set([device, ...parents.flatMap(chainOf)])];
    const multipath = multipathOver(device);
    return multipath === undefined ? [device] : [device, multipath];
  };
  const of = (device: BlockDevice): readonly BlockDevice[] =>
    chainOf(device).filter((each) => parentsOf(each).length === 0 && multipathOver(each) === undefined);
  return {
    all: devices.filter((device) => parentsOf(device).length === 0 && multipathOver(device) === undefined),
    of,
    chainOf,
    pathsOf: (disk) => (disk.type === 'mpath' ? above(disk) : []),
    isBesideMultipath: (device) => chainOf(device).some((each) => multipathOver(each) !== undefined),
    hasChildren: ({ kernelName }) => devices.some(({ parents }) => parents.includes(kernelName)),
  };
};
