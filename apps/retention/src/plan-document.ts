import { type Failure, formatTable } from '@orasync/app-shell';
import {
  type Finding,
  formatDuration,
  formatVeto,
  type GuardFacts,
  judgeLock,
  judgePins,
  type PlannedSet,
  type RemovalOutcome,
  type RetentionPlan,
} from '@orasync/core';
import type { Planned } from './compose.js';
import type { RetentionFlags } from './retention-flags.js';

/** One entry of `{ "plans": [ … ] }`. */
export interface PlanDocument extends RetentionPlan {
  /** What is no matter of one set alone: pins that lapsed, locks that outlast the policy. */
  readonly findings: readonly Finding[];
  readonly exit: number;
  /** What apply did; absent from a plan alone. */
  readonly removals?: readonly RemovalOutcome[];
  readonly error?: Failure;
}

export const findingsOf = ({ plan, facts, lockFor }: Planned): readonly Finding[] => [
  ...judgeLock({ lockFor, deleteAfter: plan.policy.deleteAfterMs }),
  ...judgePins(plan, facts.sets),
];

/** What a plan is guarded by: the facts that it was made from. */
export const guardFactsOf = ({ facts }: Planned, { maxRemovals }: RetentionFlags): GuardFacts => ({
  sets: facts.sets,
  now: facts.now,
  arrayTime: facts.array.time,
  maxRemovals,
});

/** A plan for people, and what became of it. */
export const formatPlan = (document: PlanDocument): string => {
  const { database, array, policy, policyHash, now, expiresAt, sets, stops, findings, removals, error } = document;
  const count = (verdict: string) => sets.filter((set) => set.verdict === verdict).length;
  const heads = ['verdict', 'state', 'created', 'set', 'snapshots', 'blocked until', 'reasons'];
  const lines = [
    `${database} on ${array.name} (serial ${array.serial}) at ${now}: delete after ${formatDuration(policy.deleteAfterMs)}`,
    `policy ${policyHash}, good until ${expiresAt}`,
    sets.length === 0 ? '  no set' : formatTable([heads, ...sets.map(rowOf)], '  '),
    `${count('keep')} to keep, ${count('remove')} to remove, ${count('blocked')} blocked`,
    ...stops.map(({ rule, message }) => `stop ${rule}: ${message}`),
    ...findings.map(({ level, message }) => `${level}: ${message}`),
  ];
  if (removals !== undefined) lines.push(...formatRemovals(removals));
  if (error !== undefined)
    lines.push(
      `${error.code === 'RETENTION_REFUSED' ? 'refused' : 'failed'}: ${error.message}`,
      ...(error.hint === undefined ? [] : [`hint: ${error.hint}`]),
    );
  return lines.join('\n');
};

const rowOf = (set: PlannedSet): readonly string[] => [
  set.verdict,
  set.state,
  set.createdAt,
  set.set,
  `${set.snapshots.length}`,
  set.blockedUntil ?? (set.verdict === 'blocked' ? 'not known' : '-'),
  [...set.reasons, ...(set.verdict === 'blocked' ? [] : set.vetoes.map(describeVeto))].join('; '),
];

const describeVeto = ({ until, by, reason, ...veto }: PlannedSet['vetoes'][number]): string =>
  `besides ${formatVeto({
    ...veto,
    ...(until === undefined ? {} : { until: new Date(until) }),
    ...(by === undefined ? {} : { by }),
    ...(reason === undefined ? {} : { reason }),
  })}`;

const formatRemovals = (removals: readonly RemovalOutcome[]): readonly string[] => {
  const notRemoved = removals.filter(({ outcome }) => outcome !== 'removed');
  return [
    `${removals.length - notRemoved.length} snapshots removed, ${notRemoved.length} not removed`,
    ...notRemoved.map(({ name, outcome, reason }) => `  ${outcome}: ${name}: ${reason ?? ''}`),
  ];
};
