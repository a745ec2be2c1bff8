import { matchDisk } from './array-identity.js';
import type { ArrayInventory } from './array-inventory.js';
import type { DatabaseInventory } from './database-inventory.js';
import type { HostInventory, HostPlace } from './host/host-inventory.js';
import { matchShare } from './match-share.js';

/** A volume or filesystem of the array. */
export interface LocatedOn {
  readonly id: number;
  readonly name: string;
  readonly type: 'volume' | 'filesystem';
}

/** Where something lies, as far as the three inventories tell. */
export interface Location {
  /** Mount, disk group or device. */
  readonly place: string | undefined;
  /** Disks or exports, as the host names them. */
  readonly devices: readonly string[];
  readonly datasets: readonly LocatedOn[];
  /** Why a part of it is certainly on none of the array's datasets. */
  readonly elsewhere: readonly string[];
  /** Why it is not known where a part of it is. */
  readonly unknown: readonly string[];
  /** Volumes that carry the serial of another array. */
  readonly foreign: readonly { readonly name: string; readonly system: string }[];
  readonly steps: HostPlace['steps'];
}

const nowhere: Location = {
  place: undefined,
  devices: [],
  datasets: [],
  elsewhere: [],
  unknown: [],
  foreign: [],
  steps: [],
};

const unique = <Value, Key>(values: readonly Value[], key: (value: Value) => Key): readonly Value[] => [
  ...new Map(values.map((value) => [key(value), value])).values(),
];

const join = (place: string | undefined, parts: readonly Location[]): Location => ({
  place,
  devices: [...new Set(parts.flatMap(({ devices }) => devices))],
  datasets: unique(
    parts.flatMap(({ datasets }) => datasets),
    ({ id }) => id,
  ),
  elsewhere: [...new Set(parts.flatMap(({ elsewhere }) => elsewhere))],
  unknown: [...new Set(parts.flatMap(({ unknown }) => unknown))],
  foreign: unique(
    parts.flatMap(({ foreign }) => foreign),
    ({ name }) => name,
  ),
  steps: parts.flatMap(({ steps }) => steps),
});

/** The facts that tell where things are. */
export interface LocationFacts {
  readonly host: HostInventory | undefined;
  readonly array: ArrayInventory;
  readonly asmGroups: DatabaseInventory['asmGroups'];
}

/** The disk group of a file of ASM, as V$ASM_DISKGROUP spells it; `undefined` for a path. */
export const diskGroupOf = (path: string): string | undefined => /^\+([^/]+)/.exec(path)?.[1]?.toUpperCase();

/** Finds where a file of the database, or a disk group, lies. */
export const locateFile = (path: string, facts: LocationFacts): Location => {
  const group = diskGroupOf(path);
  return group === undefined ? locateAsked(path, facts) : locateDiskGroup(group, facts);
};

/** Finds all the disks of a disk group: each file in it is striped over all of them. */
export const locateDiskGroup = (name: string, facts: LocationFacts): Location => {
  const group = facts.asmGroups.find((each) => each.name.toUpperCase() === name);
  const place = `+${name}`;
  if (group === undefined || group.disks.length === 0)
    return { ...nowhere, place, unknown: [`the disks of disk group ${name} are not known`] };
  const step = { found: `disk group ${name} has ${group.disks.join(', ')}`, by: 'V$ASM_DISK' };
  const located = join(
    place,
    group.disks.map((disk) => locateAsked(disk, facts)),
  );
  return { ...located, steps: [step, ...located.steps] };
};

const locateAsked = (asked: string, { host, array }: LocationFacts): Location => {
  if (host === undefined) return { ...nowhere, unknown: ['nothing is known of the database host'] };
  const found = host.places.find((place) => place.asked === asked);
  if (found === undefined) return { ...nowhere, unknown: [`${host.host} was not asked for ${asked}`] };
  return locatePlace(found, host, array);
};

const locatePlace = ({ where, steps }: HostPlace, host: HostInventory, array: ArrayInventory): Location => {
  switch (where.kind) {
    case 'unknown':
      return { ...nowhere, steps, unknown: [where.reason] };
    case 'memory':
      return {
        ...nowhere,
        place: where.mount,
        steps,
        elsewhere: [`${where.mount} is a ${where.fileSystem}, in memory`],
      };
    case 'nfs': {
      const match = matchShare(where, array);
      const device = `${where.share.server}:${where.share.export}`;
      const base = { ...nowhere, place: where.mount, devices: [device], steps };
      if (match.kind !== 'filesystem') return { ...base, [match.kind]: [match.reason] };
      const { id, name, by } = match;
      return {
        ...base,
        datasets: [{ id, name, type: 'filesystem' }],
        steps: [...steps, { found: `${device} is filesystem ${name}`, by }],
      };
    }
    case 'block': {
      const located = locateDisks(where.disks, host, array);
      return { ...located, place: where.mount ?? where.device, steps: [...steps, ...located.steps] };
    }
  }
};

/** Finds the volumes that disks of the host are. */
export const locateDisks = (devices: readonly string[], host: HostInventory, array: ArrayInventory): Location =>
  join(
    undefined,
    devices.map((device): Location => {
      const base = { ...nowhere, devices: [device] };
      const disk = host.disks.find((each) => each.device === device);
      if (disk === undefined) return { ...base, unknown: [`${device} is not among the disks of ${host.host}`] };
      const match = matchDisk(disk, array);
      if (match.kind !== 'volume') return { ...base, [match.kind]: [match.reason] };
      const { volume, by, otherSystem } = match;
      return {
        ...base,
        datasets: [{ id: volume.id, name: volume.name, type: 'volume' }],
        foreign: otherSystem === undefined ? [] : [{ name: volume.name, system: otherSystem }],
        steps: [{ found: `${device} is volume ${volume.name}`, by }],
      };
    }),
  );
