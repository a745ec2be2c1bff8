import {
  createArrayClient,
  createDatabaseHost,
  createOracleDatabase,
  type DatabaseConfig,
  type Settings,
} from '@orasync/app-shell';
import { type BackupDependencies, type BackupRequest, type Log, snapshotArray, systemClock } from '@orasync/core';

/** What a backup of one database works on: here TypeScript checks that the clients fit the ports. */
export interface Composition extends AsyncDisposable {
  readonly request: BackupRequest;
  readonly dependencies: Pick<BackupDependencies, 'database' | 'array' | 'host' | 'clock'>;
}

export const compose = (
  database: DatabaseConfig,
  settings: Settings,
  { log, guardLog }: { readonly log: Log; readonly guardLog?: string },
): Composition => {
  const oracleDatabase = createOracleDatabase(database, settings, { log, guardLog });
  const client = createArrayClient(settings, log);
  const host = createDatabaseHost(database, systemClock);
  return {
    request: backupRequest(database, settings),
    dependencies: { database: oracleDatabase, array: snapshotArray(client), host, clock: systemClock },
    [Symbol.asyncDispose]: () => client.close(),
  };
};

/** The backup of one database of the configuration. */
export const backupRequest = (database: DatabaseConfig, { config }: Pick<Settings, 'config'>): BackupRequest => {
  const { name, oracle: _oracle, retention: _retention, ...backup } = database;
  const others = config.databases.filter((other) => other.name !== name);
  return { ...backup, database: name, others, zone: config.zone };
};
