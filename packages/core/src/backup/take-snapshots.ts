import { isNameTaken, outcomeOf } from '../errors.js';
import type { Snapshot, SnapshotArray } from '../ports.js';
import { memberNames } from '../snapshot-name.js';

interface Parent {
  readonly id: number;
  readonly name: string;
}

/** The snapshots of one role, and the names they may get. */
export interface SnapshotPlan {
  readonly parents: readonly Parent[];
  /** The name, and the one to use when it is taken. */
  readonly names: readonly [string, string];
}

interface TakeOptions {
  readonly array: SnapshotArray;
  readonly signal: AbortSignal;
}

/**
 * Snapshots all parents by one call. A taken name is answered by one more call with the second name. After a lost
 * answer the names are looked up: all there means made.
 */
export const takeSnapshots = async (
  { parents, names: [name, laterName] }: SnapshotPlan,
  options: TakeOptions,
): Promise<readonly Snapshot[]> => {
  try {
    return await takeNamed(name, parents, options);
  } catch (error) {
    if (!isNameTaken(error)) throw error;
    return await takeNamed(laterName, parents, options);
  }
};

const takeNamed = async (
  name: string,
  parents: readonly Parent[],
  { array, signal }: TakeOptions,
): Promise<readonly Snapshot[]> => {
  try {
    return await array.createSnapshots({ name, parents }, { signal });
  } catch (error) {
    if (outcomeOf(error) === 'refused' || signal.aborted) throw error;
    const found = await findSnapshots(name, parents, array);
    if (found.length !== parents.length) throw error;
    return found;
  }
};

const findSnapshots = async (
  name: string,
  parents: readonly Parent[],
  array: SnapshotArray,
): Promise<readonly Snapshot[]> => {
  const ids = new Set(parents.map(({ id }) => id));
  const found = await array.findVolumes(
    memberNames(
      name,
      parents.map((parent) => parent.name),
    ),
  );
  return found.filter(({ kind, parentId }) => kind === 'snapshot' && parentId !== undefined && ids.has(parentId));
};

/** What a plan whose call did not succeed may have made all the same. */
export const findRemains = async (
  { parents, names }: SnapshotPlan,
  array: SnapshotArray,
): Promise<readonly Snapshot[]> => (await Promise.all(names.map((name) => findSnapshots(name, parents, array)))).flat();
