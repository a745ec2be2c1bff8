import { factsOf } from './error-codes.js';
import { SqlplusStartError } from './errors.js';
import { excerpt } from './redaction.js';

/**
 * `Error n initializing SQL*Plus`.
 *
 * Source: sqlplus.md 4.3. What 45 means is not known.
 */
const initializationHints: Readonly<Record<string, string>> = {
  '6': 'oracleHome must be the directory that this sqlplus belongs to, readable for this account.',
  '45': 'Start this sqlplus by hand with /nolog: it does not come up here either way.',
  '46': 'A profile of this host sets http_proxy for sqlplus: remove it there.',
  '57': 'The libraries in oracleHome do not belong to this sqlplus: repair or reinstall the client.',
};

/** What sqlplus itself has to say it says on stdout; on stderr speak the loader, the shell and the client library. */
const startHint = (how: string, output: string, errorOutput: string): string => {
  const [, number = ''] = /^Error (\d+) initializing/m.exec(output) ?? [];
  const [code = ''] = /^SP2-\d{4,5}/m.exec(output) ?? [];
  const known = initializationHints[number] ?? factsOf(code)?.hint;
  if (known !== undefined) return known;
  if (errorOutput.includes('shared librar')) {
    return 'A library of sqlplus is missing: oracleHome must hold it in lib, or beside sqlplus in Instant Client.';
  }
  if (how.startsWith('SIG')) return 'Something on this host ended it: look at the log of the system.';
  if (errorOutput.trim() !== '' && output.trim() === '') {
    return 'The system could not run it: check that it is a program for this machine.';
  }
  return 'Start this sqlplus by hand with /nolog, as this account: it must wait for input.';
};

/**
 * The error of a sqlplus that ended before it answered anything. Its exit status tells nothing: the same texts come with
 * 0 and 1.
 *
 * Source: sqlplus.md 4.3.
 */
export const startFailure = (
  command: string,
  how: string,
  { output, errorOutput }: { readonly output: string; readonly errorOutput: string },
): SqlplusStartError => {
  const printed = [output, errorOutput].filter((text) => text.trim() !== '').join('\n');
  const firstLine = printed.split('\n').find((line) => line.trim() !== '');
  return new SqlplusStartError(`${command} ended (${how}): ${excerpt(firstLine?.trim() ?? 'it printed nothing')}`, {
    command,
    output: printed,
    hint: startHint(how, output, errorOutput),
  });
};
