/** What `stat -L` says of a file. */
export interface FileStatus {
  readonly type: 'block device' | 'character device' | 'other';
  /** Major and minor number of the device that the file lies on, such as 253:3. */
  readonly onNumber: string;
  /** Of the device that the file is. */
  readonly ownNumber: string;
}

/** What `stat` is asked for: each file ends with a NUL, since its name may hold anything else. */
export const statFormat = '%f %d %t %T %n\\0';

const typeBits = 0o170000;

/** Source: inode(7), the file type in st_mode. */
const typeOf = (mode: number): FileStatus['type'] => {
  if ((mode & typeBits) === 0o060000) return 'block device';
  return (mode & typeBits) === 0o020000 ? 'character device' : 'other';
};

/** Source: makedev(3) of glibc: 12 bits of minor number around the low 8, then 12 of major number. */
const splitNumber = (device: number): string => {
  const low = device % 2 ** 32;
  return `${Math.floor(low / 256) % 4096}:${Math.floor(low / 2 ** 20) * 256 + (low % 256)}`;
};

/** The status of each file that was found, by its name. */
export const parseFileStatuses = (text: string): ReadonlyMap<string, FileStatus> =>
  new Map(
    [...text.matchAll(/([0-9a-f]+) (\d+) ([0-9a-f]+) ([0-9a-f]+) ([^\0]*)\0/g)].map(
      ([, mode = '', device = '', major = '', minor = '', name = '']) => [
        name,
        {
          type: typeOf(Number.parseInt(mode, 16)),
          onNumber: splitNumber(Number(device)),
          ownNumber: `${Number.parseInt(major, 16)}:${Number.parseInt(minor, 16)}`,
        },
      ],
    ),
  );

/** `raw -qa`: the number of the block device behind each raw one, by the number of the latter's. Source: raw(8). */
export const parseRawBindings = (text: string): ReadonlyMap<string, string> =>
  new Map(
    [...text.matchAll(/^\/dev\/raw\/raw(\d+):\s*bound to major (\d+), minor (\d+)/gm)].map(
      ([, raw = '', major = '', minor = '']) => [`${rawMajor}:${raw}`, `${major}:${minor}`],
    ),
  );

/** Source: Linux, Documentation/admin-guide/devices.txt. */
const rawMajor = 162;
