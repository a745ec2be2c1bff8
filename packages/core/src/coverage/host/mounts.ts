import { parseRows, type Row } from './util-linux.js';

/** A mount of the host. */
export interface Mount {
  readonly target: string;
  /** A device, `server:/export`, or the name of something that is neither. */
  readonly source: string;
  readonly fileSystem: string;
  /** Major and minor number of the device, such as 253:3, or `none`. */
  readonly number: string;
  /** The directory of the file system that is mounted here: not `/` for a bind mount or a subvolume. */
  readonly root: string;
  readonly options: string;
}

/** What `findmnt` is asked for. FSROOT is known to util-linux 2.23. */
export const mountColumns = 'TARGET,SOURCE,FSTYPE,MAJ:MIN,FSROOT,OPTIONS';

/** The mounts in the order of findmnt: of two at the same place, the one on top comes later. */
export const parseMounts = (text: string): readonly Mount[] => parseRows(text, 'filesystems').flatMap(mountsOf);

const mountsOf = ({ columns, children }: Row): readonly Mount[] => {
  const { target = '', source = '', fstype = '', fsroot = '/', options = '' } = columns;
  const suffix = `[${fsroot}]`;
  return [
    {
      target,
      source: source.endsWith(suffix) ? source.slice(0, -suffix.length) : source,
      fileSystem: fstype,
      number: columns['maj:min']?.trim() ?? 'none',
      root: fsroot,
      options,
    },
    ...children.flatMap(mountsOf),
  ];
};

/** Whether a path is this directory or lies below it. */
export const isWithin = (directory: string, path: string): boolean =>
  path === directory || path.startsWith(directory.endsWith('/') ? directory : `${directory}/`);

/** The mount that a real path lies on. */
export const mountOf = (mounts: readonly Mount[], realPath: string): Mount | undefined =>
  mounts
    .filter(({ target }) => isWithin(target, realPath))
    .reduce<Mount | undefined>(
      (nearest, mount) => (nearest === undefined || mount.target.length >= nearest.target.length ? mount : nearest),
      undefined,
    );

/** A path below the file system's own root, given where it is mounted. */
export const pathInFileSystem = ({ target, root }: Mount, realPath: string): string =>
  `${root.replace(/\/$/, '')}/${realPath.slice(target.length).replace(/^\//, '')}`;
