import { OracleError } from '../oracle-error.js';
import type { Column } from '../sql/compile.js';
import { formatValue } from '../sql/format.js';
import type { Value } from '../sql/values.js';
import { type ClientState, printNotConnected } from './client-state.js';
import type { ClientExit } from './exit.js';
import { readRelation } from './read-relation.js';
import { afterSqlError, endOn } from './run-sql.js';
import { shownOption } from './set-options.js';
import { wordsOf } from './words.js';

const plainText = (value: Value | undefined): string =>
  value === undefined || value === null ? '' : formatValue(value, 'DD-MON-RR');

/** SHOW PARAMETER: three columns of 36, 11 and 30. Observed in shape: interactive sessions; types beyond text are assumed. */
const showParameters = async (client: ClientState, name: string): Promise<ClientExit | undefined> => {
  const like = name.toLowerCase().replaceAll("'", "''");
  const found = await readRelation(
    client,
    `SELECT name, value FROM v$parameter WHERE name LIKE '%${like}%' ORDER BY name`,
  );
  if ('exit' in found) return found.exit;
  const head = `\n${'NAME'.padEnd(36)} ${'TYPE'.padEnd(11)} VALUE\n${'-'.repeat(36)} ${'-'.repeat(11)} ${'-'.repeat(30)}\n`;
  const lines = found.rows.map(([parameter, value]) => {
    const text = plainText(value);
    const type = /^(?:TRUE|FALSE)$/.test(text) ? 'boolean' : /^\d+$/.test(text) ? 'integer' : 'string';
    return `${`${plainText(parameter).padEnd(36)} ${type.padEnd(11)} ${text}`.trimEnd()}\n`;
  });
  client.print(client.national.toClient(head + lines.join('')));
  return undefined;
};

const showContainer = async (client: ClientState, what: 'CON_NAME' | 'CON_ID'): Promise<ClientExit | undefined> => {
  const found = await readRelation(client, `SELECT SYS_CONTEXT('USERENV', '${what}') FROM dual`);
  if ('exit' in found) return found.exit;
  client.print(`\n${what}\n${'-'.repeat(30)}\n${plainText(found.rows[0]?.[0])}\n`);
  return undefined;
};

/** SHOW: the user, the release, the last error, parameters, and what SET has set. Source: sqlplus.md section 12.3. */
export const show = async (client: ClientState, rest: string): Promise<ClientExit | undefined> => {
  const [what = '', ...words] = wordsOf(rest);
  const { database, release, settings } = client;
  const option = /^user$/i.test(what)
    ? `USER is "${client.session?.user ?? ''}"\n`
    : /^(?:sql)code$/i.test(what)
      ? `sqlcode ${client.sqlCode}\n`
      : /^rel(?:ease)?$/i.test(what)
        ? `release ${database.state.version.replaceAll('.', '').padEnd(10, '0')}\n`
        : /^err(?:ors)?$/i.test(what)
          ? 'No errors.\n'
          : shownOption(settings, what, release);
  if (option !== undefined) {
    client.print(option);
    return undefined;
  }
  if (/^parameters?$/i.test(what)) return showParameters(client, words.join(' '));
  if (/^con_(?:name|id)$/i.test(what)) return showContainer(client, /name$/i.test(what) ? 'CON_NAME' : 'CON_ID');
  client.print(`SP2-0158: unknown SHOW option "${rest.trim()}"\n`);
  return undefined;
};

const typeText = ({ type, width }: Column): string =>
  type === 'text'
    ? `VARCHAR2(${width})`
    : type === 'number'
      ? 'NUMBER'
      : type === 'date'
        ? 'DATE'
        : 'TIMESTAMP(6) WITH TIME ZONE';

/** DESCRIBE. Observed in shape: the three columns of 41, 8 and 28; that nothing is NOT NULL is assumed. */
export const describe = async (client: ClientState, rest: string): Promise<ClientExit | undefined> => {
  const name = rest.trim().replace(/;$/, '');
  if (client.session === undefined) {
    printNotConnected(client);
    return undefined;
  }
  try {
    const result = await client.session.execute(`SELECT * FROM ${name} WHERE 1 = 0`);
    const columns = result.kind === 'rows' ? result.columns : [];
    const lines = [
      ` ${'Name'.padEnd(41)} ${'Null?'.padEnd(8)} Type`,
      ` ${'-'.repeat(41)} ${'-'.repeat(8)} ${'-'.repeat(28)}`,
      ...columns.map((column) => ` ${column.name.padEnd(41)} ${' '.repeat(8)} ${typeText(column)}`),
    ];
    client.print(`${lines.join('\n')}\n\n`);
    return undefined;
  } catch (error) {
    if (!(error instanceof OracleError)) return endOn(client, error);
    client.print(`ERROR:\nORA-04043: object ${name} does not exist\n\n\n`);
    return afterSqlError(client);
  }
};
