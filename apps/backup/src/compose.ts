import { createArrayClient, createOracleDatabase, type DatabaseConfig, type Settings } from '@orasync/app-shell';
import { type BackupDependencies, type BackupRequest, type Log, snapshotArray, systemClock } from '@orasync/core';

/** What a backup of one database works on: here TypeScript checks that the clients fit the ports. */
export interface Composition extends AsyncDisposable {
  readonly request: BackupRequest;
  readonly dependencies: Pick<BackupDependencies, 'database' | 'array' | 'clock'>;
}

export const compose = (
  database: DatabaseConfig,
  settings: Settings,
  { log, guardLog }: { readonly log: Log; readonly guardLog?: string },
): Composition => {
  const { name, oracle: _oracle, retention: _retention, ...backup } = database;
  const oracleDatabase = createOracleDatabase(database, settings, { log, guardLog });
  const client = createArrayClient(settings, log);
  return {
    request: { ...backup, database: name, zone: settings.config.zone },
    dependencies: { database: oracleDatabase, array: snapshotArray(client), clock: systemClock },
    [Symbol.asyncDispose]: () => client.close(),
  };
};
