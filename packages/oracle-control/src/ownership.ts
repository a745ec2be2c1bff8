import type { BackupMode } from './backup-mode.js';

/**
 * What is ours in V$BACKUP: the ACTIVE files whose CHANGE#, the SCN at which BEGIN froze them, lies in this range. A run
 * knows at first only the SCN of the database before its BEGIN, and later the very SCN: then both ends are that.
 */
export interface Ownership {
  readonly fromScn: bigint;
  /** Included. Open upwards when not given. */
  readonly toScn?: bigint;
}

/** How much of what is ACTIVE is ours. `some`: at least one file may be, and at least one may not. */
export const shareOf = (
  { activeFiles, lowestScn, highestScn }: BackupMode,
  ours: Ownership,
): 'none' | 'some' | 'all' => {
  if (activeFiles === 0 || lowestScn === undefined || highestScn === undefined) return 'none';
  const { fromScn, toScn = highestScn } = ours;
  if (highestScn < fromScn || lowestScn > toScn) return 'none';
  return lowestScn >= fromScn && highestScn <= toScn ? 'all' : 'some';
};

/** The condition on CHANGE# that `ours` makes. */
export const isOwned = ({ fromScn, toScn }: Ownership): string =>
  toScn === undefined ? `change# >= ${fromScn}` : `change# BETWEEN ${fromScn} AND ${toScn}`;
