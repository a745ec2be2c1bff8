import { z } from 'zod';
import { ArrayRefusal, approvalRequired, notFound, parseBody } from './answer.js';
import type { WireRecord } from './query.js';

const permission = z.strictObject({
  access: z.enum(['RW', 'RO', 'NONE']),
  no_root_squash: z.boolean().default(true),
  client: z.string(),
});

// Documented: names and defaults of permissions. Assumed: the other defaults, which are all non-null as documented.
// Source: infinibox-api.md section 3.9.
const settings = {
  inner_path: z.string().default('/'),
  enabled: z.boolean().default(true),
  permissions: z.array(permission).default([{ access: 'RW', no_root_squash: true, client: '*' }]),
  transport_protocols: z.string().default('TCP'),
  privileged_port: z.boolean().default(false),
  anonymous_uid: z.int().default(65_534),
  anonymous_gid: z.int().default(65_534),
  make_all_users_anonymous: z.boolean().default(false),
  '32bit_file_id': z.boolean().default(false),
  max_read: z.int().default(262_144),
  max_write: z.int().default(262_144),
  pref_read: z.int().default(262_144),
  pref_write: z.int().default(262_144),
  pref_readdir: z.int().default(262_144),
  snapdir_visible: z.boolean().default(false),
};
const createBody = z.strictObject({ filesystem_id: z.int(), export_path: z.string().startsWith('/'), ...settings });
// Whatever is left out stays: parsed through the same shape with the present values as defaults.
const updateBody = z.looseObject({}).refine((body) => !('filesystem_id' in body) && !('export_path' in body));

interface Export {
  readonly id: number;
  readonly createdAt: number;
  updatedAt: number;
  body: z.output<typeof createBody>;
}

/** NFS exports of filesystems. Documented. Source: infinibox-api.md section 3.9. */
export interface Exports {
  readonly fields: ReadonlySet<string>;
  records(): readonly WireRecord[];
  find(id: number): WireRecord | undefined;
  /** @throws {ArrayRefusal} 404. */
  get(id: number): WireRecord;
  create(body: unknown): WireRecord;
  update(id: number, body: unknown): WireRecord;
  remove(id: number, isApproved: boolean): WireRecord;
  /** Whether a filesystem is exported. */
  isExported(filesystemId: number): boolean;
}

const describeExport = ({ id, createdAt, updatedAt, body }: Export): WireRecord => ({
  id,
  ...body,
  tenant_id: 1,
  created_at: createdAt,
  updated_at: updatedAt,
});

const sample = createBody.parse({ filesystem_id: 0, export_path: '/' });

export const createExports = (options: {
  readonly now: () => number;
  readonly nextId: () => number;
  /** @throws {ArrayRefusal} 404. */
  readonly checkFilesystem: (id: number) => void;
}): Exports => {
  const { now, nextId, checkFilesystem } = options;
  const byId = new Map<number, Export>();
  const get = (id: number): Export => {
    const found = byId.get(id);
    if (found === undefined) throw notFound('EXPORT', id);
    return found;
  };
  return {
    fields: new Set(Object.keys(describeExport({ id: 0, createdAt: 0, updatedAt: 0, body: sample }))),
    records: () => [...byId.values()].map(describeExport),
    find: (id) => {
      const found = byId.get(id);
      return found === undefined ? undefined : describeExport(found);
    },
    get: (id) => describeExport(get(id)),
    // Assumed: a path is exported once. Source: none.
    create: (body) => {
      const wanted = parseBody(createBody, body);
      checkFilesystem(wanted.filesystem_id);
      if ([...byId.values()].some((each) => each.body.export_path === wanted.export_path))
        throw new ArrayRefusal(409, 'EXPORT_PATH_CONFLICT', `'${wanted.export_path}' is already exported`);
      const added = { id: nextId(), createdAt: now(), updatedAt: now(), body: wanted };
      byId.set(added.id, added);
      return describeExport(added);
    },
    update: (id, body) => {
      const found = get(id);
      found.body = parseBody(createBody, { ...found.body, ...parseBody(updateBody, body) });
      found.updatedAt = now();
      return describeExport(found);
    },
    // Assumed: needs approval, as the CSI driver sends it. Source: section 1.7.
    remove: (id, isApproved) => {
      const found = get(id);
      if (!isApproved) throw approvalRequired('deleting an export');
      byId.delete(id);
      return describeExport(found);
    },
    isExported: (filesystemId) => [...byId.values()].some(({ body }) => body.filesystem_id === filesystemId),
  };
};
