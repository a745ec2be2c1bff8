import { z } from 'zod';

/** Bytes that are written `\xHH`, as the text of them. */
const decodeBytes = (escapes: string): string =>
  new TextDecoder().decode(Uint8Array.from(escapes.split('\\x').slice(1), (digits) => Number.parseInt(digits, 16)));

const escapedBytes = /(?:\\x[0-9a-f]{2})+/gi;

/**
 * Some releases between 2.27, the first with JSON, and 2.38 write `\xHH` in JSON too, where it is no escape at all. Seen on
 * 2.38.1: UTF-8 as it is, and a backslash as two.
 */
const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return JSON.parse(text.replace(escapedBytes, (escapes) => JSON.stringify(decodeBytes(escapes)).slice(1, -1)));
  }
};

/** A row of findmnt or lsblk by its columns, in lower case as JSON has them; a value that is absent is left out. */
export interface Row {
  readonly columns: Readonly<Record<string, string>>;
  readonly children: readonly Row[];
}

/** Numbers and booleans, too: older releases write strings where newer ones do not. */
const value = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const jsonRow: z.ZodType<Row> = z.record(z.string(), z.unknown()).transform(({ children, ...columns }) => ({
  columns: Object.fromEntries(
    Object.entries(columns).flatMap(([column, cell]) => {
      const { data } = value.safeParse(cell);
      return data === undefined || data === '' ? [] : [[column, data] as const];
    }),
  ),
  children: z.array(z.lazy(() => jsonRow)).parse(children ?? []),
}));

const pair = /([A-Z0-9:_-]+)="((?:[^"\\]|\\.)*)"/g;

const parsePairs = (text: string): readonly Row[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => ({
      columns: Object.fromEntries(
        [...line.matchAll(pair)].flatMap(([, column = '', cell = '']) =>
          cell === '' ? [] : [[column.toLowerCase(), cell.replace(escapedBytes, decodeBytes)] as const],
        ),
      ),
      children: [],
    }));

/**
 * Reads what `findmnt` or `lsblk` printed: with `--json`, or with `-P` where that is missing, as on RHEL 7.
 *
 * @param list  The key that JSON has the rows under.
 * @throws {Error} Neither of the two.
 *
 * Source: oracle-hot-backup.md section 9.3; `-P` seen on util-linux 2.38.1 with LC_ALL=C, where it escapes every byte that
 * is not printable ASCII.
 */
export const parseRows = (text: string, list: 'filesystems' | 'blockdevices'): readonly Row[] =>
  text.trimStart().startsWith('{')
    ? z.array(jsonRow).parse(z.record(z.string(), z.unknown()).parse(parseJson(text))[list])
    : parsePairs(text);
