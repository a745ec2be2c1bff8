import type { ClientState } from './client-state.js';
import { connect } from './connect.js';
import { type ClientExit, exitStatus, parseWhenever } from './exit.js';
import { instanceCommands } from './instance-commands.js';
import { runSql } from './run-sql.js';
import { applySet } from './settings.js';

type Command = (client: ClientState, rest: string) => Promise<ClientExit | undefined> | ClientExit | undefined;

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

const whenever: Command = (client, rest) => {
  const match = /^(SQLERROR|OSERROR)\b\s*(.*)$/i.exec(rest);
  const action = match === null ? undefined : parseWhenever(match[2] ?? '');
  if (match === null || action === undefined)
    client.print('SP2-0745: Usage: WHENEVER SQLERROR/OSERROR { CONTINUE | EXIT }\n');
  else if (match[1]?.toUpperCase() === 'SQLERROR') client.onSqlError = action;
  else client.onOsError = action;
  return undefined;
};

/** A file that cannot be opened is an error of the operating system. Documented: sqlplus.md section 5 (WOS). */
const openFile: Command = (client, rest) => {
  client.print(`SP2-0310: unable to open file "${rest.trim()}"\n`);
  const { onOsError } = client;
  return onOsError.kind === 'exit' ? { status: exitStatus(onOsError.status, client.sqlCode) } : undefined;
};

const show: Command = (client, rest) => {
  const what = rest.trim().toLowerCase();
  if (what === 'user') client.print(`USER is "${client.session?.user ?? ''}"\n`);
  else if (what === 'sqlcode') client.print(`sqlcode ${client.sqlCode}\n`);
  else if (/^rel/.test(what))
    client.print(`release ${client.database.state.version.replaceAll('.', '').padEnd(10, '0')}\n`);
  else client.print(`SP2-0158: unknown SHOW option "${rest.trim()}"\n`);
  return undefined;
};

const column: Command = (client, rest) => {
  const match = /^(\S+)\s+.*?FORMAT\s+(?:A(\d+)|([9G,.]+))/i.exec(`${rest} `.replace(/\bFOR\b/i, 'FORMAT'));
  if (match !== null)
    client.columnFormats.set((match[1] ?? '').toUpperCase(), Number(match[2] ?? (match[3] ?? '').length + 1));
  return undefined;
};

const define: Command = (client, rest) => {
  const match = /^(\w+)\s*=\s*(.*)$/.exec(rest);
  if (match !== null)
    client.variables.set((match[1] ?? '').toUpperCase(), (match[2] ?? '').replace(/^(['"])(.*)\1$/, '$2'));
  return undefined;
};

const disconnect: Command = (client) => {
  client.session?.close();
  client.session = undefined;
  return undefined;
};

const execute: Command = (client, rest) => runSql(client, `BEGIN ${rest.trim().replace(/;$/, '')}; END;`);

const spool = printing((_, rest) =>
  /^off\b/i.test(rest) || rest === '' ? '' : 'SP2-0606: Cannot create SPOOL file\n',
);

/** The commands of SQL*Plus by their shortest form. Source: sqlplus.md section 12.3. */
const commands: readonly (readonly [pattern: RegExp, run: Command])[] = [
  [/^PRO(?:M(?:P(?:T)?)?)?(?:\s|$)/i, printing((_, rest) => `${rest}\n`)],
  [
    /^SET(?:\s+|$)/i,
    printing((client, rest) => applySet(client.settings, rest.trim().replace(/;$/, ''), client.release)),
  ],
  [/^CONN(?:E(?:C(?:T)?)?)?\b\s*/i, connect],
  [/^DISC(?:O(?:N(?:N(?:E(?:C(?:T)?)?)?)?)?)?\b\s*/i, disconnect],
  [/^WHENEVER\b\s*/i, whenever],
  [/^(?:EXIT|QUIT)\b\s*/i, (client, rest) => ({ status: exitStatus(rest, client.sqlCode) })],
  [/^REM(?:A(?:R(?:K)?)?)?(?:\s|$)/i, silently],
  [/^--/, silently],
  [/^\/\*.*\*\/\s*$/, silently],
  [/^SHO(?:W)?\b\s*/i, show],
  [/^SPO(?:O(?:L)?)?\b\s*/i, restricted(2, 'spool', spool)],
  [/^(?:@@?|STA(?:R(?:T)?)?\s+)/i, restricted(3, 'start', openFile)],
  // A stand-in runs no programs, whatever -R says.
  [/^(?:HO(?:S(?:T)?)?\b|!)\s*/i, restricted(0, 'host', silently)],
  [/^COL(?:U(?:M(?:N)?)?)?\b\s*/i, column],
  [/^CL(?:E(?:A(?:R)?)?)?\b\s*/i, silently],
  [/^DEF(?:I(?:N(?:E)?)?)?\b\s*/i, define],
  [/^UNDEF(?:I(?:N(?:E)?)?)?\b\s*/i, silently],
  [/^EXEC(?:U(?:T(?:E)?)?)?\b\s*/i, execute],
  [/^(?:TTI(?:TLE)?|BTI(?:TLE)?|BRE(?:AK)?|TIMI(?:NG)?)\b\s*/i, silently],
  ...instanceCommands,
];

/** More than ten characters are cut. Assumed: sqlplus.md section 12.3; the texts are observed (SP306, SP734). */
const unknownCommand = (client: ClientState, line: string): string => {
  const help = client.release === '23ai' && client.settings.areErrorDetailsOn;
  const code = line.length > 10 ? 'SP2-0734' : 'SP2-0042';
  const text =
    line.length > 10
      ? `${code}: unknown command beginning "${line.slice(0, 10)}..." - rest of line ignored.\n`
      : `${code}: unknown command "${line}" - rest of line ignored.\n`;
  return help ? `${text}Help: https://docs.oracle.com/error-help/db/${code.toLowerCase()}/\n` : text;
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
