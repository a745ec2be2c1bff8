import type { Database, Log } from '@orasync/core';
import { createOracleControl, type GuardOptions, inheritGuard, OracleInputError } from '@orasync/oracle-control';
import type { DatabaseConfig } from './config.js';
import { ConfigError } from './config-error.js';
import type { Settings } from './settings.js';

/**
 * Set by a guard that is the first process of a container, for the run that it started: the descriptor of their pipe.
 * Source: docs/operation.md.
 */
const inheritedDescriptor = 'ORASYNC_GUARD_DESCRIPTOR';
let inherited: GuardOptions['start'];

const guardOptions = (logFile: string | undefined): GuardOptions => {
  const descriptor = process.env[inheritedDescriptor];
  if (descriptor !== undefined) inherited ??= inheritGuard(Number(descriptor));
  return { ...(logFile === undefined ? {} : { logFile }), ...(inherited === undefined ? {} : { start: inherited }) };
};

/**
 * The database that the settings name, as core's port. Here TypeScript checks that the driver fits it.
 *
 * @param guardLog  Path of the log of the guard, for a run.
 */
export const createOracleDatabase = (
  database: DatabaseConfig,
  settings: Settings,
  { log, guardLog }: { readonly log: Log; readonly guardLog?: string | undefined },
): Database => {
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
    return createOracleControl({ ...options, logon, log, guard: guardOptions(guardLog) });
  } catch (error) {
    if (error instanceof OracleInputError) throw new ConfigError([`database ${database.name}: ${error.message}`]);
    throw error;
  }
};
