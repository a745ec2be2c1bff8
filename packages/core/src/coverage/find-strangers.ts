import type { CoverageFacts } from './coverage.js';
import type { HostInventory } from './host/host-inventory.js';
import { locateDisks } from './locate.js';

/** Something that a restore of a target would overwrite too, and that is not this database's. */
export interface Stranger {
  readonly dataset: string;
  /** Goes on from the dataset's name. */
  readonly what: string;
}

/**
 * What else lies on the targets, as far as host and configuration tell: file systems, swap and volumes of LVM or ASM on our
 * volumes, and targets of other databases.
 */
export const findStrangers = ({ host, array, targets, others }: CoverageFacts): readonly Stranger[] => {
  const members = [
    ...new Map([...targets.data.members, ...(targets.archive?.members ?? [])].map((each) => [each.id, each])).values(),
  ];
  const shared = others.flatMap(({ name, datasetIds }) =>
    members
      .filter(({ id }) => datasetIds.includes(id))
      .map((member) => ({ dataset: member.name, what: `is a target of database ${name}` })),
  );
  if (host === undefined) return shared;
  const onHost = host.occupants
    .filter((occupant) => !isOurs(occupant, host))
    .flatMap((occupant) =>
      locateDisks(occupant.disks, host, array)
        .datasets.filter(({ id }) => members.some((member) => member.id === id))
        .map(({ name }) => ({ dataset: name, what: describe(occupant) })),
    );
  return [...shared, ...onHost];
};

type Occupant = HostInventory['occupants'][number];

/** Whether one of the places that were asked for is on it, or it is a spare part of a volume group that one is in. */
const isOurs = ({ device, mounts, content, volumeGroup, disks }: Occupant, { places }: HostInventory): boolean =>
  places.some(
    ({ where }) =>
      where.kind === 'block' &&
      (where.device === device ||
        (where.mount !== undefined && mounts.includes(where.mount)) ||
        // Both a partition and its twin of device mapper name the one partition of ASM.
        (content === 'oracleasm' && where.mount === undefined && where.disks.join() === disks.join()) ||
        (content === 'LVM2_member' && volumeGroup !== undefined && where.volumeGroup === volumeGroup)),
  );

const describe = ({ device, mounts, content }: Occupant): string =>
  mounts.length === 0 ? `holds ${device} (${content})` : `holds ${mounts.join(', ')} (${content} on ${device})`;
