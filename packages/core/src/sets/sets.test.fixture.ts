import { buildCatalogue, type CatalogueFacts, type SetLabel } from '../catalogue.js';
import type { Dataset } from '../ports.js';
import type { SetFacts } from './read-sets.js';

export const setId = '20261124T231502Z-ORCL-4f3a1c';
const now = new Date('2026-11-25T00:00:00Z');

export const dataset = (id: number, change: Partial<Dataset> = {}): Dataset => ({
  id,
  name: `ora_data${id}`,
  type: 'volume',
  kind: 'master',
  parentId: undefined,
  groupId: undefined,
  depth: 0,
  createdAt: new Date('2026-01-01T00:00:00Z'),
  isWriteProtected: false,
  isMapped: true,
  hasChildren: true,
  lockExpiresAt: undefined,
  isPolicyMade: false,
  isReplicated: false,
  ...change,
});

export const snapshot = (id: number, change: Partial<Dataset> = {}): Dataset =>
  dataset(id, {
    name: `snapshot${id}`,
    kind: 'snapshot',
    parentId: id - 100,
    depth: 1,
    createdAt: new Date('2026-11-24T23:15:13.250Z'),
    isWriteProtected: true,
    isMapped: false,
    hasChildren: false,
    ...change,
  });

/** The label of a member of a complete set, made on an array whose clock was ten seconds ahead. */
export const labelOf = (id: number, change: Partial<SetLabel> = {}): SetLabel => ({
  v: 1,
  id,
  set: setId,
  role: 'data',
  parent: id - 100,
  state: 'complete',
  database: { name: 'ORCL', uniqueName: 'ORCL', dbid: '1573298467' },
  members: { data: 2, archive: 1 },
  begin: { scn: '1523001', time: '2026-11-24T23:15:03.120+00:00' },
  end: { scn: '1523042', time: '2026-11-24T23:15:03.410+00:00' },
  logs: [
    [1, 12, 14],
    [2, 7, 7],
  ],
  redo: { from: '1522961', to: '1523050' },
  hotWindowMs: 290,
  arrayAheadMs: 10_000,
  worth: { coverage: 'declared', logs: 'captured', controlfile: 'captured' },
  ...change,
});

const carried = (objectId: number, value: unknown, key = 'orasync.set') => ({
  objectId,
  key,
  value: typeof value === 'string' ? value : JSON.stringify(value),
});

/** What a test may change of the facts, one thing at a time. */
export interface Changes {
  readonly snapshots?: readonly Dataset[];
  /** By the object that carries it. */
  readonly labels?: readonly (readonly [number, unknown])[];
  readonly markers?: readonly (readonly [number, string])[];
  readonly parents?: readonly Dataset[];
}

/** A set of two data members and an archive member, made right but for the changes. */
export const factsWith = ({
  snapshots = [snapshot(1101), snapshot(1102), snapshot(1103, { createdAt: new Date('2026-11-24T23:15:14Z') })],
  labels = [
    [1101, labelOf(1101)],
    [1102, labelOf(1102)],
    [1103, labelOf(1103, { role: 'archive' })],
  ],
  markers = [[1101, setId]],
  parents = [dataset(1001), dataset(1002), dataset(1003)],
}: Changes = {}): SetFacts => {
  const catalogue: CatalogueFacts = {
    snapshots,
    setLabels: labels.map(([id, value]) => carried(id, value)),
    markers: markers.map(([id, value]) => carried(id, value, 'orasync.complete')),
    pins: [],
    makers: [],
    runRecords: [],
  };
  return {
    array: { name: 'box', serial: '1', version: '7', time: now },
    catalogue,
    sets: buildCatalogue(catalogue, 'snapshot', now),
    parents: new Map(parents.map((parent) => [parent.id, parent])),
  };
};

/** The labels of all members, each with the same change. */
export const labelsWith = (change: Partial<SetLabel>): readonly (readonly [number, unknown])[] => [
  [1101, labelOf(1101, change)],
  [1102, labelOf(1102, change)],
  [1103, labelOf(1103, { role: 'archive', ...change })],
];
