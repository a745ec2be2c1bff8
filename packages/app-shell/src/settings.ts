import { existsSync } from 'node:fs';
import type { Config, DatabaseConfig, Needs } from './config.js';
import { ConfigError } from './config-error.js';
import { readConfigFile } from './config-file.js';
import { hasDropInVariables, readDropIn } from './drop-in.js';
import type { CommonFlags } from './program.js';
import { rememberSecret, resolveSecret } from './secrets.js';

/** What a command works with. */
export interface Settings {
  readonly config: Config;
  /** Where they came from, for what an error should name. */
  readonly origin: 'file' | 'environment';
  /** The databases that the flags chose, in the order of the file. */
  readonly databases: readonly DatabaseConfig[];
  /** The password of the array's user. */
  arrayPassword(): string;
  /** `undefined` for a wallet or the operating system's user. */
  oraclePassword(database: DatabaseConfig): string | undefined;
}

const defaultFile = './orasync.yaml';

/**
 * Reads the settings: the file given or found, else the predecessor's environment variables.
 *
 * @param needs  With `array and database` the command logs on, so that the `oracle` sections must be there.
 * @throws {ConfigError} Everything that is wrong with them.
 */
export const loadSettings = (flags: CommonFlags, needs: Needs): Settings => {
  const path = flags.config ?? (existsSync(defaultFile) ? defaultFile : undefined);
  if (path === undefined && !hasDropInVariables(process.env))
    throw new ConfigError([
      `there is no ${defaultFile}, and none of the environment variables is set; name a file with --config`,
    ]);
  const { config, oraclePassword } =
    path === undefined
      ? readDropIn(process.env, needs)
      : { config: readConfigFile(path, needs), oraclePassword: undefined };
  if (oraclePassword !== undefined) rememberSecret(oraclePassword);
  const all = needs === 'array alone' && flags.database === undefined ? { all: true as const } : {};
  const databases = chooseDatabases(config, { ...flags, ...all });
  const unreachable = databases.filter(({ oracle }) => needs === 'array and database' && oracle === undefined);
  if (unreachable.length > 0)
    throw new ConfigError(
      unreachable.map(({ name }) => `database ${name}: oracle is missing, and this command logs on`),
    );
  return {
    config,
    origin: path === undefined ? 'environment' : 'file',
    databases,
    arrayPassword: () => resolveSecret(config.array.password, 'array.password'),
    oraclePassword: ({ name, oracle }) =>
      oraclePassword ??
      (oracle?.password === undefined
        ? undefined
        : resolveSecret(oracle.password, `database ${name}: oracle.password`)),
  };
};

const chooseDatabases = ({ databases }: Config, { database: names, all }: CommonFlags): readonly DatabaseConfig[] => {
  if (all === true && names !== undefined) throw new ConfigError(['--all and --database exclude each other']);
  if (names === undefined) {
    if (all === true || databases.length === 1) return databases;
    throw new ConfigError([
      `the file has ${databases.length} databases (${databases.map(({ name }) => name).join(', ')}): choose with --database or --all`,
    ]);
  }
  const unknown = names.filter((name) => !databases.some((database) => database.name === name));
  if (unknown.length > 0)
    throw new ConfigError(
      unknown.map(
        (name) =>
          `--database ${name}: the configuration has none of that name, only ${databases.map((each) => each.name).join(', ') || 'none at all'}`,
      ),
    );
  return databases.filter(({ name }) => names.includes(name));
};
