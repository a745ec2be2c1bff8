import { openClaimed, weakClaim } from '../backup/claim.js';
import { ownRecords } from '../backup/leftover.js';
import { judgeIdentity } from '../backup/preflight.js';
import { createRunId } from '../backup/run.js';
import { untilStopped } from '../backup/until-stopped.js';
import { type DatabaseIdentity, labelKeys } from '../catalogue.js';
import {
  BackupModeStuckError,
  DatabaseClaimedError,
  hintOf,
  InterruptedError,
  isInstanceClosed,
  messageOf,
  PreflightError,
  RecoveryFailedError,
} from '../errors.js';
import type { Bracket, DatabaseSession, DatabaseStatus } from '../ports.js';
import { readTarget } from '../targets.js';
import { endLeftovers, isBlind } from './end-leftovers.js';
import { finishLabels } from './finish-labels.js';
import { look, lookIntoClosed } from './look.js';
import { claimedProcedure, shutOutProcedure } from './procedures.js';
import { type Recovery, type RecoveryDependencies, type RecoveryRequest, refuse } from './recovery.js';
import type { RecoveryReport } from './report.js';

/**
 * Finds backup mode that was left behind, tells whose it is, and ends it when it is ours or when told to; then finishes the
 * labels of what interrupted runs left on the array. It deletes nothing, and on a database that is not open read write it
 * changes nothing.
 *
 * @returns What was done; all empty when there was nothing to do.
 * @throws {PreflightError} Backup mode is there and stays: nothing proves it ours, or the database is not open read write.
 * @throws {DatabaseClaimedError} A run is at work.
 * @throws {BackupModeStuckError} Backup mode is there and could not be ended.
 * @throws {InterruptedError} `signal` was aborted before anything was found.
 * @throws {RecoveryFailedError} Anything else. All of them carry the report.
 *
 * Source: oracle-hot-backup.md sections 5.2 to 5.5.
 */
export const recoverDatabase = async (
  request: RecoveryRequest,
  dependencies: RecoveryDependencies,
): Promise<RecoveryReport> => {
  const { signal } = dependencies;
  const { database } = request;
  const report: RecoveryReport = {
    database,
    backupMode: 'unknown',
    leftovers: [],
    labels: [],
    procedure: [],
    findings: [],
  };
  const recovery: Recovery = { request, dependencies, report, session: undefined, bracket: undefined };
  try {
    const session = await untilStopped(logOn(recovery), signal);
    const status = await untilStopped(readIdentity(session, recovery), signal);
    if (status.openMode !== 'READ WRITE') {
      await untilStopped(lookIntoClosed(status, session, recovery), signal);
      return report;
    }
    const bracket = await untilStopped(claim(session, recovery), signal);
    await endLeftovers(await untilStopped(look(status, session, recovery), signal), { session, bracket }, recovery);
    await untilStopped(finish(status, bracket, recovery), signal);
    return report;
  } catch (error) {
    throw describeFailure(error, recovery);
  } finally {
    await Promise.all([recovery.bracket?.release(), recovery.session?.close()]);
  }
};

const logOn = async (recovery: Recovery): Promise<DatabaseSession> => {
  const { database, signal } = recovery.dependencies;
  try {
    recovery.session = await database.openSession({ purpose: 'recover', signal });
    return recovery.session;
  } catch (error) {
    if (isInstanceClosed(error)) recovery.report.procedure.push(...shutOutProcedure);
    throw error;
  }
};

const readIdentity = async (session: DatabaseSession, recovery: Recovery): Promise<DatabaseStatus> => {
  const status = await session.readStatus();
  const { dbid, uniqueName, openMode } = status;
  Object.assign(recovery.report, { dbid, uniqueName, openMode });
  const findings = judgeIdentity(recovery.request.expect, status);
  if (findings.length > 0) throw refuse(findings, recovery);
  return status;
};

const claim = async (session: DatabaseSession, recovery: Recovery): Promise<Bracket> => {
  const { request, dependencies, report } = recovery;
  const { database, clock, signal } = dependencies;
  const opening = { run: createRunId(clock), budgetMs: request.budget, fallback: session, signal };
  const opened = await openClaimed(opening, database);
  if (opened.kind === 'taken') {
    report.procedure.push(...claimedProcedure);
    throw new DatabaseClaimedError(opened.message, report);
  }
  recovery.bracket = opened.bracket;
  const { claim: held } = opened.bracket;
  if (held.kind === 'weak') report.findings.push(weakClaim(held.reason));
  return opened.bracket;
};

const finish = async (database: DatabaseIdentity, bracket: Bracket, recovery: Recovery): Promise<void> => {
  const { request, dependencies, report } = recovery;
  if (isBlind(bracket)) {
    const message = 'labels were left alone: whether a run is at work cannot be seen';
    report.findings.push({ level: 'warning', code: 'labels-left-alone', message });
    return;
  }
  const { array } = dependencies;
  const records = ownRecords(await array.listLabels(labelKeys.run(database.dbid)), database);
  const { data, archive } = request.targets;
  const parents = {
    data: (await readTarget(data, array)).members,
    archive: archive === undefined ? [] : (await readTarget(archive, array)).members,
  };
  report.labels.push(...(await finishLabels(records, parents, dependencies)));
};

const describeFailure = (error: unknown, { dependencies: { signal }, report }: Recovery): Error => {
  if (error instanceof PreflightError || error instanceof DatabaseClaimedError) return error;
  const cause = error;
  if (report.backupMode === 'on')
    return new BackupModeStuckError(`backup mode is still on: ${messageOf(error)}`, {
      report,
      cause,
      hint: 'Run `orasync-backup recover` again; with `--end` it does without the array. Never END BACKUP on a restored copy.',
    });
  if (typeof signal.reason === 'string') return new InterruptedError(signal.reason, { report, cause });
  return new RecoveryFailedError(messageOf(error), { report, cause, hint: hintOf(error) });
};
