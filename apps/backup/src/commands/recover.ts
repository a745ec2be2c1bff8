import {
  createStderrLogger,
  createStopSignal,
  type DatabaseConfig,
  describeFailure,
  loadSettings,
  printNote,
  printResult,
  runCommand,
  type Settings,
} from '@orasync/app-shell';
import type { CommonFlags } from '@orasync/app-shell/program';
import { type Log, type RecoveryReport, recoverDatabase } from '@orasync/core';
import { compose } from '../compose.js';
import { formatRecovery, type RecoveryDocument } from '../recovery-document.js';

const program = 'orasync-backup';

interface RecoverFlags extends CommonFlags {
  readonly end?: true;
}

/** Looks after what interrupted runs of the chosen databases left, one after the other. */
export const recover = (flags: RecoverFlags): Promise<void> =>
  runCommand(
    program,
    () => loadSettings(flags, 'array and database'),
    async (settings) => {
      const log = createStderrLogger(program, flags);
      const signal = createStopSignal();
      const recoveries: RecoveryDocument[] = [];
      for (const database of settings.databases)
        recoveries.push(await recoverOne(database, settings, { log, signal, end: flags.end === true }));
      await printResult(
        flags.json
          ? JSON.stringify({ recoveries }, undefined, 2)
          : recoveries.map((each) => formatRecovery(each)).join('\n\n'),
      );
      return recoveries.map(({ exit }) => exit);
    },
  );

const recoverOne = async (
  database: DatabaseConfig,
  settings: Settings,
  { log, signal, end }: { readonly log: Log; readonly signal: AbortSignal; readonly end: boolean },
): Promise<RecoveryDocument> => {
  try {
    await using composition = compose(database, settings, { log });
    const { request, dependencies } = composition;
    // What is known comes before what is done about it, whatever becomes of this process.
    const onEnding = ({ leftovers }: RecoveryReport) => {
      for (const { files, evidence } of leftovers)
        printNote(`${program}: ${database.name}: ending backup mode of ${files.length} data file(s): ${evidence}`);
    };
    const report = await recoverDatabase({ ...request, end }, { ...dependencies, log, signal, onEnding });
    return { ...report, exit: 0 };
  } catch (error) {
    const failure = describeFailure(error, settings);
    log.error({ hint: failure.error.hint }, failure.error.message);
    const { report = nothingKnown(database.name) } = error as { report?: RecoveryReport };
    return { ...report, ...failure };
  }
};

const nothingKnown = (database: string): RecoveryReport => ({
  database,
  backupMode: 'unknown',
  leftovers: [],
  labels: [],
  procedure: [],
  findings: [],
});
