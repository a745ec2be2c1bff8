import { configJsonSchema, finish, loadSettings, printResult } from '@orasync/app-shell';
import type { CommonFlags } from '@orasync/app-shell/program';

const program = 'orasync-backup';

/** Reads the configuration and resolves its secrets. */
export const checkConfig = (flags: CommonFlags): Promise<void> =>
  finish(program, async () => {
    const settings = loadSettings({ ...flags, all: true }, 'array');
    settings.arrayPassword();
    for (const database of settings.databases) settings.oraclePassword(database);
    const databases = settings.databases.map(({ name }) => name);
    await printResult(
      flags.json
        ? JSON.stringify({ origin: settings.origin, databases }, undefined, 2)
        : `the configuration is valid (from ${settings.origin === 'file' ? 'a file' : 'the environment'}): ${databases.join(', ')}`,
    );
    return [0];
  });

/** Prints the JSON Schema of the configuration file. */
export const printSchema = (): Promise<void> =>
  finish(program, async () => {
    await printResult(JSON.stringify(configJsonSchema(), undefined, 2));
    return [0];
  });
