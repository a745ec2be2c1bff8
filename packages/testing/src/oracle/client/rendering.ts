import type { Relation } from '../sql/compile.js';
import { formatPlainNumber, formatValue } from '../sql/format.js';
import type { Value } from '../sql/values.js';
import type { Settings } from './settings.js';

/** Breaks a message between words so that every line is shorter than LINESIZE. Observed: sqlplus.md G18, G35 (one of 80 wraps). */
export const wrapMessage = (line: string, lineSize: number): string => {
  const lines: string[] = [];
  let rest = line;
  while (rest.length >= lineSize) {
    const space = rest.lastIndexOf(' ', lineSize - 1);
    const cut = space > 0 ? space : lineSize - 1;
    lines.push(rest.slice(0, cut));
    rest = rest.slice(cut).replace(/^ /, '');
  }
  return [...lines, rest].join('\n');
};

/**
 * A NUMBER in so many columns: digits, broken ones rounded to fit, or an exponent. Assumed: sqlplus.md section 9; that a
 * wide heading does not make room for more digits is expert knowledge too.
 */
const numberText = (value: bigint | number, width: number): string => {
  const plain = formatPlainNumber(value);
  if (plain.length <= width) return plain;
  const wholeDigits = plain.split('.')[0]?.length ?? 0;
  const room = width - wholeDigits - 1;
  if (typeof value === 'number' && room > 0) return formatPlainNumber(Number(value.toFixed(room)));
  const decimals = width - 6 - (value < 0 ? 1 : 0);
  return decimals < 0 ? '#'.repeat(width) : Number(value).toExponential(decimals).toUpperCase();
};

/** Runs of blanks become tabs where they reach a tab stop. Observed: sqlplus.md G22, G24. */
const withTabs = (line: string): string => {
  let column = 0;
  return line.replace(/ {2,}|[^ ]+| /g, (part) => {
    const start = column;
    column += part.length;
    if (!part.startsWith('  ')) return part;
    const lastStop = Math.floor(column / 8) * 8;
    const tabs = Math.floor(lastStop / 8) - Math.floor(start / 8);
    return tabs > 0 ? '\t'.repeat(tabs) + ' '.repeat(column - lastStop) : part;
  });
};

interface Layout {
  readonly heading: string;
  readonly width: number;
  readonly isNumber: boolean;
  /** Columns that COLUMN FORMAT gives a number, its sign included; `undefined` for NUMWIDTH. */
  readonly digits: number | undefined;
}

const pad = (text: string, { width, isNumber }: Layout): string =>
  isNumber ? text.padStart(width) : text.padEnd(width);

const textOf = (value: Value, settings: Settings, dateMask: string, digits?: number): string => {
  if (value === null) return settings.nullText;
  if (typeof value !== 'bigint' && typeof value !== 'number') return formatValue(value, dateMask);
  if (digits === undefined) return numberText(value, settings.numberWidth);
  const plain = formatPlainNumber(value);
  return plain.replace('-', '').length >= digits ? '#'.repeat(digits) : plain;
};

const layoutOf = (relation: Relation, settings: Settings, dateMask: string, formats: ReadonlyMap<string, number>) =>
  relation.columns.map(({ name, type, width }, index): Layout => {
    const wanted = formats.get(name);
    if (type === 'number') {
      // Documented: SQL*Plus User's Guide, COLUMN FORMAT: the wider of heading and format.
      const size = Math.max(wanted ?? settings.numberWidth, name.length);
      return { heading: name, width: size, isNumber: true, digits: wanted };
    }
    const longest = Math.max(0, ...relation.rows.map((row) => textOf(row[index] ?? null, settings, dateMask).length));
    const declared = type === 'date' ? Math.max(9, name.length, longest) : Math.max(1, width);
    const size = Math.min(wanted ?? declared, settings.lineSize);
    return { heading: name.slice(0, size), width: size, isNumber: false, digits: undefined };
  });

const chunks = (text: string, { width, isNumber }: Layout, isWrapOn: boolean): readonly string[] => {
  if (isNumber) return [text];
  const lines = text.split('\n').flatMap((line) => line.match(new RegExp(`.{1,${width}}`, 'gs')) ?? ['']);
  return isWrapOn ? lines : lines.slice(0, 1);
};

/** Columns that stand beside each other; one that would pass LINESIZE begins a new line. */
const bands = (layouts: readonly Layout[], settings: Settings): readonly (readonly number[])[] => {
  const found: number[][] = [[]];
  let used = 0;
  for (const [index, { width }] of layouts.entries()) {
    const needed = used === 0 ? width : used + settings.columnSeparator.length + width;
    if (used > 0 && needed > settings.lineSize) found.push([]);
    used = used > 0 && needed > settings.lineSize ? width : needed;
    found.at(-1)?.push(index);
  }
  return found;
};

const plainRows = (
  relation: Relation,
  settings: Settings,
  dateMask: string,
  formats: ReadonlyMap<string, number>,
): string => {
  const layouts = layoutOf(relation, settings, dateMask, formats);
  const groups = bands(layouts, settings);
  const finish = (line: string): string => {
    const trimmed = settings.isTrimoutOn ? line.trimEnd() : line;
    return `${settings.isTabOn ? withTabs(trimmed) : trimmed}\n`;
  };
  const lineOf = (band: readonly number[], cell: (layout: Layout, index: number) => string): string =>
    finish(
      band
        .flatMap((index) => (layouts[index] === undefined ? [] : [cell(layouts[index], index)]))
        .join(settings.columnSeparator),
    );
  const head = (): string =>
    '\n'.repeat(settings.newPage) +
    (settings.isHeadingOn
      ? groups
          .map(
            (band) =>
              lineOf(band, (layout) => pad(layout.heading, layout)) +
              (settings.isUnderlineOn ? lineOf(band, ({ width }) => '-'.repeat(width)) : ''),
          )
          .join('')
      : '');
  const rowText = (row: readonly Value[]): string =>
    groups
      .map((band) => {
        const cells = new Map(
          band.map((index) => {
            const layout = layouts[index] ?? { heading: '', width: 1, isNumber: false, digits: undefined };
            return [
              index,
              chunks(textOf(row[index] ?? null, settings, dateMask, layout.digits), layout, settings.isWrapOn),
            ];
          }),
        );
        const height = Math.max(...[...cells.values()].map((lines) => lines.length));
        return Array.from({ length: height }, (_, line) =>
          lineOf(band, (layout, index) => pad(cells.get(index)?.[line] ?? '', layout)),
        ).join('');
      })
      .join('');
  const rows = relation.rows.map(rowText);
  if (settings.pageSize === 0) return rows.join('');
  const perPage = Math.max(1, settings.pageSize - settings.newPage - (settings.isHeadingOn ? 2 * groups.length : 0));
  return rows.map((row, index) => (index % perPage === 0 ? head() : '') + row).join('');
};

/** Observed: sqlplus.md G25 (an empty line first, headings quoted); the rest of the form is assumed. */
const csvRows = (relation: Relation, settings: Settings, dateMask: string): string => {
  const { delimiter, isQuoted } = settings.csv ?? { delimiter: ',', isQuoted: true };
  const quote = (text: string): string => (isQuoted ? `"${text.replaceAll('"', '""')}"` : text);
  const cell = (value: Value): string =>
    typeof value === 'bigint' || typeof value === 'number'
      ? numberText(value, settings.numberWidth)
      : value === null
        ? settings.nullText
        : quote(textOf(value, settings, dateMask));
  const lines = relation.rows.map((row) => `${row.map(cell).join(delimiter)}\n`);
  const head =
    settings.isHeadingOn && settings.pageSize > 0
      ? `${relation.columns.map(({ name }) => quote(name)).join(delimiter)}\n`
      : '';
  return `\n${head}${lines.join('')}`;
};

/** What a SELECT prints, feedback included. */
export const renderRows = (
  relation: Relation,
  settings: Settings,
  { dateMask, formats }: { readonly dateMask: string; readonly formats: ReadonlyMap<string, number> },
): string => {
  const count = relation.rows.length;
  if (count === 0) return settings.feedback > 0 ? '\nno rows selected\n\n' : '';
  const rows =
    settings.csv === undefined
      ? plainRows(relation, settings, dateMask, formats)
      : csvRows(relation, settings, dateMask);
  if (settings.feedback === 0) return rows;
  return count >= settings.feedback ? `${rows}\n${count} row${count === 1 ? '' : 's'} selected.\n\n` : `${rows}\n`;
};
