import { labelKeys } from '../catalogue.js';
import { isNameTaken, outcomeOf } from '../errors.js';
import type { SnapshotArray, Volume } from '../ports.js';
import { memberNames } from '../snapshot-name.js';

/** A volume that is snapshotted. */
export interface Parent {
  readonly id: number;
  readonly name: string;
}

/** The snapshots of one role, and the names they may get. */
export interface SnapshotPlan {
  readonly parents: readonly Parent[];
  /** The name, and the one to use when it is taken. */
  readonly names: readonly [string, string];
  /** Snapshots of these names that were there before: never ours. */
  readonly earlierIds: ReadonlySet<number>;
}

interface TakeOptions {
  readonly array: SnapshotArray;
  readonly signal: AbortSignal;
  /** Earliest `createdAt` of a snapshot of ours; `undefined` when the array's clock is not known. */
  readonly notBefore: Date | undefined;
}

/** Fixes the names of one role, and notes which snapshots have them already. */
export const planSnapshots = async (
  parents: readonly Parent[],
  names: readonly [string, string],
  array: SnapshotArray,
): Promise<SnapshotPlan> => {
  const earlier = await Promise.all(names.map((name) => findNamed(name, parents, array)));
  return { parents, names, earlierIds: new Set(earlier.flat().map(({ id }) => id)) };
};

/**
 * Snapshots all parents by one call. A taken name is answered by one more call with the second name. After a lost
 * answer the names are looked up: all there, and made since, means made by this call. Without the array's clock that
 * cannot be told, and the answer stays lost.
 */
export const takeSnapshots = async (plan: SnapshotPlan, options: TakeOptions): Promise<readonly Volume[]> => {
  const [name, laterName] = plan.names;
  try {
    return await takeNamed(name, plan, options);
  } catch (error) {
    if (!isNameTaken(error)) throw error;
    return await takeNamed(laterName, plan, options);
  }
};

const takeNamed = async (
  name: string,
  plan: SnapshotPlan,
  { array, signal, notBefore }: TakeOptions,
): Promise<readonly Volume[]> => {
  try {
    return await array.createSnapshots({ name, parents: plan.parents }, { signal });
  } catch (error) {
    if (outcomeOf(error) === 'refused' || signal.aborted || notBefore === undefined) throw error;
    const found = (await findOurs(name, plan, array)).filter(({ createdAt }) => createdAt >= notBefore);
    if (found.length !== plan.parents.length) throw error;
    return found;
  }
};

const findNamed = async (
  name: string,
  parents: readonly Parent[],
  array: SnapshotArray,
): Promise<readonly Volume[]> => {
  const ids = new Set(parents.map(({ id }) => id));
  const found = await array.findVolumes(
    memberNames(
      name,
      parents.map((parent) => parent.name),
    ),
  );
  return found.filter(({ kind, parentId }) => kind === 'snapshot' && parentId !== undefined && ids.has(parentId));
};

/** Those of this name that were not there before and carry no label: another run that took the name has labelled its own. */
const findOurs = async (name: string, plan: SnapshotPlan, array: SnapshotArray): Promise<readonly Volume[]> => {
  const found = (await findNamed(name, plan.parents, array)).filter(({ id }) => !plan.earlierIds.has(id));
  const labels = await Promise.all(found.map(({ id }) => array.readLabels(id)));
  return found.filter((_, index) => !(labelKeys.set in (labels[index] ?? {})));
};

/** What a plan whose call did not succeed may have made all the same. */
export const findRemains = async (plan: SnapshotPlan, array: SnapshotArray): Promise<readonly Volume[]> =>
  (await Promise.all(plan.names.map((name) => findOurs(name, plan, array)))).flat();
