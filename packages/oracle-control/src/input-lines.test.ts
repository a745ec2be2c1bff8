import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OracleInputError } from './errors.js';
import { inputLines, longestLineBytes } from './input-lines.js';

const bytes = (line: string) => Buffer.byteLength(line);
/** As the database reads it: joined literals are one, and blanks of any kind stand for one. */
const read = (sql: string) =>
  sql
    .replaceAll(/'\|\|\n'/g, '')
    .split(/('(?:[^']|'')*'|"[^"]*")/)
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll(/\s+/g, '')))
    .join('');

/** The lines of a statement, or none where it is refused because it cannot be broken. */
const linesOf = (sql: string): string => {
  try {
    return inputLines(sql);
  } catch (error) {
    fc.pre(!(error instanceof OracleInputError));
    throw error;
  }
};

const word = fc.stringMatching(/^[a-z(),=<>|#.-]{1,30}$/);
const literal = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.string({ unit: 'grapheme', minLength: 2000, maxLength: 3000 }),
  )
  .map((text) => `'${text.replaceAll(/[\n\r]/g, ' ').replaceAll("'", "''")}'`);
const statement = fc
  .array(fc.oneof({ weight: 8, arbitrary: word }, { weight: 1, arbitrary: literal }), { minLength: 1, maxLength: 400 })
  .map((parts) => parts.join(' '));

describe('the lines of a statement', () => {
  it('stay as they are when they are short', () => {
    const sql = `SELECT 1\nFROM dual WHERE x = '${'y'.repeat(2000)}  z'`;
    expect(inputLines(sql)).toBe(sql);
  });

  it('are short enough for every client, and say the same', () =>
    fc.assert(
      fc.property(statement, (sql) => {
        const lines = linesOf(sql);
        expect(read(lines)).toBe(read(sql));
        for (const line of lines.split('\n')) expect(bytes(line)).toBeLessThanOrEqual(longestLineBytes);
      }),
      { numRuns: 60 },
    ));

  it('never end in what SQL*Plus takes for a continuation or an end, nor begin with a command', () => {
    const sql = `SELECT ${Array.from({ length: 1500 }, (_, index) => ['a -', '#b', '; c;', '/', '.'][index % 5]).join(' ')}`;
    expect(inputLines(sql).split('\n').length).toBeGreaterThan(1);
    for (const line of inputLines(sql).split('\n').slice(1)) expect(line).not.toMatch(/^[#./;]/);
    for (const line of inputLines(sql).split('\n').slice(0, -1)) expect(line).not.toMatch(/[-;]$/);
  });

  it('break a literal that is longer than a line, and no character in it', () => {
    const text = `${'ä'.repeat(1199)}''${'𝄞'.repeat(700)}`;
    const lines = inputLines(`SELECT COUNT(*) FROM t WHERE upper('${text}')=name`).split('\n');
    expect(lines.every((line) => bytes(line) <= longestLineBytes)).toBe(true);
    expect(lines.join('\n').replaceAll("'||\n'", '')).toContain(`'${text}'`);
    expect(lines.join('')).not.toContain('\uFFFD');
  });

  it('keep the letter of a literal at its place', () =>
    expect(inputLines(`SELECT N'${'x'.repeat(1990)}${'y'.repeat(450)}' FROM dual`)).toMatch(
      /^SELECT N'x+y+'\|\|\n'y+' FROM dual$/,
    ));

  it('are refused when they cannot be broken', () =>
    expect(() => inputLines(`SELECT ${'x'.repeat(longestLineBytes + 1)}`)).toThrow('cannot be broken'));

  it('lose nothing, not even a quote that is never closed', () =>
    expect(inputLines(`${'a '.repeat(1300)}it's "x`).replaceAll('\n', ' ')).toBe(`${'a '.repeat(1300)}it's "x`));
});
