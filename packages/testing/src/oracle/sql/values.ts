import { oracleError } from '../oracle-error.js';

/** A TIMESTAMP WITH TIME ZONE. */
export interface Timestamp {
  readonly epochMs: number;
  readonly offsetMinutes: number;
}

/**
 * A value as Oracle sees it: NULL, VARCHAR2, NUMBER (`bigint` whenever it is whole, so that an SCN keeps all its digits),
 * DATE (wall-clock time of the database host in the UTC fields of a `Date`) and TIMESTAMP WITH TIME ZONE.
 */
export type Value = null | string | bigint | number | Date | Timestamp;

/** The type of a column, and how wide SQL*Plus shows it (bytes of a VARCHAR2; others have their own width). */
export interface ColumnType {
  readonly type: 'text' | 'number' | 'date' | 'timestamp';
  readonly width: number;
}

/** Three-valued logic: `null` is UNKNOWN. Source: SQL Language Reference, "Nulls". */
export type Truth = boolean | null;

export const isTimestamp = (value: Value): value is Timestamp =>
  typeof value === 'object' && value !== null && !(value instanceof Date);

/** '' is NULL. Source: SQL Language Reference, "Nulls". */
export const textOrNull = (text: string): string | null => (text === '' ? null : text);

/** A whole number becomes a `bigint`. */
export const numberValue = (number: number): bigint | number =>
  Number.isSafeInteger(number) ? BigInt(number) : number;

/** @throws {OracleError} ORA-01722 when a text is no number. */
export const toNumber = (value: Value): bigint | number | null => {
  if (value === null || typeof value === 'bigint' || typeof value === 'number') return value;
  if (typeof value !== 'string') throw oracleError('ORA-00932', 'NUMBER', 'DATE');
  const text = value.trim();
  if (/^[+-]?\d+$/.test(text)) return BigInt(text);
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return numberValue(Number(text));
  throw oracleError('ORA-01722');
};

const sign = (difference: number | bigint): number => (difference < 0 ? -1 : difference > 0 ? 1 : 0);

const compareNumbers = (a: bigint | number, b: bigint | number): number => (a < b ? -1 : a > b ? 1 : 0);

const instantOf = (value: Date | Timestamp): number =>
  value instanceof Date ? value.getTime() : value.epochMs + value.offsetMinutes * 60_000;

/**
 * Orders two values; a text beside a number is read as a number.
 *
 * @returns `null` when either is NULL.
 */
export const compareValues = (a: Value, b: Value): number | null => {
  if (a === null || b === null) return null;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === 'object' && typeof b === 'object') return sign(instantOf(a) - instantOf(b));
  if (typeof a === 'object' || typeof b === 'object') throw oracleError('ORA-01861');
  const left = toNumber(a);
  const right = toNumber(b);
  return left === null || right === null ? null : compareNumbers(left, right);
};

const arithmetic = {
  '+': [(a: bigint, b: bigint) => a + b, (a: number, b: number) => a + b],
  '-': [(a: bigint, b: bigint) => a - b, (a: number, b: number) => a - b],
  '*': [(a: bigint, b: bigint) => a * b, (a: number, b: number) => a * b],
} as const;

const dayMs = 86_400_000;

const calculateWithDate = (operator: string, a: Value, b: Value): Value => {
  if (a instanceof Date && b instanceof Date && operator === '-') {
    return numberValue((a.getTime() - b.getTime()) / dayMs);
  }
  const date = a instanceof Date ? a : b instanceof Date ? b : undefined;
  const days = toNumber(a instanceof Date ? b : a);
  if (date === undefined || days === null || (operator !== '+' && operator !== '-')) {
    throw oracleError('ORA-00932', 'NUMBER', 'DATE');
  }
  return new Date(date.getTime() + (operator === '-' ? -1 : 1) * Number(days) * dayMs);
};

/** `a operator b` for + - * /. Whole numbers stay exact; a DATE takes and gives days. */
export const calculate = (operator: '+' | '-' | '*' | '/', a: Value, b: Value): Value => {
  if (a === null || b === null) return null;
  if (typeof a === 'object' || typeof b === 'object') return calculateWithDate(operator, a, b);
  const left = toNumber(a);
  const right = toNumber(b);
  if (left === null || right === null) return null;
  if (operator === '/') {
    if (Number(right) === 0) throw oracleError('ORA-01476');
    const isExact = typeof left === 'bigint' && typeof right === 'bigint' && left % right === 0n;
    return isExact ? left / right : numberValue(Number(left) / Number(right));
  }
  const [whole, broken] = arithmetic[operator];
  return typeof left === 'bigint' && typeof right === 'bigint'
    ? whole(left, right)
    : numberValue(broken(Number(left), Number(right)));
};
