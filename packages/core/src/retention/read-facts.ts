import { type BackupSet, readCatalogue } from '../catalogue.js';
import { messageOf, PreflightError } from '../errors.js';
import { inParallel } from '../in-parallel.js';
import type { ArrayIdentity, Clock, Dataset, PrunableSnapshotArray, SnapshotArray } from '../ports.js';
import { judgeTarget, readTarget, type Target } from '../targets.js';
import { type Veto, vetoesOnSnapshot } from './veto.js';

/** Everything that plans are made from, read at one time. */
export interface RetentionFacts {
  readonly array: ArrayIdentity;
  readonly sets: readonly BackupSet[];
  /** The ids of the datasets of each target, in the order of the targets. */
  readonly targetIds: readonly ReadonlySet<number>[];
  readonly now: Date;
}

/**
 * Reads the catalogue and the identity of the array.
 *
 * @param targets  Those of the database in question.
 * @throws {PreflightError} One of them is not on the array: then it is not known what belongs to whom.
 */
export const readRetentionFacts = async (
  { nameContains, targets }: { readonly nameContains: string; readonly targets: readonly Target[] },
  { array, clock }: { readonly array: SnapshotArray; readonly clock: Clock },
): Promise<RetentionFacts> => {
  const now = new Date(clock.now());
  const identity = await array.readIdentity();
  const found = await Promise.all(targets.map((each) => readTarget(each, array)));
  const findings = found.flatMap((each) => judgeTarget('the', each));
  if (findings.length > 0) throw new PreflightError(findings);
  const targetIds = found.map(({ members }) => new Set(members.map(({ id }) => id)));
  return { array: identity, sets: await readCatalogue(nameContains, { array, now }), targetIds, now };
};

/** Snapshots that are asked about at a time. */
const readsAtATime = 8;

const isHeld = ({ isMapped, hasChildren, isReplicated }: Dataset): boolean => isMapped || hasChildren || isReplicated;

/**
 * Reads who or what holds the snapshots of sets that would otherwise go: hosts, exports, children, replicas, by name. A
 * snapshot that nothing holds costs no call.
 *
 * @returns By snapshot id; those that nothing forbids to remove are left out. Where the names could not be read the veto says so.
 */
export const readVetoes = async (
  sets: readonly Pick<BackupSet, 'members'>[],
  { array, now }: { readonly array: Pick<PrunableSnapshotArray, 'readUse'>; readonly now: Date },
): Promise<ReadonlyMap<number, readonly Veto[]>> => {
  const snapshots = sets.flatMap(({ members }) => members.map(({ snapshot }) => snapshot));
  const read = async (snapshot: Dataset): Promise<readonly Veto[]> => {
    if (!isHeld(snapshot)) return vetoesOnSnapshot(snapshot, now);
    try {
      return vetoesOnSnapshot(snapshot, now, await array.readUse(snapshot));
    } catch (error) {
      const reason = `by whom could not be read: ${messageOf(error)}`;
      return vetoesOnSnapshot(snapshot, now).map((veto) => (veto.kind === 'locked' ? veto : { ...veto, reason }));
    }
  };
  const vetoes = await inParallel(
    snapshots,
    readsAtATime,
    async (snapshot) => [snapshot.id, await read(snapshot)] as const,
  );
  return new Map(vetoes.filter(([, { length }]) => length > 0));
};
