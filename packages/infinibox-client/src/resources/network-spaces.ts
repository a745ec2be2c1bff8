import { z } from 'zod';
import type { Call } from '../call.js';
import { createReadCalls, type ReadCalls } from '../collection.js';

/** Source: infinibox-api.md section 3.9. */
const networkSpaceSchema = z.looseObject({
  id: z.int(),
  name: z.string(),
  /** NAS_SERVICE, ISCSI_SERVICE, RMR_SERVICE, … */
  service: z.string(),
  ips: z.array(z.looseObject({ ip_address: z.string(), enabled: z.boolean().nullish() })),
});

/**
 * The addresses under which one service of the array is reached; fields that are not listed pass as they are.
 *
 * @useDeclaredType
 */
export type NetworkSpace = z.output<typeof networkSpaceSchema>;

/** The fields that network spaces are filtered and sorted by. */
export interface NetworkSpaceFields {
  readonly id: number;
  readonly name: string;
}

/** `/network/spaces`: where hosts reach the array. */
export type NetworkSpaceCalls = ReadCalls<NetworkSpace, NetworkSpaceFields>;

export const createNetworkSpaces = (call: Call): NetworkSpaceCalls =>
  createReadCalls<NetworkSpace, NetworkSpaceFields>({ call, path: 'network/spaces', schema: networkSpaceSchema });
