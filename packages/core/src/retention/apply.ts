import { RetentionIncompleteError, RetentionRefusedError } from '../errors.js';
import { inParallel } from '../in-parallel.js';
import { type GuardFacts, guardPlan } from './guard.js';
import { keeperOf, type RecheckDependencies, whatIsLost } from './recheck.js';
import { type RemovalDependencies, type RemovalOutcome, removeSet } from './remove-set.js';
import type { PlannedSet, RetentionPlan } from './retention-plan.js';

export interface ApplyDependencies extends RemovalDependencies {
  /** How many sets are removed at a time. */
  readonly concurrency: number;
}

/**
 * Carries a plan out: re-reads each set, and the one that it is released by, before touching it; goes on after a set that
 * could not be removed, and stops when a set that lets others go is not what the plan was made for any more.
 *
 * @returns One outcome per snapshot of the plan's removals, all of them `removed`, in the order of the plan.
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
  await requireKeepers(doomed, plan, dependencies);
  let lost: string | undefined;
  const removed = await inParallel(doomed, dependencies.concurrency, (set) =>
    removeSet(
      set,
      async () => {
        const keeper = keeperOf(set, plan);
        lost ??= keeper && (await whatIsLost(keeper, dependencies));
        return lost;
      },
      dependencies,
    ),
  );
  const outcomes = removed.flat();
  if (outcomes.some(({ outcome }) => outcome !== 'removed')) throw new RetentionIncompleteError(outcomes);
  return outcomes;
};

/** @throws {RetentionRefusedError} Nothing lets a set go, or what does is no longer whole. */
const requireKeepers = async (
  doomed: readonly PlannedSet[],
  plan: RetentionPlan,
  dependencies: RecheckDependencies,
): Promise<void> => {
  const refuse = (message: string): never => {
    throw new RetentionRefusedError('plan-no-longer-holds', message, 'Plan again.');
  };
  const keepers = new Set(
    doomed.map((set) => keeperOf(set, plan) ?? refuse(`nothing that the plan keeps releases ${set.set}`)),
  );
  for (const keeper of keepers) {
    const lost = await whatIsLost(keeper, dependencies);
    if (lost !== undefined) refuse(lost);
  }
};
