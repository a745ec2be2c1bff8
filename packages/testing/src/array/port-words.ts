import { z } from 'zod';

/** A volume in the words of core's port. */
export interface PortVolume {
  readonly id: number;
  readonly name: string;
  readonly kind: 'master' | 'snapshot';
  readonly parentId: number | undefined;
  readonly depth: number;
  readonly createdAt: Date;
  readonly isWriteProtected: boolean;
  readonly isMapped: boolean;
  readonly hasChildren: boolean;
  readonly lockExpiresAt: Date | undefined;
  readonly isPolicyMade: boolean;
  readonly isReplicated: boolean;
}

/** A key and value on an object, in the words of core's port. */
interface PortLabel {
  readonly objectId: number;
  readonly key: string;
  readonly value: string;
}

/** The same shape as core's `PrunableSnapshotArray`, declared here because this package imports none of ours. */
export interface ArrayPort {
  readIdentity(): Promise<{
    readonly name: string;
    readonly serial: string;
    readonly version: string;
    readonly time: Date | undefined;
  }>;
  findVolumes(names: readonly string[]): Promise<readonly PortVolume[]>;
  createSnapshots(
    request: { readonly name: string; readonly parents: readonly { readonly id: number; readonly name: string }[] },
    options: { readonly signal: AbortSignal },
  ): Promise<readonly PortVolume[]>;
  findVolume(id: number): Promise<PortVolume | undefined>;
  listVolumes(ids: readonly number[]): Promise<readonly PortVolume[]>;
  listSnapshotsNamed(text: string): Promise<readonly PortVolume[]>;
  listLabels(key: string): Promise<readonly PortLabel[]>;
  readLabels(objectId: number): Promise<Readonly<Record<string, string>>>;
  writeLabels(objectId: number, labels: Readonly<Record<string, string>>): Promise<void>;
  removeLabel(objectId: number, key: string): Promise<void>;
  deleteSnapshot(id: number): Promise<void>;
}

/** A call of the port that failed. */
export class ArrayCallError extends Error {
  override readonly name = 'ArrayCallError';
  /** `unknown`: it may have taken effect, now or later. */
  readonly outcome: 'refused' | 'unknown';
  /** `undefined` when no answer came. */
  readonly status: number | undefined;
  readonly apiCode: string | undefined;

  constructor(
    message: string,
    options: {
      readonly outcome: 'refused' | 'unknown';
      readonly status?: number | undefined;
      readonly apiCode?: string | undefined;
    },
  ) {
    super(message);
    this.outcome = options.outcome;
    this.status = options.status;
    this.apiCode = options.apiCode;
  }
}

const wireVolume = z.looseObject({
  id: z.int(),
  name: z.string(),
  type: z.string(),
  parent_id: z.int(),
  depth: z.int(),
  created_at: z.number().transform((ms) => new Date(ms)),
  write_protected: z.boolean(),
  mapped: z.boolean(),
  has_children: z.boolean(),
  lock_state: z.string(),
  lock_expires_at: z.number().nullable(),
  created_by_snapshot_policy_id: z.int().nullable(),
  rmr_source: z.boolean(),
  rmr_target: z.boolean(),
});

/** What the port reads of `GET system`. */
export const wireSystem = z.looseObject({
  name: z.string(),
  serial_number: z.int(),
  version: z.string(),
  localtime: z.object({ utc_time: z.number() }),
});

/** What the port reads of an item of metadata. */
export const wireItem = z.looseObject({
  object_id: z.union([z.int(), z.literal('system')]),
  key: z.string(),
  value: z.string(),
});

/** A volume of the wire in the port's words. */
export const toSnapshot = (wire: unknown): PortVolume => {
  const volume = wireVolume.parse(wire);
  return {
    id: volume.id,
    name: volume.name,
    kind: volume.type === 'MASTER' ? 'master' : 'snapshot',
    parentId: volume.parent_id === 0 ? undefined : volume.parent_id,
    depth: volume.depth,
    createdAt: volume.created_at,
    isWriteProtected: volume.write_protected,
    isMapped: volume.mapped,
    hasChildren: volume.has_children,
    lockExpiresAt:
      volume.lock_state === 'LOCKED' && volume.lock_expires_at !== null ? new Date(volume.lock_expires_at) : undefined,
    isPolicyMade: volume.created_by_snapshot_policy_id !== null,
    isReplicated: volume.rmr_source || volume.rmr_target,
  };
};
