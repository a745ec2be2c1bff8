import { z } from 'zod';

const level = z.enum(['ignore', 'warn', 'error']);

/**
 * What each finding does: `error` blocks. That a data file is uncovered has no policy: it is an error, unless an exception
 * names the file.
 */
export const coveragePolicies = z.strictObject({
  /** It cannot be known where a data file lies, or whether any archive destination is on the archive target. */
  unknown: level.default('error'),
  /** No archive destination is on the archive target. */
  archiveUncovered: level.default('error'),
  /** A restore of the data target would overwrite a control file, a redo log, archived logs or a keystore. */
  overwritten: level.default('warn'),
  /** A target holds no file of the database. */
  emptyTarget: level.default('warn'),
  /** Something else lies on a target. */
  stranger: level.default('warn'),
  /** A volume group or disk group lies on volumes that are not cut at one instant. */
  splitGroup: level.default('error'),
  /** A volume of this array carries the serial of another one. */
  otherSystem: level.default('warn'),
});

/** Data files that may be uncovered, each with the reason that every report repeats. */
export const coverageExceptions = z.array(
  z.strictObject({ path: z.string().min(1), reason: z.string().trim().min(1) }),
);

export type CoveragePolicies = z.output<typeof coveragePolicies>;
export type CoverageException = z.output<typeof coverageExceptions>[number];
