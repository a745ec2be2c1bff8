import type { ArrayIdentity, Label, PrunableSnapshotArray, Volume } from './ports.js';

interface CallOptions {
  readonly signal?: AbortSignal;
}

/** A volume as the array spells it. Source: infinibox-api.md section 3.1. */
interface WireVolume {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly parent_id: number;
  readonly depth: number;
  readonly created_at: Date;
  readonly write_protected: boolean;
  readonly mapped: boolean;
  readonly has_children: boolean;
  readonly lock_expires_at?: Date | null | undefined;
  readonly lock_state?: string | null | undefined;
  readonly created_by_snapshot_policy_id?: number | null | undefined;
  readonly rmr_source?: boolean | undefined;
  readonly rmr_target?: boolean | undefined;
}

interface WireMetadataItem {
  readonly object_id: number;
  readonly key: string;
  readonly value: string;
}

/** The few calls of `@orasync/infinibox-client` that backup and retention make; the client fits as it is. */
export interface SnapshotArrayClient {
  readonly system: {
    get(options?: CallOptions): Promise<{
      readonly name: string;
      readonly serial_number: number;
      readonly version: string;
      readonly localtime?: { readonly utc_time?: Date | undefined } | undefined;
    }>;
  };
  readonly volumes: {
    list(query: {
      readonly filter: {
        readonly id?: { readonly in: readonly number[] };
        readonly name?: { readonly like: string } | { readonly in: readonly string[] };
        readonly type?: 'SNAPSHOT';
      };
    }): AsyncIterable<WireVolume>;
    find(filter: { readonly name: string } | { readonly id: number }): Promise<WireVolume | undefined>;
    snapshot(
      request: { readonly parent_id: number; readonly name: string },
      options?: CallOptions,
    ): Promise<WireVolume>;
    groupSnapshot(
      request: { readonly entities: readonly number[]; readonly snap_prefix: string },
      options?: CallOptions,
    ): Promise<readonly WireVolume[]>;
    delete(id: number): Promise<void>;
  };
  readonly metadata: {
    list(filter: { readonly key: string }): AsyncIterable<WireMetadataItem>;
    read(objectId: number): Promise<readonly WireMetadataItem[]>;
    write(objectId: number, values: Readonly<Record<string, string>>): Promise<void>;
    remove(objectId: number, key: string): Promise<unknown>;
  };
}

/** Ids in one query: keeps the address of the request well below the length that servers refuse. */
const idsPerQuery = 200;

const toVolume = (volume: WireVolume): Volume => ({
  id: volume.id,
  name: volume.name,
  kind: volume.type === 'MASTER' ? 'master' : 'snapshot',
  parentId: volume.parent_id === 0 ? undefined : volume.parent_id,
  depth: volume.depth,
  createdAt: volume.created_at,
  isWriteProtected: volume.write_protected,
  isMapped: volume.mapped,
  hasChildren: volume.has_children,
  lockExpiresAt: volume.lock_state === 'LOCKED' ? (volume.lock_expires_at ?? undefined) : undefined,
  isPolicyMade: (volume.created_by_snapshot_policy_id ?? null) !== null,
  isReplicated: volume.rmr_source === true || volume.rmr_target === true,
});

const collect = async <T, U>(items: AsyncIterable<T>, convert: (item: T) => U): Promise<U[]> => {
  const result: U[] = [];
  for await (const item of items) result.push(convert(item));
  return result;
};

/** The array behind a REST client, as core's port. The only file of core that knows the array's spelling. */
export const snapshotArray = ({ system, volumes, metadata }: SnapshotArrayClient): PrunableSnapshotArray => ({
  readIdentity: async (): Promise<ArrayIdentity> => {
    const { name, serial_number, version, localtime } = await system.get();
    return { name, serial: String(serial_number), version, time: localtime?.utc_time };
  },

  // One query per name: how the array escapes a comma or a parenthesis inside `in:(…)` is not known.
  // Source: infinibox-api.md section 2.1.
  findVolumes: async (names) => {
    const found = await Promise.all(names.map((name) => volumes.find({ name })));
    return found.filter((volume) => volume !== undefined).map(toVolume);
  },

  createSnapshots: async ({ name, parents }, { signal }) => {
    const [only] = parents;
    if (parents.length === 1 && only !== undefined)
      return [toVolume(await volumes.snapshot({ parent_id: only.id, name }, { signal }))];
    const entities = parents.map(({ id }) => id);
    const made = await volumes.groupSnapshot({ entities, snap_prefix: `${name}_` }, { signal });
    return made.map(toVolume);
  },

  findVolume: async (id) => {
    const volume = await volumes.find({ id });
    return volume === undefined ? undefined : toVolume(volume);
  },

  listVolumes: async (ids) => {
    const result: Volume[] = [];
    for (let start = 0; start < ids.length; start += idsPerQuery) {
      const filter = { id: { in: ids.slice(start, start + idsPerQuery) } };
      result.push(...(await collect(volumes.list({ filter }), toVolume)));
    }
    return result;
  },

  // Whether `like` heeds case is not known, so the text is compared here too. Source: infinibox-api.md section 8.0.
  listSnapshotsNamed: async (text) => {
    const found = await collect(volumes.list({ filter: { name: { like: text }, type: 'SNAPSHOT' } }), toVolume);
    return found.filter(({ name }) => name.toLowerCase().includes(text.toLowerCase()));
  },

  listLabels: (key) =>
    collect(metadata.list({ key }), ({ object_id, key, value }): Label => ({ objectId: object_id, key, value })),
  readLabels: async (objectId) =>
    Object.fromEntries((await metadata.read(objectId)).map(({ key, value }) => [key, value])),
  writeLabels: (objectId, labels) => metadata.write(objectId, labels),
  removeLabel: async (objectId, key) => void (await metadata.remove(objectId, key)),
  deleteSnapshot: (id) => volumes.delete(id),
});
