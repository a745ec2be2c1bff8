import { type Column, rowExpression } from './row.js';

/** One SELECT on one view, and how each value of its rows is read. */
export interface Query<Row> {
  /** As errors and logs name the statement. */
  readonly label: string;
  /** In capitals, such as `V$BACKUP`. */
  readonly view: string;
  readonly sql: string;
  readonly columns: { readonly [Key in keyof Row]: Column<Row[Key]> };
  /** Asked where this one fails with ORA-00904: the same row, for releases that lack one of its columns. */
  readonly older?: Query<Row>;
}

interface Selection<Row> {
  readonly from: string;
  readonly columns: Query<Row>['columns'];
  /** What stands in for the columns that older releases lack. */
  readonly older?: NoInfer<Partial<Query<Row>['columns']>>;
  readonly where?: string;
  readonly groupBy?: string;
  readonly orderBy?: string;
}

/** Makes the query of a selection. */
export const select = <Row>({ older, ...selection }: Selection<Row>): Query<Row> => {
  const { from, columns, where, groupBy, orderBy } = selection;
  const view = from.toUpperCase();
  return {
    label: `SELECT FROM ${view}`,
    view,
    sql: [
      `SELECT ${rowExpression(Object.values<Column<unknown>>(columns))}`,
      `FROM ${from}`,
      ...(where === undefined ? [] : [`WHERE ${where}`]),
      ...(groupBy === undefined ? [] : [`GROUP BY ${groupBy}`]),
      ...(orderBy === undefined ? [] : [`ORDER BY ${orderBy}`]),
    ].join('\n'),
    columns,
    ...(older === undefined ? {} : { older: select<Row>({ ...selection, columns: { ...columns, ...older } }) }),
  };
};
