import { oracleError } from '../oracle-error.js';
import { isTimestamp, numberValue, type Value } from './values.js';

const months = 'JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER'.split(' ');
const days = 'SUNDAY MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY'.split(' ');

const two = (number: number): string => String(number).padStart(2, '0');
const zoneOf = (offsetMinutes: number): { sign: string; hours: string; minutes: string } => ({
  sign: offsetMinutes < 0 ? '-' : '+',
  hours: two(Math.floor(Math.abs(offsetMinutes) / 60)),
  minutes: two(Math.abs(offsetMinutes) % 60),
});

type DateElement = (wall: Date, offsetMinutes: number) => string;

/** Longest first, since FF3 begins like FF and HH24 like HH. */
const elements: readonly (readonly [string, DateElement])[] = [
  ['SSSSS', (t) => String(t.getUTCHours() * 3600 + t.getUTCMinutes() * 60 + t.getUTCSeconds())],
  ['MONTH', (t) => (months[t.getUTCMonth()] ?? '').padEnd(9)],
  ['YYYY', (t) => String(t.getUTCFullYear()).padStart(4, '0')],
  ['RRRR', (t) => String(t.getUTCFullYear()).padStart(4, '0')],
  ['HH24', (t) => two(t.getUTCHours())],
  ['HH12', (t) => two(t.getUTCHours() % 12 || 12)],
  ['MON', (t) => (months[t.getUTCMonth()] ?? '').slice(0, 3)],
  ['DAY', (t) => (days[t.getUTCDay()] ?? '').padEnd(9)],
  [
    'DDD',
    (t) => String(Math.floor((t.getTime() - Date.UTC(t.getUTCFullYear(), 0, 1)) / 86_400_000) + 1).padStart(3, '0'),
  ],
  ['TZH', (_, offset) => `${zoneOf(offset).sign}${zoneOf(offset).hours}`],
  ['TZM', (_, offset) => zoneOf(offset).minutes],
  ['TZR', (_, offset) => `${zoneOf(offset).sign}${zoneOf(offset).hours}:${zoneOf(offset).minutes}`],
  ['FF1', (t) => String(t.getUTCMilliseconds()).padStart(3, '0').slice(0, 1)],
  ['FF2', (t) => String(t.getUTCMilliseconds()).padStart(3, '0').slice(0, 2)],
  ['FF3', (t) => String(t.getUTCMilliseconds()).padStart(3, '0')],
  ['FF6', (t) => String(t.getUTCMilliseconds()).padStart(3, '0').padEnd(6, '0')],
  ['FF9', (t) => String(t.getUTCMilliseconds()).padStart(3, '0').padEnd(9, '0')],
  ['YY', (t) => two(t.getUTCFullYear() % 100)],
  ['RR', (t) => two(t.getUTCFullYear() % 100)],
  ['MM', (t) => two(t.getUTCMonth() + 1)],
  ['DD', (t) => two(t.getUTCDate())],
  ['DY', (t) => (days[t.getUTCDay()] ?? '').slice(0, 3)],
  ['HH', (t) => two(t.getUTCHours() % 12 || 12)],
  ['MI', (t) => two(t.getUTCMinutes())],
  ['SS', (t) => two(t.getUTCSeconds())],
  ['FF', (t) => String(t.getUTCMilliseconds()).padStart(3, '0').padEnd(6, '0')],
  ['AM', (t) => (t.getUTCHours() < 12 ? 'AM' : 'PM')],
  ['PM', (t) => (t.getUTCHours() < 12 ? 'AM' : 'PM')],
  ['D', (t) => String(t.getUTCDay() + 1)],
];

type MaskPart = { readonly literal: string } | { readonly element: string; readonly format: DateElement };

const parseMask = (mask: string): readonly MaskPart[] => {
  const parts: MaskPart[] = [];
  let rest = mask.replace(/^FM/i, '');
  while (rest !== '') {
    const quoted = /^"([^"]*)"/.exec(rest);
    const punctuation = /^[^A-Za-z0-9"]+/.exec(rest);
    const found = elements.find(([name]) => rest.toUpperCase().startsWith(name));
    if (quoted !== null) parts.push({ literal: quoted[1] ?? '' });
    else if (punctuation !== null) parts.push({ literal: punctuation[0] });
    else if (found !== undefined) parts.push({ element: found[0], format: found[1] });
    else throw oracleError('ORA-01821');
    rest = rest.slice(quoted?.[0].length ?? punctuation?.[0].length ?? found?.[0].length);
  }
  return parts;
};

/**
 * A date in the elements of SQL Language Reference, "Datetime Format Elements" (documented; the common ones).
 *
 * @throws {OracleError} ORA-01821 on an element that is not known.
 */
export const formatDate = (wall: Date, mask: string, offsetMinutes = 0): string =>
  parseMask(mask)
    .map((part) => ('literal' in part ? part.literal : part.format(wall, offsetMinutes)))
    .join('');

/**
 * Reads a text by a mask, as TO_DATE does.
 *
 * @throws {OracleError} ORA-01861 when text and mask do not fit.
 */
export const parseDate = (text: string, mask: string): Date => {
  const found = new Map<string, number>();
  let rest = text;
  for (const part of parseMask(mask)) {
    const pattern = 'literal' in part ? undefined : part.element === 'MON' ? /^[A-Za-z]{3}/ : /^\d{1,4}/;
    const width = 'literal' in part ? part.literal.length : part.element === 'YYYY' || part.element === 'MON' ? 4 : 2;
    const taken = pattern === undefined ? rest.slice(0, width) : (pattern.exec(rest)?.[0] ?? '').slice(0, width);
    if ('literal' in part ? taken !== part.literal : taken === '') throw oracleError('ORA-01861');
    if ('element' in part) {
      const month = months.findIndex((name) => name.startsWith(taken.toUpperCase())) + 1;
      found.set(part.element === 'MON' ? 'MM' : part.element, part.element === 'MON' ? month : Number(taken));
    }
    rest = rest.slice(taken.length);
  }
  if (rest !== '') throw oracleError('ORA-01861');
  const year = found.get('YYYY') ?? found.get('RRRR') ?? 2000 + (found.get('RR') ?? found.get('YY') ?? 0);
  const hours = found.get('HH24') ?? found.get('HH') ?? 0;
  return new Date(
    Date.UTC(year, (found.get('MM') ?? 1) - 1, found.get('DD') ?? 1, hours, found.get('MI') ?? 0, found.get('SS') ?? 0),
  );
};

/** Plain digits, a leading zero before a decimal point dropped. Source: SQL Language Reference, "TO_CHAR (number)". */
export const formatPlainNumber = (number: bigint | number): string =>
  typeof number === 'bigint'
    ? String(number)
    : Number.isInteger(number)
      ? BigInt(number).toString()
      : String(number).replace(/^(-?)0\./, '$1.');

const group = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, ',');

/** A number by a mask of 9 0 . , and FM, or X; too wide a number becomes `#`s. */
export const formatNumber = (number: bigint | number, mask: string): string => {
  const isTight = /^FM/i.test(mask);
  const picture = mask.replace(/^FM/i, '').toUpperCase();
  if (/^[0X]*X$/.test(picture)) {
    const hex = BigInt(number).toString(16).toUpperCase();
    return isTight ? hex : hex.padStart(picture.length + 1);
  }
  if (!/^[90,]*(\.[90]*)?$/.test(picture)) throw oracleError('ORA-01821');
  const [whole = '', decimals] = picture.split('.');
  const fixed =
    typeof number === 'bigint' && decimals === undefined
      ? String(number)
      : Number(number).toFixed(decimals?.length ?? 0);
  const isNegative = fixed.startsWith('-');
  const [units = '', fraction] = fixed.replace('-', '').split('.');
  const places = whole.replaceAll(',', '').length;
  const firstZero = whole.replaceAll(',', '').indexOf('0');
  const padded = firstZero < 0 ? units : units.padStart(places - firstZero, '0');
  if (padded.length > places) return '#'.repeat(picture.length + 1);
  const text = `${isNegative ? '-' : ''}${whole.includes(',') ? group(padded) : padded}${fraction === undefined ? '' : `.${fraction}`}`;
  return isTight ? text : text.padStart(picture.length + 1);
};

/** TO_CHAR without a mask, and what a value becomes in a text expression. */
export const formatValue = (value: Exclude<Value, null>, dateMask: string): string => {
  if (typeof value === 'string') return value;
  if (value instanceof Date) return formatDate(value, dateMask);
  if (isTimestamp(value)) {
    const wall = new Date(value.epochMs + value.offsetMinutes * 60_000);
    return formatDate(wall, 'DD-MON-RR HH.MI.SSXFF AM TZR'.replace('SSX', 'SS.'), value.offsetMinutes);
  }
  return formatPlainNumber(typeof value === 'number' ? numberValue(value) : value);
};
