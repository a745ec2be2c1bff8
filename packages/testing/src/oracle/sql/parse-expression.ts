import type { Comparison, Condition, Expression, Select } from './syntax.js';
import type { TokenStream } from './token-stream.js';
import { numberValue } from './values.js';

/** The two halves of the grammar call each other; a subquery calls back into the parser of SELECT. */
export interface ExpressionParser {
  readonly expression: () => Expression;
  readonly condition: () => Condition;
}

const comparisons = new Map<string, Comparison>([
  ['=', '='],
  ['<>', '<>'],
  ['!=', '<>'],
  ['^=', '<>'],
  ['<', '<'],
  ['>', '>'],
  ['<=', '<='],
  ['>=', '>='],
]);

/** Words that end an expression, so they are no column names. Source: SQL Language Reference, "Reserved Words". */
const reserved = new Set(
  'FROM WHERE AND OR NOT GROUP ORDER BY HAVING AS IS IN LIKE BETWEEN UNION SELECT THEN ELSE WHEN ON DISTINCT ASC DESC'.split(
    ' ',
  ),
);

const number = (text: string): bigint | number => (/^\d+$/.test(text) ? BigInt(text) : numberValue(Number(text)));

/** Expressions and conditions. Source: SQL Language Reference, "Expressions", "Conditions", operator precedence. */
export const createExpressionParser = (
  tokens: TokenStream,
  parseSelect: () => Select,
  language: 'SQL' | 'PL/SQL' = 'SQL',
): ExpressionParser => {
  const list = (): readonly Expression[] => {
    const items = [expression()];
    while (tokens.take(',')) items.push(expression());
    return items;
  };

  const callArguments = (): readonly { name: string | undefined; value: Expression }[] => {
    const args: { name: string | undefined; value: Expression }[] = [];
    do {
      const isNamed = tokens.peek(1).kind === 'symbol' && tokens.peek(1).text === '=>';
      const name = isNamed ? tokens.next().text : undefined;
      if (isNamed) tokens.next();
      args.push({ name, value: expression() });
    } while (tokens.take(','));
    return args;
  };

  const cast = (offset: number): Expression => {
    const operand = expression();
    tokens.expect('AS', 'ORA-00936');
    const type = tokens.next().text;
    while (!tokens.isAt(')')) {
      if (tokens.peek().kind === 'end') throw tokens.fail('ORA-00907');
      if (tokens.take('(')) while (!tokens.take(')')) tokens.next();
      else tokens.next();
    }
    tokens.next();
    const args: readonly Expression[] = [operand, { kind: 'literal', value: type }];
    return { kind: 'call', name: 'CAST', args, isDistinct: false, isStar: false, offset };
  };

  const call = (name: string, offset: number): Expression => {
    if (name === 'CAST') return cast(offset);
    if (tokens.take('*')) {
      tokens.expect(')', 'ORA-00907');
      return { kind: 'call', name, args: [], isDistinct: false, isStar: true, offset };
    }
    const isDistinct = tokens.take('DISTINCT');
    const args = tokens.isAt(')') ? [] : callArguments();
    tokens.expect(')', 'ORA-00907');
    const plain = {
      kind: 'call',
      name,
      args: args.map(({ value }) => value),
      isDistinct,
      isStar: false,
      offset,
    } as const;
    const argumentNames = args.map((argument) => argument.name);
    return argumentNames.every((one) => one === undefined) ? plain : { ...plain, argumentNames };
  };

  const named = (): Expression => {
    const first = tokens.peek();
    if (first.kind === 'word' && reserved.has(first.text)) throw tokens.fail('ORA-00936');
    tokens.next();
    const parts = [first.text];
    while (tokens.isAt('.') && tokens.peek(1).kind !== 'symbol') {
      tokens.next();
      parts.push(tokens.next().text);
    }
    if (tokens.take('(')) return call(parts.join('.'), first.start);
    const [name = '', table] = parts.reverse();
    return { kind: 'column', name, offset: first.start, ...(table === undefined ? {} : { table }) };
  };

  const caseExpression = (): Expression => {
    const subject = tokens.isAt('WHEN') ? undefined : expression();
    const branches: { when: Condition; result: Expression }[] = [];
    while (tokens.take('WHEN')) {
      const when: Condition =
        subject === undefined ? condition() : { kind: 'compare', operator: '=', left: subject, right: expression() };
      tokens.expect('THEN', 'ORA-00936');
      branches.push({ when, result: expression() });
    }
    const otherwise: Expression = tokens.take('ELSE') ? expression() : { kind: 'literal', value: null };
    tokens.expect('END', 'ORA-00936');
    return { kind: 'case', branches, otherwise };
  };

  const primary = (): Expression => {
    const token = tokens.peek();
    if (token.kind === 'string' || token.kind === 'number') {
      tokens.next();
      return { kind: 'literal', value: token.kind === 'string' ? token.text : number(token.text) };
    }
    if (tokens.take('NULL')) return { kind: 'literal', value: null };
    if (tokens.take('CASE')) return caseExpression();
    if (tokens.take('(')) {
      const inner: Expression = tokens.isAt('SELECT') ? { kind: 'subquery', select: parseSelect() } : expression();
      tokens.expect(')', 'ORA-00907');
      return inner;
    }
    if (token.kind === 'word' || token.kind === 'quoted') return named();
    throw tokens.fail('ORA-00936');
  };

  const zoned = (): Expression => {
    const operand = primary();
    if (!tokens.isAt('AT')) return operand;
    tokens.next();
    tokens.expect('TIME', 'ORA-00933');
    tokens.expect('ZONE', 'ORA-00933');
    return { kind: 'at-time-zone', operand, zone: tokens.next().text };
  };

  const unary = (): Expression => {
    if (tokens.take('-')) return { kind: 'negative', operand: unary() };
    tokens.take('+');
    return zoned();
  };

  const product = (): Expression => {
    let left = unary();
    while (tokens.isAt('*', '/')) {
      const operator = tokens.next().text === '*' ? '*' : '/';
      left = { kind: 'binary', operator, left, right: unary() };
    }
    return left;
  };

  const expression = (): Expression => {
    let left = product();
    while (tokens.isAt('+', '-', '||')) {
      const { text } = tokens.next();
      left = { kind: 'binary', operator: text === '+' ? '+' : text === '-' ? '-' : '||', left, right: product() };
    }
    return left;
  };

  const inList = (operand: Expression): Condition => {
    tokens.expect('(', 'ORA-00936');
    const values = tokens.isAt('SELECT') ? parseSelect() : list();
    tokens.expect(')', 'ORA-00907');
    return { kind: 'in', operand, values };
  };

  const like = (operand: Expression): Condition => {
    const pattern = expression();
    return tokens.take('ESCAPE')
      ? { kind: 'like', operand, pattern, escape: expression() }
      : { kind: 'like', operand, pattern };
  };

  const between = (operand: Expression): Condition => {
    const low = expression();
    tokens.expect('AND', 'ORA-00936');
    return { kind: 'between', operand, low, high: expression() };
  };

  const predicate = (operand: Expression): Condition => {
    if (tokens.take('IN')) return inList(operand);
    if (tokens.take('LIKE')) return like(operand);
    if (tokens.take('BETWEEN')) return between(operand);
    throw tokens.fail('ORA-00920');
  };

  const comparison = (): Condition => {
    const left = expression();
    const operator = comparisons.get(tokens.peek().text);
    if (operator !== undefined && tokens.peek().kind === 'symbol') {
      tokens.next();
      return { kind: 'compare', operator, left, right: expression() };
    }
    if (tokens.take('IS')) {
      const isNegated = tokens.take('NOT');
      tokens.expect('NULL', 'ORA-00936');
      const isNull: Condition = { kind: 'is-null', operand: left };
      return isNegated ? { kind: 'not', operand: isNull } : isNull;
    }
    if (tokens.take('NOT')) return { kind: 'not', operand: predicate(left) };
    const isAlone = language === 'PL/SQL' && !tokens.isAt('IN', 'LIKE', 'BETWEEN');
    if (isAlone && left.kind === 'column' && left.table === undefined) {
      return { kind: 'is-true', name: left.name, offset: left.offset };
    }
    return predicate(left);
  };

  const inParentheses = (): Condition => {
    tokens.expect('(', 'ORA-00920');
    const inner = condition();
    tokens.expect(')', 'ORA-00907');
    return inner;
  };

  const negation = (): Condition => {
    if (tokens.take('NOT')) return { kind: 'not', operand: negation() };
    if (tokens.take('EXISTS')) {
      tokens.expect('(', 'ORA-00936');
      const select = parseSelect();
      tokens.expect(')', 'ORA-00907');
      return { kind: 'exists', select };
    }
    return tokens.isAt('(') ? tokens.tryEach(comparison, inParentheses) : comparison();
  };

  const conjunction = (): Condition => {
    let left = negation();
    while (tokens.take('AND')) left = { kind: 'and', left, right: negation() };
    return left;
  };

  const condition = (): Condition => {
    let left = conjunction();
    while (tokens.take('OR')) left = { kind: 'or', left, right: conjunction() };
    return left;
  };

  return { expression, condition };
};
