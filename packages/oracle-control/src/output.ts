import { isWarningCode } from './error-codes.js';
import { excerpt } from './redaction.js';
import { isContinued, rowPrefix } from './row.js';

/** An answer of sqlplus that is not what was asked for. */
export interface Fault {
  /** Every code in the order printed, such as `ORA-01146`; empty when the output could not be understood. */
  readonly codes: readonly string[];
  /** The first error with its code, or the line that was not understood, as printed; `undefined` for silence. */
  readonly text: string | undefined;
  /** The statement was confirmed all the same, so a code does not mean that nothing was done. */
  readonly isConfirmed: boolean;
}

/** What an answer says: the lines that count, or why it is no good. */
export type Verdict<Value> =
  | { readonly kind: 'ok'; readonly value: Value; readonly warnings: readonly string[] }
  | { readonly kind: 'fault'; readonly fault: Fault };

interface Answer {
  readonly errors: readonly { readonly code: string; readonly text: string }[];
  /** Lines with the row prefix. */
  readonly rows: readonly string[];
  /** Lines that say `Warning:` and have no code. */
  readonly remarks: readonly string[];
  /** Everything else that is not an empty line, a header or a companion of an error. */
  readonly others: readonly string[];
}

/** Source: sqlplus.md 4.2 (SP2- with four digits in programs, five in newer documentation) and 4.4. */
const codeAtStart = /^(?:ORA|TNS|SP2|PLS|CPY|OCI|NNC|KUP|RMAN)-\d{4,5}/;

/** Lines that belong to an error without a code of their own. Source: sqlplus.md 4.1 and 4.2. */
const companion = /^(ERROR( at line \d+)?:|Help: |Process ID: |Session ID: |Usage: |where +<|\s+<\w+> ::= |\s*\*$)/;

/**
 * Sorts the lines of an answer. Rows are taken out first and never searched for codes: a file may be called
 * `ORA-00600.dbf`.
 */
const sort = (lines: readonly string[]): Answer => {
  const errors: { code: string; text: string }[] = [];
  const rows: string[] = [];
  const remarks: string[] = [];
  const others: string[] = [];
  let wrapped: { text: string } | undefined;
  for (const line of lines) {
    const continued = wrapped;
    wrapped = undefined;
    if (line.startsWith(rowPrefix)) {
      rows.push(line);
      continue;
    }
    const unfinished = rows.at(-1);
    if (unfinished !== undefined && isContinued(unfinished, line)) {
      rows[rows.length - 1] = unfinished + line;
      continue;
    }
    const code = codeAtStart.exec(line)?.[0];
    if (code !== undefined) {
      const error = { code, text: line.slice(code.length).replace(/^:?\s*/, '') };
      errors.push(error);
      wrapped = error;
    } else if (line.trim() === '' || companion.test(line)) {
    } else if (line.startsWith('Warning: ')) {
      remarks.push(line.trimEnd());
    } else if (continued !== undefined) {
      // A message wider than LINESIZE goes on in the next line (sqlplus.md G18, G35).
      continued.text += ` ${line.trim()}`;
      wrapped = continued;
    } else {
      others.push(line.trimEnd());
    }
  }
  return { errors, rows, remarks, others };
};

const notUnderstood = (line: string | undefined): Fault => ({ codes: [], text: line, isConfirmed: false });

const refusal = (errors: Answer['errors'], isConfirmed: boolean): Fault => ({
  codes: errors.map(({ code }) => code),
  text: errors.map(written)[0],
  isConfirmed,
});

const written = ({ code, text }: Answer['errors'][number]): string => `${code}: ${text}`;

/**
 * A fault in one line.
 *
 * @param redact  Takes the password out; before anything is cut or quoted, or it would not be recognised.
 */
export const messageOf = ({ codes, text }: Fault, redact: (text: string) => string): string => {
  if (text === undefined) return 'sqlplus printed nothing';
  const shown = excerpt(redact(text));
  return codes.length > 0 ? shown : `sqlplus printed ${JSON.stringify(shown)}`;
};

/**
 * Reads the answer to a SELECT in the row format.
 *
 * @returns Its rows, still encoded. Without any, `no rows selected` must be there; silence is a fault. When sqlplus
 *   counts the rows, the count must be theirs.
 */
export const readRows = (lines: readonly string[]): Verdict<readonly string[]> => {
  const { errors, rows, remarks, others } = sort(lines);
  const refusing = errors.filter(({ code }) => !isWarningCode(code));
  if (refusing.length > 0) return { kind: 'fault', fault: refusal(refusing, false) };
  const warnings = [...errors.map(written), ...remarks];
  const [count, ...surplus] = others;
  if (surplus[0] !== undefined) return { kind: 'fault', fault: notUnderstood(surplus[0]) };
  if (count === undefined) {
    return rows.length > 0
      ? { kind: 'ok', value: rows, warnings }
      : { kind: 'fault', fault: notUnderstood(remarks[0]) };
  }
  const counted = /^(no|\d+) rows? selected\.?$/.exec(count)?.[1];
  if (counted === undefined || (counted === 'no' ? 0 : Number(counted)) !== rows.length) {
    return { kind: 'fault', fault: notUnderstood(count) };
  }
  return { kind: 'ok', value: rows, warnings };
};

/**
 * Reads the answer to a statement that changes something.
 *
 * @param confirmation  The feedback line that must be there, such as `Database altered.`
 * @param accepted      Codes that mean success even without it. Source: ORA-01260, "END BACKUP succeeded but some files
 *   found not to be in backup mode".
 */
export const readConfirmation = (
  lines: readonly string[],
  confirmation: string,
  accepted: readonly string[] = [],
): Verdict<undefined> => {
  const { errors, rows, remarks, others } = sort(lines);
  const isConfirmed = lines.some((line) => line.trimEnd() === confirmation);
  const isAccepted = errors.some(({ code }) => accepted.includes(code));
  const refusing = errors.filter(({ code }) => !accepted.includes(code) && !isWarningCode(code));
  if (refusing.length > 0) return { kind: 'fault', fault: refusal(refusing, isConfirmed) };
  const warnings = [...errors.map(written), ...remarks];
  if (isAccepted && rows.length === 0) return { kind: 'ok', value: undefined, warnings };
  const surplus = [...rows, ...others].find((line) => line !== confirmation);
  if (!isConfirmed || surplus !== undefined) return { kind: 'fault', fault: notUnderstood(surplus ?? remarks[0]) };
  return { kind: 'ok', value: undefined, warnings };
};

/** The errors in an answer that broke off; `undefined` when there are none. */
export const readRefusal = (lines: readonly string[]): Fault | undefined => {
  const refusing = sort(lines).errors.filter(({ code }) => !isWarningCode(code));
  return refusing.length > 0 ? refusal(refusing, false) : undefined;
};

/**
 * What a glogin.sql of another release provokes, and CONNECT itself never: options, commands and files that this client
 * does not know. Whether somebody is logged on shows in the next statement.
 *
 * Source: sqlplus.md 4.2; section 2, "Profiles".
 */
const profileCodes = new Set(['SP2-0042', 'SP2-0158', 'SP2-0310', 'SP2-0734', 'SP2-0735']);

/**
 * Reads what came between CONNECT and its end marker. Text without a code is taken for noise of glogin.sql, since a
 * good CONNECT prints nothing, `Connected.` or a date of the last logon, depending on the release; but not after a line
 * that says ERROR.
 */
export const readLogon = (lines: readonly string[]): Verdict<undefined> => {
  const { errors, remarks, others } = sort(lines);
  const refusing = errors.filter(({ code }) => !isWarningCode(code) && !profileCodes.has(code));
  if (refusing.length > 0) return { kind: 'fault', fault: refusal(refusing, false) };
  if (errors.length === 0 && lines.some((line) => /^ERROR\b/.test(line))) {
    return { kind: 'fault', fault: notUnderstood(others[0]) };
  }
  return { kind: 'ok', value: undefined, warnings: [...errors.map(written), ...remarks] };
};

/**
 * Whether a line announces an expired password. sqlplus then asks for a new one on the same stream and would take the
 * next input for it.
 *
 * Source: sqlplus.md 7.3.
 */
export const asksForNewPassword = (line: string): boolean => /^ORA-28001\b/.test(line);
