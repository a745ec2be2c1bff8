import { errorLine, OracleError } from '../oracle-error.js';
import type { ExceptionName } from './variables.js';

/** Documented: PL/SQL Language Reference, "Predefined Exceptions". */
const predefined: Readonly<Record<string, number>> = {
  DUP_VAL_ON_INDEX: -1,
  INVALID_CURSOR: -1001,
  INVALID_NUMBER: -1722,
  LOGIN_DENIED: -1017,
  NOT_LOGGED_ON: -1012,
  NO_DATA_FOUND: -1403,
  PROGRAM_ERROR: -6501,
  TIMEOUT_ON_RESOURCE: -51,
  TOO_MANY_ROWS: -1422,
  VALUE_ERROR: -6502,
  ZERO_DIVIDE: -1476,
};

export const predefinedExceptions: ReadonlyMap<string, ExceptionName> = new Map(
  Object.entries(predefined).map(([name, code]) => [name, { kind: 'exception', code }]),
);

/** An error on its way through a block: what happened, and the lines it came by, innermost last. */
export class RaisedException extends Error {
  readonly error: OracleError;
  /** The exception that RAISE named. */
  readonly exception: ExceptionName | undefined;
  readonly lines: readonly number[];

  constructor(error: OracleError, lines: readonly number[], exception?: ExceptionName) {
    super(error.message);
    this.name = 'RaisedException';
    this.error = error;
    this.lines = lines;
    this.exception = exception;
  }

  /** As the client sees it when no handler took it. */
  get unhandled(): OracleError {
    return new OracleError([...this.error.lines, ...this.lines.map((line) => errorLine('ORA-06512', line))]);
  }
}

/** After these there is nobody to go on for: no handler sees them (assumed). */
export const endsTheCall = (error: OracleError): boolean =>
  ['ORA-00028', 'ORA-01012', 'ORA-01092', 'ORA-03113', 'ORA-03114'].includes(error.code);

/** SQLCODE. Documented: +100 for NO_DATA_FOUND, 1 for a user-defined exception. */
export const sqlCodeOf = ({ error, exception }: RaisedException): number => {
  if (exception !== undefined && exception.code === undefined) return 1;
  const code = -Number(/^ORA-(\d+)/.exec(error.code)?.[1] ?? 0);
  return code === -1403 ? 100 : code;
};

/** SQLERRM: the whole stack, at most 512 bytes of it. Documented: PL/SQL Language Reference, "SQLERRM Function". */
export const sqlErrmOf = (raised: RaisedException): string =>
  sqlCodeOf(raised) === 1 ? 'User-Defined Exception' : raised.error.message.slice(0, 512);

export const isMeant = (name: ExceptionName, raised: RaisedException): boolean => {
  if (name === raised.exception) return true;
  if (name.code === undefined) return false;
  const code = sqlCodeOf(raised);
  return name.code === code || (name.code === -1403 && code === 100);
};
