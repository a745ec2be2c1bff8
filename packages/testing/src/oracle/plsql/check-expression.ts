import { OracleError, UnmodelledStatementError } from '../oracle-error.js';
import type { Relation } from '../sql/compile.js';
import type { Condition, Expression, Select } from '../sql/syntax.js';
import type { StatementContext } from '../statement-effects.js';
import { argumentsOf, boundArguments, expressionsOf, packageCalls, withAnswers, withExpressions } from './calls.js';
import { truthOf } from './evaluator.js';
import { findSubprogram } from './packages.js';
import { engineIn } from './scope.js';
import type { Argument, Operand } from './syntax.js';
import { type Frame, findName } from './variables.js';

/** Errors of SQL that are known before anything runs: syntax and names. Others come when the statement runs. */
const isOfCompiling = ({ code }: OracleError): boolean => /^ORA-009\d\d$/.test(code) && code !== 'ORA-00932';

const withoutCalls = (expression: Expression): Expression =>
  withAnswers(expression, new Map(packageCalls(expression).map((call) => [call, { kind: 'literal', value: null }])));

/** What is wrong with one statement, at its place. */
export class Problem extends Error {
  readonly text: string;
  readonly offset: number;
  readonly isSql: boolean;

  constructor(text: string, offset: number, isSql = false) {
    super(text);
    this.name = 'Problem';
    this.text = text;
    this.offset = offset;
    this.isSql = isSql;
  }
}

export const undeclared = (name: string, offset: number): Problem =>
  new Problem(`PLS-00201: identifier '${name}' must be declared`, offset);

/** What SQL says of a name, as PL/SQL says it. */
const inWordsOfPlsql = (error: OracleError, frame: Frame): Problem => {
  const name = /^ORA-00904: (.*): invalid identifier$/.exec(error.message)?.[1]?.replaceAll('"', '');
  if (name === undefined) return new Problem(`PL/SQL: ${error.message}`, error.offset);
  if (findName(frame, name) !== undefined)
    throw new UnmodelledStatementError(`${name} where a value of its type cannot stand`);
  return undeclared(name, error.offset);
};

/** The checks of what statements are made of. Each throws a `Problem`. */
export const createExpressionChecks = (context: StatementContext) => {
  const compiled = <T>(frame: Frame, compile: () => T): T | undefined => {
    try {
      return compile();
    } catch (error) {
      if (!(error instanceof OracleError)) throw error;
      if (isOfCompiling(error)) throw inWordsOfPlsql(error, frame);
      return undefined;
    }
  };

  const checkCall = (called: string, offset: number, args: readonly Argument[], frame: Frame): void => {
    const found = findSubprogram(called, context);
    if (found.kind === 'missing') throw new Problem(found.text, offset);
    const bound = boundArguments(found.subprogram, args);
    if (bound === undefined) {
      throw new Problem(`PLS-00306: wrong number or types of arguments in call to '${found.name}'`, offset);
    }
    for (const { operand } of bound.values()) checkOperand(operand, frame, true);
  };

  const checkExpression = (expression: Expression, frame: Frame): void => {
    for (const call of packageCalls(expression)) checkCall(call.name, call.offset, argumentsOf(call), frame);
    compiled(frame, () => engineIn(context, frame, undefined).compile(withoutCalls(expression)));
  };

  const checkCondition = (condition: Condition, frame: Frame): void => {
    switch (condition.kind) {
      case 'and':
      case 'or':
        checkCondition(condition.left, frame);
        checkCondition(condition.right, frame);
        return;
      case 'not':
        checkCondition(condition.operand, frame);
        return;
      case 'compare':
      case 'between':
      case 'in':
      case 'like':
      case 'is-null':
      case 'exists':
      case 'is-true':
        for (const expression of expressionsOf(condition)) checkExpression(expression, frame);
        compiled(frame, () =>
          engineIn(context, frame, undefined).compileTest(withExpressions(condition, withoutCalls)),
        );
    }
  };

  /** @param isArgument  Then it may be a BOOLEAN or not, whichever it is. */
  const checkOperand = (operand: Operand, frame: Frame, isArgument: boolean): void => {
    if (operand.kind === 'truth') {
      checkCondition(operand.condition, frame);
      return;
    }
    const isName = operand.expression.kind === 'column' && operand.expression.table === undefined;
    const known = isName && engineTruth(operand, frame);
    if (!(isArgument && known)) checkExpression(operand.expression, frame);
  };

  const engineTruth = (operand: Operand, frame: Frame): boolean => {
    try {
      engineIn(context, frame, undefined).compileTest(truthOf(operand));
      return true;
    } catch (error) {
      if (error instanceof OracleError) return false;
      throw error;
    }
  };

  /** @returns the columns, when the query is right. */
  const checkSelect = (select: Select, frame: Frame): Relation | undefined => {
    try {
      return engineIn(context, frame, undefined).runSelect(select);
    } catch (error) {
      if (!(error instanceof OracleError)) throw error;
      if (isOfCompiling(error)) throw new Problem(`PL/SQL: ${error.message}`, error.offset, true);
      return undefined;
    }
  };

  return { checkCall, checkExpression, checkCondition, checkOperand, checkSelect };
};
