import { z } from 'zod';
import { RetentionRefusedError } from '../errors.js';
import { type PlannedSet, type RetentionPlan, retentionPlan } from './retention-plan.js';

/** Plans that were kept to be read before they are carried out. Additive only. */
export const planFile = z.object({
  v: z.literal(1),
  plans: z.array(retentionPlan).min(1),
});

export type PlanFile = z.output<typeof planFile>;

export const formatPlanFile = (plans: readonly RetentionPlan[]): string => {
  const file: PlanFile = { v: 1, plans: plans.map((plan) => retentionPlan.parse(plan)) };
  return `${JSON.stringify(file, undefined, 2)}\n`;
};

/** @returns `undefined` for what is no plan file of a version that this program knows. */
export const parsePlanFile = (text: string): PlanFile | undefined => {
  try {
    return planFile.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // not JSON
  }
};

/**
 * What of a kept plan is still to be done: the plan as it would be made now, with only those removals that the kept one has
 * too. What is gone already, by an earlier run of the same plan, is no reason to stop. Pure.
 *
 * @param fresh  Made of the same database just now.
 * @throws {RetentionRefusedError} The kept plan is of another array or policy, has expired, or does not hold any more: what
 *   it removes is not due now, or is not what it was.
 */
export const resumePlan = (kept: RetentionPlan, fresh: RetentionPlan): RetentionPlan => {
  requireSame(kept, fresh);
  const now = bySnapshot(fresh.sets);
  const wanted = new Set<PlannedSet>();
  for (const set of kept.sets) {
    if (set.verdict !== 'remove') continue;
    const left = new Set(set.snapshots.map(({ id }) => now.get(id)).filter((each) => each !== undefined));
    for (const each of left) {
      const changed = whatChanged(set, each);
      if (changed !== undefined) refuse('plan-no-longer-holds', `set ${set.set} ${changed}`);
      wanted.add(each);
    }
  }
  const sets = fresh.sets.map((set): PlannedSet => {
    if (set.verdict !== 'remove' || wanted.has(set)) return set;
    return { ...set, verdict: 'keep', reasons: ['due, but not in the plan file'], rules: ['not-in-plan-file'] };
  });
  return { ...fresh, sets };
};

const refuse = (rule: string, message: string): never => {
  throw new RetentionRefusedError(rule, message, 'Plan again.');
};

const requireSame = (kept: RetentionPlan, fresh: RetentionPlan): void => {
  const nowMs = Date.parse(fresh.now);
  if (kept.array.serial !== fresh.array.serial)
    refuse(
      'plan-of-another-array',
      `the plan is of array ${kept.array.serial}, and this is ${fresh.array.name} (serial ${fresh.array.serial})`,
    );
  if (kept.policyHash !== fresh.policyHash)
    refuse('plan-of-another-policy', `the policy of ${kept.database} has changed since the plan was made`);
  if (Date.parse(kept.expiresAt) <= nowMs) refuse('plan-expired', `the plan expired at ${kept.expiresAt}`);
  if (Date.parse(kept.madeAt) > nowMs + fresh.policy.clockToleranceMs)
    refuse('plan-of-the-future', `the plan was made at ${kept.madeAt}, which lies ahead`);
};

const bySnapshot = (sets: readonly PlannedSet[]): ReadonlyMap<number, PlannedSet> =>
  new Map(sets.flatMap((set) => set.snapshots.map(({ id }) => [id, set] as const)));

/** Why what is left of a set is not what was planned to go; `undefined` when it is. */
const whatChanged = (planned: PlannedSet, left: PlannedSet): string | undefined => {
  if (left.set !== planned.set) return `belongs to set ${left.set} now`;
  if (left.verdict !== 'remove') return `is not due any more: ${left.reasons.join('; ')}`;
  const known = new Map(planned.snapshots.map((snapshot) => [snapshot.id, snapshot]));
  const other = left.snapshots.find(({ id, name, createdAt }) => {
    const was = known.get(id);
    return was?.name !== name || Date.parse(was.createdAt) !== Date.parse(createdAt);
  });
  return other === undefined ? undefined : `holds ${other.name} (${other.id}), which the plan does not know`;
};
