import { delay } from '../../clock.js';
import { OracleError } from '../oracle-error.js';
import type { ServerSession } from '../server-session.js';
import type { SimulatedDatabase } from '../simulated-database.js';
import type { Whenever } from './exit.js';
import type { ClientRelease } from './release.js';
import { wrapMessage } from './rendering.js';
import type { Settings } from './settings.js';

/** One running SQL*Plus. */
export interface ClientState {
  readonly database: SimulatedDatabase;
  readonly release: ClientRelease;
  readonly isSilent: boolean;
  readonly restriction: number;
  readonly latencyMs: number;
  readonly settings: Settings;
  readonly variables: Map<string, string>;
  /** COLUMN … FORMAT: width by heading. */
  readonly columnFormats: Map<string, number>;
  session: ServerSession | undefined;
  /** The SQL buffer: the lines of the last statement, without terminator. */
  buffer: readonly string[];
  onSqlError: Whenever;
  onOsError: Whenever;
  /** The number of the last ORA- error. */
  sqlCode: number;
  print(text: string): void;
  printError(text: string): void;
  /** The next line of input, after `prompt` when the client shows prompts. */
  nextLine(prompt: string): Promise<string | undefined>;
  /** Puts the lines of glogin.sql before those of the input. */
  startProfile(): void;
}

/** What each logon and each statement waits before it reaches the database. */
export const crossNetwork = (client: ClientState): Promise<void> =>
  delay(client.database.state.clock, client.latencyMs);

const helpLine = ({ release, settings }: ClientState, code: string): string =>
  release === '23ai' && settings.areErrorDetailsOn
    ? `Help: https://docs.oracle.com/error-help/db/${code.toLowerCase()}/\n`
    : '';

const rewordings: Readonly<Record<string, string>> = {
  'ORA-12541': 'Cannot connect. No listener at host H port 1521.',
  'ORA-01017': 'invalid credential or not authorized; logon denied',
};

/** 23ai says some things in other words. Observed: oracle-hot-backup.md section 4.3 (L12541, T1017). */
const reworded = (line: string, release: ClientRelease): string => {
  const text = release === '23ai' ? rewordings[line.slice(0, 9)] : undefined;
  return text === undefined ? line : `${line.slice(0, 9)}: ${text}`;
};

/** Prints a stack as bare lines, and remembers its code for EXIT SQL.SQLCODE. */
export const printStack = (client: ClientState, error: OracleError): void => {
  client.sqlCode = Number(/^ORA-(\d+)/.exec(error.code)?.[1] ?? 0);
  for (const line of error.lines) {
    client.print(`${wrapMessage(reworded(line, client.release), client.settings.lineSize)}\n`);
  }
  client.print(helpLine(client, error.code));
};

/** The block of an error that belongs to no statement text. Observed: sqlplus.md section 4.1 (SLOW, LOSTCONN). */
export const printErrorBlock = (client: ClientState, error: OracleError): void => {
  client.print('ERROR:\n');
  printStack(client, error);
  client.print('\n\n');
};

/** A stack for what only the client can say. */
export const clientError = (line: string): OracleError => new OracleError([line]);
