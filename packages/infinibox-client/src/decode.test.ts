import { anything, assert, asyncProperty, constantFrom, jsonValue } from 'fast-check';
import { expect, test } from 'vitest';
import type { Call } from './call.js';
import { InfiniboxDecodeError, InfiniboxError } from './errors.js';
import { connect, failureOf, serve } from './fixtures/array-server.test.fixture.js';
import { createConsistencyGroups } from './resources/consistency-groups.js';
import { createDatasets } from './resources/datasets.js';
import { createEvents } from './resources/events.js';
import { createExports } from './resources/exports.js';
import { createFilesystems } from './resources/filesystems.js';
import { createClusters, createHosts } from './resources/hosts.js';
import { createMetadata } from './resources/object-metadata.js';
import { createPools } from './resources/pools.js';
import { createLinks, createReplicas } from './resources/replication.js';
import { createSnapshotGroups } from './resources/snapshot-groups.js';
import { createSystem } from './resources/system.js';
import { createVolumes } from './resources/volumes.js';

const unsettled = () => Promise.reject(new Error('not asked for'));
const drain = async (items: AsyncIterable<unknown>) => {
  for await (const _ of items);
};

/** Every call that decodes an object, against an array that answers `result`. */
const reads = (call: Call): Record<string, () => Promise<unknown>> => {
  const volumes = createVolumes(call, unsettled);
  const filesystems = createFilesystems(call, unsettled);
  const snapshotGroups = createSnapshotGroups(call, unsettled);
  return {
    system: () => createSystem(call).get(),
    capacity: () => createSystem(call).capacity(),
    clock: () => createSystem(call).clock(),
    volume: () => volumes.get(1),
    snapshot: () => volumes.snapshot({ parent_id: 1, name: 'a' }),
    groupSnapshot: () => volumes.groupSnapshot({ entities: [1], snap_prefix: 'p_' }),
    lock: () => volumes.lock(1, new Date(0)),
    delete: () => volumes.delete(1),
    filesystem: () => filesystems.get(1),
    filesystemSnapshot: () => filesystems.snapshot({ parent_id: 1, name: 'a' }),
    consistencyGroup: () => createConsistencyGroups(call).get(1),
    snapshotGroup: () => snapshotGroups.get(1),
    createGroup: () => snapshotGroups.create({ parent_id: 1, name: 'a', snap_prefix: 'p_' }),
    event: () => createEvents(call).createCustom({ level: 'INFO', description_template: 'a' }),
    pool: () => createPools(call).get(1),
    host: () => createHosts(call).get(1),
    cluster: () => createClusters(call).get(1),
    export: () => createExports(call).get(1),
    replica: () => createReplicas(call).get(1),
    link: () => createLinks(call).get(1),
  };
};

const names = Object.keys(reads(() => Promise.reject(new Error('not asked'))));

test('whatever an answer holds in place of an object is a decode error, never a crash', async () => {
  await assert(
    asyncProperty(constantFrom(...names), anything({ withDate: true, withBigInt: true }), async (name, result) => {
      const metadata = { number_of_objects: Array.isArray(result) ? result.length : 1 };
      const read = reads(async () => ({ status: 200, result, metadata }))[name];
      expect(await failureOf(read?.() ?? Promise.resolve())).toBeInstanceOf(InfiniboxDecodeError);
    }),
    { numRuns: 400 },
  );
});

test('whatever a list holds is a decode error, or the list changed, never a crash', async () => {
  await assert(
    asyncProperty(anything(), anything(), async (result, metadata) => {
      const call: Call = async () => ({ status: 200, result: [result], metadata });
      const lists = [
        createVolumes(call, unsettled).list(),
        createVolumes(call, unsettled).list({ fields: ['name'] }),
        createVolumes(call, unsettled).luns(1),
        createDatasets(call).list(),
        createEvents(call).list(),
        createMetadata(call).list(),
      ];
      for (const list of lists) expect(await failureOf(drain(list))).toBeInstanceOf(InfiniboxError);
    }),
    { numRuns: 200 },
  );
});

test('whatever JSON comes over the wire is an error of this client, never a crash', async () => {
  let json: unknown;
  const server = await serve(() => ({ json }));
  const { system } = connect(server, { retries: 0 });
  await assert(
    asyncProperty(jsonValue(), async (value) => {
      json = value ?? null;
      const error = await failureOf(system.get());
      expect(error).toBeInstanceOf(InfiniboxError);
    }),
    { numRuns: 100 },
  );
});
