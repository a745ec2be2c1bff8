import { z } from 'zod';
import { ArrayRefusal, nameConflict, parseBody } from './answer.js';
import { checkName } from './object-name.js';
import type { WireRecord } from './query.js';

const limits = {
  soft_capacity: z.int().min(0).nullish(),
  hard_capacity: z.int().min(0).nullish(),
  soft_inodes: z.int().min(0).nullish(),
  hard_inodes: z.int().min(0).nullish(),
};

// Documented: the fields. Assumed: which are needed. Source: infinibox-api.md section 3.2.
const createBody = z.strictObject({
  name: z.string(),
  path: z.string().startsWith('/'),
  mode: z.string().nullish(),
  ...limits,
});

const updateBody = z.strictObject({ name: z.string(), ...limits }).partial();

interface Treeq {
  readonly id: number;
  readonly filesystemId: number;
  readonly body: z.output<typeof createBody>;
}

/** Directories of a filesystem with quotas of their own. Source: infinibox-api.md section 3.2. */
export interface Treeqs {
  readonly fields: ReadonlySet<string>;
  has(id: number): boolean;
  recordsOf(filesystemId: number): readonly WireRecord[];
  /** @throws {ArrayRefusal} 404. */
  get(filesystemId: number, id: number): WireRecord;
  /** @throws {ArrayRefusal} 400, 409 for a name or a path that is taken. */
  create(filesystemId: number, body: unknown): WireRecord;
  update(filesystemId: number, id: number, body: unknown): WireRecord;
  remove(filesystemId: number, id: number): WireRecord;
  /** Forgets those of a filesystem that is gone. */
  forget(filesystemId: number): void;
}

// Documented: the names; `filesystem_id` and what is used are what the SDK and the CSI driver read. Assumed: nothing is ever
// used, and the words for the states. Source: section 3.2.
const describeTreeq = ({ id, filesystemId, body }: Treeq): WireRecord => ({
  id,
  filesystem_id: filesystemId,
  name: body.name,
  path: body.path,
  soft_capacity: body.soft_capacity ?? null,
  hard_capacity: body.hard_capacity ?? null,
  soft_inodes: body.soft_inodes ?? null,
  hard_inodes: body.hard_inodes ?? null,
  used_capacity: 0,
  used_inodes: 0,
  capacity_state: 'BELOW_QUOTA',
  inodes_state: 'BELOW_QUOTA',
  mode: body.mode ?? null,
});

export const createTreeqs = (options: {
  readonly nextId: () => number;
  /** @throws {ArrayRefusal} 404. */
  readonly checkFilesystem: (id: number) => void;
}): Treeqs => {
  const { nextId, checkFilesystem } = options;
  const byId = new Map<number, Treeq>();

  const all = (filesystemId: number): readonly Treeq[] => {
    checkFilesystem(filesystemId);
    return [...byId.values()].filter((treeq) => treeq.filesystemId === filesystemId);
  };
  // Documented code, the CSI driver takes it for done; assumed: 404. Source: section 1.6.
  const get = (filesystemId: number, id: number): Treeq => {
    const found = all(filesystemId).find((treeq) => treeq.id === id);
    if (found === undefined) throw new ArrayRefusal(404, 'TREEQ_ID_DOES_NOT_EXIST', `treeq ${id} does not exist`);
    return found;
  };
  const put = (treeq: Treeq): WireRecord => {
    byId.set(treeq.id, treeq);
    return describeTreeq(treeq);
  };
  const checkFree = (filesystemId: number, name: string): void => {
    checkName(name);
    if (all(filesystemId).some(({ body }) => body.name === name)) throw nameConflict('TREEQ', name);
  };

  return {
    fields: new Set(
      Object.keys(describeTreeq({ id: 0, filesystemId: 0, body: createBody.parse({ name: '', path: '/' }) })),
    ),
    has: (id) => byId.has(id),
    recordsOf: (filesystemId) => all(filesystemId).map(describeTreeq),
    get: (filesystemId, id) => describeTreeq(get(filesystemId, id)),
    // Assumed: names and paths are taken once in a filesystem.
    create: (filesystemId, body) => {
      const siblings = all(filesystemId);
      const wanted = parseBody(createBody, body);
      checkFree(filesystemId, wanted.name);
      if (siblings.some((treeq) => treeq.body.path === wanted.path))
        throw new ArrayRefusal(409, 'TREEQ_PATH_CONFLICT', `'${wanted.path}' is already the path of a treeq`);
      return put({ id: nextId(), filesystemId, body: wanted });
    },
    update: (filesystemId, id, body) => {
      const treeq = get(filesystemId, id);
      const wanted = parseBody(updateBody, body);
      if (wanted.name !== undefined && wanted.name !== treeq.body.name) checkFree(filesystemId, wanted.name);
      return put({ ...treeq, body: { ...treeq.body, ...wanted, name: wanted.name ?? treeq.body.name } });
    },
    // Documented: needs no approval. Source: section 1.7.
    remove: (filesystemId, id) => {
      const treeq = get(filesystemId, id);
      byId.delete(id);
      return describeTreeq(treeq);
    },
    forget: (filesystemId) => {
      for (const treeq of byId.values()) if (treeq.filesystemId === filesystemId) byId.delete(treeq.id);
    },
  };
};
