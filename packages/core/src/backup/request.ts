import { z } from 'zod';
import { durationMs } from '../duration.js';
import { namesOf, type Target, target } from '../targets.js';
import { coverageSettings } from './coverage-settings.js';

/** A mistyped lock keeps snapshots that nobody can delete. Source: infinibox-api.md section 4.5, 365 days in one product. */
const longestLockMs = 366 * 86_400_000;

/** The settings of one database's backup that core owns, without secrets. */
export const backupSettings = z
  .strictObject({
    /** What the run expects to find behind the logon; a difference blocks. */
    expect: z
      .strictObject({
        dbid: z.string().regex(/^\d+$/, 'must be decimal').optional(),
        uniqueName: z.string().optional(),
      })
      .prefault({}),
    targets: z.strictObject({
      data: target,
      /** Absent: no archive snapshot is made, and the set says so. */
      archive: target.optional(),
      /** Allows a dataset to be target of both roles. */
      allowOverlap: z.boolean().default(false),
    }),
    /** What each finding about where the files lie does, and which data files may lie elsewhere. */
    coverage: coverageSettings.prefault({}),
    /** Data files that may be OFFLINE or in RECOVER without blocking, by path. */
    allowOffline: z.array(z.string()).default([]),
    /** Existing directory on the database host, on an archive target, that takes control file copy, trace, PFILE and manifest. */
    restoreMaterial: z.string().startsWith('/', 'must be an absolute path').optional(),
    /** The longest time in backup mode, from BEGIN's return: then END is sent, whatever else is going on. */
    budget: durationMs.refine((ms) => ms <= 3_600_000, 'must be an hour at most').prefault('1m'),
    /** Locks every member of a complete set for so long; nobody can undo that. Absent: no lock. */
    lockFor: durationMs.refine((ms) => ms <= longestLockMs, 'must be 366 days at most').optional(),
  })
  .superRefine(({ targets, restoreMaterial }, context) => {
    if (restoreMaterial !== undefined && targets.archive === undefined)
      context.addIssue({
        code: 'custom',
        path: ['restoreMaterial'],
        message: 'needs an archive target, whose snapshot captures it',
      });
    if (targets.allowOverlap) return;
    const data = namesOf(targets.data);
    const archive = targets.archive && namesOf(targets.archive);
    if (archive?.key !== data.key) return;
    for (const name of archive.names.filter((each) => data.names.includes(each)))
      context.addIssue({
        code: 'custom',
        path: ['targets', 'archive', archive.key],
        message: `${name} is a data target too: one restore would overwrite the other (allowOverlap: true permits it)`,
      });
  });

export type BackupSettings = z.output<typeof backupSettings>;

/** One backup of one database. */
export interface BackupRequest extends BackupSettings {
  /** The name in the configuration: what reports and logs call the database. */
  readonly database: string;
  /** The other databases of the configuration: a dataset that one of them names too is shared. Default: none. */
  readonly others?: readonly {
    readonly name: string;
    readonly targets: { readonly data: Target; readonly archive?: Target | undefined };
  }[];
  /** Zone of the datestring in names and of the times in the report. */
  readonly zone: string;
}
