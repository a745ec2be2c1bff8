import { z } from 'zod';
import { type Call, type CallOptions, named } from '../call.js';
import { decode, instant } from '../wire.js';

/** Source: infinibox-api.md section 3.6. */
const systemSchema = z.looseObject({
  name: z.string(),
  serial_number: z.int(),
  version: z.string(),
  install_timestamp: instant.nullish(),
  upgrade_timestamp: instant.nullish(),
  /** The array's clock. */
  localtime: z.looseObject({ utc_time: instant.optional() }).optional(),
});

/** The array itself, in its own spelling; fields that are not listed pass as they are. */
export type System = z.output<typeof systemSchema>;

/** `/system` */
export interface SystemCalls {
  /** Name, serial number, version and clock. */
  get(options?: CallOptions): Promise<System>;
}

export const createSystem = (call: Call): SystemCalls => ({
  get: async ({ signal } = {}) => {
    const request = { method: 'GET', path: 'system', signal } as const;
    const { result } = await call(request);
    return decode(named(request), systemSchema, result);
  },
});
