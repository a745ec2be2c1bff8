import { badRequest } from './answer.js';
import type { WireRecord } from './query.js';

/** The fields of a search result. */
export const searchFields: ReadonlySet<string> = new Set(['id', 'type', 'properties']);

/**
 * `GET search?query=TEXT[&type=volume]`. Documented: the result's shape and the names of types. Assumed: a name that holds
 * the text in any case is found, and nothing but names is looked at. Source: infinibox-api.md section 2.4.
 *
 * @param objects  By type, in the array's words.
 * @returns The results, and what is left of the query for the list itself.
 */
export const search = (
  objects: Readonly<Record<string, readonly WireRecord[]>>,
  query: URLSearchParams,
): { readonly found: readonly WireRecord[]; readonly rest: URLSearchParams } => {
  const text = query.get('query')?.toLowerCase();
  if (text === undefined) throw badRequest('search needs a query');
  const rest = new URLSearchParams(query);
  rest.delete('query');
  const found = Object.entries(objects).flatMap(([type, records]) =>
    records
      .filter((record) => String(record['name']).toLowerCase().includes(text))
      .map((record) => ({ id: record['id'], type, properties: record })),
  );
  return { found, rest };
};
