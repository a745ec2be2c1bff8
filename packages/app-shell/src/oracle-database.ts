import type { Database, Log } from '@orasync/core';
import { createOracleControl, OracleInputError } from '@orasync/oracle-control';
import type { DatabaseConfig } from './config.js';
import { ConfigError } from './config-error.js';
import type { Settings } from './settings.js';

/** The database that the settings name, as core's port. Here TypeScript checks that the driver fits it. */
export const createOracleDatabase = (database: DatabaseConfig, settings: Settings, log: Log): Database => {
  if (database.oracle === undefined) throw new ConfigError([`database ${database.name}: oracle is missing`]);
  const { user, password: _reference, connectIdentifier, ...options } = database.oracle;
  const password = settings.oraclePassword(database);
  const logon =
    user !== undefined && password !== undefined
      ? { kind: 'password' as const, user, password, ...(connectIdentifier === undefined ? {} : { connectIdentifier }) }
      : connectIdentifier !== undefined
        ? { kind: 'wallet' as const, connectIdentifier }
        : { kind: 'os' as const };
  try {
    return createOracleControl({ ...options, logon, log });
  } catch (error) {
    if (error instanceof OracleInputError) throw new ConfigError([`database ${database.name}: ${error.message}`]);
    throw error;
  }
};
