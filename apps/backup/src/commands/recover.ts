import { loadSettings, printDocument, printNote, runCommand } from '@orasync/app-shell';
import type { CommonFlags } from '@orasync/app-shell/program';
import { type RecoveryReport, recoverDatabase } from '@orasync/core';
import { describeEachDatabase } from '../each-database.js';
import { programName } from '../program-name.js';
import { formatRecovery, type RecoveryDocument } from '../recovery-document.js';

export interface RecoverFlags extends CommonFlags {
  readonly end?: true;
}

/** Looks after what interrupted runs of the chosen databases left, one after the other. */
export const recover = (flags: RecoverFlags): Promise<void> =>
  runCommand(
    programName,
    () => loadSettings(flags, 'array and database'),
    async (settings) => {
      const recoveries = await describeEachDatabase<RecoveryDocument>(flags, settings, {
        describe: async (request, dependencies, { name }) => {
          const onEnding = (report: RecoveryReport) => noteEnding(name, report);
          const report = await recoverDatabase({ ...request, end: flags.end === true }, { ...dependencies, onEnding });
          return { ...report, exit: 0 };
        },
        describeFailed: ({ name }, failure, error) => {
          const { report = nothingKnown(name) } = error as { report?: RecoveryReport };
          return { ...report, ...failure };
        },
      });
      await printDocument(flags, { recoveries }, () => recoveries.map(formatRecovery).join('\n\n'));
      return recoveries.map(({ exit }) => exit);
    },
  );

/** What is known comes before what is done about it, whatever becomes of this process. */
const noteEnding = (database: string, { leftovers }: RecoveryReport): void => {
  for (const { files, evidence } of leftovers)
    printNote(`${programName}: ${database}: ending backup mode of ${files.length} data file(s): ${evidence}`);
};

const nothingKnown = (database: string): RecoveryReport => ({
  database,
  backupMode: 'unknown',
  leftovers: [],
  labels: [],
  procedure: [],
  findings: [],
});
