import { z } from 'zod';
import type { Call } from '../call.js';
import { createReadCalls, type ReadCalls } from '../collection.js';
import { instant } from '../wire.js';

/** Capacities are bytes. Source: infinibox-api.md section 3.4. */
const poolSchema = z.looseObject({
  id: z.int(),
  name: z.string(),
  /** `NORMAL`, `LIMITED` when the critical mark is passed, `LOCKED`. */
  state: z.string(),
  physical_capacity: z.int(),
  virtual_capacity: z.int(),
  free_physical_space: z.int(),
  free_virtual_space: z.int(),
  allocated_physical_space: z.int(),
  /** Percent. */
  physical_capacity_warning: z.int().nullish(),
  /** Percent. */
  physical_capacity_critical: z.int().nullish(),
  /** How far the pool may grow by itself; -1 without limit. */
  max_extend: z.int().nullish(),
  /** Ids of the users who manage it. */
  owners: z.array(z.int()).nullish(),
  volumes_count: z.int().nullish(),
  snapshots_count: z.int().nullish(),
  filesystems_count: z.int().nullish(),
  created_at: instant.nullish(),
  updated_at: instant.nullish(),
});

/**
 * A pool, in the array's own spelling; fields that are not listed pass as they are.
 *
 * @useDeclaredType
 */
export type Pool = z.output<typeof poolSchema>;

/** The fields that pools are filtered and sorted by. Source: infinibox-api.md section 3.4. */
export interface PoolFields {
  readonly id: number;
  readonly name: string;
  readonly state: 'NORMAL' | 'LIMITED' | 'LOCKED';
  readonly physical_capacity: number;
  readonly virtual_capacity: number;
}

/** `/pools`: where datasets take their capacity from. */
export type PoolCalls = ReadCalls<Pool, PoolFields>;

export const createPools = (call: Call): PoolCalls =>
  createReadCalls<Pool, PoolFields>({ call, path: 'pools', schema: poolSchema });
