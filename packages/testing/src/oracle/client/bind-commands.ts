import { formatValue } from '../sql/format.js';
import { parseAssignment, printedVariable } from './bind-variables.js';
import type { ClientState } from './client-state.js';
import type { Command } from './command.js';
import type { ClientExit } from './exit.js';
import { readRelation } from './read-relation.js';
import { runSql } from './run-sql.js';
import { wordsOf } from './words.js';

/** VARIABLE declares; without arguments it would list, which is not modelled. */
export const variable: Command = (client, rest) => {
  const [name = '', type = 'CHAR'] = wordsOf(rest);
  client.binds.set(name.toUpperCase(), { type, value: null });
  return undefined;
};

/** PRINT. */
export const print: Command = (client, rest) => {
  const names = wordsOf(rest.replaceAll(':', '').toUpperCase());
  for (const name of names.length > 0 ? names : client.binds.keys()) {
    const bind = client.binds.get(name);
    client.print(
      bind === undefined
        ? `SP2-0552: Bind variable "${name}" not declared.\n`
        : printedVariable(name, bind, client.settings.numberWidth),
    );
  }
  return undefined;
};

/** `EXECUTE :name := expression` is evaluated by a SELECT: the blocks of this database know no binds. */
const assign = async (client: ClientState, name: string, expression: string): Promise<ClientExit | undefined> => {
  const bind = client.binds.get(name);
  if (bind === undefined) {
    client.print(`SP2-0552: Bind variable "${name}" not declared.\n`);
    return undefined;
  }
  const found = await readRelation(client, `SELECT ${expression} FROM dual`);
  if ('exit' in found) return found.exit;
  const value = found.rows[0]?.[0] ?? null;
  bind.value = value === null ? null : formatValue(value, client.session?.dateMask() ?? '');
  if (client.settings.feedback > 0)
    client.print(`\n${client.messages.feedback('PL/SQL procedure successfully completed.')}\n\n`);
  return undefined;
};

/** EXECUTE. */
export const execute: Command = (client, rest) => {
  const assignment = parseAssignment(rest);
  if (assignment !== undefined) return assign(client, assignment.name, assignment.expression);
  return runSql(client, `BEGIN ${rest.trim().replace(/;$/, '')}; END;`);
};
