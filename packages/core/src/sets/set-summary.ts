import { z } from 'zod';
import { type BackupSet, worth } from '../catalogue.js';
import { formatTime } from '../snapshot-name.js';

const scn = z.string().regex(/^\d+$/).describe('SCN, decimal');
export const time = z.iso.datetime({ offset: true, local: false });

export const setState = z.enum(['complete', 'in-flight', 'partial', 'inconsistent', 'rehearsal', 'foreign', 'legacy']);

const scnAndTime = z.object({ scn, time: time.describe("the backup host's time") });

/** One set in one line. Additive only. */
export const setSummary = z.object({
  set: z.string().describe('set id; for a snapshot without a label of ours its name'),
  state: setState,
  configured: z
    .string()
    .optional()
    .describe("the configuration's name of the database; absent when none of its databases owns the set"),
  database: z.string().optional().describe("the database's unique name, from the label"),
  dbid: z.string().optional(),
  createdAt: time.describe("the array's time"),
  isPinned: z.boolean(),
  members: z.object({ data: z.int(), archive: z.int() }).describe('that are there'),
  expected: z.object({ data: z.int(), archive: z.int() }).optional().describe('that the whole set has'),
  worth: worth.optional(),
  begin: scnAndTime.optional(),
  end: scnAndTime.optional(),
  hotWindowMs: z.number().optional(),
  warnings: z.array(z.string()).describe('codes of what the run warned of and the snapshots keep'),
});

export type SetSummary = z.output<typeof setSummary>;

/** The set as one line of a list. Pure. */
export const summarizeSet = (
  { id, state, database, createdAt, members, isPinned, label }: BackupSet,
  { configured, zone }: { readonly configured: string | undefined; readonly zone: string },
): SetSummary => {
  const archive = members.filter(({ role }) => role === 'archive').length;
  return {
    set: id,
    state,
    ...(configured === undefined ? {} : { configured }),
    ...(database === undefined ? {} : { database: database.uniqueName, dbid: database.dbid }),
    createdAt: formatTime(createdAt.getTime(), zone),
    isPinned,
    members: { data: members.length - archive, archive },
    ...(label === undefined ? {} : { expected: label.members }),
    ...(label?.worth === undefined ? {} : { worth: label.worth }),
    ...(label?.begin === undefined ? {} : { begin: label.begin }),
    ...(label?.end === undefined ? {} : { end: label.end }),
    ...(label?.hotWindowMs === undefined ? {} : { hotWindowMs: label.hotWindowMs }),
    warnings: label?.warnings ?? [],
  };
};
