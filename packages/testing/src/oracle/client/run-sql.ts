import { ClientDiedError, OracleError, UnmodelledStatementError } from '../oracle-error.js';
import { type ClientState, crossNetwork, printErrorBlock, printStack } from './client-state.js';
import { type ClientExit, exitStatus } from './exit.js';
import { renderRows } from './rendering.js';

/** How the stand-in ends on what it does not model. No real sqlplus ends like that. */
export const unmodelledStatus = 70;
const marker = 'orasync stand-in sqlplus:';

/** Ends the client when WHENEVER SQLERROR says so. */
export const afterSqlError = (client: ClientState): ClientExit | undefined =>
  client.onSqlError.kind === 'exit' ? { status: exitStatus(client.onSqlError.status, client.sqlCode) } : undefined;

/** The line with the error, a star below it, the stack, two blank lines. Observed: sqlplus.md section 4.1. */
const printStatementError = (client: ClientState, sql: string, error: OracleError): void => {
  const before = sql.slice(0, error.offset).split('\n');
  const line = sql.split('\n')[before.length - 1] ?? '';
  client.print(`${line}\n${' '.repeat((before.at(-1) ?? '').length)}*\nERROR at line ${before.length}:\n`);
  printStack(client, error);
  client.print('\n\n');
};

/** @returns how the client ends, when the failure ends it. Rethrows what is no answer of a database. */
export const endOn = (client: ClientState, error: unknown): ClientExit => {
  if (error instanceof ClientDiedError) return { signal: 'SIGKILL' };
  if (!(error instanceof UnmodelledStatementError)) throw error;
  client.printError(`${marker} ${error.message}\n`);
  return { status: unmodelledStatus };
};

/** Sends one statement or block, without terminator, and prints what comes back. */
export const runSql = async (client: ClientState, sql: string): Promise<ClientExit | undefined> => {
  const { session, settings } = client;
  if (session === undefined) {
    // No error of SQL, so WHENEVER does not see it. Documented: sqlplus.md section 0 fact 6.
    client.print('SP2-0640: Not connected\n');
    return undefined;
  }
  await crossNetwork(client);
  try {
    const result = await session.execute(sql);
    client.sqlCode = 0;
    if (result.kind === 'rows') {
      client.print(renderRows(result, settings, { dateMask: session.dateMask(), formats: client.columnFormats }));
    } else if (settings.feedback > 0) client.print(`\n${result.feedback}\n\n`);
    if (settings.isTimingOn) client.print('Elapsed: 00:00:00.01\n');
    return undefined;
  } catch (error) {
    if (!(error instanceof OracleError)) return endOn(client, error);
    // After the connection is lost there is no statement to show. Observed: sqlplus.md G26 (SLOW).
    if (error.code === 'ORA-03114') printErrorBlock(client, error);
    else printStatementError(client, sql, error);
    return afterSqlError(client);
  }
};
