import { z } from 'zod';

/**
 * Zero means no host, or no cluster: a volume that is mapped to a cluster has one LUN of the cluster and one more, `clustered`
 * and with both ids, of each host in it.
 *
 * Source: infinibox-api.md section 3.8.
 */
export const lunSchema = z.looseObject({
  id: z.int(),
  lun: z.int(),
  clustered: z.boolean(),
  host_id: z.int(),
  host_cluster_id: z.int(),
  volume_id: z.int(),
});

/**
 * A mapping of a volume to a host or cluster.
 *
 * @useDeclaredType
 */
export type Lun = z.output<typeof lunSchema>;
