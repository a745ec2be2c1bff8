import { Buffer } from 'node:buffer';
import { OracleError, oracleError } from '../oracle-error.js';
import type { Column, Row } from '../sql/compile.js';
import { formatValue, parseDate } from '../sql/format.js';
import { isTimestamp, type Truth, toNumber, type Value } from '../sql/values.js';
import type { VariableType } from './syntax.js';

export interface Scalar {
  readonly kind: 'scalar';
  readonly type: VariableType;
  /** CONSTANT, or the index of a FOR loop. */
  readonly isConstant: boolean;
  value: Value;
  /** In place of `value` for a BOOLEAN. */
  truth: Truth;
}

/** The row that a FOR loop stands at. */
export interface RowVariable {
  readonly kind: 'row';
  readonly columns: readonly Column[];
  row: Row;
}

export interface ExceptionName {
  readonly kind: 'exception';
  /** The ORA number that it stands for, negative; `undefined`: raised by RAISE alone. */
  code: number | undefined;
}

/** The names of one block, and the block around it. */
export interface Frame {
  readonly names: Map<string, Scalar | RowVariable | ExceptionName>;
  readonly outer: Frame | undefined;
}

export const createFrame = (outer?: Frame): Frame => ({ names: new Map(), outer });

export const findName = (frame: Frame | undefined, name: string): Scalar | RowVariable | ExceptionName | undefined =>
  frame && (frame.names.get(name) ?? findName(frame.outer, name));

export const createScalar = (type: VariableType, isConstant = false): Scalar => ({
  kind: 'scalar',
  type,
  isConstant,
  value: null,
  truth: null,
});

const wrongValue = (what: string): OracleError => oracleError('ORA-06502', what);

/** PLS_INTEGER and INTEGER round half away from zero. Documented: PL/SQL Language Reference, "PLS_INTEGER". */
const rounded = (value: bigint | number): bigint =>
  typeof value === 'bigint' ? value : BigInt(Math.sign(value) * Math.round(Math.abs(value)));

const numberFor = (type: VariableType, value: Value): Value => {
  try {
    const number = toNumber(value);
    return number === null || type.isWhole !== true ? number : rounded(number);
  } catch (error) {
    if (!(error instanceof OracleError)) throw error;
    throw wrongValue('character to number conversion error');
  }
};

/**
 * A value as a variable of this type holds it.
 *
 * @throws {OracleError} ORA-06502 when it does not fit. Documented: PL/SQL Language Reference, VALUE_ERROR.
 */
export const valueFor = (type: VariableType, value: Value, dateMask: string): Value => {
  if (value === null) return null;
  switch (type.kind) {
    case 'number':
      return numberFor(type, value);
    case 'text': {
      const text = formatValue(value, dateMask);
      if (Buffer.byteLength(text) > (type.mostBytes ?? 32_767)) throw wrongValue('character string buffer too small');
      return text;
    }
    case 'date':
      if (value instanceof Date) return value;
      if (isTimestamp(value)) {
        return new Date(Math.floor((value.epochMs + value.offsetMinutes * 60_000) / 1000) * 1000);
      }
      return parseDate(formatValue(value, dateMask), dateMask);
    case 'timestamp':
      if (isTimestamp(value)) return value;
      throw wrongValue('character to timestamp conversion error');
    case 'boolean':
      throw wrongValue('expression is of wrong type');
  }
};
