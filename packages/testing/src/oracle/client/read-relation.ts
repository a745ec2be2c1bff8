import { OracleError } from '../oracle-error.js';
import type { Relation } from '../sql/compile.js';
import { type ClientState, printNotConnected } from './client-state.js';
import type { ClientExit } from './exit.js';
import { endOn, printFailure } from './run-sql.js';

/**
 * Reads what a command of the client needs to know, as the client does it: by a statement.
 *
 * @returns The rows, or how the client goes on after it has said why there are none.
 */
export const readRelation = async (
  client: ClientState,
  sql: string,
): Promise<Relation | { readonly exit: ClientExit | undefined }> => {
  if (client.session === undefined) {
    printNotConnected(client);
    return { exit: undefined };
  }
  try {
    const result = await client.session.execute(sql);
    return result.kind === 'rows' ? result : { columns: [], rows: [] };
  } catch (error) {
    if (!(error instanceof OracleError)) return { exit: endOn(client, error) };
    return { exit: printFailure(client, sql, error) };
  }
};
