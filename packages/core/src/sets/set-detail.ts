import { z } from 'zod';
import type { BackupSet } from '../catalogue.js';
import { formatTime } from '../snapshot-name.js';
import type { SetFacts } from './read-sets.js';
import { setSummary, summarizeSet, time } from './set-summary.js';
import { verifySet } from './verify-set.js';

const memberDetail = z.object({
  id: z.int(),
  name: z.string(),
  type: z.enum(['volume', 'filesystem']),
  role: z.enum(['data', 'archive']).optional().describe('absent for a snapshot without a label of ours'),
  parentId: z.int().optional(),
  groupId: z.int().optional().describe('the snapshot group that it is a member of'),
  parentName: z.string().optional().describe('absent when the parent is not on the array'),
  createdAt: time.describe("the array's time"),
  lockedUntil: time.optional(),
  isWriteProtected: z.boolean(),
  isMapped: z.boolean().describe('a LUN or an export gives it to a host'),
  hasChildren: z.boolean(),
  isReplicated: z.boolean(),
  isMarked: z.boolean().describe('carries the marker of the complete set'),
  problems: z.array(z.string()).describe('what verify finds wrong with it at level 0'),
});

/** Everything that the array knows of one set. Additive only. */
export const setDetail = setSummary.extend({
  snapshots: z.array(memberDetail).describe('data members first, each role by id'),
  archivedLogs: z
    .array(z.object({ thread: z.int(), firstSequence: z.int(), lastSequence: z.int() }))
    .describe('what a restore needs; empty when the label does not say'),
  redo: z
    .object({ from: z.string(), to: z.string() })
    .optional()
    .describe('what these logs hold of every thread: SCNs from, up to, not including, to'),
  arrayAheadMs: z.number().optional().describe("how far the array's clock was ahead of the backup host's"),
});

export type SetDetail = z.output<typeof setDetail>;

/** The set with its members, and what is wrong with each. Pure. */
export const detailSet = (
  set: BackupSet,
  facts: Pick<SetFacts, 'catalogue' | 'parents'>,
  { configured, zone }: { readonly configured: string | undefined; readonly zone: string },
): SetDetail => {
  const { points } = verifySet(set, facts, { asked: 0, zone });
  const at = (instant: Date) => formatTime(instant.getTime(), zone);
  const { label } = set;
  return {
    ...summarizeSet(set, { configured, zone }),
    snapshots: set.members.map(({ role, snapshot }) => {
      const { id, name, type, parentId, groupId, lockExpiresAt } = snapshot;
      const parent = facts.parents.get(parentId ?? 0);
      return {
        id,
        name,
        type,
        ...(role === undefined ? {} : { role }),
        ...(parentId === undefined ? {} : { parentId }),
        ...(groupId === undefined ? {} : { groupId }),
        ...(parent === undefined ? {} : { parentName: parent.name }),
        createdAt: at(snapshot.createdAt),
        ...(lockExpiresAt === undefined ? {} : { lockedUntil: at(lockExpiresAt) }),
        isWriteProtected: snapshot.isWriteProtected,
        isMapped: snapshot.isMapped,
        hasChildren: snapshot.hasChildren,
        isReplicated: snapshot.isReplicated,
        isMarked: facts.catalogue.markers.some(({ objectId, value }) => objectId === id && value === set.id),
        problems: points
          .filter(({ outcome, object }) => outcome === 'failed' && object?.id === id)
          .map(({ message }) => message),
      };
    }),
    archivedLogs: (label?.logs ?? []).map(([thread, firstSequence, lastSequence]) => ({
      thread,
      firstSequence,
      lastSequence,
    })),
    ...(label?.redo === undefined ? {} : { redo: label.redo }),
    ...(label?.arrayAheadMs === undefined ? {} : { arrayAheadMs: label.arrayAheadMs }),
  };
};
