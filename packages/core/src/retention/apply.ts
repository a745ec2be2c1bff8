import { labelKeys, parseSetLabel } from '../catalogue.js';
import { messageOf, outcomeOf, RetentionIncompleteError, RetentionRefusedError } from '../errors.js';
import type { Clock, Log, PrunableSnapshotArray } from '../ports.js';
import { type GuardFacts, guardPlan } from './guard.js';
import { type PlannedSet, type RetentionPlan, vetoesOnSnapshot } from './plan.js';

/** What became of one snapshot that the plan removes. */
export interface RemovalOutcome {
  readonly set: string;
  readonly id: number;
  readonly name: string;
  /** `skipped`: not touched, because it is no longer what the plan was made for, or the run was told to stop. */
  readonly outcome: 'removed' | 'failed' | 'skipped';
  readonly reason?: string;
}

export interface ApplyDependencies {
  readonly array: PrunableSnapshotArray;
  readonly clock: Clock;
  readonly log: Log;
  /** Stops between two snapshots. */
  readonly signal: AbortSignal;
  readonly onRemoval: (outcome: RemovalOutcome) => void;
}

/**
 * Carries a plan out: re-reads each set, and the one that it is released by, before touching it; takes the complete
 * marker off first and deletes data members before archived-log members, so that a half-removed set never passes for a
 * whole one; stops within a set at the first failure, and goes on with the next set.
 *
 * @returns One outcome per snapshot of the plan's removals, all of them `removed`.
 * @throws {RetentionRefusedError} The plan breaks a safety rule, or no longer holds; nothing was deleted.
 * @throws {RetentionIncompleteError} Some were not removed. Its `outcomes` name all.
 */
export const applyRetention = async (
  plan: RetentionPlan,
  facts: GuardFacts,
  dependencies: ApplyDependencies,
): Promise<readonly RemovalOutcome[]> => {
  guardPlan(plan, facts);
  const doomed = plan.sets.filter(({ verdict }) => verdict === 'remove');
  for (const set of doomed) {
    const lost = await lostKeeper(set, plan, dependencies);
    if (lost !== undefined) throw new RetentionRefusedError('plan-no-longer-holds', lost, 'Plan again.');
  }
  const outcomes: RemovalOutcome[] = [];
  for (const set of doomed) outcomes.push(...(await removeSet(set, plan, dependencies)));
  if (outcomes.some(({ outcome }) => outcome !== 'removed')) throw new RetentionIncompleteError(outcomes);
  return outcomes;
};

/** Why the newer set that lets this one go is no longer there; `undefined` when it is. */
const lostKeeper = async (
  doomed: PlannedSet,
  { sets }: RetentionPlan,
  { array }: Pick<ApplyDependencies, 'array'>,
): Promise<string | undefined> => {
  const keeper = sets.find((set) => set.verdict !== 'remove' && releases(set, doomed));
  if (keeper === undefined) return `nothing that the plan keeps releases ${doomed.set}`;
  const ids = keeper.snapshots.map(({ id }) => id);
  const lost = `set ${keeper.set}, which the plan keeps and which lets ${doomed.set} go, is no longer whole`;
  if ((await array.listDatasets(ids)).length !== ids.length) return lost;
  const [first] = ids;
  if (keeper.state !== 'complete' || first === undefined) return undefined;
  return (await array.readLabels(first))[labelKeys.complete] === keeper.set ? undefined : lost;
};

/** A newer complete set of the same database lets a labelled set go; for a legacy snapshot, anything newer of its volume. */
const releases = (keeper: PlannedSet, doomed: PlannedSet): boolean => {
  if (Date.parse(keeper.createdAt) < Date.parse(doomed.createdAt)) return false;
  if (doomed.state === 'legacy') {
    const parents = doomed.snapshots.map(({ parentId }) => parentId);
    const isCandidate = keeper.state === 'complete' || keeper.state === 'legacy';
    return isCandidate && keeper.snapshots.some(({ parentId }) => parents.includes(parentId));
  }
  return keeper.state === 'complete' && keeper.database === doomed.database && keeper.dbid === doomed.dbid;
};

type PlannedSnapshot = PlannedSet['snapshots'][number];

const removeSet = async (
  set: PlannedSet,
  plan: RetentionPlan,
  dependencies: ApplyDependencies,
): Promise<readonly RemovalOutcome[]> => {
  const { array, signal, log, onRemoval } = dependencies;
  const outcomes: RemovalOutcome[] = [];
  const tell = ({ id, name }: PlannedSnapshot, outcome: RemovalOutcome['outcome'], reason?: string): void => {
    const about = { set: set.set, id, name, outcome };
    const told = { ...about, ...(reason === undefined ? {} : { reason }) };
    log.info({ ...told }, 'removal');
    onRemoval(told);
    outcomes.push(told);
  };
  const skipRest = (reason: string): readonly RemovalOutcome[] => {
    for (const snapshot of set.snapshots.slice(outcomes.length)) tell(snapshot, 'skipped', reason);
    return outcomes;
  };
  const isComplete = set.state === 'complete';
  const marked = set.snapshots[0] as PlannedSnapshot; // a set has one at least

  try {
    if (signal.aborted) return skipRest('told to stop');
    const changed = (await whatChanged(set, dependencies)) ?? (await lostKeeper(set, plan, dependencies));
    if (changed !== undefined) return skipRest(changed);
    if (isComplete) await array.removeLabel(marked.id, labelKeys.complete);
  } catch (error) {
    tell(marked, 'failed', messageOf(error));
    return skipRest('the set could not be read or unmarked');
  }
  for (const snapshot of set.snapshots) {
    if (signal.aborted) return skipRest('told to stop');
    try {
      await array.deleteSnapshot(snapshot.id);
      if ((await array.findDataset(snapshot.id)) !== undefined) throw new Error('the array still has it');
      tell(snapshot, 'removed');
    } catch (error) {
      if (await isGone(snapshot.id, array)) {
        tell(snapshot, 'removed');
        continue;
      }
      const isWhole = outcomes.length === 0 && outcomeOf(error) === 'refused';
      if (isWhole && isComplete) await remark(set, marked.id, dependencies);
      tell(snapshot, 'failed', messageOf(error));
      return skipRest(isWhole ? 'the set is still whole, and stays so' : 'a member before it was not removed');
    }
  }
  return outcomes;
};

/** Somebody else may have deleted it meanwhile; when that cannot be told, it counts as still there. */
const isGone = async (id: number, array: PrunableSnapshotArray): Promise<boolean> =>
  await array.findDataset(id).then(
    (found) => found === undefined,
    () => false,
  );

/** Nothing of the set was deleted: it counts again. */
const remark = async (set: PlannedSet, id: number, { array, log }: ApplyDependencies): Promise<void> => {
  try {
    await array.writeLabels(id, { [labelKeys.complete]: set.set });
  } catch (error) {
    log.warn({ set: set.set, cause: messageOf(error) }, 'the complete marker could not be put back');
  }
};

/** Why the set is no longer what was planned for; `undefined` when nothing changed. */
const whatChanged = async (set: PlannedSet, { array, clock }: ApplyDependencies): Promise<string | undefined> => {
  const now = new Date(clock.now());
  const present = new Map(
    (await array.listDatasets(set.snapshots.map(({ id }) => id))).map((dataset) => [dataset.id, dataset]),
  );
  for (const planned of set.snapshots) {
    const snapshot = present.get(planned.id);
    if (snapshot === undefined) return `${planned.name} is gone`;
    if (snapshot.name !== planned.name) return `${planned.name} is called ${snapshot.name} now`;
    if (snapshot.kind !== 'snapshot') return `${planned.name} is no snapshot any more`;
    if (snapshot.createdAt.getTime() !== Date.parse(planned.createdAt)) return `${planned.name} was made again since`;
    const [veto] = vetoesOnSnapshot(snapshot, now);
    if (veto !== undefined) return veto;
    const labels = await array.readLabels(planned.id);
    if (labelKeys.pin in labels) return `${planned.name} was pinned`;
    const label = labels[labelKeys.set];
    const owner = label === undefined ? undefined : parseSetLabel(label)?.set;
    if (set.state === 'legacy' ? label !== undefined : owner !== set.set) return `the label of ${planned.name} changed`;
  }
  const groupIds = new Set([...present.values()].map(({ groupId }) => groupId).filter((id) => id !== undefined));
  for (const id of groupIds) {
    const stranger = (await array.listMembers(id)).find((member) => !present.has(member.id));
    if (stranger !== undefined) return `its snapshot group holds ${stranger.name} too, which is not of the set`;
  }
  return undefined;
};
