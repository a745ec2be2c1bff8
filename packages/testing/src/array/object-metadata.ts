import { z } from 'zod';
import { approvalRequired, badRequest, notFound, parseBody } from './answer.js';
import type { WireRecord } from './query.js';

interface Item {
  readonly id: number;
  readonly objectId: number | 'system';
  readonly objectType: string;
  readonly key: string;
  value: string;
}

/**
 * Keys and values on the objects of an array. Documented: calls and results. Assumed: metadata goes with its object and
 * is not inherited by snapshots. Source: infinibox-api.md sections 5 and 8.2.
 */
export interface ObjectMetadata {
  readonly fields: ReadonlySet<string>;
  records(): readonly WireRecord[];
  /** @throws {ArrayRefusal} 404 for an object that does not exist. */
  recordsOf(objectId: number | 'system'): readonly WireRecord[];
  /** @throws {ArrayRefusal} 404 for a key that is not there; clients need exactly that status. */
  get(objectId: number | 'system', key: string): WireRecord;
  /** Upserts these keys and leaves others alone. @returns The items written. */
  write(objectId: number | 'system', body: unknown): readonly WireRecord[];
  /** @returns The items removed, as a list. */
  remove(objectId: number | 'system', key: string | undefined, isApproved: boolean): readonly WireRecord[];
  /** Forgets everything about an object that is gone. */
  forget(objectId: number): void;
}

const writeBody = z.record(z.string(), z.unknown());

// Assumed limits. Source: sections 5 and 8.2.
const longestKey = 255;
const valueLimitBytes = 32_768;

// Documented: scalars are read back as strings. Assumed: an object as its JSON. Source: section 5.
const storedValue = (key: string, value: unknown): string => {
  if (value === null) throw badRequest(`the value of '${key}' is null`);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (Buffer.byteLength(text) >= valueLimitBytes) throw badRequest(`the value of '${key}' has 32 KiB or more`);
  return text;
};

const describeItem = ({ id, objectId, objectType, key, value }: Item): WireRecord => ({
  id,
  object_id: objectId,
  object_type: objectType,
  key,
  value,
});

export const createObjectMetadata = (options: {
  /** What kind of object this is, in the array's words. @throws {ArrayRefusal} 404. */
  readonly typeOf: (objectId: number) => string;
}): ObjectMetadata => {
  let items: Item[] = [];
  let lastId = 9000;

  const typeOf = (objectId: number | 'system') => (objectId === 'system' ? 'system' : options.typeOf(objectId));
  const itemsOf = (objectId: number | 'system') => {
    typeOf(objectId);
    return items.filter((item) => item.objectId === objectId);
  };
  const getItem = (objectId: number | 'system', key: string): Item => {
    const item = itemsOf(objectId).find((each) => each.key === key);
    if (item === undefined) throw notFound('METADATA', key);
    return item;
  };
  const upsert = (objectId: number | 'system', key: string, value: string): Item => {
    const existing = itemsOf(objectId).find((item) => item.key === key);
    if (existing !== undefined) {
      existing.value = value;
      return existing;
    }
    lastId += 1;
    const item = { id: lastId, objectId, objectType: typeOf(objectId), key, value };
    items.push(item);
    return item;
  };

  return {
    fields: new Set(Object.keys(describeItem({ id: 0, objectId: 0, objectType: '', key: '', value: '' }))),
    records: () => items.map(describeItem),
    recordsOf: (objectId) => itemsOf(objectId).map(describeItem),
    get: (objectId, key) => describeItem(getItem(objectId, key)),
    write: (objectId, body) => {
      typeOf(objectId);
      const wanted = Object.entries(parseBody(writeBody, body)).map(([key, value]) => {
        if (key === '' || key.length > longestKey || key.includes('/')) throw badRequest(`'${key}' cannot be a key`);
        return { key, value: storedValue(key, value) };
      });
      return wanted.map(({ key, value }) => describeItem(upsert(objectId, key, value)));
    },
    // Assumed: needs approval, as the CSI driver and the SDK send it. Source: sections 1.7 and 5.
    remove: (objectId, key, isApproved) => {
      const doomed = key === undefined ? itemsOf(objectId) : [getItem(objectId, key)];
      if (!isApproved) throw approvalRequired('deleting metadata');
      items = items.filter((item) => !doomed.includes(item));
      return doomed.map(describeItem);
    },
    forget: (objectId) => {
      items = items.filter((item) => item.objectId !== objectId);
    },
  };
};
