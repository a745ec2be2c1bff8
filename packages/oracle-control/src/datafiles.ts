import { type Asking, query } from './ask.js';
import * as queries from './queries.js';
import { isUnknownColumn } from './status.js';

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

/** Reads V$DATAFILE, by file number; temporary files are not in it. */
export const readDatafiles = async (asking: Asking): Promise<readonly Datafile[]> => {
  try {
    return await query(asking, queries.readDatafiles);
  } catch (error) {
    if (!isUnknownColumn(error)) throw error;
    const files = await query(asking, queries.readDatafilesBefore12);
    return files.map((file) => ({ ...file, containerId: 0 }));
  }
};
