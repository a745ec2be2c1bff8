import { OracleInputError } from './errors.js';

/**
 * Older clients ignore input lines over 2499 characters and go on without them, newer ones over 4999.
 *
 * Source: sqlplus.md section 6 and SP2-0027.
 */
export const longestLineBytes = 2400;

/** Where a line is broken if it can be, which leaves room for what cannot be parted from it. */
const wantedLineBytes = 2000;

/** Blanks, quoted names, literals with their doubled quotes, words, and a quote that is never closed. */
const tokens = /\s+|"[^"]*"|'(?:[^']|'')*'|[^\s"']+|["']/g;

/** Characters of a literal's inside; a doubled quote is one. */
const characters = /''|./gsu;

/** What must stay on one line, and what stood before it: a blank, nothing, or nothing where a new line may begin too. */
interface Piece {
  readonly text: string;
  readonly before: ' ' | 'nothing' | 'break';
}

const isBroken = (token: string): boolean => token.startsWith("'") && Buffer.byteLength(token) > wantedLineBytes;

/** A literal as several that the database joins again. */
const brokenLiteral = (literal: string): readonly string[] => {
  const pieces: string[] = [];
  let piece = '';
  for (const [character] of literal.slice(1, -1).matchAll(characters)) {
    if (Buffer.byteLength(piece + character) > wantedLineBytes) {
      pieces.push(`'${piece}'||`);
      piece = '';
    }
    piece += character;
  }
  return [...pieces, `'${piece}'`];
};

const piecesOf = (line: string): readonly Piece[] => {
  const pieces: Piece[] = [];
  let before: Piece['before'] = 'nothing';
  for (const { 0: token, index } of line.matchAll(tokens)) {
    if (token.trim() === '') {
      before = ' ';
    } else if (isBroken(token)) {
      const [first = '', ...others] = brokenLiteral(token);
      // A letter before a literal belongs to it, as in N'text'.
      const isPrefixed = before === 'nothing' && /\w/.test(line.charAt(index - 1));
      pieces.push({ text: first, before: before === 'nothing' && !isPrefixed ? 'break' : before });
      for (const text of others) pieces.push({ text, before: 'break' });
      before = 'break';
    } else {
      pieces.push({ text: token, before });
      before = 'nothing';
    }
  }
  return pieces;
};

/** Lines that mean something else to SQL*Plus: a continuation, a command, an end of the statement. */
const isMisread = (line: string): boolean => /-$|;$|^[#./;]/.test(line);

const withinLimit = (line: string): string => {
  if (Buffer.byteLength(line) <= longestLineBytes) return line;
  const lines: string[] = [];
  let current = '';
  for (const { text, before } of piecesOf(line)) {
    const longer = `${current}${before === ' ' ? ' ' : ''}${text}`;
    const isTooLong = Buffer.byteLength(longer) > wantedLineBytes;
    if (isTooLong && before !== 'nothing' && !isMisread(current) && !isMisread(text)) {
      lines.push(current);
      current = text;
    } else current = longer;
  }
  lines.push(current);
  if (lines.some((each) => Buffer.byteLength(each) > longestLineBytes)) {
    throw new OracleInputError(`a statement has a line over ${longestLineBytes} bytes that cannot be broken`);
  }
  return lines.join('\n');
};

/**
 * A statement in lines that every client accepts. A line that is short enough stays as it is; a longer one is broken at
 * blanks outside quotes, and where a literal alone is longer, within it.
 *
 * @throws {OracleInputError} A line cannot be broken: a client would drop it and run the rest.
 */
export const inputLines = (sql: string): string => sql.split('\n').map(withinLimit).join('\n');
