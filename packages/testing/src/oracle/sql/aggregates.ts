import { type ColumnType, calculate, compareValues, type Value } from './values.js';

/** A group function over the values of a group; NULLs are already left out. */
export interface Aggregate {
  type(argument: ColumnType): ColumnType;
  value(values: readonly Value[]): Value;
}

const best =
  (wanted: 1 | -1) =>
  (values: readonly Value[]): Value =>
    values.reduce<Value>(
      (found, value) => (found === null || (compareValues(value, found) ?? 0) * wanted > 0 ? value : found),
      null,
    );

const sum = (values: readonly Value[]): Value =>
  values.length === 0 ? null : values.reduce<Value>((total, value) => calculate('+', total, value), 0n);

const number = (): ColumnType => ({ type: 'number', width: 10 });

/** Documented: SQL Language Reference, "Aggregate Functions". */
export const aggregates: ReadonlyMap<string, Aggregate> = new Map<string, Aggregate>([
  ['COUNT', { type: number, value: (values) => BigInt(values.length) }],
  ['SUM', { type: number, value: sum }],
  ['AVG', { type: number, value: (values) => calculate('/', sum(values), BigInt(values.length)) }],
  ['MIN', { type: (argument) => argument, value: best(-1) }],
  ['MAX', { type: (argument) => argument, value: best(1) }],
]);

/** A text that is equal for equal values and different for different ones. */
export const valueKey = (value: Value): string =>
  value === null
    ? '-'
    : typeof value === 'object'
      ? `d${JSON.stringify(value)}`
      : `${typeof value === 'string' ? 's' : 'n'}${value}`;
