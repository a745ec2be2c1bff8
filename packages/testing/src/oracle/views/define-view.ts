import { runningInstances } from '../instances.js';
import type { Column, Relation, Row } from '../sql/compile.js';
import type { Value } from '../sql/values.js';
import type { DatabaseState, SessionState } from '../state.js';

/** Who asks, and as which instance the rows are computed. */
export interface ViewContext {
  readonly state: DatabaseState;
  readonly session: SessionState;
  readonly privileges: ReadonlySet<string>;
  /** 1 … threads. */
  readonly instance: number;
  /** The containers whose rows are shown; `undefined` for all. */
  readonly visibleContainers: readonly number[] | undefined;
}

export interface View {
  readonly columns: readonly Column[];
  /** The release from which on there is the column of the same index. */
  readonly columnsSince: readonly number[];
  readonly options: ViewOptions;
  rows(context: ViewContext): readonly Row[];
}

interface ViewOptions {
  /** Readable in an instance without control files (NOMOUNT). Default false. */
  readonly isFixed?: boolean;
  /** A view of the dictionary, which is read in an open database alone (ORA-01219). Default false. */
  readonly needsOpen?: boolean;
  /** Everybody may read it. Default: who holds SELECT ANY DICTIONARY or a grant on the view. */
  readonly isPublic?: boolean;
  /** The first release that has it. */
  readonly since?: number;
}

const columnOf = (text: string): Column => {
  const [name = '', type = ''] = (text.split('@')[0] ?? '').split(':');
  if (type === 'n') return { name, type: 'number', width: 10 };
  if (type === 'd') return { name, type: 'date', width: 9 };
  return { name, type: 'text', width: Number(type) };
};

const sinceOf = (text: string): number => Number(text.split('@')[1] ?? 0);

/**
 * @param columns `NAME:n` is a NUMBER, `NAME:d` a DATE, `NAME:18` a VARCHAR2(18), `NAME:3@12` one that 11.2 does not have.
 *   CON_ID is added when not named, as 0: every V$ view has it from 12.1. Source: oracle-hot-backup.md section 3.
 */
export const defineView = (
  columns: string,
  rows: (context: ViewContext) => readonly Row[],
  options: ViewOptions = {},
): View => {
  const texts = columns.trim().split(/\s+/);
  const named = texts.map(columnOf);
  const since = texts.map((text, index) => (named[index]?.name === 'CON_ID' ? 12 : sinceOf(text)));
  const container = named.findIndex(({ name }) => name === 'CON_ID');
  if (options.needsOpen === true) return { options, columns: named, columnsSince: since, rows };
  if (container < 0) {
    return {
      options,
      columns: [...named, { name: 'CON_ID', type: 'number', width: 10 }],
      columnsSince: [...since, 12],
      rows: (context) => rows(context).map((row) => [...row, 0n]),
    };
  }
  const isVisible = (row: Row, visible: readonly number[] | undefined): boolean =>
    visible === undefined || visible.includes(Number(row[container]));
  return {
    options,
    columns: named,
    columnsSince: since,
    rows: (context) => rows(context).filter((row) => isVisible(row, context.visibleContainers)),
  };
};

/** The GV$ form: the rows of every instance, INST_ID first. */
export const acrossInstances = (view: View, context: ViewContext): Relation => ({
  columns: [{ name: 'INST_ID', type: 'number', width: 10 }, ...view.columns],
  rows: runningInstances(context.state).flatMap((instance) =>
    view.rows({ ...context, instance }).map((row) => [BigInt(instance), ...row]),
  ),
});

/** The view without the columns that came later. */
export const asOfRelease = (view: View, release: number): View => {
  const kept = view.columns.flatMap((_, index) => ((view.columnsSince[index] ?? 0) <= release ? [index] : []));
  if (kept.length === view.columns.length) return view;
  const only = <T>(values: readonly T[]): readonly T[] => values.filter((_, index) => kept.includes(index));
  return { ...view, columns: only(view.columns), rows: (context) => view.rows(context).map(only) };
};

/** A DATE: wall-clock time of the database host, to the second. */
export const hostDate = (state: DatabaseState, epochMs: number | undefined): Value =>
  epochMs === undefined
    ? null
    : new Date(Math.floor((epochMs + state.clockSkewMs) / 1000) * 1000 + state.utcOffsetMinutes * 60_000);
