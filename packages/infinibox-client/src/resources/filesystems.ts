import { z } from 'zod';
import type { Call, CallOptions } from '../call.js';
import { createReadCalls, type ListQuery, type ReadCalls } from '../collection.js';
import type { Filter } from '../query.js';
import type { Settle } from '../settle.js';
import { type DatasetFields, datasetShape, deleteChildless, objectPath } from './dataset.js';
import { lockUntil } from './lock.js';
import { createSnapshotCall } from './snapshot-dataset.js';
import type { SnapshotOptions } from './volumes.js';

/** Source: infinibox-api.md section 3.2. */
const filesystemSchema = z.looseObject({ ...datasetShape, security_style: z.string().nullish() });

/**
 * A filesystem or a snapshot of one, in the array's own spelling; fields that are not listed pass as they are.
 *
 * @useDeclaredType
 */
export type Filesystem = z.output<typeof filesystemSchema>;

/** What filesystems can be looked for by. */
export type FilesystemFilter = Filter<DatasetFields>;

/** Which filesystems, and in which order: by id unless told. */
export type FilesystemQuery = ListQuery<DatasetFields>;

/** `/filesystems`: filesystems and their snapshots. */
export interface FilesystemCalls extends ReadCalls<Filesystem, DatasetFields> {
  /**
   * Snapshots one filesystem. Its answer may get lost: then `outcome` is `unknown`, and the name tells whether it was made.
   *
   * @throws {InfiniboxOutcomeUnknownError} It was asked to look up, and nothing was found.
   */
  snapshot(
    request: { readonly parent_id: number; readonly name: string },
    options?: SnapshotOptions,
  ): Promise<Filesystem>;
  /**
   * Sets or extends the lock of a snapshot.
   *
   * @throws {InfiniboxRefusedError} `lock-shortened`: it is locked for longer already.
   */
  lock(id: number, until: Date, options?: CallOptions): Promise<Filesystem>;
  /**
   * Deletes one filesystem or snapshot that has no children, and never forces anything. The array refuses while it is exported.
   *
   * @throws {InfiniboxRefusedError} `has-children`: the array would delete them too.
   */
  delete(id: number, options?: CallOptions): Promise<void>;
}

const path = 'filesystems';

export const createFilesystems = (call: Call, settle: Settle): FilesystemCalls => {
  const reads = createReadCalls<Filesystem, DatasetFields>({ call, path, schema: filesystemSchema });
  return {
    ...reads,

    snapshot: createSnapshotCall(
      { path, schema: filesystemSchema, look: (filter, options) => reads.list({ filter }, options) },
      call,
      settle,
    ),

    lock: (id, until, options = {}) =>
      lockUntil(
        call,
        { path: objectPath(path, id), schema: filesystemSchema, until },
        (inner) => reads.get(id, inner),
        options,
      ),

    delete: (id, options = {}) => deleteChildless(call, objectPath(path, id), (inner) => reads.get(id, inner), options),
  };
};
