import type { Config, ConfigInput, Needs } from './config.js';
import { ConfigError } from './config-error.js';
import { parseConfig } from './config-file.js';

/** The environment variables that stand for settings, by the path of the setting. Source: design.md section 7, the predecessor. */
const variables: Readonly<Record<string, string>> = {
  'databases.0.name': 'ORACLE_SERVER',
  'databases.0.oracle': 'SQLPLUS_CONNECTION_STRING',
  'databases.0.oracle.oracleHome': 'ORACLE_HOME',
  'databases.0.targets.data': 'REPLICATED_DATA_VOLUMES',
  'databases.0.targets.archive': 'REPLICATED_ARCHIVE_VOLUMES',
  'array.url': 'SOURCE_INFINIBOX',
  'array.username': 'SOURCE_INFINIBOX_USER',
  'array.password': 'SOURCE_INFINIBOX_PASSWORD',
  'array.fingerprint256': 'ORASYNC_FINGERPRINT256',
  'array.caFile': 'ORASYNC_CA_FILE',
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether any of the predecessor's variables but ORACLE_HOME is set: every DBA's shell has that one. */
export const hasDropInVariables = (env: Environment): boolean =>
  Object.values(variables).some((name) => name !== 'ORACLE_HOME' && (env[name] ?? '') !== '');

const list = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** `user/password@service`, `/@alias` or `/`, each with an optional ` as ROLE`. */
const connectionString = /^(?<user>[^/]*)\/(?<password>.*?)(?:@(?<identifier>[^@]+?))?(?:\s+as\s+(?<role>sys\w+))?$/i;

const parseLogon = (text: string, sid: string | undefined) => {
  const parts = connectionString.exec(text.trim())?.groups;
  if (parts === undefined) throw new ConfigError(['SQLPLUS_CONNECTION_STRING: must look like user/password@service']);
  const { user = '', identifier, role } = parts;
  const password = (parts['password'] ?? '').replace(/^"(.*)"$/, '$1');
  if ((user === '') !== (password === ''))
    throw new ConfigError(['SQLPLUS_CONNECTION_STRING: user and password belong together']);
  if (identifier === undefined && (sid ?? '') === '')
    throw new ConfigError(['SQLPLUS_CONNECTION_STRING: names no @service, and ORACLE_SID is not set']);
  return {
    ...(user === '' ? {} : { user, password }),
    ...(identifier === undefined ? {} : { connectIdentifier: identifier }),
    ...(role === undefined ? {} : { role: role.toUpperCase() }),
  };
};

/**
 * The configuration that the predecessor's environment variables stand for. Its secrets are references to variables:
 * the password of SQLPLUS_CONNECTION_STRING is given beside it.
 *
 * @throws {ConfigError} All that is missing or wrong, by the name of the variable.
 */
export const readDropIn = (
  env: Environment,
  needs: Needs,
): { readonly config: Config; readonly oraclePassword: string | undefined } => {
  const isSet = (name: string) => (env[name] ?? '').trim() !== '';
  const ofDatabase = ['ORACLE_SERVER', 'REPLICATED_DATA_VOLUMES'];
  const hasDatabase = needs !== 'array alone' || ofDatabase.every(isSet);
  const logsOn = needs === 'array and database';
  const required = [
    ...(hasDatabase ? ofDatabase : []),
    'SOURCE_INFINIBOX',
    'SOURCE_INFINIBOX_USER',
    'SOURCE_INFINIBOX_PASSWORD',
    ...(logsOn ? ['SQLPLUS_CONNECTION_STRING', 'ORACLE_HOME'] : []),
  ];
  const missing = required.filter((name) => !isSet(name));
  if (missing.length > 0) throw new ConfigError(missing.map((name) => `${name}: is not set`));

  const logon = logsOn ? parseLogon(env['SQLPLUS_CONNECTION_STRING'] ?? '', env['ORACLE_SID']) : undefined;
  const archive = list(env['REPLICATED_ARCHIVE_VOLUMES']);
  const optional = <Key extends string>(key: Key, value: string | undefined) =>
    value === undefined || value === '' ? {} : ({ [key]: value } as Record<Key, string>);
  const input = {
    array: {
      url: (env['SOURCE_INFINIBOX'] ?? '').trim(),
      username: env['SOURCE_INFINIBOX_USER'] ?? '',
      password: { env: 'SOURCE_INFINIBOX_PASSWORD' },
      ...optional('fingerprint256', env['ORASYNC_FINGERPRINT256']),
      ...optional('caFile', env['ORASYNC_CA_FILE']),
    },
    databases: [
      hasDatabase && {
        name: env['ORACLE_SERVER'] ?? '',
        ...(logon === undefined
          ? {}
          : {
              oracle: {
                oracleHome: env['ORACLE_HOME'] ?? '',
                ...optional('sid', env['ORACLE_SID']),
                ...optional('tnsAdmin', env['TNS_ADMIN']),
                ...logon,
                ...(logon.password === undefined ? {} : { password: { env: 'SQLPLUS_CONNECTION_STRING' } }),
              },
            }),
        // Where the files lie may not be known from here: the predecessor never asked.
        coverage: { policies: { unknown: 'warn' as const } },
        targets: {
          data: { volumes: list(env['REPLICATED_DATA_VOLUMES']) },
          ...(archive.length === 0 ? {} : { archive: { volumes: archive } }),
        },
      },
    ].filter((database) => database !== false),
  };
  return {
    config: parseConfig(input satisfies Omit<ConfigInput, 'databases'>, { needs, at: variableAt }),
    oraclePassword: logon?.password,
  };
};

const variableAt = (path: readonly PropertyKey[]): string => {
  for (let length = path.length; length > 0; length -= 1) {
    const name = variables[path.slice(0, length).join('.')];
    if (name !== undefined) return `${name}: `;
  }
  return 'environment: ';
};
