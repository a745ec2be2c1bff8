import { z } from 'zod';
import { coverageExceptions, coveragePolicies } from '../coverage/coverage-policy.js';

/** What the administrator decided about where the files of the database lie. */
export const coverageSettings = z.strictObject({
  policies: coveragePolicies
    .safeExtend({
      /** With nothing known of the host: a directory or disk group that the last complete set did not have. */
      newPlace: z.enum(['ignore', 'warn', 'error']).default('warn'),
    })
    .prefault({}),
  exceptions: coverageExceptions
    .refine((list) => new Set(list.map(({ path }) => path)).size === list.length, 'lists a path twice')
    .default([]),
});

export type CoverageSettings = z.output<typeof coverageSettings>;
