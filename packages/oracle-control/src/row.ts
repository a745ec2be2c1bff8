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

/** The SELECT list that writes these columns as rows, one column per line so that no line grows too long. */
export const rowExpression = (columns: readonly Column<unknown>[]): string =>
  `'${rowPrefix}'||\n${columns.map(({ sql }) => `${sql}||'|'`).join('||\n')}`;

const escapes: Readonly<Record<string, string>> = { '\\': '\\', p: '|', n: '\n', r: '\r', t: '\t' };

const decoded = (value: string): string | undefined => {
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
