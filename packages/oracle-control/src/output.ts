import { rowPrefix } from './row.js';

/** An answer of sqlplus that is not what was asked for. */
export interface Fault {
  /** Every code in the order printed, such as `ORA-01146`; empty when the output could not be understood. */
  readonly codes: readonly string[];
  /** One line: the first error's text, or what was not understood. */
  readonly message: string;
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
  /** Everything else that is not an empty line, a header or a companion of an error. */
  readonly others: readonly string[];
}

/** Source: sqlplus.md 4.2 (SP2- with four digits in programs, five in newer documentation) and 4.4. */
const codeLine = /^((?:ORA|TNS|SP2|PLS|CPY|OCI|NNC|KUP|RMAN)-\d{4,5}):?\s*(.*)$/;

/** Lines that belong to an error without a code of their own. Source: sqlplus.md 4.1 and 4.2. */
const companion = /^(ERROR( at line \d+)?:|Help: |Process ID: |Session ID: |Usage: |where +<|\s+<\w+> ::= |\s*\*$)/;

/**
 * Sorts the lines of an answer. Rows are taken out first and never searched for codes: a file may be called
 * `ORA-00600.dbf`.
 */
const sort = (lines: readonly string[]): Answer => {
  const errors: { code: string; text: string }[] = [];
  const rows: string[] = [];
  const others: string[] = [];
  let wrapped: { text: string } | undefined;
  for (const line of lines) {
    const continued = wrapped;
    wrapped = undefined;
    if (line.startsWith(rowPrefix)) {
      rows.push(line);
      continue;
    }
    const [, code, text] = codeLine.exec(line) ?? [];
    if (code !== undefined) {
      wrapped = { text: text ?? '' };
      errors.push(Object.assign(wrapped, { code }));
    } else if (line.trim() === '' || companion.test(line)) {
    } else if (continued !== undefined) {
      // A message wider than LINESIZE goes on in the next line (sqlplus.md G18, G35).
      continued.text += ` ${line.trim()}`;
      wrapped = continued;
    } else {
      others.push(line.trimEnd());
    }
  }
  return { errors, rows, others };
};

const excerptLength = 200;
const excerpt = (line: string) => (line.length > excerptLength ? `${line.slice(0, excerptLength)}…` : line);

const notUnderstood = (line: string | undefined): Fault => ({
  codes: [],
  message: line === undefined ? 'sqlplus printed nothing' : `sqlplus printed ${JSON.stringify(excerpt(line))}`,
  isConfirmed: false,
});

const refusal = (errors: Answer['errors'], isConfirmed: boolean): Fault => ({
  codes: errors.map(({ code }) => code),
  message: excerpt(errors.map(({ code, text }) => `${code}: ${text}`)[0] ?? ''),
  isConfirmed,
});

/**
 * Reads the answer to a SELECT in the row format.
 *
 * @returns Its rows, still encoded. Without any, `no rows selected` must be there; silence is a fault. When sqlplus
 *   counts the rows, the count must be theirs.
 */
export const readRows = (lines: readonly string[]): Verdict<readonly string[]> => {
  const { errors, rows, others } = sort(lines);
  if (errors.length > 0) return { kind: 'fault', fault: refusal(errors, false) };
  const [count, ...surplus] = others;
  if (surplus[0] !== undefined) return { kind: 'fault', fault: notUnderstood(surplus[0]) };
  if (count === undefined) {
    return rows.length > 0
      ? { kind: 'ok', value: rows, warnings: [] }
      : { kind: 'fault', fault: notUnderstood(undefined) };
  }
  const counted = /^(no|\d+) rows? selected\.?$/.exec(count)?.[1];
  if (counted === undefined || (counted === 'no' ? 0 : Number(counted)) !== rows.length) {
    return { kind: 'fault', fault: notUnderstood(count) };
  }
  return { kind: 'ok', value: rows, warnings: [] };
};

/**
 * Reads the answer to a statement that changes something.
 *
 * @param confirmation  The feedback line that must be there, such as `Database altered.`
 * @param accepted      Codes that come with success. Source: ORA-01260, "END BACKUP succeeded but some files found not
 *   to be in backup mode".
 */
export const readConfirmation = (
  lines: readonly string[],
  confirmation: string,
  accepted: readonly string[] = [],
): Verdict<undefined> => {
  const { errors, rows, others } = sort(lines);
  const isConfirmed = lines.some((line) => line.trimEnd() === confirmation);
  const refusing = errors.filter(({ code }) => !accepted.includes(code));
  if (refusing.length > 0) return { kind: 'fault', fault: refusal(refusing, isConfirmed) };
  const warnings = errors.map(({ code, text }) => `${code}: ${text}`);
  if (warnings.length > 0 && rows.length === 0) return { kind: 'ok', value: undefined, warnings };
  const surplus = [...rows, ...others].find((line) => line !== confirmation);
  if (!isConfirmed || surplus !== undefined) return { kind: 'fault', fault: notUnderstood(surplus) };
  return { kind: 'ok', value: undefined, warnings };
};

/**
 * Codes that come with a logon that worked: the password expires soon, the account expires soon, obsolete parameters.
 *
 * Source: sqlplus.md 4.4 and G17; a monitoring product took ORA-28002 for a failure for years.
 */
const logonWarnings = new Set(['ORA-28002', 'ORA-28011', 'ORA-32004']);

/**
 * Reads what came between CONNECT and its end marker. Text without a code is taken for noise of glogin.sql, since a
 * good CONNECT prints nothing, `Connected.` or a date of the last logon, depending on the release.
 */
export const readLogon = (lines: readonly string[]): Verdict<undefined> => {
  const { errors } = sort(lines);
  const refusing = errors.filter(({ code }) => !logonWarnings.has(code));
  if (refusing.length > 0) return { kind: 'fault', fault: refusal(refusing, false) };
  return { kind: 'ok', value: undefined, warnings: errors.map(({ code, text }) => `${code}: ${text}`) };
};

/**
 * Whether a line announces an expired password. sqlplus then asks for a new one on the same stream and would take the
 * next input for it.
 *
 * Source: sqlplus.md 7.3.
 */
export const asksForNewPassword = (line: string): boolean => /^ORA-28001\b/.test(line);
