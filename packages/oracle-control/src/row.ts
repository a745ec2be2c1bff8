import { z } from 'zod';

/**
 * The row format, both halves: the SQL that writes a row and the code that reads it.
 *
 * A row is one line: `~`, then every value followed by `|`. Inside a value `\\`, `\p`, `\n`, `\r` and `\t` stand for
 * backslash, bar, newline, carriage return and tab; a value that is `\z` alone is NULL. So no value can look like an
 * error, an end marker or two rows, and the closing bar keeps trailing blanks, which SET TRIMOUT ON would remove.
 *
 * Source: sqlplus.md section 9, "Row format" (rows of several columns were lost to width mismatches in three projects).
 */
export const rowPrefix = '~';

/** One value of a row: the SQL expression that writes it and the schema that reads it. */
export interface Column<Value> {
  readonly sql: string;
  readonly schema: z.ZodType<Value, string | undefined>;
}

const orNull = (expression: string) => `NVL(${expression},'\\z')`;

const escaped = (expression: string) =>
  [
    ["'\\'", "'\\\\'"],
    ["'|'", "'\\p'"],
    ['CHR(10)', "'\\n'"],
    ['CHR(13)', "'\\r'"],
    ['CHR(9)', "'\\t'"],
  ].reduce((inner, [from, to]) => `REPLACE(${inner},${from},${to})`, expression);

/** A text that the view never leaves NULL. */
export const text = (expression: string): Column<string> => ({
  sql: orNull(escaped(expression)),
  schema: z.string(),
});

/** A text that may be NULL, which is also what Oracle makes of an empty one. */
export const optionalText = (expression: string): Column<string | undefined> => ({
  sql: orNull(escaped(expression)),
  schema: z.string().optional(),
});

/** Ends and resumes a value at the border of two columns of sqlplus, which may put blanks or a line end between them. */
const cut = '\\-';
const resume = '\\+';

/** Characters that take 4000 bytes neither in any character set nor with their escapes. */
const pieceLength = 800;
const pieceStarts = [0, 1, 2, 3, 4].map((count) => 1 + count * pieceLength);

/**
 * A text of up to 4000 bytes, which may be NULL. A row is one VARCHAR2 and so 4000 bytes long at most, escapes included
 * (ORA-01489); this one is written in pieces, each a column of sqlplus.
 *
 * Source: sqlplus.md section 9, "Row format"; SQL Language Reference, SUBSTR (counts whole characters).
 */
export const longText = (expression: string): Column<string | undefined> => {
  const [first = '', ...others] = pieceStarts.map((start) => escaped(`SUBSTR(${expression},${start},${pieceLength})`));
  const pieces = [orNull(first), ...others].map((piece) => `'${resume}'||${piece}||'${cut}'`);
  return { sql: [`'${cut}'`, ...pieces, `'${resume}'`].join(',\n'), schema: z.string().optional() };
};

const decimal = z.string().regex(/^-?\d+$/, 'not a whole number');

/** A whole number of any size: SCNs and bytes outgrow a double, and sqlplus prints long ones as exponents. */
export const bigInteger = (expression: string): Column<bigint> => ({
  sql: orNull(`TO_CHAR(${expression})`),
  schema: decimal.transform((digits) => BigInt(digits)),
});

/** A whole number of any size, or NULL. */
export const optionalBigInteger = (expression: string): Column<bigint | undefined> => ({
  sql: orNull(`TO_CHAR(${expression})`),
  schema: decimal.transform((digits) => BigInt(digits)).optional(),
});

/** A small whole number, such as a file, thread or destination number. */
export const integer = (expression: string): Column<number> => ({
  sql: orNull(`TO_CHAR(${expression})`),
  schema: decimal.transform(Number).pipe(z.int()),
});

/** A timestamp with time zone, written in UTC to the millisecond. */
export const instant = (expression: string): Column<Date> => ({
  sql: orNull(`TO_CHAR(${expression} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.FF3')`),
  schema: z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/, 'not a timestamp')
    .transform((digits) => new Date(`${digits}Z`)),
});

const hostTimeSchema = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/, 'not a date with offset')
  .transform((digits) => new Date(digits));

const hostTimeSql = (expression: string): string =>
  `NVL2(${expression},TO_CHAR(${expression},'YYYY-MM-DD"T"HH24:MI:SS')||TO_CHAR(SYSTIMESTAMP,'TZH:TZM'),'\\z')`;

/**
 * A DATE, which the views keep in the database host's local time without a zone. It is read with the offset that the
 * host has now, so a time from before the last change of its clocks comes back an hour off.
 *
 * Source: oracle-hot-backup.md section 3, query hints.
 */
export const hostTime = (expression: string): Column<Date> => ({
  sql: hostTimeSql(expression),
  schema: hostTimeSchema,
});

/** As `hostTime`, or NULL. */
export const optionalHostTime = (expression: string): Column<Date | undefined> => ({
  sql: hostTimeSql(expression),
  schema: hostTimeSchema.optional(),
});

/** How far the zone of a timestamp is ahead of UTC, in minutes. */
export const offsetMinutes = (expression: string): Column<number> => ({
  sql: orNull(`TO_CHAR(${expression},'TZH:TZM')`),
  schema: z
    .string()
    .regex(/^[+-]\d\d:\d\d$/, 'not an offset')
    .transform((offset) => {
      const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4));
      return offset.startsWith('-') ? -minutes : minutes;
    }),
});

/** The SELECT list that writes these columns as rows, one column per line so that no line grows too long. */
export const rowExpression = (columns: readonly Column<unknown>[]): string =>
  `'${rowPrefix}'||\n${columns.map(({ sql }) => `${sql}||'|'`).join('||\n')}`;

const escapes: Readonly<Record<string, string>> = { '\\': '\\', p: '|', n: '\n', r: '\r', t: '\t' };

/** Whether a line goes on with a row: columns that are wider together than LINESIZE are put below each other. */
export const isContinued = (row: string, line: string): boolean => row.endsWith(cut) && line.startsWith(resume);

/** Puts a value that was written in pieces together. An escaped backslash before a hyphen is none of the borders. */
const joined = (value: string): string => value.replaceAll(/(\\[^-])|\\- *\\\+/g, '$1');

const decoded = (written: string): string | undefined => {
  const value = joined(written);
  if (value === '\\z') return undefined;
  return value.replaceAll(/\\(.?)/g, (_, letter: string) => {
    const character = escapes[letter];
    if (character === undefined) throw new RangeError(`unknown escape \\${letter}`);
    return character;
  });
};

/**
 * Splits one row into its values.
 *
 * @param line  As printed, with prefix.
 * @throws {RangeError} Not `count` values, no closing bar, or an unknown escape: a wrapped, cut or foreign line.
 */
export const parseRow = (line: string, count: number): readonly (string | undefined)[] => {
  const values = line.slice(rowPrefix.length).split('|');
  if (values.length !== count + 1 || values.at(-1) !== '') {
    throw new RangeError(`expected ${count} values, found ${values.length - 1}`);
  }
  return values.slice(0, -1).map(decoded);
};
