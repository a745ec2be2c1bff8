import type { ArrayInventory } from './array-inventory.js';
import type { CoverageFacts, CoverageRules, CoverageTarget } from './coverage.js';
import { coveragePolicies } from './coverage-policy.js';
import type { DatabaseFileKind } from './database-inventory.js';
import type { HostDisk, HostInventory, HostPlace } from './host/host-inventory.js';

/** The serial of a volume of InfiniBox 1234, or of another one. */
export const serialOf = (id: number, system = 1234): string =>
  `742b0f00000${system.toString(16).padStart(4, '0')}${id.toString(16).padStart(16, '0')}`;

/** Volumes v1, v2, … of the array under test. */
export const arrayWith = (ids: readonly number[], more: Partial<ArrayInventory> = {}): ArrayInventory => ({
  identity: { name: 'ibox1234', serial: '1234' },
  volumes: ids.map((id) => ({ id, name: `v${id}`, serial: serialOf(id) })),
  exports: [],
  nasAddresses: ['10.0.0.1'],
  ...more,
});

/** A disk that is this volume. */
export const diskOf = (id: number, more: Partial<HostDisk> = {}): HostDisk => ({
  device: `/dev/d${id}`,
  identities: [{ id: `naa.6${serialOf(id)}`, by: 'sysfs' }],
  ...more,
});

/** A path on a file system of its own over these disks. */
export const placeOn = (asked: string, ids: readonly number[], volumeGroup?: string): HostPlace => ({
  asked,
  steps: [],
  where: {
    kind: 'block',
    mount: asked.slice(0, asked.lastIndexOf('/')) || '/',
    device: `/dev/mapper/${asked.split('/')[1]}`,
    disks: ids.map((id) => `/dev/d${id}`),
    ...(volumeGroup !== undefined && { volumeGroup }),
  },
});

/** A host with these places and disks. */
export const hostWith = (more: Partial<HostInventory>): HostInventory => ({
  v: 1,
  host: 'db1',
  takenAt: '2026-03-01T12:00:00.000Z',
  places: [],
  disks: [],
  volumeGroups: [],
  occupants: [],
  unread: [],
  ...more,
});

/** A target of these volumes. */
export const targetOf = (ids: readonly number[], kind: CoverageTarget['kind'] = 'volumes'): CoverageTarget => ({
  kind,
  members: ids.map((id) => ({ id, name: `v${id}`, type: kind === 'filesystems' ? 'filesystem' : 'volume' })),
});

/** Files of a database, by path. */
export const filesOf = (files: Readonly<Record<string, DatabaseFileKind>>): CoverageFacts['database']['files'] =>
  Object.entries(files).map(([path, kind]) => ({ path, kind }));

/** Facts of a database without ASM, on volumes 1 to 9. */
export const factsOf = (
  files: Readonly<Record<string, DatabaseFileKind>>,
  more: Partial<CoverageFacts>,
): CoverageFacts => ({
  database: { files: filesOf(files), asmGroups: [] },
  host: hostWith({}),
  array: arrayWith([1, 2, 3, 4, 5, 6, 7, 8, 9]),
  targets: { data: targetOf([1]), archive: undefined },
  others: [],
  ...more,
});

/** What is decided when nobody decided anything. */
export const defaultRules: CoverageRules = { policies: coveragePolicies.parse({}), exceptions: [] };
