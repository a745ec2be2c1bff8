import { z } from 'zod';
import { type Call, type CallOptions, named } from '../call.js';
import { readObject } from '../collection.js';
import { InfiniboxDecodeError } from '../errors.js';
import { listPages } from '../pages.js';
import { instant } from '../wire.js';

/** Source: infinibox-api.md section 3.6. */
const systemSchema = z.looseObject({
  name: z.string(),
  serial_number: z.int(),
  version: z.string(),
  model: z.string().nullish(),
  install_timestamp: instant.nullish(),
  upgrade_timestamp: instant.nullish(),
  /** The array's clock. */
  localtime: z.looseObject({ utc_time: instant.optional() }).optional(),
});

/** Bytes. Source: infinibox-api.md section 3.6. */
const capacitySchema = z.looseObject({
  total_physical_capacity: z.int(),
  free_physical_space: z.int(),
  total_virtual_capacity: z.int(),
  free_virtual_space: z.int(),
  total_allocated_physical_space: z.int().nullish(),
});

/** One per node. Source: infinibox-api.md section 3.6. */
const ntpStatusSchema = z.looseObject({ last_probe_timestamp: instant });

/**
 * The array itself, in its own spelling; fields that are not listed pass as they are.
 *
 * @useDeclaredType
 */
export type System = z.output<typeof systemSchema>;

/**
 * What the array holds and has left, in bytes; fields that are not listed pass as they are.
 *
 * @useDeclaredType
 */
export type SystemCapacity = z.output<typeof capacitySchema>;

/** `/system` */
export interface SystemCalls {
  /** Name, serial number, version and clock. */
  get(options?: CallOptions): Promise<System>;
  capacity(options?: CallOptions): Promise<SystemCapacity>;
  /**
   * What the array's own clock shows, which decides about locks. Where the system does not tell, it is the time at which the
   * first node last asked its time servers, which is what the vendor's Kubernetes driver takes.
   */
  clock(options?: CallOptions): Promise<Date>;
}

const ntpStatusPath = 'system/ntp_status';

export const createSystem = (call: Call): SystemCalls => ({
  get: (options = {}) => readObject(call, 'system', systemSchema, options),
  capacity: (options = {}) => readObject(call, 'system/capacity', capacitySchema, options),
  clock: async (options = {}) => {
    const { localtime } = await readObject(call, 'system', systemSchema, options);
    if (localtime?.utc_time !== undefined) return localtime.utc_time;
    const nodes = listPages(call, { path: ntpStatusPath, query: [], item: ntpStatusSchema, signal: options.signal });
    for await (const { last_probe_timestamp } of nodes) return last_probe_timestamp;
    throw new InfiniboxDecodeError(named({ method: 'GET', path: ntpStatusPath }), ['result: expected a node']);
  },
});
