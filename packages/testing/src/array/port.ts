import { z } from 'zod';
import type { Departure } from './gate.js';
import {
  ArrayCallError,
  type ArrayPort,
  lockOf,
  type PortDataset,
  type PortGroup,
  type Surroundings,
  toDataset,
  type WireGroup,
  wireExport,
  wireGroup,
  wireItem,
  wireLock,
  wireLun,
  wireNamed,
  wireReplica,
  wireSystem,
} from './port-words.js';
import type { SimulatedArray } from './simulated-array.js';

const largestPageSize = 1000;

interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/api/rest`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

const wireBelonging = z.looseObject({
  id: z.int(),
  type: z.string(),
  dataset_type: z.string(),
  cg_id: z.int().nullable(),
});

const wireVolume = z.looseObject({ id: z.int(), name: z.string(), serial: z.string(), nguid: z.string().nullish() });

const wireSpace = z.looseObject({ service: z.string(), ips: z.array(z.looseObject({ ip_address: z.string() })) });

/** Of datasets that are not asked about, or were only just made. */
const nothingAround: Surroundings = { snapshotGroups: [], exportedIds: new Set() };

const readAnswer = (departure: Departure, what: string): unknown => {
  switch (departure.kind) {
    case 'answer':
      return departure.answer.result;
    case 'refusal': {
      const { status, code, message } = departure.refusal;
      // A server that failed half-way may have done it. Source: infinibox-api.md section 1.8.
      const outcome = status >= 500 ? 'unknown' : 'refused';
      throw new ArrayCallError(`${what}: ${message}`, { outcome, status, apiCode: code });
    }
    case 'garbage':
      throw new ArrayCallError(`${what}: the answer is not JSON`, { outcome: 'unknown' });
    case 'cut':
      throw new ArrayCallError(`${what}: no answer`, { outcome: 'unknown' });
  }
};

const rejectOnAbort = (signal: AbortSignal, what: string): Promise<never> =>
  new Promise((_, reject) => {
    const abort = () => reject(new ArrayCallError(`${what}: given up`, { outcome: 'unknown' }));
    signal.addEventListener('abort', abort, { once: true });
  });

const hasApiCode = (error: unknown, code: string): boolean => error instanceof ArrayCallError && error.apiCode === code;

const isMissing = (error: unknown): boolean => error instanceof ArrayCallError && error.status === 404;

export type { ArrayPort } from './port-words.js';

/**
 * The simulated array as core's port: no HTTP, the same journal texts, faults and holds as over REST. Errors are
 * `ArrayCallError`.
 */
export const arrayPort = (array: SimulatedArray): ArrayPort => {
  const call = async ({ method, path, query = {}, body, signal }: Call): Promise<unknown> => {
    const what = `${method} /api/rest${path}`;
    if (signal?.aborted === true) throw new ArrayCallError(`${what}: not sent`, { outcome: 'refused' });
    const request = {
      method,
      path: `/api/rest${path}`,
      query: new URLSearchParams(query),
      bodyText: body === undefined ? '' : JSON.stringify(body),
      caller: 'trusted' as const,
    };
    if (signal === undefined) return readAnswer(await array.call(request), what);
    return readAnswer(await Promise.race([rejectOnAbort(signal, what), array.call(request, signal)]), what);
  };

  // Approved on the array's plain demand alone: never on APPROVAL_REQUIRED_VOLUME_HAS_CHILDREN, for an approved delete takes
  // the children along. Source: infinibox-api.md section 4.7.
  const withApproval = async (request: Call): Promise<void> => {
    try {
      await call(request);
    } catch (error) {
      if (!hasApiCode(error, 'APPROVAL_REQUIRED')) throw error;
      await call({ ...request, query: { approved: 'true' } });
    }
  };
  const deleteWithApproval = (path: string): Promise<void> => withApproval({ method: 'DELETE', path });

  const list = async (path: string, filter: Readonly<Record<string, string>>): Promise<readonly unknown[]> => {
    const items: unknown[] = [];
    for (let page = 1; ; page += 1) {
      const query = { ...filter, page: String(page), page_size: String(largestPageSize) };
      const found = z.array(z.unknown()).parse(await call({ method: 'GET', path, query }));
      items.push(...found);
      if (found.length < largestPageSize) return items;
    }
  };

  const listGroups = async (filter: Readonly<Record<string, string>>) =>
    z.array(wireGroup).parse(await list('/cgs', filter));

  const among = (ids: readonly (number | string)[]) => `in:(${ids.join(',')})`;

  /** Reads what else there is to know about snapshots: their groups, and of filesystems the exports. */
  const readSurroundings = async (wires: readonly unknown[]): Promise<Surroundings> => {
    const snapshots = z
      .array(wireBelonging)
      .parse(wires)
      .filter(({ type }) => type === 'SNAPSHOT');
    const groupIds = snapshots.flatMap(({ cg_id }) => cg_id ?? []);
    const filesystemIds = snapshots.filter(({ dataset_type }) => dataset_type === 'FILESYSTEM').map(({ id }) => id);
    const groups = groupIds.length === 0 ? [] : await listGroups({ id: among(groupIds), type: 'eq:SNAPSHOT' });
    const exported = filesystemIds.length === 0 ? [] : await list('/exports', { filesystem_id: among(filesystemIds) });
    const exportedIds = z
      .array(wireExport)
      .parse(exported)
      .map(({ filesystem_id }) => filesystem_id);
    return { snapshotGroups: groups, exportedIds: new Set(exportedIds) };
  };

  const toDatasets = async (wires: readonly unknown[]): Promise<readonly PortDataset[]> => {
    const surroundings = await readSurroundings(wires);
    return wires.map((wire) => toDataset(wire, surroundings));
  };

  const listDatasets = async (filter: Readonly<Record<string, string>>) => toDatasets(await list('/datasets', filter));
  const findDataset = async (id: number) => (await listDatasets({ id: `eq:${id}` }))[0];

  const readGroup = async (group: WireGroup): Promise<PortGroup> => ({
    id: group.id,
    name: group.name,
    kind: group.type === 'MASTER' ? 'master' : 'snapshot',
    parentId: group.parent_id === 0 ? undefined : group.parent_id,
    members: await toDatasets(await list(`/cgs/${group.id}/members`, {})),
  });

  const namesIn = async (path: string, filter: Readonly<Record<string, string>>): Promise<readonly string[]> =>
    z
      .array(wireNamed)
      .parse(await list(path, filter))
      .map(({ name }) => name);

  const readMappings = async (id: number): Promise<readonly string[]> => {
    const luns = z.array(wireLun).parse(await list(`/volumes/${id}/luns`, {}));
    const clusterIds = luns.map(({ host_cluster_id }) => host_cluster_id).filter((each) => each !== 0);
    const hostIds = luns.filter(({ host_cluster_id }) => host_cluster_id === 0).map(({ host_id }) => host_id);
    const clusters = clusterIds.length === 0 ? [] : await namesIn('/clusters', { id: among(clusterIds) });
    const hosts = hostIds.length === 0 ? [] : await namesIn('/hosts', { id: among(hostIds) });
    return [...clusters.map((name) => `cluster ${name}`), ...hosts.map((name) => `host ${name}`)];
  };

  const readExports = async (id: number): Promise<readonly string[]> =>
    z
      .array(wireExport)
      .parse(await list('/exports', { filesystem_id: `eq:${id}` }))
      .map(({ export_path }) => export_path);

  const readReplicas = async (filter: Readonly<Record<string, string>>): Promise<readonly string[]> =>
    z
      .array(wireReplica)
      .parse(await list('/replicas', filter))
      .map(
        ({ id, role, replication_type }) => `replica ${id} (${role.toLowerCase()}, ${replication_type.toLowerCase()})`,
      );

  const lockAll = async (path: string, filter: Readonly<Record<string, string>>, until: Date): Promise<void> => {
    for (const wire of z.array(wireLock).parse(await list(path, filter)))
      if ((lockOf(wire)?.getTime() ?? 0) < until.getTime())
        await withApproval({ method: 'PUT', path: `${path}/${wire.id}`, body: { lock_expires_at: until.getTime() } });
  };

  const listItems = async (path: string, filter: Readonly<Record<string, string>>) =>
    z.array(wireItem).parse(await list(path, filter));

  return {
    readIdentity: async () => {
      const { name, serial_number, version, localtime } = wireSystem.parse(
        await call({ method: 'GET', path: '/system' }),
      );
      return { name, serial: String(serial_number), version, time: new Date(localtime.utc_time) };
    },

    findDatasets: async (type, names) => {
      const collection = type === 'volume' ? '/volumes' : '/filesystems';
      const found = await Promise.all(names.map((name) => list(collection, { name: `eq:${name}` })));
      return found.flat().map((wire) => toDataset(wire, nothingAround));
    },
    findGroups: async (name) => Promise.all((await listGroups({ name: `eq:${name}` })).map(readGroup)),

    listVolumes: async ({ serials, ids }) => {
      const of = async (filter: Readonly<Record<string, string>>) =>
        z.array(wireVolume).parse(await list('/volumes', filter));
      const found = [
        ...(serials.length === 0 ? [] : await of({ serial: among(serials) })),
        ...(ids.length === 0 ? [] : await of({ id: among(ids) })),
      ];
      const unique = [...new Map(found.map((volume) => [volume.id, volume])).values()];
      return unique.map(({ id, name, serial, nguid }) => ({ id, name, serial, nguid: nguid ?? undefined }));
    },
    findExports: async (paths) => {
      const found = await Promise.all(paths.map((path) => list('/exports', { export_path: `eq:${path}` })));
      const exports = z.array(wireExport).parse(found.flat());
      const ids = exports.map(({ filesystem_id }) => filesystem_id);
      const filesystems = ids.length === 0 ? [] : await listDatasets({ id: among(ids) });
      return exports.flatMap(({ export_path, inner_path, filesystem_id }) =>
        filesystems
          .filter(({ id }) => id === filesystem_id)
          .map(({ id, name }) => ({ exportPath: export_path, innerPath: inner_path, filesystem: { id, name } })),
      );
    },
    readNasAddresses: async () =>
      z
        .array(wireSpace)
        .parse(await list('/network/spaces', {}))
        .filter(({ service }) => service === 'NAS_SERVICE')
        .flatMap(({ ips }) => ips.map(({ ip_address }) => ip_address)),

    createSnapshots: async (request, { signal }) => {
      const { name } = request;
      const post = (path: string, body: unknown) => call({ method: 'POST', path, body, signal });
      const one = (path: string, parentId: number) => post(path, { parent_id: parentId, name });
      switch (request.kind) {
        case 'volumes': {
          const [only] = request.parents;
          if (request.parents.length === 1 && only !== undefined)
            return [toDataset(await one('/volumes', only.id), nothingAround)];
          const entities = request.parents.map(({ id }) => ({ id }));
          const made = await post('/volumes/group_snapshot', { entities, snap_prefix: `${name}_` });
          return z
            .array(z.unknown())
            .parse(made)
            .map((wire) => toDataset(wire, nothingAround));
        }
        case 'filesystem':
          return [toDataset(await one('/filesystems', request.parent.id), nothingAround)];
        case 'consistency-group': {
          const body = { parent_id: request.group.id, name, snap_prefix: `${name}_`, snap_suffix: '' };
          const group = wireGroup.parse(await post('/cgs', body));
          // The group is made by now, whatever becomes of this read.
          const members = await list(`/cgs/${group.id}/members`, {}).catch((error: unknown) => {
            throw new ArrayCallError(`POST /api/rest/cgs: ${String(error)}`, { outcome: 'unknown' });
          });
          const made = members.map((wire) => toDataset(wire, { ...nothingAround, snapshotGroups: [group] }));
          const isOneEach =
            made.length === request.parents.length &&
            request.parents.every(({ id }) => made.some(({ parentId }) => parentId === id));
          if (isOneEach) return made;
          throw new ArrayCallError('POST /api/rest/cgs: other members than expected', { outcome: 'unknown' });
        }
      }
    },

    findDataset,
    listDatasets: async (ids) => (ids.length === 0 ? [] : listDatasets({ id: among(ids) })),
    listSnapshotsNamed: (text) => listDatasets({ name: `like:${text}`, type: 'eq:SNAPSHOT' }),

    listLabels: async (key, options) =>
      (await listItems('/metadata', { key: `eq:${key}` })).flatMap(({ object_id, value }) =>
        object_id === 'system' || options?.of.has(object_id) === false ? [] : [{ objectId: object_id, key, value }],
      ),
    readLabels: async (objectId) =>
      Object.fromEntries((await listItems(`/metadata/${objectId}`, {})).map(({ key, value }) => [key, value])),
    writeLabels: async (objectId, labels) =>
      void (await call({ method: 'PUT', path: `/metadata/${objectId}`, body: labels })),

    lockSnapshots: async (ids, until) => {
      if (ids.length === 0) return;
      const wires = z.array(wireBelonging).parse(await list('/datasets', { id: among(ids) }));
      const groupIds = wires.flatMap(({ cg_id }) => cg_id ?? []);
      if (groupIds.length > 0) await lockAll('/cgs', { id: among(groupIds), type: 'eq:SNAPSHOT' }, until);
      // A lock of the group may or may not have become one of its members.
      for (const [type, path] of [
        ['VOLUME', '/volumes'],
        ['FILESYSTEM', '/filesystems'],
      ] as const) {
        const some = wires.filter(({ dataset_type }) => dataset_type === type).map(({ id }) => id);
        if (some.length > 0) await lockAll(path, { id: among(some) }, until);
      }
    },
    readUse: async ({ id, type, groupId, isMapped, hasChildren, isReplicated }) => ({
      mappedTo: isMapped && type === 'volume' ? await readMappings(id) : [],
      exportedAs: isMapped && type === 'filesystem' ? await readExports(id) : [],
      children: hasChildren
        ? [
            ...(await namesIn('/datasets', { parent_id: `eq:${id}` })),
            ...(groupId === undefined ? [] : await namesIn('/cgs', { parent_id: `eq:${groupId}` })),
          ]
        : [],
      replicas: isReplicated
        ? [
            ...(await readReplicas({ local_entity_id: `eq:${id}` })),
            ...(groupId === undefined ? [] : await readReplicas({ local_cg_id: `eq:${groupId}` })),
          ]
        : [],
    }),

    removeLabel: async (objectId, key) => {
      try {
        await deleteWithApproval(`/metadata/${objectId}/${encodeURIComponent(key)}`);
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    },

    deleteSnapshot: async (id) => {
      const found = await findDataset(id);
      if (found?.groupId !== undefined) await deleteWithApproval(`/cgs/${found.groupId}`);
      await deleteWithApproval(`/${found?.type === 'filesystem' ? 'filesystems' : 'volumes'}/${id}`);
    },
    listMembers: async (groupId) => toDatasets(await list(`/cgs/${groupId}/members`, {})),
  };
};
