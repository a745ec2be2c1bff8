import type { z } from 'zod';
import { type Call, type CallOptions, named } from './call.js';
import { InfiniboxInputError, InfiniboxRefusedError } from './errors.js';
import { countObjects, listPages } from './pages.js';
import { type Filter, formatFields, formatFilter, formatSort, type SortKey } from './query.js';
import { decode, formatId } from './wire.js';

/** Which objects, and in which order: by id unless told. */
export interface ListQuery<Fields> {
  readonly filter?: Filter<Fields> | undefined;
  readonly sort?: readonly SortKey<Fields>[] | undefined;
  /** Objects per call, from 1 to 1 000, which is the default. */
  readonly page_size?: number | undefined;
}

/** The fields of an object that its schema names; the array may send more. */
export type KnownField<T> = keyof { [Name in keyof T as string extends Name ? never : Name]: true } & keyof T & string;

/** An object of which only some fields were asked for, and its id. */
export type Selected<T, Name extends KnownField<T>> = { [Field in Name | ('id' & KnownField<T>)]: T[Field] };

/** What can be read of a collection as a whole. */
export interface ListCalls<T, Fields> {
  /**
   * Lists page by page, holding one page at a time.
   *
   * @throws {InfiniboxListChangedError} while iterating, when the total changes between two pages.
   */
  list(query?: ListQuery<Fields> & { readonly fields?: undefined }, options?: CallOptions): AsyncIterable<T>;
  /** Lists only these fields of each object: less to send, and less to decode. */
  list<const Name extends KnownField<T>>(
    query: ListQuery<Fields> & { readonly fields: readonly Name[] },
    options?: CallOptions,
  ): AsyncIterable<Selected<T, Name>>;
  /**
   * The one that matches, if any. A name matches with its exact case, whatever the array says.
   *
   * @throws {InfiniboxRefusedError} `ambiguous`: several match.
   */
  find(filter: Filter<Fields>, options?: CallOptions): Promise<T | undefined>;
  /** The first one in the order asked for, if any. Asks for no more than that. */
  first(query?: Omit<ListQuery<Fields>, 'page_size'>, options?: CallOptions): Promise<T | undefined>;
  /** How many match, without listing them. */
  count(filter?: Filter<Fields>, options?: CallOptions): Promise<number>;
}

/** What can be read of a collection and of each object in it. */
export interface ReadCalls<T, Fields> extends ListCalls<T, Fields> {
  /** @throws {InfiniboxResponseError} with status 404 when there is none. */
  get(id: number, options?: CallOptions): Promise<T>;
}

/** Where a collection is, and what is in it. */
interface Collection<T> {
  readonly call: Call;
  /** Below the REST root: `volumes`. */
  readonly path: string;
  readonly schema: ObjectSchema<T>;
  /** Conditions of every query, encoded: what makes one collection of several that share a path. */
  readonly scope?: readonly string[];
}

/** An object's schema of which fields can be picked. */
type ObjectSchema<T> = z.ZodType<T> & {
  readonly shape: object;
  pick(names: Record<string, true>): z.ZodType;
};

/** Objects per call when one is expected. */
const findPageSize = 50;

export const createListCalls = <T extends { readonly id: number }, Fields>({
  call,
  path,
  schema,
  scope = [],
}: Collection<T>): ListCalls<T, Fields> => {
  const parametersOf = (filter: object, rest: readonly string[]): readonly string[] | undefined => {
    const conditions = formatFilter(filter);
    return conditions === undefined ? undefined : [...scope, ...conditions, ...rest];
  };

  const listAll = ({ filter = {}, sort = [], page_size }: ListQuery<Fields>, { signal }: CallOptions) =>
    listPages(call, { path, query: parametersOf(filter, formatSort(sort)), item: schema, pageSize: page_size, signal });

  const listFields = (query: ListQuery<Fields> & { readonly fields: readonly string[] }, { signal }: CallOptions) => {
    const { filter = {}, sort = [], page_size, fields } = query;
    const names = [...new Set(['id', ...fields])];
    if (names.some((name) => !Object.hasOwn(schema.shape, name)))
      throw new InfiniboxInputError(`fields: expected fields of ${path}`);
    const item = schema.pick(Object.fromEntries(names.map((name) => [name, true as const])));
    const parameters = parametersOf(filter, [...formatSort(sort), ...formatFields(names)]);
    return listPages(call, { path, query: parameters, item, pageSize: page_size, signal });
  };

  const list = (
    { fields, ...query }: ListQuery<Fields> & { readonly fields?: readonly string[] | undefined } = {},
    options: CallOptions = {},
  ) => (fields === undefined ? listAll(query, options) : listFields({ ...query, fields }, options));

  return {
    // What `fields` narrows the schema to is more than the compiler can follow.
    list: list as ListCalls<T, Fields>['list'],

    find: async (filter, options = {}) => {
      const found: T[] = [];
      for await (const object of listAll({ filter, page_size: findPageSize }, options)) {
        if (!isNamed(object, filter)) continue;
        found.push(object);
        if (found.length > 1)
          throw new InfiniboxRefusedError(
            named({ method: 'GET', path }),
            'ambiguous',
            `several ${path} match, such as ${found.map(describe).join(' and ')}`,
          );
      }
      return found[0];
    },

    first: async (query = {}, options = {}) => {
      for await (const object of listAll({ ...query, page_size: 1 }, options)) return object;
      return undefined;
    },

    count: (filter = {}, { signal } = {}) => countObjects(call, { path, query: parametersOf(filter, []), signal }),
  };
};

export const createReadCalls = <T extends { readonly id: number }, Fields>(
  collection: Collection<T>,
): ReadCalls<T, Fields> => ({
  ...createListCalls<T, Fields>(collection),
  get: (id, options = {}) =>
    readObject(collection.call, `${collection.path}/${formatId(id)}`, collection.schema, options),
});

/** Reads what one address names. */
export const readObject = async <T>(
  call: Call,
  path: string,
  schema: z.ZodType<T>,
  { signal }: CallOptions,
): Promise<T> => {
  const request = { method: 'GET', path, signal } as const;
  const { result } = await call(request);
  return decode(named(request), schema, result);
};

const describe = (object: { readonly id: number; readonly name?: unknown }): string =>
  `${typeof object.name === 'string' ? object.name : 'one'} (id ${object.id})`;

/** Whether the array's `eq` heeds case is not known. Source: infinibox-api.md section 8.0. */
const isNamed = (
  object: { readonly id: number; readonly name?: unknown },
  { name: condition }: { readonly name?: unknown },
): boolean => {
  const expected = typeof condition === 'object' && condition !== null && 'eq' in condition ? condition.eq : condition;
  return typeof expected !== 'string' || object.name === expected;
};
