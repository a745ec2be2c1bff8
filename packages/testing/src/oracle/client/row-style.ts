import { formatValue } from '../sql/format.js';
import type { Value } from '../sql/values.js';
import type { Messages } from './messages.js';
import type { NationalLanguage } from './nls.js';
import { maskedNumber, numberText } from './number-text.js';
import type { Settings } from './settings.js';

/** What COLUMN asks for. */
export interface ColumnFormat {
  /** Of `FORMAT A…`. */
  readonly width?: number;
  /** Of a numeric FORMAT. */
  readonly mask?: string;
  readonly heading?: string;
  /** NOPRINT. */
  readonly isHidden?: boolean;
}

/** How rows are shown, beside the settings. */
export interface RowStyle {
  readonly dateMask: string;
  /** By name in capitals. */
  readonly columns: ReadonlyMap<string, ColumnFormat>;
  readonly national: Pick<NationalLanguage, 'decimalMark'>;
  readonly messages: Pick<Messages, 'rowCount'>;
}

/** A value as it stands in a row, before it is padded. */
export const textOf = (
  value: Value,
  settings: Settings,
  { dateMask, national: { decimalMark } }: Pick<RowStyle, 'dateMask' | 'national'>,
  mask?: string,
): string => {
  if (value === null) return settings.nullText;
  if (typeof value !== 'bigint' && typeof value !== 'number') return formatValue(value, dateMask);
  return mask === undefined
    ? numberText(value, settings.numberWidth, decimalMark)
    : maskedNumber(value, mask, decimalMark);
};
