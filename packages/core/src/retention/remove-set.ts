import { labelKeys } from '../catalogue.js';
import { messageOf, outcomeOf } from '../errors.js';
import type { Log, PrunableSnapshotArray } from '../ports.js';
import { type RecheckDependencies, whatChanged, whatChangedOn } from './recheck.js';
import type { PlannedSet } from './retention-plan.js';

/** What became of one snapshot that the plan removes. */
export interface RemovalOutcome {
  readonly set: string;
  readonly id: number;
  readonly name: string;
  /** `skipped`: not touched, because it is no longer what the plan was made for, or the run was told to stop. */
  readonly outcome: 'removed' | 'failed' | 'skipped';
  readonly reason?: string;
}

export interface RemovalDependencies extends RecheckDependencies {
  readonly log: Log;
  /** Stops between two snapshots. */
  readonly signal: AbortSignal;
  readonly onRemoval: (outcome: RemovalOutcome) => void;
}

type PlannedSnapshot = PlannedSet['snapshots'][number];

/**
 * Removes one set: takes the complete marker off first and deletes data members before archived-log members, so that a
 * half-removed set never passes for a whole one; reads each object again before it is deleted, and after; stops at the first
 * failure.
 *
 * @param forbids  Why the set may not be removed after all, asked just before anything is changed.
 * @returns        One outcome per snapshot.
 */
export const removeSet = async (
  set: PlannedSet,
  forbids: () => Promise<string | undefined>,
  dependencies: RemovalDependencies,
): Promise<readonly RemovalOutcome[]> => {
  const { array, signal, log, onRemoval, clock } = dependencies;
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
    const changed = (await whatChanged(set, dependencies)) ?? (await forbids());
    if (changed !== undefined) return skipRest(changed);
    if (isComplete) await array.removeLabel(marked.id, labelKeys.complete);
  } catch (error) {
    tell(marked, 'failed', messageOf(error));
    return skipRest('the set could not be read or unmarked');
  }
  for (const snapshot of set.snapshots) {
    if (signal.aborted) {
      if (outcomes.length === 0 && isComplete) await remark(set, marked.id, dependencies);
      return skipRest('told to stop');
    }
    try {
      await deleteOne(snapshot, new Date(clock.now()), array);
      tell(snapshot, 'removed');
    } catch (error) {
      if (await isGone(snapshot.id, array)) {
        tell(snapshot, 'removed');
        continue;
      }
      const isWhole = outcomes.length === 0 && (error instanceof ChangedError || outcomeOf(error) === 'refused');
      if (isWhole && isComplete) await remark(set, marked.id, dependencies);
      tell(snapshot, error instanceof ChangedError ? 'skipped' : 'failed', messageOf(error));
      return skipRest(isWhole ? 'the set is still whole, and stays so' : 'a member before it was not removed');
    }
  }
  return outcomes;
};

/** Nothing was sent: the snapshot is not what was planned for any more. */
class ChangedError extends Error {}

/** @throws It is no longer what was planned for, or the array refused, or still has it. */
const deleteOne = async (planned: PlannedSnapshot, now: Date, array: PrunableSnapshotArray): Promise<void> => {
  const found = await array.findDataset(planned.id);
  if (found === undefined) return; // somebody else was faster
  const changed = whatChangedOn(planned, found, now);
  if (changed !== undefined) throw new ChangedError(changed);
  await array.deleteSnapshot(planned.id);
  if ((await array.findDataset(planned.id)) !== undefined) throw new Error('the array still has it');
};

/** Somebody else may have deleted it meanwhile; when that cannot be told, it counts as still there. */
const isGone = async (id: number, array: PrunableSnapshotArray): Promise<boolean> =>
  await array.findDataset(id).then(
    (found) => found === undefined,
    () => false,
  );

/** Nothing of the set was deleted: it counts again. */
const remark = async (set: PlannedSet, id: number, { array, log }: RemovalDependencies): Promise<void> => {
  try {
    await array.writeLabels(id, { [labelKeys.complete]: set.set });
  } catch (error) {
    log.warn({ set: set.set, cause: messageOf(error) }, 'the complete marker could not be put back');
  }
};
