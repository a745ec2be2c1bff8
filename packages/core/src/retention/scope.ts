import { type BackupSet, databaseKey } from '../catalogue.js';

/** Whose sets one plan may speak of. Everything else on the array is kept by not being in it. */
export interface RetentionScope {
  /** The name in the configuration. */
  readonly database: string;
  /** Compared with the labels when given. */
  readonly dbid?: string | undefined;
  readonly uniqueName?: string | undefined;
  /** Ids of the datasets that the database's targets name; `all` takes in every set on the array. */
  readonly volumeIds: { readonly data: ReadonlySet<number>; readonly archive: ReadonlySet<number> } | 'all';
  /** Ids of the snapshots that other plans speak of: their sets are left out, and count for nothing. */
  readonly except?: ReadonlySet<number> | undefined;
}

/** The datasets that the members are snapshots of. */
export const parentsOf = ({ members }: Pick<BackupSet, 'members'>): readonly number[] =>
  members.map(({ snapshot }) => snapshot.parentId).filter((id) => id !== undefined);

const dataParentsOf = ({ members }: BackupSet): readonly number[] =>
  parentsOf({ members: members.filter(({ role }) => role === 'data') });

/**
 * The sets in scope. A labelled set is a database's when all its data members are of the database's data volumes: archive
 * volumes are often shared. One that has lost its data members is told by the databases that the others name. A
 * snapshot without a label of ours is told by its volume.
 */
export const setsInScope = (
  sets: readonly BackupSet[],
  { dbid, uniqueName, volumeIds, except = new Set() }: RetentionScope,
): BackupSet[] => {
  const isNamed = ({ database }: BackupSet) =>
    database === undefined ||
    ((dbid === undefined || database.dbid === dbid) &&
      (uniqueName === undefined || database.uniqueName === uniqueName));
  const named = sets.filter((set) => isNamed(set) && !set.members.some(({ snapshot }) => except.has(snapshot.id)));
  if (volumeIds === 'all') return named;
  const { data, archive } = volumeIds;
  const isOfDataVolumes = (set: BackupSet) => {
    const parents = dataParentsOf(set);
    return parents.length > 0 && parents.every((id) => data.has(id));
  };
  const keys = new Set(named.filter(isOfDataVolumes).map(({ database }) => database && databaseKey(database)));
  return named.filter((set) => {
    if (set.database === undefined) return parentsOf(set).some((id) => data.has(id) || archive.has(id));
    if (dataParentsOf(set).length > 0) return isOfDataVolumes(set);
    return keys.has(databaseKey(set.database)) && parentsOf(set).every((id) => archive.has(id));
  });
};
