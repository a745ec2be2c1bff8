import { type OracleCode, OracleError, oracleError } from '../oracle-error.js';
import { aggregates, valueKey } from './aggregates.js';
import { formatValue } from './format.js';
import { pseudoColumns, type SqlContext, sqlFunctions, zoneMinutes } from './functions.js';
import type { Comparison, Condition, Expression, Select } from './syntax.js';
import {
  type ColumnType,
  calculate,
  compareValues,
  isTimestamp,
  numberValue,
  type Truth,
  textOrNull,
  type Value,
} from './values.js';

export interface Column extends ColumnType {
  readonly name: string;
}

export type Row = readonly Value[];

export interface Relation {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/** Where names are looked up: the tables of this query, then those of the query around it. */
export interface Scope {
  readonly tables: readonly { readonly alias: string; readonly columns: readonly Column[] }[];
  readonly outer?: Scope;
  readonly context: SqlContext;
  /** Runs a subquery in this scope. */
  runSelect(select: Select, scope: Scope, environment: Environment): Relation;
}

/** The rows that a scope's tables stand at; a missing row is one of NULLs. */
export interface Environment {
  readonly rows: readonly (Row | undefined)[];
  readonly group?: readonly Environment[];
  readonly outer?: Environment;
  readonly rowNumber: number;
}

export const emptyEnvironment: Environment = { rows: [], rowNumber: 0 };

export interface Compiled extends ColumnType {
  value(environment: Environment): Value;
}

const failAt = (offset: number, code: OracleCode, ...values: readonly string[]): OracleError =>
  new OracleError(oracleError(code, ...values).lines, offset);

const findColumn = (expression: Extract<Expression, { kind: 'column' }>, scope: Scope): Compiled | undefined => {
  const found = scope.tables.flatMap(({ alias, columns }, table) =>
    expression.table === undefined || expression.table === alias
      ? columns.flatMap((column, index) => (column.name === expression.name ? [{ table, index, column }] : []))
      : [],
  );
  if (found.length > 1) throw failAt(expression.offset, 'ORA-00918');
  const [only] = found;
  if (only !== undefined) {
    const { type, width } = only.column;
    return { type, width, value: (environment) => environment.rows[only.table]?.[only.index] ?? null };
  }
  if (scope.outer === undefined) return undefined;
  const outer = findColumn(expression, scope.outer);
  return outer && { ...outer, value: (environment) => outer.value(environment.outer ?? emptyEnvironment) };
};

const compileColumn = (expression: Extract<Expression, { kind: 'column' }>, scope: Scope): Compiled => {
  const column = findColumn(expression, scope);
  if (column !== undefined) return column;
  const variable = scope.context.variable?.(expression.name, expression.table);
  if (variable !== undefined) return variable;
  const pseudo = expression.table === undefined ? pseudoColumns.get(expression.name) : undefined;
  if (pseudo !== undefined) return { ...pseudo.type, value: () => pseudo.value(scope.context) };
  if (expression.name === 'ROWNUM') {
    return { type: 'number', width: 10, value: (environment) => numberValue(environment.rowNumber) };
  }
  const name = expression.table === undefined ? `"${expression.name}"` : `"${expression.table}"."${expression.name}"`;
  throw failAt(expression.offset, 'ORA-00904', name);
};

const compileAggregate = (expression: Extract<Expression, { kind: 'call' }>, scope: Scope): Compiled => {
  const aggregate = aggregates.get(expression.name);
  const argument = expression.args[0];
  if (expression.isStar && expression.name !== 'COUNT') throw failAt(expression.offset, 'ORA-00936');
  if (aggregate === undefined || (argument === undefined) !== expression.isStar)
    throw failAt(expression.offset, 'ORA-00909');
  const compiled = argument === undefined ? undefined : compileExpression(argument, scope);
  return {
    ...aggregate.type(compiled ?? { type: 'number', width: 10 }),
    value: ({ group }) => {
      if (group === undefined) throw failAt(expression.offset, 'ORA-00934');
      if (compiled === undefined) return BigInt(group.length);
      const values = group.map((member) => compiled.value(member)).filter((value) => value !== null);
      const distinct = new Map(values.map((value) => [valueKey(value), value]));
      return aggregate.value(expression.isDistinct ? [...distinct.values()] : values);
    },
  };
};

const compileCall = (expression: Extract<Expression, { kind: 'call' }>, scope: Scope): Compiled => {
  if (aggregates.has(expression.name)) return compileAggregate(expression, scope);
  const found = sqlFunctions.get(expression.name);
  if (found === undefined) throw failAt(expression.offset, 'ORA-00904', `"${expression.name.replaceAll('.', '"."')}"`);
  if (expression.argumentNames !== undefined) throw failAt(expression.offset, 'ORA-00907');
  const [least, most] = found.arguments;
  if (expression.args.length < least || expression.args.length > most) throw failAt(expression.offset, 'ORA-00909');
  const args = expression.args.map((argument) => compileExpression(argument, scope));
  return {
    ...found.type(args),
    value: (environment) =>
      found.value(
        args.map((argument) => argument.value(environment)),
        scope.context,
      ),
  };
};

const compileBinary = (expression: Extract<Expression, { kind: 'binary' }>, scope: Scope): Compiled => {
  const { operator } = expression;
  const left = compileExpression(expression.left, scope);
  const right = compileExpression(expression.right, scope);
  if (operator !== '||') {
    const date = left.type === 'date' || right.type === 'date' ? left.type !== right.type : false;
    const type: ColumnType = date ? { type: 'date', width: 9 } : { type: 'number', width: 10 };
    return { ...type, value: (environment) => calculate(operator, left.value(environment), right.value(environment)) };
  }
  const asText = (value: Value): string => (value === null ? '' : formatValue(value, scope.context.dateMask));
  const most = scope.tables.length === 0 && scope.context.variable !== undefined ? 32_767 : 4000;
  return {
    type: 'text',
    width: Math.min(4000, left.width + right.width),
    value: (environment) => {
      const joined = asText(left.value(environment)) + asText(right.value(environment));
      // A VARCHAR2 in SQL holds 4000 bytes, one of PL/SQL 32767. Source: sqlplus.md section 9, "Row format".
      if (new TextEncoder().encode(joined).length > most) throw oracleError('ORA-01489');
      return textOrNull(joined);
    },
  };
};

const compileCase = (expression: Extract<Expression, { kind: 'case' }>, scope: Scope): Compiled => {
  const branches = expression.branches.map(({ when, result }) => ({
    when: compileCondition(when, scope),
    result: compileExpression(result, scope),
  }));
  const otherwise = compileExpression(expression.otherwise, scope);
  return {
    type: branches[0]?.result.type ?? otherwise.type,
    width: Math.max(otherwise.width, ...branches.map(({ result }) => result.width)),
    value: (environment) =>
      (branches.find(({ when }) => when(environment) === true)?.result ?? otherwise).value(environment),
  };
};

const compileSubquery = (select: Select, scope: Scope): Compiled => {
  // Run once with no rows around it, for its type and for errors that do not depend on rows.
  const [column] = scope.runSelect(select, scope, emptyEnvironment).columns;
  return {
    type: column?.type ?? 'text',
    width: column?.width ?? 0,
    value: (environment) => {
      const { rows } = scope.runSelect(select, scope, environment);
      if (rows.length > 1) throw oracleError('ORA-01427');
      return rows[0]?.[0] ?? null;
    },
  };
};

/** Binds names and functions, so that a wrong name fails even when no row would ask for it, as in Oracle. */
export const compileExpression = (expression: Expression, scope: Scope): Compiled => {
  switch (expression.kind) {
    case 'literal': {
      const { value } = expression;
      const isText = typeof value === 'string' || value === null;
      return {
        type: isText ? 'text' : 'number',
        width: typeof value === 'string' ? value.length : 10,
        value: () => (typeof value === 'string' ? textOrNull(value) : value),
      };
    }
    case 'column':
      return compileColumn(expression, scope);
    case 'call':
      return compileCall(expression, scope);
    case 'binary':
      return compileBinary(expression, scope);
    case 'negative': {
      const operand = compileExpression(expression.operand, scope);
      return { ...operand, value: (environment) => calculate('-', 0n, operand.value(environment)) };
    }
    case 'case':
      return compileCase(expression, scope);
    case 'at-time-zone': {
      const operand = compileExpression(expression.operand, scope);
      const offsetMinutes = zoneMinutes(expression.zone);
      return {
        ...operand,
        value: (environment) => {
          const value = operand.value(environment);
          return isTimestamp(value) ? { epochMs: value.epochMs, offsetMinutes } : value;
        },
      };
    }
    case 'subquery':
      return compileSubquery(expression.select, scope);
  }
};

const holds: Readonly<Record<Comparison, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '>': (order) => order > 0,
  '<=': (order) => order <= 0,
  '>=': (order) => order >= 0,
};

const compare = (operator: Comparison, a: Value, b: Value): Truth => {
  const order = compareValues(a, b);
  return order === null ? null : holds[operator](order);
};

const and = (a: Truth, b: Truth): Truth =>
  a === false || b === false ? false : a === null || b === null ? null : true;
const not = (truth: Truth): Truth => (truth === null ? null : !truth);
const or = (a: Truth, b: Truth): Truth => not(and(not(a), not(b)));

const likePattern = (pattern: string, mark: string | undefined): RegExp => {
  const source = Array.from(pattern).reduce(
    ({ text, isEscaped }, character) => {
      if (character === mark && !isEscaped) return { text, isEscaped: true };
      const wildcard = isEscaped ? undefined : character === '%' ? '.*' : character === '_' ? '.' : undefined;
      return { text: text + (wildcard ?? character.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')), isEscaped: false };
    },
    { text: '', isEscaped: false },
  );
  return new RegExp(`^${source.text}$`, 's');
};

type Test = (environment: Environment) => Truth;

const compileIn = (condition: Extract<Condition, { kind: 'in' }>, scope: Scope): Test => {
  const operand = compileExpression(condition.operand, scope);
  const { values } = condition;
  const select = 'items' in values ? values : undefined;
  const candidates = 'items' in values ? [] : values.map((value) => compileExpression(value, scope));
  return (environment) => {
    const rows =
      select === undefined ? [] : scope.runSelect(select, scope, environment).rows.map(([first = null]) => first);
    const list = [...rows, ...candidates.map((candidate) => candidate.value(environment))];
    return list.reduce<Truth>((found, value) => or(found, compare('=', operand.value(environment), value)), false);
  };
};

/** A condition of WHERE, HAVING, ON or CASE in three-valued logic. */
export const compileCondition = (condition: Condition, scope: Scope): Test => {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const left = compileCondition(condition.left, scope);
      const right = compileCondition(condition.right, scope);
      const combine = condition.kind === 'and' ? and : or;
      return (environment) => combine(left(environment), right(environment));
    }
    case 'not': {
      const operand = compileCondition(condition.operand, scope);
      return (environment) => not(operand(environment));
    }
    case 'compare': {
      const left = compileExpression(condition.left, scope);
      const right = compileExpression(condition.right, scope);
      return (environment) => compare(condition.operator, left.value(environment), right.value(environment));
    }
    case 'like': {
      const operand = compileExpression(condition.operand, scope);
      const pattern = compileExpression(condition.pattern, scope);
      const mark = condition.escape === undefined ? undefined : compileExpression(condition.escape, scope);
      return (environment) => {
        const [text, like, marked] = [operand, pattern, mark].map((part) => part?.value(environment) ?? null);
        if (text === null || text === undefined || like === null || like === undefined) return null;
        const { dateMask } = scope.context;
        const single = marked === null || marked === undefined ? undefined : formatValue(marked, dateMask);
        return likePattern(formatValue(like, dateMask), single).test(formatValue(text, dateMask));
      };
    }
    case 'in':
      return compileIn(condition, scope);
    case 'between': {
      const [operand, low, high] = [condition.operand, condition.low, condition.high].map((part) =>
        compileExpression(part, scope),
      );
      return (environment) => {
        const value = operand?.value(environment) ?? null;
        return and(
          compare('>=', value, low?.value(environment) ?? null),
          compare('<=', value, high?.value(environment) ?? null),
        );
      };
    }
    case 'is-null': {
      const operand = compileExpression(condition.operand, scope);
      return (environment) => operand.value(environment) === null;
    }
    case 'is-true': {
      const truth = scope.context.truth?.(condition.name);
      if (truth === undefined) throw failAt(condition.offset, 'ORA-00904', `"${condition.name}"`);
      return truth;
    }
    case 'exists':
      return (environment) => scope.runSelect(condition.select, scope, environment).rows.length > 0;
  }
};
