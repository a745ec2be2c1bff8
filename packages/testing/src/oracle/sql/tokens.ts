import { OracleError, oracleError } from '../oracle-error.js';

/** A piece of SQL text; `start` and `end` are offsets in the statement. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'number' | 'string' | 'symbol' | 'end';
  /** Words in upper case, strings and quoted names without their quotes. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const pattern =
  /(?<blank>\s+|--[^\n]*|\/\*[\s\S]*?\*\/)|(?<word>[A-Za-z][\w$#]*)|(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+)|'(?<string>(?:[^']|'')*)'|"(?<quoted>[^"]+)"|(?<symbol>\|\||<=|>=|<>|!=|\^=|=>|:=|\.\.|[=<>(),.+\-*/:;])/y;

const tokenOf = (groups: Record<string, string | undefined>, start: number, end: number): Token | undefined => {
  if (groups['word'] !== undefined) return { kind: 'word', text: groups['word'].toUpperCase(), start, end };
  if (groups['number'] !== undefined) return { kind: 'number', text: groups['number'], start, end };
  if (groups['string'] !== undefined)
    return { kind: 'string', text: groups['string'].replaceAll("''", "'"), start, end };
  if (groups['quoted'] !== undefined) return { kind: 'quoted', text: groups['quoted'], start, end };
  if (groups['symbol'] !== undefined) return { kind: 'symbol', text: groups['symbol'], start, end };
  return undefined;
};

/**
 * Cuts SQL text into tokens; comments and hints are blanks.
 *
 * @throws {OracleError} ORA-00911 on a character that has no meaning, ORA-01756 on a string that does not end.
 */
export const readTokens = (sql: string): readonly Token[] => {
  const tokens: Token[] = [];
  let start = 0;
  while (start < sql.length) {
    pattern.lastIndex = start;
    const match = pattern.exec(sql);
    if (match === null) {
      const code = sql[start] === "'" ? 'ORA-01756' : 'ORA-00911';
      throw new OracleError(oracleError(code).lines, start);
    }
    const token = tokenOf(match.groups ?? {}, start, pattern.lastIndex);
    if (token !== undefined) tokens.push(token);
    start = pattern.lastIndex;
  }
  tokens.push({ kind: 'end', text: '', start: sql.length, end: sql.length });
  return tokens;
};
