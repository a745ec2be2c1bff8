import type { ArrayInventory, ArrayVolume } from './array-inventory.js';
import type { HostDisk, HostInventory } from './host/host-inventory.js';

/** IEEE company id that identities of an InfiniBox begin with, after the 6 of NAA. */
const company = '742b0f';

/** The hexadecimal digits of an identity, without the prefix of the source that spelled it. */
const digitsOf = (id: string): string => {
  const digits = id
    .toLowerCase()
    .replace(/^(?:dm-uuid-)?(?:mpath|scsi|wwn|nvme)-/, '')
    .replace(/^(?:0x|naa\.|eui\.|uuid\.)/, '')
    .replaceAll('-', '');
  return /^3[0-9a-f]{32}$/.test(digits) ? digits.slice(1) : digits;
};

/**
 * The `serial` that an identity of SCSI carries: 31 digits after the 6 of NAA. `undefined` for any other kind, and for disks
 * that are no InfiniBox's.
 *
 * Source: infinibox-api.md section 6.1.
 */
const serialOf = (id: string): string | undefined => new RegExp(`^6(${company}[0-9a-f]{25})$`).exec(digitsOf(id))?.[1];

/**
 * The serial number of the array that a volume's serial was made by, decimal.
 *
 * Source: infinibox-api.md section 6.1: digits 11 to 14; that it equals `serial_number` of the system is the natural
 * reading, and asserted nowhere. So it explains, and decides nothing that `serial` itself can.
 */
const systemOf = (serial: string): string => String(Number.parseInt(serial.slice(11, 15), 16));

/** The serials that the disks of a host carry, lower case, each once: what to ask the array for. */
export const serialsToLookUp = (host: HostInventory): readonly string[] => [
  ...new Set(host.disks.flatMap(({ identities }) => identities.flatMap(({ id }) => serialOf(id) ?? []))),
];

/** What an array makes of a disk of a host. */
export type DiskMatch =
  | {
      readonly kind: 'volume';
      readonly volume: ArrayVolume;
      readonly by: string;
      /** The array that the serial was made by, where that is another one; decimal. */
      readonly otherSystem: string | undefined;
    }
  /** Certainly no volume of this array. */
  | { readonly kind: 'elsewhere'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Finds the volume that a disk is, by comparing identities; never by what is decoded from them alone. */
export const matchDisk = (disk: HostDisk, array: ArrayInventory): DiskMatch => {
  const matches = disk.identities.flatMap(({ id, by }) =>
    array.volumes.filter((volume) => isIdentityOf(volume, id)).map((volume) => ({ volume, id, by })),
  );
  const [first, ...more] = matches;
  const serials = new Set(disk.identities.flatMap(({ id }) => serialOf(id) ?? []));
  if (serials.size > 1)
    return { kind: 'unknown', reason: `${disk.device} has ${serials.size} serials: ${[...serials].join(', ')}` };
  if (first === undefined) return whyNone(disk, [...serials][0], array);
  const second = more.find(({ volume }) => volume.id !== first.volume.id);
  if (second !== undefined)
    return {
      kind: 'unknown',
      reason: `${disk.device} has the identity of both ${first.volume.name} and ${second.volume.name}`,
    };
  const system = systemOf(first.volume.serial);
  return {
    kind: 'volume',
    volume: first.volume,
    by: `${first.id}, by ${first.by}`,
    otherSystem: system === array.identity.serial ? undefined : system,
  };
};

const isIdentityOf = ({ serial, nguid }: ArrayVolume, id: string): boolean => {
  const digits = digitsOf(id);
  return digits === `6${serial.toLowerCase()}` || (nguid !== undefined && digits !== '' && digits === digitsOf(nguid));
};

const whyNone = (disk: HostDisk, serial: string | undefined, array: ArrayInventory): DiskMatch => {
  const { device, identities, product, hides } = disk;
  const own = array.identity;
  if (serial !== undefined) {
    const system = systemOf(serial);
    return {
      kind: 'elsewhere',
      reason:
        system === own.serial
          ? `no volume of ${own.name} has the serial ${serial} of ${device}`
          : `${device} has serial ${serial}, of InfiniBox ${system} and not of ${own.name} (${own.serial})`,
    };
  }
  if (hides !== undefined)
    return { kind: 'unknown', reason: `${device} is ${hides}: what is behind it cannot be seen` };
  if (identities.length === 0) return { kind: 'unknown', reason: `nothing identifies ${device}` };
  if (/NFINIDAT|InfiniBox/i.test(product ?? '') || identities.some(({ id }) => digitsOf(id).includes(company)))
    return { kind: 'unknown', reason: `${device} is of an InfiniBox, and no volume of ${own.name} is known to be it` };
  return { kind: 'elsewhere', reason: `${device} (${product ?? identities[0]?.id}) is no volume of an InfiniBox` };
};
