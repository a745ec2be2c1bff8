import { z } from 'zod';
import type { Call, CallOptions } from '../call.js';
import { createReadCalls, type ReadCalls } from '../collection.js';
import { InfiniboxDecodeError } from '../errors.js';
import { listPages } from '../pages.js';
import type { Filter } from '../query.js';
import { instant, restRoot } from '../wire.js';
import { lockShape, objectPath, parentId } from './dataset.js';
import { type Dataset, datasetSchema } from './datasets.js';

/** Source: infinibox-api.md section 3.3. */
export const groupSchema = z.looseObject({
  id: z.int(),
  name: z.string(),
  type: z.enum(['MASTER', 'SNAPSHOT']),
  pool_id: z.int(),
  pool_name: z.string().nullish(),
  /** 0 on a consistency group. */
  parent_id: parentId,
  is_replicated: z.boolean().nullish(),
  members_count: z.int(),
  has_children: z.boolean(),
  created_at: instant,
  updated_at: instant.nullish(),
  ...lockShape,
});

/**
 * A consistency group, in the array's own spelling; fields that are not listed pass as they are.
 *
 * @useDeclaredType
 */
export type ConsistencyGroup = z.output<typeof groupSchema>;

/** The fields that the array filters and sorts groups by. Source: infinibox-api.md section 3.3. */
export interface GroupFields {
  readonly id: number;
  readonly name: string;
  readonly pool_id: number;
  readonly parent_id: number;
  readonly members_count: number;
  readonly created_at: Date;
}

/** What groups can be looked for by. */
export type GroupFilter = Filter<GroupFields>;

/** `/cgs` of type MASTER: groups of datasets that are snapshotted at one instant. */
export interface ConsistencyGroupCalls extends ReadCalls<ConsistencyGroup, GroupFields> {
  /** The datasets in it. */
  members(id: number, options?: CallOptions): AsyncIterable<Dataset>;
}

/** Consistency groups and snapshot groups share it. Source: infinibox-api.md section 3.3. */
export const groupsPath = 'cgs';

/** The members of a consistency group or snapshot group. */
export const listMembers = (call: Call, id: number, { signal }: CallOptions): AsyncIterable<Dataset> =>
  listPages(call, { path: `${objectPath(groupsPath, id)}/members`, query: [], item: datasetSchema, signal });

/** Reads of the groups of one type; `get` fails for a group of the other one. */
export const createGroupReads = (call: Call, type: 'MASTER' | 'SNAPSHOT'): ReadCalls<ConsistencyGroup, GroupFields> => {
  const reads = createReadCalls<ConsistencyGroup, GroupFields>({
    call,
    path: groupsPath,
    schema: groupSchema,
    scope: [`type=eq%3A${type}`],
  });
  return {
    ...reads,
    get: async (id, options) => {
      const group = await reads.get(id, options);
      if (group.type === type) return group;
      const get = { method: 'GET', path: `${restRoot}/${objectPath(groupsPath, id)}` } as const;
      throw new InfiniboxDecodeError(get, [`result.type: expected ${type}, received ${group.type}`]);
    },
  };
};

export const createConsistencyGroups = (call: Call): ConsistencyGroupCalls => ({
  ...createGroupReads(call, 'MASTER'),
  members: (id, options = {}) => listMembers(call, id, options),
});
