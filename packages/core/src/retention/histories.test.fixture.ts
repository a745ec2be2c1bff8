import type { BackupSet, SetState } from '../catalogue.js';
import type { Dataset } from '../ports.js';
import type { PlanContext } from './plan.js';
import { retentionPolicy } from './policy.js';
import type { RetentionPlan } from './retention-plan.js';
import type { RetentionScope } from './scope.js';

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** When plans are made, unless a test says otherwise. */
export const now = new Date('2026-11-24T12:00:00Z');

/** One data volume and one archive volume. */
export const scope: RetentionScope = {
  database: 'ORCL',
  volumeIds: { data: new Set([1001]), archive: new Set([1002]) },
};

export const contextOf = (policy: Parameters<typeof retentionPolicy.parse>[0] = {}): PlanContext => ({
  array: { name: 'ibox1', serial: '20040' },
  policy: retentionPolicy.parse(policy),
  now,
  zone: 'UTC',
});

let lastId = 2000;

/** What a set of a test is like, where it is not like any other. */
export interface SetChange {
  readonly dbid?: string;
  readonly uniqueName?: string;
  readonly isPinned?: boolean;
  /** Of the data member, or of the only one. */
  readonly snapshot?: Partial<Dataset>;
  /** `false`: it has a data member alone. */
  readonly hasArchive?: boolean;
}

/** A set made at this instant, and all its members with it. */
export const setAt = (
  time: string | number | Date,
  state: SetState = 'complete',
  { dbid = '1', uniqueName = 'ORCL', isPinned = false, snapshot = {}, hasArchive = true }: SetChange = {},
): BackupSet => {
  const createdAt = new Date(time);
  lastId += 2;
  const isLabelled = state !== 'legacy' && state !== 'foreign';
  const data: Dataset = {
    id: lastId,
    name: `orasync_data_${lastId}`,
    type: 'volume',
    kind: 'snapshot',
    parentId: 1001,
    groupId: undefined,
    depth: 1,
    createdAt,
    isWriteProtected: true,
    isMapped: false,
    hasChildren: false,
    lockExpiresAt: undefined,
    isPolicyMade: false,
    isReplicated: false,
    ...snapshot,
  };
  const { id } = data;
  const archive: Dataset = { ...data, id: id + 1, name: `orasync_archive_${id}`, parentId: 1002 };
  return {
    id: isLabelled ? `${createdAt.toISOString()}-${uniqueName}-${id}` : data.name,
    state,
    database: isLabelled ? { name: 'ORCL', uniqueName, dbid } : undefined,
    createdAt,
    members: isLabelled
      ? [{ snapshot: data, role: 'data' }, ...(hasArchive ? [{ snapshot: archive, role: 'archive' as const }] : [])]
      : [{ snapshot: data, role: undefined }],
    isPinned,
    label: undefined,
  };
};

/** The same by its age. */
export const setOf = (state: SetState, ageDays: number, change?: SetChange): BackupSet =>
  setAt(now.getTime() - ageDays * dayMs, state, change);

export const removedBy = ({ sets }: RetentionPlan): readonly string[] =>
  sets.filter(({ verdict }) => verdict === 'remove').map(({ set }) => set);

/** What is left of the sets once the plan was carried out. */
export const afterApply = (sets: readonly BackupSet[], plan: RetentionPlan): readonly BackupSet[] => {
  const gone = new Set(removedBy(plan));
  return sets.filter(({ id }) => !gone.has(id));
};
