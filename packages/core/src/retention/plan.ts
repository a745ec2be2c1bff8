import { z } from 'zod';
import { type BackupSet, databaseKey } from '../catalogue.js';
import { formatDuration } from '../duration.js';
import type { Dataset } from '../ports.js';
import { formatTime } from '../snapshot-name.js';
import type { RetentionPolicy } from './policy.js';

const time = z.iso.datetime({ offset: true, local: false });

const plannedSnapshot = z.object({
  id: z.int(),
  name: z.string(),
  role: z.enum(['data', 'archive']).optional().describe('absent for a snapshot without a label of ours'),
  parentId: z.int(),
  createdAt: time,
});

const plannedSet = z.object({
  set: z.string().describe('set id; for a snapshot without a label of ours its name'),
  database: z.string().optional().describe("the database's unique name, from the label"),
  dbid: z.string().optional(),
  state: z.enum(['complete', 'in-flight', 'partial', 'inconsistent', 'rehearsal', 'foreign', 'legacy']),
  createdAt: time.describe("the array's time"),
  verdict: z.enum(['keep', 'remove', 'blocked']).describe('blocked: due for removal, but something forbids it'),
  reasons: z.array(z.string()).min(1),
  snapshots: z.array(plannedSnapshot).min(1),
});

/** What retention would do for one database, and why. Additive only. */
export const retentionPlan = z.object({
  database: z.string().describe('the name in the configuration'),
  array: z.object({ name: z.string(), serial: z.string() }),
  policy: z.object({ deleteAfterMs: z.number(), nameContains: z.string() }),
  now: time,
  zone: z.string(),
  sets: z.array(plannedSet).describe('newest first'),
});

export type PlannedSet = z.output<typeof plannedSet>;
export type RetentionPlan = z.output<typeof retentionPlan>;

/** Whose sets one plan may speak of. Everything else on the array is kept by not being in it. */
export interface RetentionScope {
  /** The name in the configuration. */
  readonly database: string;
  /** Compared with the labels when given. */
  readonly dbid?: string | undefined;
  readonly uniqueName?: string | undefined;
  /** Ids of the datasets that the database's targets name; `all` takes in every set on the array. */
  readonly volumeIds: { readonly data: ReadonlySet<number>; readonly archive: ReadonlySet<number> } | 'all';
}

export interface PlanContext {
  readonly array: { readonly name: string; readonly serial: string };
  readonly policy: RetentionPolicy;
  readonly now: Date;
  /** Zone of the times in the plan. */
  readonly zone: string;
}

const parentsOf = ({ members }: BackupSet): readonly number[] =>
  members.map(({ snapshot }) => snapshot.parentId).filter((id) => id !== undefined);

const dataParentsOf = (set: BackupSet): readonly number[] =>
  parentsOf({ ...set, members: set.members.filter(({ role }) => role === 'data') });

/**
 * The sets in scope. A labelled set is a database's when all its data members are of the database's data volumes: archive
 * volumes are often shared. One that has lost its data members is told by the databases that the others name. A
 * snapshot without a label of ours is told by its volume.
 */
export const setsInScope = (
  sets: readonly BackupSet[],
  { dbid, uniqueName, volumeIds }: RetentionScope,
): BackupSet[] => {
  const named = sets.filter(
    ({ database }) =>
      database === undefined ||
      ((dbid === undefined || database.dbid === dbid) &&
        (uniqueName === undefined || database.uniqueName === uniqueName)),
  );
  if (volumeIds === 'all') return named;
  const { data, archive } = volumeIds;
  const isOfDataVolumes = (set: BackupSet) =>
    dataParentsOf(set).length > 0 && dataParentsOf(set).every((id) => data.has(id));
  const keys = new Set(named.filter(isOfDataVolumes).map(({ database }) => database && databaseKey(database)));
  return named.filter((set) => {
    if (set.database === undefined) return parentsOf(set).some((id) => data.has(id) || archive.has(id));
    if (dataParentsOf(set).length > 0) return isOfDataVolumes(set);
    return keys.has(databaseKey(set.database)) && parentsOf(set).every((id) => archive.has(id));
  });
};

/**
 * Decides what goes. Pure: nothing is read or deleted.
 *
 * @param sets  The catalogue, in any order. What lies outside the scope is left out of the plan.
 * @returns     Every set in scope once, newest first, with its verdict and all its reasons.
 *
 * Source: docs/retention.md.
 */
export const planRetention = (
  sets: readonly BackupSet[],
  scope: RetentionScope,
  context: PlanContext,
): RetentionPlan => {
  const { array, policy, now, zone } = context;
  const inScope = setsInScope(sets, scope).sort(
    (a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1),
  );
  return {
    database: scope.database,
    array: { name: array.name, serial: array.serial },
    policy: { deleteAfterMs: policy.deleteAfter, nameContains: policy.nameContains },
    now: formatTime(now.getTime(), zone),
    zone,
    sets: inScope.map((set): PlannedSet => {
      const keep = reasonsToKeep(set, inScope, context);
      const vetoes = keep.length === 0 ? vetoesOf(set, context) : [];
      const createdAt = formatTime(set.createdAt.getTime(), zone);
      return {
        set: set.id,
        ...(set.database === undefined ? {} : { database: set.database.uniqueName, dbid: set.database.dbid }),
        state: set.state,
        createdAt,
        verdict: keep.length > 0 ? 'keep' : vetoes.length > 0 ? 'blocked' : 'remove',
        reasons: keep.length > 0 ? keep : vetoes.length > 0 ? vetoes : reasonsToRemove(set, policy),
        snapshots: set.members.map(({ snapshot, role }) => ({
          id: snapshot.id,
          name: snapshot.name,
          ...(role === undefined ? {} : { role }),
          parentId: snapshot.parentId ?? 0,
          createdAt: formatTime(snapshot.createdAt.getTime(), zone),
        })),
      };
    }),
  };
};

const reasonsToRemove = ({ state }: BackupSet, policy: RetentionPolicy): string[] => {
  const age = `older than ${formatDuration(policy.deleteAfter)}`;
  return state === 'complete' ? [age] : [age, state];
};

/** Why a set stays whatever its age; several may hold at once. Empty for a set that is due. */
const reasonsToKeep = (set: BackupSet, inScope: readonly BackupSet[], { policy, now }: PlanContext): string[] => {
  const reasons: string[] = [];
  if (set.state === 'foreign') reasons.push('labelled by something that this version does not know');
  if (set.state === 'in-flight') reasons.push('its run may still be at work');
  if (now.getTime() - set.createdAt.getTime() < policy.deleteAfter)
    reasons.push(`younger than ${formatDuration(policy.deleteAfter)}`);
  const newerComplete = inScope.some(
    (other) => other.state === 'complete' && isNewer(other, set) && isSameDatabase(other, set),
  );
  if (set.state === 'complete' && !newerComplete) reasons.push('newest complete set of its database');
  if ((set.state === 'partial' || set.state === 'inconsistent' || set.state === 'rehearsal') && !newerComplete)
    reasons.push('no newer complete set of its database');
  if (set.state === 'legacy' && isNewestLegacy(set, inScope))
    reasons.push('newest of its volume, and no newer complete set covers it');
  return reasons;
};

const isSameDatabase = (a: BackupSet, b: BackupSet): boolean =>
  a.database !== undefined && b.database !== undefined && databaseKey(a.database) === databaseKey(b.database);

const isNewer = (a: BackupSet, b: BackupSet): boolean => a.createdAt.getTime() > b.createdAt.getTime();

const isNewestLegacy = (set: BackupSet, inScope: readonly BackupSet[]): boolean => {
  const parents = parentsOf(set);
  const sharesParent = (other: BackupSet) => parentsOf(other).some((id) => parents.includes(id));
  return !inScope.some(
    (other) =>
      (other.state === 'complete' || other.state === 'legacy') && sharesParent(other) && comesAfter(other, set),
  );
};

/** Newer; of two from the same instant, the one with the higher id, so that one of them is the newest. */
const comesAfter = (a: BackupSet, b: BackupSet): boolean =>
  isNewer(a, b) || (a.createdAt.getTime() === b.createdAt.getTime() && lowestIdOf(a) > lowestIdOf(b));

const lowestIdOf = ({ members }: BackupSet): number => Math.min(...members.map(({ snapshot }) => snapshot.id));

/** What forbids the removal of a snapshot, whatever its age. */
export const vetoesOnSnapshot = (snapshot: Dataset, now: Date): string[] => {
  const vetoes: string[] = [];
  if (snapshot.lockExpiresAt !== undefined && snapshot.lockExpiresAt.getTime() > now.getTime())
    vetoes.push(`${snapshot.name} is locked until ${snapshot.lockExpiresAt.toISOString()}`);
  if (snapshot.isMapped)
    vetoes.push(`${snapshot.name} is ${snapshot.type === 'volume' ? 'mapped to a host' : 'exported'}`);
  if (snapshot.hasChildren) vetoes.push(`${snapshot.name} has children`);
  if (snapshot.isReplicated) vetoes.push(`${snapshot.name} takes part in a replication`);
  return vetoes;
};

const vetoesOf = ({ members, isPinned }: BackupSet, { now }: PlanContext): string[] => [
  ...(isPinned ? ['pinned'] : []),
  ...members.flatMap(({ snapshot }) => vetoesOnSnapshot(snapshot, now)),
];
