import { InterruptedError } from '../errors.js';
import type { DatabaseSession } from '../ports.js';
import type { BackupDependencies } from './run.js';
import { untilStopped } from './until-stopped.js';

/**
 * Reads in a session of its own, which is closed whatever becomes of that.
 *
 * @throws {InterruptedError} `signal` was aborted by an interruption.
 */
export const inSession = async <T>(
  purpose: string,
  { database, signal }: Pick<BackupDependencies, 'database' | 'signal'>,
  read: (session: DatabaseSession) => Promise<T>,
): Promise<T> => {
  let session: DatabaseSession | undefined;
  try {
    session = await database.openSession({ purpose, signal });
    return await untilStopped(read(session), signal);
  } catch (error) {
    throw typeof signal.reason === 'string' ? new InterruptedError(signal.reason, { cause: error }) : error;
  } finally {
    await session?.close();
  }
};
