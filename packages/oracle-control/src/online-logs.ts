import { type Asking, query } from './ask.js';
import { select } from './query.js';
import { bigInteger, integer, optionalBigInteger, text } from './row.js';

/** A group of online log members that hold the same redo. */
export interface OnlineLog {
  readonly group: number;
  readonly thread: number;
  readonly sequence: number;
  readonly sizeBytes: bigint;
  readonly memberCount: number;
  readonly isArchived: boolean;
  /** UNUSED, CURRENT, ACTIVE, INACTIVE, CLEARING, CLEARING_CURRENT or INVALIDATED. */
  readonly status: string;
  /** Holds the redo from here … */
  readonly firstScn: bigint;
  /** … up to, not including, here; `undefined` while it is written. */
  readonly nextScn: bigint | undefined;
}

/**
 * Needs SELECT on V_$LOG.
 *
 * Source: Database Reference, V$LOG; oracle-hot-backup.md section 3.
 */
const readRows = select({
  from: 'v$log',
  columns: {
    group: integer('group#'),
    thread: integer('thread#'),
    sequence: integer('sequence#'),
    sizeBytes: bigInteger('bytes'),
    memberCount: integer('members'),
    archived: text('archived'),
    status: text('status'),
    firstScn: bigInteger('first_change#'),
    nextScn: optionalBigInteger('next_change#'),
  },
  orderBy: 'thread#, group#',
});

/**
 * Reads V$LOG, by thread and group. The log that is being written has the highest SCN of its release for an end, which
 * says nothing.
 *
 * Source: Database Reference, V$LOG (NEXT_CHANGE#).
 */
export const readOnlineLogs = async (asking: Asking): Promise<readonly OnlineLog[]> =>
  (await query(asking, readRows)).map(({ archived, ...log }) => ({
    ...log,
    isArchived: archived === 'YES',
    nextScn: log.status.endsWith('CURRENT') ? undefined : log.nextScn,
  }));
