import { OracleError } from '../oracle-error.js';

/** One thing that keeps a block from being compiled. */
export interface CompileProblem {
  /** `PLS-00201: identifier 'X' must be declared`, or `PL/SQL: ORA-00942: …`. */
  readonly text: string;
  readonly offset: number;
  /** Where the statement that is ignored begins; absent when the text cannot be parsed at all. */
  readonly ignored?: { readonly offset: number; readonly isSql: boolean };
}

const placeOf = (source: string, offset: number): { readonly line: number; readonly column: number } => {
  const before = source.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
};

/** The line of a block that an offset lies in, from 1. */
export const lineOf = (source: string, offset: number): number => placeOf(source, offset).line;

/** The stack of a block that is not run because it does not compile. Observed: sqlplus.md G40. */
export const compileError = (source: string, problems: readonly CompileProblem[]): OracleError => {
  const at = (offset: number): string => {
    const { line, column } = placeOf(source, offset);
    return `ORA-06550: line ${line}, column ${column}:`;
  };
  const lines = problems.flatMap(({ text, offset, ignored }) => [
    at(offset),
    ...text.split('\n'),
    ...(ignored === undefined
      ? []
      : [at(ignored.offset), ignored.isSql ? 'PL/SQL: SQL Statement ignored' : 'PL/SQL: Statement ignored']),
  ]);
  return new OracleError(lines, problems[0]?.offset);
};
