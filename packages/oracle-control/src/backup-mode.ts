import { type Asking, changeCommand, confirm, decodeRows, queryCommand, requireOne } from './ask.js';
import * as changes from './changes.js';
import * as queries from './queries.js';

/** V$BACKUP in one row, however many files there are. */
export interface BackupMode {
  /** Files whose STATUS is ACTIVE. All other fields speak of these alone. */
  readonly activeFiles: number;
  /** 1 after one database-level BEGIN. */
  readonly distinctScns: number;
  /** `undefined` when no file is active. */
  readonly lowestScn: bigint | undefined;
  readonly highestScn: bigint | undefined;
  /** Sum of the file numbers and of their squares: with the count, these tell one list of files from another. */
  readonly fileNumberSum: bigint;
  readonly fileNumberSquareSum: bigint;
}

/**
 * Takes the whole database out of backup mode, reading V$BACKUP just before in the same write.
 *
 * @returns `before` is `undefined` when that read failed: both were sent together, so it cannot keep END from running.
 * @throws {OracleError} END was not confirmed.
 */
export const endBackup = async (
  asking: Asking,
): Promise<{ readonly before: BackupMode | undefined; readonly after: BackupMode | undefined }> => {
  const [read = [], end = [], after = []] = await asking.session.send([
    queryCommand(asking, queries.readBackup),
    changeCommand(asking, changes.endBackup),
    queryCommand(asking, queries.readBackup),
  ]);
  confirm(asking, changes.endBackup, end);
  return { before: readBefore(asking, read), after: readBefore(asking, after) };
};

const readBefore = (asking: Asking, lines: readonly string[]): BackupMode | undefined => {
  try {
    return requireOne(queries.readBackup, decodeRows(asking, queries.readBackup, lines));
  } catch (error) {
    asking.onWarning(queries.readBackup.label, [error instanceof Error ? error.message : String(error)]);
    return undefined;
  }
};
