import { z } from 'zod';
import type { Call, CallOptions } from '../call.js';
import { createReadCalls, type ReadCalls } from '../collection.js';
import { listPages } from '../pages.js';
import { instant } from '../wire.js';
import { objectPath } from './dataset.js';
import { type Lun, lunSchema } from './luns.js';

const sanClientShape = {
  id: z.int(),
  name: z.string(),
  luns: z.array(lunSchema).nullish(),
  created_at: instant.nullish(),
  updated_at: instant.nullish(),
};

/** Source: infinibox-api.md section 3.8. */
const hostSchema = z.looseObject({
  ...sanClientShape,
  ports: z.array(z.looseObject({ type: z.string(), address: z.string() })),
  /** 0 for none. */
  host_cluster_id: z.int().nullish(),
});

/** Source: infinibox-api.md section 3.8. */
const clusterSchema = z.looseObject({ ...sanClientShape, hosts: z.array(z.looseObject({ id: z.int() })) });

/**
 * A host that volumes are mapped to, in the array's own spelling; fields that are not listed pass as they are.
 *
 * @useDeclaredType
 */
export type Host = z.output<typeof hostSchema>;

/**
 * A cluster of hosts, in the array's own spelling; fields that are not listed pass as they are.
 *
 * @useDeclaredType
 */
export type Cluster = z.output<typeof clusterSchema>;

/** The fields that hosts are filtered and sorted by. */
export interface HostFields extends ClusterFields {
  readonly host_cluster_id: number;
}

/** The fields that clusters are filtered and sorted by. */
export interface ClusterFields {
  readonly id: number;
  readonly name: string;
}

/** `/hosts`: who uses volumes. */
export interface HostCalls extends ReadCalls<Host, HostFields> {
  /** The volumes mapped to it, directly or through its cluster. */
  luns(id: number, options?: CallOptions): AsyncIterable<Lun>;
}

/** `/clusters`: hosts that use volumes together. */
export interface ClusterCalls extends ReadCalls<Cluster, ClusterFields> {
  /** The volumes mapped to it. */
  luns(id: number, options?: CallOptions): AsyncIterable<Lun>;
}

const listLuns =
  (call: Call, collection: string) =>
  (id: number, { signal }: CallOptions = {}): AsyncIterable<Lun> =>
    listPages(call, { path: `${objectPath(collection, id)}/luns`, query: [], item: lunSchema, signal });

export const createHosts = (call: Call): HostCalls => ({
  ...createReadCalls<Host, HostFields>({ call, path: 'hosts', schema: hostSchema }),
  luns: listLuns(call, 'hosts'),
});

export const createClusters = (call: Call): ClusterCalls => ({
  ...createReadCalls<Cluster, ClusterFields>({ call, path: 'clusters', schema: clusterSchema }),
  luns: listLuns(call, 'clusters'),
});
