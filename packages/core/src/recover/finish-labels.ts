import { labelMembers, labelRemains, markComplete } from '../backup/labels.js';
import type { BackupDependencies } from '../backup/run.js';
import { type BackupSet, type RunRecord, readCatalogue, type SetLabel } from '../catalogue.js';
import type { Parent } from '../ports.js';
import type { Role } from '../snapshot-name.js';
import type { RecoveryReport } from './report.js';

type Labelled = RecoveryReport['labels'][number];

/** Every name that a run gives begins with it. */
const nameBeginning = 'orasync_';

/**
 * Labels what interrupted runs left: a set that its run record proves, but whose labels do not all say so, becomes complete;
 * what has no label yet becomes a partial set, for retention to remove. Called while no run of the database is at work.
 */
export const finishLabels = async (
  records: readonly RunRecord[],
  parents: Readonly<Record<Role, readonly Parent[]>>,
  dependencies: Pick<BackupDependencies, 'array' | 'clock' | 'log'>,
): Promise<readonly Labelled[]> => {
  const { array, clock } = dependencies;
  const labelled: Labelled[] = [];
  const proved = new Set(records.filter((record) => record.proved !== undefined).map(({ set }) => set));
  const sets = proved.size === 0 ? [] : await readCatalogue(nameBeginning, { array, now: new Date(clock.now()) });
  for (const set of sets.filter(({ id }) => proved.has(id))) {
    const finished = provedMembers(set);
    if (finished === undefined) continue;
    const { id: _id, role: _role, parent: _parent, ...shared } = finished.label;
    await labelMembers({ ...shared, state: 'complete' }, finished.members, dependencies);
    await markComplete(set.id, finished.members, dependencies);
    labelled.push(describe(set.id, 'complete', finished.members));
  }
  for (const record of records) {
    const remains = await labelRemains(record, parents, dependencies);
    if (remains.length > 0) labelled.push(describe(`${record.set}-remains`, 'partial', remains));
  }
  return labelled;
};

type Members = Awaited<ReturnType<typeof labelRemains>>;

/**
 * The members of a set that only lacks labels, with what they say of it; `undefined` for one that is complete, that is not
 * whole, or whose labels do not hold yet what the proof was made of.
 */
const provedMembers = (set: BackupSet): { readonly members: Members; readonly label: SetLabel } | undefined => {
  const { state, label } = set;
  if (label?.worth === undefined || (state !== 'in-flight' && state !== 'partial')) return undefined;
  const members = set.members as Members; // those of a labelled set all have a role
  const count = (role: Role) => members.filter((member) => member.role === role).length;
  const isWhole = count('data') === label.members.data && count('archive') === label.members.archive;
  return isWhole ? { members, label } : undefined;
};

const describe = (set: string, state: Labelled['state'], members: Members): Labelled => ({
  set,
  state,
  snapshots: members.map(({ role, snapshot: { id, name } }) => ({ id, name, role })),
});
