export { createArrayClient, trustHint } from './array-client.js';
export type { Config, DatabaseConfig } from './config.js';
export { ConfigError } from './config-error.js';
export { configJsonSchema, formatConfig } from './config-file.js';
export { createDatabaseHost } from './database-host.js';
export { exitStatus, gravestStatus } from './exit-status.js';
export { describeFailure, type Failure } from './failure.js';
export { createRunLogger, createStderrLogger } from './logger.js';
export { createOracleDatabase } from './oracle-database.js';
export {
  createStepDisplay,
  formatMs,
  formatOutsideName,
  formatTable,
  printDocument,
  printNote,
  printResult,
} from './output.js';
export { runCommand } from './run-command.js';
export { loadSettings, type Settings } from './settings.js';
export { createStopSignal } from './signals.js';
export { formatYamlName, writeTargets } from './write-targets.js';
