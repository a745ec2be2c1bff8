import { z } from 'zod';
import { deleteWithApproval } from '../approval.js';
import type { Call, CallOptions } from '../call.js';
import { InfiniboxInputError, InfiniboxResponseError } from '../errors.js';
import { listPages } from '../pages.js';
import { type Filter, formatFilter } from '../query.js';
import { formatId } from '../wire.js';

/**
 * Sources disagree whether a value that was written as a number, boolean or object comes back as text, so all are made text.
 * Source: infinibox-api.md sections 5 and 8.1.
 */
const value = z.union([z.string(), z.json().transform((json) => JSON.stringify(json))]);

/** Source: infinibox-api.md section 5. */
const metadataItemSchema = z.looseObject({
  id: z.int(),
  object_id: z.int(),
  object_type: z.string().nullish(),
  key: z.string(),
  value,
});

/**
 * One key and value on one object.
 *
 * @useDeclaredType
 */
export type MetadataItem = z.output<typeof metadataItemSchema>;

/** What metadata can be looked for by. */
export type MetadataFilter = Filter<{ readonly key: string; readonly value: string; readonly object_id: number }>;

/** `/metadata`: key/value labels on volumes, snapshots and other objects. */
export interface MetadataCalls {
  /** Items of all objects. */
  list(filter?: MetadataFilter, options?: CallOptions): AsyncIterable<MetadataItem>;
  /** All items of one object. */
  read(objectId: number, options?: CallOptions): Promise<readonly MetadataItem[]>;
  /** Sets these keys in one call; other keys stay. */
  write(objectId: number, values: Readonly<Record<string, string>>, options?: CallOptions): Promise<void>;
  /** @returns `false` when there was no such key. */
  remove(objectId: number, key: string, options?: CallOptions): Promise<boolean>;
}

/** An empty key would address all metadata of the object. Source: infinibox-api.md sections 1.1 (slashes) and 5. */
const formatKey = (key: string): string => {
  if (key === '' || key === '.' || key === '..' || key.includes('/'))
    throw new InfiniboxInputError('Metadata key: expected text without a slash that is not empty, "." or ".."');
  return encodeURIComponent(key);
};

export const createMetadata = (call: Call): MetadataCalls => ({
  list: (filter = {}, { signal } = {}) =>
    listPages(call, { path: 'metadata', query: formatFilter(filter), item: metadataItemSchema, signal }),
  read: async (objectId, { signal } = {}) => {
    const items: MetadataItem[] = [];
    const request = { path: `metadata/${formatId(objectId)}`, query: [], item: metadataItemSchema, signal };
    for await (const item of listPages(call, request)) items.push(item);
    return items;
  },
  write: async (objectId, values, { signal } = {}) => {
    for (const key of Object.keys(values)) formatKey(key);
    await call({ method: 'PUT', path: `metadata/${formatId(objectId)}`, body: values, signal });
  },
  remove: async (objectId, key, { signal } = {}) => {
    try {
      await deleteWithApproval(call, { path: `metadata/${formatId(objectId)}/${formatKey(key)}`, signal });
      return true;
    } catch (error) {
      if (error instanceof InfiniboxResponseError && error.status === 404) return false;
      throw error;
    }
  },
});
