import type { ClientExit } from './client/exit.js';

/**
 * The texts of the error stacks, as a 19c server and client print them.
 *
 * Source: oracle-hot-backup.md section 4 (error help pages and captured sessions; those marked X there are assumed); the
 * codes of SELECT: Database Error Messages.
 */
const texts = {
  'ORA-00027': 'cannot kill current session',
  'ORA-00028': 'your session has been killed',
  'ORA-00245': 'control file backup failed; in Oracle RAC, target might not be on shared storage',
  'ORA-00257': 'Archiver error. Connect AS SYSDBA only until resolved.',
  'ORA-00258': 'manual archiving in NOARCHIVELOG mode must identify log',
  'ORA-00271': 'there are no logs that need archiving',
  'ORA-00903': 'invalid table name',
  'ORA-00904': '{0}: invalid identifier',
  'ORA-00905': 'missing keyword',
  'ORA-00907': 'missing right parenthesis',
  'ORA-00909': 'invalid number of arguments',
  'ORA-00911': 'invalid character',
  'ORA-00913': 'too many values',
  'ORA-00918': 'column ambiguously defined',
  'ORA-00920': 'invalid relational operator',
  'ORA-00922': 'missing or invalid option',
  'ORA-00923': 'FROM keyword not found where expected',
  'ORA-00932': 'inconsistent datatypes: expected {0} got {1}',
  'ORA-00933': 'SQL command not properly ended',
  'ORA-00934': 'group function is not allowed here',
  'ORA-00936': 'missing expression',
  'ORA-00937': 'not a single-group group function',
  'ORA-00942': 'table or view does not exist',
  'ORA-00947': 'not enough values',
  'ORA-00959': "tablespace '{0}' does not exist",
  'ORA-00979': 'not a GROUP BY expression',
  'ORA-01005': 'null password given; logon denied',
  'ORA-01012': 'not logged on',
  'ORA-01017': 'invalid username/password; logon denied',
  'ORA-01031': 'insufficient privileges',
  'ORA-01033': 'ORACLE initialization or shutdown in progress',
  'ORA-01034': 'ORACLE not available',
  'ORA-01045': 'user {0} lacks CREATE SESSION privilege; logon denied',
  'ORA-01081': 'cannot start already-running ORACLE - shut it down first',
  'ORA-01100': 'database already mounted',
  'ORA-01109': 'database not open',
  'ORA-01110': "data file {0}: '{1}'",
  'ORA-01112': 'media recovery not started',
  'ORA-01123': 'cannot start online backup; media recovery not enabled',
  'ORA-01128': 'cannot start online backup - file {0} is offline',
  'ORA-01140': 'cannot end online backup - all files are offline or readonly',
  'ORA-01142': 'cannot end online backup - none of the files are in backup',
  'ORA-01146': 'cannot start online backup - file {0} is already in backup',
  'ORA-01149': 'cannot shutdown - file {0} has online backup set',
  'ORA-01194': 'file {0} needs more recovery to be consistent',
  'ORA-01199': 'file {0} is not in online backup mode',
  'ORA-01219': 'database or pluggable database not open: queries allowed on fixed tables or views only',
  'ORA-01260': 'warning: END BACKUP succeeded but some files found not to be in backup mode',
  'ORA-01476': 'divisor is equal to zero',
  'ORA-01489': 'result of string concatenation is too long',
  'ORA-01507': 'database not mounted',
  'ORA-01516': 'nonexistent log file, data file, or temporary file "{0}" in the current container',
  'ORA-01531': 'a database already open by the instance',
  'ORA-01547': 'warning: RECOVER succeeded but OPEN RESETLOGS would get error below',
  'ORA-01565': "error in identifying file '{0}'",
  'ORA-01580': 'error creating control backup file {0}',
  'ORA-01642': "begin backup not needed for read only tablespace '{0}'",
  'ORA-01722': 'invalid number',
  'ORA-01756': 'quoted string not properly terminated',
  'ORA-01785': 'ORDER BY item must be the number of a SELECT-list expression',
  'ORA-01789': 'query block has incorrect number of result columns',
  'ORA-01821': 'date format not recognized',
  'ORA-01861': 'literal does not match format string',
  'ORA-01403': 'no data found',
  'ORA-01422': 'exact fetch returns more than requested number of rows',
  'ORA-01426': 'numeric overflow',
  'ORA-01427': 'single-row subquery returns more than one row',
  'ORA-02003': 'invalid USERENV parameter',
  'ORA-03113': 'end-of-file on communication channel',
  'ORA-03114': 'not connected to ORACLE',
  'ORA-06502': 'PL/SQL: numeric or value error: {0}',
  'ORA-06510': 'PL/SQL: unhandled user-defined exception',
  'ORA-06512': 'at line {0}',
  'ORA-06553': 'PLS-213: package STANDARD not accessible',
  'ORA-10873': 'file {0} needs to be either taken out of backup mode or media recovered',
  'ORA-12154': 'TNS:could not resolve the connect identifier specified',
  'ORA-12162': 'TNS:net service name is incorrectly specified',
  'ORA-12514': 'TNS:listener does not currently know of service requested in connect descriptor',
  'ORA-12541': 'TNS:no listener',
  'ORA-16000': 'database or pluggable database open for read-only access',
  'ORA-16038': 'log {0} sequence# {1} cannot be archived',
  'ORA-19809': 'limit exceeded for recovery files',
  'ORA-00312': "online log {0} thread {1}: '{2}'",
  'ORA-21000': 'error number argument to raise_application_error of {0} is out of range',
  'ORA-27037': 'unable to obtain file status',
  'ORA-27038': 'created file already exists',
  'ORA-27040': 'file create error, unable to create file',
  'ORA-27101': 'shared memory realm does not exist',
  'ORA-29280': 'invalid directory object',
  'ORA-29282': 'invalid file ID',
  'ORA-29283': 'invalid file operation{0}',
  'ORA-29285': 'file write error',
  'ORA-29289': 'directory access denied',
  'ORA-28000': 'The account is locked.',
  'ORA-28001': 'the password has expired',
  'ORA-28002': 'the password will expire within {0} days',
  'ORA-65011': 'Pluggable database {0} does not exist.',
  'ORA-65019': 'pluggable database {0} already open',
  'ORA-65040': 'operation not allowed from within a pluggable database',
  'ORA-00030': 'User session ID does not exist.',
} as const;

export type OracleCode = keyof typeof texts;

/** One line of a stack: `ORA-01110: data file 1: '/path'`. */
export const errorLine = (code: OracleCode, ...values: readonly (string | number | bigint)[]): string =>
  `${code}: ${texts[code].replace(/\{(\d)\}/g, (_, index: string) => String(values[Number(index)] ?? ''))}`;

/** The line of an error that nothing more is known of, as RAISE of a predefined exception gives it. */
export const bareErrorLine = (code: string): string => {
  const text = Object.entries(texts).find(([known]) => known === code)?.[1] ?? '';
  return `${code}: ${text.replace(/:? ?\{\d\}/g, '')}`;
};

/** What the server answers instead of a result. `message` is the whole stack, a line each. */
export class OracleError extends Error {
  readonly lines: readonly string[];
  /** Where in the statement text the error lies; 0 for statements whose errors have no place. */
  readonly offset: number;

  constructor(lines: readonly string[], offset = 0) {
    super(lines.join('\n'));
    this.name = 'OracleError';
    this.lines = lines;
    this.offset = offset;
  }

  /** The code of the first line, which is the primary one. */
  get code(): string {
    return /^[A-Z0-9]+-\d+/.exec(this.message)?.[0] ?? '';
  }
}

/** The client process ended, or was ended, while a call was in flight: nobody is left to take an answer. */
export class ClientDiedError extends Error {
  readonly exit: ClientExit;

  constructor(exit: ClientExit = { signal: 'SIGKILL' }) {
    super('the client ended before the answer');
    this.name = 'ClientDiedError';
    this.exit = exit;
  }
}

/** A statement that this simulation does not model. Never answered by a guess. */
export class UnmodelledStatementError extends Error {
  constructor(statement: string) {
    super(`not modelled by the simulated database: ${statement}`);
    this.name = 'UnmodelledStatementError';
  }
}

export const oracleError = (code: OracleCode, ...values: readonly (string | number | bigint)[]): OracleError =>
  new OracleError([errorLine(code, ...values)]);
