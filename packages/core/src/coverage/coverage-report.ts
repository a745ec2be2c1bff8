import { z } from 'zod';

const dataset = z.object({ id: z.int(), name: z.string() });

export const coverageFinding = z.object({
  /** By the policy of its code. `ignore` leaves it out. */
  level: z.enum(['warn', 'error']),
  code: z.enum([
    'uncovered',
    'excepted',
    'unknown',
    'archive-uncovered',
    'overwritten',
    'empty-target',
    'stranger',
    'split-group',
    'other-system',
    'unused-exception',
  ]),
  message: z.string(),
  hint: z.string().optional(),
});

const placedFile = z.object({
  kind: z.enum([
    'data-file',
    'archive-destination',
    'recovery-area',
    'controlfile',
    'online-log',
    'standby-log',
    'temporary-file',
    'spfile',
    'change-tracking-file',
    'keystore',
  ]),
  path: z.string(),
  rule: z
    .enum(['in-data', 'in-archive', 'not-in-data', 'ignore'])
    .describe('where it must be, or must not be, or that it does not matter'),
  place: z.string().optional().describe('mount, disk group or raw device'),
  devices: z.array(z.string()).describe('disks or exports, as the host names them'),
  datasets: z.array(dataset).describe('volumes or filesystems of the array that hold it'),
  targets: z.array(z.enum(['data', 'archive'])).describe('roles whose target has all of them'),
  verdict: z
    .enum(['covered', 'uncovered', 'excepted', 'unknown', 'overwritten', 'ok'])
    .describe('ok: nothing is asked of where it lies'),
  reason: z.string().optional().describe('why the verdict is so; of an exception, what the administrator wrote'),
  steps: z.array(z.object({ found: z.string(), by: z.string() })),
});

/** Which file lies where, and what that means for the targets. Additive only. */
export const coverage = z.object({
  state: z
    .enum(['proved', 'declared', 'unknown'])
    .describe('of the data files: all on the target; some only by exception; some not there or not known to be'),
  files: z.array(placedFile),
  targets: z.array(
    z.object({
      role: z.enum(['data', 'archive']),
      ...dataset.shape,
      files: z.array(z.string()).describe('paths of the files that lie on it'),
    }),
  ),
  findings: z.array(coverageFinding),
});

export type Coverage = z.output<typeof coverage>;
export type CoverageFinding = z.output<typeof coverageFinding>;
export type PlacedFile = z.output<typeof placedFile>;
