import { ConfigError, createArrayClient, createStderrLogger, type Settings } from '@orasync/app-shell';
import type { CommonFlags } from '@orasync/app-shell/program';
import {
  type BackupSet,
  findSet,
  type PrunableSnapshotArray,
  readOwners,
  readSets,
  type SetFacts,
  snapshotArray,
  systemClock,
} from '@orasync/core';
import { programName } from './program-name.js';

/** The sets that a command may speak of, read from the array alone. */
export interface ArraySets {
  readonly facts: SetFacts;
  /** Newest first: those of the databases that `--database` names, without it all of the array. */
  readonly sets: readonly BackupSet[];
  /** The configuration's name of the database that a set belongs to; absent when none of its databases owns it. */
  readonly owners: ReadonlyMap<BackupSet, string>;
  /** @throws {ConfigError} No set, or more than one, is named so. */
  readonly getSet: (text: string) => BackupSet;
}

export const readArraySets = (settings: Settings, flags: CommonFlags): Promise<ArraySets> =>
  withArraySets(settings, flags, (sets) => Promise.resolve(sets));

/** The same for a command that changes something of a set: the connection lasts as long as its work. */
export const withArraySets = async <T>(
  settings: Settings,
  flags: CommonFlags,
  work: (sets: ArraySets & { readonly array: PinnableArray }) => Promise<T>,
): Promise<T> => {
  await using client = createArrayClient(settings, createStderrLogger(programName, flags));
  const array = snapshotArray(client);
  const facts = await readSets(settings.config.retention.nameContains, { array, clock: systemClock });
  const owners = await readOwners(facts.sets, settings.databases, array);
  const sets = flags.database === undefined ? facts.sets : facts.sets.filter((set) => owners.has(set));
  return await work({ facts, sets, owners, getSet: (text) => getSet(text, sets), array });
};

/** The array without its deletions: this program has no path to them. */
type PinnableArray = Omit<PrunableSnapshotArray, 'deleteSnapshot'>;

/** How many of the sets that a text names are listed. */
const named = 5;

const getSet = (text: string, sets: readonly BackupSet[]): BackupSet => {
  const found = findSet(sets, text);
  switch (found.kind) {
    case 'found':
      return found.set;
    case 'ambiguous':
      throw new ConfigError([
        `${text} names ${found.ids.length} sets, such as ${found.ids.slice(0, named).join(', ')}`,
      ]);
    case 'unknown':
      throw new ConfigError([
        found.ids.length === 0
          ? `${text} names no set: there is none`
          : `${text} names no set; the nearest are ${found.ids.join(', ')}`,
      ]);
  }
};
