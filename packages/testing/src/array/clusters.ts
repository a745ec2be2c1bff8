import { z } from 'zod';
import { ArrayRefusal, approvalRequired, nameConflict, notFound, parseBody } from './answer.js';
import type { Host } from './hosts.js';
import { describeLun, isLun, type Lun, parseMapping } from './luns.js';
import { checkName } from './object-name.js';
import type { WireRecord } from './query.js';

/** Hosts that share what is mapped to them all. */
export interface Cluster {
  readonly id: number;
  readonly createdAt: number;
  name: string;
  updatedAt: number;
  readonly hostIds: number[];
  readonly luns: Lun[];
}

/** Clusters of hosts and what is mapped to them. Documented. Source: infinibox-api.md section 3.8. */
export interface Clusters {
  readonly fields: ReadonlySet<string>;
  find(id: number): Cluster | undefined;
  /** @throws {ArrayRefusal} 404. */
  get(id: number): Cluster;
  /** The cluster of a host. */
  ofHost(hostId: number): Cluster | undefined;
  all(): readonly Cluster[];
  records(): readonly WireRecord[];
  describe(cluster: Cluster): WireRecord;
  create(body: unknown): Cluster;
  update(id: number, body: unknown): Cluster;
  /** Refused while something is mapped to it. */
  remove(id: number): Cluster;
  addHost(id: number, body: unknown): Cluster;
  removeHost(id: number, hostId: number): Cluster;
  map(id: number, body: unknown): WireRecord;
  unmap(id: number, by: 'lun' | 'volume_id', value: number, isApproved: boolean): WireRecord;
  lunsOf(id: number): readonly WireRecord[];
}

const nameBody = z.looseObject({ name: z.string() });
const hostBody = z.looseObject({ id: z.int() });

const describeCluster = (cluster: Cluster, hosts: readonly WireRecord[]): WireRecord => ({
  id: cluster.id,
  name: cluster.name,
  hosts,
  luns: cluster.luns.map((lun) => describeLun(lun, { hostId: 0, clusterId: cluster.id })),
  created_at: cluster.createdAt,
  updated_at: cluster.updatedAt,
  host_type: 'DEFAULT',
  san_client_type: 'CLUSTER',
  tenant_id: 1,
});

const emptyCluster: Cluster = { id: 0, createdAt: 0, updatedAt: 0, name: '', hostIds: [], luns: [] };

export const createClusters = (options: {
  readonly now: () => number;
  readonly nextId: () => number;
  /** @throws {ArrayRefusal} 404. */
  readonly checkVolume: (id: number) => void;
  /** @throws {ArrayRefusal} 404. */
  readonly getHost: (id: number) => Host;
  readonly describeHost: (host: Host) => WireRecord;
}): Clusters => {
  const { now, nextId, checkVolume, getHost, describeHost } = options;
  const byId = new Map<number, Cluster>();
  const all = () => [...byId.values()];
  const get = (id: number): Cluster => {
    const cluster = byId.get(id);
    if (cluster === undefined) throw notFound('HOST_CLUSTER', id);
    return cluster;
  };
  const ofHost = (hostId: number) => all().find(({ hostIds }) => hostIds.includes(hostId));
  const checkFree = (name: string) => {
    checkName(name);
    if (all().some((cluster) => cluster.name === name)) throw nameConflict('HOST_CLUSTER', name);
  };
  const describe = (cluster: Cluster) => describeCluster(cluster, cluster.hostIds.map(getHost).map(describeHost));
  return {
    fields: new Set(Object.keys(describeCluster(emptyCluster, []))),
    find: (id) => byId.get(id),
    get,
    ofHost,
    all,
    records: () => all().map(describe),
    describe,
    create: (body) => {
      const { name } = parseBody(nameBody, body);
      checkFree(name);
      const cluster = {
        ...emptyCluster,
        id: nextId(),
        createdAt: now(),
        updatedAt: now(),
        name,
        hostIds: [],
        luns: [],
      };
      byId.set(cluster.id, cluster);
      return cluster;
    },
    update: (id, body) => {
      const cluster = get(id);
      const { name } = parseBody(nameBody, body);
      if (name !== cluster.name) checkFree(name);
      cluster.name = name;
      cluster.updatedAt = now();
      return cluster;
    },
    remove: (id) => {
      const cluster = get(id);
      if (cluster.luns.length > 0)
        throw new ArrayRefusal(409, 'HOST_CLUSTER_NOT_EMPTY', `cluster '${cluster.name}' has mappings`);
      byId.delete(id);
      return cluster;
    },
    // Assumed: a host is in one cluster, and brings no mapping that clashes. Source: none.
    addHost: (id, body) => {
      const cluster = get(id);
      const host = getHost(parseBody(hostBody, body).id);
      if (ofHost(host.id) !== undefined)
        throw new ArrayRefusal(409, 'HOST_ALREADY_IN_CLUSTER', `host '${host.name}' is already in a cluster`);
      const clashes = host.luns.some(({ lun, volumeId }) =>
        cluster.luns.some((each) => each.lun === lun || each.volumeId === volumeId),
      );
      if (clashes)
        throw new ArrayRefusal(
          409,
          'MAPPING_ALREADY_EXISTS',
          `a volume of the cluster is already mapped to '${host.name}'`,
        );
      cluster.hostIds.push(host.id);
      return cluster;
    },
    removeHost: (id, hostId) => {
      const cluster = get(id);
      const index = cluster.hostIds.indexOf(hostId);
      if (index < 0) throw notFound('HOST', hostId);
      cluster.hostIds.splice(index, 1);
      return cluster;
    },
    map: (id, body) => {
      const cluster = get(id);
      const taken = [...cluster.luns, ...cluster.hostIds.flatMap((hostId) => getHost(hostId).luns)];
      const wanted = parseMapping(body, taken, cluster.name);
      checkVolume(wanted.volumeId);
      const lun = { id: nextId(), ...wanted };
      cluster.luns.push(lun);
      return describeLun(lun, { hostId: 0, clusterId: id });
    },
    // As for hosts: 404 the second time, and approval.
    unmap: (id, by, value, isApproved) => {
      const { luns } = get(id);
      const lun = luns.find(isLun(by, value));
      if (lun === undefined) throw notFound('LUN', value);
      if (!isApproved) throw approvalRequired('unmapping a volume');
      luns.splice(luns.indexOf(lun), 1);
      return describeLun(lun, { hostId: 0, clusterId: id });
    },
    lunsOf: (id) => get(id).luns.map((lun) => describeLun(lun, { hostId: 0, clusterId: id })),
  };
};
