import { IANAZone } from 'luxon';
import { z } from 'zod';
import { durationMs } from '../duration.js';

const dayMs = 86_400_000;

const wholeNumber = (least: number, why: string) => {
  const error = `must be a whole number, ${least} or more: ${why}`;
  return z.int({ error }).min(least, { error });
};

const count = wholeNumber(0, 'so many stay, and 0 switches the rule off').optional();

/**
 * What may be said of retention, all of it optional; a template is written in it too. `completePolicy` fills in the rest.
 *
 * Source: docs/retention.md.
 */
export const retentionSettings = z.strictObject({
  keepLast: count.describe('how many of the newest complete sets stay'),
  keepWithin: durationMs.optional().describe('complete sets stay that are at most so much older than the newest one'),
  keepHourly: count.describe('of so many hours that have a complete set, the newest stays'),
  keepDaily: count.describe('the same for days'),
  keepWeekly: count.describe('the same for ISO weeks, Monday to Sunday'),
  keepMonthly: count.describe('the same for months'),
  keepYearly: count.describe('the same for years'),
  deleteAfter: durationMs.optional().describe('necessary for a removal, never sufficient; default 14d'),
  keepIncompleteWithin: durationMs
    .refine((ms) => ms >= dayMs, 'must be 1d or more: until then the run of an incomplete set may still be at work')
    .optional()
    .describe('partial, inconsistent and rehearsal sets stay so long; default as deleteAfter'),
  zone: z
    .string()
    .refine((zone) => IANAZone.isValidZone(zone), 'must be a time zone such as Europe/Amsterdam, or UTC')
    .optional()
    .describe('where hours, days, weeks, months and years begin; default UTC'),
  minComplete: wholeNumber(1, 'the last complete set is never removed')
    .optional()
    .describe('so many complete sets stay, however old; default 3'),
  maxAge: durationMs.optional().describe('nothing is removed when the newest complete set is older'),
  maxRemovals: wholeNumber(0, 'a plan that removes more sets is refused')
    .optional()
    .describe('a plan that removes more sets is refused; default a quarter of those in scope, or 10 when that is more'),
  clockTolerance: durationMs
    .optional()
    .describe("nothing is removed when the array's clock and this host's differ by more; default 5m"),
  nameContains: z
    .string()
    .min(3, 'must have at least 3 characters')
    .optional()
    .describe("unlabelled snapshots with this in their name are taken for the predecessor's; default orasync"),
});

export type RetentionSettings = z.output<typeof retentionSettings>;

/** Which sets may go. Lengths of time in milliseconds; a count of 0 is a rule that is off. */
export interface RetentionPolicy {
  readonly keepLast: number;
  /** 0: off. */
  readonly keepWithin: number;
  readonly keepHourly: number;
  readonly keepDaily: number;
  readonly keepWeekly: number;
  readonly keepMonthly: number;
  readonly keepYearly: number;
  /** Necessary for the removal of a complete set or legacy snapshot, never sufficient. */
  readonly deleteAfter: number;
  /** The same for partial, inconsistent and rehearsal sets. */
  readonly keepIncompleteWithin: number;
  /** The periods begin and end in this zone of the IANA database. */
  readonly zone: string;
  readonly minComplete: number;
  readonly maxAge: number | undefined;
  readonly maxRemovals: number | undefined;
  readonly clockTolerance: number;
  /** Whatever the case. */
  readonly nameContains: string;
}

/** The defaults are the predecessor's, two weeks and a name that contains `orasync`, under the floors. */
export const completePolicy = (settings: RetentionSettings): RetentionPolicy => {
  const deleteAfter = settings.deleteAfter ?? 14 * dayMs;
  return {
    keepLast: settings.keepLast ?? 0,
    keepWithin: settings.keepWithin ?? 0,
    keepHourly: settings.keepHourly ?? 0,
    keepDaily: settings.keepDaily ?? 0,
    keepWeekly: settings.keepWeekly ?? 0,
    keepMonthly: settings.keepMonthly ?? 0,
    keepYearly: settings.keepYearly ?? 0,
    deleteAfter,
    keepIncompleteWithin: settings.keepIncompleteWithin ?? Math.max(deleteAfter, dayMs),
    zone: settings.zone ?? 'UTC',
    minComplete: settings.minComplete ?? 3,
    maxAge: settings.maxAge,
    maxRemovals: settings.maxRemovals,
    clockTolerance: settings.clockTolerance ?? 300_000,
    nameContains: settings.nameContains ?? 'orasync',
  };
};

/** Parses what may be said of retention, and fills in the rest. */
export const retentionPolicy = retentionSettings.transform(completePolicy);

/**
 * Tells one policy from another, so that a plan made under the old one is not carried out under the new one. No
 * protection against somebody who wants two to look alike.
 *
 * @returns 16 hexadecimal digits: FNV-1a. Source: http://www.isthe.com/chongo/tech/comp/fnv/, 64 bits.
 */
export const hashPolicy = (policy: RetentionPolicy): string => {
  const text = JSON.stringify(Object.entries(policy).sort(([a], [b]) => (a < b ? -1 : 1)));
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, '0');
};
