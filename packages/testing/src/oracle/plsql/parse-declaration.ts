import type { BlockGrammar } from './parse-block.js';
import type { Declaration, VariableType } from './syntax.js';

const simpleTypes: Readonly<Record<string, VariableType>> = {
  NUMBER: { kind: 'number' },
  FLOAT: { kind: 'number' },
  INTEGER: { kind: 'number', isWhole: true },
  INT: { kind: 'number', isWhole: true },
  PLS_INTEGER: { kind: 'number', isWhole: true },
  BINARY_INTEGER: { kind: 'number', isWhole: true },
  DATE: { kind: 'date' },
  BOOLEAN: { kind: 'boolean' },
};

/** A parser of what stands between DECLARE and BEGIN. Source: PL/SQL Language Reference, "Declarative part". */
export const createDeclarationParser = (grammar: BlockGrammar): (() => readonly Declaration[]) => {
  const { tokens, expect, name, unexpected, unmodelled } = grammar;

  const size = (): number => {
    const { kind, text } = tokens.next();
    if (kind !== 'number') throw unexpected();
    return Number(text);
  };

  const type = (): VariableType => {
    const word = name();
    if (word === 'VARCHAR2' || word === 'VARCHAR') {
      expect('(');
      const mostBytes = size();
      if (!tokens.take('BYTE')) tokens.take('CHAR');
      expect(')');
      return { kind: 'text', mostBytes };
    }
    if (word === 'TIMESTAMP') {
      for (const more of ['WITH', 'TIME', 'ZONE']) tokens.take(more);
      return { kind: 'timestamp' };
    }
    // A record there, which nobody looks into.
    if (word === 'UTL_FILE' && tokens.take('.')) {
      expect('FILE_TYPE');
      return { kind: 'number', isWhole: true };
    }
    const simple = simpleTypes[word];
    if (simple === undefined) throw unmodelled(`the type ${word}`);
    if (word !== 'NUMBER' || !tokens.take('(')) return simple;
    size();
    const isWhole = !tokens.take(',') || size() === 0;
    expect(')');
    return { kind: 'number', isWhole };
  };

  const exceptionCode = (offset: number): Declaration => {
    if (!tokens.take('EXCEPTION_INIT')) throw unmodelled(`PRAGMA ${tokens.peek().text}`);
    expect('(');
    const exception = name();
    expect(',');
    const isNegative = tokens.take('-');
    const code = size();
    expect(')');
    return { kind: 'exception-code', name: exception, code: isNegative ? -code : code, offset };
  };

  const declaration = (): Declaration => {
    const offset = tokens.peek().start;
    if (tokens.take('PRAGMA')) return exceptionCode(offset);
    if (tokens.isAt('CURSOR', 'TYPE', 'SUBTYPE', 'PROCEDURE', 'FUNCTION')) throw unmodelled(tokens.peek().text);
    const declared = name();
    if (tokens.take('EXCEPTION')) return { kind: 'exception', name: declared, offset };
    const isConstant = tokens.take('CONSTANT');
    const variableType = type();
    if (tokens.isAt('NOT')) throw unmodelled('NOT NULL');
    const initial = tokens.take(':=') || tokens.take('DEFAULT') ? grammar.operand(';') : undefined;
    return { kind: 'variable', name: declared, type: variableType, isConstant, initial, offset };
  };

  return () => {
    const found: Declaration[] = [];
    while (!tokens.isAt('BEGIN')) {
      found.push(declaration());
      expect(';');
    }
    return found;
  };
};
