import { z } from 'zod';
import { ArrayRefusal, approvalRequired, nameConflict, notFound, parseBody } from './answer.js';
import { describeLun, isLun, type Lun, parseMapping } from './luns.js';
import { checkName } from './object-name.js';
import type { WireRecord } from './query.js';

/** A host, as the array keeps it. */
export interface Host {
  readonly id: number;
  readonly createdAt: number;
  name: string;
  updatedAt: number;
  settings: HostSettings;
  readonly ports: { readonly type: string; readonly address: string }[];
  /** Its own; those of its cluster are the cluster's. */
  readonly luns: Lun[];
}

/** Hosts and what is mapped to them. Source: infinibox-api.md section 3.8. */
export interface Hosts {
  readonly fields: ReadonlySet<string>;
  find(id: number): Host | undefined;
  /** @throws {ArrayRefusal} 404. */
  get(id: number): Host;
  all(): readonly Host[];
  records(): readonly WireRecord[];
  describe(host: Host): WireRecord;
  add(name: string): Host;
  findNamed(name: string): Host | undefined;
  create(body: unknown): Host;
  update(id: number, body: unknown): Host;
  /** Refused while something is mapped to it; needs no approval. */
  remove(id: number): Host;
  addPort(id: number, body: unknown): WireRecord;
  removePort(id: number, address: string): WireRecord;
  findByPort(address: string): Host | undefined;
  /** Maps to this host alone. */
  map(hostId: number, body: unknown): WireRecord;
  unmap(hostId: number, by: 'lun' | 'volume_id', value: number, isApproved: boolean): WireRecord;
  /** Its own, then those of its cluster. */
  lunsOfHost(id: number): readonly WireRecord[];
}

/** What a host knows of its cluster. */
interface HostCluster {
  readonly id: number;
  readonly luns: readonly Lun[];
}

/** `PUT hosts/ID`. Documented: the name, and what the vendor's CSI driver sends for CHAP. Source: sections 1.7 and 3.8. */
const updateBody = z
  .strictObject({
    name: z.string(),
    host_type: z.string(),
    optimized: z.boolean(),
    security_method: z.enum(['NONE', 'CHAP', 'MUTUAL_CHAP']),
    security_chap_inbound_username: z.string(),
    security_chap_inbound_secret: z.string(),
    security_chap_outbound_username: z.string(),
    security_chap_outbound_secret: z.string(),
  })
  .partial();

/** `POST hosts`: the same, with a name. */
const createBody = updateBody.required({ name: true });

type HostSettings = Partial<Omit<z.output<typeof updateBody>, 'name'>>;
const portBody = z.strictObject({ type: z.string(), address: z.string() });

// Documented: types and addresses come in any case, WWPNs with colons or without. Source: section 3.8.
const normalAddress = (address: string): string =>
  /^(?:[0-9a-f]{2}:){7}[0-9a-f]{2}$/i.test(address) ? address.replaceAll(':', '').toLowerCase() : address.toLowerCase();

const describePort = (host: Host, port: Host['ports'][number]): WireRecord => ({ host_id: host.id, ...port });

const ownLuns = (host: Host) => host.luns.map((lun) => describeLun(lun, { hostId: host.id, clusterId: 0 }));

// Documented: a host sees the mappings of its cluster as clustered, with both ids. Source: section 3.8.
const clusteredLuns = (host: Host, cluster: HostCluster | undefined) =>
  (cluster?.luns ?? []).map((lun) => describeLun(lun, { hostId: host.id, clusterId: cluster?.id ?? 0 }));

const describeHost = (host: Host, cluster: HostCluster | undefined): WireRecord => ({
  id: host.id,
  name: host.name,
  ports: host.ports.map((port) => describePort(host, port)),
  luns: [...ownLuns(host), ...clusteredLuns(host, cluster)],
  created_at: host.createdAt,
  updated_at: host.updatedAt,
  host_type: host.settings.host_type ?? 'DEFAULT',
  security_method: host.settings.security_method ?? 'NONE',
  security_chap_inbound_username: host.settings.security_chap_inbound_username ?? null,
  security_chap_outbound_username: host.settings.security_chap_outbound_username ?? null,
  // The secrets themselves are never returned. Assumed, as for passwords of users.
  security_chap_has_inbound_secret: host.settings.security_chap_inbound_secret !== undefined,
  security_chap_has_outbound_secret: host.settings.security_chap_outbound_secret !== undefined,
  optimized: host.settings.optimized ?? false,
  san_client_type: 'HOST',
  host_cluster_id: cluster?.id ?? 0,
  subsystem_nqn: null,
  tenant_id: 1,
});

const emptyHost: Host = { id: 0, createdAt: 0, updatedAt: 0, name: '', settings: {}, ports: [], luns: [] };

export const createHosts = (options: {
  readonly now: () => number;
  readonly nextId: () => number;
  /** @throws {ArrayRefusal} 404. */
  readonly checkVolume: (id: number) => void;
  readonly clusterOf: (hostId: number) => HostCluster | undefined;
}): Hosts => {
  const { now, nextId, checkVolume, clusterOf } = options;
  const byId = new Map<number, Host>();
  const all = () => [...byId.values()];
  const get = (id: number): Host => {
    const host = byId.get(id);
    if (host === undefined) throw notFound('HOST', id);
    return host;
  };
  const findNamed = (name: string) => all().find((host) => host.name === name);
  const findByPort = (address: string) =>
    all().find(({ ports }) => ports.some((port) => port.address === normalAddress(address)));
  const checkFree = (name: string) => {
    checkName(name);
    if (findNamed(name) !== undefined) throw nameConflict('HOST', name);
  };
  const add = (name: string): Host => {
    checkFree(name);
    const host: Host = { id: nextId(), createdAt: now(), updatedAt: now(), name, settings: {}, ports: [], luns: [] };
    byId.set(host.id, host);
    return host;
  };
  const describe = (host: Host) => describeHost(host, clusterOf(host.id));
  return {
    fields: new Set(Object.keys(describeHost(emptyHost, undefined))),
    find: (id) => byId.get(id),
    get,
    all,
    records: () => all().map(describe),
    describe,
    add,
    findNamed,
    create: (body) => {
      const { name, ...settings } = parseBody(createBody, body);
      const host = add(name);
      host.settings = settings;
      return host;
    },
    update: (id, body) => {
      const host = get(id);
      const { name = host.name, ...settings } = parseBody(updateBody, body);
      if (name !== host.name) checkFree(name);
      host.name = name;
      host.settings = { ...host.settings, ...settings };
      host.updatedAt = now();
      return host;
    },
    remove: (id) => {
      const host = get(id);
      if (host.luns.length > 0) throw new ArrayRefusal(409, 'HOST_NOT_EMPTY', `host '${host.name}' has mappings`);
      if (clusterOf(id) !== undefined)
        throw new ArrayRefusal(409, 'HOST_IN_CLUSTER', `host '${host.name}' is in a cluster`);
      byId.delete(id);
      return host;
    },
    addPort: (id, body) => {
      const host = get(id);
      const { type, address } = parseBody(portBody, body);
      const owner = findByPort(address);
      if (owner !== undefined)
        throw new ArrayRefusal(409, 'PORT_ALREADY_BELONGS_TO_HOST', `port already belongs to host '${owner.name}'`);
      const port = { type: type.toUpperCase(), address: normalAddress(address) };
      host.ports.push(port);
      return describePort(host, port);
    },
    removePort: (id, address) => {
      const host = get(id);
      const index = host.ports.findIndex((port) => port.address === normalAddress(address));
      const [port] = index < 0 ? [] : host.ports.splice(index, 1);
      if (port === undefined) throw notFound('PORT', address);
      return describePort(host, port);
    },
    findByPort,
    map: (hostId, body) => {
      const host = get(hostId);
      const wanted = parseMapping(body, [...host.luns, ...(clusterOf(hostId)?.luns ?? [])], host.name);
      checkVolume(wanted.volumeId);
      const lun = { id: nextId(), ...wanted };
      host.luns.push(lun);
      return describeLun(lun, { hostId, clusterId: 0 });
    },
    // Documented: 404 the second time. Assumed: needs approval, as the CSI driver sends it, and what comes from the cluster
    // is the cluster's to unmap. Source: sections 1.7, 3.8.
    unmap: (hostId, by, value, isApproved) => {
      const host = get(hostId);
      const lun = host.luns.find(isLun(by, value));
      if (lun === undefined) {
        if (clusterOf(hostId)?.luns.some(isLun(by, value)) !== true) throw notFound('LUN', value);
        throw new ArrayRefusal(409, 'MAPPING_BELONGS_TO_CLUSTER', `'${host.name}' has this mapping from its cluster`);
      }
      if (!isApproved) throw approvalRequired('unmapping a volume');
      host.luns.splice(host.luns.indexOf(lun), 1);
      return describeLun(lun, { hostId, clusterId: 0 });
    },
    lunsOfHost: (id) => {
      const host = get(id);
      return [...ownLuns(host), ...clusteredLuns(host, clusterOf(id))];
    },
  };
};
