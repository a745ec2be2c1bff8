import { z } from 'zod';
import type { BackupSet, SetLabel } from '../catalogue.js';
import { type Level, level, type Point, point } from './points.js';
import type { SetFacts } from './read-sets.js';
import { setState } from './set-summary.js';
import { type LabelledSet, verifyStructure } from './verify-structure.js';
import { verifyTimeAndLogs } from './verify-time.js';

/** How far a set was verified. It is never a verified restore. Additive only. */
export const verification = z.object({
  set: z.string(),
  database: z.string().optional().describe("the database's unique name, from the label"),
  dbid: z.string().optional(),
  state: setState,
  asked: level,
  reached: level.optional().describe('0: structure; 1: time and logs too; absent: not even the structure is right'),
  points: z.array(point),
  notVerified: z.array(z.string()),
});

export type Verification = z.output<typeof verification>;

/**
 * Says how far what the array knows of a set holds together. Pure: nothing is read, least of all the data.
 *
 * @param asked  The highest level to look at.
 * @param zone   Of the times in the messages.
 *
 * Source: docs/catalogue.md.
 */
export const verifySet = (
  set: BackupSet,
  facts: Pick<SetFacts, 'catalogue' | 'parents'>,
  { asked, zone }: { readonly asked: Level; readonly zone: string },
): Verification => {
  const points = pointsOf(set, facts, { asked, zone });
  const holds = (upTo: Level) => !points.some((each) => each.level <= upTo && each.outcome !== 'passed');
  return {
    set: set.id,
    ...(set.database === undefined ? {} : { database: set.database.uniqueName, dbid: set.database.dbid }),
    state: set.state,
    asked,
    ...(holds(asked) ? { reached: asked } : holds(0) ? { reached: 0 as const } : {}),
    points: [...points],
    notVerified: [...notVerified(set.label, asked)],
  };
};

const pointsOf = (
  set: BackupSet,
  facts: Pick<SetFacts, 'catalogue' | 'parents'>,
  { asked, zone }: { readonly asked: Level; readonly zone: string },
): readonly Point[] => {
  if (!isLabelled(set))
    return set.members.map(({ snapshot: { id, name } }) => ({
      level: 0,
      point: 'labels',
      outcome: 'failed',
      message: 'has no label of its own that this version knows',
      object: { id, name },
    }));
  return [...verifyStructure(set, facts), ...(asked === 0 ? [] : verifyTimeAndLogs(set, zone))];
};

const isLabelled = (set: BackupSet): set is LabelledSet => set.label !== undefined;

const notVerified = (label: SetLabel | undefined, asked: Level): readonly string[] => [
  'No snapshot was read, mapped or restored: only a recovery proves that a set recovers.',
  'Whether a member was written to while it was not write-protected is not known.',
  ...(asked === 1 ? [] : ['When the members were made, and what redo the archived logs hold, was not looked at.']),
  ...(label?.worth === undefined ? [] : doubtsOfWorth(label.worth)),
];

const doubtsOfWorth = ({ coverage, logs, controlfile }: NonNullable<SetLabel['worth']>): readonly string[] => [
  {
    proved: 'That every data file lay on these volumes was proved by the run, not now.',
    declared:
      'That every data file lay on these volumes is in part what the administrator declared, not what was seen.',
    unknown: 'Whether every data file lay on these volumes is not known.',
  }[coverage],
  logs === 'captured'
    ? 'That the archived logs are in the archive members was proved by the run, not now.'
    : 'The archived logs are not in the set: whether they still exist was not looked at.',
  controlfile === 'captured'
    ? 'The control file copy was not read.'
    : 'The set has no control file copy: it cannot be restored when all is lost.',
];
