import { z } from 'zod';
import { finding } from '../backup/report.js';

const scn = z.string().regex(/^\d+$/).describe('SCN, decimal');
const time = z.iso.datetime({ offset: true, local: false });

/** Files that one BEGIN put into backup mode, and whose it was. */
const leftover = z.object({
  scn: scn.optional().describe('begin SCN, V$BACKUP.CHANGE#'),
  since: time.optional().describe("V$BACKUP.TIME, by the database host's clock"),
  files: z.array(z.object({ number: z.int(), path: z.string().optional() })).min(1),
  isOurs: z.boolean().describe('a run record proves that an interrupted run of orasync did it'),
  evidence: z.string().describe('what proves it, or why nothing does'),
  /** The run record that proves it. */
  record: z.object({ set: z.string(), objectId: z.int(), baselineScn: scn, databaseTime: time }).optional(),
});

/** What was found of interrupted runs in one database, and what was done about it. Additive only. */
export const recoveryReport = z.object({
  database: z.string().describe('the name in the configuration'),
  dbid: z.string().optional(),
  uniqueName: z.string().optional(),
  openMode: z.string().optional().describe('V$DATABASE.OPEN_MODE'),
  backupMode: z
    .enum(['off', 'ended', 'on', 'unknown'])
    .describe(
      'off: there was none; ended: confirmed; on: left as it is, or END failed; unknown: not looked, or not seen',
    ),
  leftovers: z.array(leftover).describe('the backup mode that was found'),
  labels: z
    .array(
      z.object({
        set: z.string(),
        state: z.enum(['complete', 'partial']).describe('complete: a proved set was finished; partial: remains'),
        snapshots: z.array(z.object({ id: z.int(), name: z.string(), role: z.enum(['data', 'archive']) })),
      }),
    )
    .describe('what was labelled on the array'),
  procedure: z.array(z.string()).describe('what is left to do by hand, line by line; empty when nothing is'),
  findings: z.array(finding),
});

export type RecoveryReport = z.output<typeof recoveryReport>;
