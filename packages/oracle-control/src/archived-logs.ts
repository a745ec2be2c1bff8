import { type Asking, query } from './ask.js';
import * as queries from './queries.js';

/** One archived log at one destination. */
export interface ArchivedLog {
  readonly thread: number;
  readonly sequence: number;
  /** Holds the redo from here … */
  readonly firstScn: bigint;
  /** … up to, not including, here. */
  readonly nextScn: bigint;
  readonly resetlogsScn: bigint;
  readonly destinationId: number;
  /** `undefined` once deleted. */
  readonly path: string | undefined;
  /** Archived, not deleted, and on a destination of this host. */
  readonly isAvailable: boolean;
}

/**
 * The archived logs with redo of (`fromScn`, `toScn`], by thread, sequence and destination.
 *
 * A row of a standby destination names a service in NAME and no file, and one of a deleted log has no name.
 * Source: Database Reference, V$ARCHIVED_LOG; oracle-hot-backup.md section 3.
 */
export const readArchivedLogs = async (
  asking: Asking,
  range: { readonly fromScn: bigint; readonly toScn: bigint },
): Promise<readonly ArchivedLog[]> => {
  const rows = await query(asking, queries.readArchivedLogs(range));
  return rows.map(({ archived, deleted, status, standbyDestination, ...log }) => ({
    ...log,
    isAvailable:
      archived === 'YES' && deleted === 'NO' && status === 'A' && standbyDestination === 'NO' && log.path !== undefined,
  }));
};
