import { ClientDiedError, OracleError, UnmodelledStatementError } from '../oracle-error.js';
import type { ServerSession } from '../server-session.js';
import type { StatementResult } from '../statement-effects.js';
import { normalised } from '../statements.js';
import { withBindValues } from './bind-variables.js';
import {
  type ClientState,
  crossNetwork,
  helpLine,
  printErrorBlock,
  printNotConnected,
  printStack,
} from './client-state.js';
import { type ClientExit, exitStatus } from './exit.js';
import { renderRows } from './rendering.js';
import { withStatementFaults } from './statement-faults.js';

/** How the stand-in ends on what it does not model. No real sqlplus ends like that. */
export const unmodelledStatus = 70;
const marker = 'orasync stand-in sqlplus:';

/** Ends the client when WHENEVER SQLERROR says so. */
export const afterSqlError = (client: ClientState): ClientExit | undefined =>
  client.onSqlError.kind === 'exit' ? { status: exitStatus(client.onSqlError.status, client) } : undefined;

/** The line with the error, a star below it, the stack, two blank lines. Observed: sqlplus.md section 4.1. */
const printStatementError = (client: ClientState, sql: string, error: OracleError): void => {
  const before = sql.slice(0, error.offset).split('\n');
  const line = sql.split('\n')[before.length - 1] ?? '';
  const header = client.messages.errorAtLine(before.length);
  client.print(`${line}\n${' '.repeat((before.at(-1) ?? '').length)}*\n${header}\n`);
  printStack(client, error);
  client.print('\n\n');
};

/** @returns how the client ends, when the failure ends it. Rethrows what is no answer of a database. */
export const endOn = (client: ClientState, error: unknown): ClientExit => {
  if (error instanceof ClientDiedError) return error.exit;
  if (!(error instanceof UnmodelledStatementError)) throw error;
  client.printError(`${marker} ${error.message}\n`);
  return { status: unmodelledStatus };
};

/** PAUSE ON waits for a line before each answer with rows. Assumed: once for all its pages. */
const pause = async (client: ClientState): Promise<void> => {
  if (client.settings.isPauseOn) await client.nextAnswer('');
};

const printResult = async (client: ClientState, result: StatementResult): Promise<void> => {
  const { session, settings, messages, national, columns } = client;
  if (result.kind === 'done') {
    if (settings.feedback > 0) client.print(`\n${messages.feedback(result.feedback)}\n\n`);
    return;
  }
  await pause(client);
  const dateMask = session?.dateMask() ?? '';
  client.print(national.toClient(renderRows(result, settings, { dateMask, columns, national, messages })));
};

/** What a failed statement prints, and whether it ends the client. */
export const printFailure = (client: ClientState, sql: string, error: OracleError): ClientExit | undefined => {
  if (error.code.startsWith('SP2-')) {
    // The client's own errors are one bare line that WHENEVER does not see. Documented: sqlplus.md section 4.2.
    client.print(error.lines.map((line) => `${line}\n`).join('') + helpLine(client, error.code));
    return undefined;
  }
  // After the connection is lost there is no statement to show. Observed: sqlplus.md G26 (SLOW).
  if (error.code === 'ORA-03114') printErrorBlock(client, error);
  else printStatementError(client, sql, error);
  return afterSqlError(client);
};

/** What DBMS_OUTPUT wrote stands before all else, errors too. Documented: SQL*Plus User's Guide, SET SERVEROUTPUT. */
const printServerOutput = (client: ClientState, session: ServerSession): void => {
  if (!client.settings.isServerOutputOn) return;
  const lines = session.takeOutput().map((line) => `${line}\n`);
  client.print(client.national.toClient(lines.join('')));
};

/** Sends one statement or block, without terminator, and prints what comes back. */
export const runSql = async (client: ClientState, sql: string): Promise<ClientExit | undefined> => {
  const { session, settings } = client;
  if (session === undefined) {
    printNotConnected(client);
    return undefined;
  }
  await crossNetwork(client);
  const actions = client.database.faults.takeForStatement(normalised(sql));
  return withStatementFaults(client, actions, async () => {
    if (settings.isServerOutputOn) session.takeOutput();
    try {
      const result = await session.execute(withBindValues(client.binds, sql));
      client.sqlCode = 0;
      printServerOutput(client, session);
      await printResult(client, result);
      if (settings.isTimingOn) client.print('Elapsed: 00:00:00.01\n');
      return undefined;
    } catch (error) {
      if (!(error instanceof OracleError)) return endOn(client, error);
      printServerOutput(client, session);
      return printFailure(client, sql, error);
    }
  });
};
