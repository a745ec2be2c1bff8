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
    const failure = await deleteOne(snapshot, new Date(clock.now()), array);
    if (failure === undefined) {
      tell(snapshot, 'removed');
      continue;
    }
    const isUntouched = failure instanceof ChangedError || outcomeOf(failure) === 'refused';
    const isWhole = outcomes.length === 0 && isUntouched;
    if (isWhole && isComplete) await remark(set, marked.id, dependencies);
    tell(snapshot, failure instanceof ChangedError ? 'skipped' : 'failed', messageOf(failure));
    return skipRest(isWhole ? 'the set is still whole, and stays so' : 'a member before it was not removed');
  }
  return outcomes;
};

/** Nothing was sent: the snapshot is not what was planned for any more. */
class ChangedError extends Error {}

/**
 * Reads a snapshot, deletes it, and looks whether it is gone, be it that somebody else was faster.
 *
 * @returns Why it is still there, or may be; `undefined` when it is not.
 */
const deleteOne = async (planned: PlannedSnapshot, now: Date, array: PrunableSnapshotArray): Promise<unknown> => {
  let failure: unknown;
  try {
    const changed = whatChangedOn(planned, await array.findDataset(planned.id), now);
    if (changed !== undefined) throw new ChangedError(changed);
    await array.deleteSnapshot(planned.id);
  } catch (error) {
    failure = error;
  }
  try {
    if ((await array.findDataset(planned.id)) === undefined) return undefined;
  } catch (error) {
    failure ??= new Error(`whether it is gone is not known: ${messageOf(error)}`);
  }
  return failure ?? new Error('the array still has it');
};

/** Nothing of the set was deleted: it counts again. */
const remark = async (set: PlannedSet, id: number, { array, log }: RemovalDependencies): Promise<void> => {
  try {
    await array.writeLabels(id, { [labelKeys.complete]: set.set });
  } catch (error) {
    log.warn({ set: set.set, cause: messageOf(error) }, 'the complete marker could not be put back');
  }
};
