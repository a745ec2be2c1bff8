import { Buffer } from 'node:buffer';
import { oracleError } from '../oracle-error.js';
import { formatDate, formatNumber, formatValue, parseDate } from './format.js';
import {
  type ColumnType,
  compareValues,
  isTimestamp,
  numberValue,
  type Timestamp,
  type Truth,
  textOrNull,
  toNumber,
  type Value,
} from './values.js';

/** What the session that runs a statement knows of itself. */
export interface SqlContext {
  readonly user: string;
  readonly dateMask: string;
  /** Minutes the database host is ahead of UTC. */
  readonly offsetMinutes: number;
  nowMs(): number;
  /** SYS_CONTEXT('USERENV', name). */
  userenv(name: string): string | null;
  /** A variable of the PL/SQL block around, or a field of one of its records. Columns go before them. */
  variable?(name: string, record: string | undefined): (ColumnType & { value(): Value }) | undefined;
  /** A BOOLEAN of the PL/SQL block around. */
  truth?(name: string): (() => Truth) | undefined;
}

/** A single-row function: how many arguments it takes, what type it gives, and its value. */
export interface SqlFunction {
  readonly arguments: readonly [least: number, most: number];
  type(args: readonly ColumnType[]): ColumnType;
  value(args: readonly Value[], context: SqlContext): Value;
}

const text = (width: number) => (): ColumnType => ({ type: 'text', width });
const number = (): ColumnType => ({ type: 'number', width: 10 });
const likeFirst = (args: readonly ColumnType[]): ColumnType => args[0] ?? { type: 'text', width: 0 };
/** As wide as it can get, or sqlplus would break its values over lines. The width itself: assumed. */
const replaced = ([source, from, to]: readonly ColumnType[]): ColumnType => {
  const growth = Math.ceil((to?.width ?? 0) / Math.max(1, from?.width ?? 1));
  return { type: 'text', width: Math.min(4000, (source?.width ?? 0) * Math.max(1, growth)) };
};
const widest = (args: readonly ColumnType[]): ColumnType => ({
  type: args[0]?.type ?? 'text',
  width: Math.max(0, ...args.map(({ width }) => width)),
});

const asText = (value: Value | undefined, context: SqlContext): string =>
  value === null || value === undefined ? '' : formatValue(value, context.dateMask);

/** A function of texts: NULL counts as '' and '' comes out as NULL. */
const ofTexts =
  (apply: (...texts: string[]) => string) =>
  (args: readonly Value[], context: SqlContext): Value =>
    textOrNull(apply(...args.map((value) => asText(value, context))));

/** A function of numbers: NULL when an argument is. */
const ofNumbers =
  (apply: (...numbers: number[]) => number) =>
  (args: readonly Value[]): Value => {
    const numbers = args.map(toNumber);
    return numbers.includes(null) ? null : numberValue(apply(...numbers.map(Number)));
  };

const wallTimeOf = (stamp: Timestamp): Date => new Date(stamp.epochMs + stamp.offsetMinutes * 60_000);

const toChar = (args: readonly Value[], context: SqlContext): Value => {
  const [value = null, mask = null] = args;
  if (value === null || mask === null) return value === null ? null : formatValue(value, context.dateMask);
  const picture = asText(mask, context);
  if (value instanceof Date) return textOrNull(formatDate(value, picture));
  if (isTimestamp(value)) return textOrNull(formatDate(wallTimeOf(value), picture, value.offsetMinutes));
  return formatNumber(toNumber(value) ?? 0n, picture);
};

const decode = ([subject = null, ...rest]: readonly Value[]): Value => {
  for (let index = 0; index + 1 < rest.length; index += 2) {
    const candidate = rest[index] ?? null;
    // DECODE, unlike =, takes NULL for equal to NULL. Source: SQL Language Reference, "DECODE".
    if (subject === null ? candidate === null : compareValues(subject, candidate) === 0) return rest[index + 1] ?? null;
  }
  return rest.length % 2 === 1 ? (rest.at(-1) ?? null) : null;
};

const substr = (args: readonly Value[], context: SqlContext): Value => {
  const source = asText(args[0], context);
  const position = Number(toNumber(args[1] ?? null) ?? 1n);
  const length = args.length > 2 ? Number(toNumber(args[2] ?? null) ?? 0n) : source.length;
  const start = position < 0 ? source.length + position : Math.max(position - 1, 0);
  return start < 0 ? null : textOrNull(source.slice(start, start + length));
};

const pad =
  (side: 'padStart' | 'padEnd') =>
  (args: readonly Value[], context: SqlContext): Value => {
    const length = Number(toNumber(args[1] ?? null) ?? 0n);
    return textOrNull(
      asText(args[0], context)
        [side](length, args.length > 2 ? asText(args[2], context) : ' ')
        .slice(0, length),
    );
  };

const cast = ([value = null, type = null]: readonly Value[], context: SqlContext): Value => {
  if (value === null) return null;
  if (type === 'NUMBER' || type === 'INTEGER') return toNumber(value);
  if (type === 'DATE')
    return isTimestamp(value) ? new Date(Math.floor(wallTimeOf(value).getTime() / 1000) * 1000) : value;
  if (type === 'TIMESTAMP') {
    return value instanceof Date
      ? { epochMs: value.getTime() - context.offsetMinutes * 60_000, offsetMinutes: context.offsetMinutes }
      : value;
  }
  return formatValue(value, context.dateMask);
};

const extreme =
  (wanted: 1 | -1) =>
  (args: readonly Value[]): Value =>
    args.includes(null)
      ? null
      : args.reduce<Value>(
          (best, value) => ((compareValues(value, best) ?? 0) * wanted > 0 ? value : best),
          args[0] ?? null,
        );

const round =
  (how: (scaled: number) => number) =>
  (args: readonly Value[]): Value => {
    const [value = null, digits = 0n] = args;
    if (value instanceof Date) return new Date(Math.floor(value.getTime() / 86_400_000) * 86_400_000);
    return ofNumbers((first, places) => how(first * 10 ** (places ?? 0)) / 10 ** (places ?? 0))([value, digits]);
  };

const castType = (args: readonly ColumnType[]): ColumnType => args[0] ?? { type: 'text', width: 100 };

/** Documented: SQL Language Reference, "Single-Row Functions"; UTL_RAW: PL/SQL Packages and Types Reference. */
export const sqlFunctions: ReadonlyMap<string, SqlFunction> = new Map<string, SqlFunction>([
  [
    'TO_CHAR',
    {
      arguments: [1, 3],
      type: (args) => ({ type: 'text', width: args[0]?.type === 'number' ? 40 : 75 }),
      value: toChar,
    },
  ],
  ['TO_NUMBER', { arguments: [1, 3], type: number, value: ([value = null]) => toNumber(value) }],
  [
    'TO_DATE',
    {
      arguments: [1, 3],
      type: () => ({ type: 'date', width: 9 }),
      value: ([value = null, mask = null], context) =>
        value === null
          ? null
          : parseDate(asText(value, context), mask === null ? context.dateMask : asText(mask, context)),
    },
  ],
  ['NVL', { arguments: [2, 2], type: widest, value: ([value = null, other = null]) => value ?? other }],
  [
    'NVL2',
    {
      arguments: [3, 3],
      type: (args) => widest(args.slice(1)),
      value: ([value = null, one = null, other = null]) => (value === null ? other : one),
    },
  ],
  ['COALESCE', { arguments: [1, 99], type: widest, value: (args) => args.find((value) => value !== null) ?? null }],
  [
    'NULLIF',
    { arguments: [2, 2], type: likeFirst, value: ([a = null, b = null]) => (compareValues(a, b) === 0 ? null : a) },
  ],
  [
    'DECODE',
    {
      arguments: [3, 99],
      type: (args) => widest(args.filter((_, index) => index >= 2 && (index % 2 === 0 || index === args.length - 1))),
      value: decode,
    },
  ],
  ['GREATEST', { arguments: [1, 99], type: widest, value: extreme(1) }],
  ['LEAST', { arguments: [1, 99], type: widest, value: extreme(-1) }],
  [
    'REPLACE',
    {
      arguments: [2, 3],
      type: replaced,
      value: ofTexts((source, from, to = '') =>
        from === '' || from === undefined ? (source ?? '') : (source ?? '').replaceAll(from, () => to),
      ),
    },
  ],
  [
    'TRANSLATE',
    {
      arguments: [3, 3],
      type: likeFirst,
      value: ofTexts((source = '', from = '', to = '') =>
        Array.from(source, (one) => (from.includes(one) ? (to[from.indexOf(one)] ?? '') : one)).join(''),
      ),
    },
  ],
  [
    'CHR',
    { arguments: [1, 1], type: text(1), value: ([code = null]) => String.fromCodePoint(Number(toNumber(code) ?? 0n)) },
  ],
  [
    'ASCII',
    {
      arguments: [1, 1],
      type: number,
      value: ([value = null], context) => numberValue(asText(value, context).codePointAt(0) ?? 0),
    },
  ],
  ['UPPER', { arguments: [1, 1], type: likeFirst, value: ofTexts((source = '') => source.toUpperCase()) }],
  ['LOWER', { arguments: [1, 1], type: likeFirst, value: ofTexts((source = '') => source.toLowerCase()) }],
  ['TRIM', { arguments: [1, 1], type: likeFirst, value: ofTexts((source = '') => source.replace(/^ +| +$/g, '')) }],
  ['LTRIM', { arguments: [1, 1], type: likeFirst, value: ofTexts((source = '') => source.replace(/^ +/, '')) }],
  ['RTRIM', { arguments: [1, 1], type: likeFirst, value: ofTexts((source = '') => source.replace(/ +$/, '')) }],
  ['LPAD', { arguments: [2, 3], type: text(100), value: pad('padStart') }],
  ['RPAD', { arguments: [2, 3], type: text(100), value: pad('padEnd') }],
  ['SUBSTR', { arguments: [2, 3], type: likeFirst, value: substr }],
  [
    'INSTR',
    {
      arguments: [2, 2],
      type: number,
      value: ([source = null, part = null], context) =>
        numberValue(asText(source, context).indexOf(asText(part, context)) + 1),
    },
  ],
  [
    'LENGTH',
    {
      arguments: [1, 1],
      type: number,
      value: ([source = null], context) =>
        source === null ? null : numberValue(Array.from(asText(source, context)).length),
    },
  ],
  [
    'RAWTOHEX',
    {
      arguments: [1, 1],
      type: (args) => ({ type: 'text', width: 2 * likeFirst(args).width }),
      value: ([raw = null]) => raw,
    },
  ],
  [
    'UTL_RAW.CAST_TO_RAW',
    {
      arguments: [1, 1],
      type: likeFirst,
      value: ofTexts((source = '') => Buffer.from(source, 'utf8').toString('hex').toUpperCase()),
    },
  ],
  ['MOD', { arguments: [2, 2], type: number, value: ofNumbers((a = 0, b = 0) => (b === 0 ? a : a % b)) }],
  ['ABS', { arguments: [1, 1], type: number, value: ofNumbers((a = 0) => Math.abs(a)) }],
  ['CEIL', { arguments: [1, 1], type: number, value: ofNumbers((a = 0) => Math.ceil(a)) }],
  ['FLOOR', { arguments: [1, 1], type: number, value: ofNumbers((a = 0) => Math.floor(a)) }],
  ['POWER', { arguments: [2, 2], type: number, value: ofNumbers((a = 0, b = 0) => a ** b) }],
  ['ROUND', { arguments: [1, 2], type: likeFirst, value: round(Math.round) }],
  ['TRUNC', { arguments: [1, 2], type: likeFirst, value: round(Math.trunc) }],
  ['CAST', { arguments: [2, 2], type: castType, value: cast }],
  [
    'SYS_EXTRACT_UTC',
    {
      arguments: [1, 1],
      type: () => ({ type: 'timestamp', width: 75 }),
      value: ([stamp = null]) => (isTimestamp(stamp) ? { epochMs: stamp.epochMs, offsetMinutes: 0 } : null),
    },
  ],
  [
    'SYS_CONTEXT',
    {
      arguments: [2, 3],
      type: text(256),
      value: ([namespace = null, name = null], context) => {
        if (asText(namespace, context).toUpperCase() !== 'USERENV') return null;
        return context.userenv(asText(name, context).toUpperCase());
      },
    },
  ],
]);

/** Functions that are called without parentheses. */
export const pseudoColumns: ReadonlyMap<string, { readonly type: ColumnType; value(context: SqlContext): Value }> =
  new Map<string, { readonly type: ColumnType; value(context: SqlContext): Value }>([
    [
      'SYSTIMESTAMP',
      {
        type: { type: 'timestamp', width: 75 },
        value: (context) => ({ epochMs: context.nowMs(), offsetMinutes: context.offsetMinutes }),
      },
    ],
    [
      'SYSDATE',
      {
        type: { type: 'date', width: 9 },
        value: (context) => new Date(Math.floor(context.nowMs() / 1000) * 1000 + context.offsetMinutes * 60_000),
      },
    ],
    ['USER', { type: { type: 'text', width: 30 }, value: (context) => context.user }],
  ]);

/** `UTC`, `+02:00` or `-5:30` in minutes. @throws {OracleError} ORA-01861 on another zone. */
export const zoneMinutes = (zone: string): number => {
  if (/^(utc|gmt|z)$/i.test(zone)) return 0;
  const match = /^([+-])(\d{1,2}):(\d{2})$/.exec(zone);
  if (match === null) throw oracleError('ORA-01861');
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]));
};
