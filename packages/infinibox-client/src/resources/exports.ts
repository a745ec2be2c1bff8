import { z } from 'zod';
import type { Call } from '../call.js';
import { createReadCalls, type ReadCalls } from '../collection.js';
import { instant } from '../wire.js';

/** Source: infinibox-api.md section 3.9. */
const exportSchema = z.looseObject({
  id: z.int(),
  export_path: z.string(),
  /** The directory of the filesystem that is exported. */
  inner_path: z.string(),
  filesystem_id: z.int(),
  enabled: z.boolean(),
  permissions: z.array(z.looseObject({ access: z.string(), client: z.string(), no_root_squash: z.boolean() })),
  created_at: instant.nullish(),
  updated_at: instant.nullish(),
});

/**
 * An NFS export of a filesystem, in the array's own spelling; fields that are not listed pass as they are.
 *
 * @useDeclaredType
 */
export type Export = z.output<typeof exportSchema>;

/** The fields that exports are filtered and sorted by. Source: infinibox-api.md section 3.9. */
export interface ExportFields {
  readonly id: number;
  readonly export_path: string;
  readonly filesystem_id: number;
  readonly enabled: boolean;
}

/** `/exports`: which filesystems NFS clients see. */
export type ExportCalls = ReadCalls<Export, ExportFields>;

export const createExports = (call: Call): ExportCalls =>
  createReadCalls<Export, ExportFields>({ call, path: 'exports', schema: exportSchema });
