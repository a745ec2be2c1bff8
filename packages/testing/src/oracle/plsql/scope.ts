import type { SqlContext } from '../sql/functions.js';
import type { SelectEngine } from '../sql/select.js';
import { numberValue, type Truth, type Value } from '../sql/values.js';
import type { StatementContext } from '../statement-effects.js';
import { type RaisedException, sqlCodeOf, sqlErrmOf } from './exceptions.js';
import { packageConstant } from './packages.js';
import { type Frame, findName, type Scalar } from './variables.js';

const literals: Readonly<Record<string, Truth>> = { TRUE: true, FALSE: false };

/** The error that SQLCODE and SQLERRM speak of. Documented: 0 and this sentence outside a handler. */
const handled = (name: string, current: RaisedException | undefined): Value | undefined => {
  if (name === 'SQLCODE') return current === undefined ? 0n : numberValue(sqlCodeOf(current));
  if (name !== 'SQLERRM') return undefined;
  return current === undefined ? 'ORA-0000: normal, successful completion' : sqlErrmOf(current);
};

const asColumn = ({ type, value }: Scalar) => {
  const kind = type.kind === 'boolean' ? 'text' : type.kind;
  return { type: kind, width: type.mostBytes ?? (kind === 'text' ? 4000 : 10), value: () => value } as const;
};

const constantColumn = (value: Value) =>
  ({ type: typeof value === 'string' ? 'text' : 'number', width: 512, value: () => value }) as const;

/** The SQL of a session with the variables of the block at hand in sight. */
export const engineIn = (
  context: StatementContext,
  frame: Frame,
  current: RaisedException | undefined,
): SelectEngine => {
  const variable: SqlContext['variable'] = (name, record) => {
    if (record !== undefined) {
      const row = findName(frame, record);
      if (row?.kind !== 'row') {
        const constant = packageConstant(record, name, context.privileges);
        return constant === undefined ? undefined : constantColumn(constant);
      }
      const index = row.columns.findIndex((column) => column.name === name);
      const column = row.columns[index];
      return column && { type: column.type, width: column.width, value: () => row.row[index] ?? null };
    }
    const found = findName(frame, name);
    if (found?.kind === 'scalar' && found.type.kind !== 'boolean') return asColumn(found);
    const value = found === undefined ? handled(name, current) : undefined;
    return value === undefined ? undefined : constantColumn(value);
  };
  const truth: SqlContext['truth'] = (name) => {
    const found = findName(frame, name);
    if (found?.kind === 'scalar' && found.type.kind === 'boolean') return () => found.truth;
    const literal = literals[name];
    return found === undefined && literal !== undefined ? () => literal : undefined;
  };
  return context.engineWith({ variable, truth });
};
