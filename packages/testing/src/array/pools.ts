import { z } from 'zod';
import { ArrayRefusal, approvalRequired, nameConflict, notFound, parseBody } from './answer.js';
import { allocatedBytes, type Dataset } from './dataset.js';
import { checkName } from './object-name.js';
import type { WireRecord } from './query.js';

interface Pool {
  readonly id: number;
  readonly createdAt: number;
  name: string;
  physicalCapacityBytes: number;
  virtualCapacityBytes: number;
  physicalCapacityWarning: number;
  physicalCapacityCritical: number;
  state: 'NORMAL' | 'LOCKED';
  isSsdEnabled: boolean;
  isCompressionEnabled: boolean;
  maxExtend: number;
  owners: readonly number[];
  updatedAt: number;
}

/** The pools of an array. Fields and counters are observed in saved replies of a 7.0 array. Source: infinibox-api.md section 3.4. */
export interface Pools {
  readonly fields: ReadonlySet<string>;
  all(): readonly Pool[];
  records(): readonly WireRecord[];
  /** @throws {ArrayRefusal} 404. */
  get(id: number): Pool;
  find(id: number): Pool | undefined;
  describe(pool: Pool): WireRecord;
  add(settings: { readonly name: string; readonly capacityBytes?: number | undefined }): Pool;
  create(body: unknown): Pool;
  update(id: number, body: unknown): Pool;
  /** `POST` and `DELETE pools/ID/owners/USER`. */
  setOwner(id: number, userId: number, isOwner: boolean): Pool;
  setState(id: number, state: Pool['state']): Pool;
  /** Sets both capacities, below what lies in the pool too. */
  limit(id: number, capacityBytes: number): void;
  /** Takes this much off both capacities of one pool and gives it to another. */
  moveCapacity(move: { readonly from: number; readonly to: number; readonly bytes: number }): void;
  /**
   * Whether a master of this size, or for 0 a snapshot, may be made in it.
   *
   * @throws {ArrayRefusal} 404 without such a pool, 409 when it is locked or has no room.
   */
  checkRoom(id: number, sizeBytes: number): void;
  remove(id: number, isApproved: boolean): Pool;
}

const createBody = z.strictObject({
  name: z.string(),
  virtual_capacity: z.int().min(1),
  physical_capacity: z.int().min(1),
  ssd_enabled: z.boolean().default(true),
  compression_enabled: z.boolean().default(true),
});

const updateBody = z
  .strictObject({
    name: z.string(),
    virtual_capacity: z.int().min(1),
    physical_capacity: z.int().min(1),
    physical_capacity_warning: z.int(),
    physical_capacity_critical: z.int(),
    ssd_enabled: z.boolean(),
    compression_enabled: z.boolean(),
    max_extend: z.int(),
    owners: z.array(z.int()),
  })
  .partial();

// Documented: capacities are rounded up to a multiple of 6 × 64 KiB. Source: section 3.4.
const storedCapacity = (bytes: number): number => Math.ceil(bytes / 393_216) * 393_216;

const capacityOfSetupBytes = 100_000_000_000_000;

const describePool = (pool: Pool, datasets: readonly Dataset[]): WireRecord => {
  const count = (kind: Dataset['kind'], isSnapshot: boolean) =>
    datasets.filter((dataset) => dataset.kind === kind && (dataset.parentId !== undefined) === isSnapshot).length;
  const allocated = datasets.reduce((sum, dataset) => sum + allocatedBytes(dataset), 0);
  const provisioned = datasets
    .filter(({ parentId }) => parentId === undefined)
    .reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return {
    id: pool.id,
    name: pool.name,
    created_at: pool.createdAt,
    updated_at: pool.updatedAt,
    physical_capacity: pool.physicalCapacityBytes,
    virtual_capacity: pool.virtualCapacityBytes,
    physical_capacity_warning: pool.physicalCapacityWarning,
    physical_capacity_critical: pool.physicalCapacityCritical,
    // Assumed: LIMITED is what a full pool is called. Source: section 3.4 names the word only.
    state: pool.state === 'NORMAL' && allocated >= pool.physicalCapacityBytes ? 'LIMITED' : pool.state,
    free_physical_space: pool.physicalCapacityBytes - allocated,
    free_virtual_space: pool.virtualCapacityBytes - provisioned,
    allocated_physical_space: allocated,
    reserved_capacity: 0,
    max_extend: pool.maxExtend,
    ssd_enabled: pool.isSsdEnabled,
    compression_enabled: pool.isCompressionEnabled,
    type: 'STANDARD',
    capacity_savings: 0,
    owners: pool.owners,
    qos_policies: [],
    volumes_count: count('VOLUME', false),
    filesystems_count: count('FILESYSTEM', false),
    snapshots_count: count('VOLUME', true),
    filesystem_snapshots_count: count('FILESYSTEM', true),
    entities_count: datasets.length,
    standard_volumes_count: count('VOLUME', false),
    standard_filesystems_count: count('FILESYSTEM', false),
    standard_snapshots_count: count('VOLUME', true),
    standard_filesystem_snapshots_count: count('FILESYSTEM', true),
    standard_entities_count: datasets.length,
    vvol_volumes_count: 0,
    vvol_snapshots_count: 0,
    vvol_entities_count: 0,
    tenant_id: 1,
  };
};

const newPool = (id: number, now: number, name: string): Pool => ({
  id,
  createdAt: now,
  updatedAt: now,
  name,
  physicalCapacityBytes: storedCapacity(capacityOfSetupBytes),
  virtualCapacityBytes: storedCapacity(capacityOfSetupBytes),
  physicalCapacityWarning: 80,
  physicalCapacityCritical: 90,
  state: 'NORMAL',
  isSsdEnabled: true,
  isCompressionEnabled: true,
  maxExtend: -1,
  owners: [],
});

export const createPools = (options: {
  readonly now: () => number;
  readonly nextId: () => number;
  readonly datasetsIn: (poolId: number) => readonly Dataset[];
}): Pools => {
  const { now, nextId, datasetsIn } = options;
  const byId = new Map<number, Pool>();
  const get = (id: number): Pool => {
    const pool = byId.get(id);
    if (pool === undefined) throw notFound('POOL', id);
    return pool;
  };
  const checkFree = (name: string) => {
    checkName(name);
    if ([...byId.values()].some((pool) => pool.name === name)) throw nameConflict('POOL', name);
  };
  const describe = (pool: Pool) => describePool(pool, datasetsIn(pool.id));
  const add: Pools['add'] = ({ name, capacityBytes = capacityOfSetupBytes }) => {
    checkFree(name);
    const pool = newPool(nextId(), now(), name);
    pool.physicalCapacityBytes = storedCapacity(capacityBytes);
    pool.virtualCapacityBytes = storedCapacity(capacityBytes);
    byId.set(pool.id, pool);
    return pool;
  };
  return {
    fields: new Set(Object.keys(describePool(newPool(0, 0, ''), []))),
    all: () => [...byId.values()],
    records: () => [...byId.values()].map(describe),
    get,
    find: (id) => byId.get(id),
    describe,
    add,
    create: (body) => {
      const wanted = parseBody(createBody, body);
      const pool = add({ name: wanted.name, capacityBytes: wanted.physical_capacity });
      pool.virtualCapacityBytes = storedCapacity(wanted.virtual_capacity);
      pool.isSsdEnabled = wanted.ssd_enabled;
      pool.isCompressionEnabled = wanted.compression_enabled;
      return pool;
    },
    update: (id, body) => {
      const pool = get(id);
      const wanted = parseBody(updateBody, body);
      if (wanted.name !== undefined && wanted.name !== pool.name) checkFree(wanted.name);
      pool.name = wanted.name ?? pool.name;
      pool.virtualCapacityBytes = storedCapacity(wanted.virtual_capacity ?? pool.virtualCapacityBytes);
      pool.physicalCapacityBytes = storedCapacity(wanted.physical_capacity ?? pool.physicalCapacityBytes);
      pool.physicalCapacityWarning = wanted.physical_capacity_warning ?? pool.physicalCapacityWarning;
      pool.physicalCapacityCritical = wanted.physical_capacity_critical ?? pool.physicalCapacityCritical;
      pool.isSsdEnabled = wanted.ssd_enabled ?? pool.isSsdEnabled;
      pool.isCompressionEnabled = wanted.compression_enabled ?? pool.isCompressionEnabled;
      pool.maxExtend = wanted.max_extend ?? pool.maxExtend;
      pool.owners = wanted.owners ?? pool.owners;
      pool.updatedAt = now();
      return pool;
    },
    setOwner: (id, userId, isOwner) => {
      const pool = get(id);
      const others = pool.owners.filter((owner) => owner !== userId);
      pool.owners = isOwner ? [...others, userId] : others;
      return pool;
    },
    setState: (id, state) => {
      const pool = get(id);
      pool.state = state;
      return pool;
    },
    limit: (id, capacityBytes) => {
      const pool = get(id);
      pool.physicalCapacityBytes = storedCapacity(capacityBytes);
      pool.virtualCapacityBytes = storedCapacity(capacityBytes);
    },
    moveCapacity: ({ from, to, bytes }) => {
      const [source, target] = [get(from), get(to)];
      for (const capacity of ['physicalCapacityBytes', 'virtualCapacityBytes'] as const) {
        source[capacity] -= bytes;
        target[capacity] += bytes;
      }
    },
    // Assumed, codes and statuses too: a locked pool takes nothing new, a full one neither; a master needs its whole size in
    // virtual capacity.
    checkRoom: (id, sizeBytes) => {
      const pool = get(id);
      const { free_physical_space, free_virtual_space } = describe(pool);
      if (pool.state === 'LOCKED') throw new ArrayRefusal(409, 'POOL_IS_LOCKED', `pool '${pool.name}' is locked`);
      if (Number(free_physical_space) <= 0 || (sizeBytes > 0 && Number(free_virtual_space) < sizeBytes))
        throw new ArrayRefusal(409, 'NOT_ENOUGH_POOL_CAPACITY', `pool '${pool.name}' has no room for this`);
    },
    // Documented: needs approval. Assumed: refused while it holds anything. Source: sections 1.7 and 3.4.
    remove: (id, isApproved) => {
      const pool = get(id);
      if (datasetsIn(id).length > 0) throw new ArrayRefusal(409, 'POOL_NOT_EMPTY', `pool '${pool.name}' is not empty`);
      if (!isApproved) throw approvalRequired(`deleting pool '${pool.name}'`);
      byId.delete(id);
      return pool;
    },
  };
};
