import type { BackupSet } from '../catalogue.js';
import { formatDuration } from '../duration.js';
import { formatTime } from '../snapshot-name.js';
import { applyFloors, completeByDatabase, isIncomplete } from './floors.js';
import { findStops } from './guard.js';
import { type AddReason, applyKeepRules, type Reason } from './keep-rules.js';
import type { RetentionPolicy } from './policy.js';
import { describePolicy, type PlannedSet, type RetentionPlan } from './retention-plan.js';
import { type RetentionScope, setsInScope } from './scope.js';
import { formatVeto, type Veto, vetoesOnSet, vetoesOnSnapshot } from './veto.js';

export interface PlanContext {
  readonly array: { readonly name: string; readonly serial: string };
  readonly policy: RetentionPolicy;
  readonly now: Date;
  /** Zone of the times in the plan. Periods are cut in that of the policy. */
  readonly zone: string;
  /**
   * What was read to forbid the removal of a snapshot, by its id. Whatever the catalogue shows beyond that forbids it too;
   * without the map the catalogue speaks alone, and cannot name hosts, exports and children.
   */
  readonly vetoes?: ReadonlyMap<number, readonly Veto[]>;
  /** The array's clock; when it is not known, the clocks are not compared. */
  readonly arrayTime?: Date | undefined;
  /** Replaces the policy's for one run. */
  readonly maxRemovals?: number | undefined;
}

/** A plan kept in a file is good for so long. */
const lifetimeMs = 86_400_000;

/**
 * Decides what goes. Pure: nothing is read or deleted. Takes time in proportion to the number of sets.
 *
 * @param sets  The catalogue, in any order. What lies outside the scope is left out of the plan.
 * @returns     Every set in scope once, newest first, with its verdict and all its reasons; and the safety rules that halt
 *              the whole plan.
 *
 * Source: docs/retention.md.
 */
export const planRetention = (
  sets: readonly BackupSet[],
  scope: RetentionScope,
  context: PlanContext,
): RetentionPlan => {
  const { array, policy, now, zone, arrayTime, maxRemovals } = context;
  const inScope = setsInScope(sets, scope).sort(newestFirst);
  const keep = reasonsToKeep(inScope, context);
  const at = (instant: Date): string => formatTime(instant.getTime(), zone);
  const plan = {
    database: scope.database,
    array: { name: array.name, serial: array.serial },
    ...describePolicy(policy),
    now: at(now),
    madeAt: at(now),
    expiresAt: at(new Date(now.getTime() + lifetimeMs)),
    zone,
    sets: inScope.map((set): PlannedSet => {
      const vetoes = vetoesOf(set, context);
      return {
        set: set.id,
        ...(set.database === undefined ? {} : { database: set.database.uniqueName, dbid: set.database.dbid }),
        state: set.state,
        createdAt: at(set.createdAt),
        ...judge(set, { kept: keep.get(set) ?? [], vetoes, policy, at }),
        vetoes: vetoes.map(({ until, ...veto }) => (until === undefined ? veto : { ...veto, until: at(until) })),
        snapshots: set.members.map(({ snapshot, role }) => ({
          id: snapshot.id,
          name: snapshot.name,
          ...(role === undefined ? {} : { role }),
          parentId: snapshot.parentId ?? 0,
          createdAt: at(snapshot.createdAt),
        })),
      };
    }),
  };
  return { ...plan, stops: [...findStops(plan, { sets: inScope, now, arrayTime, maxRemovals })] };
};

/** Of two from the same instant, the one with the higher id is the newer, so that the order of the input does not matter. */
const newestFirst = (a: BackupSet, b: BackupSet): number =>
  b.createdAt.getTime() - a.createdAt.getTime() || compareIds(b, a);

const compareIds = (a: BackupSet, b: BackupSet): number => {
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  return lowestIdOf(a) - lowestIdOf(b);
};

const lowestIdOf = ({ members }: BackupSet): number => Math.min(...members.map(({ snapshot }) => snapshot.id));

/** Everything that keeps each set, whatever forbids its removal besides; a set that nothing keeps is left out. */
const reasonsToKeep = (
  sets: readonly BackupSet[],
  { policy, now }: PlanContext,
): ReadonlyMap<BackupSet, readonly Reason[]> => {
  const reasons = new Map<BackupSet, Reason[]>();
  const keep: AddReason = (set, rule, text) => {
    const known = reasons.get(set);
    if (known === undefined) reasons.set(set, [{ rule, text }]);
    else known.push({ rule, text });
  };
  for (const set of sets) {
    if (set.state === 'foreign') keep(set, 'foreign', 'labelled by something that this version does not know');
    if (set.state === 'in-flight') keep(set, 'veto-in-flight', 'its run may still be at work');
    if (set.members.some(({ snapshot }) => snapshot.isPolicyMade))
      keep(set, 'policy-made', 'made by a snapshot policy of the array');
    const leastMs = leastAgeMs(set, policy);
    if (now.getTime() - set.createdAt.getTime() < leastMs)
      keep(set, 'younger-than', `younger than ${formatDuration(leastMs)}`);
  }
  const complete = completeByDatabase(sets);
  for (const ofOne of complete.values()) applyKeepRules(ofOne, policy, keep);
  applyFloors({ sets, complete, minComplete: policy.minComplete }, keep);
  return reasons;
};

const leastAgeMs = (set: BackupSet, { deleteAfter, keepIncompleteWithin }: RetentionPolicy): number =>
  isIncomplete(set) ? keepIncompleteWithin : deleteAfter;

type Judgement = Pick<PlannedSet, 'verdict' | 'reasons' | 'rules' | 'blockedUntil'>;

const judge = (
  set: BackupSet,
  {
    kept,
    vetoes,
    policy,
    at,
  }: {
    readonly kept: readonly Reason[];
    readonly vetoes: readonly Veto[];
    readonly policy: RetentionPolicy;
    readonly at: (instant: Date) => string;
  },
): Judgement => {
  if (kept.length > 0) return { verdict: 'keep', ...inWords(kept) };
  if (vetoes.length > 0) {
    const forbidden = vetoes.map((veto) => ({ rule: `veto-${veto.kind}`, text: formatVeto(veto) }));
    const until = lastOf(vetoes);
    return { verdict: 'blocked', ...inWords(forbidden), ...(until === undefined ? {} : { blockedUntil: at(until) }) };
  }
  const due = [{ rule: 'older-than', text: `older than ${formatDuration(leastAgeMs(set, policy))}` }];
  if (set.state !== 'complete') due.push({ rule: set.state, text: set.state });
  return { verdict: 'remove', ...inWords(due) };
};

const inWords = (reasons: readonly Reason[]): Pick<Judgement, 'reasons' | 'rules'> => ({
  reasons: reasons.map(({ text }) => text),
  rules: reasons.map(({ rule }) => rule),
});

/** When the last of them ends; `undefined` when one of them has no end that is known. */
const lastOf = (vetoes: readonly Veto[]): Date | undefined => {
  const ends = vetoes.map(({ until }) => until?.getTime() ?? Number.POSITIVE_INFINITY);
  const last = Math.max(...ends);
  return Number.isFinite(last) ? new Date(last) : undefined;
};

/** What was read of each member, with what the catalogue shows besides; and what it shows of the set. */
const vetoesOf = (set: BackupSet, { vetoes = new Map(), now }: PlanContext): readonly Veto[] => {
  const ofMembers = set.members.flatMap(({ snapshot }) => {
    const read = vetoes.get(snapshot.id) ?? [];
    const kinds = new Set(read.map(({ kind }) => kind));
    return [...read, ...vetoesOnSnapshot(snapshot, now).filter(({ kind }) => !kinds.has(kind))];
  });
  return [...vetoesOnSet({ ...set, members: [] }, now), ...ofMembers];
};
