import { UnmodelledStatementError } from '../oracle-error.js';
import type { Condition, Expression } from '../sql/syntax.js';
import { isPackageFunction } from './packages.js';
import type { Subprogram } from './subprogram.js';
import type { Argument } from './syntax.js';

/**
 * The argument of each parameter, or `undefined` when the call does not fit (PLS-00306). ID and LOCKHANDLE are the two
 * names of one parameter of DBMS_LOCK.
 */
export const boundArguments = (
  { parameters, required, out = [] }: Subprogram,
  args: readonly Argument[],
): ReadonlyMap<string, Argument> | undefined => {
  const bound = new Map<string, Argument>();
  for (const [index, argument] of args.entries()) {
    const given = argument.name === 'ID' && parameters.includes('LOCKHANDLE') ? 'LOCKHANDLE' : argument.name;
    const parameter = given ?? parameters[index];
    if (parameter === undefined || !parameters.includes(parameter) || bound.has(parameter)) return undefined;
    if (out.includes(parameter) && variableOf(argument) === undefined) return undefined;
    bound.set(parameter, argument);
  }
  return parameters.slice(0, required).every((parameter) => bound.has(parameter)) ? bound : undefined;
};

/** The variable that an argument is, and nothing more than that. */
export const variableOf = ({ operand }: Argument): string | undefined =>
  operand.kind === 'value' && operand.expression.kind === 'column' && operand.expression.table === undefined
    ? operand.expression.name
    : undefined;

type Call = Extract<Expression, { kind: 'call' }>;

/** The arguments of a call that stands in an expression. */
export const argumentsOf = ({ args, argumentNames = [] }: Call): readonly Argument[] =>
  args.map((expression, index) => ({ name: argumentNames[index], operand: { kind: 'value', expression } }));

/** The calls of packages in an expression, outermost first; those in their arguments are left to whoever runs them. */
export const packageCalls = (expression: Expression): readonly Call[] => {
  switch (expression.kind) {
    case 'call':
      return isPackageFunction(expression.name) ? [expression] : expression.args.flatMap(packageCalls);
    case 'binary':
      return [...packageCalls(expression.left), ...packageCalls(expression.right)];
    case 'negative':
    case 'at-time-zone':
      return packageCalls(expression.operand);
    case 'case': {
      const calls = [...expression.branches.map(({ result }) => result), expression.otherwise].flatMap(packageCalls);
      // Which of them would be called depends on the conditions.
      if (calls.length > 0) throw new UnmodelledStatementError('a call of a package inside CASE');
      return [];
    }
    case 'literal':
    case 'column':
    case 'subquery':
      return [];
  }
};

/** The expression with a value in place of each of these calls. */
export const withAnswers = (expression: Expression, answers: ReadonlyMap<Expression, Expression>): Expression => {
  const answer = answers.get(expression);
  if (answer !== undefined) return answer;
  switch (expression.kind) {
    case 'call':
      return { ...expression, args: expression.args.map((argument) => withAnswers(argument, answers)) };
    case 'binary':
      return {
        ...expression,
        left: withAnswers(expression.left, answers),
        right: withAnswers(expression.right, answers),
      };
    case 'negative':
    case 'at-time-zone':
      return { ...expression, operand: withAnswers(expression.operand, answers) };
    case 'case':
    case 'literal':
    case 'column':
    case 'subquery':
      return expression;
  }
};

/** The expressions that a condition compares: none of one that is made of others. */
export const expressionsOf = (condition: Condition): readonly Expression[] => {
  switch (condition.kind) {
    case 'compare':
      return [condition.left, condition.right];
    case 'between':
      return [condition.operand, condition.low, condition.high];
    case 'in':
      return [condition.operand, ...('items' in condition.values ? [] : condition.values)];
    case 'like':
      return [condition.operand, condition.pattern];
    case 'is-null':
      return [condition.operand];
    case 'and':
    case 'or':
    case 'not':
    case 'exists':
    case 'is-true':
      return [];
  }
};

/** The same condition over other expressions. */
export const withExpressions = (condition: Condition, change: (expression: Expression) => Expression): Condition => {
  switch (condition.kind) {
    case 'compare':
      return { ...condition, left: change(condition.left), right: change(condition.right) };
    case 'between':
      return {
        ...condition,
        operand: change(condition.operand),
        low: change(condition.low),
        high: change(condition.high),
      };
    case 'in': {
      const { values } = condition;
      return {
        ...condition,
        operand: change(condition.operand),
        values: 'items' in values ? values : values.map(change),
      };
    }
    case 'like':
      return { ...condition, operand: change(condition.operand), pattern: change(condition.pattern) };
    case 'is-null':
      return { ...condition, operand: change(condition.operand) };
    case 'and':
    case 'or':
    case 'not':
    case 'exists':
    case 'is-true':
      return condition;
  }
};
