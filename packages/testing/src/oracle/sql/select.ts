import { OracleError, oracleError } from '../oracle-error.js';
import { aggregates, valueKey } from './aggregates.js';
import {
  type Column,
  type Compiled,
  compileCondition,
  compileExpression,
  type Environment,
  emptyEnvironment,
  type Relation,
  type Row,
  type Scope,
} from './compile.js';
import type { SqlContext } from './functions.js';
import { parseSelect } from './parse-select.js';
import type { Condition, Expression, OrderItem, Select, SelectItem } from './syntax.js';
import { compareValues, type Truth, toNumber, type Value } from './values.js';

/** What a SELECT can read: views by name in capitals, each computed when asked for. */
export interface Catalogue {
  /** `undefined` when there is no such view for this user. */
  findView(name: string): Relation | undefined;
}

/** SQL against one catalogue, as one session sees it. */
export interface SelectEngine {
  /** @throws {OracleError} as Oracle would, with the place of the error. */
  run(sql: string): Relation;
  runSelect(select: Select): Relation;
  /** An expression without a row around it, of PL/SQL. */
  compile(expression: Expression): Compiled;
  compileTest(condition: Condition): () => Truth;
}

const childExpressions = (expression: Expression): readonly Expression[] => {
  switch (expression.kind) {
    case 'call':
      return expression.args;
    case 'binary':
      return [expression.left, expression.right];
    case 'negative':
    case 'at-time-zone':
      return [expression.operand];
    case 'case':
      return [...expression.branches.map(({ result }) => result), expression.otherwise];
    case 'literal':
    case 'column':
    case 'subquery':
      return [];
  }
};

const isAggregate = (expression: Expression): boolean =>
  (expression.kind === 'call' && aggregates.has(expression.name)) || childExpressions(expression).some(isAggregate);

const sameText = (expression: Expression): string =>
  JSON.stringify(expression, (key, value: unknown) =>
    key === 'offset' ? undefined : typeof value === 'bigint' ? `${value}n` : value,
  );

/** @throws {OracleError} ORA-00937 or ORA-00979 for a column that is neither grouped by nor inside a group function. */
const checkGrouping = (expression: Expression, groupBy: readonly Expression[]): void => {
  if (groupBy.some((key) => sameText(key) === sameText(expression))) return;
  if (expression.kind === 'call' && aggregates.has(expression.name)) return;
  if (expression.kind === 'column' && !['SYSDATE', 'SYSTIMESTAMP', 'USER'].includes(expression.name)) {
    const { lines } = oracleError(groupBy.length === 0 ? 'ORA-00937' : 'ORA-00979');
    throw new OracleError(lines, expression.offset);
  }
  for (const child of childExpressions(expression)) checkGrouping(child, groupBy);
};

interface OutputColumn extends Compiled {
  readonly name: string;
}

const expandItem = (item: SelectItem, scope: Scope): readonly OutputColumn[] => {
  if (item.expression !== undefined) {
    return [{ name: item.heading, ...compileExpression(item.expression, scope) }];
  }
  const tables = scope.tables.map((table, index) => ({ ...table, index }));
  const wanted = tables.filter(({ alias }) => item.starOf === undefined || item.starOf === alias);
  if (wanted.length === 0) throw new OracleError(oracleError('ORA-00904', `"${item.starOf}"`).lines, item.offset);
  return wanted.flatMap(({ columns, index }) =>
    columns.map((column, at) => ({
      ...column,
      value: (environment: Environment) => environment.rows[index]?.[at] ?? null,
    })),
  );
};

interface OutputRow {
  readonly row: Row;
  readonly environment: Environment;
}

const orderKeys = (select: Select, columns: readonly OutputColumn[], scope: Scope) =>
  select.orderBy.map((item: OrderItem) => {
    const { expression } = item;
    const position = expression.kind === 'literal' ? Number(toNumber(expression.value)) - 1 : undefined;
    if (position !== undefined && columns[position] === undefined) throw oracleError('ORA-01785');
    const named =
      expression.kind === 'column' && expression.table === undefined
        ? columns.findIndex(({ name }) => name === expression.name)
        : -1;
    const index = position ?? named;
    if (index >= 0) return { item, key: ({ row }: OutputRow) => row[index] ?? null };
    const compiled = compileExpression(expression, scope);
    return { item, key: ({ environment }: OutputRow) => compiled.value(environment) };
  });

/** NULLs come last ascending, first descending. Source: SQL Language Reference, "order_by_clause". */
const inOrder = (a: Value, b: Value, item: OrderItem): number => {
  if (a === null && b === null) return 0;
  const nullsFirst = item.nulls === undefined ? item.isDescending : item.nulls === 'FIRST';
  if (a === null || b === null) return (a === null) === nullsFirst ? -1 : 1;
  return (compareValues(a, b) ?? 0) * (item.isDescending ? -1 : 1);
};

const withoutRepeats = (rows: readonly OutputRow[]): readonly OutputRow[] => {
  const seen = new Set<string>();
  return rows.filter(({ row }) => {
    const key = row.map(valueKey).join('\0');
    return !seen.has(key) && seen.add(key);
  });
};

/**
 * Runs SELECT statements as Oracle's SQL does, as far as questions about its own views go: joins, subqueries,
 * grouping, three-valued logic, exact whole numbers.
 */
export const createSelectEngine = (catalogue: Catalogue, context: SqlContext): SelectEngine => {
  const relationOf = (source: string | Select, offset: number, outer?: Scope): Relation => {
    if (typeof source !== 'string') return runQuery(source, outer, emptyEnvironment);
    const view = source === 'DUAL' || source === 'SYS.DUAL' ? dual : catalogue.findView(source);
    if (view === undefined) throw new OracleError(oracleError('ORA-00942').lines, offset);
    return view;
  };

  const rowsOf = (
    select: Select,
    scope: Scope,
    relations: readonly Relation[],
    outer: Environment,
  ): readonly Environment[] => {
    const joined = select.from.reduce<readonly Environment[]>(
      (environments, table, index) => {
        const on = table.on === undefined ? undefined : compileCondition(table.on, scope);
        const rows = relations[index]?.rows ?? [];
        return environments.flatMap((environment) => {
          const matches = rows
            .map((row) => ({ ...environment, rows: [...environment.rows, row] }))
            .filter((candidate) => on === undefined || on(candidate) === true);
          return matches.length === 0 && table.join === 'left'
            ? [{ ...environment, rows: [...environment.rows, undefined] }]
            : matches;
        });
      },
      [{ rows: [], outer, rowNumber: 0 }],
    );
    const where = select.where === undefined ? undefined : compileCondition(select.where, scope);
    return joined.reduce<Environment[]>((kept, environment) => {
      const numbered = { ...environment, rowNumber: kept.length + 1 };
      if (where === undefined || where(numbered) === true) kept.push(numbered);
      return kept;
    }, []);
  };

  const groupsOf = (select: Select, scope: Scope, environments: readonly Environment[], outer: Environment) => {
    const keys = select.groupBy.map((expression) => compileExpression(expression, scope));
    const groups = new Map<string, Environment[]>();
    for (const environment of environments) {
      const key = keys.map((one) => valueKey(one.value(environment))).join('\0');
      groups.set(key, [...(groups.get(key) ?? []), environment]);
    }
    if (keys.length === 0 && groups.size === 0) groups.set('', []);
    return [...groups.values()].map((group) => ({ ...(group[0] ?? { ...emptyEnvironment, outer }), group }));
  };

  const runBlock = (select: Select, outerScope: Scope | undefined, outer: Environment) => {
    const relations = select.from.map(({ source, offset }) => relationOf(source, offset, outerScope));
    const tables = select.from.map(({ alias }, index) => ({ alias, columns: relations[index]?.columns ?? [] }));
    const scope: Scope = {
      tables,
      context,
      runSelect: runQuery,
      ...(outerScope === undefined ? {} : { outer: outerScope }),
    };
    const columns = select.items.flatMap((item) => expandItem(item, scope));
    const selected = select.items.flatMap(({ expression }) => (expression === undefined ? [] : [expression]));
    const isGrouped = select.groupBy.length > 0 || select.having !== undefined || selected.some(isAggregate);
    if (isGrouped) for (const expression of selected) checkGrouping(expression, select.groupBy);
    const found = rowsOf(select, scope, relations, outer);
    const having = select.having === undefined ? undefined : compileCondition(select.having, scope);
    const groups = isGrouped ? groupsOf(select, scope, found, outer) : found;
    const kept = having === undefined ? groups : groups.filter((environment) => having(environment) === true);
    const rows: readonly OutputRow[] = kept.map((environment) => ({
      row: columns.map((column) => column.value(environment)),
      environment,
    }));
    return { columns, scope, rows: select.isDistinct ? withoutRepeats(rows) : rows };
  };

  const runQuery = (select: Select, outerScope: Scope | undefined, outer: Environment): Relation => {
    const first = runBlock(select, outerScope, outer);
    const rows = select.unions.reduce<readonly OutputRow[]>((so, union) => {
      const next = runBlock(union.select, outerScope, outer);
      if (next.columns.length !== first.columns.length) throw oracleError('ORA-01789');
      const both = so.concat(next.rows);
      return union.isAll ? both : withoutRepeats(both);
    }, first.rows);
    const keys = orderKeys(select, first.columns, first.scope);
    const sorted = rows.toSorted((a, b) =>
      keys.reduce((order, { item, key }) => (order === 0 ? inOrder(key(a), key(b), item) : order), 0),
    );
    const columns: readonly Column[] = first.columns.map(({ name, type, width }) => ({ name, type, width }));
    return { columns, rows: sorted.slice(0, select.fetchFirst).map(({ row }) => row) };
  };

  const alone: Scope = { tables: [], context, runSelect: runQuery };
  return {
    run: (sql) => runQuery(parseSelect(sql), undefined, emptyEnvironment),
    runSelect: (select) => runQuery(select, undefined, emptyEnvironment),
    compile: (expression) => compileExpression(expression, alone),
    compileTest: (condition) => {
      const test = compileCondition(condition, alone);
      return () => test(emptyEnvironment);
    },
  };
};

const dual: Relation = { columns: [{ name: 'DUMMY', type: 'text', width: 1 }], rows: [['X']] };
