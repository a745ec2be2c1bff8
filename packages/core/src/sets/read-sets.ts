import { type BackupSet, buildCatalogue, type CatalogueFacts, readCatalogueFacts } from '../catalogue.js';
import type { ArrayIdentity, Clock, Dataset, SnapshotArray } from '../ports.js';

/** Everything about sets that the array alone tells, read at one time. */
export interface SetFacts {
  readonly array: ArrayIdentity;
  readonly catalogue: CatalogueFacts;
  /** Newest first. */
  readonly sets: readonly BackupSet[];
  /** What the members are snapshots of, by id. One that is not on the array is absent. */
  readonly parents: ReadonlyMap<number, Dataset>;
}

/**
 * Reads all sets of all databases. No database is asked, so any host that reaches the array can do it.
 *
 * @param nameContains  Unlabelled snapshots whose name contains this, whatever the case, are taken for the predecessor's.
 */
export const readSets = async (
  nameContains: string,
  { array, clock }: { readonly array: SnapshotArray; readonly clock: Clock },
): Promise<SetFacts> => {
  const identity = await array.readIdentity();
  const catalogue = await readCatalogueFacts(nameContains, array);
  const sets = buildCatalogue(catalogue, nameContains, new Date(clock.now()));
  const snapshots = sets.flatMap(({ members }) => members.map(({ snapshot }) => snapshot));
  const parentIds = [...new Set(snapshots.map(({ parentId }) => parentId).filter((id) => id !== undefined))];
  const parents = await array.listDatasets(parentIds);
  return { array: identity, catalogue, sets, parents: new Map(parents.map((parent) => [parent.id, parent])) };
};
