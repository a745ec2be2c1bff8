import { type Known, mapKnown } from './known.js';

/** Where archived logs go. */
export interface ArchiveDestination {
  readonly id: number;
  /** VALID, DEFERRED, ERROR, DISABLED, FULL, … */
  readonly status: string;
  /** A directory, a disk group or a service; USE_DB_RECOVERY_FILE_DEST for the recovery area; empty when none is named. */
  readonly destination: string;
  /** LOCAL or PRIMARY for a directory of this host, REMOTE or STANDBY for another. */
  readonly target: string;
  readonly error: string | undefined;
}

/** The fast recovery area. */
export interface RecoveryArea {
  readonly path: string | undefined;
  readonly limitBytes: bigint;
  readonly usedBytes: bigint;
  /** Taken by files that the database deletes when it needs the room. */
  readonly reclaimableBytes: bigint;
  readonly freeBytes: bigint;
}

/** As V$ARCHIVE_DEST tells. */
export const archiveDestinations = (
  rows: Known<readonly (Omit<ArchiveDestination, 'destination'> & { readonly destination: string | undefined })[]>,
): Known<readonly ArchiveDestination[]> =>
  mapKnown(rows, (found) => found.map((row) => ({ ...row, destination: row.destination ?? '' })));

/**
 * As V$RECOVERY_FILE_DEST tells; `undefined` when no recovery area is configured, which some releases say by a row with
 * the limit 0.
 *
 * Source: oracle-hot-backup.md section 3, V$RECOVERY_FILE_DEST (headroom).
 */
export const recoveryArea = (
  rows: Known<readonly Omit<RecoveryArea, 'freeBytes'>[]>,
): Known<RecoveryArea | undefined> =>
  mapKnown(rows, (found) => {
    const area = found.find(({ limitBytes }) => limitBytes > 0n);
    return area && { ...area, freeBytes: area.limitBytes - area.usedBytes + area.reclaimableBytes };
  });
