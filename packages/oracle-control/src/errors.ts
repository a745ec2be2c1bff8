import { type Condition, factsOf } from './error-codes.js';

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

  /** What sqlplus printed until then, the password removed: perhaps a question that nobody answers. */
  readonly output: string;

  constructor(fields: {
    readonly statement: string;
    readonly timeoutMs: number;
    readonly isStillRunning: boolean;
    readonly output?: string;
  }) {
    super(`No answer to ${fields.statement} within ${fields.timeoutMs} ms`);
    this.statement = fields.statement;
    this.timeoutMs = fields.timeoutMs;
    this.isStillRunning = fields.isStillRunning;
    this.isUnreachable = fields.statement === 'CONNECT';
    this.output = fields.output ?? '';
    this.hint = hintOfTimeout(fields.isStillRunning, this.output);
  }
}

/** A question has no newline after it. Source: sqlplus.md 7.2; section 6 for `Enter value for x:`, G39 for `Specify log:`. */
const hintOfTimeout = (isStillRunning: boolean, output: string): string | undefined => {
  if (isStillRunning) return 'The statement still runs in the database. Look at V$BACKUP, and look again later.';
  const question = /[^\n]*[:?}>] *$/.exec(output)?.[0].trim();
  return question ? `sqlplus seems to wait for input, which is never given: ${JSON.stringify(question)}` : undefined;
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
  /** What stood in the way, where a code of the stack is known to say so. */
  readonly condition: Condition | undefined;
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
      /** Only where the codes have none. */
      readonly hint?: string | undefined;
    },
    options?: ErrorOptions,
  ) {
    super(message, options);
    const codes = fields.codes ?? [];
    const facts = codes.map(factsOf).filter((known) => known !== undefined);
    const isLogon = fields.statement === 'CONNECT';
    const isDefinite = codes.length > 0 && (isLogon || !facts.some(({ isOutcomeUnknown }) => isOutcomeUnknown));
    this.statement = fields.statement;
    this.codes = codes;
    this.oracleCode = codes[0];
    this.output = fields.output ?? '';
    this.outcome = fields.outcome ?? (isDefinite ? 'refused' : 'unknown');
    this.condition = facts[0]?.condition;
    this.isLogonRefused = isLogon && facts.some(({ condition }) => condition === 'logon' || condition === 'privilege');
    this.isUnreachable =
      !this.isLogonRefused && facts.some(({ condition, keepsOut }) => condition === 'network' || keepsOut);
    this.hint = facts.find(({ hint }) => hint !== undefined)?.hint ?? fields.hint;
  }
}
