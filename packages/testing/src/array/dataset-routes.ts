import { answered, isApproved } from './answer.js';
import { type Dataset, storedDatasetFields } from './dataset.js';
import type { Datasets } from './datasets.js';
import { lunFields } from './luns.js';
import { answerItems, answerList, answerObject } from './query.js';
import { idOf, type Table } from './route-table.js';
import type { ArrayState } from './state.js';

/** Volumes or filesystems: both collections answer alike. */
export const datasetRoutes = (path: string, datasets: Datasets, state: ArrayState): Table => {
  const one = (dataset: Dataset) => state.describeDataset(dataset);
  const many = (list: readonly Dataset[]) => state.describeDatasets(list);
  return {
    [`GET ${path}`]: ({ query }) =>
      answerItems(datasets.all(), many, {
        query,
        fields: state.datasetFieldsOf(datasets.kind),
        stored: storedDatasetFields,
      }),
    [`POST ${path}`]: ({ query, body }) => answered(one(datasets.create(body, isApproved(query))), 201),
    [`GET ${path}/:`]: ({ params: [id], query }) => answerObject(one(datasets.get(idOf(id))), query),
    [`PUT ${path}/:`]: ({ params: [id], query, body }) =>
      answered(one(datasets.update(idOf(id), body, isApproved(query)))),
    // Documented: the result is the deleted object. Source: section 1.4.
    [`DELETE ${path}/:`]: ({ params: [id], query }) => answered(state.remove(datasets, idOf(id), isApproved(query))),
    // Documented: the result is `true`. Source: section 4.6.
    [`POST ${path}/:/restore`]: ({ params: [id], query, body }) => {
      state.restore(datasets, idOf(id), body, isApproved(query));
      return answered(true);
    },
    [`POST ${path}/:/refresh`]: ({ params: [id], query, body }) =>
      answered(one(state.refresh(datasets, idOf(id), body, isApproved(query)))),
    [`POST ${path}/:/move`]: ({ params: [id], body }) => answered(one(state.move(datasets, idOf(id), body))),
    [`POST ${path}/delete_simulation`]: ({ body }) =>
      answered({ space_reclaimable: state.simulateRemoval(datasets, body) }),
  };
};

/** Directories of filesystems with quotas. */
export const treeqRoutes = ({ treeqs }: ArrayState): Table => ({
  'GET /filesystems/:/treeqs': ({ params: [id], query }) =>
    answerList(treeqs.recordsOf(idOf(id)), query, treeqs.fields),
  'POST /filesystems/:/treeqs': ({ params: [id], body }) => answered(treeqs.create(idOf(id), body), 201),
  'GET /filesystems/:/treeqs/:': ({ params: [id, treeq], query }) =>
    answerObject(treeqs.get(idOf(id), idOf(treeq)), query),
  'PUT /filesystems/:/treeqs/:': ({ params: [id, treeq], body }) =>
    answered(treeqs.update(idOf(id), idOf(treeq), body)),
  'DELETE /filesystems/:/treeqs/:': ({ params: [id, treeq] }) => answered(treeqs.remove(idOf(id), idOf(treeq))),
});

/** What volumes have and filesystems have not. */
export const volumeRoutes = (state: ArrayState): Table => ({
  // Documented call; assumed 201. Source: section 4.3.
  'POST /volumes/group_snapshot': ({ body }) => answered(state.describeDatasets(state.volumes.createGroup(body)), 201),
  'GET /volumes/:/luns': ({ params: [id], query }) =>
    answerList(state.lunsOfVolume(state.volumes.get(idOf(id)).id), query, lunFields),
  'POST /volumes/:/promote': ({ params: [id] }) => answered(state.describeDataset(state.promote(idOf(id)))),
  'POST /volumes/:/reset_serial': ({ params: [id] }) =>
    answered(state.describeDataset(state.volumes.resetSerial(idOf(id)))),
});

const fieldsOfBoth = (state: ArrayState): ReadonlySet<string> =>
  new Set([...state.datasetFieldsOf('VOLUME'), ...state.datasetFieldsOf('FILESYSTEM')]);

/** Consistency groups and snapshot groups. */
export const groupRoutes = (state: ArrayState): Table => {
  const { groups } = state;
  return {
    'GET /cgs': ({ query }) => answerList(groups.records(), query, groups.fields),
    'POST /cgs': ({ query, body }) => answered(groups.describe(groups.create(body, isApproved(query))), 201),
    'GET /cgs/:': ({ params: [id], query }) => answerObject(groups.describe(groups.get(idOf(id))), query),
    'PUT /cgs/:': ({ params: [id], query, body }) =>
      answered(groups.describe(groups.update(idOf(id), body, isApproved(query)))),
    'DELETE /cgs/:': ({ params: [id], query }) => {
      const record = groups.describe(groups.get(idOf(id)));
      const withMembers = query.get('delete_members') === 'true';
      groups.remove(idOf(id), { isApproved: isApproved(query), withMembers });
      return answered(record);
    },
    'GET /cgs/:/members': ({ params: [id], query }) =>
      answerList(state.describeDatasets(groups.members(groups.get(idOf(id)).id)), query, fieldsOfBoth(state)),
    'POST /cgs/:/members': ({ params: [id], body }) => answered(groups.describe(groups.addMember(idOf(id), body)), 201),
    'DELETE /cgs/:/members/:': ({ params: [id, member], query }) =>
      answered(groups.describe(groups.removeMember(idOf(id), idOf(member), isApproved(query)))),
    'POST /cgs/:/restore': ({ params: [id], query, body }) => {
      state.restoreGroup(idOf(id), body, isApproved(query));
      return answered(true);
    },
    'POST /cgs/:/refresh': ({ params: [id], query, body }) =>
      answered(groups.describe(groups.refresh(idOf(id), body, isApproved(query)))),
    'POST /cgs/:/promote': ({ params: [id] }) => answered(groups.describe(groups.promote(idOf(id)))),
    'POST /cgs/:/move': ({ params: [id], body }) => answered(groups.describe(groups.move(idOf(id), body))),
  };
};

/** Both kinds, snapshots included. Documented. Source: infinibox-api.md section 2.4. */
export const bothKindsRoutes = (state: ArrayState): Table => {
  const fields = fieldsOfBoth(state);
  return {
    'GET /datasets': ({ query }) =>
      answerItems([...state.volumes.all(), ...state.filesystems.all()], (list) => state.describeDatasets(list), {
        query,
        fields,
        stored: storedDatasetFields,
      }),
  };
};

/** NFS exports. */
export const exportRoutes = ({ exports }: ArrayState): Table => ({
  'GET /exports': ({ query }) => answerList(exports.records(), query, exports.fields),
  'POST /exports': ({ body }) => answered(exports.create(body), 201),
  'GET /exports/:': ({ params: [id], query }) => answerObject(exports.get(idOf(id)), query),
  'PUT /exports/:': ({ params: [id], body }) => answered(exports.update(idOf(id), body)),
  'DELETE /exports/:': ({ params: [id], query }) => answered(exports.remove(idOf(id), isApproved(query))),
});

/** Replicas, their links and snapshot policies: to be read. */
export const protectionRoutes = ({ replication, snapshotPolicies }: ArrayState): Table => ({
  'GET /replicas': ({ query }) => answerList(replication.replicas(), query, replication.replicaFields),
  'GET /replicas/:': ({ params: [id], query }) => answerObject(replication.getReplica(idOf(id)), query),
  'GET /links': ({ query }) => answerList(replication.links(), query, replication.linkFields),
  'GET /links/:': ({ params: [id], query }) => answerObject(replication.getLink(idOf(id)), query),
  'GET /snapshot_policies': ({ query }) => answerList(snapshotPolicies.records(), query, snapshotPolicies.fields),
  'GET /snapshot_policies/:': ({ params: [id], query }) => answerObject(snapshotPolicies.get(idOf(id)), query),
  'GET /snapshot_policies/:/assigned_entities': ({ params: [id], query }) =>
    answerList(snapshotPolicies.assignedTo(idOf(id)), query, snapshotPolicies.assignedFields),
  'GET /snapshot_policies/:/schedules': ({ params: [id], query }) =>
    answerList(snapshotPolicies.schedulesOf(idOf(id)), query, snapshotPolicies.scheduleFields),
});
