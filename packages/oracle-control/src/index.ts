export type { ArchivedLog } from './archived-logs.js';
export type { BackupMode } from './backup-mode.js';
export type { Clock } from './clock.js';
export type { Datafile } from './datafiles.js';
export { OracleError, OracleInputError, type Outcome, SqlplusStartError, SqlplusTimeoutError } from './errors.js';
export type {
  Bracket,
  BracketRequest,
  EndedBackupMode,
  OpenedBracket,
} from './guard/open-bracket.js';
export { inheritGuard } from './guard/start-guard.js';
export type { OracleLog } from './log-on.js';
export { type Limits, type Logon, oracleControlSettings } from './options.js';
export {
  createOracleControl,
  type GuardOptions,
  type OracleControl,
  type OracleControlOptions,
  type OracleSession,
} from './oracle-control.js';
export type { RestoreMaterialPaths } from './restore-material.js';
export type {
  ArchiveDestination,
  Container,
  DatabaseStatus,
  Instance,
  RedoThread,
} from './status.js';
