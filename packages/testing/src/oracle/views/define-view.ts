import type { Column, Relation, Row } from '../sql/compile.js';
import type { Value } from '../sql/values.js';
import type { DatabaseState, SessionState } from '../state.js';

/** Who asks, and as which instance the rows are computed. */
export interface ViewContext {
  readonly state: DatabaseState;
  readonly session: SessionState;
  /** 1 … threads. */
  readonly instance: number;
  /** The containers whose rows are shown; `undefined` for all. */
  readonly visibleContainers: readonly number[] | undefined;
}

export interface View {
  readonly columns: readonly Column[];
  /** Readable in an instance without control files (NOMOUNT). */
  readonly needsMount: boolean;
  rows(context: ViewContext): readonly Row[];
}

const columnOf = (text: string): Column => {
  const [name = '', type = ''] = text.split(':');
  if (type === 'n') return { name, type: 'number', width: 10 };
  if (type === 'd') return { name, type: 'date', width: 9 };
  return { name, type: 'text', width: Number(type) };
};

/**
 * @param columns `NAME:n` is a NUMBER, `NAME:d` a DATE, `NAME:18` a VARCHAR2(18). CON_ID is added when not named, as 0:
 *   every V$ view has it from 12.1. Source: oracle-hot-backup.md section 3.
 */
export const defineView = (
  columns: string,
  rows: (context: ViewContext) => readonly Row[],
  options: { readonly needsMount: boolean } = { needsMount: true },
): View => {
  const named = columns.trim().split(/\s+/).map(columnOf);
  const container = named.findIndex(({ name }) => name === 'CON_ID');
  if (container < 0) {
    const withContainer: readonly Column[] = [...named, { name: 'CON_ID', type: 'number', width: 10 }];
    return { ...options, columns: withContainer, rows: (context) => rows(context).map((row) => [...row, 0n]) };
  }
  const isVisible = (row: Row, visible: readonly number[] | undefined): boolean =>
    visible === undefined || visible.includes(Number(row[container]));
  return {
    ...options,
    columns: named,
    rows: (context) => rows(context).filter((row) => isVisible(row, context.visibleContainers)),
  };
};

/** The GV$ form: the rows of every instance, INST_ID first. */
export const acrossInstances = (view: View, context: ViewContext): Relation => ({
  columns: [{ name: 'INST_ID', type: 'number', width: 10 }, ...view.columns],
  rows: Array.from({ length: context.state.threads }, (_, index) => index + 1).flatMap((instance) =>
    view.rows({ ...context, instance }).map((row) => [BigInt(instance), ...row]),
  ),
});

/** A DATE: wall-clock time of the database host, to the second. */
export const hostDate = (state: DatabaseState, epochMs: number | undefined): Value =>
  epochMs === undefined ? null : new Date(Math.floor(epochMs / 1000) * 1000 + state.utcOffsetMinutes * 60_000);
