import { labelKeys, parseSetLabel } from '../catalogue.js';
import { isInForce, parsePin } from '../pin.js';
import type { Clock, Dataset, PrunableSnapshotArray } from '../ports.js';
import type { PlannedSet, RetentionPlan } from './retention-plan.js';
import { formatVeto, vetoesOnSnapshot } from './veto.js';

export interface RecheckDependencies {
  readonly array: PrunableSnapshotArray;
  readonly clock: Clock;
}

type PlannedSnapshot = PlannedSet['snapshots'][number];

/**
 * The newer set that lets this one go: a complete one of the same database lets a labelled set go; for a legacy snapshot,
 * anything newer of its volume.
 */
export const keeperOf = (doomed: PlannedSet, { sets }: RetentionPlan): PlannedSet | undefined =>
  sets.find((set) => set.verdict !== 'remove' && releases(set, doomed));

const releases = (keeper: PlannedSet, doomed: PlannedSet): boolean => {
  if (Date.parse(keeper.createdAt) < Date.parse(doomed.createdAt)) return false;
  if (doomed.state === 'legacy') {
    const parents = doomed.snapshots.map(({ parentId }) => parentId);
    const isCandidate = keeper.state === 'complete' || keeper.state === 'legacy';
    return isCandidate && keeper.snapshots.some(({ parentId }) => parents.includes(parentId));
  }
  return keeper.state === 'complete' && keeper.database === doomed.database && keeper.dbid === doomed.dbid;
};

/** Why a set that the plan keeps no longer lets others go; `undefined` when it is whole, and marked. */
export const whatIsLost = async (
  keeper: PlannedSet,
  { array }: Pick<RecheckDependencies, 'array'>,
): Promise<string | undefined> => {
  const ids = keeper.snapshots.map(({ id }) => id);
  const lost = `set ${keeper.set}, which the plan keeps and which lets others go, is no longer whole`;
  if ((await array.listDatasets(ids)).length !== ids.length) return lost;
  const [first] = ids;
  if (keeper.state !== 'complete' || first === undefined) return undefined;
  return (await array.readLabels(first))[labelKeys.complete] === keeper.set ? undefined : lost;
};

/** Why a snapshot is no longer the one that was planned for; `undefined` when it is, and nothing forbids its removal. */
export const whatChangedOn = (
  { id, name, createdAt }: PlannedSnapshot,
  snapshot: Dataset | undefined,
  now: Date,
): string | undefined => {
  if (snapshot === undefined) return `${name} (${id}) is gone`;
  if (snapshot.name !== name) return `${name} (${id}) is called ${snapshot.name} now`;
  if (snapshot.kind !== 'snapshot') return `${name} (${id}) is no snapshot any more`;
  if (snapshot.createdAt.getTime() !== Date.parse(createdAt)) return `${name} (${id}) was made again since`;
  const [veto] = vetoesOnSnapshot(snapshot, now);
  return veto === undefined ? undefined : formatVeto(veto);
};

/** Why a set is no longer what was planned for; `undefined` when nothing changed. */
export const whatChanged = async (
  set: PlannedSet,
  { array, clock }: RecheckDependencies,
): Promise<string | undefined> => {
  const now = new Date(clock.now());
  const listed = await array.listDatasets(set.snapshots.map(({ id }) => id));
  const present = new Map(listed.map((dataset) => [dataset.id, dataset]));
  for (const planned of set.snapshots) {
    const changed = whatChangedOn(planned, present.get(planned.id), now);
    if (changed !== undefined) return changed;
    const labels = await array.readLabels(planned.id);
    const { [labelKeys.pin]: pin, [labelKeys.set]: label } = labels;
    if (pin !== undefined && isInForce(parsePin(pin), now)) return `${planned.name} was pinned`;
    const owner = label === undefined ? undefined : parseSetLabel(label)?.set;
    if (set.state === 'legacy' ? label !== undefined : owner !== set.set) return `the label of ${planned.name} changed`;
  }
  const groupIds = new Set(listed.map(({ groupId }) => groupId).filter((id) => id !== undefined));
  for (const id of groupIds) {
    const stranger = (await array.listMembers(id)).find((member) => !present.has(member.id));
    if (stranger !== undefined) return `its snapshot group holds ${stranger.name} too, which is not of the set`;
  }
  return undefined;
};
