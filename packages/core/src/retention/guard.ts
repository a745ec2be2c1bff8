import { type BackupSet, databaseKey } from '../catalogue.js';
import { RetentionRefusedError } from '../errors.js';
import type { RetentionPlan } from './plan.js';

/** Clocks further apart than this make ages, and so every verdict, doubtful. */
const clockToleranceMs = 300_000;

export interface GuardFacts {
  /** The catalogue that the plan was made from. */
  readonly sets: readonly BackupSet[];
  readonly now: Date;
  /** The array's clock, when it tells. */
  readonly arrayTime: Date | undefined;
}

/**
 * Refuses a plan that breaks a safety rule, whatever way it was made. Pure, and on purpose not built on `planRetention`.
 *
 * @throws {RetentionRefusedError} `rule` names the rule. Nothing of the plan may be carried out then.
 */
export const guardPlan = (plan: RetentionPlan, { sets, now, arrayTime }: GuardFacts): void => {
  const differenceMs = Math.abs((arrayTime?.getTime() ?? now.getTime()) - now.getTime());
  if (differenceMs > clockToleranceMs)
    throw new RetentionRefusedError(
      'clock-difference',
      `the array's clock differs from this host's by ${Math.round(differenceMs / 1000)} s`,
      'Set both clocks, then plan again.',
    );
  const future = plan.sets.find(({ createdAt }) => Date.parse(createdAt) > now.getTime() + clockToleranceMs);
  if (future !== undefined)
    throw new RetentionRefusedError(
      'set-in-the-future',
      `set ${future.set} was made in the future (${future.createdAt})`,
      'One of the clocks was wrong. Decide by hand.',
    );

  const known = new Map(sets.map((set) => [`${set.id}:${set.members[0]?.snapshot.id}`, set]));
  const removed = plan.sets.filter(({ verdict }) => verdict === 'remove');
  for (const planned of removed) {
    const set = known.get(`${planned.set}:${planned.snapshots[0]?.id}`);
    if (set === undefined || set.state === 'foreign' || set.state === 'in-flight')
      throw new RetentionRefusedError('not-ours', `set ${planned.set} is not one that may be removed`);
    if (set.members.map(({ snapshot }) => snapshot.id).join() !== planned.snapshots.map(({ id }) => id).join())
      throw new RetentionRefusedError('half-a-set', `the plan does not remove all of set ${planned.set}`);
    if (set.isPinned || set.members.some(({ snapshot }) => snapshot.isMapped || snapshot.hasChildren))
      throw new RetentionRefusedError('in-use', `set ${planned.set} is pinned, mapped or has children`);
  }
  const removedIds = new Set(removed.map(({ set }) => set));
  const newest = new Map<string, BackupSet>();
  for (const set of sets) {
    if (set.state !== 'complete' || set.database === undefined) continue;
    const key = databaseKey(set.database);
    const best = newest.get(key);
    if (best === undefined || set.createdAt.getTime() > best.createdAt.getTime()) newest.set(key, set);
  }
  for (const set of newest.values())
    if (removedIds.has(set.id))
      throw new RetentionRefusedError(
        'last-complete-set',
        `set ${set.id} is the newest complete one of ${set.database?.uniqueName}`,
      );
};
