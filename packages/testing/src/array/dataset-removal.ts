import { ArrayRefusal, approvalRequired } from './answer.js';
import type { Dataset } from './dataset.js';
import type { Datasets } from './datasets.js';
import { isLocked } from './lock.js';

/** What decides whether a dataset may go. */
export interface RemovalOptions {
  readonly now: number;
  readonly isApproved: boolean;
  /** What makes use of a dataset, or `undefined`. */
  readonly useOf: (id: number) => DatasetUse | undefined;
}

/** What keeps a dataset from being deleted. */
export type DatasetUse = 'MAPPED' | 'EXPORTED' | 'REPLICATED';

// A refusal that no approval lifts. Documented for exports; assumed for the others, as are the codes.
// Source: infinibox-api.md sections 4.7 and 8.2.
const checkRemovable = (dataset: Dataset, { now, useOf }: RemovalOptions): void => {
  if (isLocked(dataset, now))
    throw new ArrayRefusal(403, `${dataset.kind}_IS_LOCKED`, `snapshot '${dataset.name}' is locked`);
  const use = useOf(dataset.id);
  if (use !== undefined)
    throw new ArrayRefusal(409, `${dataset.kind}_IS_${use}`, `'${dataset.name}' is ${use.toLowerCase()}`);
};

/**
 * Decides what goes when these datasets are deleted. Without approval nothing goes; with approval **every snapshot below
 * them goes along**. Documented: both codes, their status, the cascade (proven for filesystems, inferred for volumes).
 * Assumed: what is locked, mapped or replicated, itself or below, refuses the whole call even when approved.
 *
 * @returns  Everything that goes, each once; nothing was changed yet.
 *
 * Source: infinibox-api.md sections 4.7 and 8.2.
 */
export const planRemoval = (
  datasets: Datasets,
  doomed: readonly Dataset[],
  options: RemovalOptions,
): readonly Dataset[] => {
  const below = doomed.flatMap(({ id }) => datasets.descendants(id));
  const goes = [...new Set([...doomed, ...below])];
  for (const dataset of goes) checkRemovable(dataset, options);
  if (options.isApproved) return goes;
  const names = doomed.map(({ name }) => `'${name}'`).join(', ');
  throw below.length > 0
    ? approvalRequired(`deleting ${names} with snapshots`, 'APPROVAL_REQUIRED_VOLUME_HAS_CHILDREN')
    : approvalRequired(`deleting ${names}`);
};
