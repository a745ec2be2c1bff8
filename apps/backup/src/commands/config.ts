import {
  configJsonSchema,
  createArrayClient,
  createOracleDatabase,
  createStderrLogger,
  formatConfig,
  loadSettings,
  printDocument,
  printResult,
  runCommand,
} from '@orasync/app-shell';
import type { CommonFlags } from '@orasync/app-shell/program';
import { programName } from '../program-name.js';

/** Reads the configuration and resolves its secrets. */
export const checkConfig = ({ database: _chosen, ...flags }: CommonFlags): Promise<void> =>
  runCommand(
    programName,
    () => loadSettings({ ...flags, all: true }, 'array'),
    async (settings) => {
      const log = createStderrLogger(programName, { ...flags, quiet: true });
      await createArrayClient(settings, log).close();
      for (const database of settings.databases)
        if (database.oracle !== undefined) createOracleDatabase(database, settings, { log });
      const databases = settings.databases.map(({ name }) => name);
      const { origin } = settings;
      const from = origin === 'file' ? 'a file' : 'the environment';
      await printDocument(
        flags,
        { origin, databases },
        () => `the configuration is valid (from ${from}): ${databases.join(', ')}`,
      );
      return [0];
    },
  );

/** Prints the settings as they are understood: defaults filled in, durations in milliseconds, secrets where they are found. */
export const showConfig = ({ database: _chosen, ...flags }: CommonFlags): Promise<void> =>
  runCommand(
    programName,
    () => loadSettings({ ...flags, all: true }, 'array'),
    async ({ config }) => {
      await printDocument(flags, config, () => formatConfig(config));
      return [0];
    },
  );

/** Prints the JSON Schema of the configuration file. */
export const printSchema = (): Promise<void> => printResult(JSON.stringify(configJsonSchema(), undefined, 2));
