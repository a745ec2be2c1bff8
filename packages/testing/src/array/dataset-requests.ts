import { z } from 'zod';
import { parseBody } from './answer.js';
import type { DatasetKind } from './dataset.js';

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
  snapshot_policy_id: z.int().nullish(),
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
    snapshot_policy_id: z.int().nullable(),
  })
  .partial();

/** `POST volumes/ID/move`. Documented. Source: section 3.1. */
export const moveBody = z.strictObject({ pool_id: z.int(), with_capacity: z.boolean().default(false) });

/** `POST volumes/delete_simulation`. Documented. Source: section 3.1. */
export const deleteSimulationBody = z.strictObject({ entities: z.array(z.int()).min(1) });

/** What a dataset keeps and shows without any effect, by kind. Documented. Source: sections 3.1 and 3.2. */
const attributeBody = {
  VOLUME: z.strictObject({ udid: z.int().nullish(), ssa_express_enabled: z.boolean().nullish() }),
  FILESYSTEM: z.strictObject({
    root_mode: z.string().nullish(),
    atime_mode: z.string().nullish(),
    atime_granularity: z.int().nullish(),
    snapdir_name: z.string().nullish(),
    visible_in_snapdir: z.boolean().nullish(),
    snapdir_accessible: z.boolean().nullish(),
    security_style: z.enum(['UNIX', 'WINDOWS']).nullish(),
    ssa_express_enabled: z.boolean().nullish(),
  }),
};

/**
 * Takes the fields without effect out of a body. Null stands for one that is unset.
 *
 * @returns Those fields, and the body without them.
 */
export const splitAttributes = (
  kind: DatasetKind,
  body: unknown,
): { readonly attributes: Readonly<Record<string, unknown>>; readonly rest: unknown } => {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return { attributes: {}, rest: body };
  const schema = attributeBody[kind];
  const isAttribute = ([key]: [string, unknown]) => key in schema.shape;
  const entries = Object.entries(body);
  const attributes = Object.entries(parseBody(schema, Object.fromEntries(entries.filter(isAttribute))));
  return {
    attributes: Object.fromEntries(attributes.filter(([, value]) => value !== null && value !== undefined)),
    rest: Object.fromEntries(entries.filter((entry) => !isAttribute(entry))),
  };
};
