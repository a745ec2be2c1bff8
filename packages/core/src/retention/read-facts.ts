import { type BackupSet, readCatalogue } from '../catalogue.js';
import { PreflightError } from '../errors.js';
import type { ArrayIdentity, Clock, SnapshotArray } from '../ports.js';

/** Everything that plans are made from, read at one time. */
export interface RetentionFacts {
  readonly array: ArrayIdentity;
  readonly sets: readonly BackupSet[];
  /** The ids of the target volumes by name. */
  readonly volumeIds: ReadonlyMap<string, number>;
  readonly now: Date;
}

/**
 * Reads the catalogue and the identity of the array.
 *
 * @param volumeNames  The target volumes of the databases in question.
 * @throws {PreflightError} One of them is not on the array: then it is not known what belongs to whom.
 */
export const readRetentionFacts = async (
  { nameContains, volumeNames }: { readonly nameContains: string; readonly volumeNames: readonly string[] },
  { array, clock }: { readonly array: SnapshotArray; readonly clock: Clock },
): Promise<RetentionFacts> => {
  const now = new Date(clock.now());
  const identity = await array.readIdentity();
  const volumes = await array.findVolumes(volumeNames);
  const volumeIds = new Map(volumes.map(({ id, name }) => [name, id]));
  const missing = volumeNames.filter((name) => !volumeIds.has(name));
  if (missing.length > 0)
    throw new PreflightError(
      missing.map((name) => ({
        level: 'blocking' as const,
        code: 'volume-missing',
        message: `volume ${name} is not on the array`,
        hint: 'Check the spelling and the array.',
      })),
    );
  return { array: identity, sets: await readCatalogue(nameContains, { array, now }), volumeIds, now };
};
