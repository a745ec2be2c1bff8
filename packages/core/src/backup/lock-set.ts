import type { Dataset } from '../ports.js';
import { type LabelOptions, untilWritten } from './labels.js';

/** An array may keep less of the time than it was given. */
const roundingMs = 60_000;

/**
 * Locks the members of a complete set, and the snapshot groups that they are in, so that until then nobody deletes them: no
 * administrator and no stolen password. Never made shorter. The array's own clock decides when it is over.
 *
 * @throws The array refused, or does not say that a member is locked. The set is complete all the same.
 *
 * Source: infinibox-api.md section 4.5.
 */
export const lockSet = async (
  members: readonly { readonly snapshot: Pick<Dataset, 'id' | 'name'> }[],
  until: Date,
  options: LabelOptions,
): Promise<void> => {
  const ids = members.map(({ snapshot }) => snapshot.id);
  await untilWritten(() => options.array.lockSnapshots(ids, until), { ids }, options);
  const locked = await options.array.listDatasets(ids);
  for (const { snapshot } of members) {
    const expires = locked.find(({ id }) => id === snapshot.id)?.lockExpiresAt;
    if (expires === undefined || expires.getTime() < until.getTime() - roundingMs)
      throw new Error(`${snapshot.name} is not locked until ${until.toISOString()}, though the array took the lock`);
  }
};
