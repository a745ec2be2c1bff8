import { errorLine } from '../oracle-error.js';
import type { Relation } from '../sql/compile.js';
import type { StatementContext } from '../statement-effects.js';
import { createExpressionChecks, Problem, undeclared } from './check-expression.js';
import { type CompileProblem, compileError } from './compile-error.js';
import { truthOf } from './evaluator.js';
import { predefinedExceptions } from './exceptions.js';
import { findSubprogram } from './packages.js';
import type { Argument, Block, Operand, Statement } from './syntax.js';
import { createFrame, createScalar, type Frame, findName } from './variables.js';

/**
 * Compiles a block against the names and views that its session sees, so that nothing of it runs when anything in it is
 * wrong. Documented: PL/SQL Language Reference, "PL/SQL Errors" (compile-time errors).
 *
 * @throws {OracleError} ORA-06550 with every statement that is wrong.
 */
export const checkBlock = (context: StatementContext, source: string, whole: Block): void => {
  const problems: CompileProblem[] = [];
  const { checkCall, checkExpression, checkCondition, checkOperand, checkSelect } = createExpressionChecks(context);

  const attempt = (offset: number, check: () => void): void => {
    try {
      check();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      problems.push({ text: error.text, offset: error.offset, ignored: { offset, isSql: error.isSql } });
    }
  };

  const checkTarget = (name: string, offset: number, frame: Frame): void => {
    const found = findName(frame, name);
    if (found === undefined) throw undeclared(name, offset);
    if (found.kind !== 'scalar' || found.isConstant) {
      throw new Problem(`PLS-00363: expression '${name}' cannot be used as an assignment target`, offset);
    }
  };

  const checkInto = (into: readonly string[], offset: number, frame: Frame, columns: number | undefined): void => {
    for (const name of into) checkTarget(name, offset, frame);
    if (columns !== undefined && columns !== into.length) {
      throw new Problem(`PL/SQL: ${errorLine(columns > into.length ? 'ORA-00947' : 'ORA-00913')}`, offset, true);
    }
  };

  const checkAssignment = (name: string, operand: Operand, offset: number, frame: Frame): void => {
    checkTarget(name, offset, frame);
    const target = findName(frame, name);
    const isTruth = target?.kind === 'scalar' && target.type.kind === 'boolean';
    if (isTruth) checkCondition(truthOf(operand), frame);
    else if (operand.kind === 'truth') {
      // `=` where `:=` was meant, mostly.
      throw new Problem('PLS-00382: expression is of wrong type', offset);
    } else checkOperand(operand, frame, false);
  };

  const exceptionCalled = (name: string, offset: number, frame: Frame): void => {
    if (findName(frame, name)?.kind !== 'exception' && !predefinedExceptions.has(name)) throw undeclared(name, offset);
  };

  const loopFrame = (frame: Frame, name: string, columns?: Relation['columns']): Frame => {
    const inner = createFrame(frame);
    inner.names.set(
      name,
      columns === undefined ? createScalar({ kind: 'number', isWhole: true }, true) : { kind: 'row', columns, row: [] },
    );
    return inner;
  };

  const checkStatement = (statement: Statement, frame: Frame): void => {
    const { offset } = statement;
    switch (statement.kind) {
      case 'null':
      case 'return':
      case 'sql':
        return;
      case 'block':
        checkIn(statement.block, frame);
        return;
      case 'assign':
        attempt(offset, () => checkAssignment(statement.target, statement.operand, offset, frame));
        return;
      case 'if':
        for (const { when, body } of statement.branches) {
          attempt(offset, () => checkCondition(when, frame));
          checkAll(body, frame);
        }
        checkAll(statement.otherwise, frame);
        return;
      case 'loop':
        checkAll(statement.body, frame);
        return;
      case 'while':
        attempt(offset, () => checkCondition(statement.when, frame));
        checkAll(statement.body, frame);
        return;
      case 'for-range':
        attempt(offset, () => {
          checkExpression(statement.low, frame);
          checkExpression(statement.high, frame);
        });
        checkAll(statement.body, loopFrame(frame, statement.name));
        return;
      case 'for-rows': {
        let columns: Relation['columns'] | undefined;
        attempt(offset, () => {
          columns = checkSelect(statement.select, frame)?.columns;
        });
        if (columns !== undefined) checkAll(statement.body, loopFrame(frame, statement.name, columns));
        return;
      }
      case 'exit':
      case 'continue':
        if (statement.when !== undefined) {
          const { when } = statement;
          attempt(offset, () => checkCondition(when, frame));
        }
        return;
      case 'select':
        attempt(offset, () => {
          const columns = checkSelect(statement.select, frame)?.columns.length;
          if (statement.into.length === 0) {
            throw new Problem('PLS-00428: an INTO clause is expected in this SELECT statement', offset);
          }
          checkInto(statement.into, offset, frame, columns);
        });
        return;
      case 'execute':
        attempt(offset, () => {
          checkExpression(statement.text, frame);
          checkInto(statement.into, offset, frame, undefined);
        });
        return;
      case 'raise':
        if (statement.name === undefined) return;
        attempt(offset, () => exceptionCalled(statement.name ?? '', offset, frame));
        return;
      case 'call':
        attempt(offset, () => checkProcedure(statement.name, offset, statement.args, frame));
        return;
    }
  };

  const checkProcedure = (called: string, offset: number, args: readonly Argument[], frame: Frame): void => {
    checkCall(called, offset, args, frame);
    const found = findSubprogram(called, context);
    if (found.kind === 'found' && found.subprogram.isFunction === true) {
      throw new Problem(`PLS-00221: '${found.name}' is not a procedure or is undefined`, offset);
    }
  };

  const checkAll = (statements: readonly Statement[], frame: Frame): void => {
    for (const statement of statements) checkStatement(statement, frame);
  };

  const declare = (block: Block, frame: Frame): void => {
    for (const declaration of block.declarations) {
      const { name, offset } = declaration;
      attempt(offset, () => {
        if (declaration.kind === 'exception-code') return exceptionCalled(name, offset, frame);
        if (frame.names.has(name)) {
          throw new Problem(`PLS-00371: at most one declaration for '${name}' is permitted`, offset);
        }
        if (declaration.kind === 'exception') return void frame.names.set(name, { kind: 'exception', code: undefined });
        const { type, initial } = declaration;
        if (initial !== undefined && type.kind === 'boolean') checkCondition(truthOf(initial), frame);
        else if (initial?.kind === 'value') checkExpression(initial.expression, frame);
        else if (initial !== undefined) throw new Problem('PLS-00382: expression is of wrong type', offset);
        frame.names.set(name, createScalar(type, declaration.isConstant));
      });
    }
  };

  const checkIn = (block: Block, outer: Frame | undefined): void => {
    const frame = createFrame(outer);
    declare(block, frame);
    checkAll(block.body, frame);
    for (const { names, body } of block.handlers) {
      for (const { name, offset } of names) {
        if (name !== 'OTHERS') attempt(offset, () => exceptionCalled(name, offset, frame));
      }
      checkAll(body, frame);
    }
  };

  checkIn(whole, undefined);
  if (problems.length > 0) throw compileError(source, problems);
};
