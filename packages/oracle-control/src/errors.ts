/**
 * What a failed call left behind. `refused`: nothing was done. `unknown`: it may have taken effect, now or later;
 * read the database's state before deciding anything.
 */
export type Outcome = 'refused' | 'unknown';

/** A value was refused before anything was started or sent. Its message names the field and never the value. */
export class OracleInputError extends TypeError {
  override readonly name = 'OracleInputError';
  readonly code = 'ORACLE_INPUT';
  readonly outcome = 'refused' satisfies Outcome;
}

/** No usable sqlplus: missing, not executable, wrong ORACLE_HOME, missing library. Nothing was logged on. */
export class SqlplusStartError extends Error {
  override readonly name = 'SqlplusStartError';
  readonly code = 'SQLPLUS_START';
  readonly outcome = 'refused' satisfies Outcome;
  /** The program that was to run. */
  readonly command: string;
  /** What it printed, on both streams. */
  readonly output: string;
  readonly hint: string | undefined;

  constructor(
    message: string,
    fields: { readonly command: string; readonly output?: string; readonly hint?: string | undefined },
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.command = fields.command;
    this.output = fields.output ?? '';
    this.hint = fields.hint;
  }
}

/** No answer within the time limit. */
export class SqlplusTimeoutError extends Error {
  override readonly name = 'SqlplusTimeoutError';
  readonly code = 'SQLPLUS_TIMEOUT';
  readonly outcome = 'unknown' satisfies Outcome;
  readonly statement: string;
  readonly timeoutMs: number;
  /**
   * True after BEGIN and END BACKUP, which are never killed in mid statement: this sqlplus still waits for the
   * database, and the statement may yet take effect. False when the process has been ended.
   */
  readonly isStillRunning: boolean;
  /** The logon itself got no answer. */
  readonly isUnreachable: boolean;
  readonly hint: string | undefined;

  constructor(fields: { readonly statement: string; readonly timeoutMs: number; readonly isStillRunning: boolean }) {
    super(`No answer to ${fields.statement} within ${fields.timeoutMs} ms`);
    this.statement = fields.statement;
    this.timeoutMs = fields.timeoutMs;
    this.isStillRunning = fields.isStillRunning;
    this.isUnreachable = fields.statement === 'CONNECT';
    this.hint = fields.isStillRunning
      ? 'The statement still runs in the database. Look at V$BACKUP, and look again later.'
      : undefined;
  }
}

/**
 * Codes after which a statement may still have taken effect: the session ended or was cut while it ran.
 *
 * Source: Database Error Messages; oracle-hot-backup.md 4.2 and 4.3 ("after 03113/03114/03135 the outcome is unknown").
 */
const lostCodes = new Set(
  (
    'ORA-00028 ORA-00600 ORA-00603 ORA-01012 ORA-01013 ORA-01041 ORA-01089 ORA-01092 ORA-02396 ORA-02399 ' +
    'ORA-03113 ORA-03114 ORA-03135 ORA-07445 ORA-12537 ORA-12547 ORA-12570 ORA-12571 ORA-25408'
  ).split(' '),
);

/** Source: Database Error Messages; oracle-hot-backup.md 4.3. ORA-01031 counts at the logon alone. */
const logonCodes = new Set(
  (
    'ORA-01004 ORA-01005 ORA-01017 ORA-01031 ORA-01035 ORA-01045 ORA-12578 ORA-12638 ' +
    'ORA-28000 ORA-28001 ORA-28009 ORA-28040'
  ).split(' '),
);

/** Instance states and limits that keep a logon out for now. Source: oracle-hot-backup.md 4.2 and 4.4. */
const unreachableCodes = new Set(
  (
    'ORA-00018 ORA-00020 ORA-00257 ORA-01033 ORA-01034 ORA-01089 ORA-01090 ORA-01092 ORA-03113 ORA-03135 ' +
    'ORA-27101 ORA-28547'
  ).split(' '),
);

/** Oracle Net reports as ORA-12150 to ORA-12699. Source: Database Error Messages, chapter of the TNS messages. */
const isNetCode = (code: string): boolean => /^(TNS-|ORA-12(1[5-9]|[2-6])\d)/.test(code);

const hints: Readonly<Record<string, string>> = {
  'ORA-00257':
    'The archiver is stuck: free the archive destination. Only AS SYSDBA or SYSBACKUP can log on until then.',
  'ORA-00942': 'Grant the account SELECT on the V_$ view, or SELECT_CATALOG_ROLE, or log on AS SYSBACKUP.',
  'ORA-01017': 'Check user, password and role. AS SYSBACKUP or SYSDBA over the network needs a password file.',
  'ORA-01031': 'Grant ALTER DATABASE and ALTER SYSTEM, or log on AS SYSBACKUP.',
  'ORA-01033': 'The instance is not open: a plain account cannot log on until it is.',
  'ORA-01034': 'The instance is down, or ORACLE_SID and ORACLE_HOME are not those of the running instance.',
  'ORA-01045': 'Grant CREATE SESSION.',
  'ORA-01123': 'Put the database into ARCHIVELOG mode.',
  'ORA-01146':
    'A file is in backup mode already: another backup may be running. Do not END it without knowing whose it is.',
  'ORA-12154': 'The connect identifier is not known: check it, and the directory of tnsnames.ora (tnsAdmin).',
  'ORA-12162': 'Set sid for a local logon, or a connect identifier for one over the network.',
  'ORA-12514': 'The listener does not know this service: check the service name, and that the instance is up.',
  'ORA-12541': 'No listener answers at that host and port.',
  'ORA-28000': 'The account is locked.',
  'ORA-28001': 'The password has expired: log on once by hand and change it.',
  'SP2-0306': 'sqlplus could not read the CONNECT line: check role and connect identifier.',
};

/**
 * The database or sqlplus answered with an ORA-, TNS- or SP2- error, or with something that cannot be understood, or
 * sqlplus ended in mid statement.
 */
export class OracleError extends Error {
  override readonly name = 'OracleError';
  readonly code = 'ORACLE';
  readonly outcome: Outcome;
  /** The outermost code, such as `ORA-01146` or `SP2-0640`; `undefined` when there was none. */
  readonly oracleCode: string | undefined;
  /** Every code in the order printed. */
  readonly codes: readonly string[];
  readonly statement: string;
  /** What sqlplus printed, the password removed. */
  readonly output: string;
  /** The logon was refused: wrong or expired password, locked account, missing privilege or role. */
  readonly isLogonRefused: boolean;
  /** The instance or its listener cannot be reached, or lets nobody in, for now. */
  readonly isUnreachable: boolean;
  readonly hint: string | undefined;

  constructor(
    message: string,
    fields: {
      readonly statement: string;
      readonly codes?: readonly string[];
      readonly output?: string;
      /** Only where the codes cannot tell: without codes a failure is `unknown`. */
      readonly outcome?: Outcome;
    },
    options?: ErrorOptions,
  ) {
    super(message, options);
    const codes = fields.codes ?? [];
    const isLogon = fields.statement === 'CONNECT';
    this.statement = fields.statement;
    this.codes = codes;
    this.oracleCode = codes[0];
    this.output = fields.output ?? '';
    this.outcome = fields.outcome ?? (isLogon && codes.length > 0 ? 'refused' : outcomeOf(codes));
    this.isLogonRefused = isLogon && codes.some((code) => logonCodes.has(code));
    this.isUnreachable = !this.isLogonRefused && codes.some((code) => unreachableCodes.has(code) || isNetCode(code));
    this.hint = codes.map((code) => hints[code]).find((hint) => hint !== undefined);
  }
}

const outcomeOf = (codes: readonly string[]): Outcome =>
  codes.length > 0 && !codes.some((code) => lostCodes.has(code)) ? 'refused' : 'unknown';
