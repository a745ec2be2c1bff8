import type { SimulatedArray } from './array/simulated-array.js';
import type { Clock } from './clock.js';

/** Where a file system of the host comes from. */
export interface HostMount {
  readonly mountPoint: string;
  /** A volume under ext4, through multipath; or a filesystem by NFS. */
  readonly dataset: { readonly kind: 'volume' | 'filesystem'; readonly id: number; readonly name: string };
}

/** What a host is asked for. */
interface PlacesToRead {
  readonly paths: readonly string[];
  readonly asmDisks: readonly string[];
}

interface Place {
  asked: string;
  realPath?: string;
  steps: { found: string; by: string }[];
  where:
    | { kind: 'block'; mount?: string; device: string; disks: string[]; volumeGroup?: string }
    | { kind: 'nfs'; mount: string; share: { server: string; addresses: string[]; export: string }; path: string }
    | { kind: 'unknown'; reason: string };
}

/** Core's `HostInventory`, spelled again: this package imports none of ours. */
export interface HostInventoryFacts {
  v: 1;
  host: string;
  takenAt: string;
  places: Place[];
  disks: { device: string; identities: { id: string; by: string }[] }[];
  volumeGroups: { name: string; disks: string[] }[];
  occupants: { device: string; disks: string[]; mounts: string[]; content: string; volumeGroup?: string }[];
  unread: { source: string; reason: string }[];
}

/** The host of a simulated database. */
export interface SimulatedHost {
  readonly name: string;
  /** What `orasync-backup map --inventory` would print there. */
  describe(places: PlacesToRead): HostInventoryFacts;
  /** The same as core's port `Host`. */
  readInventory(places: PlacesToRead): Promise<{ readonly isKnown: true; readonly value: HostInventoryFacts }>;
}

/** The address of the simulated array's NFS service. Source: array/network-spaces.ts. */
const nasAddress = '192.0.2.11';

/** mpatha … mpathz, mpathaa …: the names that multipath gives when nobody chose any. */
const letters = (index: number): string =>
  (index >= 26 ? letters(Math.floor(index / 26) - 1) : '') + String.fromCharCode(97 + (index % 26));

const localDisk = { device: '/dev/sda', identities: [{ id: 't10.ATA_SIMULATED_DISK', by: '/sys/block/sda/wwid' }] };

/**
 * Makes a host on which volumes are multipath devices with ext4, filesystems of the array are NFS mounts, and everything
 * else lies on a disk of its own.
 *
 * Documented: the multipath id is `3`, `6` and the serial; what NFS mounts are called. Source: infinibox-api.md section 6.
 */
export const createSimulatedHost = ({
  name,
  clock,
  array,
  mounts,
}: {
  readonly name: string;
  readonly clock: Clock;
  readonly array: Pick<SimulatedArray, 'serialOf'>;
  readonly mounts: readonly HostMount[];
}): SimulatedHost => {
  const blocks = mounts
    .filter(({ dataset }) => dataset.kind === 'volume')
    .map(({ mountPoint, dataset: { id } }, index) => ({
      mountPoint,
      device: `/dev/mapper/mpath${letters(index)}`,
      uuid: `mpath-36${array.serialOf(id)}`,
      source: `/sys/block/dm-${index}/dm/uuid`,
    }));
  const byLength = mounts.toSorted((a, b) => b.mountPoint.length - a.mountPoint.length);

  const placeOf = (asked: string): Place => {
    const mount = byLength.find(({ mountPoint }) => asked === mountPoint || asked.startsWith(`${mountPoint}/`));
    if (mount === undefined)
      return {
        asked,
        realPath: asked,
        steps: [{ found: '/ on /dev/sda1', by: 'findmnt' }],
        where: { kind: 'block', mount: '/', device: '/dev/sda1', disks: [localDisk.device] },
      };
    const { mountPoint, dataset } = mount;
    const block = blocks.find((each) => each.mountPoint === mountPoint);
    if (block !== undefined)
      return {
        asked,
        realPath: asked,
        steps: [
          { found: `${mountPoint} on ${block.device}`, by: 'findmnt' },
          { found: block.uuid, by: block.source },
        ],
        where: { kind: 'block', mount: mountPoint, device: block.device, disks: [block.device] },
      };
    return {
      asked,
      realPath: asked,
      steps: [{ found: `${mountPoint} on ${nasAddress}:/${dataset.name}`, by: 'findmnt' }],
      where: {
        kind: 'nfs',
        mount: mountPoint,
        share: { server: nasAddress, addresses: [nasAddress], export: `/${dataset.name}` },
        path: asked.slice(mountPoint.length) || '/',
      },
    };
  };

  const describe = ({ paths, asmDisks }: PlacesToRead): HostInventoryFacts => ({
    v: 1,
    host: name,
    takenAt: new Date(clock.now()).toISOString(),
    places: [
      ...paths.map(placeOf),
      ...asmDisks.map(
        (asked): Place => ({
          asked,
          steps: [],
          where: { kind: 'unknown', reason: 'the simulated host has no such disk' },
        }),
      ),
    ],
    disks: [
      localDisk,
      ...blocks.map(({ device, uuid, source }) => ({ device, identities: [{ id: uuid, by: source }] })),
    ],
    volumeGroups: [],
    occupants: [
      { device: '/dev/sda1', disks: [localDisk.device], mounts: ['/'], content: 'ext4' },
      ...blocks.map(({ device, mountPoint }) => ({ device, disks: [device], mounts: [mountPoint], content: 'ext4' })),
    ],
    unread: [],
  });

  return { name, describe, readInventory: async (places) => ({ isKnown: true, value: describe(places) }) };
};
