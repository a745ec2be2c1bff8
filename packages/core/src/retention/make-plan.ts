import type { Clock, PrunableSnapshotArray } from '../ports.js';
import type { Target } from '../targets.js';
import { planRetention } from './plan.js';
import type { RetentionPolicy } from './policy.js';
import { type RetentionFacts, readRetentionFacts, readVetoes } from './read-facts.js';
import type { RetentionPlan } from './retention-plan.js';
import type { RetentionScope } from './scope.js';

/** What to plan for. */
export interface PlanRequest {
  readonly policy: RetentionPolicy;
  /** Those of the database; none for a scope that no targets bound. */
  readonly targets: readonly Target[];
  /** @param targetIds  The ids of the datasets of each target, in the order of the targets. */
  readonly scopeOf: (targetIds: readonly ReadonlySet<number>[]) => RetentionScope;
  /** Zone of the times in the plan. */
  readonly zone: string;
  /** Replaces the policy's for one run. */
  readonly maxRemovals?: number | undefined;
}

/** A plan, and the facts that it was made from. */
export interface MadePlan {
  readonly plan: RetentionPlan;
  readonly facts: RetentionFacts;
}

/**
 * Reads the catalogue and plans; then reads what holds the sets that would go, by name, and plans again with that. Changes
 * nothing.
 *
 * @throws {PreflightError} A target is not on the array.
 */
export const makePlan = async (
  { policy, targets, scopeOf, zone, maxRemovals }: PlanRequest,
  { array, clock }: { readonly array: PrunableSnapshotArray; readonly clock: Clock },
): Promise<MadePlan> => {
  const facts = await readRetentionFacts({ nameContains: policy.nameContains, targets }, { array, clock });
  const { sets, now } = facts;
  const scope = scopeOf(facts.targetIds);
  const context = { array: facts.array, arrayTime: facts.array.time, policy, now, zone, maxRemovals };
  const draft = planRetention(sets, scope, context);
  const dueIds = new Set(
    draft.sets.filter(({ verdict }) => verdict !== 'keep').flatMap(({ snapshots }) => snapshots.map(({ id }) => id)),
  );
  const due = sets.filter(({ members }) => members.some(({ snapshot }) => dueIds.has(snapshot.id)));
  const vetoes = await readVetoes(due, { array, now });
  return { facts, plan: vetoes.size === 0 ? draft : planRetention(sets, scope, { ...context, vetoes }) };
};
