import { z } from 'zod';
import { type Call, type CallOptions, named } from '../call.js';
import { createReadCalls, type ListQuery, type ReadCalls } from '../collection.js';
import { InfiniboxInputError } from '../errors.js';
import { listPages } from '../pages.js';
import type { Filter } from '../query.js';
import type { Settle } from '../settle.js';
import { decode, formatId } from '../wire.js';
import { type DatasetFields, datasetShape, deleteChildless, idOrNull, objectPath } from './dataset.js';
import { lockUntil } from './lock.js';
import { type Lun, lunSchema } from './luns.js';
import { isOneInstant, isOneSnapshotEach, requireOneSnapshotEach } from './one-snapshot-each.js';
import { createSnapshotCall } from './snapshot-dataset.js';

/** Source: infinibox-api.md section 3.1. */
export const volumeSchema = z.looseObject({
  ...datasetShape,
  mapped: z.boolean(),
  /** 31 hex digits: the volume's SCSI identity without its leading 6. */
  serial: z.string(),
  /** The consistency or snapshot group it belongs to. */
  cg_id: idOrNull,
  cg_name: z.string().nullish(),
});

/**
 * A volume or a snapshot of one, in the array's own spelling; fields that are not listed pass as they are.
 *
 * @useDeclaredType
 */
export type Volume = z.output<typeof volumeSchema>;

/** The fields that the array filters and sorts by. Source: infinibox-api.md section 3.1, marked F. */
export interface VolumeFields extends DatasetFields {
  readonly serial: string;
  readonly cg_id: number | null;
  readonly cg_name: string | null;
}

/** What volumes can be looked for by. */
export type VolumeFilter = Filter<VolumeFields>;

/** Which volumes, and in which order: by id unless told. */
export type VolumeQuery = ListQuery<VolumeFields>;

/** How a snapshot is to be made. */
export interface SnapshotOptions extends CallOptions {
  /**
   * `look-up`: when the answer gets lost, look for the snapshots by name, parent and instant, and return them when all are
   * there. Costs one read beforehand, to know what was there already. Default: fail with `outcome` `unknown`.
   */
  readonly lostAnswer?: 'look-up' | undefined;
}

/** `/volumes`: volumes and their snapshots. */
export interface VolumeCalls extends ReadCalls<Volume, VolumeFields> {
  /**
   * Snapshots one volume. Its answer may get lost: then `outcome` is `unknown`, and the name tells whether it was made.
   *
   * @throws {InfiniboxOutcomeUnknownError} It was asked to look up, and nothing was found, or not for sure.
   */
  snapshot(request: { readonly parent_id: number; readonly name: string }, options?: SnapshotOptions): Promise<Volume>;
  /**
   * Snapshots several volumes at one instant. Each name is prefix, name of the volume, suffix.
   *
   * @returns One snapshot per volume, in the order of `entities`.
   * @throws {InfiniboxDecodeError} A member is missing or surplus in the answer; snapshots may exist.
   * @throws {InfiniboxOutcomeUnknownError} It was asked to look up, and not all were found, or not for sure.
   */
  groupSnapshot(
    request: {
      /** Ids of volumes, each once. */
      readonly entities: readonly number[];
      readonly snap_prefix: string;
      readonly snap_suffix?: string | undefined;
    },
    options?: SnapshotOptions,
  ): Promise<readonly Volume[]>;
  /**
   * Sets or extends the lock of a snapshot.
   *
   * @throws {InfiniboxRefusedError} `lock-shortened`: it is locked for longer already.
   */
  lock(id: number, until: Date, options?: CallOptions): Promise<Volume>;
  /** To which hosts and clusters it is mapped. */
  luns(id: number, options?: CallOptions): AsyncIterable<Lun>;
  /**
   * Deletes one volume or snapshot that has no children, and never forces anything.
   *
   * @throws {InfiniboxRefusedError} `has-children`: the array would delete them too.
   */
  delete(id: number, options?: CallOptions): Promise<void>;
}

const path = 'volumes';

export const createVolumes = (call: Call, settle: Settle): VolumeCalls => {
  const reads = createReadCalls<Volume, VolumeFields>({ call, path, schema: volumeSchema });

  return {
    ...reads,

    snapshot: createSnapshotCall(
      { path, schema: volumeSchema, look: (filter, options) => reads.list({ filter }, options) },
      call,
      settle,
    ),

    groupSnapshot: async ({ entities, snap_prefix, snap_suffix }, { signal, lostAnswer } = {}) => {
      if (entities.length === 0 || new Set(entities.map(formatId)).size < entities.length)
        throw new InfiniboxInputError('Group snapshot: expected one volume at least, and each once');
      const body = {
        snap_prefix,
        ...(snap_suffix === undefined ? {} : { snap_suffix }),
        entities: entities.map((id) => ({ id })),
      };
      const request = { method: 'POST', path: `${path}/group_snapshot`, body, signal } as const;
      const send = async (): Promise<readonly Volume[]> => {
        const { result } = await call(request);
        const made = decode(named(request), z.array(volumeSchema), result);
        requireOneSnapshotEach(named(request), entities, made);
        return inOrderOf(entities, made);
      };
      if (lostAnswer === undefined) return send();
      const like = snap_prefix === '' ? snap_suffix : snap_prefix;
      return settle({
        call: named(request),
        send,
        look: () => reads.list({ filter: { type: 'SNAPSHOT', name: { like } } }, { signal }),
        recognise: (appeared) => {
          const ours = appeared.filter(
            ({ name, parent_id }) =>
              entities.includes(parent_id) && name.startsWith(snap_prefix) && name.endsWith(snap_suffix ?? ''),
          );
          return isOneInstant(ours) && isOneSnapshotEach(entities, ours) ? inOrderOf(entities, ours) : undefined;
        },
        signal,
      });
    },

    lock: (id, until, options = {}) =>
      lockUntil(
        call,
        { path: objectPath(path, id), schema: volumeSchema, until },
        (inner) => reads.get(id, inner),
        options,
      ),

    luns: (id, { signal } = {}) =>
      listPages(call, { path: `${objectPath(path, id)}/luns`, query: [], item: lunSchema, signal }),

    delete: (id, options = {}) => deleteChildless(call, objectPath(path, id), (inner) => reads.get(id, inner), options),
  };
};

const inOrderOf = (entities: readonly number[], made: readonly Volume[]): readonly Volume[] =>
  made.toSorted((a, b) => entities.indexOf(a.parent_id) - entities.indexOf(b.parent_id));
