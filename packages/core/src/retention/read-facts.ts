import { type BackupSet, readCatalogue } from '../catalogue.js';
import { PreflightError } from '../errors.js';
import type { ArrayIdentity, Clock, SnapshotArray } from '../ports.js';
import { judgeTarget, readTarget, type Target } from '../targets.js';

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
