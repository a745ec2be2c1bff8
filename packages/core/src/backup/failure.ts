import {
  BackupFailedError,
  BackupModeStuckError,
  DatabaseClaimedError,
  GuardFiredError,
  hintOf,
  InterruptedError,
  messageOf,
  outcomeOf,
  PreflightError,
} from '../errors.js';
import { formatTime } from '../snapshot-name.js';
import { labelMembers, updateRunRecord } from './labels.js';
import { addMembers, describeSet, type Run, type RunPlan } from './run.js';
import { withinStepLimit } from './step-limits.js';
import { findRemains } from './take-snapshots.js';

/** Labels what was made for what it is, and says what failed in one of core's errors. */
export const describeFailure = async (error: unknown, run: Run): Promise<Error> => {
  const { dependencies, progress, remains } = run;
  if (error instanceof PreflightError || error instanceof DatabaseClaimedError) return error;
  const failedStep = progress.step;
  const { reason: stopReason } = dependencies.signal;
  const cause = stopReason instanceof Error ? stopReason : error;
  // What fails after the marker changes nothing about the set.
  if (run.plan !== undefined && progress.state !== 'complete') await labelFailure(run.plan, error, run);
  const report = progress.report();
  if (remains === 'backup-mode')
    return new BackupModeStuckError('the database may still be in backup mode: END BACKUP could not be confirmed', {
      report,
      cause,
    });
  if (run.fired !== undefined) return new GuardFiredError(run.fired, { report, cause });
  if (typeof stopReason === 'string') return new InterruptedError(stopReason, { report, cause });
  return new BackupFailedError(`${failedStep}: ${messageOf(cause)}`, {
    step: failedStep,
    remains,
    report,
    cause,
    hint: hintOf(cause),
  });
};

/** The run record says that the run is over even when BEGIN was refused: what somebody else began is not ours to end. */
const labelFailure = async (plan: RunPlan, cause: unknown, run: Run): Promise<void> => {
  const { dependencies, progress, remains } = run;
  const state = remains === 'good-data' ? 'partial' : 'inconsistent';
  const label = async () => {
    if (progress.members.length === 0) return;
    progress.state = state;
    await labelMembers(describeSet(state, plan, run), progress.members, dependencies);
  };
  const labelAll = async () => {
    const ended = formatTime(dependencies.clock.now(), run.request.zone);
    await Promise.all([
      label(),
      remains === 'backup-mode' ? undefined : updateRunRecord(plan, { ended }, dependencies),
    ]);
    if (remains === 'nothing') return;
    const known = progress.members.length;
    for (const role of ['data', 'archive'] as const) {
      const rolePlan = plan[role];
      if (rolePlan !== undefined) addMembers(role, rolePlan, await findRemains(rolePlan, dependencies.array), progress);
    }
    if (progress.members.length > known) await label();
    if (progress.members.length === 0 && outcomeOf(cause) === 'unknown')
      progress.findings.push({
        level: 'warning',
        code: 'snapshots-unknown',
        message: `whether the array makes the snapshots is not known; they would be called ${plan.data.names[0]}`,
      });
  };
  try {
    await withinStepLimit('labelling', labelAll(), dependencies.clock);
  } catch (error) {
    dependencies.log.warn({ cause: messageOf(error) }, 'what the run made could not be looked up and labelled');
    progress.findings.push({
      level: 'warning',
      code: 'remains-not-labelled',
      message: `what the run made could not be looked up and labelled; its names are in the run record of ${plan.set}`,
    });
  }
};
