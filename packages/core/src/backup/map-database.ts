import { placesToAsk } from '../coverage/database-inventory.js';
import type { PlacesToRead } from '../ports.js';
import { readDatabasePlaces } from './database-places.js';
import { inSession } from './in-session.js';
import { type PreflightFacts, readPreflightFacts } from './preflight.js';
import { type CoverageReading, readCoverage } from './read-coverage.js';
import type { BackupRequest } from './request.js';
import type { BackupDependencies } from './run.js';

type Dependencies = Pick<BackupDependencies, 'database' | 'array' | 'host' | 'clock' | 'signal'>;

/**
 * Reads which file of the database lies on which volume, by the function that check and run use. Changes nothing, and judges
 * nothing else.
 *
 * @throws {InterruptedError} `signal` was aborted.
 */
export const mapDatabase = (
  request: BackupRequest,
  { database, array, host, clock, signal }: Dependencies,
): Promise<{ readonly facts: PreflightFacts; readonly reading: CoverageReading }> =>
  inSession('map', { database, signal }, async (session) => {
    const facts = await readPreflightFacts(request, { array, session, now: new Date(clock.now()) });
    return { facts, reading: await readCoverage(request, facts, { session, array, host }) };
  });

/**
 * Reads what the host of the database is to be asked for. Needs no array.
 *
 * @throws {InterruptedError} `signal` was aborted.
 */
export const readPlaces = (
  request: BackupRequest,
  { database, signal }: Pick<Dependencies, 'database' | 'signal'>,
): Promise<PlacesToRead> =>
  inSession('map', { database, signal }, async (session) => {
    const { instances } = await session.readStatus();
    const { inventory } = await readDatabasePlaces(request, await session.readDatafiles(), session);
    return { ...placesToAsk(inventory), hostNames: instances.map(({ hostName }) => hostName) };
  });
