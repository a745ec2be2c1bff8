import { createAttempts, createCall } from './call.js';
import { InfiniboxError } from './errors.js';
import { type InfiniboxClientOptions, parseOptions } from './options.js';
import { createTransport } from './request.js';
import { type ConsistencyGroupCalls, createConsistencyGroups } from './resources/consistency-groups.js';
import { createDatasets, type DatasetCalls } from './resources/datasets.js';
import { createEvents, type EventCalls } from './resources/events.js';
import { createExports, type ExportCalls } from './resources/exports.js';
import { createFilesystems, type FilesystemCalls } from './resources/filesystems.js';
import { type ClusterCalls, createClusters, createHosts, type HostCalls } from './resources/hosts.js';
import { createNetworkSpaces, type NetworkSpaceCalls } from './resources/network-spaces.js';
import { createMetadata, type MetadataCalls } from './resources/object-metadata.js';
import { createPools, type PoolCalls } from './resources/pools.js';
import { createLinks, createReplicas, type LinkCalls, type ReplicaCalls } from './resources/replication.js';
import { createSnapshotGroups, type SnapshotGroupCalls } from './resources/snapshot-groups.js';
import { createSystem, type SystemCalls } from './resources/system.js';
import { createUsers, type UserCalls } from './resources/users.js';
import { createVolumes, type VolumeCalls } from './resources/volumes.js';
import { createSettle } from './settle.js';

/** One array, spoken to in its own words. */
export interface InfiniboxClient extends AsyncDisposable {
  readonly system: SystemCalls;
  readonly pools: PoolCalls;
  readonly volumes: VolumeCalls;
  readonly filesystems: FilesystemCalls;
  readonly datasets: DatasetCalls;
  readonly consistencyGroups: ConsistencyGroupCalls;
  readonly snapshotGroups: SnapshotGroupCalls;
  readonly metadata: MetadataCalls;
  readonly events: EventCalls;
  readonly hosts: HostCalls;
  readonly clusters: ClusterCalls;
  readonly exports: ExportCalls;
  readonly networkSpaces: NetworkSpaceCalls;
  readonly replicas: ReplicaCalls;
  readonly links: LinkCalls;
  readonly users: UserCalls;
  /** Ends the session, if there is one, lets calls in progress finish and closes the connections; later calls fail. */
  close(): Promise<void>;
}

/**
 * Creates a client of one array. Nothing is sent before the first call. With `authentication: 'basic'` every call carries the
 * credentials, so there is no session that could expire; with `'session'` one is begun when needed.
 *
 * @throws {InfiniboxInputError} An option is wrong. Names all that are.
 */
export const createInfiniboxClient = (options: InfiniboxClientOptions): InfiniboxClient => {
  const parsed = parseOptions(options);
  const transport = createTransport(parsed);
  const attempts = createAttempts(transport, parsed);
  const call = createCall(transport, attempts);
  const settle = createSettle(parsed.clock);
  const users = createUsers(call, { transport, attempts, username: parsed.username });

  const close = async () => {
    try {
      await users.logout();
    } catch (error) {
      // A session that cannot be ended from here ends by itself when it is idle: no failure of closing.
      if (!(error instanceof InfiniboxError)) throw error;
    } finally {
      await transport.close();
    }
  };

  return {
    system: createSystem(call),
    pools: createPools(call),
    volumes: createVolumes(call, settle),
    filesystems: createFilesystems(call, settle),
    datasets: createDatasets(call),
    consistencyGroups: createConsistencyGroups(call),
    snapshotGroups: createSnapshotGroups(call, settle),
    metadata: createMetadata(call),
    events: createEvents(call),
    hosts: createHosts(call),
    clusters: createClusters(call),
    exports: createExports(call),
    networkSpaces: createNetworkSpaces(call),
    replicas: createReplicas(call),
    links: createLinks(call),
    users,
    close,
    [Symbol.asyncDispose]: close,
  };
};
