import { z } from 'zod';
import { type DatabaseIdentity, databaseKey, labelKeys } from '../catalogue.js';
import type { DatabaseInventory } from '../coverage/database-inventory.js';
import type { SnapshotArray } from '../ports.js';

/** A value may not be longer than 1 KiB: more places than this are not written down. */
const mostPlaces = 100;

/** The value of `orasync.places`: the places of the files of a complete set, each as a number made of its name. */
const placesLabel = z.object({
  v: z.literal(1),
  /** The object's own id, as in the set label. */
  id: z.int(),
  set: z.string().min(1),
  /** `<dbid> <unique name>` */
  database: z.string(),
  places: z.string().regex(/^([0-9a-z]{7})*$/),
});

/** The directories and disk groups that hold data files and take archived logs, sorted, each once. */
export const placesOf = ({ files }: Pick<DatabaseInventory, 'files'>): readonly string[] => {
  const places = files.flatMap(({ kind, path }) => {
    if (kind === 'data-file') return [directoryOf(path)];
    return kind === 'archive-destination' ? [groupOf(path) ?? path] : [];
  });
  return [...new Set(places)].sort();
};

const groupOf = (path: string): string | undefined => (path.startsWith('+') ? path.split('/')[0] : undefined);
const directoryOf = (path: string): string => groupOf(path) ?? path.slice(0, Math.max(1, path.lastIndexOf('/')));

/** FNV-1a of 32 bits: tells names apart, and is no secret. Source: draft-eastlake-fnv, sections 2 and 5. */
const numberOf = (place: string): string => {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(place)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(36).padStart(7, '0');
};

/** What is written beside the marker of a set; nothing when there are too many places to say. */
export const formatPlaces = (
  places: readonly string[],
  { id, set, database }: { readonly id: number; readonly set: string; readonly database: DatabaseIdentity },
): Readonly<Record<string, string>> => {
  if (places.length > mostPlaces) return {};
  const label = { v: 1, id, set, database: databaseKey(database), places: places.map(numberOf).join('') };
  return { [labelKeys.places]: JSON.stringify(label) };
};

const parsePlaces = (text: string): z.output<typeof placesLabel> | undefined => {
  try {
    return placesLabel.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // not our JSON, so not our label
  }
};

/** What is new since the newest complete set that says what it had. */
export interface NewPlaces {
  readonly set: string;
  readonly places: readonly string[];
}

/**
 * Compares places with those of the last complete set.
 *
 * @returns `undefined` when no set says what it had.
 */
export const findNewPlaces = async (
  places: readonly string[],
  database: DatabaseIdentity,
  array: SnapshotArray,
): Promise<NewPlaces | undefined> => {
  const labels = (await array.listLabels(labelKeys.places)).flatMap(({ objectId, value }) => {
    const label = parsePlaces(value);
    return label?.id === objectId && label.database === databaseKey(database) ? [label] : [];
  });
  // A set id begins with its time.
  for (const { id, set, places: numbers } of labels.sort((a, b) => (a.set < b.set ? 1 : -1))) {
    if ((await array.readLabels(id))[labelKeys.complete] !== set) continue;
    const known = new Set(numbers.match(/.{7}/g));
    return { set, places: places.filter((place) => !known.has(numberOf(place))) };
  }
  return undefined;
};
