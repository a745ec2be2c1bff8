import {
  createdBy,
  type DatabaseIdentity,
  formatLabel,
  labelKeys,
  parseRunRecord,
  type RunRecord,
  type SetLabel,
} from '../catalogue.js';
import { messageOf } from '../errors.js';
import type { Clock, Dataset, Log, Parent, SnapshotArray } from '../ports.js';
import type { Role } from '../snapshot-name.js';
import type { Member } from './progress.js';

export interface LabelOptions {
  readonly array: SnapshotArray;
  readonly clock: Clock;
  readonly log: Log;
}

/** A label is written this often at most: writing it twice does no harm, so a lost answer is no reason to give up. */
const tries = 3;
const retryMs = 1000;

/** Does what does no harm when it is done twice, several times if need be. */
export const untilWritten = async (
  work: () => Promise<void>,
  what: object,
  { clock, log }: LabelOptions,
): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === tries) throw error;
      log.warn({ ...what, attempt, cause: messageOf(error) }, 'not written, trying again');
      await new Promise<void>((resolve) => void clock.setTimeout(resolve, retryMs));
    }
  }
};

const write = (objectId: number, labels: Readonly<Record<string, string>>, options: LabelOptions): Promise<void> =>
  untilWritten(() => options.array.writeLabels(objectId, labels), { objectId }, options);

/** Everything of a set's label but what differs from member to member. */
export type SharedLabel = Omit<SetLabel, 'id' | 'role' | 'parent'>;

/** Writes the set's label on every member. */
export const labelMembers = async (
  shared: SharedLabel,
  members: readonly Pick<Member, 'role' | 'snapshot'>[],
  options: LabelOptions,
): Promise<void> => {
  const { v, set, ...rest } = shared;
  // All are waited for, so that no label of this state lands after one of the next.
  const written = await Promise.allSettled(
    members.map(({ role, snapshot: { id, parentId } }) => {
      const parent = parentId === undefined ? {} : { parent: parentId };
      const label = formatLabel({ v, id, set, role, ...parent, ...rest });
      return write(id, { [labelKeys.set]: label, [labelKeys.createdBy]: createdBy }, options);
    }),
  );
  const failed = written.find((each) => each.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  await labelGroups(shared, members, options);
};

/**
 * Writes the set's label on the snapshot groups of its members too, for people who look there: the catalogue is read from
 * the members alone. So a group that takes no metadata is no failure.
 */
const labelGroups = async (
  { v, set, ...rest }: SharedLabel,
  members: readonly Pick<Member, 'role' | 'snapshot'>[],
  options: LabelOptions,
): Promise<void> => {
  const roles = new Map(members.map(({ role, snapshot: { groupId } }) => [groupId, role]));
  for (const [id, role] of roles) {
    if (id === undefined) continue;
    const label = formatLabel({ v, id, set, role, ...rest });
    try {
      await options.array.writeLabels(id, { [labelKeys.set]: label, [labelKeys.createdBy]: createdBy });
    } catch (error) {
      options.log.warn({ objectId: id, cause: messageOf(error) }, 'the snapshot group could not be labelled');
    }
  }
};

/** Marks the set complete, on its data member with the lowest id. From then on it exists. `beside`: what else is written there. */
export const markComplete = async (
  set: string,
  members: readonly Pick<Member, 'role' | 'snapshot'>[],
  { beside = {}, ...options }: LabelOptions & { readonly beside?: Readonly<Record<string, string>> },
): Promise<void> => {
  await write(markedMember(members), { ...beside, [labelKeys.complete]: set }, options);
};

/** The object id of the member that takes the marker. */
export const markedMember = (members: readonly Pick<Member, 'role' | 'snapshot'>[]): number =>
  Math.min(...members.filter(({ role }) => role === 'data').map(({ snapshot }) => snapshot.id));

/**
 * Writes the run record on the first data target, before anything is made: it proves the right to write labels, and
 * names what the run may leave behind. In the same call the names are kept from the runs of other databases. What the run
 * recorded there before left without a label gets one first, because its names are about to be forgotten.
 */
export const writeRunRecord = async (
  record: RunRecord,
  parents: Readonly<Record<Role, readonly Parent[]>>,
  options: LabelOptions,
): Promise<void> => {
  const key = labelKeys.run(record.database.dbid);
  const earlier = parseRunRecord((await options.array.readLabels(record.id))[key] ?? '');
  if (earlier !== undefined && earlier.set !== record.set) await labelRemains(earlier, parents, options);
  const reservation = formatLabel({ v: 1, id: record.id, set: record.set, names: record.names });
  await write(record.id, { [key]: formatLabel(record), [labelKeys.names]: reservation }, options);
};

/** Writes down how far the run has come. */
export const updateRunRecord = async (
  noted: { record: RunRecord },
  news: Partial<RunRecord>,
  options: LabelOptions,
): Promise<void> => {
  noted.record = { ...noted.record, ...news };
  const { id, database } = noted.record;
  await write(id, { [labelKeys.run(database.dbid)]: formatLabel(noted.record) }, options);
};

/**
 * Labels as a partial set what a run that is no more left on these parents without a label, so that retention can remove it.
 *
 * @returns What was labelled.
 */
export const labelRemains = async (
  { set, names, database, databaseTime }: RunRecord,
  parents: Readonly<Record<Role, readonly Parent[]>>,
  options: LabelOptions,
): Promise<readonly Pick<Member, 'role' | 'snapshot'>[]> => {
  // That is written just before BEGIN: until then a run makes nothing, and its names may be those of another database's.
  if (databaseTime === undefined) return [];
  const found = (await Promise.all(names.map((name) => options.array.listSnapshotsNamed(name)))).flat();
  const isNamedFor = ({ id, name }: Parent, snapshot: Dataset) =>
    snapshot.parentId === id && names.some((each) => snapshot.name === each || snapshot.name === `${each}_${name}`);
  const unique = [...new Map(found.map((snapshot) => [snapshot.id, snapshot])).values()];
  const remains: { role: Role; snapshot: Dataset }[] = [];
  for (const snapshot of unique) {
    const role = (['data', 'archive'] as const).find((each) =>
      parents[each].some((parent) => isNamedFor(parent, snapshot)),
    );
    if (role === undefined || labelKeys.set in (await options.array.readLabels(snapshot.id))) continue;
    remains.push({ role, snapshot });
  }
  if (remains.length === 0) return [];
  options.log.warn(
    { set, cause: remains.map(({ snapshot }) => snapshot.name).join(', ') },
    'labelled remains of an earlier run',
  );
  // A set of their own: whatever the earlier run made of its set is not changed by what it forgot.
  await labelMembers(partialLabel(`${set}-remains`, database, remains), remains, options);
  return remains;
};

/** A label that says no more than whose remains these are. */
const partialLabel = (
  set: string,
  database: DatabaseIdentity,
  members: readonly { readonly role: Role }[],
): SharedLabel => {
  const count = (role: Role) => members.filter((member) => member.role === role).length;
  return {
    v: 1,
    set,
    state: 'partial',
    database,
    members: { data: Math.max(1, count('data')), archive: count('archive') },
  };
};
