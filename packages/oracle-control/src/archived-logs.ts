import { type Asking, query } from './ask.js';
import { select } from './query.js';
import { bigInteger, integer, optionalText, text } from './row.js';

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

/** One row per destination. Needs SELECT on V_$ARCHIVED_LOG. */
const readRows = ({ fromScn, toScn }: { readonly fromScn: bigint; readonly toScn: bigint }) =>
  select({
    from: 'v$archived_log',
    columns: {
      thread: integer('thread#'),
      sequence: integer('sequence#'),
      firstScn: bigInteger('first_change#'),
      nextScn: bigInteger('next_change#'),
      resetlogsScn: bigInteger('resetlogs_change#'),
      destinationId: integer('dest_id'),
      path: optionalText('name'),
      archived: text('archived'),
      deleted: text('deleted'),
      status: text('status'),
      standbyDestination: text('standby_dest'),
    },
    where: `next_change# > ${fromScn} AND first_change# <= ${toScn}`,
    orderBy: 'thread#, sequence#, dest_id',
  });

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
  const rows = await query(asking, readRows(range));
  return rows.map(({ archived, deleted, status, standbyDestination, ...log }) => ({
    ...log,
    isAvailable:
      archived === 'YES' && deleted === 'NO' && status === 'A' && standbyDestination === 'NO' && log.path !== undefined,
  }));
};
