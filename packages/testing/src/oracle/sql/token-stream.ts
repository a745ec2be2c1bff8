import { type OracleCode, OracleError, oracleError } from '../oracle-error.js';
import { readTokens, type Token } from './tokens.js';

/** Reads tokens one after another, and back again where a parser has to try. */
export interface TokenStream {
  readonly sql: string;
  peek(ahead?: number): Token;
  next(): Token;
  /** Is the next token one of these words or symbols? Takes nothing. */
  isAt(...texts: readonly string[]): boolean;
  /** Takes the token when it is this word or symbol. */
  take(text: string): boolean;
  expect(text: string, code: OracleCode): void;
  /** The first result that `attempts` give without a syntax error. */
  tryEach<T>(...attempts: readonly (() => T)[]): T;
  fail(code: OracleCode): OracleError;
}

export const createTokenStream = (sql: string): TokenStream => {
  const tokens = readTokens(sql);
  const end: Token = { kind: 'end', text: '', start: sql.length, end: sql.length };
  let at = 0;
  const peek = (ahead = 0): Token => tokens[at + ahead] ?? end;
  const isAt = (...texts: readonly string[]): boolean => {
    const { kind, text } = peek();
    return (kind === 'word' || kind === 'symbol') && texts.includes(text);
  };
  const next = (): Token => {
    const token = peek();
    at += 1;
    return token;
  };
  const fail = (code: OracleCode): OracleError => new OracleError(oracleError(code).lines, peek().start);
  return {
    sql,
    peek,
    next,
    isAt,
    fail,
    take: (text) => {
      if (!isAt(text)) return false;
      at += 1;
      return true;
    },
    expect: (text, code) => {
      if (!isAt(text)) throw fail(code);
      at += 1;
    },
    tryEach: (...attempts) => {
      const start = at;
      const failures: unknown[] = [];
      for (const attempt of attempts) {
        try {
          return attempt();
        } catch (error) {
          if (!(error instanceof OracleError)) throw error;
          failures.push(error);
          at = start;
        }
      }
      throw failures[0];
    },
  };
};
