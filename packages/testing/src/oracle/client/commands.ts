import { execute, print, variable } from './bind-commands.js';
import { type ClientState, helpLine } from './client-state.js';
import { column } from './column-command.js';
import type { Command } from './command.js';
import { connect } from './connect.js';
import { type ClientExit, exitStatus, parseWhenever } from './exit.js';
import { script, spool } from './file-commands.js';
import { instanceCommands } from './instance-commands.js';
import { applySet } from './set-options.js';
import { describe, show } from './show.js';
import { accept, define, pause, undefine } from './variable-commands.js';

const printing =
  (text: (client: ClientState, rest: string) => string): Command =>
  (client, rest) => {
    client.print(text(client, rest));
    return undefined;
  };

const silently: Command = () => undefined;

/** -R forbids commands by level. Documented: sqlplus.md section 1; the text is assumed (section 4.2). */
const restricted =
  (level: number, name: string, run: Command): Command =>
  (client, rest) => {
    if (client.restriction < level) return run(client, rest);
    client.print(`SP2-0738: Restricted command "${name}" not available\n`);
    return undefined;
  };

const prompt: Command = (client, rest) => {
  client.lastPrompt = rest;
  client.print(`${rest}\n`);
  return undefined;
};

const whenever: Command = (client, rest) => {
  const match = /^(SQLERROR|OSERROR)\b\s*(.*)$/i.exec(rest);
  const action = match === null ? undefined : parseWhenever(match[2] ?? '');
  if (match === null || action === undefined)
    client.print('SP2-0745: Usage: WHENEVER SQLERROR/OSERROR { CONTINUE | EXIT }\n');
  else if (match[1]?.toUpperCase() === 'SQLERROR') client.onSqlError = action;
  else client.onOsError = action;
  return undefined;
};

const disconnect: Command = (client) => {
  client.session?.close();
  client.session = undefined;
  return undefined;
};

/** The commands of SQL*Plus by their shortest form. Source: sqlplus.md section 12.3. */
const commands: readonly (readonly [pattern: RegExp, run: Command])[] = [
  [/^PRO(?:M(?:P(?:T)?)?)?(?:\s|$)/i, prompt],
  [
    /^SET(?:\s+|$)/i,
    printing((client, rest) => applySet(client.settings, rest.trim().replace(/;$/, ''), client.release)),
  ],
  [/^CONN(?:E(?:C(?:T)?)?)?\b\s*/i, connect],
  [/^DISC(?:O(?:N(?:N(?:E(?:C(?:T)?)?)?)?)?)?\b\s*/i, disconnect],
  [/^WHENEVER\b\s*/i, whenever],
  [/^(?:EXIT|QUIT)\b\s*/i, (client, rest) => ({ status: exitStatus(rest, client) })],
  [/^REM(?:A(?:R(?:K)?)?)?(?:\s|$)/i, silently],
  [/^--/, silently],
  [/^SHO(?:W)?\b\s*/i, show],
  [/^DESC(?:R(?:I(?:B(?:E)?)?)?)?\b\s*/i, describe],
  [/^SPO(?:O(?:L)?)?\b\s*/i, restricted(2, 'spool', spool)],
  [/^@@\s*/, restricted(3, '@@', script(true))],
  [/^(?:@|STA(?:R(?:T)?)?\s+)/i, restricted(3, 'start', script(false))],
  // A stand-in runs no programs, whatever -R says.
  [/^(?:HO(?:S(?:T)?)?\b|!)\s*/i, restricted(0, 'host', silently)],
  [/^ED(?:I(?:T)?)?\b\s*/i, restricted(0, 'edit', silently)],
  [/^COL(?:U(?:M(?:N)?)?)?\b\s*/i, column],
  [
    /^CL(?:E(?:A(?:R)?)?)?\b\s*/i,
    (client, rest) => {
      if (/^COL/i.test(rest)) client.columns.clear();
      return undefined;
    },
  ],
  [/^DEF(?:I(?:N(?:E)?)?)?\b\s*/i, define],
  [/^UNDEF(?:I(?:N(?:E)?)?)?\b\s*/i, undefine],
  [/^ACC(?:E(?:P(?:T)?)?)?\b\s*/i, accept],
  [/^PAU(?:S(?:E)?)?\b\s*/i, pause],
  [/^VAR(?:I(?:A(?:B(?:L(?:E)?)?)?)?)?\b\s*/i, variable],
  [/^PRI(?:N(?:T)?)?\b\s*/i, print],
  [/^EXEC(?:U(?:T(?:E)?)?)?\b\s*/i, execute],
  [/^(?:TTI(?:TLE)?|BTI(?:TLE)?|BRE(?:AK)?|TIMI(?:NG)?)\b\s*/i, silently],
  ...instanceCommands,
];

/** More than ten characters are cut. Assumed: sqlplus.md section 12.3; the texts are observed (SP306, SP734). */
const unknownCommand = (client: ClientState, line: string): string => {
  const code = line.length > 10 ? 'SP2-0734' : 'SP2-0042';
  const text =
    line.length > 10
      ? `${code}: unknown command beginning "${line.slice(0, 10)}..." - rest of line ignored.\n`
      : `${code}: unknown command "${line}" - rest of line ignored.\n`;
  return text + helpLine(client, code);
};

/** Runs a line that is a command of SQL*Plus, or says that it is none. */
export const runCommand = async (client: ClientState, line: string): Promise<ClientExit | undefined> => {
  for (const [pattern, run] of commands) {
    const match = pattern.exec(line);
    if (match !== null) return run(client, line.slice(match[0].length));
  }
  client.print(unknownCommand(client, line));
  return undefined;
};
