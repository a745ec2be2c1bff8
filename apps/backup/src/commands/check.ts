import {
  createStderrLogger,
  createStopSignal,
  describeError,
  formatTable,
  loadSettings,
  printNote,
  printResult,
  runCommand,
} from '@orasync/app-shell';
import type { CommonFlags } from '@orasync/app-shell/program';
import { checkBackup } from '@orasync/core';
import { compose } from '../compose.js';

const program = 'orasync-backup';

/** Checks the chosen databases and prints the findings. */
export const check = (flags: CommonFlags): Promise<void> =>
  runCommand(
    program,
    () => loadSettings(flags, 'array and database'),
    async (settings) => {
      const log = createStderrLogger(program, flags);
      const signal = createStopSignal((error) => printNote(describeError(program, error)));
      const checks = [];
      for (const database of settings.databases) {
        await using composition = compose(database, settings, log);
        const { facts, findings } = await checkBackup(composition.request, { ...composition.dependencies, signal });
        const isBlocked = findings.some(({ level }) => level === 'blocking');
        checks.push({
          database: database.name,
          dbid: facts.database.dbid,
          uniqueName: facts.database.uniqueName,
          array: { name: facts.array.name, serial: facts.array.serial, version: facts.array.version },
          datafiles: facts.datafiles.length,
          findings,
          exit: isBlocked ? 4 : 0,
        });
      }
      const text = checks.map(({ database, dbid, uniqueName, array, datafiles, findings, exit }) =>
        formatTable([
          ['database', `${database} (${uniqueName}, DBID ${dbid}), ${datafiles} data files`],
          ['array', `${array.name}, serial ${array.serial}, version ${array.version}`],
          ...findings.flatMap(({ level, message, hint }) => [
            [level, message],
            ...(hint === undefined ? [] : [['hint', hint]]),
          ]),
          ['verdict', exit === 0 ? 'a backup can run' : 'a backup would be refused'],
        ]),
      );
      await printResult(flags.json ? JSON.stringify({ checks }, undefined, 2) : text.join('\n\n'));
      return checks.map(({ exit }) => exit);
    },
  );
