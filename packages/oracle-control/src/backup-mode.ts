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
