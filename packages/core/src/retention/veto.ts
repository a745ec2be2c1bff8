import type { BackupSet } from '../catalogue.js';
import { isInForce } from '../pin.js';
import type { Dataset, SnapshotUse } from '../ports.js';

/** What forbids the removal of a set, whatever its age. It keeps the set whole. */
export interface Veto {
  readonly kind: 'locked' | 'mapped' | 'exported' | 'children' | 'replicated' | 'pinned' | 'in-flight';
  /** The object, in words: the snapshot's name and id, with the host, the export path or whatever else holds it. */
  readonly object: string;
  /** When it ends by itself. */
  readonly until?: Date;
  readonly by?: string;
  readonly reason?: string;
}

const unknownUse: SnapshotUse = { mappedTo: [], exportedAs: [], children: [], replicas: [] };

/** How many names one veto gives. */
const named = 5;

const some = (names: readonly string[]): string =>
  names.length > named ? `${names.slice(0, named).join(', ')} and ${names.length - named} more` : names.join(', ');

/** What forbids the removal of one snapshot. */
export const vetoesOnSnapshot = (snapshot: Dataset, now: Date, use: SnapshotUse = unknownUse): readonly Veto[] => {
  const what = `${snapshot.name} (${snapshot.id})`;
  const held = (by: readonly string[], how: string, otherwise: string): string =>
    by.length === 0 ? `${what} ${otherwise}` : `${what} ${how} ${some(by)}`;
  const vetoes: Veto[] = [];
  const { lockExpiresAt } = snapshot;
  if (lockExpiresAt !== undefined && lockExpiresAt.getTime() > now.getTime())
    vetoes.push({ kind: 'locked', object: what, until: lockExpiresAt });
  if (snapshot.isMapped && (snapshot.type === 'volume' || use.mappedTo.length > 0))
    vetoes.push({ kind: 'mapped', object: held(use.mappedTo, 'to', 'to a host') });
  if (snapshot.isMapped && snapshot.type === 'filesystem')
    vetoes.push({ kind: 'exported', object: held(use.exportedAs, 'as', 'to hosts') });
  if (snapshot.hasChildren)
    vetoes.push({ kind: 'children', object: held(use.children, 'has', 'has or its snapshot group has some') });
  if (snapshot.isReplicated)
    vetoes.push({ kind: 'replicated', object: held(use.replicas, 'by', 'as source, target or base') });
  return vetoes;
};

/** What forbids the removal of a set as far as the catalogue shows: pin, run at work, and the state of each member. */
export const vetoesOnSet = ({ members, pin, id, state, isPinned }: BackupSet, now: Date): readonly Veto[] => [
  ...(isPinned && (pin === undefined || isInForce(pin, now))
    ? [
        {
          kind: 'pinned' as const,
          object: id,
          ...(pin?.until === undefined ? {} : { until: pin.until }),
          ...(pin?.by === undefined ? {} : { by: pin.by }),
          ...(pin?.reason === undefined ? {} : { reason: pin.reason }),
        },
      ]
    : []),
  ...(state === 'in-flight' ? [{ kind: 'in-flight' as const, object: id }] : []),
  ...members.flatMap(({ snapshot }) => vetoesOnSnapshot(snapshot, now)),
];

const words: Readonly<Record<Veto['kind'], string>> = {
  locked: 'locked',
  mapped: 'mapped',
  exported: 'exported',
  children: 'children',
  replicated: 'replicated',
  pinned: 'pinned',
  'in-flight': 'its run may still be at work',
};

/** A veto in words, times in UTC. */
export const formatVeto = ({ kind, object, until, by, reason }: Veto): string =>
  [
    words[kind],
    ...(by === undefined ? [] : [` by ${by}`]),
    ...(until === undefined ? [] : [` until ${until.toISOString()}`]),
    `: ${object}`,
    ...(reason === undefined ? [] : [` (${reason})`]),
  ].join('');
