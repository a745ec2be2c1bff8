import type { Relation } from '../sql/compile.js';
import type { Value } from '../sql/values.js';
import { csvRows, htmlRows } from './markup.js';
import { type RowStyle, textOf } from './row-style.js';
import type { Settings } from './settings.js';

/** Breaks a message between words so that every line is shorter than LINESIZE. Observed: sqlplus.md G18, G35 (one of 80 wraps). */
export const wrapMessage = (line: string, lineSize: number): string => {
  const lines: string[] = [];
  let rest = line;
  while (rest.length >= lineSize) {
    const space = rest.lastIndexOf(' ', lineSize - 1);
    const cut = space > 0 ? space : Math.max(1, lineSize - 1);
    lines.push(rest.slice(0, cut));
    rest = rest.slice(cut).replace(/^ /, '');
  }
  return [...lines, rest].join('\n');
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
  readonly mask: string | undefined;
}

const pad = (text: string, { width, isNumber }: Layout): string =>
  isNumber ? text.padStart(width) : text.padEnd(width);

const layoutOf = (relation: Relation, settings: Settings, style: RowStyle) =>
  relation.columns.map(({ name, type, width }, index): Layout => {
    const wanted = style.columns.get(name) ?? {};
    const heading = wanted.heading ?? name;
    if (type === 'number') {
      // Documented: SQL*Plus User's Guide, COLUMN FORMAT: the wider of heading and format.
      const room = wanted.mask === undefined ? settings.numberWidth : wanted.mask.length + 1;
      return { heading, width: Math.max(room, heading.length), isNumber: true, mask: wanted.mask };
    }
    const longest = Math.max(0, ...relation.rows.map((row) => textOf(row[index] ?? null, settings, style).length));
    const declared = type === 'date' ? Math.max(9, heading.length, longest) : Math.max(1, width);
    const size = Math.min(wanted.width ?? declared, settings.lineSize);
    return { heading: heading.slice(0, size), width: size, isNumber: false, mask: undefined };
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

/** The rows as a report in columns. */
const plainRows = (relation: Relation, settings: Settings, style: RowStyle): string => {
  const layouts = layoutOf(relation, settings, style);
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
  const rowText = (row: readonly Value[]): string => {
    const cells = layouts.map((layout, index) =>
      chunks(textOf(row[index] ?? null, settings, style, layout.mask), layout, settings.isWrapOn),
    );
    const heightOf = (band: readonly number[]): number => Math.max(...band.map((index) => cells[index]?.length ?? 0));
    const lines = groups.map((band) =>
      Array.from({ length: heightOf(band) }, (_, line) =>
        lineOf(band, (layout, index) => pad(cells[index]?.[line] ?? '', layout)),
      ).join(''),
    );
    // Documented: SQL*Plus User's Guide, SET RECSEP: a line of blanks after a row with a wrapped value, or after each.
    const isSeparated =
      settings.recordSeparator === 'each' ||
      (settings.recordSeparator === 'wrapped' && groups.some((band) => heightOf(band) > 1));
    return lines.join('') + (isSeparated ? finish(' '.repeat(settings.lineSize)) : '');
  };
  const rows = relation.rows.map(rowText);
  if (settings.pageSize === 0) return rows.join('');
  const perPage = Math.max(1, settings.pageSize - settings.newPage - (settings.isHeadingOn ? 2 * groups.length : 0));
  return rows.map((row, index) => (index % perPage === 0 ? head() : '') + row).join('');
};

/** The columns that are not hidden by NOPRINT. */
const visible = (relation: Relation, columns: RowStyle['columns']): Relation => {
  const isShown = relation.columns.map(({ name }) => columns.get(name)?.isHidden !== true);
  return {
    columns: relation.columns.filter((_, index) => isShown[index]),
    rows: relation.rows.map((row) => row.filter((_, index) => isShown[index])),
  };
};

/** What a SELECT prints, feedback included. */
export const renderRows = (relation: Relation, settings: Settings, style: RowStyle): string => {
  const count = relation.rows.length;
  const { rowCount } = style.messages;
  if (count === 0) return settings.feedback > 0 ? `\n${rowCount(0)}\n\n` : '';
  const shown = visible(relation, style.columns);
  const { markup } = settings;
  const rows =
    markup.kind === 'none'
      ? plainRows(shown, settings, style)
      : markup.kind === 'csv'
        ? csvRows(shown, settings, style)
        : htmlRows(shown, settings, style);
  if (settings.feedback === 0) return rows;
  if (count < settings.feedback) return `${rows}\n`;
  return markup.kind === 'html' ? `${rows}${rowCount(count)}<br>\n` : `${rows}\n${rowCount(count)}\n\n`;
};
