import type { BackupReport, Finding } from './backup/report.js';
import type { Outcome } from './ports.js';
import type { RecoveryReport } from './recover/report.js';
import type { RemovalOutcome } from './retention/remove-set.js';

interface CoreErrorOptions {
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** What a run, or a recovery, had come to. */
type Report = BackupReport | RecoveryReport;

/** What all errors of core share: a stable `code`, a one-line message, and what the operator can do. */
abstract class CoreError extends Error {
  abstract readonly code: string;
  readonly hint: string | undefined;

  constructor(message: string, { hint, cause }: CoreErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.hint = hint;
  }
}

/** A check found something that blocks; nothing was changed. */
export class PreflightError extends CoreError {
  readonly code = 'PREFLIGHT';
  /** Every finding of the check, not only the blocking ones. */
  readonly findings: readonly Finding[];
  /** Absent when the check was not that of a run or recovery. */
  readonly report: Report | undefined;

  constructor(findings: readonly Finding[], report?: Report) {
    const blocking = findings.filter(({ level }) => level === 'blocking');
    super(blocking.map(({ message }) => message).join('; '), {
      hint: blocking.find(({ hint }) => hint !== undefined)?.hint,
    });
    this.findings = findings;
    this.report = report;
  }
}

/** What a failed run left behind. */
export type Remains =
  /** It failed before BEGIN was sent. */
  | 'nothing'
  /** It failed after BEGIN; the database is out of backup mode, and what was made does not count. */
  | 'no-backup'
  /** The data snapshot is good; something after it failed, so the set is not complete. */
  | 'good-data';

/** The set is not complete, and the database is confirmed out of backup mode. */
export class BackupFailedError extends CoreError {
  readonly code = 'BACKUP_FAILED';
  readonly step: string;
  readonly remains: Remains;
  readonly report: BackupReport;

  constructor(
    message: string,
    { step, remains, report, ...options }: CoreErrorOptions & Pick<BackupFailedError, 'step' | 'remains' | 'report'>,
  ) {
    super(message, options);
    this.step = step;
    this.remains = remains;
    this.report = report;
  }
}

/** END BACKUP failed or could not be confirmed: the database may still be in backup mode. Act now. */
export class BackupModeStuckError extends CoreError {
  readonly code = 'BACKUP_MODE_STUCK';
  readonly report: Report;

  constructor(
    message: string,
    {
      report,
      hint = 'Run `orasync-backup recover` now. Never END BACKUP on a restored copy.',
      cause,
    }: CoreErrorOptions & Pick<BackupModeStuckError, 'report'>,
  ) {
    super(message, { cause, hint });
    this.report = report;
  }
}

/** A recovery failed, and as far as is known no file is in backup mode on our account. */
export class RecoveryFailedError extends CoreError {
  readonly code = 'RECOVERY_FAILED';
  readonly report: RecoveryReport;

  constructor(message: string, { report, ...options }: CoreErrorOptions & Pick<RecoveryFailedError, 'report'>) {
    super(message, options);
    this.report = report;
  }
}

/** The guard ended backup mode by itself, so the set is inconsistent, whatever else went well. */
export class GuardFiredError extends CoreError {
  readonly code = 'GUARD_FIRED';
  /** Why, in words. */
  readonly reason: string;
  readonly report: BackupReport;

  constructor(reason: string, { report, cause }: { readonly report: BackupReport; readonly cause?: unknown }) {
    super(`the guard ended backup mode by itself: ${reason}`, {
      hint: 'Find out what kept the run: the array, the database or this host. The log of the guard lies beside that of the run.',
      cause,
    });
    this.reason = reason;
    this.report = report;
  }
}

/** Another run holds the database; nothing was changed. */
export class DatabaseClaimedError extends CoreError {
  readonly code = 'DATABASE_CLAIMED';
  readonly report: Report | undefined;

  constructor(message: string, report?: Report) {
    super(message, { hint: 'Wait for the other run. Its claim ends with its session; there is nothing to clean up.' });
    this.report = report;
  }
}

/** The run was told to stop. The database is confirmed out of backup mode, and what was made is labelled. */
export class InterruptedError extends CoreError {
  readonly code = 'INTERRUPTED';
  /** The reason the signal was aborted with, such as `SIGTERM`. */
  readonly reason: string;
  /** Absent when it was no run or recovery that was interrupted. */
  readonly report: Report | undefined;

  constructor(reason: string, { report, cause }: { readonly report?: Report; readonly cause: unknown }) {
    super(`interrupted by ${reason}`, { hint: 'Run it again.', cause });
    this.reason = reason;
    this.report = report;
  }
}

/** A plan breaks a safety rule; nothing was deleted. */
export class RetentionRefusedError extends CoreError {
  readonly code = 'RETENTION_REFUSED';
  readonly rule: string;

  constructor(rule: string, message: string, hint?: string) {
    super(message, { hint });
    this.rule = rule;
  }
}

/** Some removals failed or were skipped; the next run takes them up again. */
export class RetentionIncompleteError extends CoreError {
  readonly code = 'RETENTION_INCOMPLETE';
  readonly outcomes: readonly RemovalOutcome[];

  constructor(outcomes: readonly RemovalOutcome[]) {
    const failed = outcomes.filter(({ outcome }) => outcome !== 'removed').length;
    super(`${failed} of ${outcomes.length} removals did not succeed`, {
      hint: 'The report says why for each; what is left is planned again next time.',
    });
    this.outcomes = outcomes;
  }
}

/** The one-line message of whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What the operator can do about it, when the error says. */
export const hintOf = (error: unknown): string | undefined => {
  const hint = (error as { hint?: unknown } | undefined)?.hint;
  return typeof hint === 'string' ? hint : undefined;
};

/** What a failed call left behind, by the `outcome` that errors of the ports carry. */
export const outcomeOf = (error: unknown): Outcome =>
  (error as { outcome?: unknown } | undefined)?.outcome === 'refused' ? 'refused' : 'unknown';

/** Whether the array refused a call because a name is taken (HTTP 409). */
export const isNameTaken = (error: unknown): boolean =>
  outcomeOf(error) === 'refused' && (error as { status?: unknown }).status === 409;

/**
 * Whether the instance keeps the account out because it is not open. Source: oracle-hot-backup.md section 4.2, ORA-01033
 * ("ORACLE initialization or shutdown in progress").
 */
export const isInstanceClosed = (error: unknown): boolean =>
  (error as { oracleCode?: unknown } | undefined)?.oracleCode === 'ORA-01033';
