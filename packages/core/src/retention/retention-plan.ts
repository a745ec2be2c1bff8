import { z } from 'zod';
import { hashPolicy, type RetentionPolicy } from './policy.js';

const time = z.iso.datetime({ offset: true, local: false });
const ms = z.number();

const plannedPolicy = z.object({
  keepLast: z.int(),
  keepWithinMs: ms,
  keepHourly: z.int(),
  keepDaily: z.int(),
  keepWeekly: z.int(),
  keepMonthly: z.int(),
  keepYearly: z.int(),
  deleteAfterMs: ms,
  keepIncompleteWithinMs: ms,
  zone: z.string().describe('where periods begin and end'),
  minComplete: z.int(),
  maxAgeMs: ms.optional(),
  maxRemovals: z.int().optional().describe('absent: a quarter of the sets in scope, or 10 when that is more'),
  clockToleranceMs: ms,
  nameContains: z.string(),
});

const plannedSnapshot = z.object({
  id: z.int(),
  name: z.string(),
  role: z.enum(['data', 'archive']).optional().describe('absent for a snapshot without a label of ours'),
  parentId: z.int(),
  createdAt: time,
});

const plannedVeto = z.object({
  kind: z.enum(['locked', 'mapped', 'exported', 'children', 'replicated', 'pinned', 'in-flight']),
  object: z.string().describe('what, and by whom or what it is held'),
  until: time.optional().describe('when it ends by itself'),
  by: z.string().optional(),
  reason: z.string().optional(),
});

const plannedSet = z.object({
  set: z.string().describe('set id; for a snapshot without a label of ours its name'),
  database: z.string().optional().describe("the database's unique name, from the label"),
  dbid: z.string().optional(),
  state: z.enum(['complete', 'in-flight', 'partial', 'inconsistent', 'rehearsal', 'foreign', 'legacy']),
  createdAt: time.describe("the array's time"),
  verdict: z.enum(['keep', 'remove', 'blocked']).describe('blocked: due for removal, but something forbids it'),
  reasons: z.array(z.string()).min(1).describe('all that hold, in words'),
  rules: z.array(z.string()).min(1).describe('their codes, one for each, in the same order'),
  vetoes: z.array(plannedVeto).describe('what would forbid the removal, whatever the verdict'),
  blockedUntil: time.optional().describe('when a blocked set is free by itself; absent when that is not known'),
  snapshots: z.array(plannedSnapshot).min(1),
});

const stop = z.object({ rule: z.string(), message: z.string(), hint: z.string().optional() });

/** What retention would do for one database, and why. Additive only. */
export const retentionPlan = z.object({
  database: z.string().describe('the name in the configuration'),
  array: z.object({ name: z.string(), serial: z.string() }),
  policy: plannedPolicy,
  policyHash: z.string().describe('tells this policy from others'),
  now: time.describe('the instant that ages are counted to'),
  madeAt: time,
  expiresAt: time.describe('a plan that was kept in a file is not carried out from then on'),
  zone: z.string().describe('of the times in this document'),
  sets: z.array(plannedSet).describe('newest first'),
  stops: z.array(stop).describe('the safety rules that the plan breaks; with any, nothing of it is carried out'),
});

export type PlannedSet = z.output<typeof plannedSet>;
export type RetentionPlan = z.output<typeof retentionPlan>;

/** A safety rule that halts a whole plan. */
export type Stop = z.output<typeof stop>;

/** The policy as a plan holds it, with the unit in the name of each length of time. */
export const describePolicy = (policy: RetentionPolicy): Pick<RetentionPlan, 'policy' | 'policyHash'> => {
  const { deleteAfter, keepIncompleteWithin, keepWithin, maxAge, maxRemovals, clockTolerance, ...rest } = policy;
  return {
    policy: {
      ...rest,
      keepWithinMs: keepWithin,
      deleteAfterMs: deleteAfter,
      keepIncompleteWithinMs: keepIncompleteWithin,
      clockToleranceMs: clockTolerance,
      ...(maxAge === undefined ? {} : { maxAgeMs: maxAge }),
      ...(maxRemovals === undefined ? {} : { maxRemovals }),
    },
    policyHash: hashPolicy(policy),
  };
};
