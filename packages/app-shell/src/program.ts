import { Command, CommanderError, Option } from 'commander';

/** The flags that every subcommand takes. */
export interface CommonFlags {
  /** Absent: `./orasync.yaml`, or the predecessor's environment variables. */
  readonly config?: string;
  readonly database?: readonly string[];
  readonly all?: true;
  readonly json?: true;
  readonly quiet?: true;
  readonly verbose?: true;
  readonly logFormat: 'text' | 'json';
  /** `false` with --no-color. */
  readonly color: boolean;
}

const exitStatusHelp = `
Exit status:
  0    done, complete
  1    failed; the database is confirmed out of backup mode; nothing of this run counts
  2    usage or configuration; nothing was touched
  3    the data snapshot is good but something after it failed, or some deletions failed
  4    refused by a check; nothing was changed
  5    backup mode may still be on: act now, with orasync-backup recover
  6    the guard ended backup mode by itself; the set is inconsistent
  7    retention refused by a safety stop
  10   another run holds the database; nothing was changed
  11   authentication or permission
  12   array or database unreachable
  129, 130, 143   interrupted; the database is confirmed out of backup mode

Without --config and without ./orasync.yaml, the settings are taken from ORACLE_SERVER,
SQLPLUS_CONNECTION_STRING, REPLICATED_DATA_VOLUMES, REPLICATED_ARCHIVE_VOLUMES, SOURCE_INFINIBOX,
SOURCE_INFINIBOX_USER, SOURCE_INFINIBOX_PASSWORD and ORACLE_HOME.`;

const collect = (value: string, earlier: readonly string[] | undefined): readonly string[] => [
  ...(earlier ?? []),
  value,
];

/** Adds the flags of `CommonFlags`. */
export const withCommonFlags = (command: Command): Command =>
  command
    .option('-c, --config <file>', 'configuration file (default: ./orasync.yaml)')
    .option('-d, --database <name>', 'a database of the file; repeatable', collect)
    .option('--all', 'all databases of the file, one after the other')
    .option('--json', 'print one JSON document instead of text')
    .option('-q, --quiet', 'no progress')
    .option('-v, --verbose', 'wire detail on stderr')
    .addOption(new Option('--log-format <format>', 'of the log on stderr').choices(['text', 'json']).default('text'))
    .option('--no-color', 'no colour');

/** A program with the help, version and usage errors of both our programs. */
export const createProgram = (name: string, description: string, version: string): Command =>
  new Command(name)
    .description(description)
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', exitStatusHelp)
    .showSuggestionAfterError()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, `${name}: `)) })
    .exitOverride();

/** Runs the program and ends the process with its status: 2 for a usage error, else what the action set. */
export const runProgram = async (program: Command, argv: readonly string[]): Promise<void> => {
  // Whoever read our output may go away at any time. That must not become an uncaught error, above all in backup mode.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  }
};
