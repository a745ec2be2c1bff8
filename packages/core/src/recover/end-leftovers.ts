import { leftoverFinding } from '../backup/claim.js';
import { updateRunRecord } from '../backup/labels.js';
import { purposeOf, runIdOf } from '../backup/run.js';
import { messageOf } from '../errors.js';
import type { Bracket, DatabaseSession } from '../ports.js';
import { formatTime } from '../snapshot-name.js';
import { endEvidence } from './end-evidence.js';
import type { Found } from './look.js';
import { type Recovery, refuse } from './recovery.js';
import type { RecoveryReport } from './report.js';
import type { Evidence } from './weigh-evidence.js';

/** Whether it cannot be seen if another run is at work. */
export const isBlind = ({ claim: held }: Bracket): boolean => held.kind === 'weak' && held.isBlind;

/**
 * Ends what was found: when all of it is ours, or when told to.
 *
 * @throws {PreflightError} It is not known to be ours, or its run may be at work, and nobody told us to end it all the same.
 */
export const endLeftovers = async (
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
    const message = `backup mode of ${files} data file(s) is ended because that was asked for: ${reason}`;
    report.findings.push({ level: 'warning', code: 'ended-without-proof', message });
  }
  dependencies.onEnding(report);
  await endEvidence(evidence, session, dependencies);
  report.backupMode = 'ended';
  for (const { verdict } of evidence)
    if (verdict.kind === 'ours') {
      const ended = formatTime(dependencies.clock.now(), request.zone);
      await updateRunRecord({ record: verdict.record }, { ended }, dependencies);
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
