import { delay } from '../../clock.js';
import type { HeededVariable } from '../frames.js';
import { OracleError } from '../oracle-error.js';
import type { ServerSession } from '../server-session.js';
import type { SimulatedDatabase } from '../simulated-database.js';
import type { BindVariable } from './bind-variables.js';
import type { Whenever } from './exit.js';
import type { Script, Spool } from './files.js';
import { createMessages, type Messages } from './messages.js';
import type { NationalLanguage } from './nls.js';
import type { ClientRelease } from './release.js';
import { wrapMessage } from './rendering.js';
import type { ColumnFormat } from './row-style.js';
import type { Settings } from './settings.js';

/** What a client process finds around it. */
export interface ClientEnvironment {
  readonly values: Readonly<Partial<Record<HeededVariable, string>>>;
  readonly directory: string;
  /** The ORACLE_HOME that the client belongs to. */
  readonly home: string;
}

/** One running SQL*Plus. */
export interface ClientState {
  readonly database: SimulatedDatabase;
  readonly release: ClientRelease;
  readonly isSilent: boolean;
  readonly restriction: number;
  readonly latencyMs: number;
  /** `undefined` for a client that is no process: nothing around it is looked at. */
  readonly environment: ClientEnvironment | undefined;
  readonly national: NationalLanguage;
  readonly messages: Messages;
  readonly settings: Settings;
  readonly variables: Map<string, string>;
  readonly binds: Map<string, BindVariable>;
  /** COLUMN, by heading. */
  readonly columns: Map<string, ColumnFormat>;
  session: ServerSession | undefined;
  /** The SQL buffer: the lines of the last statement, without terminator. */
  buffer: readonly string[];
  onSqlError: Whenever;
  onOsError: Whenever;
  /** The number of the last ORA- error. */
  sqlCode: number;
  spool: Spool | undefined;
  /** What the last PROMPT printed. */
  lastPrompt: string;
  print(text: string): void;
  /** Lets `print` collect instead, until `release` gives the text back. */
  collectOutput(): { release(): string };
  printError(text: string): void;
  /** The next line to run, after `prompt` when the client shows prompts: of the script that runs, or of the input. */
  nextLine(prompt: string): Promise<string | undefined>;
  /** The next line of the input, for an answer. A `secret` one is not kept in any record. */
  nextAnswer(prompt: string, kind?: 'plain' | 'secret'): Promise<string | undefined>;
  /** Resolves when the process is killed. */
  readonly dropped: Promise<void>;
  /** Puts the lines of a script before those of the input. */
  runScript(script: Script): void;
  /** Where the script that is running lies. */
  scriptDirectory(): string | undefined;
  /** Puts the lines of glogin.sql, these further ones, and login.sql before those of the input. */
  startProfile(further: readonly string[]): Promise<void>;
}

/** What each logon and each statement waits before it reaches the database. */
export const crossNetwork = (client: ClientState): Promise<void> =>
  delay(client.database.state.clock, client.latencyMs);

/** 23ai adds a line with an address. Expert knowledge: SET ERRORDETAILS and ORA_SUPPRESS_ERROR_URL turn it off (sqlplus.md section 2). */
export const helpLine = ({ release, settings, environment }: ClientState, code: string): string =>
  release === '23ai' && settings.areErrorDetailsOn && !/^true$/i.test(environment?.values.ORA_SUPPRESS_ERROR_URL ?? '')
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
  const { messages, national, release, settings } = client;
  client.sqlCode = Number(/^(?:ORA|TNS)-(\d+)/.exec(error.code)?.[1] ?? 0);
  for (const line of error.lines) {
    const text = national.toClient(messages.errorLine(reworded(line, release)));
    client.print(`${wrapMessage(text, settings.lineSize)}\n`);
  }
  client.print(helpLine(client, error.code));
};

/** The block of an error that belongs to no statement text. Observed: sqlplus.md section 4.1 (SLOW, LOSTCONN). */
export const printErrorBlock = (client: ClientState, error: OracleError): void => {
  client.print(`${client.messages.error}\n`);
  printStack(client, error);
  client.print('\n\n');
};

/** Says that there is no session. No error of SQL, so WHENEVER does not see it. Documented: sqlplus.md section 0 fact 6. */
export const printNotConnected = (client: ClientState): void =>
  client.print(`${client.messages.errorLine('SP2-0640: Not connected')}\n`);

/** A stack for what only the client can say. */
export const clientError = (line: string): OracleError => new OracleError([line]);

/** The words of a language, ready to be a part of the state. */
export const messagesIn = (national: NationalLanguage): Messages => {
  const messages = createMessages(national.language);
  const toClient = (text: string): string => national.toClient(text);
  return {
    ...messages,
    error: toClient(messages.error),
    connected: toClient(messages.connected),
    idle: toClient(messages.idle),
    errorAtLine: (line) => toClient(messages.errorAtLine(line)),
    rowCount: (count) => toClient(messages.rowCount(count)),
    feedback: (text) => toClient(messages.feedback(text)),
    errorLine: (line) => toClient(messages.errorLine(line)),
  };
};
