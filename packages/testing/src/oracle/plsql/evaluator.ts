import { OracleError, oracleError, UnmodelledStatementError } from '../oracle-error.js';
import { emptyEnvironment } from '../sql/compile.js';
import { formatValue } from '../sql/format.js';
import type { SelectEngine } from '../sql/select.js';
import type { Condition, Expression } from '../sql/syntax.js';
import { isTimestamp, type Truth, type Value } from '../sql/values.js';
import type { StatementContext } from '../statement-effects.js';
import {
  argumentsOf,
  boundArguments,
  expressionsOf,
  packageCalls,
  variableOf,
  withAnswers,
  withExpressions,
} from './calls.js';
import type { RaisedException } from './exceptions.js';
import { findSubprogram } from './packages.js';
import { engineIn } from './scope.js';
import type { CallArguments } from './subprogram.js';
import type { Argument, Operand } from './syntax.js';
import { type Frame, findName, valueFor } from './variables.js';

/** Where a block stands: its names, and the error that its handler is at. */
export interface Position {
  readonly context: StatementContext;
  readonly frame: Frame;
  readonly current: RaisedException | undefined;
}

const engineAt = ({ context, frame, current }: Position): SelectEngine => engineIn(context, frame, current);

const literalOf = (value: Value): Expression => {
  if (value instanceof Date || isTimestamp(value))
    throw new UnmodelledStatementError('a package function that gives a date');
  return { kind: 'literal', value };
};

/** Calls the packages in an expression, left to right, and puts their answers there. */
const resolved = async (position: Position, expression: Expression): Promise<Expression> => {
  const answers = new Map<Expression, Expression>();
  for (const call of packageCalls(expression)) {
    answers.set(call, literalOf((await callSubprogram(position, call.name, argumentsOf(call))) ?? null));
  }
  return answers.size === 0 ? expression : withAnswers(expression, answers);
};

export const evaluate = async (position: Position, expression: Expression): Promise<Value> =>
  engineAt(position)
    .compile(await resolved(position, expression))
    .value(emptyEnvironment);

const resolvedLeaf = async (position: Position, condition: Condition): Promise<Condition> => {
  const answers = new Map<Expression, Expression>();
  for (const expression of expressionsOf(condition)) answers.set(expression, await resolved(position, expression));
  return withExpressions(condition, (expression) => answers.get(expression) ?? expression);
};

/** A condition, from left to right and no further than it has to. Documented: PL/SQL, "Short-Circuit Evaluation". */
export const holds = async (position: Position, condition: Condition): Promise<Truth> => {
  switch (condition.kind) {
    case 'and': {
      const left = await holds(position, condition.left);
      if (left === false) return false;
      const right = await holds(position, condition.right);
      return right === false ? false : left === null || right === null ? null : true;
    }
    case 'or': {
      const left = await holds(position, condition.left);
      if (left === true) return true;
      const right = await holds(position, condition.right);
      return right === true ? true : left === null || right === null ? null : false;
    }
    case 'not': {
      const truth = await holds(position, condition.operand);
      return truth === null ? null : !truth;
    }
    case 'compare':
    case 'between':
    case 'in':
    case 'is-null':
    case 'like':
    case 'exists':
    case 'is-true':
      return engineAt(position).compileTest(await resolvedLeaf(position, condition))();
  }
};

/** The condition that an operand is when it is meant for a BOOLEAN: `TRUE` and a variable parse as expressions. */
export const truthOf = (operand: Operand): Condition => {
  if (operand.kind === 'truth') return operand.condition;
  const { expression } = operand;
  if (expression.kind === 'column' && expression.table === undefined) {
    return { kind: 'is-true', name: expression.name, offset: expression.offset };
  }
  if (expression.kind === 'literal' && expression.value === null) {
    return { kind: 'compare', operator: '=', left: expression, right: expression };
  }
  throw new UnmodelledStatementError('a BOOLEAN that is given a value of another type');
};

/** Assigns a value that is no BOOLEAN. */
export const assignValue = ({ context, frame }: Position, name: string, value: Value): void => {
  const target = findName(frame, name);
  if (target?.kind !== 'scalar') throw oracleError('ORA-06502', 'no such variable');
  target.value = valueFor(target.type, value, context.dateMask);
};

export const assign = async (position: Position, name: string, operand: Operand): Promise<void> => {
  const target = findName(position.frame, name);
  if (target?.kind === 'scalar' && target.type.kind === 'boolean') {
    target.truth = await holds(position, truthOf(operand));
    return;
  }
  if (operand.kind === 'truth') throw new UnmodelledStatementError('a condition that is assigned to no BOOLEAN');
  assignValue(position, name, await evaluate(position, operand.expression));
};

const isTruthName = ({ frame }: Position, operand: Operand): boolean => {
  if (operand.kind === 'truth') return true;
  if (operand.expression.kind !== 'column' || operand.expression.table !== undefined) return false;
  const { name } = operand.expression;
  const found = findName(frame, name);
  return found === undefined
    ? name === 'TRUE' || name === 'FALSE'
    : found.kind === 'scalar' && found.type.kind === 'boolean';
};

/** Runs a subprogram of a package. Its call was checked when the block was compiled. */
export const callSubprogram = async (
  position: Position,
  called: string,
  given: readonly Argument[],
): Promise<Value | undefined> => {
  const { context } = position;
  const found = findSubprogram(called, context);
  if (found.kind === 'missing') throw new Error(`${called} was not checked`);
  const bound = boundArguments(found.subprogram, given);
  if (bound === undefined) throw new Error(`the arguments of ${called} were not checked`);
  const values = new Map<string, Value>();
  const truths = new Map<string, Truth>();
  for (const [parameter, { operand }] of bound) {
    if (isTruthName(position, operand)) truths.set(parameter, await holds(position, truthOf(operand)));
    else if (operand.kind === 'value') values.set(parameter, await evaluate(position, operand.expression));
  }
  const args: CallArguments = {
    value: (name) => values.get(name),
    text: (name) => {
      const value = values.get(name) ?? null;
      return value === null ? null : formatValue(value, context.dateMask);
    },
    truth: (name) => truths.get(name),
    assign: (name, value) => {
      const argument = bound.get(name);
      const variable = argument && variableOf(argument);
      if (variable !== undefined) assignValue(position, variable, value);
    },
  };
  return (await found.subprogram.run(context, args)) ?? undefined;
};

/** Gives the one row of a query to variables. Documented: PL/SQL Language Reference, "SELECT INTO Statement". */
export const takeRow = (position: Position, rows: readonly (readonly Value[])[], into: readonly string[]): void => {
  const [row, second] = rows;
  if (row === undefined) throw oracleError('ORA-01403');
  if (second !== undefined) throw oracleError('ORA-01422');
  for (const [index, name] of into.entries()) assignValue(position, name, row[index] ?? null);
};

/** The rows of a query of the block. An error of SQL has its place in the query and none in the block. */
export const rowsAt = (position: Position, run: (engine: SelectEngine) => ReturnType<SelectEngine['run']>) => {
  try {
    return run(engineAt(position));
  } catch (error) {
    throw error instanceof OracleError ? new OracleError(error.lines) : error;
  }
};
