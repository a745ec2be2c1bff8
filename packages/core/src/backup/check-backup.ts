import { InterruptedError } from '../errors.js';
import type { DatabaseSession } from '../ports.js';
import { judgePreflight, type PreflightFacts, readPreflightFacts } from './preflight.js';
import type { Finding } from './report.js';
import type { BackupRequest } from './request.js';
import type { BackupDependencies } from './run.js';
import { untilStopped } from './until-stopped.js';

/**
 * Reads and judges everything that a run would be checked against; changes nothing.
 *
 * @returns The findings; a blocking one would refuse a run.
 * @throws {InterruptedError} `signal` was aborted.
 */
export const checkBackup = async (
  request: BackupRequest,
  { database, array, clock, signal }: Pick<BackupDependencies, 'database' | 'array' | 'clock' | 'signal'>,
): Promise<{ readonly facts: PreflightFacts; readonly findings: readonly Finding[] }> => {
  let session: DatabaseSession | undefined;
  try {
    session = await database.openSession({ purpose: 'check', signal });
    const reading = readPreflightFacts(request, { array, session, now: new Date(clock.now()) });
    const facts = await untilStopped(reading, signal);
    return { facts, findings: judgePreflight(request, facts) };
  } catch (error) {
    throw typeof signal.reason === 'string' ? new InterruptedError(signal.reason, { cause: error }) : error;
  } finally {
    await session?.close();
  }
};
