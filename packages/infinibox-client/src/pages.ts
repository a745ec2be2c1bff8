import { z } from 'zod';
import { type Call, type CallRequest, named } from './call.js';
import { InfiniboxInputError, InfiniboxListChangedError } from './errors.js';
import { decode } from './wire.js';

/** The most that the array gives at once. Source: infinibox-api.md section 2.3. */
const maxPageSize = 1_000;

/** `number_of_objects` counts all matches, on all pages. Source: infinibox-api.md section 2.3. */
const listMetadata = z.looseObject({ number_of_objects: z.int().min(0) });

/** What to list. */
interface ListRequest<T> {
  readonly path: string;
  /** Encoded parameters; `undefined` lists nothing without asking the array. */
  readonly query: readonly string[] | undefined;
  readonly item: z.ZodType<T>;
  readonly pageSize?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Lists page by page, holding one page at a time. Without page parameters the array would give 50 objects and no more.
 *
 * @throws {InfiniboxListChangedError} The total changed between two pages. An object replaced by another one in the
 *   meantime goes unnoticed, so whoever must not miss one lists again and compares.
 */
export async function* listPages<T>(call: Call, request: ListRequest<T>): AsyncGenerator<T, void, undefined> {
  const { path, query, item, pageSize = maxPageSize, signal } = request;
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > maxPageSize)
    throw new InfiniboxInputError(`page_size: expected an integer from 1 to ${maxPageSize}`);
  if (query === undefined) return;
  const items = z.array(item);
  let total: number | undefined;
  let seen = 0;
  for (let page = 1; total === undefined || seen < total; page += 1) {
    const get = {
      method: 'GET',
      path,
      query: [...query, `page=${page}`, `page_size=${pageSize}`],
      signal,
    } satisfies CallRequest;
    const { result, metadata } = await call(get);
    const objects = decode(named(get), items, result);
    const { number_of_objects } = decode(named(get), listMetadata, metadata, 'metadata');
    total ??= number_of_objects;
    seen += objects.length;
    // Fewer objects than announced means that some left; more means that some came.
    if (number_of_objects !== total || seen > total || (objects.length === 0 && seen < total))
      throw new InfiniboxListChangedError(named(get), total, number_of_objects === total ? seen : number_of_objects);
    yield* objects;
  }
}

/** Counts without listing: the total stands beside any page. `undefined` as query matches nothing. */
export const countObjects = async (
  call: Call,
  { path, query, signal }: Pick<ListRequest<never>, 'path' | 'query' | 'signal'>,
): Promise<number> => {
  if (query === undefined) return 0;
  const get = { method: 'GET', path, query: [...query, 'page=1', 'page_size=1'], signal } satisfies CallRequest;
  const { metadata } = await call(get);
  return decode(named(get), listMetadata, metadata, 'metadata').number_of_objects;
};
