import { type Asking, changeCommand, confirm, decodeRows, query, queryCommand, queryOne, requireOne } from './ask.js';
import type { BackupMode } from './backup-mode.js';
import type { Change } from './changes.js';
import { endAll, endFile, endOurs } from './end-changes.js';
import { endContainers } from './end-containers.js';
import { OracleError } from './errors.js';
import { isOwned, type Ownership, shareOf } from './ownership.js';
import { readBackup } from './queries.js';
import { select } from './query.js';
import { integer } from './row.js';

/** V$BACKUP just before and just after END; `undefined` where that read failed, which never keeps END from being sent. */
export interface EndedBackup {
  readonly before: BackupMode | undefined;
  readonly after: BackupMode | undefined;
}

/**
 * Takes what is ours out of backup mode and leaves the rest in it. Read, END and read go out in one write. Where the
 * server does not run the block, plain statements do the same by the same rule: a database must not stay in backup mode
 * because a block did not compile.
 *
 * @throws {OracleError} END was not confirmed. The first thing that went wrong.
 */
export const endBackup = async (asking: Asking, ours: Ownership): Promise<EndedBackup> => {
  const block = endOurs(ours);
  const [first = [], end = [], last = []] = await asking.session.send([
    queryCommand(asking, readBackup),
    changeCommand(asking, block),
    queryCommand(asking, readBackup),
  ]);
  const before = readOrWarn(asking, first);
  try {
    confirm(asking, block, end);
  } catch (error) {
    return await endPlainly(asking, ours, { before, error });
  }
  return { before, after: readOrWarn(asking, last) };
};

const readOrWarn = (asking: Asking, lines: readonly string[]): BackupMode | undefined => {
  try {
    return requireOne(readBackup, decodeRows(asking, readBackup, lines));
  } catch (error) {
    warn(asking, error);
    return undefined;
  }
};

const warn = (asking: Asking, error: unknown): void => asking.onWarning('END BACKUP', [String(error)]);

/** @param failed  What the block answered, and V$BACKUP before it. */
const endPlainly = async (
  asking: Asking,
  ours: Ownership,
  { before, error }: { readonly before: BackupMode | undefined; readonly error: unknown },
): Promise<EndedBackup> => {
  warn(asking, error);
  const mode = await queryOne(asking, readBackup).catch((cause: unknown) => {
    warn(asking, cause);
    throw error;
  });
  const share = shareOf(mode, ours);
  // The block may have done its work although its answer was not understood.
  if (share === 'none') return { before: before ?? mode, after: mode };
  const changes = share === 'all' ? [endAll] : (await listFiles(asking, ours)).map(({ number }) => endFile(number));
  // Files of two others, one begun before our range and one after it, look as if some were ours.
  if (changes.length === 0) return { before: mode, after: mode };
  const failures = await sendAll(asking, changes);
  for (const failure of failures) warn(asking, failure);
  if (failures.some(isOfOtherContainer)) await endContainers(asking, ours);
  const [after] = await Promise.allSettled([queryOne(asking, readBackup)]);
  const isOver = after.status === 'fulfilled' && shareOf(after.value, ours) === 'none';
  if (failures.length > 0 && !isOver) throw failures[0];
  if (after.status === 'rejected') warn(asking, after.reason);
  return { before: mode, after: after.status === 'fulfilled' ? after.value : undefined };
};

/** Sends all in one write. @returns What was not confirmed. */
const sendAll = async (asking: Asking, changes: readonly Change[]): Promise<readonly unknown[]> => {
  const answers = await asking.session.send(changes.map((change) => changeCommand(asking, change)));
  return changes.flatMap((change, index) => {
    try {
      confirm(asking, change, answers[index] ?? []);
      return [];
    } catch (failure) {
      return [failure];
    }
  });
};

/** Source: Database Error Messages, ORA-01516 ("nonexistent … in the current container"). */
const isOfOtherContainer = (failure: unknown): boolean =>
  failure instanceof OracleError && failure.oracleCode === 'ORA-01516';

/** The file numbers that are ours to end. */
const listFiles = (asking: Asking, ours: Ownership) =>
  query(
    asking,
    select({
      from: 'v$backup',
      columns: { number: integer('file#') },
      where: `status = 'ACTIVE' AND ${isOwned(ours)}`,
      orderBy: 'file#',
    }),
  );
