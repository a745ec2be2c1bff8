import { z } from 'zod';
import type { BackupSet } from '../catalogue.js';
import type { SetFacts } from './read-sets.js';

/** A member, and what it can be restored to. */
export const source = z.object({
  role: z.enum(['data', 'archive']).optional().describe('absent for a snapshot without a label of ours'),
  type: z.enum(['volume', 'filesystem']),
  snapshot: z.object({ id: z.int(), name: z.string() }),
  parent: z.object({ id: z.int(), name: z.string().optional() }),
  groupId: z.int().optional().describe('the snapshot group that the snapshot is a member of'),
});

export type Source = z.output<typeof source>;

/** What a set is restored from, data members first. Pure. */
export const sourcesOf = ({ members }: BackupSet, { parents }: Pick<SetFacts, 'parents'>): readonly Source[] =>
  members.map(({ role, snapshot: { id, name, type, groupId, parentId = 0 } }) => {
    const parent = parents.get(parentId);
    return {
      ...(role === undefined ? {} : { role }),
      type,
      snapshot: { id, name },
      parent: { id: parentId, ...(parent === undefined ? {} : { name: parent.name }) },
      ...(groupId === undefined ? {} : { groupId }),
    };
  });
