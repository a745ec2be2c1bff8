import { z } from 'zod';
import type { BackupMode } from '../backup-mode.js';
import { packedError } from './packed-error.js';

/** Raised when a message changes in a way that the other side would misunderstand. */
export const protocolVersion = 1;

const scn = z.string().regex(/^\d+$/).transform(BigInt);

const firedReason = z.enum(['owner-gone', 'lease-missed', 'budget-spent']);

/** What is `undefined` is not in the JSON. */
const backupMode = z
  .object({
    activeFiles: z.int(),
    distinctScns: z.int(),
    lowestScn: scn.optional(),
    highestScn: scn.optional(),
    fileNumberSum: scn,
    fileNumberSquareSum: scn,
  })
  .transform((mode): BackupMode => ({ lowestScn: undefined, highestScn: undefined, ...mode }));

/** As `GuardClaim`. */
const claim = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('exclusive') }),
  z.object({ kind: z.literal('weak'), reason: z.string(), isBlind: z.boolean() }),
]);

/** As much of a `FoundSession` as the operator needs. */
const rival = z.object({ instance: z.int(), purpose: z.string(), loggedOnAt: z.coerce.date().optional() });

/** The first message, and the only one with a secret: how to log on. */
const open = z.object({
  kind: z.literal('open'),
  version: z.literal(protocolVersion),
  /** Options of `createOracleControl`, checked by it. */
  options: z.record(z.string(), z.unknown()),
  /** Tells the sessions of one run from those of others. */
  run: z.string(),
  leaseMs: z.int().min(1),
  budgetMs: z.int().min(1),
  overdueMs: z.int().min(1),
  logFile: z.string().optional(),
});

/** What a run tells its guard. */
export const toGuard = z.discriminatedUnion('kind', [
  open,
  z.object({ kind: z.literal('begin'), baselineScn: scn }),
  z.object({ kind: z.literal('end') }),
  /** A sign of life: it renews the lease. */
  z.object({ kind: z.literal('alive') }),
  z.object({ kind: z.literal('release') }),
]);

/** What a guard tells its run. */
export const toRun = z.discriminatedUnion('kind', [
  /** Logged on, and the database is claimed. */
  z.object({ kind: z.literal('ready'), claim }),
  z.object({ kind: z.literal('taken'), by: z.array(rival) }),
  /** Nothing was changed; the guard is gone. */
  z.object({ kind: z.literal('failed'), error: packedError }),
  z.object({ kind: z.literal('alive') }),
  z.object({ kind: z.literal('begun') }),
  z.object({ kind: z.literal('not-begun'), error: packedError }),
  /** V$BACKUP just after BEGIN returned, read beside whatever the run does then. */
  z.object({ kind: z.literal('seen'), mode: backupMode.optional() }),
  z.object({ kind: z.literal('fired'), reason: firedReason }),
  /** END is not over yet; the guard goes on. */
  z.object({ kind: z.literal('trouble'), message: z.string() }),
  z.object({ kind: z.literal('overdue'), message: z.string() }),
  z.object({ kind: z.literal('ended'), before: backupMode.optional(), hotWindowMs: z.number() }),
  z.object({ kind: z.literal('released') }),
]);

/** As sent: SCNs and times are written as text by the link. */
export type ToGuard = z.output<typeof toGuard>;
export type ToRun = z.output<typeof toRun>;
export type OpenMessage = z.output<typeof open>;
export type GuardClaim = z.output<typeof claim>;
export type Rival = z.output<typeof rival>;
