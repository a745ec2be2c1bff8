import { ArrayRefusal, badRequest } from './answer.js';
import type { Dataset } from './dataset.js';
import { isLocked } from './lock.js';

/**
 * Whether a snapshot may become a master. Documented: from 8.1 on. Assumed: the same on the release that this array claims to
 * be, refused while locked, needs room for its whole size and no approval. Source: infinibox-api.md section 3.1.
 *
 * @throws {ArrayRefusal} 400 for a master, 403 for what is locked.
 */
export const checkPromotable = (dataset: Dataset, now: number): void => {
  if (dataset.parentId === undefined) throw badRequest(`'${dataset.name}' is no snapshot`);
  if (isLocked(dataset, now))
    throw new ArrayRefusal(403, `${dataset.kind}_IS_LOCKED`, `snapshot '${dataset.name}' is locked`);
};
