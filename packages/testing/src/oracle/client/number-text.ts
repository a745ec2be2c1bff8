import { formatNumber, formatPlainNumber } from '../sql/format.js';

type DecimalMark = '.' | ',';

/**
 * A NUMBER in so many columns: digits, broken ones rounded to fit, or an exponent. Assumed: sqlplus.md section 9; that a
 * wide heading does not make room for more digits is expert knowledge too.
 */
export const numberText = (value: bigint | number, width: number, decimalMark: DecimalMark): string => {
  const plain = formatPlainNumber(value);
  const marked = (text: string): string => text.replace('.', decimalMark);
  if (plain.length <= width) return marked(plain);
  const wholeDigits = plain.split('.')[0]?.length ?? 0;
  const room = width - wholeDigits - 1;
  if (typeof value === 'number' && room > 0) return marked(formatPlainNumber(Number(value.toFixed(room))));
  const decimals = width - 6 - (value < 0 ? 1 : 0);
  return decimals < 0 ? '#'.repeat(width) : marked(Number(value).toExponential(decimals).toUpperCase());
};

/** The mask of COLUMN … FORMAT in the elements that are known here; `undefined` for others. */
export const parseMask = (text: string): string | undefined => {
  const mask = text.toUpperCase().replaceAll('G', ',').replaceAll('D', '.').replaceAll('$', '');
  return /^[90][90,]*(?:\.[90]*)?$/.test(mask) ? mask : undefined;
};

/** A NUMBER by the mask of its column, in as many columns as the mask has, and one for the sign. */
export const maskedNumber = (value: bigint | number, mask: string, decimalMark: DecimalMark): string => {
  const text = formatNumber(value, mask);
  return decimalMark === ',' ? text.replace(/[.,]/g, (mark) => (mark === '.' ? ',' : '.')) : text;
};
