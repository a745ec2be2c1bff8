import { type BackupSet, databaseKey } from '../catalogue.js';
import { formatDuration } from '../duration.js';
import { RetentionRefusedError } from '../errors.js';
import type { PlannedSet, RetentionPlan, Stop } from './retention-plan.js';

export interface GuardFacts {
  /** The catalogue that the plan was made from, or a newer one. */
  readonly sets: readonly BackupSet[];
  readonly now: Date;
  /** The array's clock, when it tells. */
  readonly arrayTime: Date | undefined;
  /** Replaces that of the policy for one run. */
  readonly maxRemovals?: number | undefined;
}

/** A plan of which it is not known yet what halts it. */
type Unjudged = Omit<RetentionPlan, 'stops'>;

/**
 * Refuses a plan that breaks a safety rule, whatever way it was made.
 *
 * @throws {RetentionRefusedError} `rule` names the rule. Nothing of the plan may be carried out then.
 */
export const guardPlan = (plan: RetentionPlan, facts: GuardFacts): void => {
  const stops = [...findStops(plan, facts), ...plan.stops.filter(({ rule }) => rule !== 'too-many-removals')];
  const [first] = stops;
  if (first !== undefined) throw new RetentionRefusedError(first.rule, first.message, first.hint);
};

/**
 * Every safety rule that a plan breaks. Pure, and on purpose not built on what `planRetention` decides by: a mistake there
 * is to be found here.
 */
export const findStops = (plan: Unjudged, facts: GuardFacts): readonly Stop[] => {
  const known = new Map(facts.sets.map((set) => [keyOf(set.id, set.members[0]?.snapshot.id), set]));
  const removed = plan.sets.filter(({ verdict }) => verdict === 'remove');
  return [
    ...clockStops(plan, facts),
    ...ageStops(plan, facts, removed.length),
    ...capStops(plan, facts, removed.length),
    ...removed.flatMap((planned) =>
      setStops(planned, known.get(keyOf(planned.set, planned.snapshots[0]?.id)), { plan, facts }),
    ),
    ...lastCompleteStops(plan, facts.sets, removed),
  ];
};

const keyOf = (set: string, snapshotId: number | undefined): string => `${set}:${snapshotId}`;

const clockStops = (plan: Unjudged, { now, arrayTime }: GuardFacts): Stop[] => {
  const { clockToleranceMs } = plan.policy;
  const stops: Stop[] = [];
  const differenceMs = Math.abs((arrayTime?.getTime() ?? now.getTime()) - now.getTime());
  if (differenceMs > clockToleranceMs)
    stops.push({
      rule: 'clock-difference',
      message: `the array's clock differs from this host's by ${Math.round(differenceMs / 1000)} s`,
      hint: 'Set both clocks, then plan again.',
    });
  const future = plan.sets.find(({ createdAt }) => Date.parse(createdAt) > now.getTime() + clockToleranceMs);
  if (future !== undefined)
    stops.push({
      rule: 'set-in-the-future',
      message: `set ${future.set} was made in the future (${future.createdAt})`,
      hint: 'One of the clocks was wrong. Decide by hand.',
    });
  return stops;
};

/** Backups that have stopped coming are no reason to go on removing the ones there are. */
const ageStops = (plan: Unjudged, { now }: GuardFacts, removals: number): Stop[] => {
  const { maxAgeMs } = plan.policy;
  if (maxAgeMs === undefined) return [];
  const hint = 'Find out why no backup was completed. Retention goes on after the next one.';
  const newest = plan.sets.find(({ state }) => state === 'complete');
  if (newest === undefined)
    return removals === 0 ? [] : [{ rule: 'max-age', message: 'there is no complete set', hint }];
  if (now.getTime() - Date.parse(newest.createdAt) <= maxAgeMs) return [];
  const message = `the newest complete set ${newest.set} is older than ${formatDuration(maxAgeMs)} (${newest.createdAt})`;
  return [{ rule: 'max-age', message, hint }];
};

/** What is not ours does not raise the cap, and neither does what a plan file says beyond the catalogue. */
const capStops = (plan: Unjudged, { sets, maxRemovals }: GuardFacts, removals: number): Stop[] => {
  const planned = new Set(plan.sets.map(({ set }) => set));
  const inScope = sets.filter(({ id, state }) => state !== 'foreign' && planned.has(id)).length;
  const cap = maxRemovals ?? plan.policy.maxRemovals ?? Math.max(10, Math.floor(inScope / 4));
  if (removals <= cap) return [];
  return [
    {
      rule: 'too-many-removals',
      message: `the plan removes ${removals} of ${inScope} sets, and no more than ${cap} may go at once`,
      hint: 'Read the plan. When it is right, raise the cap for one run.',
    },
  ];
};

const setStops = (
  planned: PlannedSet,
  set: BackupSet | undefined,
  { plan: { policy }, facts: { now } }: { readonly plan: Unjudged; readonly facts: GuardFacts },
): Stop[] => {
  const stop = (rule: string, message: string): Stop[] => [{ rule, message: `${message} set ${planned.set}` }];
  if (set === undefined || set.state === 'foreign' || set.state === 'in-flight')
    return stop('not-ours', 'the plan removes, and may not,');
  if (set.members.some(({ snapshot }) => snapshot.isPolicyMade || snapshot.kind !== 'snapshot'))
    return stop('not-ours', 'the plan removes what is no snapshot of ours in');
  if (set.members.map(({ snapshot }) => snapshot.id).join() !== planned.snapshots.map(({ id }) => id).join())
    return stop('half-a-set', 'the plan does not remove all of');
  if (set.isPinned || set.members.some(({ snapshot }) => isHeld(snapshot, now)))
    return stop('in-use', 'the plan removes what is pinned, locked, mapped, replicated or has children in');
  const isBackup = set.state === 'complete' || set.state === 'legacy';
  const leastMs = isBackup ? policy.deleteAfterMs : policy.keepIncompleteWithinMs;
  return now.getTime() - set.createdAt.getTime() < leastMs ? stop('too-young', 'the plan removes too young a') : [];
};

const isHeld = (snapshot: BackupSet['members'][number]['snapshot'], now: Date): boolean =>
  snapshot.isMapped ||
  snapshot.hasChildren ||
  snapshot.isReplicated ||
  (snapshot.lockExpiresAt !== undefined && snapshot.lockExpiresAt.getTime() > now.getTime());

/** The newest complete set of a database stays, and as many of them as there must be; and no remains go before it. */
const lastCompleteStops = (plan: Unjudged, sets: readonly BackupSet[], removed: readonly PlannedSet[]): Stop[] => {
  const removedIds = new Set(removed.map(({ set }) => set));
  const complete = new Map<string, { newest: BackupSet; left: number; gone: number }>();
  for (const set of sets) {
    if (set.state !== 'complete' || set.database === undefined) continue;
    const key = databaseKey(set.database);
    const seen = complete.get(key) ?? { newest: set, left: 0, gone: 0 };
    const isGone = removedIds.has(set.id);
    const aheadMs = set.createdAt.getTime() - seen.newest.createdAt.getTime();
    const newest = aheadMs > 0 || (aheadMs === 0 && !isGone) ? set : seen.newest;
    complete.set(key, { newest, left: seen.left + (isGone ? 0 : 1), gone: seen.gone + (isGone ? 1 : 0) });
  }
  const stops: Stop[] = [];
  for (const { newest, left, gone } of complete.values()) {
    const name = newest.database?.uniqueName;
    if (removedIds.has(newest.id))
      stops.push({ rule: 'last-complete-set', message: `set ${newest.id} is the newest complete one of ${name}` });
    if (gone > 0 && left < plan.policy.minComplete)
      stops.push({
        rule: 'min-complete',
        message: `the plan leaves ${left} of the complete sets of ${name}, and ${plan.policy.minComplete} must stay`,
      });
  }
  for (const set of sets) {
    if (set.database === undefined || set.state === 'complete' || !removedIds.has(set.id)) continue;
    const newest = complete.get(databaseKey(set.database))?.newest;
    if (newest === undefined || newest.createdAt.getTime() <= set.createdAt.getTime())
      stops.push({ rule: 'no-newer-complete', message: `no complete set is newer than ${set.id}` });
  }
  return stops;
};
