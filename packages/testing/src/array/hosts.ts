import { z } from 'zod';
import { ArrayRefusal, approvalRequired, nameConflict, notFound, parseBody } from './answer.js';
import { checkName } from './object-name.js';
import type { WireRecord } from './query.js';

interface Host {
  readonly id: number;
  readonly createdAt: number;
  name: string;
  updatedAt: number;
  readonly ports: { readonly type: string; readonly address: string }[];
  readonly luns: { readonly id: number; readonly lun: number; readonly volumeId: number }[];
}

type Lun = Host['luns'][number];

/** Hosts and what is mapped to them. Source: infinibox-api.md section 3.8. */
export interface Hosts {
  readonly fields: ReadonlySet<string>;
  readonly lunFields: ReadonlySet<string>;
  find(id: number): Host | undefined;
  /** @throws {ArrayRefusal} 404. */
  get(id: number): Host;
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
  map(hostId: number, body: unknown): WireRecord;
  unmap(hostId: number, by: 'lun' | 'volume_id', value: number, isApproved: boolean): WireRecord;
  lunsOfHost(id: number): readonly WireRecord[];
  lunsOfVolume(volumeId: number): readonly WireRecord[];
  /** The ids of all volumes that are mapped. */
  mapped(): ReadonlySet<number>;
}

const nameBody = z.looseObject({ name: z.string() });
const portBody = z.strictObject({ type: z.string(), address: z.string() });
const mapBody = z.strictObject({ volume_id: z.int(), lun: z.int().min(0).nullish() });

// Documented: types and addresses come in any case, WWPNs with colons or without. Source: section 3.8.
const normalAddress = (address: string): string =>
  /^(?:[0-9a-f]{2}:){7}[0-9a-f]{2}$/i.test(address) ? address.replaceAll(':', '').toLowerCase() : address.toLowerCase();

// Documented: the SDK needs every one of these keys; no cluster is 0. Source: section 3.8, "LUN object".
const describeLun = (host: Host, { id, lun, volumeId }: Lun): WireRecord => ({
  id,
  lun,
  clustered: false,
  host_id: host.id,
  host_cluster_id: 0,
  volume_id: volumeId,
  udid: null,
});

const describePort = (host: Host, port: Host['ports'][number]): WireRecord => ({ host_id: host.id, ...port });

const describeHost = (host: Host): WireRecord => ({
  id: host.id,
  name: host.name,
  ports: host.ports.map((port) => describePort(host, port)),
  luns: host.luns.map((lun) => describeLun(host, lun)),
  created_at: host.createdAt,
  updated_at: host.updatedAt,
  host_type: 'DEFAULT',
  security_method: 'NONE',
  security_chap_inbound_username: null,
  security_chap_outbound_username: null,
  security_chap_has_inbound_secret: false,
  security_chap_has_outbound_secret: false,
  optimized: false,
  san_client_type: 'HOST',
  host_cluster_id: 0,
  subsystem_nqn: null,
  tenant_id: 1,
});

const emptyHost: Host = { id: 0, createdAt: 0, updatedAt: 0, name: '', ports: [], luns: [] };

export const createHosts = (options: {
  readonly now: () => number;
  readonly nextId: () => number;
  /** @throws {ArrayRefusal} 404. */
  readonly checkVolume: (id: number) => void;
}): Hosts => {
  const { now, nextId, checkVolume } = options;
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
    const host = { id: nextId(), createdAt: now(), updatedAt: now(), name, ports: [], luns: [] };
    byId.set(host.id, host);
    return host;
  };
  const freeLun = ({ luns }: Host): number => {
    for (let lun = 1; ; lun += 1) if (luns.every((taken) => taken.lun !== lun)) return lun;
  };
  return {
    fields: new Set(Object.keys(describeHost(emptyHost))),
    lunFields: new Set(Object.keys(describeLun(emptyHost, { id: 0, lun: 0, volumeId: 0 }))),
    find: (id) => byId.get(id),
    get,
    records: () => all().map(describeHost),
    describe: describeHost,
    add,
    findNamed,
    create: (body) => add(parseBody(nameBody, body).name),
    update: (id, body) => {
      const host = get(id);
      const { name } = parseBody(nameBody, body);
      if (name !== host.name) checkFree(name);
      host.name = name;
      host.updatedAt = now();
      return host;
    },
    remove: (id) => {
      const host = get(id);
      if (host.luns.length > 0) throw new ArrayRefusal(409, 'HOST_NOT_EMPTY', `host '${host.name}' has mappings`);
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
    // Documented: the code, and "is already mapped" in the message. Assumed: 409. Source: section 1.6.
    map: (hostId, body) => {
      const host = get(hostId);
      const { volume_id, lun } = parseBody(mapBody, body);
      checkVolume(volume_id);
      if (host.luns.some((taken) => taken.volumeId === volume_id || taken.lun === lun))
        throw new ArrayRefusal(
          409,
          'MAPPING_ALREADY_EXISTS',
          `volume ${volume_id} is already mapped to '${host.name}'`,
        );
      const added = { id: nextId(), lun: lun ?? freeLun(host), volumeId: volume_id };
      host.luns.push(added);
      return describeLun(host, added);
    },
    // Documented: 404 the second time. Assumed: needs approval, as the CSI driver sends it. Source: sections 1.7, 3.8.
    unmap: (hostId, by, value, isApproved) => {
      const host = get(hostId);
      const index = host.luns.findIndex(({ lun, volumeId }) => (by === 'lun' ? lun : volumeId) === value);
      if (index < 0) throw notFound('LUN', value);
      if (!isApproved) throw approvalRequired('unmapping a volume');
      const [removed] = host.luns.splice(index, 1);
      if (removed === undefined) throw notFound('LUN', value);
      return describeLun(host, removed);
    },
    lunsOfHost: (id) => {
      const host = get(id);
      return host.luns.map((lun) => describeLun(host, lun));
    },
    lunsOfVolume: (volumeId) =>
      all().flatMap((host) =>
        host.luns.filter((lun) => lun.volumeId === volumeId).map((lun) => describeLun(host, lun)),
      ),
    mapped: () => new Set(all().flatMap(({ luns }) => luns.map(({ volumeId }) => volumeId))),
  };
};
