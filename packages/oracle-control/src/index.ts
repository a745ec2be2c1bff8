export type { Account } from './account.js';
export type { ArchivedThread, ArchiveProof } from './archive-current-log.js';
export type { ArchiveDestination, RecoveryArea } from './archive-space.js';
export type { ArchivedLog } from './archived-logs.js';
export type { Asm, AsmDisk, AsmGroup, AsmOperation } from './asm.js';
export type { BackupMode } from './backup-mode.js';
export type { BackupState } from './backup-states.js';
export type { Claim } from './claim.js';
export type { Clock } from './clock.js';
export type { Container } from './containers.js';
export type { Datafile } from './datafiles.js';
export type { EndedBackup } from './end-backup.js';
export type { Condition } from './error-codes.js';
export { OracleError, OracleInputError, type Outcome, SqlplusStartError, SqlplusTimeoutError } from './errors.js';
export type { DatabaseFile, FileInventory, Keystore } from './file-inventory.js';
export type { Link } from './guard/link.js';
export { createGuardLink, createRunLink } from './guard/link-ends.js';
export type {
  Bracket,
  BracketRequest,
  EndedBackupMode,
  OpenedBracket,
} from './guard/open-bracket.js';
export { type RunGuardOptions, runGuard } from './guard/run-guard.js';
export type { GuardLog } from './guard/serve-guard.js';
export { inheritGuard } from './guard/start-guard.js';
export type { Known } from './known.js';
export type { OracleLog } from './log-on.js';
export type { OnlineLog } from './online-logs.js';
export { type Limits, type Logon, oracleControlSettings } from './options.js';
export {
  createOracleControl,
  type GuardOptions,
  type OracleControl,
  type OracleControlOptions,
  type OracleSession,
} from './oracle-control.js';
export type { Ownership } from './ownership.js';
export type { OracleReads } from './reads.js';
export type { RestoreMaterial, WrittenMaterial } from './restore-material.js';
export type { SqlplusExit, SqlplusProcess, SqlplusRequest, StartSqlplus } from './run-sqlplus.js';
export type { FoundSession, Killed } from './sessions.js';
export { type Settled, type SettleOptions, type SettlingSession, settleBackupMode } from './settle-backup-mode.js';
export type { DatabaseStatus, Instance, RedoThread } from './status.js';
