import { answered, approvalRequired, badRequest, isApproved, notFound } from './answer.js';
import { readConfiguration } from './configuration.js';
import { eventTypes } from './events.js';
import { parseFilter } from './filter.js';
import { getNetworkSpace } from './network-spaces.js';
import { answerList, answerObject, type WireRecord } from './query.js';
import { fieldsOf, idOf, type Table } from './route-table.js';
import { search, searchFields } from './search.js';
import type { ArrayState } from './state.js';
import { components, features, nodes } from './system.js';

const featureFields = fieldsOf(features);
const nodeFields = fieldsOf(nodes);
const ntpFields = new Set(['node_id', 'last_probe_timestamp', 'ntp_peers']);

const nodesOf = (rack: number): readonly WireRecord[] => {
  if (rack !== 1) throw notFound('RACK', rack);
  return nodes;
};

/** The array itself, its parts and its settings. */
export const systemRoutes = ({ system, networkSpaces }: ArrayState): Table => ({
  'GET /_features': ({ query }) => answerList(features, query, featureFields),
  'GET /system': ({ query }) => answerObject(system.describe(), query),
  'GET /system/*': ({ params: [path] }) => answered(system.valueAt(String(path).split('/'))),
  'PUT /system/name': ({ body }) => answered(system.rename(body)),
  // Documented: a list with an item per node. Source: section 3.6.
  'GET /system/ntp_status': ({ query }) => answerList(system.ntpStatus(), query, ntpFields),
  'GET /components': ({ query }) => answerObject(components, query),
  'GET /components/nodes': ({ query }) => answerList(nodes, query, nodeFields),
  // Documented paths, with the one rack that there is. Source: section 3.6.
  'GET /components/racks/:/nodes': ({ params: [rack], query }) => answerList(nodesOf(idOf(rack)), query, nodeFields),
  'GET /components/racks/:/nodes/:': ({ params: [rack, id], query }) => {
    const node = nodesOf(idOf(rack)).find((each) => each['id'] === idOf(id));
    if (node === undefined) throw notFound('NODE', String(id));
    return answerObject(node, query);
  },
  'GET /config': () => answered(readConfiguration([], null)),
  'GET /config/*': ({ params: [path], query }) =>
    answered(readConfiguration(String(path).split('/'), query.get('fields'))),
  'GET /network/spaces': ({ query }) => answerList(networkSpaces, query, fieldsOf(networkSpaces)),
  'GET /network/spaces/:': ({ params: [id], query }) => answerObject(getNetworkSpace(networkSpaces, idOf(id)), query),
});

/** The array's log of events. */
export const eventRoutes = ({ events }: ArrayState): Table => ({
  'GET /events': ({ query }) => answerList(events.records(), query, events.fields),
  'GET /events/types': () => answered(eventTypes),
  'POST /events': ({ body }) => answered(events.createExternal(body), 201),
  'POST /events/custom': ({ body }) => answered(events.createCustom(body), 201),
  // Documented call. Assumed: it needs a filter, approval as every DELETE of the SDK has it, and lists what went.
  'DELETE /events': ({ query }) => {
    const filter = query.get('timestamp');
    if (filter === null) throw badRequest('deleting events needs a timestamp');
    const isMeant = parseFilter(filter);
    if (!isApproved(query)) throw approvalRequired('deleting events');
    return answered(events.remove((event) => isMeant(event['timestamp'])));
  },
});

/** Everything that has a name. */
export const searchRoutes = (state: ArrayState): Table => ({
  'GET /search': ({ query }) => {
    const objects = {
      volume: state.describeDatasets(state.volumes.all()),
      filesystem: state.describeDatasets(state.filesystems.all()),
      pool: state.pools.records(),
      host: state.hosts.records(),
      cluster: state.clusters.records(),
      cg: state.groups.records(),
    };
    const { found, rest } = search(objects, query);
    return answerList(found, rest, searchFields);
  },
});
