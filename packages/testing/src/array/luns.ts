import { z } from 'zod';
import { ArrayRefusal, parseBody } from './answer.js';
import type { WireRecord } from './query.js';

/** A volume under a number, for a host or a cluster. */
export interface Lun {
  readonly id: number;
  readonly lun: number;
  readonly volumeId: number;
}

/** Whose it is; 0 for none. A host's copy of a mapping of its cluster has both. */
interface LunOwner {
  readonly hostId: number;
  readonly clusterId: number;
}

// Documented: the SDK needs every one of these keys; no host or no cluster is 0. Source: infinibox-api.md section 3.8.
export const describeLun = ({ id, lun, volumeId }: Lun, { hostId, clusterId }: LunOwner): WireRecord => ({
  id,
  lun,
  clustered: clusterId !== 0,
  host_id: hostId,
  host_cluster_id: clusterId,
  volume_id: volumeId,
  udid: null,
});

/** The names that a list of mappings can be filtered by. */
export const lunFields: ReadonlySet<string> = new Set(
  Object.keys(describeLun({ id: 0, lun: 0, volumeId: 0 }, { hostId: 0, clusterId: 0 })),
);

const mapBody = z.strictObject({ volume_id: z.int(), lun: z.int().min(0).nullish() });

const firstFree = (taken: readonly Lun[]): number => {
  for (let lun = 1; ; lun += 1) if (taken.every((each) => each.lun !== lun)) return lun;
};

/**
 * What a mapping request asks for, on the first free number from 1 when it names none. Documented: the code, and "is
 * already mapped" in the message. Assumed: 409. Source: sections 1.6 and 3.8.
 *
 * @param taken  Whatever may not be met again: the mappings of the owner, and for a cluster those of its hosts.
 */
export const parseMapping = (body: unknown, taken: readonly Lun[], owner: string): Omit<Lun, 'id'> => {
  const { volume_id, lun } = parseBody(mapBody, body);
  if (taken.some((each) => each.volumeId === volume_id || each.lun === lun))
    throw new ArrayRefusal(409, 'MAPPING_ALREADY_EXISTS', `volume ${volume_id} is already mapped to '${owner}'`);
  return { volumeId: volume_id, lun: lun ?? firstFree(taken) };
};

/** Whether a mapping is the one that a path names. */
export const isLun =
  (by: 'lun' | 'volume_id', value: number) =>
  ({ lun, volumeId }: Lun): boolean =>
    (by === 'lun' ? lun : volumeId) === value;
