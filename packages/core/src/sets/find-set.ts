import { type BackupSet, databaseKey } from '../catalogue.js';

/** The set that a text names, or what was perhaps meant. */
export type FoundSet =
  | { readonly kind: 'found'; readonly set: BackupSet }
  /** `ids` are the nearest ones, none when there is no set at all. */
  | { readonly kind: 'unknown'; readonly ids: readonly string[] }
  /** `ids` are all that it names. */
  | { readonly kind: 'ambiguous'; readonly ids: readonly string[] };

/** How many ids are offered in place of one that is not there. */
const offered = 3;

/**
 * Finds a set by its id, by the beginning of one, or as `latest`: the newest complete set. Pure.
 *
 * @param sets  Newest first. When they are of several databases, `latest` is ambiguous: a restore of the wrong database
 *              would be the price of guessing.
 */
export const findSet = (sets: readonly BackupSet[], text: string): FoundSet => {
  const ids = (of: readonly BackupSet[]) => of.map(({ id }) => id);
  const found = text === 'latest' ? newestComplete(sets) : namedBy(sets, text);
  const [only] = found;
  if (only === undefined) return { kind: 'unknown', ids: ids(nearest(sets, text)).slice(0, offered) };
  return found.length === 1 ? { kind: 'found', set: only } : { kind: 'ambiguous', ids: ids(found) };
};

/** The newest complete set of each database. */
const newestComplete = (sets: readonly BackupSet[]): readonly BackupSet[] => {
  const newest = new Map<string, BackupSet>();
  for (const set of sets) {
    if (set.state !== 'complete' || set.database === undefined) continue;
    const key = databaseKey(set.database);
    if (!newest.has(key)) newest.set(key, set);
  }
  return [...newest.values()];
};

const namedBy = (sets: readonly BackupSet[], text: string): readonly BackupSet[] => {
  const exact = sets.filter(({ id }) => id === text);
  return exact.length > 0 || text === '' ? exact : sets.filter(({ id }) => id.startsWith(text));
};

const commonLength = (a: string, b: string): number => {
  let length = 0;
  while (length < a.length && a[length]?.toLowerCase() === b[length]?.toLowerCase()) length += 1;
  return length;
};

/** Those that hold the text, then those that begin most like it; the newest first of equals. */
const nearest = (sets: readonly BackupSet[], text: string): readonly BackupSet[] => {
  const likeness = ({ id }: BackupSet) =>
    id.toLowerCase().includes(text.toLowerCase()) ? Number.POSITIVE_INFINITY : commonLength(text, id);
  return sets
    .map((set) => ({ set, likeness: likeness(set) }))
    .toSorted((a, b) => (a.likeness === b.likeness ? 0 : b.likeness - a.likeness))
    .map(({ set }) => set);
};
