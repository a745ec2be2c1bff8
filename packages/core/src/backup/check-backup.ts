import { leftoverFinding } from './claim.js';
import { inSession } from './in-session.js';
import { type Leftover, readLeftover } from './leftover.js';
import { judgePreflight, type PreflightFacts, readPreflightFacts } from './preflight.js';
import { type CoverageReading, readCoverage } from './read-coverage.js';
import type { Finding } from './report.js';
import type { BackupRequest } from './request.js';
import type { BackupDependencies } from './run.js';

/**
 * Reads and judges everything that a run would be checked against; changes nothing.
 *
 * @returns The findings; a blocking one would refuse a run.
 * @throws {InterruptedError} `signal` was aborted.
 */
export const checkBackup = (
  request: BackupRequest,
  {
    database,
    array,
    host,
    clock,
    signal,
  }: Pick<BackupDependencies, 'database' | 'array' | 'host' | 'clock' | 'signal'>,
): Promise<{
  readonly facts: PreflightFacts;
  readonly coverage: CoverageReading['coverage'];
  readonly findings: readonly Finding[];
}> =>
  inSession('check', { database, signal }, async (session) => {
    const facts = await readPreflightFacts(request, { array, session, now: new Date(clock.now()) });
    const leftover = await readLeftover(facts.database, { array, session });
    const { coverage, findings } = await readCoverage(request, facts, { array, host, session });
    return {
      facts,
      coverage,
      findings: [...judgePreflight(request, facts), ...findings, ...judgeBackupMode(leftover)],
    };
  });

/** What a run would do about backup mode that is there already. */
const judgeBackupMode = (leftover: Leftover): readonly Finding[] => {
  switch (leftover.kind) {
    case 'none':
      return [];
    case 'not-ours':
      return [leftoverFinding(leftover.files, leftover.reason)];
    case 'ours':
      return [
        {
          level: 'warning',
          code: 'left-in-backup-mode',
          message: `${leftover.files} data file(s) are in backup mode by the run of set ${leftover.record.set}: a new run ends it first, unless that one is still at work`,
        },
      ];
  }
};
