import type { Clock, Database, DatabaseSession } from '../ports.js';
import type { Evidence } from './weigh-evidence.js';

/** Between the two looks after END. Source: oracle-hot-backup.md section 5.4, "re-query … again after a delay". */
const secondLookMs = 1000;

/**
 * Ends the backup mode that these BEGINs left, and nothing that began with another SCN. Confirmed by two looks, on a new
 * session when END itself did not go well.
 *
 * @throws What END answered, or an error that says how many files are still in backup mode.
 */
export const endEvidence = async (
  evidence: readonly Evidence[],
  session: DatabaseSession,
  { database, clock }: { readonly database: Database; readonly clock: Clock },
): Promise<void> => {
  const failures: unknown[] = [];
  for (const { states } of evidence) {
    const scn = states[0]?.scn;
    try {
      await session.endBackup(scn === undefined ? { fromScn: 0n } : { fromScn: scn, toScn: scn });
    } catch (error) {
      failures.push(error);
    }
  }
  const left = async (reader: DatabaseSession): Promise<number> => {
    const wasLeft = evidence.flatMap(({ states }) => states);
    const now = await reader.readBackupStates();
    return now.filter(
      ({ isActive, number, scn }) => isActive && wasLeft.some((was) => was.number === number && was.scn === scn),
    ).length;
  };
  const reader = failures.length === 0 ? session : await database.openSession({ purpose: 'recover' });
  try {
    for (const delayMs of [0, secondLookMs]) {
      await new Promise<void>((resolve) => void clock.setTimeout(resolve, delayMs));
      const files = await left(reader);
      if (files > 0) throw failures[0] ?? new Error(`${files} data file(s) are still in backup mode`);
    }
  } finally {
    if (reader !== session) await reader.close();
  }
};
