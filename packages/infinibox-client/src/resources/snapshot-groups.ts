import { withApproval } from '../approval.js';
import { type Call, type CallOptions, named } from '../call.js';
import type { ReadCalls } from '../collection.js';
import { InfiniboxDecodeError, InfiniboxOutcomeUnknownError, InfiniboxRefusedError } from '../errors.js';
import type { Settle } from '../settle.js';
import { decode, formatId } from '../wire.js';
import {
  type ConsistencyGroup,
  createGroupReads,
  type GroupFields,
  groupSchema,
  groupsPath,
  listMembers,
} from './consistency-groups.js';
import { objectPath } from './dataset.js';
import type { Dataset } from './datasets.js';
import { lockUntil } from './lock.js';
import { requireOneSnapshotEach } from './one-snapshot-each.js';
import type { SnapshotOptions } from './volumes.js';

/** The snapshot of a consistency group, in the array's own spelling. */
export type SnapshotGroup = ConsistencyGroup;

/** A snapshot group that was made, with its members. */
export interface MadeSnapshotGroup {
  readonly group: SnapshotGroup;
  /** One snapshot of each member of the consistency group. */
  readonly members: readonly Dataset[];
}

/** `/cgs` of type SNAPSHOT: snapshots of consistency groups. */
export interface SnapshotGroupCalls extends ReadCalls<SnapshotGroup, GroupFields> {
  /**
   * Snapshots all members of a consistency group at one instant. Each name is prefix, name of the member, suffix.
   *
   * @throws {InfiniboxDecodeError} A member is missing or surplus; the group exists.
   * @throws {InfiniboxOutcomeUnknownError} The group was made and its members cannot be read; or it was asked to look up after
   *   a lost answer, and nothing was found.
   */
  create(
    request: {
      /** The consistency group. */
      readonly parent_id: number;
      readonly name: string;
      readonly snap_prefix: string;
      readonly snap_suffix?: string | undefined;
      /** Ids of the datasets in the consistency group, where they are known: saves a read before the snapshot. */
      readonly members?: readonly number[] | undefined;
    },
    options?: SnapshotOptions,
  ): Promise<MadeSnapshotGroup>;
  /** The snapshots in it. */
  members(id: number, options?: CallOptions): AsyncIterable<Dataset>;
  /**
   * Sets or extends the lock of the group.
   *
   * @throws {InfiniboxRefusedError} `lock-shortened`: it is locked for longer already.
   */
  lock(id: number, until: Date, options?: CallOptions): Promise<SnapshotGroup>;
  /**
   * Deletes the group, and with `delete_members` its snapshots, which stay otherwise. Never forces anything.
   *
   * @throws {InfiniboxRefusedError} `has-children`: the array would delete what was made of its snapshots too.
   */
  delete(id: number, request: { readonly delete_members: boolean }, options?: CallOptions): Promise<void>;
}

const collect = async (members: AsyncIterable<Dataset>): Promise<readonly Dataset[]> => {
  const collected: Dataset[] = [];
  for await (const member of members) collected.push(member);
  return collected;
};

export const createSnapshotGroups = (call: Call, settle: Settle): SnapshotGroupCalls => {
  const reads = createGroupReads(call, 'SNAPSHOT');

  return {
    ...reads,

    create: async ({ parent_id, name, snap_prefix, snap_suffix = '', members: known }, { signal, lostAnswer } = {}) => {
      formatId(parent_id);
      // The vendor's own client reads the members first too. Source: infinibox-api.md section 4.4.
      const sources = known ?? (await collect(listMembers(call, parent_id, { signal }))).map(({ id }) => id);
      const body = { parent_id, name, snap_prefix, snap_suffix };
      const request = { method: 'POST', path: groupsPath, body, signal } as const;
      const send = async (): Promise<SnapshotGroup> => {
        const { result } = await call(request);
        const made = decode(named(request), groupSchema, result);
        if (made.type === 'SNAPSHOT' && made.parent_id === parent_id) return made;
        throw new InfiniboxDecodeError(named(request), [`result: not a snapshot of group ${parent_id}`]);
      };
      const group = await (lostAnswer === undefined
        ? send()
        : settle({
            call: named(request),
            send,
            look: () => reads.list({ filter: { name, parent_id } }, { signal }),
            recognise: (appeared) => appeared.find((made) => made.name === name),
            signal,
          }));
      const members = await membersOf(call, group, { signal });
      requireOneSnapshotEach(named(request), sources, members);
      return { group, members };
    },

    members: (id, options = {}) => listMembers(call, id, options),

    lock: (id, until, options = {}) =>
      lockUntil(
        call,
        { path: objectPath(groupsPath, id), schema: groupSchema, until },
        (inner) => reads.get(id, inner),
        options,
      ),

    delete: async (id, { delete_members }, { signal } = {}) => {
      const path = objectPath(groupsPath, id);
      const { name, has_children } = await reads.get(id, { signal });
      const members = delete_members ? await collect(listMembers(call, id, { signal })) : [];
      const parents = [{ name, has_children }, ...members].filter((each) => each.has_children);
      if (parents.length > 0)
        throw new InfiniboxRefusedError(
          named({ method: 'DELETE', path }),
          'has-children',
          `something was made of ${parents.map((parent) => parent.name).join(', ')}`,
        );
      const query = delete_members ? ['delete_members=true'] : [];
      await withApproval(call, { method: 'DELETE', path, query, signal });
    },
  };
};

/** The members of a group that was just made: failing to read them does not undo it. */
const membersOf = async (call: Call, { id }: SnapshotGroup, options: CallOptions): Promise<readonly Dataset[]> => {
  try {
    return await collect(listMembers(call, id, options));
  } catch (error) {
    const created = named({ method: 'POST', path: groupsPath });
    const what = `group ${id} was made, but its members cannot be read`;
    throw new InfiniboxOutcomeUnknownError(created, what, [id], { cause: error });
  }
};
