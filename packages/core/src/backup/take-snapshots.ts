import { labelKeys } from '../catalogue.js';
import { isNameTaken, outcomeOf } from '../errors.js';
import type { Dataset, Parent, SnapshotArray, SnapshotRequest } from '../ports.js';
import { memberNames } from '../snapshot-name.js';
import type { FoundTarget } from '../targets.js';

/** The snapshots of one role, and the names they may get. */
export interface SnapshotPlan {
  readonly parents: readonly Parent[];
  /** The name, and the one to use when it is taken. */
  readonly names: readonly [string, string];
  /** One for volumes and for a consistency group; one per filesystem, which need not be of one instant in backup mode. */
  readonly calls: readonly SnapshotCall[];
}

/** One call of the array. */
interface SnapshotCall {
  readonly parents: readonly Parent[];
  /** With the name, and with the one to use when it is taken. */
  readonly requests: readonly [SnapshotRequest, SnapshotRequest];
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
  target: FoundTarget,
  names: readonly [string, string],
  array: SnapshotArray,
): Promise<SnapshotPlan> => {
  const calls = await Promise.all(
    requestsFor(target).map(async (withName): Promise<SnapshotCall> => {
      const requests = [withName(names[0]), withName(names[1])] as const;
      const earlier = await Promise.all(requests.map((request) => findNamed(request, array)));
      return { parents: parentsOf(requests[0]), requests, earlierIds: new Set(earlier.flat().map(({ id }) => id)) };
    }),
  );
  return { parents: calls.flatMap(({ parents }) => parents), names, calls };
};

/** The calls that a target takes, each as the request that its name makes. */
const requestsFor = (target: FoundTarget): readonly ((name: string) => SnapshotRequest)[] => {
  const parents = target.members.map(({ id, name }) => ({ id, name }));
  switch (target.kind) {
    case 'volumes':
      return [(name) => ({ kind: 'volumes', name, parents })];
    case 'filesystems':
      return parents.map((parent) => {
        const suffix = parents.length === 1 ? '' : `_${parent.name}`;
        return (name) => ({ kind: 'filesystem', name: `${name}${suffix}`, parent });
      });
    case 'consistency-group':
      return target.groups
        .filter(({ kind }) => kind === 'master')
        .map(({ id, name: groupName }) => (name) => ({
          kind: 'consistency-group',
          name,
          group: { id, name: groupName },
          parents,
        }));
  }
};

const parentsOf = (request: SnapshotRequest): readonly Parent[] =>
  request.kind === 'filesystem' ? [request.parent] : request.parents;

/**
 * Snapshots all parents. A taken name is answered by one more call with the second name. After a lost answer the names
 * are looked up: all there, and made since, means made by this call. Without the array's clock that cannot be told, and
 * the answer stays lost. Fails when any of several calls does, once all have come to an end.
 */
export const takeSnapshots = async (plan: SnapshotPlan, options: TakeOptions): Promise<readonly Dataset[]> => {
  const taking = plan.calls.map((call) => takeOnce(call, options));
  const errors = (await Promise.allSettled(taking)).flatMap((each): unknown[] =>
    each.status === 'rejected' ? [each.reason] : [],
  );
  // What may have been made all the same weighs more than what was not.
  if (errors.length > 0) throw errors.find((error) => outcomeOf(error) === 'unknown') ?? errors[0];
  return (await Promise.all(taking)).flat();
};

const takeOnce = async (call: SnapshotCall, options: TakeOptions): Promise<readonly Dataset[]> => {
  const [request, later] = call.requests;
  try {
    return await takeNamed(request, call, options);
  } catch (error) {
    if (!isNameTaken(error)) throw error;
    return await takeNamed(later, call, options);
  }
};

const takeNamed = async (
  request: SnapshotRequest,
  call: SnapshotCall,
  { array, signal, notBefore }: TakeOptions,
): Promise<readonly Dataset[]> => {
  try {
    return await array.createSnapshots(request, { signal });
  } catch (error) {
    if (outcomeOf(error) === 'refused' || signal.aborted || notBefore === undefined) throw error;
    const found = (await findOurs(request, call, array)).filter(({ createdAt }) => createdAt >= notBefore);
    const isWhole = call.parents.every(({ id }) => found.some(({ parentId }) => parentId === id));
    if (!isWhole || found.length !== call.parents.length) throw error;
    return found;
  }
};

/** The snapshots that have the names, and the parents, that this request asks for. */
const findNamed = async (request: SnapshotRequest, array: SnapshotArray): Promise<readonly Dataset[]> => {
  // Members that came into the group meanwhile are found with the others, so that their number shows it.
  if (request.kind === 'consistency-group')
    return (await array.findGroups(request.name))
      .filter(({ kind, parentId }) => kind === 'snapshot' && parentId === request.group.id)
      .flatMap(({ members }) => members);
  const parents = parentsOf(request);
  const found =
    request.kind === 'filesystem'
      ? await array.findDatasets('filesystem', [request.name])
      : await array.findDatasets(
          'volume',
          memberNames(
            request.name,
            parents.map(({ name }) => name),
            'volumes',
          ),
        );
  return found.filter(({ kind, parentId }) => kind === 'snapshot' && parents.some(({ id }) => id === parentId));
};

/** Those of this name that were not there before and carry no label: another run that took the name has labelled its own. */
const findOurs = async (
  request: SnapshotRequest,
  { earlierIds }: SnapshotCall,
  array: SnapshotArray,
): Promise<readonly Dataset[]> => {
  const found = (await findNamed(request, array)).filter(({ id }) => !earlierIds.has(id));
  const isLabelled = await Promise.all(found.map(async ({ id }) => labelKeys.set in (await array.readLabels(id))));
  return found.filter((_, index) => isLabelled[index] === false);
};

/** What a plan whose calls did not all succeed may have made all the same. */
export const findRemains = async ({ calls }: SnapshotPlan, array: SnapshotArray): Promise<readonly Dataset[]> => {
  const found = calls.flatMap((call) => call.requests.map((request) => findOurs(request, call, array)));
  return (await Promise.all(found)).flat();
};
