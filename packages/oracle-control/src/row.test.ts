import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bigInteger,
  hostTime,
  instant,
  integer,
  longText,
  offsetMinutes,
  optionalBigInteger,
  optionalHostTime,
  optionalText,
  parseRow,
  rowExpression,
  text,
} from './row.js';

/** What the REPLACE chain of a text column makes of a value in the database, where an empty text is NULL. */
const written = (value: string | undefined) =>
  value === undefined || value === ''
    ? '\\z'
    : value
        .replaceAll('\\', '\\\\')
        .replaceAll('|', '\\p')
        .replaceAll('\n', '\\n')
        .replaceAll('\r', '\\r')
        .replaceAll('\t', '\\t');

const value = fc.option(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\\z', '\\n', '|', '~', '\n')), {
  nil: undefined,
});

describe('a row', () => {
  it('brings back every value exactly', () =>
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 6 }), (values) => {
        const line = `~${values.map((each) => `${written(each)}|`).join('')}`;
        expect(line).not.toMatch(/[\n\r]/);
        expect(parseRow(line, values.length)).toEqual(values.map((each) => (each === '' ? undefined : each)));
      }),
    ));

  it('is refused when it lost its end', () => expect(() => parseRow('~1|/u01/oradata/sys', 2)).toThrow('2 values'));

  it('is refused when values are missing', () => expect(() => parseRow('~1|', 2)).toThrow('found 1'));

  it('is refused when a value holds an unknown escape', () => {
    expect(() => parseRow('~\\x|', 1)).toThrow('unknown escape \\x');
    expect(() => parseRow('~a\\|', 1)).toThrow('unknown escape');
  });
});

describe('a long text', () => {
  const bordered = fc.tuple(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), fc.nat({ max: 9 }));

  it('comes back exactly, whatever blanks stand between its pieces', () =>
    fc.assert(
      fc.property(bordered, ([pieces, blanks]) => {
        const border = `\\-${' '.repeat(blanks)}\\+`;
        const texts = pieces.map((piece) => (piece === '' ? '' : (written(piece) ?? '')));
        const line = `~1|${border}${texts.join(border)}${border}|2|`;
        expect(parseRow(line, 3)).toEqual(['1', pieces.join(''), '2']);
      }),
    ));

  it('may be NULL', () => expect(parseRow('~\\-  \\+\\z\\-  \\+\\-  \\+|', 1)).toEqual([undefined]));

  it('is refused when a piece is lost', () => expect(() => parseRow('~\\-  \\+abc\\-|', 1)).toThrow('unknown escape'));

  it('is written in columns of their own', () =>
    expect(rowExpression([integer('n'), longText('x')]).split(',\n')).toHaveLength(7));
});

describe('a column', () => {
  it('escapes texts in SQL, backslash first', () =>
    expect(text('name').sql).toBe(
      `NVL(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(name,'\\','\\\\'),'|','\\p'),CHR(10),'\\n'),CHR(13),'\\r'),CHR(9),'\\t'),'\\z')`,
    ));

  it('stands on a line of its own', () =>
    expect(rowExpression([integer('file#'), bigInteger('bytes')])).toBe(
      `'~'||\nNVL(TO_CHAR(file#),'\\z')||'|'||\nNVL(TO_CHAR(bytes),'\\z')||'|'`,
    ));

  it('reads SCNs that a double cannot hold', () =>
    expect(bigInteger('x').schema.parse('18446744073709551615')).toBe(18446744073709551615n));

  it('refuses numbers printed as exponents', () => {
    expect(bigInteger('x').schema.safeParse('1.5281E+13').success).toBe(false);
    expect(integer('x').schema.safeParse('1,5').success).toBe(false);
    expect(integer('x').schema.safeParse('99999999999999999999').success).toBe(false);
  });

  it('reads NULL where a column may be NULL, and nowhere else', () => {
    expect(optionalText('x').schema.parse(undefined)).toBeUndefined();
    expect(optionalBigInteger('x').schema.parse(undefined)).toBeUndefined();
    expect(text('x').schema.safeParse(undefined).success).toBe(false);
    expect(bigInteger('x').schema.safeParse(undefined).success).toBe(false);
  });

  it('reads a timestamp as UTC', () => {
    const { schema } = instant('SYSTIMESTAMP');
    expect(schema.parse('2024-03-31T01:59:59.999')).toEqual(new Date(Date.UTC(2024, 2, 31, 1, 59, 59, 999)));
    expect(schema.safeParse('31-MAR-24').success).toBe(false);
  });

  it('reads a date of the database host with the offset that the host has now', () => {
    expect(hostTime('created').sql).toBe(
      `NVL2(created,TO_CHAR(created,'YYYY-MM-DD"T"HH24:MI:SS')||TO_CHAR(SYSTIMESTAMP,'TZH:TZM'),'\\z')`,
    );
    expect(hostTime('x').schema.parse('2024-03-31T01:59:59-03:30')).toEqual(new Date('2024-03-31T05:29:59Z'));
    expect(hostTime('x').schema.safeParse('2024-03-31T01:59:59').success).toBe(false);
    expect(hostTime('x').schema.safeParse(undefined).success).toBe(false);
    expect(optionalHostTime('x').schema.parse(undefined)).toBeUndefined();
    expect(optionalHostTime('x').schema.parse('2024-03-31T01:59:59+00:00')).toEqual(new Date('2024-03-31T01:59:59Z'));
  });

  it('reads an offset in minutes, with its sign on both parts', () => {
    const { schema, sql } = offsetMinutes('SYSTIMESTAMP');
    expect(sql).toBe(`NVL(TO_CHAR(SYSTIMESTAMP,'TZH:TZM'),'\\z')`);
    expect(['+00:00', '+05:45', '-03:30'].map((offset) => schema.parse(offset))).toEqual([0, 345, -210]);
    expect(schema.safeParse('Europe/Berlin').success).toBe(false);
  });
});
