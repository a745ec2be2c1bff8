import { z } from 'zod';
import { deleteWithApproval } from '../approval.js';
import { type Call, type CallOptions, named } from '../call.js';
import { InfiniboxInputError, InfiniboxRefusedError } from '../errors.js';
import { listPages } from '../pages.js';
import { type Filter, formatFilter, formatSort, type SortKey } from '../query.js';
import { decode, formatId, instant } from '../wire.js';
import { requireOneSnapshotEach } from './one-snapshot-each.js';

/**
 * A field that only some releases or licensed features have is optional.
 *
 * Source: infinibox-api.md section 3.1; for the two marks of absence, 0 and null, section 8.1.
 */
const volumeSchema = z.looseObject({
  id: z.int(),
  name: z.string(),
  type: z.enum(['MASTER', 'SNAPSHOT']),
  depth: z.int(),
  /** 0 on a master. */
  parent_id: z
    .int()
    .nullable()
    .transform((id) => id ?? 0),
  family_id: z.int().nullish(),
  has_children: z.boolean(),
  /** Bytes. */
  size: z.int(),
  pool_id: z.int(),
  created_at: instant,
  updated_at: instant.nullish(),
  /** 31 hex digits: the volume's SCSI identity without its leading 6. */
  serial: z.string(),
  mapped: z.boolean(),
  write_protected: z.boolean(),
  /** Until then the array refuses to delete it; may lie in the past, see `lock_state`. */
  lock_expires_at: instant.nullish(),
  /** `LOCKED`, or a word for not locked that differs between releases. */
  lock_state: z.string().optional(),
  /** The consistency or snapshot group it belongs to. */
  cg_id: z
    .int()
    .nullable()
    .transform((id) => (id === 0 ? null : id)),
  cg_name: z.string().nullish(),
  created_by_snapshot_policy_id: z.int().nullish(),
  rmr_source: z.boolean().optional(),
  rmr_target: z.boolean().optional(),
  replica_ids: z.array(z.int()).nullish(),
});

/** A volume or a snapshot of one, in the array's own spelling; fields that are not listed pass as they are. */
export type Volume = z.output<typeof volumeSchema>;

/** The fields that the array filters and sorts by. Source: infinibox-api.md section 3.1, marked F. */
export interface VolumeFields {
  readonly id: number;
  readonly name: string;
  readonly type: 'MASTER' | 'SNAPSHOT';
  readonly depth: number;
  /** 0 finds masters. */
  readonly parent_id: number;
  readonly family_id: number;
  readonly size: number;
  readonly allocated: number;
  readonly provtype: 'THIN' | 'THICK';
  readonly pool_id: number;
  readonly pool_name: string;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly serial: string;
  readonly mapped: boolean;
  readonly write_protected: boolean;
  readonly cg_id: number | null;
  readonly cg_name: string | null;
  readonly snapshot_policy_id: number | null;
  readonly created_by_snapshot_policy_id: number | null;
  readonly rmr_source: boolean;
  readonly rmr_target: boolean;
}

/** What volumes can be looked for by. */
export type VolumeFilter = Filter<VolumeFields>;

/** Which volumes, and in which order: by id unless told. */
export interface VolumeQuery {
  readonly filter?: VolumeFilter | undefined;
  readonly sort?: readonly SortKey<VolumeFields>[] | undefined;
  /** Objects per call, from 1 to 1 000, which is the default. */
  readonly page_size?: number | undefined;
}

/** `/volumes`: volumes and their snapshots. */
export interface VolumeCalls {
  /** @throws {InfiniboxListChangedError} while iterating, when the total changes between two pages. */
  list(query?: VolumeQuery, options?: CallOptions): AsyncIterable<Volume>;
  /**
   * The one that matches, if any. A name matches with its exact case, whatever the array says.
   *
   * @throws {InfiniboxRefusedError} `ambiguous`: several match.
   */
  find(filter: VolumeFilter, options?: CallOptions): Promise<Volume | undefined>;
  /** @throws {InfiniboxResponseError} with status 404 when there is none. */
  get(id: number, options?: CallOptions): Promise<Volume>;
  /** Snapshots one volume. Its answer may get lost: then `outcome` is `unknown`, and the name tells whether it was made. */
  snapshot(request: { readonly parent_id: number; readonly name: string }, options?: CallOptions): Promise<Volume>;
  /**
   * Snapshots several volumes at one instant. Each name is prefix, name of the volume, suffix.
   *
   * @returns One snapshot per volume, in the order of `entities`.
   * @throws {InfiniboxDecodeError} A member is missing or surplus in the answer; snapshots may exist.
   */
  groupSnapshot(
    request: {
      /** Ids of volumes, each once. */
      readonly entities: readonly number[];
      readonly snap_prefix: string;
      readonly snap_suffix?: string | undefined;
    },
    options?: CallOptions,
  ): Promise<readonly Volume[]>;
  /**
   * Deletes one volume or snapshot that has no children, and never forces anything.
   *
   * @throws {InfiniboxRefusedError} `has-children`: the array would delete them too.
   */
  delete(id: number, options?: CallOptions): Promise<void>;
}

/** Objects per call when one is expected. */
const findPageSize = 50;

export const createVolumes = (call: Call): VolumeCalls => {
  const list: VolumeCalls['list'] = ({ filter = {}, sort = [], page_size } = {}, { signal } = {}) => {
    const conditions = formatFilter(filter);
    const query = conditions === undefined ? undefined : [...conditions, ...formatSort(sort)];
    return listPages(call, { path: 'volumes', query, item: volumeSchema, pageSize: page_size, signal });
  };

  const get: VolumeCalls['get'] = async (id, { signal } = {}) => {
    const request = { method: 'GET', path: `volumes/${formatId(id)}`, signal } as const;
    const { result } = await call(request);
    return decode(named(request), volumeSchema, result);
  };

  return {
    list,
    get,

    find: async (filter, options) => {
      const found: Volume[] = [];
      for await (const volume of list({ filter, page_size: findPageSize }, options)) {
        if (!isNamed(volume, filter.name)) continue;
        found.push(volume);
        if (found.length > 1)
          throw new InfiniboxRefusedError(
            named({ method: 'GET', path: 'volumes' }),
            'ambiguous',
            `several volumes match, such as ${found.map(({ id, name }) => `${name} (id ${id})`).join(' and ')}`,
          );
      }
      return found[0];
    },

    snapshot: async ({ parent_id, name }, { signal } = {}) => {
      formatId(parent_id);
      const request = { method: 'POST', path: 'volumes', body: { parent_id, name }, signal } as const;
      const { result } = await call(request);
      const made = decode(named(request), volumeSchema, result);
      requireOneSnapshotEach(named(request), [parent_id], [made]);
      return made;
    },

    groupSnapshot: async ({ entities, snap_prefix, snap_suffix }, { signal } = {}) => {
      if (entities.length === 0 || new Set(entities.map(formatId)).size < entities.length)
        throw new InfiniboxInputError('Group snapshot: expected one volume at least, and each once');
      const body = {
        snap_prefix,
        ...(snap_suffix === undefined ? {} : { snap_suffix }),
        entities: entities.map((id) => ({ id })),
      };
      const request = { method: 'POST', path: 'volumes/group_snapshot', body, signal } as const;
      const { result } = await call(request);
      const made = decode(named(request), z.array(volumeSchema), result);
      requireOneSnapshotEach(named(request), entities, made);
      return made.toSorted((a, b) => entities.indexOf(a.parent_id) - entities.indexOf(b.parent_id));
    },

    delete: async (id, { signal } = {}) => {
      const path = `volumes/${formatId(id)}`;
      const { name, has_children } = await get(id, { signal });
      if (has_children)
        throw new InfiniboxRefusedError(
          named({ method: 'DELETE', path }),
          'has-children',
          `${name} has snapshots below it`,
        );
      await deleteWithApproval(call, { path, signal });
    },
  };
};

/** Whether the array's `eq` heeds case is not known. Source: infinibox-api.md section 8.0. */
const isNamed = ({ name }: Volume, condition: VolumeFilter['name']): boolean => {
  const expected = typeof condition === 'object' ? condition.eq : condition;
  return expected === undefined || name === expected;
};
