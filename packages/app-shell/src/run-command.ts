import { trustHint } from './array-client.js';
import { exitStatus, gravestStatus } from './exit-status.js';
import { describeError, printNote } from './output.js';
import type { Settings } from './settings.js';

/**
 * Runs a command to its end and ends the process: with the gravest of the statuses that it returns, or with that of the
 * error that it throws, printed on stderr. Nothing that still hangs (a socket, a child) keeps the process alive.
 *
 * @param load  Reads the settings; what is wrong with them ends the command before it begins.
 */
export const runCommand = async (
  program: string,
  load: () => Settings,
  command: (settings: Settings) => Promise<readonly number[]>,
): Promise<void> => {
  let settings: Settings | undefined;
  let status: number;
  try {
    settings = load();
    status = gravestStatus(await command(settings));
  } catch (error) {
    printNote(describeError(program, error, settings && trustHint(error, settings)));
    status = exitStatus(error);
  }
  process.stderr.write('', () => process.exit(status));
};
