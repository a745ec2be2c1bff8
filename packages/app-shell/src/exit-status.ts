import type {
  BackupFailedError,
  BackupModeStuckError,
  DatabaseClaimedError,
  GuardFiredError,
  InterruptedError,
  PreflightError,
  RecoveryFailedError,
  RetentionIncompleteError,
  RetentionRefusedError,
} from '@orasync/core';
import type {
  InfiniboxConnectionError,
  InfiniboxDecodeError,
  InfiniboxInputError,
  InfiniboxListChangedError,
  InfiniboxOutcomeUnknownError,
  InfiniboxRefusedError,
  InfiniboxResponseError,
} from '@orasync/infinibox-client';
import type { OracleError, OracleInputError, SqlplusStartError, SqlplusTimeoutError } from '@orasync/oracle-control';
import type { ConfigError } from './config-error.js';

/** Every error that a caller does something about. A class without a line in `statusOf` does not compile. */
type KnownError =
  | BackupFailedError
  | BackupModeStuckError
  | ConfigError
  | DatabaseClaimedError
  | GuardFiredError
  | InfiniboxConnectionError
  | InfiniboxDecodeError
  | InfiniboxInputError
  | InfiniboxListChangedError
  | InfiniboxOutcomeUnknownError
  | InfiniboxRefusedError
  | InfiniboxResponseError
  | InterruptedError
  | OracleError
  | OracleInputError
  | PreflightError
  | RecoveryFailedError
  | RetentionIncompleteError
  | RetentionRefusedError
  | SqlplusStartError
  | SqlplusTimeoutError;

type StatusOf = { readonly [Code in KnownError['code']]: (error: Extract<KnownError, { code: Code }>) => number };

/** 128 and the signal's number. */
const signalStatus: Readonly<Record<string, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/** Insufficient privileges; and a view that the account may not see. Source: oracle-hot-backup.md section 2. */
const missingPrivilege = new Set(['ORA-01031', 'ORA-00942']);

const statusOf: StatusOf = {
  BACKUP_FAILED: ({ remains, cause }) => (remains === 'good-data' ? 3 : remains === 'nothing' ? exitStatus(cause) : 1),
  BACKUP_MODE_STUCK: () => 5,
  CONFIG: () => 2,
  DATABASE_CLAIMED: () => 10,
  GUARD_FIRED: () => 6,
  INFINIBOX_CONNECTION: () => 12,
  INFINIBOX_DECODE: () => 1,
  INFINIBOX_INPUT: () => 2,
  INFINIBOX_LIST_CHANGED: () => 12,
  INFINIBOX_OUTCOME_UNKNOWN: () => 1,
  INFINIBOX_REFUSED: () => 1,
  INFINIBOX_RESPONSE: ({ status }) => (status === 401 || status === 403 ? 11 : status === 503 ? 12 : 1),
  INTERRUPTED: ({ reason }) => signalStatus[reason] ?? 1,
  ORACLE: ({ isLogonRefused, isUnreachable, oracleCode }) =>
    isLogonRefused || missingPrivilege.has(oracleCode ?? '') ? 11 : isUnreachable ? 12 : 1,
  ORACLE_INPUT: () => 2,
  PREFLIGHT: () => 4,
  RECOVERY_FAILED: ({ cause }) => exitStatus(cause),
  RETENTION_INCOMPLETE: () => 3,
  RETENTION_REFUSED: () => 7,
  SQLPLUS_START: () => 4,
  SQLPLUS_TIMEOUT: ({ isUnreachable }) => (isUnreachable ? 12 : 1),
};

/** The exit status for an error; 1 for anything unexpected. Source: design.md section 6, docs/errors.md. */
export const exitStatus = (error: unknown): number => {
  const code = (error as { code?: unknown } | undefined)?.code;
  if (typeof code !== 'string' || !Object.hasOwn(statusOf, code)) return 1;
  return (statusOf[code as keyof StatusOf] as (error: unknown) => number)(error);
};

/** From the gravest to the harmless. */
const gravity = [5, 6, 129, 130, 143, 1, 11, 12, 3, 7, 4, 10, 2, 0];

/** The one status for several databases. */
export const gravestStatus = (statuses: readonly number[]): number =>
  gravity.find((status) => statuses.includes(status)) ?? 1;
