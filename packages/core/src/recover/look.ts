import { labelKeys } from '../catalogue.js';
import { messageOf } from '../errors.js';
import type { DatabaseSession, DatabaseStatus, Datafile, Label } from '../ports.js';
import { crashProcedure } from './procedures.js';
import { type Recovery, refuse } from './recovery.js';
import type { RecoveryReport } from './report.js';
import { describeEvidence, type Evidence, weighEvidence } from './weigh-evidence.js';

/** What is in backup mode. */
export interface Found {
  readonly evidence: readonly Evidence[];
  /** Why the run records could not be read; `undefined` when they could. */
  readonly failure: unknown;
}

/** Reads V$BACKUP file by file, and the run records when there is something to tell of. */
export const look = async (status: DatabaseStatus, session: DatabaseSession, recovery: Recovery): Promise<Found> => {
  const { request, dependencies, report } = recovery;
  const states = await session.readBackupStates();
  report.backupMode = 'off';
  if (!states.some(({ isActive }) => isActive)) return { evidence: [], failure: undefined };
  report.backupMode = 'on';
  const datafiles = await readPaths(session, report);
  let labels: readonly Label[] | string;
  let failure: unknown;
  try {
    labels = await dependencies.array.listLabels(labelKeys.run(status.dbid));
  } catch (error) {
    labels = `the run records on the array could not be read: ${messageOf(error)}`;
    failure = error;
  }
  const evidence = weighEvidence(states, labels, status);
  report.leftovers.push(...evidence.map((each) => describeEvidence(each, { datafiles, zone: request.zone })));
  return { evidence, failure };
};

/** For the report alone: without them, backup mode is ended all the same. */
const readPaths = async (session: DatabaseSession, { findings }: RecoveryReport): Promise<readonly Datafile[]> => {
  try {
    return await session.readDatafiles();
  } catch (error) {
    const message = `the paths of the data files could not be read: ${messageOf(error)}`;
    findings.push({ level: 'warning', code: 'paths-unknown', message });
    return [];
  }
};

/**
 * The same in a database that is not open read write, where nothing is ever changed.
 *
 * @throws {PreflightError} It stopped in backup mode.
 */
export const lookIntoClosed = async (
  status: DatabaseStatus,
  session: DatabaseSession,
  recovery: Recovery,
): Promise<void> => {
  const { report } = recovery;
  const message = `the database is ${status.openMode}, not open READ WRITE`;
  const { evidence } = await look(status, session, recovery);
  if (evidence.length === 0) {
    const nothing = `${message}; no file is in backup mode, and labels were left alone`;
    report.findings.push({ level: 'warning', code: 'not-open', message: nothing });
    return;
  }
  report.procedure.push(...crashProcedure);
  const crashed = `${message}, and files are in backup mode: it stopped in backup mode`;
  throw refuse([{ level: 'blocking', code: 'not-open', message: crashed, hint: 'Follow the procedure.' }], recovery);
};
