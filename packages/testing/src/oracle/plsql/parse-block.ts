import { OracleError, UnmodelledStatementError } from '../oracle-error.js';
import { remembering } from '../remember.js';
import { createExpressionParser } from '../sql/parse-expression.js';
import { createSelectParser } from '../sql/parse-select.js';
import type { Condition, Expression, Select } from '../sql/syntax.js';
import { createTokenStream, type TokenStream } from '../sql/token-stream.js';
import { compileError } from './compile-error.js';
import { createDeclarationParser } from './parse-declaration.js';
import type { Argument, Block, Handler, Operand, Statement } from './syntax.js';

/** The parts of the grammar that declarations share with statements. */
export interface BlockGrammar {
  readonly tokens: TokenStream;
  readonly expression: () => Expression;
  readonly condition: () => Condition;
  /** An expression or, where a BOOLEAN is meant, a condition; up to one of these symbols. */
  readonly operand: (...ends: readonly string[]) => Operand;
  readonly name: () => string;
  readonly expect: (text: string) => void;
  readonly unexpected: () => OracleError;
  /** Fails loudly on what PL/SQL has and this does not model. */
  readonly unmodelled: (what: string) => UnmodelledStatementError;
}

/** Words that begin a statement which PL/SQL knows and this interpreter does not. */
const unmodelledWords = new Set(
  `CASE CLOSE DELETE FETCH FORALL GOTO INSERT LOCK MERGE OPEN PIPE PRAGMA SAVEPOINT SET UPDATE WITH`.split(' '),
);

const createGrammar = (source: string): BlockGrammar & { select(): Select } => {
  const unmodelled = (what: string) => new UnmodelledStatementError(`${what} in PL/SQL: ${source}`);
  const tokens = openTokens(source, unmodelled);
  const parseSelect = createSelectParser(tokens);
  const parse = createExpressionParser(tokens, parseSelect, 'PL/SQL');

  /** Documented: PLS-00103 with the symbol; which symbols it lists as expected is left out (assumed: nobody reads them). */
  const unexpected = (): OracleError => {
    const { kind, text, start } = tokens.peek();
    if (kind === 'symbol' && text === ':') throw unmodelled('a bind variable');
    const symbol = kind === 'end' ? 'end-of-file' : text;
    const expecting = `PLS-00103: Encountered the symbol "${symbol}" when expecting one of the following:\n\n   ;`;
    return compileError(source, [{ text: expecting, offset: start }]);
  };

  const orUnexpected = <T>(attempt: () => T): T => {
    try {
      return attempt();
    } catch (error) {
      throw error instanceof OracleError && error.code !== 'ORA-06550' ? unexpected() : error;
    }
  };

  return {
    tokens,
    unmodelled,
    unexpected,
    expression: () => orUnexpected(parse.expression),
    condition: () => orUnexpected(parse.condition),
    operand: (...ends) =>
      orUnexpected(() =>
        tokens.tryEach<Operand>(
          () => {
            const expression = parse.expression();
            if (!tokens.isAt(...ends)) throw tokens.fail('ORA-00933');
            return { kind: 'value', expression };
          },
          () => ({ kind: 'truth', condition: parse.condition() }),
        ),
      ),
    name: () => {
      const { kind, text } = tokens.peek();
      if (kind !== 'word' && kind !== 'quoted') throw unexpected();
      tokens.next();
      return text;
    },
    expect: (text) => {
      if (!tokens.take(text)) throw unexpected();
    },
    select: () => {
      const { start } = tokens.peek();
      try {
        return parseSelect();
      } catch (error) {
        if (!(error instanceof OracleError)) throw error;
        if (/\bBULK\s+COLLECT\b/i.test(source)) throw unmodelled('BULK COLLECT');
        const problem = { text: `PL/SQL: ${error.lines[0]}`, offset: error.offset };
        throw compileError(source, [{ ...problem, ignored: { offset: start, isSql: true } }]);
      }
    },
  };
};

/** A character without a meaning in SQL may have one in PL/SQL: `%TYPE`, `:bind`, `<<label>>`. */
const openTokens = (source: string, unmodelled: (what: string) => UnmodelledStatementError): TokenStream => {
  try {
    return createTokenStream(source);
  } catch (error) {
    throw error instanceof OracleError && error.code === 'ORA-00911' ? unmodelled('a character') : error;
  }
};

/**
 * Reads an anonymous block. Source: PL/SQL Language Reference, "Block", "Statements".
 *
 * @throws {OracleError} ORA-06550 with PLS-00103 on a text that is no PL/SQL.
 * @throws {UnmodelledStatementError} on PL/SQL that is not modelled.
 */
export const parseBlock = remembering((source: string): Block => {
  const grammar = createGrammar(source);
  const { tokens, expect, name, unexpected, unmodelled } = grammar;
  const declarations = createDeclarationParser(grammar);

  const names = (): readonly string[] => {
    const found = [name()];
    while (tokens.take(',')) found.push(name());
    return found;
  };

  const bodyUntil = (...ends: readonly string[]): readonly Statement[] => {
    const body: Statement[] = [];
    while (!tokens.isAt(...ends)) body.push(statement());
    // At least a NULL has to stand there.
    if (body.length === 0) throw unexpected();
    return body;
  };

  const loopBody = (): readonly Statement[] => {
    expect('LOOP');
    const body = bodyUntil('END');
    expect('END');
    expect('LOOP');
    return body;
  };

  const ifStatement = () => {
    const branches: { when: Condition; body: readonly Statement[] }[] = [];
    do {
      const when = grammar.condition();
      expect('THEN');
      branches.push({ when, body: bodyUntil('ELSIF', 'ELSE', 'END') });
    } while (tokens.take('ELSIF'));
    const otherwise = tokens.take('ELSE') ? bodyUntil('END') : [];
    expect('END');
    expect('IF');
    return { kind: 'if', branches, otherwise } as const;
  };

  const forStatement = () => {
    const variable = name();
    expect('IN');
    if (tokens.isAt('(') && tokens.peek(1).text === 'SELECT') {
      tokens.next();
      const select = grammar.select();
      expect(')');
      return { kind: 'for-rows', name: variable, select, body: loopBody() } as const;
    }
    const isReverse = tokens.take('REVERSE');
    const low = grammar.expression();
    if (tokens.isAt('LOOP')) throw unmodelled('a declared cursor');
    expect('..');
    const high = grammar.expression();
    return { kind: 'for-range', name: variable, low, high, isReverse, body: loopBody() } as const;
  };

  const executeStatement = () => {
    expect('IMMEDIATE');
    const text = grammar.expression();
    const into = tokens.take('INTO') ? names() : [];
    if (tokens.isAt('USING', 'BULK', 'RETURNING')) throw unmodelled(tokens.peek().text);
    return { kind: 'execute', text, into } as const;
  };

  const callArguments = (): readonly Argument[] => {
    const args: Argument[] = [];
    do {
      const isNamed = tokens.peek(1).kind === 'symbol' && tokens.peek(1).text === '=>';
      const argument = isNamed ? name() : undefined;
      if (isNamed) expect('=>');
      args.push({ name: argument, operand: grammar.operand(',', ')') });
    } while (tokens.take(','));
    expect(')');
    return args;
  };

  const namedStatement = () => {
    const parts = [name()];
    while (tokens.take('.')) parts.push(name());
    const called = parts.join('.');
    if (tokens.take(':=')) return { kind: 'assign', target: called, operand: grammar.operand(';') } as const;
    if (!tokens.take('(')) return { kind: 'call', name: called, args: [] } as const;
    return { kind: 'call', name: called, args: tokens.take(')') ? [] : callArguments() } as const;
  };

  const jump = (kind: 'exit' | 'continue') => {
    if (!tokens.isAt('WHEN', ';')) throw unmodelled('a label');
    return { kind, when: tokens.take('WHEN') ? grammar.condition() : undefined } as const;
  };

  const statementAt = () => {
    const { kind, text } = tokens.peek();
    if (kind !== 'word' && kind !== 'quoted') throw text === '<' ? unmodelled('a label') : unexpected();
    if (kind === 'word' && unmodelledWords.has(text)) throw unmodelled(text);
    if (kind === 'word' && ['END', 'EXCEPTION', 'ELSE', 'ELSIF', 'WHEN', 'THEN'].includes(text)) throw unexpected();
    if (tokens.isAt('BEGIN', 'DECLARE')) return { kind: 'block', block: block() } as const;
    if (tokens.isAt('SELECT')) {
      const { into = [], ...select } = grammar.select();
      return { kind: 'select', select, into } as const;
    }
    if (tokens.isAt('COMMIT', 'ROLLBACK')) {
      const sql = tokens.next().text;
      tokens.take('WORK');
      return { kind: 'sql', sql } as const;
    }
    if (tokens.take('NULL')) return { kind: 'null' } as const;
    if (tokens.take('RETURN')) return { kind: 'return' } as const;
    if (tokens.take('IF')) return ifStatement();
    if (tokens.take('LOOP')) {
      const body = bodyUntil('END');
      expect('END');
      expect('LOOP');
      return { kind: 'loop', body } as const;
    }
    if (tokens.take('WHILE')) {
      const when = grammar.condition();
      return { kind: 'while', when, body: loopBody() } as const;
    }
    if (tokens.take('FOR')) return forStatement();
    if (tokens.take('EXIT')) return jump('exit');
    if (tokens.take('CONTINUE')) return jump('continue');
    if (tokens.take('EXECUTE')) return executeStatement();
    if (tokens.take('RAISE')) return { kind: 'raise', name: tokens.isAt(';') ? undefined : name() } as const;
    return namedStatement();
  };

  const statement = (): Statement => {
    const offset = tokens.peek().start;
    const read = statementAt();
    expect(';');
    return { ...read, offset };
  };

  const handler = (): Handler => {
    expect('WHEN');
    const found: { name: string; offset: number }[] = [];
    do {
      const { start } = tokens.peek();
      found.push({ name: name(), offset: start });
    } while (tokens.take('OR'));
    expect('THEN');
    return { names: found, body: bodyUntil('WHEN', 'END') };
  };

  const block = (): Block => {
    const declared = tokens.take('DECLARE') ? declarations() : [];
    expect('BEGIN');
    const body = bodyUntil('EXCEPTION', 'END');
    const handlers: Handler[] = [];
    if (tokens.take('EXCEPTION'))
      do handlers.push(handler());
      while (!tokens.isAt('END'));
    expect('END');
    if (tokens.peek().kind === 'word') tokens.next();
    return { declarations: declared, body, handlers };
  };

  const whole = block();
  tokens.take(';');
  if (tokens.peek().kind !== 'end') throw unexpected();
  return whole;
});
