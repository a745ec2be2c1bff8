import { exitStatus, gravestStatus } from './exit-status.js';
import { describeError, printNote } from './output.js';

/**
 * Runs a command to its end and ends the process: with the gravest of the statuses that it returns, or with that of the
 * error that it throws, printed on stderr. Nothing that still hangs (a socket, a child) keeps the process alive.
 */
export const finish = async (program: string, command: () => Promise<readonly number[]>): Promise<void> => {
  let status: number;
  try {
    status = gravestStatus(await command());
  } catch (error) {
    printNote(describeError(program, error));
    status = exitStatus(error);
  }
  process.stderr.write('', () => process.exit(status));
};
