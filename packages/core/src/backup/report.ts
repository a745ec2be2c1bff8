import { z } from 'zod';
import { worth } from '../catalogue.js';

const scn = z.string().regex(/^\d+$/).describe('SCN, decimal');
const time = z.iso.datetime({ offset: true, local: false });

export const finding = z.object({
  level: z.enum(['warning', 'blocking']),
  /** Stable, such as `not-archivelog`. */
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
});

const step = z.object({
  name: z.string(),
  ms: z.number().describe('how long it took'),
  outcome: z.enum(['ok', 'failed']),
});

/** What happened in one run, for people and scripts. Additive only. */
export const backupReport = z.object({
  database: z.string().describe('the name in the configuration'),
  dbid: z.string().optional(),
  uniqueName: z.string().optional(),
  set: z.string().optional().describe('set id; absent when the run ended before it had one'),
  state: z
    .enum(['none', 'partial', 'inconsistent', 'complete'])
    .describe('what was made: nothing, remains, a set that recovers nothing, a set that counts'),
  startedAt: time,
  endedAt: time,
  hotWindowMs: z.number().optional().describe('from the return of BEGIN to the return of END'),
  steps: z.array(step),
  snapshots: z.array(
    z.object({
      id: z.int(),
      name: z.string(),
      role: z.enum(['data', 'archive']),
      parentId: z.int(),
      parentName: z.string(),
    }),
  ),
  beginScn: scn.optional(),
  endScn: scn.optional(),
  archivedLogs: z.array(
    z.object({
      thread: z.int(),
      firstSequence: z.int(),
      lastSequence: z.int(),
      firstScn: scn.describe('they hold the redo from here'),
      nextScn: scn.describe('up to, not including, here'),
    }),
  ),
  worth: worth.optional(),
  findings: z.array(finding),
});

export type Finding = z.output<typeof finding>;
export type Step = z.output<typeof step>;
export type BackupReport = z.output<typeof backupReport>;
