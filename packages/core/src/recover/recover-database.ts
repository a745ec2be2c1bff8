import { leftoverFinding, openClaimed, weakClaim } from '../backup/claim.js';
import { updateRunRecord } from '../backup/labels.js';
import { ownRecords } from '../backup/leftover.js';
import { judgeIdentity } from '../backup/preflight.js';
import type { Finding } from '../backup/report.js';
import type { BackupRequest } from '../backup/request.js';
import { type BackupDependencies, createRunId, purposeOf, runIdOf } from '../backup/run.js';
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
import type { Bracket, DatabaseSession, DatabaseStatus, Label } from '../ports.js';
import { formatTime } from '../snapshot-name.js';
import { readTarget } from '../targets.js';
import { endEvidence } from './end-evidence.js';
import { finishLabels } from './finish-labels.js';
import { claimedProcedure, crashProcedure, shutOutProcedure } from './procedures.js';
import type { RecoveryReport } from './report.js';
import { describeEvidence, type Evidence, weighEvidence } from './weigh-evidence.js';

/** One database to look after. */
export interface RecoveryRequest extends Pick<BackupRequest, 'database' | 'zone' | 'expect' | 'targets' | 'budget'> {
  /** Ends backup mode although nothing proves that it is ours. */
  readonly end: boolean;
}

export interface RecoveryDependencies extends Omit<BackupDependencies, 'onStep'> {
  /** Told what is known, just before backup mode is ended. */
  readonly onEnding: (report: RecoveryReport) => void;
}

/** What a recovery has come to. */
interface Recovery {
  readonly request: RecoveryRequest;
  readonly dependencies: RecoveryDependencies;
  readonly report: RecoveryReport;
  session: DatabaseSession | undefined;
  bracket: Bracket | undefined;
}

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

const refuse = (findings: readonly Finding[], { report }: Recovery): PreflightError => {
  report.findings.push(...findings);
  return new PreflightError(report.findings, report);
};

const readIdentity = async (session: DatabaseSession, recovery: Recovery): Promise<DatabaseStatus> => {
  const status = await session.readStatus();
  const { dbid, uniqueName, openMode } = status;
  Object.assign(recovery.report, { dbid, uniqueName, openMode });
  const findings = judgeIdentity(recovery.request.expect, status);
  if (findings.length > 0) throw refuse(findings, recovery);
  return status;
};

/** What is in backup mode, and why its run records are not known if they are not. */
interface Found {
  readonly evidence: readonly Evidence[];
  readonly failure: unknown;
}

const look = async (status: DatabaseStatus, session: DatabaseSession, recovery: Recovery): Promise<Found> => {
  const { request, dependencies, report } = recovery;
  const states = await session.readBackupStates();
  report.backupMode = 'off';
  if (!states.some(({ isActive }) => isActive)) return { evidence: [], failure: undefined };
  report.backupMode = 'on';
  const datafiles = await session.readDatafiles();
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

/** @throws {PreflightError} It stopped in backup mode. */
const lookIntoClosed = async (status: DatabaseStatus, session: DatabaseSession, recovery: Recovery): Promise<void> => {
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

const isBlind = ({ claim: held }: Bracket): boolean => held.kind === 'weak' && held.isBlind;

/** @throws {PreflightError} It is not known to be ours, or its run may be at work, and nobody told us to end it all the same. */
const endLeftovers = async (
  { evidence, failure }: Found,
  { session, bracket }: { readonly session: DatabaseSession; readonly bracket: Bracket },
  recovery: Recovery,
): Promise<void> => {
  const { request, dependencies, report } = recovery;
  if (evidence.length === 0) return;
  await warnOfSessions(evidence, session, report);
  const doubts = evidence.flatMap(({ verdict }): { files: number; reason: string }[] => {
    if (verdict.kind === 'not-ours') return [verdict];
    const reason = `whether the run of set ${verdict.record.set} is still at work cannot be seen`;
    return isBlind(bracket) ? [{ files: verdict.files, reason }] : [];
  });
  if (!request.end && failure !== undefined) throw failure;
  if (!request.end && doubts.length > 0)
    throw refuse(
      doubts.map(({ files, reason }) => leftoverFinding(files, reason)),
      recovery,
    );
  for (const { files, reason } of doubts) {
    const message = `backup mode of ${files} data file(s) was ended because it was asked for: ${reason}`;
    report.findings.push({ level: 'warning', code: 'ended-without-proof', message });
  }
  dependencies.onEnding(report);
  await endEvidence(evidence, session, dependencies);
  report.backupMode = 'ended';
  for (const { verdict } of evidence)
    if (verdict.kind === 'ours') {
      const ended = formatTime(dependencies.clock.now(), request.zone);
      await updateRunRecord({ record: verdict.record, dependencies }, { ended });
    }
};

/** The claim decides whether a run is at work; a session of one that has lost it is worth knowing of all the same. */
const warnOfSessions = async (
  evidence: readonly Evidence[],
  session: DatabaseSession,
  { findings }: RecoveryReport,
): Promise<void> => {
  for (const { verdict } of evidence) {
    if (verdict.kind !== 'ours') continue;
    const { set } = verdict.record;
    const about = { level: 'warning', code: 'sessions-of-run' } as const;
    try {
      const found = await session.findSessions(purposeOf({ id: runIdOf(set) }));
      if (found.length > 0)
        findings.push({ ...about, message: `${found.length} session(s) of the run of set ${set} have not ended yet` });
    } catch (error) {
      const message = `whether sessions of the run of set ${set} have not ended yet cannot be seen: ${messageOf(error)}`;
      findings.push({ ...about, message });
    }
  }
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
