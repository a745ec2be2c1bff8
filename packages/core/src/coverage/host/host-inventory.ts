import { z } from 'zod';

/** One link of the chain from a path to a disk: what was found, and what said so. */
const step = z.object({
  found: z.string(),
  by: z.string().describe('the command or file that says so'),
});

/** An NFS export as the host mounts it. */
const share = z.object({
  server: z.string().describe('as the mount names it'),
  addresses: z.array(z.string()).describe('addresses of the server that are known to the host; may be empty'),
  export: z.string(),
});

const where = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('block'),
    mount: z.string().optional().describe('absent for a device that is used without a file system'),
    device: z.string(),
    disks: z.array(z.string()).min(1).describe('every disk that holds a part of it, as in `disks`'),
    volumeGroup: z.string().optional(),
  }),
  z.object({
    kind: z.literal('nfs'),
    mount: z.string(),
    share,
    path: z.string().describe('of the file below the export, such as /orcl/system01.dbf'),
  }),
  z.object({
    kind: z.literal('memory'),
    mount: z.string(),
    fileSystem: z.string().describe('such as tmpfs, which is on no disk'),
  }),
  z.object({ kind: z.literal('unknown'), reason: z.string() }),
]);

const place = z.object({
  asked: z.string().describe('a path, or a disk as ASM names it, exactly as it was asked for'),
  realPath: z.string().optional(),
  steps: z.array(step),
  where,
});

const disk = z.object({
  device: z.string().describe('such as /dev/sdb, or /dev/mapper/mpatha for all its paths together'),
  identities: z
    .array(z.object({ id: z.string(), by: z.string() }))
    .describe('such as naa.6742b0f…, as each source spells it; empty when none is known'),
  product: z.string().optional().describe('vendor and model'),
  hides: z.string().optional().describe('why the disk cannot be told from here, such as: a virtual disk'),
});

/** What the host itself uses a part of a disk for. */
const occupant = z.object({
  device: z.string(),
  disks: z.array(z.string()),
  mounts: z.array(z.string()),
  content: z.string().describe('such as ext4, swap, LVM2_member or oracleasm'),
  volumeGroup: z.string().optional(),
});

/**
 * What a host knows of the places of files, read there and portable: also the file that `map --inventory` writes. Unknown
 * keys pass: later versions only add.
 */
export const hostInventory = z.object({
  v: z.literal(1),
  host: z.string(),
  takenAt: z.iso.datetime({ offset: true }),
  places: z.array(place).describe('one for every path and disk that was asked for'),
  disks: z.array(disk).describe('all disks of the host, paths of one disk counted once'),
  volumeGroups: z.array(z.object({ name: z.string(), disks: z.array(z.string()) })),
  occupants: z.array(occupant).describe('all file systems and other uses that the host sees on its disks'),
  unread: z
    .array(z.object({ source: z.string(), reason: z.string() }))
    .describe('commands that are missing, were refused or took too long'),
});

export type HostInventory = z.output<typeof hostInventory>;
export type HostPlace = HostInventory['places'][number];
export type HostDisk = HostInventory['disks'][number];
