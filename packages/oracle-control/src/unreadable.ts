import { OracleError } from './errors.js';
import type { Query } from './query.js';

/**
 * A column does not exist, here because the release is older than the column.
 *
 * Source: Database Error Messages, ORA-00904.
 */
export const isUnknownColumn = (error: unknown): boolean =>
  error instanceof OracleError && error.oracleCode === 'ORA-00904';

/** `V$X` is a synonym of `V_$X`, and only that can be granted. Source: oracle-hot-backup.md section 2. */
const cure = (view: string): string => `grant SELECT on SYS.${view.replace('V$', 'V_$$')}, or SELECT_CATALOG_ROLE`;

const refused = (view: string): string => `${view} may not be read: ${cure(view)}`;

const reasons: Readonly<Record<string, (view: string) => string>> = {
  'ORA-00904': (view) => `${view} lacks a column in this release`,
  'ORA-00942': (view) => `${view} is not there for this account: ${cure(view)}`,
  'ORA-01031': refused,
  'ORA-01219': (view) => `${view} can be read only while the database is open`,
  'ORA-41900': refused,
};

/**
 * Why a view tells this account, in this release and state, nothing; `undefined` when the error means something else.
 *
 * Source: Database Error Messages. ORA-00942 hides whether the view or the grant is missing; 23ai may say ORA-41900
 * (assumed) where older releases say ORA-01031; a mounted database shows fixed views alone (ORA-01219).
 */
export const reasonUnreadable = ({ view }: Pick<Query<unknown>, 'view'>, error: unknown): string | undefined => {
  const code = error instanceof OracleError ? (error.oracleCode ?? '') : '';
  const reason = reasons[code]?.(view);
  return reason && `${reason} (${code})`;
};
