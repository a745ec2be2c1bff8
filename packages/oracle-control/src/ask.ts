import { z } from 'zod';
import type { Change } from './changes.js';
import { OracleError } from './errors.js';
import { type Known, known, notKnown } from './known.js';
import type { Limits } from './options.js';
import { type Fault, messageOf, readConfirmation, readRows, type Verdict } from './output.js';
import type { Query } from './query.js';
import { kept } from './redaction.js';
import { type Column, parseRow } from './row.js';
import { terminated } from './script.js';
import type { Command, Lines, Session } from './session.js';
import { isUnknownColumn, reasonUnreadable } from './unreadable.js';

/** A session with what every statement needs. */
export interface Asking {
  readonly session: Session;
  readonly limits: Limits;
  /** Takes the password out of a text that is kept. */
  readonly redact: (text: string) => string;
  /** Hears of codes that came with success. */
  readonly onWarning: (statement: string, warnings: readonly string[]) => void;
}

type RowsOf<Queries> = {
  readonly [Index in keyof Queries]: Queries[Index] extends Query<infer Row> ? readonly Row[] : never;
};

type KnownRowsOf<Queries> = {
  readonly [Index in keyof Queries]: Queries[Index] extends Query<infer Row> ? Known<readonly Row[]> : never;
};

type Answer<Row> = Pick<Query<Row>, 'view'> & ({ readonly rows: readonly Row[] } | { readonly error: unknown });

/**
 * Sends several queries in one write.
 *
 * @returns The rows of each, in the same order.
 * @throws {OracleError} Of the first that failed.
 */
export const queryAll = async <const Queries extends readonly Query<unknown>[]>(
  asking: Asking,
  queries: Queries,
): Promise<RowsOf<Queries>> => (await askEach(asking, queries)).map(requireRows) as RowsOf<Queries>;

/**
 * Sends several queries in one write. A view, column or privilege that is missing makes its own rows unknown and no
 * others.
 *
 * @returns The rows of each, or why they are not known, in the same order.
 * @throws {OracleError} Of the first that failed for any other reason.
 */
export const queryEach = async <const Queries extends readonly Query<unknown>[]>(
  asking: Asking,
  queries: Queries,
): Promise<KnownRowsOf<Queries>> => {
  const answers = await askEach(asking, queries);
  return answers.map(knownRows) as KnownRowsOf<Queries>;
};

/** The rows of one query. */
export const query = async <Row>(asking: Asking, wanted: Query<Row>): Promise<readonly Row[]> =>
  requireRows(await askOne(asking, wanted));

const askEach = async (asking: Asking, queries: readonly Query<unknown>[]): Promise<readonly Answer<unknown>[]> => {
  const answers = await asking.session.send(queries.map((wanted) => queryCommand(asking, wanted)));
  return Promise.all(queries.map((wanted, index) => answerOf(asking, wanted, answers[index] ?? [])));
};

const askOne = async <Row>(asking: Asking, wanted: Query<Row>): Promise<Answer<Row>> => {
  const [lines = []] = await asking.session.send([queryCommand(asking, wanted)]);
  return answerOf(asking, wanted, lines);
};

const answerOf = async <Row>(asking: Asking, wanted: Query<Row>, lines: Lines): Promise<Answer<Row>> => {
  const { view, older } = wanted;
  try {
    return { view, rows: decodeRows(asking, wanted, lines) };
  } catch (error) {
    return older !== undefined && isUnknownColumn(error) ? askOne(asking, older) : { view, error };
  }
};

const requireRows = <Row>(answer: Answer<Row>): readonly Row[] => {
  if ('error' in answer) throw answer.error;
  return answer.rows;
};

const knownRows = <Row>(answer: Answer<Row>): Known<readonly Row[]> => {
  const reason = 'error' in answer ? reasonUnreadable(answer, answer.error) : undefined;
  return reason === undefined ? known(requireRows(answer)) : notKnown(reason);
};

/** Like `query`, for a view that always has exactly one row. */
export const queryOne = async <Row>(asking: Asking, wanted: Query<Row>): Promise<Row> =>
  requireOne(wanted, await query(asking, wanted));

/** @throws {OracleError} There is not exactly one row. */
export const requireOne = <Row>({ label }: Pick<Query<Row>, 'label'>, rows: readonly Row[]): Row => {
  const [row] = rows;
  if (row === undefined || rows.length > 1) {
    throw new OracleError(`${label} answered ${rows.length} rows where there is one`, { statement: label });
  }
  return row;
};

/** Runs one statement; returns once the database confirmed it. */
export const change = async (asking: Asking, wanted: Change): Promise<void> => {
  const [lines = []] = await asking.session.send([changeCommand(asking, wanted)]);
  confirm(asking, wanted, lines);
};

/** The command for a query. */
export const queryCommand = ({ limits }: Asking, { label, sql }: Query<unknown>): Command => ({
  label,
  input: terminated(sql),
  limitMs: limits.queryMs,
});

/** The command for a change. */
export const changeCommand = (
  { limits }: Asking,
  { label, sql, limit, isUninterruptible = false }: Change,
): Command => ({
  label,
  input: terminated(sql),
  limitMs: limits[limit],
  isUninterruptible,
});

/** @throws {OracleError} Unless the answer is the confirmation alone. */
export const confirm = (asking: Asking, { label, confirmation, accepted }: Change, lines: Lines): void =>
  accept(asking, label, lines, readConfirmation(lines, confirmation, accepted));

const schemas = new WeakMap<object, z.ZodType>();

/** The schema of a row. zod compiles each that it is given, so the same columns get the same one. */
const schemaOf = (columns: Query<unknown>['columns']): z.ZodType => {
  const known = schemas.get(columns);
  if (known !== undefined) return known;
  const entries = Object.entries<Column<unknown>>(columns).map(([name, column]) => [name, column.schema] as const);
  const schema = z.strictObject(Object.fromEntries(entries));
  schemas.set(columns, schema);
  return schema;
};

/** @throws {OracleError} The answer holds an error, is not understood, or a value is not what its column should be. */
export const decodeRows = <Row>(asking: Asking, { label, columns }: Query<Row>, lines: Lines): readonly Row[] => {
  const names = Object.keys(columns);
  const schema = schemaOf(columns);
  return accept(asking, label, lines, readRows(lines)).map((line) => {
    try {
      const values = parseRow(line, names.length);
      return schema.parse(Object.fromEntries(names.map((name, index) => [name, values[index]]))) as Row;
    } catch (cause) {
      const message = `${label}: a row is not understood: ${problemOf(cause)}`;
      throw new OracleError(message, { statement: label, output: asking.redact(line) }, { cause });
    }
  });
};

const problemOf = (cause: unknown): string =>
  cause instanceof z.ZodError
    ? cause.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')
    : // All that `parseRow` throws.
      (cause as RangeError).message;

/** @throws {OracleError} The verdict is a fault. */
export const accept = <Value>(asking: Asking, statement: string, lines: Lines, verdict: Verdict<Value>): Value => {
  if (verdict.kind === 'fault') throw faultError(asking, statement, lines, verdict.fault);
  if (verdict.warnings.length > 0) asking.onWarning(statement, verdict.warnings);
  return verdict.value;
};

const faultError = ({ redact }: Asking, statement: string, lines: Lines, fault: Fault): OracleError =>
  new OracleError(`${messageOf(fault, redact)} (${statement})`, {
    statement,
    codes: fault.codes,
    output: kept(redact(lines.join('\n'))),
    ...(fault.isConfirmed ? { outcome: 'unknown' } : {}),
  });
