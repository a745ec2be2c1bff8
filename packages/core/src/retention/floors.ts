import { type BackupSet, databaseKey } from '../catalogue.js';
import type { AddReason } from './keep-rules.js';
import { parentsOf } from './scope.js';

/** The complete sets of each database, by its key, in the order of the input. */
export const completeByDatabase = (sets: readonly BackupSet[]): ReadonlyMap<string, readonly BackupSet[]> => {
  const found = new Map<string, BackupSet[]>();
  for (const set of sets) {
    if (set.state !== 'complete' || set.database === undefined) continue;
    const key = databaseKey(set.database);
    const complete = found.get(key);
    if (complete === undefined) found.set(key, [set]);
    else complete.push(set);
  }
  return found;
};

/** What no policy removes. None of it depends on what else a policy keeps, so that one that keeps more never removes more. */
export interface Floors {
  /** The sets in scope, newest first. */
  readonly sets: readonly BackupSet[];
  /** The complete ones among them. */
  readonly complete: ReadonlyMap<string, readonly BackupSet[]>;
  readonly minComplete: number;
}

/**
 * Keeps the newest complete set of each database, as many complete ones as there must be, remains that no newer complete
 * set stands before, and of each volume the newest legacy snapshot until the newest complete set of a database covers it.
 * A pinned set may be unpinned any time, so it does not count for `minComplete`.
 */
export const applyFloors = ({ sets, complete, minComplete }: Floors, keep: AddReason): void => {
  const coveredMs = new Map<number, number>();
  for (const ofOne of complete.values()) {
    for (const newest of ofOne.slice(0, 1)) {
      keep(newest, 'floor-newest', 'newest complete set of its database');
      for (const parent of parentsOf(newest))
        coveredMs.set(parent, Math.max(newest.createdAt.getTime(), coveredMs.get(parent) ?? 0));
    }
    const counted = ofOne.filter(({ isPinned }) => !isPinned).slice(0, minComplete);
    for (const [index, set] of counted.entries())
      keep(set, 'floor-min-complete', `one of those that must stay (${index + 1} of ${minComplete})`);
  }
  const haveNewer = new Set<number>();
  for (const set of sets) {
    if (isIncomplete(set) && !isBehind(set, complete))
      keep(set, 'floor-no-newer-complete', 'no newer complete set of its database');
    if (set.state !== 'legacy') continue;
    const parents = parentsOf(set);
    const isLast = (id: number) => !haveNewer.has(id) && (coveredMs.get(id) ?? 0) <= set.createdAt.getTime();
    if (parents.length === 0 || parents.some(isLast))
      keep(set, 'floor-newest-legacy', 'newest of its volume, and no newer complete set covers it');
    for (const id of parents) haveNewer.add(id);
  }
};

/** Remains of a run, of a removal or of a rehearsal: no backup. */
export const isIncomplete = ({ state }: BackupSet): boolean =>
  state === 'partial' || state === 'inconsistent' || state === 'rehearsal';

const isBehind = ({ database, createdAt }: BackupSet, complete: Floors['complete']): boolean => {
  const newest = database === undefined ? undefined : complete.get(databaseKey(database))?.[0];
  return newest !== undefined && newest.createdAt.getTime() > createdAt.getTime();
};
