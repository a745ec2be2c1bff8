import {
  createStderrLogger,
  createStopSignal,
  type DatabaseConfig,
  describeFailure,
  type Settings,
} from '@orasync/app-shell';
import type { CommonFlags } from '@orasync/app-shell/program';
import type { BackupRequest, Log } from '@orasync/core';
import { type Composition, compose } from './compose.js';
import { programName } from './program-name.js';

/** What a command does for one database, to make the database's entry of its document. */
interface Work<Entry> {
  readonly describe: (
    request: BackupRequest,
    dependencies: Composition['dependencies'] & { readonly log: Log; readonly signal: AbortSignal },
    database: DatabaseConfig,
  ) => Promise<Entry>;
  /** The entry when that threw `error`. */
  readonly describeFailed: (
    database: DatabaseConfig,
    failure: ReturnType<typeof describeFailure>,
    error: unknown,
  ) => Entry;
}

/** Works on the chosen databases, one after the other. What fails is logged, and keeps no other from its turn. */
export const describeEachDatabase = async <Entry>(
  flags: CommonFlags,
  settings: Settings,
  { describe, describeFailed }: Work<Entry>,
): Promise<readonly Entry[]> => {
  const log = createStderrLogger(programName, flags);
  const signal = createStopSignal();
  const describeOne = async (database: DatabaseConfig): Promise<Entry> => {
    try {
      await using composition = compose(database, settings, { log });
      const { request, dependencies } = composition;
      return await describe(request, { ...dependencies, log, signal }, database);
    } catch (error) {
      const failure = describeFailure(error, settings);
      log.error({ hint: failure.error.hint }, failure.error.message);
      return describeFailed(database, failure, error);
    }
  };
  const entries: Entry[] = [];
  for (const database of settings.databases) entries.push(await describeOne(database));
  return entries;
};
