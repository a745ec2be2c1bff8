import type { Relation } from '../sql/compile.js';
import { type RowStyle, textOf } from './row-style.js';
import type { Settings } from './settings.js';

const isNumeric = (value: unknown): boolean => typeof value === 'bigint' || typeof value === 'number';

/** Observed: sqlplus.md G25 (an empty line first, headings quoted); the rest of the form is assumed. */
export const csvRows = (relation: Relation, settings: Settings, style: RowStyle): string => {
  const { delimiter, isQuoted } = settings.markup.kind === 'csv' ? settings.markup : { delimiter: ',', isQuoted: true };
  const quote = (text: string): string => (isQuoted ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = relation.rows.map((row) => {
    const cells = row.map((value) => {
      const text = textOf(value, settings, style);
      return value === null || isNumeric(value) ? text : quote(text);
    });
    return `${cells.join(delimiter)}\n`;
  });
  const head =
    settings.isHeadingOn && settings.pageSize > 0
      ? `${relation.columns.map(({ name }) => quote(style.columns.get(name)?.heading ?? name)).join(delimiter)}\n`
      : '';
  return `\n${head}${lines.join('')}`;
};

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character] ?? character);

/** Documented in shape: SQL*Plus User's Guide, "Generating HTML Reports"; one table for all pages is assumed. */
export const htmlRows = (relation: Relation, settings: Settings, style: RowStyle): string => {
  const row = (cells: readonly string[]): string => `<tr>\n${cells.join('')}</tr>\n`;
  const head = settings.isHeadingOn
    ? row(
        relation.columns.map(
          ({ name }) => `<th scope="col">\n${escaped(style.columns.get(name)?.heading ?? name)}\n</th>\n`,
        ),
      )
    : '';
  const body = relation.rows.map((values) =>
    row(
      values.map((value, index) => {
        const text = textOf(value, settings, style, style.columns.get(relation.columns[index]?.name ?? '')?.mask);
        const cell = text === '' ? '&nbsp;' : escaped(text);
        return isNumeric(value) ? `<td align="right">\n${cell.padStart(10)}\n</td>\n` : `<td>\n${cell}\n</td>\n`;
      }),
    ),
  );
  return `<p>\n<table border='1' width='90%' align='center' summary='Script output'>\n${head}${body.join('')}</table>\n<p>\n`;
};
