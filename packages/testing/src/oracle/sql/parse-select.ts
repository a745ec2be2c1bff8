import { oracleError } from '../oracle-error.js';
import { remembering } from '../remember.js';
import { createExpressionParser } from './parse-expression.js';
import type { Condition, Expression, OrderItem, Select, SelectItem, TableReference } from './syntax.js';
import { createTokenStream, type TokenStream } from './token-stream.js';

const clauseWords = new Set('INTO WHERE GROUP HAVING ORDER UNION FETCH ON JOIN INNER LEFT CROSS FROM'.split(' '));

/** The heading SQL*Plus shows for an expression: its text in capitals without blanks. Observed: `COUNT(*)`. */
const headingOf = (text: string): string => text.toUpperCase().replace(/\s+/g, '');

/** A parser of the SELECT that begins at the next token. */
export const createSelectParser = (tokens: TokenStream): (() => Select) => {
  const parse = createExpressionParser(tokens, () => select());

  const aliasName = (): string | undefined => {
    const token = tokens.peek();
    if (token.kind === 'quoted' || (token.kind === 'word' && !clauseWords.has(token.text))) return tokens.next().text;
    return undefined;
  };

  const item = (): SelectItem => {
    const offset = tokens.peek().start;
    if (tokens.take('*')) return { heading: '*', offset };
    if (tokens.peek(1).text === '.' && tokens.peek(2).text === '*' && tokens.peek(2).kind === 'symbol') {
      const starOf = tokens.next().text;
      tokens.next();
      tokens.next();
      return { starOf, heading: '*', offset };
    }
    const expression = parse.expression();
    const text = tokens.sql.slice(offset, tokens.peek(-1).end);
    const isNamed = tokens.take('AS');
    const alias = isNamed ? tokens.next().text : aliasName();
    const heading = alias ?? (expression.kind === 'column' ? expression.name : headingOf(text));
    return { expression, heading, offset };
  };

  const listOf = <T>(parseOne: () => T): readonly T[] => {
    const items = [parseOne()];
    while (tokens.take(',')) items.push(parseOne());
    return items;
  };

  const source = (): { source: string | Select; offset: number } => {
    const offset = tokens.peek().start;
    if (tokens.take('(')) {
      const inner = select();
      tokens.expect(')', 'ORA-00907');
      return { source: inner, offset };
    }
    const token = tokens.next();
    if (token.kind !== 'word' && token.kind !== 'quoted') throw tokens.fail('ORA-00903');
    return { source: tokens.take('.') ? `${token.text}.${tokens.next().text}` : token.text, offset };
  };

  const table = (join: TableReference['join']): TableReference => {
    const found = source();
    const own = typeof found.source === 'string' ? found.source.replace(/^.*\./, '') : '';
    const alias = aliasName() ?? own;
    if (join === 'cross') return { ...found, alias, join };
    tokens.expect('ON', 'ORA-00933');
    return { ...found, alias, join, on: parse.condition() };
  };

  const joins = (): readonly TableReference[] => {
    const tables = [table('cross')];
    for (;;) {
      if (tokens.take(',')) tables.push(table('cross'));
      else if (tokens.take('CROSS')) {
        tokens.expect('JOIN', 'ORA-00933');
        tables.push(table('cross'));
      } else if (tokens.take('LEFT')) {
        tokens.take('OUTER');
        tokens.expect('JOIN', 'ORA-00933');
        tables.push(table('left'));
      } else if (tokens.take('INNER') || tokens.isAt('JOIN')) {
        tokens.expect('JOIN', 'ORA-00933');
        tables.push(table('inner'));
      } else return tables;
    }
  };

  const orderItem = (): OrderItem => {
    const expression = parse.expression();
    const isDescending = tokens.take('DESC');
    if (!isDescending) tokens.take('ASC');
    if (!tokens.take('NULLS')) return { expression, isDescending };
    return { expression, isDescending, nulls: tokens.next().text === 'FIRST' ? 'FIRST' : 'LAST' };
  };

  const by = <T>(word: string, parseOne: () => T): readonly T[] => {
    if (!tokens.take(word)) return [];
    tokens.expect('BY', 'ORA-00933');
    return listOf(parseOne);
  };

  const fetchFirst = (): number | undefined => {
    if (!tokens.take('FETCH')) return undefined;
    tokens.next();
    const count = tokens.peek().kind === 'number' ? Number(tokens.next().text) : 1;
    tokens.next();
    tokens.expect('ONLY', 'ORA-00933');
    return count;
  };

  const block = (): Omit<Select, 'unions' | 'orderBy' | 'fetchFirst'> => {
    tokens.expect('SELECT', 'ORA-00933');
    const isDistinct = tokens.take('DISTINCT') || tokens.take('UNIQUE');
    if (!isDistinct) tokens.take('ALL');
    const items = listOf(item);
    const into = tokens.take('INTO') ? listOf(() => tokens.next().text) : undefined;
    tokens.expect('FROM', 'ORA-00923');
    const from = joins();
    const where: Condition | undefined = tokens.take('WHERE') ? parse.condition() : undefined;
    const groupBy: readonly Expression[] = by('GROUP', parse.expression);
    const having: Condition | undefined = tokens.take('HAVING') ? parse.condition() : undefined;
    const conditions = { ...(where === undefined ? {} : { where }), ...(having === undefined ? {} : { having }) };
    return { isDistinct, items, from, groupBy, ...conditions, ...(into === undefined ? {} : { into }) };
  };

  const select = (): Select => {
    const first = block();
    const unions: { isAll: boolean; select: Select }[] = [];
    while (tokens.take('UNION')) {
      const isAll = tokens.take('ALL');
      unions.push({ isAll, select: { ...block(), unions: [], orderBy: [] } });
    }
    const orderBy = by('ORDER', orderItem);
    const limit = fetchFirst();
    return { ...first, unions, orderBy, ...(limit === undefined ? {} : { fetchFirst: limit }) };
  };

  return select;
};

/**
 * Reads a whole SELECT, without terminator.
 *
 * @throws {OracleError} the ORA-009nn that Oracle gives, with the place of the error.
 */
export const parseSelect = remembering((sql: string): Select => {
  const tokens = createTokenStream(sql);
  const select = createSelectParser(tokens)();
  if (select.into !== undefined) throw oracleError('ORA-00905');
  if (tokens.peek().kind !== 'end') throw tokens.fail('ORA-00933');
  return select;
});
