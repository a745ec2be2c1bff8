import type { Clock } from '../clock.js';
import type { Disk } from '../disk.js';
import type { Faults } from '../faults.js';
import type { Journal } from '../journal.js';
import { type Answer, badRequest, notFound } from './answer.js';
import { type Dataset, type ReplicationRole, volumeSerial } from './dataset.js';
import { createGate, type Departure } from './gate.js';
import { checkPermission } from './permission.js';
import { createRouter } from './router.js';
import { createArrayState } from './state.js';
import type { Credentials, SeededUser } from './users.js';

/** What a simulated array is made of. */
export interface SimulatedArrayOptions {
  readonly clock: Clock;
  /** Shared with the simulated database: one order of events for both. */
  readonly journal: Journal;
  readonly faults: Faults;
  /** Runs just before the effect of every call: lets the simulated database do work at that instant. */
  readonly onCall?: (() => void) | undefined;
  /** Defaults to `box-simulated`. */
  readonly name?: string | undefined;
  /** System serial number, at most 16 bits: part of every volume's serial. Defaults to 20040. */
  readonly serial?: number | undefined;
  readonly username: string;
  readonly password: string;
}

/** One call, as it came over the wire. */
interface ArrayRequest {
  readonly method: string;
  /** Without repeated or trailing slashes, `/api/rest/volumes/1011`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Empty for none. */
  readonly bodyText: string;
  /** `trusted` asks for no password: for callers inside the same process. */
  readonly caller: Credentials | 'trusted';
}

/** A snapshot out of the past, for building a history. */
interface SeededSnapshot {
  readonly parentId: number;
  readonly name: string;
  /** By the array's clock. */
  readonly createdAt: Date;
  /** Made by a snapshot policy of the array, so not by a backup. */
  readonly isPolicyMade?: boolean | undefined;
  /** Defaults to true. */
  readonly isWriteProtected?: boolean | undefined;
  /** In place of what the parent holds now. */
  readonly content?: ReadonlyMap<string, unknown> | undefined;
}

/** An InfiniBox in memory. Everything but `call` bypasses journal, faults and credentials. */
export interface SimulatedArray {
  readonly clock: Clock;
  /** What REST and the port both speak through. */
  call(request: ArrayRequest, signal?: AbortSignal): Promise<Departure>;
  /** The array's own clock, milliseconds since 1970. */
  now(): number;
  /** The live disk of a volume, or else of the filesystem of this name: what a host that uses it reads and writes. */
  diskOf(name: string): Disk;
  /** Of a volume or filesystem, or of a snapshot of one. */
  contentOf(datasetId: number): ReadonlyMap<string, unknown>;
  addPool(settings: { readonly name: string; readonly capacityBytes?: number | undefined }): number;
  /** Without `poolId` in the first pool, which is made when there is none. */
  addVolume(settings: {
    readonly name: string;
    readonly sizeBytes: number;
    readonly poolId?: number | undefined;
  }): number;
  addFilesystem(settings: { readonly name: string; readonly sizeBytes: number }): number;
  /** Exports a filesystem to NFS clients under this path. */
  addExport(filesystemId: number, exportPath: string): void;
  /** What identifies a volume on a host: its serial, 31 hexadecimal digits. */
  serialOf(volumeId: number): string;
  /** Makes a consistency group of these datasets, which share a pool. @returns Its id. */
  addGroup(settings: { readonly name: string; readonly members: readonly number[] }): number;
  addSnapshot(snapshot: SeededSnapshot): number;
  addUser(user: SeededUser): void;
  setMetadata(objectId: number, values: Readonly<Record<string, string>>): void;
  lock(id: number, until: Date): void;
  /** Maps a volume to a host, which is made when there is none of this name. */
  map(volumeId: number, hostName: string): void;
  /** Makes a volume or filesystem the source or the target of a replica. @returns The replica's id. */
  replicate(
    datasetId: number,
    replica?: {
      readonly role?: ReplicationRole['role'] | undefined;
      readonly type?: ReplicationRole['type'] | undefined;
      readonly remoteSystem?: string | undefined;
    },
  ): number;
  /** Sets what a pool can hold, the first one unless named; 0 makes it full. What lies in it stays. */
  limitPool(capacityBytes: number, poolName?: string): void;
  /** Moves the array's clock against everybody else's. Adds up. */
  skewClock(ms: number): void;
  /** Makes every session cookie invalid. */
  expireSessions(): void;
}

const parseJson = (text: string): { readonly isValid: boolean; readonly value: unknown } => {
  if (text === '') return { isValid: true, value: undefined };
  try {
    return { isValid: true, value: JSON.parse(text) };
  } catch {
    return { isValid: false, value: text };
  }
};

// The journal can be read by anybody who can reach the testbed.
const withoutSecrets = (body: unknown): unknown => {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(Object.entries(body).filter(([key]) => !/password|secret/i.test(key)));
};

const defaultSerial = 20_040;

/** An InfiniBox in memory, as infinibox-api.md describes it. */
export const createSimulatedArray = (options: SimulatedArrayOptions): SimulatedArray => {
  const { clock, name = 'box-simulated', serial = defaultSerial, username, password } = options;
  const state = createArrayState(clock, { name, serial, username, password });
  const { pools, volumes, filesystems, groups, hosts, exports, metadata, users } = state;
  const findRoute = createRouter(state);
  const gate = createGate(options);

  const answer = (request: ArrayRequest, body: ReturnType<typeof parseJson>): Answer => {
    const found = findRoute(request.method, request.path.replace(/^\/api\/rest/, ''));
    if (request.caller !== 'trusted' && found?.route.isOpen !== true) {
      const user = users.authenticate(request.caller);
      if (found !== undefined) checkPermission(state, user, { ...found.route, params: found.params, body: body.value });
    }
    // Documented: an error object; 404 assumed. Source: section 1.6.
    if (found === undefined) throw notFound('PATH', `${request.method} ${request.path}`);
    if (!body.isValid) throw badRequest('the body is not JSON');
    const answered = found.route.run({
      params: found.params,
      query: request.query,
      body: body.value,
      credentials: request.caller === 'trusted' ? undefined : request.caller,
    });
    // Documented: there is an `extra` when the SDK asks with `include`. Assumed: nothing in it. Source: section 1.4.
    return request.query.has('include') ? { ...answered, extra: {} } : answered;
  };

  const poolForSetup = (): number => (pools.all()[0] ?? pools.add({ name: 'pool1' })).id;
  const getNamed = (datasetName: string): Dataset => {
    const dataset = volumes.findNamed(datasetName) ?? filesystems.findNamed(datasetName);
    if (dataset === undefined) throw notFound('DATASET', datasetName);
    return dataset;
  };

  return {
    clock,
    now: () => state.now(),
    skewClock: (ms) => state.skewClock(ms),
    expireSessions: () => users.expireSessions(),
    call: (request, signal) => {
      const body = parseJson(request.bodyText);
      const detail = { query: Object.fromEntries(request.query), body: withoutSecrets(body.value) };
      return gate({ what: `${request.method} ${request.path}`, detail, signal }, () => answer(request, body));
    },
    diskOf: (datasetName) => {
      const dataset = getNamed(datasetName);
      const writable = (): Map<string, unknown> => {
        if (dataset.isWriteProtected) throw new Error(`'${dataset.name}' is write-protected`);
        return dataset.content;
      };
      return {
        read: (path) => dataset.content.get(path),
        write: (path, content) => void writable().set(path, content),
        remove: (path) => void writable().delete(path),
        paths: () => [...dataset.content.keys()],
      };
    },
    contentOf: (datasetId) => (filesystems.find(datasetId) ?? volumes.get(datasetId)).content,
    addPool: (settings) => pools.add(settings).id,
    addVolume: ({ poolId = poolForSetup(), ...settings }) => volumes.addMaster({ ...settings, poolId }).id,
    addFilesystem: (settings) => filesystems.addMaster({ ...settings, poolId: poolForSetup() }).id,
    addExport: (filesystem_id, export_path) => void exports.create({ filesystem_id, export_path }),
    serialOf: (volumeId) => volumeSerial(serial, volumes.get(volumeId).serialId),
    addGroup: ({ name: groupName, members }) => {
      const poolIds = members.map((id) => (filesystems.find(id) ?? volumes.get(id)).poolId);
      const group = groups.create({ name: groupName, pool_id: poolIds[0] ?? poolForSetup() }, false);
      for (const dataset_id of members) groups.addMember(group.id, { dataset_id });
      return group.id;
    },
    addSnapshot: ({ parentId, createdAt, isPolicyMade, ...settings }) => {
      const datasets = volumes.find(parentId) === undefined ? filesystems : volumes;
      const createdByPolicyId = isPolicyMade === true ? 1 : undefined;
      return datasets.addSnapshot(datasets.get(parentId), {
        ...settings,
        createdAt: createdAt.getTime(),
        createdByPolicyId,
      }).id;
    },
    addUser: (user) => void users.add(user),
    setMetadata: (objectId, values) => void metadata.write(objectId, values),
    lock: (id, until) => {
      (volumes.find(id) ?? filesystems.get(id)).lockExpiresAt = until.getTime();
    },
    map: (volumeId, hostName) => {
      const host = hosts.findNamed(hostName) ?? hosts.add(hostName);
      hosts.map(host.id, { volume_id: volumeId });
    },
    replicate: (datasetId, { role = 'SOURCE', type = 'ASYNC', remoteSystem = 'box-remote' } = {}) =>
      state.replication.add({
        dataset: volumes.find(datasetId) ?? filesystems.get(datasetId),
        role,
        type,
        remoteSystem,
      }),
    limitPool: (capacityBytes, poolName) => {
      const pool = pools.all().find(({ name: each }) => poolName === undefined || each === poolName);
      if (pool === undefined) throw notFound('POOL', poolName ?? 'first');
      pools.limit(pool.id, capacityBytes);
    },
  };
};
