import type { CoverageFacts, CoverageTarget } from './coverage.js';
import { diskGroupOf, type Location, locateDiskGroup, locateDisks } from './locate.js';

/** Disks that only make sense together: those of an ASM disk group, or of a volume group of LVM. */
export interface DiskGroup {
  /** Such as `volume group vg_data`. */
  readonly what: string;
  readonly location: Location;
}

/** The groups that hold anything of the database. */
export const ourDiskGroups = ({ host, array, database }: CoverageFacts): readonly DiskGroup[] => {
  const { files, asmGroups } = database;
  const ofAsm = [...new Set(files.flatMap(({ path }) => diskGroupOf(path) ?? []))].map((name) => ({
    what: `disk group ${name}`,
    location: locateDiskGroup(name, { host, array, asmGroups }),
  }));
  if (host === undefined) return ofAsm;
  const used = new Set(host.places.flatMap(({ where }) => (where.kind === 'block' ? (where.volumeGroup ?? []) : [])));
  const ofLvm = host.volumeGroups
    .filter(({ name }) => used.has(name))
    .map(({ name, disks }) => ({ what: `volume group ${name}`, location: locateDisks(disks, host, array) }));
  return [...ofAsm, ...ofLvm];
};

/** Filesystems are snapshotted by one call each; volumes, and a consistency group, by one call for all. */
const isOneInstant = ({ kind }: CoverageTarget): boolean => kind !== 'filesystems';

/**
 * Whether a group is cut in pieces: a part of it is on a target, and not all of it on one that is cut at one instant.
 *
 * Source: oracle-hot-backup.md section 7.2.
 */
export const isSplit = (
  { location: { datasets, elsewhere } }: DiskGroup,
  { data, archive }: CoverageFacts['targets'],
): boolean => {
  const instants = [data, ...(archive === undefined ? [] : [archive])].filter(isOneInstant);
  const isOn = ({ members }: CoverageTarget, id: number): boolean => members.some((member) => member.id === id);
  const isTouched = instants.some((target) => datasets.some(({ id }) => isOn(target, id)));
  const isWhole = elsewhere.length === 0 && instants.some((target) => datasets.every(({ id }) => isOn(target, id)));
  return isTouched && !isWhole;
};
