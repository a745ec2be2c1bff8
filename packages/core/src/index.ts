export { checkBackup } from './backup/check-backup.js';
export { type CoverageSettings, coverageSettings } from './backup/coverage-settings.js';
export type { FoundTargets } from './backup/judge-targets.js';
export { mapDatabase, readPlaces } from './backup/map-database.js';
export type { PreflightFacts } from './backup/preflight.js';
export { proposeTargets, type TargetProposal } from './backup/propose-targets.js';
export type { CoverageReading } from './backup/read-coverage.js';
export { type Rehearsal, type RehearsalReport, rehearsalReport, rehearseBackup } from './backup/rehearse.js';
export { type BackupReport, backupReport, type Finding, finding, type Step } from './backup/report.js';
export { type BackupRequest, type BackupSettings, backupSettings } from './backup/request.js';
export type { BackupDependencies } from './backup/run.js';
export { runBackup } from './backup/run-backup.js';
export {
  type BackupSet,
  type DatabaseIdentity,
  labelKeys,
  readCatalogue,
  runRecord,
  type SetLabel,
  type SetState,
  setLabel,
  type Worth,
} from './catalogue.js';
export { systemClock } from './clock.js';
export type { ArrayExport, ArrayVolume } from './coverage/array-inventory.js';
export { type Coverage, type CoverageFinding, coverage, type PlacedFile } from './coverage/coverage-report.js';
export type { Answer } from './coverage/host/answer.js';
export { asmDevicePaths } from './coverage/host/asm-devices.js';
export { parseAsmLabel } from './coverage/host/asm-labels.js';
export { blockDeviceColumns } from './coverage/host/block-devices.js';
export { statFormat } from './coverage/host/file-status.js';
export type { AsmAnswers, HostAnswers } from './coverage/host/host-answers.js';
export { type HostInventory, hostInventory } from './coverage/host/host-inventory.js';
export { sysfsFilesOf } from './coverage/host/identities.js';
export { mountColumns } from './coverage/host/mounts.js';
export { parseHost } from './coverage/host/parse-host.js';
export { durationMs, formatDuration } from './duration.js';
export {
  BackupFailedError,
  BackupModeStuckError,
  DatabaseClaimedError,
  GuardFiredError,
  InterruptedError,
  PreflightError,
  RecoveryFailedError,
  type Remains,
  RetentionIncompleteError,
  RetentionRefusedError,
} from './errors.js';
export { isInForce, type Pin, type PinRequest, pinRequest } from './pin.js';
export type * from './ports.js';
export { recoverDatabase } from './recover/recover-database.js';
export type { RecoveryDependencies, RecoveryRequest } from './recover/recovery.js';
export { type RecoveryReport, recoveryReport } from './recover/report.js';
export { type ApplyDependencies, applyRetention } from './retention/apply.js';
export { type Calendar, drawCalendar, simulateYear } from './retention/calendar.js';
export { explainPolicy } from './retention/explain.js';
export { type GuardFacts, guardPlan } from './retention/guard.js';
export { judgeLock } from './retention/judge-lock.js';
export { judgePins } from './retention/judge-pins.js';
export { type MadePlan, makePlan, type PlanRequest } from './retention/make-plan.js';
export { type PlanContext, planRetention } from './retention/plan.js';
export { formatPlanFile, type PlanFile, parsePlanFile, planFile, resumePlan } from './retention/plan-file.js';
export {
  completePolicy,
  hashPolicy,
  type RetentionPolicy,
  type RetentionSettings,
  retentionPolicy,
  retentionSettings,
} from './retention/policy.js';
export { type RetentionFacts, readRetentionFacts, readVetoes } from './retention/read-facts.js';
export type { RemovalOutcome } from './retention/remove-set.js';
export { type PlannedSet, type RetentionPlan, retentionPlan, type Stop } from './retention/retention-plan.js';
export type { RetentionScope } from './retention/scope.js';
export { formatVeto, type Veto } from './retention/veto.js';
export { type FoundSet, findSet } from './sets/find-set.js';
export { type ConfiguredDatabase, readOwners } from './sets/owners.js';
export { pinSet, unpinSet } from './sets/pin-set.js';
export type { Level, Point } from './sets/points.js';
export type { Procedure, RunbookStep } from './sets/procedures.js';
export { readSets, type SetFacts } from './sets/read-sets.js';
export { type Runbook, type RunbookOptions, runbook, writeRunbook } from './sets/runbook.js';
export { detailSet, type SetDetail, setDetail } from './sets/set-detail.js';
export { type SetSummary, setSummary, summarizeSet } from './sets/set-summary.js';
export { type Verification, verification, verifySet } from './sets/verify-set.js';
export { type SnapshotArrayClient, snapshotArray } from './snapshot-array.js';
export { formatDatestring, formatTime, zoneName } from './snapshot-name.js';
export type { FoundTarget, Target } from './targets.js';
