import { z } from 'zod';
import { ArrayRefusal, approvalRequired, badRequest, nameConflict, notFound, parseBody } from './answer.js';
import type { Dataset } from './dataset.js';
import { copyContent, parseSource } from './dataset-content.js';
import { checkPromotable } from './dataset-promotion.js';
import { planRemoval, type RemovalOptions } from './dataset-removal.js';
import { moveBody } from './dataset-requests.js';
import type { Datasets } from './datasets.js';
import { describeGroup, type Group, groupFields } from './group.js';
import { checkLock, isLocked } from './lock.js';
import { checkName } from './object-name.js';
import type { WireRecord } from './query.js';
import { defaultPolicyId } from './snapshot-policies.js';

/** Consistency groups and snapshot groups (`/cgs`). Source: infinibox-api.md sections 3.3 and 4.4. */
export interface Groups {
  readonly fields: ReadonlySet<string>;
  all(): readonly Group[];
  records(): readonly WireRecord[];
  find(id: number): Group | undefined;
  describe(group: Group): WireRecord;
  /** @throws {ArrayRefusal} 404. */
  get(id: number): Group;
  /** In the order in which the datasets were made. */
  members(id: number): readonly Dataset[];
  /** `POST cgs`: a group, or with `parent_id` its snapshot. */
  create(body: unknown, isApproved: boolean): Group;
  update(id: number, body: unknown, isApproved: boolean): Group;
  addMember(id: number, body: unknown): Group;
  removeMember(id: number, datasetId: number, isApproved: boolean): Group;
  /** @returns The datasets whose content was rewritten. */
  restore(id: number, body: unknown, isApproved: boolean): readonly Dataset[];
  /** Gives the members of a snapshot group the present content of what they were taken from. */
  refresh(id: number, body: unknown, isApproved: boolean): Group;
  /** Moves a group and its members to another pool. */
  move(id: number, body: unknown): Group;
  /** Makes a consistency group of a snapshot group, and masters of its members. */
  promote(id: number): Group;
  remove(id: number, options: { readonly isApproved: boolean; readonly withMembers: boolean }): Group;
}

const createBody = z.strictObject({ name: z.string(), pool_id: z.int() });

const snapshotBody = z.strictObject({
  parent_id: z.int(),
  name: z.string(),
  snap_prefix: z.string().nullish(),
  snap_suffix: z.string().nullish(),
  lock_expires_at: z.int().min(0).nullish(),
});

const updateBody = z.strictObject({ name: z.string(), lock_expires_at: z.int().min(0) }).partial();

const memberBody = z.looseObject({ dataset_id: z.int() });

export const createGroups = (options: {
  readonly now: () => number;
  readonly nextId: () => number;
  readonly collections: readonly Datasets[];
  readonly poolName: (poolId: number) => string;
  readonly useOf: RemovalOptions['useOf'];
  readonly checkRoom: (poolId: number, sizeBytes: number) => void;
  readonly replicationTypesOf: (datasetId: number) => readonly string[];
  /** Moves a member. */
  readonly moveDataset: (dataset: Dataset, poolId: number, withCapacity: boolean) => void;
  readonly report: (what: 'CREATED' | 'DELETED', group: Group) => void;
}): Groups => {
  const { now, nextId, collections, poolName, useOf, checkRoom, replicationTypesOf, moveDataset, report } = options;
  const byId = new Map<number, Group>();

  const get = (id: number): Group => {
    const group = byId.get(id);
    if (group === undefined) throw notFound('CG', id);
    return group;
  };
  const members = (id: number) =>
    collections.flatMap((datasets) => datasets.all()).filter(({ groupId }) => groupId === id);
  const children = (id: number) => [...byId.values()].filter(({ parentId }) => parentId === id);
  const describe = (group: Group) =>
    describeGroup(group, {
      now: now(),
      poolName: poolName(group.poolId),
      membersCount: members(group.id).length,
      hasChildren: children(group.id).length > 0,
      replicationTypes: [...new Set(members(group.id).flatMap(({ id }) => replicationTypesOf(id)))],
    });
  const checkFree = (name: string) => {
    checkName(name);
    if ([...byId.values()].some((group) => group.name === name)) throw nameConflict('CG', name);
  };
  const checkUnlocked = (group: Group) => {
    if (isLocked(group, now())) throw new ArrayRefusal(403, 'CG_IS_LOCKED', `snapshot group '${group.name}' is locked`);
  };
  const add = (group: Omit<Group, 'id' | 'createdAt' | 'updatedAt'>): Group => {
    const added = { ...group, id: nextId(), createdAt: now(), updatedAt: now() };
    byId.set(added.id, added);
    report('CREATED', added);
    return added;
  };
  const touch = (group: Group): Group => {
    group.updatedAt = now();
    return group;
  };
  const findDataset = (id: number): Dataset | undefined =>
    collections.map((datasets) => datasets.find(id)).find((dataset) => dataset !== undefined);

  // Documented: member names are prefix + member name + suffix, an empty group is refused, each member's `cg_id` is the
  // snapshot group. Assumed: one conflict refuses the whole call, a lock holds for the members too. Source: 4.4, 8.2.
  const createSnapshot = (body: unknown, isApproved: boolean): Group => {
    const { parent_id, name, snap_prefix, snap_suffix, lock_expires_at } = parseBody(snapshotBody, body);
    const parent = get(parent_id);
    checkFree(name);
    checkRoom(parent.poolId, 0);
    const lockExpiresAt = lock_expires_at || undefined;
    if (lockExpiresAt) checkLock(lockExpiresAt, { current: undefined, now: now(), isApproved });
    const sources = members(parent.id);
    if (sources.length === 0) throw new ArrayRefusal(400, 'CG_IS_EMPTY', `consistency group '${parent.name}' is empty`);
    const nameOf = (source: Dataset) => `${snap_prefix ?? ''}${source.name}${snap_suffix ?? ''}`;
    const byKind = collections.map((datasets) => ({
      datasets,
      parents: sources.filter(({ kind }) => kind === datasets.kind),
    }));
    for (const { datasets, parents } of byKind) datasets.checkFreeNames(parents.map(nameOf));
    const group = add({ poolId: parent.poolId, name, parentId: parent.id, lockExpiresAt, snapshotPolicyId: undefined });
    for (const { datasets, parents } of byKind)
      datasets.addSnapshots(
        parents.map((source) => ({
          parent: source,
          settings: { name: nameOf(source), lockExpiresAt, groupId: group.id, createdAt: group.createdAt },
        })),
      );
    return group;
  };

  return {
    fields: groupFields,
    all: () => [...byId.values()],
    records: () => [...byId.values()].map(describe),
    find: (id) => byId.get(id),
    describe,
    get,
    members,

    create: (body, isApproved) => {
      if (typeof body === 'object' && body !== null && 'parent_id' in body) return createSnapshot(body, isApproved);
      const { name, pool_id } = parseBody(createBody, body);
      checkFree(name);
      poolName(pool_id);
      return add({
        name,
        poolId: pool_id,
        parentId: undefined,
        lockExpiresAt: undefined,
        snapshotPolicyId: defaultPolicyId,
      });
    },

    update: (id, body, isApproved) => {
      const group = get(id);
      const { name, lock_expires_at } = parseBody(updateBody, body);
      if (name !== undefined && name !== group.name) checkFree(name);
      if (lock_expires_at !== undefined) {
        checkLock(lock_expires_at, { current: group.lockExpiresAt, now: now(), isApproved });
        for (const member of members(id)) member.lockExpiresAt = lock_expires_at;
      }
      group.name = name ?? group.name;
      group.lockExpiresAt = lock_expires_at ?? group.lockExpiresAt;
      return touch(group);
    },

    // Documented: a deleted volume cannot be added. Assumed: one group per dataset, and the same pool. Source: 3.3.
    addMember: (id, body) => {
      const group = get(id);
      const { dataset_id } = parseBody(memberBody, body);
      const dataset = findDataset(dataset_id);
      if (dataset === undefined) throw notFound('DATASET', dataset_id);
      if (dataset.groupId !== undefined)
        throw new ArrayRefusal(409, 'DATASET_ALREADY_IN_CG', `'${dataset.name}' is already in a consistency group`);
      if (dataset.poolId !== group.poolId) throw badRequest(`'${dataset.name}' lies in another pool`);
      dataset.groupId = group.id;
      return touch(group);
    },

    // Documented: removing what is no member is refused. Assumed: needs approval. Source: sections 1.7 and 3.3.
    removeMember: (id, datasetId, isApproved) => {
      const group = get(id);
      const member = members(id).find((dataset) => dataset.id === datasetId);
      if (member === undefined) throw notFound('CG_MEMBER', datasetId);
      checkUnlocked(group);
      if (!isApproved) throw approvalRequired(`removing '${member.name}' from its consistency group`);
      member.groupId = undefined;
      return touch(group);
    },

    restore: (id, body, isApproved) => {
      const group = get(id);
      const source = get(parseSource(body));
      if (source.parentId !== group.id) throw badRequest(`'${source.name}' is no snapshot group of '${group.name}'`);
      if (!isApproved) throw approvalRequired(`restoring '${group.name}'`);
      touch(group);
      return members(source.id).flatMap((snapshot) => {
        const target = members(id).find((dataset) => dataset.id === snapshot.parentId);
        if (target === undefined) return [];
        copyContent(snapshot, target);
        return [target];
      });
    },

    // Documented: the call. Assumed: as for a single snapshot. Source: section 4.6.
    refresh: (id, body, isApproved) => {
      const group = get(id);
      const source = get(parseSource(body));
      if (source.id !== group.parentId) throw badRequest(`'${group.name}' is no snapshot group of '${source.name}'`);
      checkUnlocked(group);
      if (!isApproved) throw approvalRequired(`refreshing '${group.name}'`);
      for (const snapshot of members(id)) {
        const parent = findDataset(snapshot.parentId ?? 0);
        if (parent !== undefined) copyContent(parent, snapshot);
      }
      return touch(group);
    },

    // Documented: the call. Assumed: the members go along, snapshot groups too. Source: section 3.3.
    move: (id, body) => {
      const group = get(id);
      const { pool_id, with_capacity } = parseBody(moveBody, body);
      if (group.parentId !== undefined)
        throw badRequest(`'${group.name}' is a snapshot group and moves with its parent`);
      poolName(pool_id);
      for (const member of members(id)) moveDataset(member, pool_id, with_capacity);
      for (const each of [group, ...children(id)]) {
        each.poolId = pool_id;
        touch(each);
      }
      return group;
    },

    // Documented: all members become masters too. Assumed: the rest. Source: section 3.1.
    promote: (id) => {
      const group = get(id);
      if (group.parentId === undefined) throw badRequest(`'${group.name}' is no snapshot group`);
      checkUnlocked(group);
      const snapshots = members(id);
      for (const snapshot of snapshots) checkPromotable(snapshot, now());
      const wholeSize = snapshots.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      checkRoom(group.poolId, wholeSize);
      for (const datasets of collections)
        for (const snapshot of snapshots.filter(({ kind }) => kind === datasets.kind)) datasets.promote(snapshot.id);
      group.parentId = undefined;
      return touch(group);
    },

    // Documented: without `delete_members` the datasets survive. Assumed: refused while locked and while snapshot groups
    // of it exist. Source: sections 3.3 and 8.2.
    remove: (id, { isApproved, withMembers }) => {
      const group = get(id);
      checkUnlocked(group);
      if (children(id).length > 0)
        throw new ArrayRefusal(409, 'CG_HAS_CHILDREN', `consistency group '${group.name}' has snapshot groups`);
      if (!isApproved) throw approvalRequired(`deleting '${group.name}'`);
      if (withMembers) {
        const plans = collections.map((datasets) => ({
          datasets,
          goes: planRemoval(
            datasets,
            members(id).filter(({ kind }) => kind === datasets.kind),
            { now: now(), isApproved, useOf },
          ),
        }));
        for (const { datasets, goes } of plans) datasets.drop(goes);
      }
      for (const member of members(id)) member.groupId = undefined;
      byId.delete(id);
      report('DELETED', group);
      return group;
    },
  };
};
