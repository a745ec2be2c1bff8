import type { Finding } from '../backup/report.js';
import type { BackupRequest } from '../backup/request.js';
import type { BackupDependencies } from '../backup/run.js';
import { PreflightError } from '../errors.js';
import type { Bracket, DatabaseSession } from '../ports.js';
import type { RecoveryReport } from './report.js';

/** One database to look after. */
export interface RecoveryRequest extends Pick<BackupRequest, 'database' | 'zone' | 'expect' | 'targets' | 'budget'> {
  /** Ends backup mode although nothing proves that it is ours. */
  readonly end: boolean;
}

export interface RecoveryDependencies extends Omit<BackupDependencies, 'host' | 'onStep'> {
  /** Told what is known, just before backup mode is ended. */
  readonly onEnding: (report: RecoveryReport) => void;
}

/** What a recovery has come to. */
export interface Recovery {
  readonly request: RecoveryRequest;
  readonly dependencies: RecoveryDependencies;
  readonly report: RecoveryReport;
  session: DatabaseSession | undefined;
  bracket: Bracket | undefined;
}

/** Adds what speaks against going on, and makes the error of it. */
export const refuse = (findings: readonly Finding[], { report }: Recovery): PreflightError => {
  report.findings.push(...findings);
  return new PreflightError(report.findings, report);
};
