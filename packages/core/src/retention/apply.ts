import { labelKeys, parseSetLabel } from '../catalogue.js';
import { messageOf, RetentionIncompleteError, RetentionRefusedError } from '../errors.js';
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
 * Carries a plan out: re-reads each set before touching it, takes the complete marker off first and deletes data
 * members before archived-log members, so that a half-removed set never passes for a whole one; goes on after a failure.
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
  if (doomed.length > 0) await confirmFloors(plan, doomed, dependencies);
  const outcomes: RemovalOutcome[] = [];
  for (const set of doomed) outcomes.push(...(await removeSet(set, dependencies)));
  if (outcomes.some(({ outcome }) => outcome !== 'removed')) throw new RetentionIncompleteError(outcomes);
  return outcomes;
};

/** The newest complete set of every database that loses one is still there, whole and marked. */
const confirmFloors = async (
  { sets }: RetentionPlan,
  doomed: readonly PlannedSet[],
  { array }: ApplyDependencies,
): Promise<void> => {
  const dbids = new Set(doomed.map(({ dbid }) => dbid));
  for (const dbid of dbids) {
    const floor = sets.find((set) => set.dbid === dbid && set.state === 'complete' && set.verdict !== 'remove');
    if (dbid === undefined || floor === undefined) continue;
    const ids = floor.snapshots.map(({ id }) => id);
    const present = await array.listVolumes(ids);
    const markers = await array.listLabels(labelKeys.complete);
    if (
      present.length !== ids.length ||
      !markers.some(({ objectId, value }) => ids.includes(objectId) && value === floor.set)
    )
      throw new RetentionRefusedError(
        'plan-no-longer-holds',
        `set ${floor.set}, which the plan keeps as the newest, is no longer complete`,
        'Plan again.',
      );
  }
};

const removeSet = async (set: PlannedSet, dependencies: ApplyDependencies): Promise<readonly RemovalOutcome[]> => {
  const { array, signal, log, onRemoval } = dependencies;
  const outcomes: RemovalOutcome[] = [];
  const tell = (snapshot: PlannedSet['snapshots'][number], outcome: RemovalOutcome['outcome'], reason?: string) => {
    const told = {
      set: set.set,
      id: snapshot.id,
      name: snapshot.name,
      outcome,
      ...(reason === undefined ? {} : { reason }),
    };
    log.info({ ...told }, 'removal');
    onRemoval(told);
    outcomes.push(told);
  };
  const rest = (reason: string) => {
    for (const snapshot of set.snapshots.slice(outcomes.length)) tell(snapshot, 'skipped', reason);
    return outcomes;
  };

  try {
    if (signal.aborted) return rest('told to stop');
    const changed = await whatChanged(set, dependencies);
    if (changed !== undefined) return rest(changed);
    const [first] = set.snapshots;
    if (set.state === 'complete' && first !== undefined) await array.removeLabel(first.id, labelKeys.complete);
  } catch (error) {
    for (const snapshot of set.snapshots.slice(outcomes.length)) tell(snapshot, 'failed', messageOf(error));
    return outcomes;
  }
  for (const snapshot of set.snapshots) {
    if (signal.aborted) return rest('told to stop');
    try {
      await array.deleteSnapshot(snapshot.id);
      const isGone = (await array.findVolume(snapshot.id)) === undefined;
      tell(snapshot, isGone ? 'removed' : 'failed', isGone ? undefined : 'the array still has it');
    } catch (error) {
      tell(snapshot, 'failed', messageOf(error));
    }
  }
  return outcomes;
};

/** Why the set is no longer what was planned for; `undefined` when nothing changed. */
const whatChanged = async (set: PlannedSet, { array, clock }: ApplyDependencies): Promise<string | undefined> => {
  const now = new Date(clock.now());
  const present = new Map(
    (await array.listVolumes(set.snapshots.map(({ id }) => id))).map((volume) => [volume.id, volume]),
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
  return undefined;
};
