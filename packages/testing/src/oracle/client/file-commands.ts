import type { ClientState } from './client-state.js';
import type { Command } from './command.js';
import { type ClientExit, exitStatus } from './exit.js';
import { findScript, openSpool, withExtension } from './files.js';
import { withoutQuotes, wordsOf } from './words.js';

/** A file that cannot be opened is an error of the operating system. Documented: sqlplus.md section 5 (WOS). */
const afterOsError = (client: ClientState, text: string): ClientExit | undefined => {
  client.print(text);
  const { onOsError } = client;
  return onOsError.kind === 'exit' ? { status: exitStatus(onOsError.status, client) } : undefined;
};

/** The words after a script's name become &1, &2 … */
const withParameters = (client: ClientState, words: readonly string[]): void => {
  for (const [index, word] of words.entries()) client.variables.set(String(index + 1), withoutQuotes(word));
};

/** `@`, `@@` and START. */
export const script =
  (isBeside: boolean): Command =>
  async (client, rest) => {
    const [name = '', ...words] = wordsOf(rest);
    const plainName = withoutQuotes(name);
    const beside = isBeside ? client.scriptDirectory() : undefined;
    const found = await findScript(plainName, client.environment, beside);
    if (found === undefined) {
      return afterOsError(client, `SP2-0310: unable to open file "${withExtension(plainName, '.sql')}"\n`);
    }
    withParameters(client, words);
    client.runScript(found);
    return undefined;
  };

/** SPOOL. Documented: SQL*Plus User's Guide; lines are not padded, whatever TRIMSPOOL says. */
export const spool: Command = async (client, rest) => {
  const [name = '', mode = 'REPLACE'] = wordsOf(rest);
  if (name === '') {
    client.print(
      client.spool === undefined ? 'not spooling currently\n' : `currently spooling to ${client.spool.name}\n`,
    );
    return undefined;
  }
  await client.spool?.close();
  client.spool = undefined;
  if (/^(?:OFF|OUT)$/i.test(name)) return undefined;
  const how = /^CRE/i.test(mode) ? 'create' : /^APP/i.test(mode) ? 'append' : 'replace';
  client.spool = await openSpool(name, how, client.environment);
  return client.spool === undefined
    ? afterOsError(client, `SP2-0606: Cannot create SPOOL file "${name}"\n`)
    : undefined;
};
