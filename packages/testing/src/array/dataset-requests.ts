import { z } from 'zod';

// What clients may send about datasets. Fields may be null where the SDK sends null for what is unset. That an unknown field
// is refused is assumed. Source: infinibox-api.md sections 4.4 and 8.2.

const epochMs = z.int().min(0);

/** `POST volumes` with a parent. Documented. Source: infinibox-api.md section 4.1. */
export const snapshotBody = z.strictObject({
  parent_id: z.int(),
  name: z.string(),
  write_protected: z.boolean().nullish(),
  ssd_enabled: z.boolean().nullish(),
  lock_expires_at: epochMs.nullish(),
  snapshot_retention: z.int().nullish(),
  snapshot_policy_id: z.int().nullish(),
  snapdir_name: z.string().nullish(),
  snapdir_accessible: z.boolean().nullish(),
});

/** `POST volumes` without a parent. Documented. Source: section 3.1. */
export const masterBody = z.strictObject({
  name: z.string(),
  pool_id: z.int(),
  size: z.int().min(1),
  provtype: z.enum(['THIN', 'THICK']).default('THIN'),
  ssd_enabled: z.boolean().default(true),
  compression_enabled: z.boolean().default(true),
  write_protected: z.boolean().default(false),
  udid: z.int().nullish(),
  snapshot_policy_id: z.int().nullish(),
  atime_mode: z.string().nullish(),
  root_mode: z.string().nullish(),
  security_style: z.string().nullish(),
});

/** `POST volumes/group_snapshot`. Documented. Source: section 4.3. */
export const groupSnapshotBody = z.strictObject({
  entities: z.array(z.strictObject({ id: z.int() })).min(1),
  snap_prefix: z.string().nullish(),
  snap_suffix: z.string().nullish(),
});

/** `PUT volumes/ID`: every field that can be set, any of them at once. Documented. Source: section 3.1. */
export const updateBody = z
  .strictObject({
    name: z.string(),
    size: z.int().min(1),
    provtype: z.enum(['THIN', 'THICK']),
    write_protected: z.boolean(),
    ssd_enabled: z.boolean(),
    compression_enabled: z.boolean(),
    lock_expires_at: epochMs,
  })
  .partial();
