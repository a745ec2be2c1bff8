import { z } from 'zod';
import { ArrayRefusal, approvalRequired, badRequest, parseBody } from './answer.js';
import type { Dataset } from './dataset.js';
import type { Datasets } from './datasets.js';
import { isLocked } from './lock.js';

interface MoveOptions {
  readonly now: number;
  readonly isApproved: boolean;
}

// Documented: a bare id (SDK) or an object (CSI, Ansible). Source: infinibox-api.md section 4.6.
const sourceBody = z.union([z.int(), z.strictObject({ source_id: z.int() }).transform(({ source_id }) => source_id)]);

/** The id that the body of a restore or refresh names. */
export const parseSource = (body: unknown): number => parseBody(sourceBody, body);

/** Makes the content of `to` that of `from`. `to` stays the same map, so that hosts that use it see the change. */
export const copyContent = (from: Dataset, to: Dataset): void => {
  const entries = [...from.content];
  to.content.clear();
  for (const [path, value] of entries) to.content.set(path, value);
};

/**
 * `POST volumes/PARENT/restore`. Documented: needs approval, both bodies, the source may lie deeper than a child.
 * Assumed: the source must be of the same family, a locked target refuses. Source: infinibox-api.md section 4.6.
 */
export const restoreDataset = (datasets: Datasets, id: number, body: unknown, options: MoveOptions): Dataset => {
  const target = datasets.get(id);
  const source = datasets.get(parseSource(body));
  if (!datasets.descendants(id).includes(source))
    throw badRequest(`'${source.name}' is no snapshot of '${target.name}'`);
  if (isLocked(target, options.now))
    throw new ArrayRefusal(403, `${target.kind}_IS_LOCKED`, `snapshot '${target.name}' is locked`);
  if (!options.isApproved) throw approvalRequired(`restoring '${target.name}'`);
  copyContent(source, target);
  target.updatedAt = options.now;
  return target;
};

/**
 * `POST volumes/SNAPSHOT/refresh`: the snapshot takes its parent's present content. Documented: not on masters. Assumed:
 * needs approval, refused while locked, keeps id, name and `created_at`. Source: infinibox-api.md sections 4.6 and 8.2.
 */
export const refreshDataset = (datasets: Datasets, id: number, body: unknown, options: MoveOptions): Dataset => {
  const snapshot = datasets.get(id);
  if (snapshot.parentId === undefined) throw badRequest(`'${snapshot.name}' is no snapshot`);
  const parent = datasets.get(parseSource(body));
  if (parent.id !== snapshot.parentId) throw badRequest(`'${parent.name}' is not the parent of '${snapshot.name}'`);
  if (isLocked(snapshot, options.now))
    throw new ArrayRefusal(403, `${snapshot.kind}_IS_LOCKED`, `snapshot '${snapshot.name}' is locked`);
  if (!options.isApproved) throw approvalRequired(`refreshing '${snapshot.name}'`);
  copyContent(parent, snapshot);
  snapshot.updatedAt = options.now;
  return snapshot;
};
