import { createSimulatedArray, type SimulatedArray } from './array/simulated-array.js';
import { type Clock, systemClock } from './clock.js';
import { createDisk, mountDisks } from './disk.js';
import { createFaults, type Faults } from './faults.js';
import { createSimulatedHost, type HostMount, type SimulatedHost } from './host.js';
import { createJournal, type Journal } from './journal.js';
import { turnDatabase } from './oracle/database-knobs.js';
import { createSimulatedDatabase, type SimulatedDatabase } from './oracle/simulated-database.js';

/** How large a world is. */
export interface WorldOptions {
  readonly clock?: Clock;
  /** Data volumes, each with at least one data file. Default 4. */
  readonly data?: number;
  /** Archive volumes; archived logs go to the first. Default 1. */
  readonly archive?: number;
  /** Volumes or filesystems that are mounted on the host and are no target; no file lies there at first. Default 0. */
  readonly unlisted?: number;
  /** What holds the files: volumes, volumes in one consistency group per role, or filesystems. Default `volumes`. */
  readonly targets?: TargetKind;
  /** Names of pluggable databases: then it is a container database with a seed, each with files of its own. Default none. */
  readonly pluggable?: readonly string[];
  readonly database?: Partial<Parameters<typeof createSimulatedDatabase>[0]>;
}

/** What the snapshots of a role are taken of. */
type TargetKind = 'volumes' | 'consistencyGroup' | 'filesystems';

interface WorldVolume {
  readonly id: number;
  readonly name: string;
}

/** An array and a database whose files lie on it, under one clock, one journal and one list of faults. */
export interface World {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly array: SimulatedArray;
  readonly database: SimulatedDatabase;
  readonly targets: TargetKind;
  /** With targets of that kind, filesystems. */
  readonly volumes: { readonly data: readonly WorldVolume[]; readonly archive: readonly WorldVolume[] };
  /** Directories on what is mounted and no target: whatever is put there is in no backup. */
  readonly unlistedDirectories: readonly string[];
  /** The host of the database, which knows what its paths lie on. */
  readonly host: SimulatedHost;
  /** The names of the consistency groups, when the targets are such. */
  readonly groups: typeof groupNames;
  /** On the first archive volume: where archived logs go, and restore material may. */
  readonly archiveDirectory: string;
}

/** Credentials of the doubles: secrets of nothing, and easy to find where they must not be. */
export const worldCredentials = {
  array: { username: 'admin', password: 'Snap5hot-array' },
  oracle: { user: 'system', password: 'Manager1-db', sid: 'ORCL' },
} as const;

const volumeBytes = 10 * 1024 ** 3;
const groupNames = { data: 'ora_data', archive: 'ora_arch' } as const;
/** The directory object of the archive directory, by which a run writes its manifest. */
const materialDirectory = 'ORASYNC';
const materialGrants = ['READ', 'WRITE'].map((right) => `${right} ON DIRECTORY ${materialDirectory}`);
/** Every database has these; further files are called app01.dbf and so on. */
const usualFiles = ['system01.dbf', 'sysaux01.dbf', 'undotbs01.dbf', 'users01.dbf'];

const numbered = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${String(index + 1).padStart(2, '0')}`);

const containersOf = (pluggable: readonly string[]) =>
  pluggable.length === 0
    ? []
    : [
        { id: 1, name: 'CDB$ROOT', openMode: 'READ WRITE' as const },
        { id: 2, name: 'PDB$SEED', openMode: 'READ ONLY' as const },
        ...pluggable.map((name, index) => ({
          id: 3 + index,
          name: name.toUpperCase(),
          openMode: 'READ WRITE' as const,
        })),
      ];

/** Makes a world in which the database has done some work, and goes on working at every call on either side. */
export const createWorld = ({
  clock = systemClock,
  data = 4,
  archive = 1,
  unlisted = 0,
  targets = 'volumes',
  pluggable = [],
  database: settings = {},
}: WorldOptions = {}): World => {
  const faults = createFaults();
  const journal = createJournal(clock, ({ what }, when) => {
    for (const knob of faults.takeKnobs(what, when)) turnDatabase(database, knob);
  });
  const onCall = () => database.work();
  const array = createSimulatedArray({ clock, journal, faults, onCall, ...worldCredentials.array });
  const add = (name: string): number => {
    const settings = { name, sizeBytes: volumeBytes };
    if (targets !== 'filesystems') return array.addVolume(settings);
    const id = array.addFilesystem(settings);
    array.addExport(id, `/${name}`);
    return id;
  };
  const addVolumes = (names: readonly string[]) => names.map((name) => ({ id: add(name), name }));
  const volumes = { data: addVolumes(numbered('ora_data', data)), archive: addVolumes(numbered('ora_arch', archive)) };
  if (targets === 'consistencyGroup')
    for (const role of ['data', 'archive'] as const)
      if (volumes[role].length > 0)
        array.addGroup({ name: groupNames[role], members: volumes[role].map(({ id }) => id) });

  const mountPoint = (name: string) => `/u02/ORCL/${name}`;
  const strangers = addVolumes(numbered('ora_extra', unlisted));
  const mounted = [...volumes.data, ...volumes.archive, ...strangers];
  const disk = mountDisks({
    '/': createDisk(),
    ...Object.fromEntries(mounted.map(({ name }) => [mountPoint(name), array.diskOf(name)])),
  });
  const files = [...usualFiles, ...numbered('app', Math.max(0, data - usualFiles.length)).map((name) => `${name}.dbf`)];
  const containers = containersOf(pluggable);
  const containerFiles = containers
    .filter(({ id }) => id > 1)
    .flatMap(({ id, name }) =>
      usualFiles
        .slice(0, 2)
        .map((file) => ({ path: `${name.replace('PDB$SEED', 'pdbseed')}/${file}`, containerId: id })),
    );
  const [firstArchive] = volumes.archive;
  const archiveDirectory = firstArchive === undefined ? '/u03/ORCL/arch' : mountPoint(firstArchive.name);
  const mounts = mounted.map(
    (dataset): HostMount => ({
      mountPoint: mountPoint(dataset.name),
      dataset: { kind: targets === 'filesystems' ? 'filesystem' : 'volume', ...dataset },
    }),
  );
  const { user, password, sid } = worldCredentials.oracle;
  const database: SimulatedDatabase = createSimulatedDatabase({
    clock,
    journal,
    faults,
    onCall,
    disk,
    sid,
    users: [{ name: user, password, roles: ['DBA', ...materialGrants] }],
    directoryObjects: [{ name: materialDirectory, path: archiveDirectory }],
    containers,
    datafiles: [...files.map((path) => ({ path })), ...containerFiles].map((file, index) => ({
      ...file,
      path: `${mountPoint(volumes.data[index % volumes.data.length]?.name ?? '')}/${file.path}`,
    })),
    archiveDirectory,
    ...settings,
  });
  return {
    clock,
    journal,
    faults,
    array,
    database,
    targets,
    volumes,
    unlistedDirectories: strangers.map(({ name }) => mountPoint(name)),
    host: createSimulatedHost({ name: database.state.hostName, clock, array, mounts }),
    groups: groupNames,
    archiveDirectory,
  };
};

/** A database beside the first one of a world, with volumes of its own on the same array. */
export interface FurtherDatabase {
  readonly database: SimulatedDatabase;
  readonly volumes: { readonly data: readonly WorldVolume[]; readonly archive: readonly WorldVolume[] };
  readonly host: SimulatedHost;
}

/** Adds a database, such as one of ten that share an array. It works at its own calls alone. */
export const addDatabase = (
  { clock, journal, faults, array }: World,
  { sid, data = 1, archive = 1 }: { readonly sid: string; readonly data?: number; readonly archive?: number },
): FurtherDatabase => {
  const addVolumes = (prefix: string, count: number) =>
    numbered(`${sid.toLowerCase()}_${prefix}`, count).map((name) => ({
      id: array.addVolume({ name, sizeBytes: volumeBytes }),
      name,
    }));
  const volumes = { data: addVolumes('data', data), archive: addVolumes('arch', archive) };
  const mountPoint = ({ name }: WorldVolume) => `/u02/${sid}/${name}`;
  const mounted = [...volumes.data, ...volumes.archive];
  const { user, password } = worldCredentials.oracle;
  const [firstArchive] = volumes.archive;
  const database: SimulatedDatabase = createSimulatedDatabase({
    clock,
    journal,
    faults,
    onCall: () => database.work(),
    disk: mountDisks({
      '/': createDisk(),
      ...Object.fromEntries(mounted.map((volume) => [mountPoint(volume), array.diskOf(volume.name)])),
    }),
    sid,
    // Object ids are given once.
    dbid: 1_655_400_000n + BigInt(volumes.data[0]?.id ?? 0),
    users: [{ name: user, password, roles: ['DBA'] }],
    datafiles: volumes.data.map((volume, index) => ({
      path: `${mountPoint(volume)}/${usualFiles[index % usualFiles.length]}`,
    })),
    archiveDirectory: firstArchive === undefined ? `/u03/${sid}/arch` : mountPoint(firstArchive),
  });
  const mounts = mounted.map(
    (volume): HostMount => ({ mountPoint: mountPoint(volume), dataset: { kind: 'volume', ...volume } }),
  );
  return { database, volumes, host: createSimulatedHost({ name: database.state.hostName, clock, array, mounts }) };
};
