import { z } from 'zod';
import type { Call } from '../call.js';
import { createListCalls, type ListCalls } from '../collection.js';
import { type DatasetFields, datasetShape, idOrNull } from './dataset.js';

/** Source: infinibox-api.md sections 2.4 and 3.3 (members of a group). */
export const datasetSchema = z.looseObject({
  ...datasetShape,
  dataset_type: z.enum(['VOLUME', 'FILESYSTEM']),
  /** Volumes alone have one. */
  serial: z.string().nullish(),
  /** The consistency or snapshot group it belongs to. */
  cg_id: idOrNull.optional(),
  cg_name: z.string().nullish(),
});

/**
 * A volume or a filesystem, or a snapshot of one; `dataset_type` tells which. Fields that are not listed pass as they are.
 *
 * @useDeclaredType
 */
export type Dataset = z.output<typeof datasetSchema>;

/** `/datasets`: volumes and filesystems together. */
export type DatasetCalls = ListCalls<Dataset, DatasetFields>;

export const createDatasets = (call: Call): DatasetCalls =>
  createListCalls<Dataset, DatasetFields>({ call, path: 'datasets', schema: datasetSchema });
