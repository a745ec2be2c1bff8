import { type Asking, query } from './ask.js';
import { select } from './query.js';
import { integer, optionalBigInteger, optionalHostTime, text } from './row.js';

/** What V$BACKUP says of one file. */
export interface BackupState {
  /** Of the data file. */
  readonly number: number;
  /** 0 in a database without containers. */
  readonly containerId: number;
  /** ACTIVE, NOT ACTIVE, OFFLINE NORMAL, or an error, such as UNKNOWN ERROR after a crash. */
  readonly status: string;
  readonly isActive: boolean;
  /** Checkpoint of its last BEGIN, which END leaves as it is. */
  readonly scn: bigint | undefined;
  /** Of its last BEGIN, by the clock of the database host. */
  readonly time: Date | undefined;
}

/**
 * Needs SELECT on V_$BACKUP. CON_ID is of 12.1.
 *
 * Source: Database Reference, V$BACKUP; oracle-hot-backup.md section 0, facts 10 and 11.
 */
const readRows = select({
  from: 'v$backup',
  columns: {
    number: integer('file#'),
    status: text('status'),
    scn: optionalBigInteger('change#'),
    time: optionalHostTime('time'),
    containerId: integer('con_id'),
  },
  older: { containerId: integer('0') },
  orderBy: 'file#',
});

/** Reads V$BACKUP file by file, by file number. A file that is offline may be missing: compare with the data files. */
export const readBackupStates = async (asking: Asking): Promise<readonly BackupState[]> =>
  (await query(asking, readRows)).map((row) => ({ ...row, isActive: row.status === 'ACTIVE' }));
