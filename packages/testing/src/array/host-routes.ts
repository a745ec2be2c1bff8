import { answered, isApproved, notFound } from './answer.js';
import { lunFields } from './luns.js';
import { answerList, answerObject } from './query.js';
import { idOf, type Table } from './route-table.js';
import type { ArrayState } from './state.js';

/** Hosts, their ports and what is mapped to them. */
export const hostRoutes = ({ hosts }: ArrayState): Table => ({
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
  'GET /hosts/:/luns': ({ params: [id], query }) => answerList(hosts.lunsOfHost(idOf(id)), query, lunFields),
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

/** Clusters of hosts. */
export const clusterRoutes = ({ clusters }: ArrayState): Table => ({
  'GET /clusters': ({ query }) => answerList(clusters.records(), query, clusters.fields),
  'POST /clusters': ({ body }) => answered(clusters.describe(clusters.create(body)), 201),
  'GET /clusters/:': ({ params: [id], query }) => answerObject(clusters.describe(clusters.get(idOf(id))), query),
  'PUT /clusters/:': ({ params: [id], body }) => answered(clusters.describe(clusters.update(idOf(id), body))),
  'DELETE /clusters/:': ({ params: [id] }) => answered(clusters.describe(clusters.remove(idOf(id)))),
  'POST /clusters/:/hosts': ({ params: [id], body }) =>
    answered(clusters.describe(clusters.addHost(idOf(id), body)), 201),
  'DELETE /clusters/:/hosts/:': ({ params: [id, host] }) =>
    answered(clusters.describe(clusters.removeHost(idOf(id), idOf(host)))),
  'GET /clusters/:/luns': ({ params: [id], query }) => answerList(clusters.lunsOf(idOf(id)), query, lunFields),
  'POST /clusters/:/luns': ({ params: [id], body }) => answered(clusters.map(idOf(id), body), 201),
  'DELETE /clusters/:/luns/lun/:': ({ params: [id, lun], query }) =>
    answered(clusters.unmap(idOf(id), 'lun', idOf(lun), isApproved(query))),
  'DELETE /clusters/:/luns/volume_id/:': ({ params: [id, volume], query }) =>
    answered(clusters.unmap(idOf(id), 'volume_id', idOf(volume), isApproved(query))),
});

/** Hosts and clusters together. Documented. Source: infinibox-api.md section 2.4. */
export const sanClientRoutes = ({ hosts, clusters }: ArrayState): Table => ({
  'GET /san_clients': ({ query }) =>
    answerList([...hosts.records(), ...clusters.records()], query, new Set([...hosts.fields, ...clusters.fields])),
});
