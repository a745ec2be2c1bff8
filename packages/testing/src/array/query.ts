import { type Answer, badRequest } from './answer.js';
import { parseFilter } from './filter.js';

/** One object as the array spells it. */
export type WireRecord = Readonly<Record<string, unknown>>;

/**
 * Query parameters that are no filter, accepted everywhere. Documented as sent by the vendor's clients.
 * Source: infinibox-api.md section 7.0.
 */
const controls = new Set([
  'approved',
  'page',
  'page_size',
  'sort',
  'fields',
  'include',
  'replicate_to_async_target',
  'retain_staging_area',
  'delete_members',
  'create_replica',
  'replica_name',
]);

const isControl = (name: string): boolean => controls.has(name) || name.startsWith('force_');

/** Documented. Source: section 2.3. */
const defaultPageSize = 50;

/** Documented as the vendor's own limit; that a larger page is cut down to it is assumed. Source: sections 2.3, 8.2. */
const largestPageSize = 1000;

const checkField = (name: string, fields: ReadonlySet<string>): void => {
  if (!fields.has(name)) throw badRequest(`unknown field '${name}'`);
};

const parseNames = (text: string | null): readonly string[] => (text === null || text === '' ? [] : text.split(','));

const filtered = (records: readonly WireRecord[], query: URLSearchParams, fields: ReadonlySet<string>) =>
  [...query].reduce((kept, [name, text]) => {
    if (isControl(name)) return kept;
    checkField(name, fields);
    const matches = parseFilter(text);
    return kept.filter((record) => matches(record[name]));
  }, records);

// Nulls come first; what has no order, such as a list, stays in the array's own order. Assumed.
const orderOf = (a: unknown, b: unknown): number => {
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  return Number(a !== null) - Number(b !== null);
};

const sorted = (records: readonly WireRecord[], query: URLSearchParams, fields: ReadonlySet<string>) => {
  const keys = parseNames(query.get('sort')).map((key) => ({
    field: key.replace(/^-/, ''),
    direction: key.startsWith('-') ? -1 : 1,
  }));
  for (const { field } of keys) checkField(field, fields);
  return records.toSorted((a, b) => {
    for (const { field, direction } of keys) {
      const order = orderOf(a[field], b[field]);
      if (order !== 0) return order * direction;
    }
    return 0;
  });
};

const parsePositive = (query: URLSearchParams, name: string, fallback: number): number => {
  const text = query.get(name);
  if (text === null) return fallback;
  if (!/^\d+$/.test(text) || Number(text) < 1) throw badRequest(`${name} is a whole number from 1, not '${text}'`);
  return Number(text);
};

const withFields = (record: WireRecord, query: URLSearchParams, fields: ReadonlySet<string>): WireRecord => {
  const names = parseNames(query.get('fields'));
  if (names.length === 0) return record;
  for (const name of names) checkField(name, fields);
  return Object.fromEntries(names.map((name) => [name, record[name]]));
};

const pageOf = <Item>(items: readonly Item[], query: URLSearchParams) => {
  const page = parsePositive(query, 'page', 1);
  const page_size = Math.min(parsePositive(query, 'page_size', defaultPageSize), largestPageSize);
  const metadata = {
    number_of_objects: items.length,
    page_size,
    pages_total: Math.ceil(items.length / page_size),
    page,
  };
  return { items: items.slice((page - 1) * page_size, page * page_size), metadata };
};

/**
 * A list, filtered, sorted and cut into pages. All parameters are AND-ed; the records come in the array's own order,
 * which is the order of creation. Documented: filters, sort, page metadata, 400 for an unknown field. Assumed: that an
 * unknown name in `sort` and `fields` is refused too. Source: infinibox-api.md sections 2.1 to 2.3.
 *
 * @param fields  The names that may be asked for. They count also when there is no record.
 */
export const answerList = (
  records: readonly WireRecord[],
  query: URLSearchParams,
  fields: ReadonlySet<string>,
): Answer => {
  const { items, metadata } = pageOf(sorted(filtered(records, query, fields), query, fields), query);
  return { status: 200, result: items.map((record) => withFields(record, query, fields)), metadata };
};

/** The fields of an object that can be read without describing it. */
export type StoredFields<Item> = ReadonlyMap<string, (item: Item) => unknown>;

/**
 * The same for objects that are yet to be described: filters on stored fields come first, and a list with no other filter
 * and no order describes only the page that was asked for. So a large array answers about as fast as a small one.
 */
export const answerItems = <Item>(
  all: readonly Item[],
  describe: (items: readonly Item[]) => readonly WireRecord[],
  {
    query,
    fields,
    stored,
  }: {
    readonly query: URLSearchParams;
    readonly fields: ReadonlySet<string>;
    readonly stored: StoredFields<Item>;
  },
): Answer => {
  const rest = new URLSearchParams();
  const found = [...query].reduce((kept, [name, text]) => {
    const read = stored.get(name);
    if (read === undefined) {
      rest.append(name, text);
      return kept;
    }
    const matches = parseFilter(text);
    return kept.filter((item) => matches(read(item)));
  }, all);
  const isPlain = !rest.has('sort') && [...rest.keys()].every(isControl);
  if (!isPlain) return answerList(describe(found), rest, fields);
  const { items, metadata } = pageOf(found, rest);
  return { status: 200, result: describe(items).map((record) => withFields(record, rest, fields)), metadata };
};

/**
 * One object, or the fields of it that were asked for: always an object, never a bare value. Documented.
 * Source: section 2.2.
 */
export const answerObject = (record: WireRecord, query: URLSearchParams): Answer => {
  const fields = new Set(Object.keys(record));
  for (const name of query.keys()) if (!isControl(name)) checkField(name, fields);
  return { status: 200, result: withFields(record, query, fields) };
};
