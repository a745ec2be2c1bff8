import { InfiniboxInputError } from './errors.js';

type Scalar = string | number | boolean | Date;

/**
 * What a field must satisfy: its value, or operators of which each must hold. `like` finds a text within; whether it
 * heeds case is not known. `between` includes both ends. A field that holds a set is asked for what is in it.
 *
 * Source: infinibox-api.md section 2.1.
 */
export type Condition<T> =
  NonNullable<T> extends readonly (infer Member)[]
    ? {
        readonly anyof?: readonly Member[] | undefined;
        readonly allof?: readonly Member[] | undefined;
        readonly noneof?: readonly Member[] | undefined;
      }
    : T | (EqualityCondition<T> & OrderCondition<NonNullable<T>> & TextCondition<NonNullable<T>>);

interface EqualityCondition<T> {
  readonly eq?: T | undefined;
  readonly ne?: T | undefined;
  readonly in?: readonly NonNullable<T>[] | undefined;
  readonly notin?: readonly NonNullable<T>[] | undefined;
  readonly is?: null | undefined;
  readonly isnot?: null | undefined;
}

type OrderCondition<T> = [T] extends [boolean]
  ? unknown
  : {
      readonly gt?: T | undefined;
      readonly ge?: T | undefined;
      readonly lt?: T | undefined;
      readonly le?: T | undefined;
      readonly between?: readonly [from: T, to: T] | undefined;
    };

type TextCondition<T> = [T] extends [string] ? { readonly like?: string | undefined } : unknown;

/** One condition per field, all of which must hold. */
export type Filter<Fields> = { readonly [Field in keyof Fields]?: Condition<Fields[Field]> | undefined };

/** A field to sort by, ascending, or with `-` in front descending. */
export type SortKey<Fields> = `${'' | '-'}${keyof Fields & string}`;

const setOperators = ['anyof', 'allof', 'noneof'];
const listOperators = ['in', 'notin', 'between', ...setOperators];
const operators = [
  'eq',
  'ne',
  'gt',
  'ge',
  'lt',
  'le',
  'like',
  'in',
  'notin',
  'between',
  'is',
  'isnot',
  ...setOperators,
];

/** Booleans are written as the vendor's own client does. Source: infinibox-api.md section 2.1. */
const formatScalar = (field: string, value: unknown): string => {
  if (value === null) return 'null';
  if (value instanceof Date && !Number.isNaN(value.getTime())) return String(value.getTime());
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  throw new InfiniboxInputError(`Filter on ${field}: expected text, a finite number, a boolean, a valid Date or null`);
};

/** How the array escapes these characters inside a list is not known. Source: infinibox-api.md section 2.1. */
const formatList = (field: string, values: readonly unknown[]): string => {
  const texts = values.map((value) => formatScalar(field, value));
  if (texts.some((text) => /[(),]/.test(text)))
    throw new InfiniboxInputError(
      `Filter on ${field}: a list cannot hold text with a comma or parenthesis; ask one by one`,
    );
  return `(${texts.join(',')})`;
};

/** What an empty list means: that everything satisfies it, or for any other of these operators nothing. */
const satisfiedByAll = ['notin', 'allof', 'noneof'];

/** `undefined` when no object can satisfy it, empty when each does. */
const formatOperator = (field: string, operator: string, operand: unknown): string | undefined => {
  if (!operators.includes(operator)) throw new InfiniboxInputError(`Filter on ${field}: unknown operator ${operator}`);
  if (!listOperators.includes(operator)) return `${operator}:${formatScalar(field, operand)}`;
  if (!Array.isArray(operand) || (operator === 'between' && operand.length !== 2))
    throw new InfiniboxInputError(`Filter on ${field}: ${operator} takes a list`);
  if (operand.length === 0) return satisfiedByAll.includes(operator) ? '' : undefined;
  const list = formatList(field, operand);
  // Sets are written without parentheses. Source: infinibox-api.md section 2.1.
  return `${operator}:${setOperators.includes(operator) ? list.slice(1, -1) : list}`;
};

const isScalar = (condition: unknown): condition is Scalar | null =>
  condition === null || condition instanceof Date || typeof condition !== 'object';

/** Also encodes what `encodeURIComponent` leaves alone, as the vendor's own client does. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * Turns a filter into query parameters.
 *
 * @returns Such as `['name=eq%3Av1', 'size=ge%3A1']`, or `undefined` when no object can match (a field in an empty list).
 * @throws {InfiniboxInputError} A value cannot be written, or an operator does not exist.
 */
export const formatFilter = (filter: object): readonly string[] | undefined => {
  const parameters: string[] = [];
  for (const [field, condition] of Object.entries(filter) as [string, unknown][]) {
    if (condition === undefined) continue;
    const parts: [string, unknown][] = isScalar(condition) ? [['eq', condition]] : Object.entries(condition as object);
    for (const [operator, operand] of parts) {
      if (operand === undefined) continue;
      const text = formatOperator(field, operator, operand);
      if (text === undefined) return undefined;
      if (text !== '') parameters.push(`${encode(field)}=${encode(text)}`);
    }
  }
  return parameters;
};

/** @returns Such as `['sort=-created_at%2Cid']`, or nothing without keys. */
export const formatSort = (keys: readonly string[]): readonly string[] =>
  keys.length === 0 ? [] : [`sort=${encode(keys.join(','))}`];

/** Asks for these fields alone; the array always adds the id. Source: infinibox-api.md section 2.2. */
export const formatFields = (names: readonly string[]): readonly string[] => [`fields=${encode(names.join(','))}`];
