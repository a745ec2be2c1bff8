import { type Failure, formatTable } from '@orasync/app-shell';
import { formatDuration, type RemovalOutcome, type RetentionPlan } from '@orasync/core';

/** One entry of `{ "plans": [ … ] }`. */
export interface PlanDocument extends RetentionPlan {
  readonly exit: number;
  /** What apply did; absent from a plan alone. */
  readonly removals?: readonly RemovalOutcome[];
  readonly error?: Failure;
}

/** A plan for people, and what became of it. */
export const formatPlan = ({ database, array, policy, now, sets, removals, error }: PlanDocument): string => {
  const count = (verdict: string) => sets.filter((set) => set.verdict === verdict).length;
  const rows = sets.map((set) => [
    set.verdict,
    set.state,
    set.createdAt,
    set.set,
    `${set.snapshots.length}`,
    set.reasons.join('; '),
  ]);
  const lines = [
    `${database} on ${array.name} (serial ${array.serial}) at ${now}: delete after ${formatDuration(policy.deleteAfterMs)}`,
    rows.length === 0
      ? '  no set'
      : formatTable([['verdict', 'state', 'created', 'set', 'snapshots', 'reasons'], ...rows], '  '),
    `${count('keep')} to keep, ${count('remove')} to remove, ${count('blocked')} blocked`,
  ];
  if (removals !== undefined) {
    const notRemoved = removals.filter(({ outcome }) => outcome !== 'removed');
    lines.push(`${removals.length - notRemoved.length} snapshots removed, ${notRemoved.length} not removed`);
    for (const { name, outcome, reason } of notRemoved) lines.push(`  ${outcome}: ${name}: ${reason ?? ''}`);
  }
  if (error !== undefined)
    lines.push(
      `${error.code === 'RETENTION_REFUSED' ? 'refused' : 'failed'}: ${error.message}`,
      ...(error.hint === undefined ? [] : [`hint: ${error.hint}`]),
    );
  return lines.join('\n');
};
