import { type Asking, query } from './ask.js';
import { select } from './query.js';
import { bigInteger, integer, text } from './row.js';

/** A data file of any container that the account can see. */
export interface Datafile {
  readonly number: number;
  readonly path: string;
  /** 0 in a database without containers. */
  readonly containerId: number;
  /** SYSTEM, ONLINE, OFFLINE, RECOVER or SYSOFF. */
  readonly status: string;
  /** READ WRITE, READ ONLY, DISABLED or UNKNOWN. */
  readonly enabled: string;
  readonly creationScn: bigint;
  /** SCN of the last change made without redo; 0 for none. */
  readonly unrecoverableScn: bigint;
  readonly sizeBytes: bigint;
}

/**
 * Needs SELECT on V_$DATAFILE. CON_ID is of 12.1.
 *
 * Source: Database Reference, V$DATAFILE; oracle-hot-backup.md section 3.
 */
const readRows = select({
  from: 'v$datafile',
  columns: {
    number: integer('file#'),
    path: text('name'),
    status: text('status'),
    enabled: text('enabled'),
    creationScn: bigInteger('creation_change#'),
    unrecoverableScn: bigInteger('NVL(unrecoverable_change#,0)'),
    sizeBytes: bigInteger('bytes'),
    containerId: integer('con_id'),
  },
  older: { containerId: integer('0') },
  orderBy: 'file#',
});

/** Reads V$DATAFILE, by file number; temporary files are not in it. */
export const readDatafiles = (asking: Asking): Promise<readonly Datafile[]> => query(asking, readRows);
