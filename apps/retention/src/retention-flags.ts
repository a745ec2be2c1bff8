import type { CommonFlags } from '@orasync/app-shell/program';

/** The flags of `plan` and `apply`. */
export interface RetentionFlags extends CommonFlags {
  readonly allDatabases?: boolean;
  readonly maxRemovals?: number;
}
