import type { BackupSet } from '../catalogue.js';
import type { SnapshotArray } from '../ports.js';
import { type RetentionScope, setsInScope } from '../retention/scope.js';
import { readTarget, type Target } from '../targets.js';

/** What a configuration says of a database, as far as its sets can be told by it. */
export interface ConfiguredDatabase {
  readonly name: string;
  readonly expect: Pick<RetentionScope, 'dbid' | 'uniqueName'>;
  readonly targets: { readonly data: Target; readonly archive?: Target | undefined };
}

/**
 * Which configured database each set belongs to, by the configuration's name; the sets of others are absent.
 *
 * Source: docs/retention.md, "Which sets a plan speaks of".
 */
export const readOwners = async (
  sets: readonly BackupSet[],
  databases: readonly ConfiguredDatabase[],
  array: SnapshotArray,
): Promise<ReadonlyMap<BackupSet, string>> => {
  const owners = new Map<BackupSet, string>();
  for (const { name, expect, targets } of databases) {
    const idsOf = async (target: Target | undefined) =>
      new Set(target && (await readTarget(target, array)).members.map(({ id }) => id));
    const volumeIds = { data: await idsOf(targets.data), archive: await idsOf(targets.archive) };
    for (const set of setsInScope(sets, { database: name, ...expect, volumeIds }))
      if (!owners.has(set)) owners.set(set, name);
  }
  return owners;
};
