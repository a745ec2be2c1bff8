import {
  configJsonSchema,
  createArrayClient,
  createOracleDatabase,
  createStderrLogger,
  formatConfig,
  loadSettings,
  printResult,
  runCommand,
} from '@orasync/app-shell';
import type { CommonFlags } from '@orasync/app-shell/program';

const program = 'orasync-backup';

/** Reads the configuration and resolves its secrets. */
export const checkConfig = ({ database: _chosen, ...flags }: CommonFlags): Promise<void> =>
  runCommand(
    program,
    () => loadSettings({ ...flags, all: true }, 'array'),
    async (settings) => {
      const log = createStderrLogger(program, { ...flags, quiet: true });
      await createArrayClient(settings, log).close();
      for (const database of settings.databases)
        if (database.oracle !== undefined) createOracleDatabase(database, settings, { log });
      const databases = settings.databases.map(({ name }) => name);
      await printResult(
        flags.json
          ? JSON.stringify({ origin: settings.origin, databases }, undefined, 2)
          : `the configuration is valid (from ${settings.origin === 'file' ? 'a file' : 'the environment'}): ${databases.join(', ')}`,
      );
      return [0];
    },
  );

/** Prints the settings as they are understood: defaults filled in, durations in milliseconds, secrets where they are found. */
export const showConfig = ({ database: _chosen, ...flags }: CommonFlags): Promise<void> =>
  runCommand(
    program,
    () => loadSettings({ ...flags, all: true }, 'array'),
    async ({ config }) => {
      await printResult(flags.json ? JSON.stringify(config, undefined, 2) : formatConfig(config));
      return [0];
    },
  );

/** Prints the JSON Schema of the configuration file. */
export const printSchema = (): Promise<void> => printResult(JSON.stringify(configJsonSchema(), undefined, 2));
