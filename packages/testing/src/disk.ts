/**
 * A file system in the simulated world. File contents are immutable values (a write replaces the value), so that a
 * snapshot is a copy of the map and keeps the content of its instant.
 */
export interface Disk {
  read(path: string): unknown;
  write(path: string, content: unknown): void;
  remove(path: string): void;
  paths(): readonly string[];
}

/** A disk that is not on the array, such as the host's own. */
export const createDisk = (files: Map<string, unknown> = new Map()): Disk => ({
  read: (path) => files.get(path),
  write: (path, content) => void files.set(path, content),
  remove: (path) => void files.delete(path),
  paths: () => [...files.keys()],
});

/**
 * Several disks as one: a path belongs to the longest mount point it starts with.
 *
 * @throws {Error} on a path below no mount point.
 */
export const mountDisks = (mounts: Readonly<Record<string, Disk>>): Disk => {
  const byLength = Object.entries(mounts).sort(([a], [b]) => b.length - a.length);
  const diskOf = (path: string): Disk => {
    const found = byLength.find(([mountPoint]) => mountPoint === '/' || path.startsWith(`${mountPoint}/`));
    if (found === undefined) throw new Error(`${path} lies below no mount point of the simulated host`);
    return found[1];
  };
  return {
    read: (path) => diskOf(path).read(path),
    write: (path, content) => diskOf(path).write(path, content),
    remove: (path) => diskOf(path).remove(path),
    paths: () => byLength.flatMap(([, disk]) => disk.paths()),
  };
};
