import { type Answer, answered, isApproved, notFound } from './answer.js';
import type { Dataset } from './dataset.js';
import type { Datasets } from './datasets.js';
import { eventTypes } from './events.js';
import { answerList, answerObject, type WireRecord } from './query.js';
import type { ArrayState } from './state.js';
import { components, features, nodes } from './system.js';
import type { Credentials } from './users.js';

/** A call that found its route. */
interface RoutedCall {
  /** The parts of the path that the route names, in order. */
  readonly params: readonly string[];
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly credentials: Credentials | undefined;
}

/** What one method on one path does. */
export type Operation = (call: RoutedCall) => Answer;

/** Keys are method and path below `/api/rest`, `:` for a part that varies, `*` for any rest. */
export type Table = Readonly<Record<string, Operation>>;

/** The name of the session cookie. Assumed. Source: section 8.2. */
export const sessionCookie = 'JSESSIONID';

const fieldsOf = (records: readonly WireRecord[]): ReadonlySet<string> => new Set(records.flatMap(Object.keys));

const featureFields = fieldsOf(features);
const nodeFields = fieldsOf(nodes);
const ntpFields = new Set(['node_id', 'last_probe_timestamp', 'ntp_peers']);

const idOf = (text: string | undefined): number => {
  if (text === undefined || !/^-?\d+$/.test(text)) throw notFound('OBJECT', String(text));
  return Number(text);
};

const metadataOwner = (text: string | undefined): number | 'system' => (text === 'system' ? 'system' : idOf(text));

const datasetRoutes = (path: string, datasets: Datasets, state: ArrayState): Table => {
  const one = (dataset: Dataset) => state.describeDataset(dataset);
  const many = (list: readonly Dataset[]) => state.describeDatasets(list);
  return {
    [`GET ${path}`]: ({ query }) => answerList(many(datasets.all()), query, state.datasetFieldsOf(datasets.kind)),
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
  };
};

/** What volumes have and filesystems have not. */
const volumeRoutes = (state: ArrayState): Table => ({
  // Documented call; assumed 201. Source: section 4.3.
  'POST /volumes/group_snapshot': ({ body }) => answered(state.describeDatasets(state.volumes.createGroup(body)), 201),
  'GET /volumes/:/luns': ({ params: [id], query }) =>
    answerList(state.hosts.lunsOfVolume(state.volumes.get(idOf(id)).id), query, state.hosts.lunFields),
});

const groupRoutes = (state: ArrayState): Table => {
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
      answerList(
        state.describeDatasets(groups.members(groups.get(idOf(id)).id)),
        query,
        state.datasetFieldsOf('VOLUME'),
      ),
    'POST /cgs/:/members': ({ params: [id], body }) => answered(groups.describe(groups.addMember(idOf(id), body)), 201),
    'DELETE /cgs/:/members/:': ({ params: [id, member], query }) =>
      answered(groups.describe(groups.removeMember(idOf(id), idOf(member), isApproved(query)))),
    'POST /cgs/:/restore': ({ params: [id], query, body }) => {
      groups.restore(idOf(id), body, isApproved(query));
      return answered(true);
    },
  };
};

const poolRoutes = ({ pools }: ArrayState): Table => ({
  'GET /pools': ({ query }) => answerList(pools.records(), query, pools.fields),
  'POST /pools': ({ body }) => answered(pools.describe(pools.create(body)), 201),
  'GET /pools/:': ({ params: [id], query }) => answerObject(pools.describe(pools.get(idOf(id))), query),
  'PUT /pools/:': ({ params: [id], body }) => answered(pools.describe(pools.update(idOf(id), body))),
  'DELETE /pools/:': ({ params: [id], query }) => {
    const record = pools.describe(pools.get(idOf(id)));
    pools.remove(idOf(id), isApproved(query));
    return answered(record);
  },
  'POST /pools/:/lock': ({ params: [id] }) => answered(pools.describe(pools.setState(idOf(id), 'LOCKED'))),
  'POST /pools/:/unlock': ({ params: [id] }) => answered(pools.describe(pools.setState(idOf(id), 'NORMAL'))),
});

const hostRoutes = ({ hosts }: ArrayState): Table => ({
  'GET /hosts': ({ query }) => answerList(hosts.records(), query, hosts.fields),
  'POST /hosts': ({ body }) => answered(hosts.describe(hosts.create(body)), 201),
  // Documented: the bare id, 404 if none. Source: section 3.8.
  'GET /hosts/host_id_by_initiator_address/:': ({ params: [address] }) => {
    const host = hosts.findByPort(String(address));
    if (host === undefined) throw notFound('HOST', String(address));
    return answered(host.id);
  },
  'GET /hosts/:': ({ params: [id], query }) => answerObject(hosts.describe(hosts.get(idOf(id))), query),
  'PUT /hosts/:': ({ params: [id], body }) => answered(hosts.describe(hosts.update(idOf(id), body))),
  'DELETE /hosts/:': ({ params: [id] }) => answered(hosts.describe(hosts.remove(idOf(id)))),
  'POST /hosts/:/ports': ({ params: [id], body }) => answered(hosts.addPort(idOf(id), body), 201),
  'DELETE /hosts/:/ports/:/:': ({ params: [id, , address] }) => answered(hosts.removePort(idOf(id), String(address))),
  'GET /hosts/:/luns': ({ params: [id], query }) => answerList(hosts.lunsOfHost(idOf(id)), query, hosts.lunFields),
  'POST /hosts/:/luns': ({ params: [id], body }) => answered(hosts.map(idOf(id), body), 201),
  'GET /hosts/:/luns/:': ({ params: [id, lun], query }) => {
    const found = hosts.lunsOfHost(idOf(id)).find((record) => record['lun'] === idOf(lun));
    if (found === undefined) throw notFound('LUN', String(lun));
    return answerObject(found, query);
  },
  'DELETE /hosts/:/luns/lun/:': ({ params: [id, lun], query }) =>
    answered(hosts.unmap(idOf(id), 'lun', idOf(lun), isApproved(query))),
  'DELETE /hosts/:/luns/volume_id/:': ({ params: [id, volume], query }) =>
    answered(hosts.unmap(idOf(id), 'volume_id', idOf(volume), isApproved(query))),
});

const metadataRoutes = ({ metadata }: ArrayState): Table => ({
  'GET /metadata': ({ query }) => answerList(metadata.records(), query, metadata.fields),
  'GET /metadata/:': ({ params: [owner], query }) =>
    answerList(metadata.recordsOf(metadataOwner(owner)), query, metadata.fields),
  'PUT /metadata/:': ({ params: [owner], body }) => answered(metadata.write(metadataOwner(owner), body)),
  'DELETE /metadata/:': ({ params: [owner], query }) =>
    answered(metadata.remove(metadataOwner(owner), undefined, isApproved(query))),
  'GET /metadata/:/:': ({ params: [owner, key], query }) =>
    answerObject(metadata.get(metadataOwner(owner), String(key)), query),
  'DELETE /metadata/:/:': ({ params: [owner, key], query }) =>
    answered(metadata.remove(metadataOwner(owner), String(key), isApproved(query))),
});

const userRoutes = ({ users }: ArrayState): Table => ({
  'POST /users/login': ({ body }) => {
    const { result, session } = users.login(body);
    return { ...answered(result), headers: { 'Set-Cookie': `${sessionCookie}=${session}; Path=/; HttpOnly` } };
  },
  'POST /users/logout': ({ credentials }) => {
    users.logout(credentials?.session);
    return answered({});
  },
  'GET /users': ({ query }) => answerList(users.records(), query, users.fields),
  'GET /users/:': ({ params: [id], query }) => answerObject(users.get(idOf(id)), query),
});

const systemRoutes = ({ system, events }: ArrayState): Table => ({
  'GET /_features': ({ query }) => answerList(features, query, featureFields),
  'GET /system': ({ query }) => answerObject(system.describe(), query),
  'GET /system/*': ({ params: [path] }) => answered(system.valueAt(String(path).split('/'))),
  'PUT /system/name': ({ body }) => answered(system.rename(body)),
  // Documented: a list with an item per node. Source: section 3.6.
  'GET /system/ntp_status': ({ query }) => answerList(system.ntpStatus(), query, ntpFields),
  'GET /components': ({ query }) => answerObject(components, query),
  'GET /components/nodes': ({ query }) => answerList(nodes, query, nodeFields),
  // Documented. Source: section 3.6.
  'GET /config/mgmt/system.model_short_name': () => answered('F6240'),
  'GET /events': ({ query }) => answerList(events.records(), query, events.fields),
  'GET /events/types': () => answered(eventTypes),
  'POST /events/custom': ({ body }) => answered(events.createCustom(body), 201),
});

/** Every route of the array. */
export const arrayRoutes = (state: ArrayState): Table => ({
  ...systemRoutes(state),
  ...userRoutes(state),
  ...metadataRoutes(state),
  ...datasetRoutes('/volumes', state.volumes, state),
  ...volumeRoutes(state),
  ...datasetRoutes('/filesystems', state.filesystems, state),
  // Documented: both kinds, snapshots included. Source: section 2.4.
  'GET /datasets': ({ query }) =>
    answerList(
      state.describeDatasets([...state.volumes.all(), ...state.filesystems.all()]),
      query,
      new Set([...state.datasetFieldsOf('VOLUME'), ...state.datasetFieldsOf('FILESYSTEM')]),
    ),
  ...groupRoutes(state),
  ...poolRoutes(state),
  ...hostRoutes(state),
});
