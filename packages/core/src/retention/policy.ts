import { z } from 'zod';
import { durationMs } from '../duration.js';

/** Which sets may go. The defaults are the predecessor's: two weeks, and a name that contains `orasync`. */
export const retentionPolicy = z.strictObject({
  /** Necessary for a removal, never sufficient. */
  deleteAfter: durationMs.prefault('14d'),
  /** Unlabelled snapshots with this text in their name, whatever the case, are taken for the predecessor's. */
  nameContains: z.string().min(3, 'must have at least 3 characters').prefault('orasync'),
});

export type RetentionPolicy = z.output<typeof retentionPolicy>;
