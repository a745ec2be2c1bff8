import { z } from 'zod';
import { isInForce, type Pin, parsePin, strongestPin } from './pin.js';
import type { Dataset, Label, SnapshotArray } from './ports.js';
import { type Role, rehearsalRoleOf } from './snapshot-name.js';

/** The keys of docs/catalogue.md. */
export const labelKeys = {
  /** On every member of a set. */
  set: 'orasync.set',
  /** The set id, on the data member with the lowest id alone: the set exists. */
  complete: 'orasync.complete',
  /** Beside the marker: where the files of the database were, for a later run that cannot find out where they are. */
  places: 'orasync.places',
  /** Beside the marker: this set is not to be removed. */
  pin: 'orasync.pin',
  /** The run record, on the first data target of a run. */
  run: (dbid: string) => `orasync.run.${dbid}`,
  /** Beside the run record, under one key for all databases: the names that the run may use. No label of a set. */
  names: 'orasync.names',
  /** The vendor's own key for who made an object. */
  createdBy: 'host.created_by',
} as const;

/** The value of `host.created_by` on what this program makes. */
export const createdBy = 'orasync';

/** A label's value may not be longer, in bytes of UTF-8. Source: infinibox-api.md section 5, "values ≤ 1 KiB". */
const labelLimitBytes = 1024;

const scn = z.string().regex(/^\d+$/);
const time = z.iso.datetime({ offset: true });
const point = z.object({ scn, time });

const databaseIdentity = z.object({ name: z.string(), uniqueName: z.string(), dbid: z.string() });

/** What a set is worth to a restore. */
export const worth = z.object({
  /** Whether every data file lies on the set's volumes: seen to, but for what was excepted, or not known. */
  coverage: z.enum(['proved', 'declared', 'unknown']),
  /** Whether the archived logs that a restore needs are in the set. */
  logs: z.enum(['captured', 'elsewhere']),
  /** Whether a copy of the control file is in the set. */
  controlfile: z.enum(['captured', 'none']),
});

/** The value of `orasync.set`. Unknown keys pass: later versions only add. Source: docs/catalogue.md. */
export const setLabel = z.object({
  v: z.literal(1),
  /** The member's own object id: a label that was copied or inherited does not match its object. */
  id: z.int(),
  set: z.string().min(1),
  role: z.enum(['data', 'archive']),
  /** The object id of what the member is a snapshot of. */
  parent: z.int().optional(),
  state: z.enum(['in-flight', 'partial', 'inconsistent', 'complete', 'rehearsal']),
  database: databaseIdentity,
  /** How many members of each role the whole set has. */
  members: z.object({ data: z.int().min(1), archive: z.int().min(0) }),
  begin: point.optional(),
  end: point.optional(),
  /** Per thread: thread, first and last sequence of the archived logs that a restore needs. */
  logs: z.array(z.tuple([z.int(), z.int(), z.int()])).optional(),
  /** What those logs hold of every thread: all redo from `from` up to, not including, `to`. */
  redo: z.object({ from: scn, to: scn }).optional(),
  hotWindowMs: z.number().optional(),
  /** How far the array's clock was ahead of the one that `begin` and `end` were read from. */
  arrayAheadMs: z.number().optional(),
  worth: worth.optional(),
  /** Codes of the warnings that tell what else the snapshots hold. */
  warnings: z.array(z.string()).optional(),
});

/** The value of `orasync.run.<dbid>`. */
export const runRecord = z.object({
  v: z.literal(1),
  /** The object's own id, as in the set label. */
  id: z.int(),
  set: z.string().min(1),
  database: databaseIdentity,
  time,
  /** CURRENT_SCN before BEGIN: a file whose begin SCN is not newer was put into backup mode by somebody else. */
  baselineScn: scn,
  /** The database host's clock when `baselineScn` was read, just before BEGIN; absent until then. */
  databaseTime: time.optional(),
  /** When the run saw the database out of backup mode again; absent when it did not live to see it. */
  ended: time.optional(),
  /** When all was proved that makes the set complete; only the labels that say so may be missing. */
  proved: time.optional(),
  /** Names, and beginnings of names, of the snapshots that this run may make. */
  names: z.array(z.string().min(1)),
});

/** The value of `orasync.names`: what tells the runs of other databases which names this one may use. */
const nameReservation = z.object({
  v: z.literal(1),
  /** The object's own id, as in the set label. */
  id: z.int(),
  set: z.string().min(1),
  names: z.array(z.string().min(1)),
});

export type DatabaseIdentity = z.output<typeof databaseIdentity>;

/** Tells databases apart: a clone made from a snapshot has the DBID of its original. */
export const databaseKey = ({ dbid, uniqueName }: Pick<DatabaseIdentity, 'dbid' | 'uniqueName'>): string =>
  `${dbid} ${uniqueName}`;

export type Worth = z.output<typeof worth>;
export type SetLabel = z.output<typeof setLabel>;
export type RunRecord = z.output<typeof runRecord>;
type NameReservation = z.output<typeof nameReservation>;

/** @throws {RangeError} The text is longer than the array is known to take. */
export const formatLabel = (value: SetLabel | RunRecord | NameReservation): string => {
  const text = JSON.stringify(value);
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > labelLimitBytes) throw new RangeError(`a label of ${bytes} bytes is too long`);
  return text;
};

const parseJson = <T>(schema: z.ZodType<T>, text: string): T | undefined => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // not our JSON, so not our label
  }
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
};

/** The label, or `undefined` when it is not one of a version that this program knows. */
export const parseSetLabel = (text: string): SetLabel | undefined => parseJson(setLabel, text);

/** The set that a label names, whatever its version. */
export const setOfAnyVersion = (text: string): string | undefined =>
  parseJson(z.object({ set: z.string() }), text)?.set;

/** The run record, or `undefined` as above. */
export const parseRunRecord = (text: string): RunRecord | undefined => parseJson(runRecord, text);

/** The names that a run keeps from others, or `undefined` as above. */
export const parseNameReservation = (text: string): NameReservation | undefined => parseJson(nameReservation, text);

/**
 * - `complete`: marked, and every member is there. Only such a set counts for anything.
 * - `in-flight`: labelled so, and young enough for its run to be still at work.
 * - `partial`, `inconsistent`: remains of a run, or of a removal.
 * - `rehearsal`: made outside backup mode to try the array out; recovers nothing.
 * - `foreign`: labelled by something that this program does not know; never touched.
 * - `legacy`: a snapshot of the predecessor, without a label.
 */
export type SetState = 'complete' | 'in-flight' | 'partial' | 'inconsistent' | 'rehearsal' | 'foreign' | 'legacy';

interface SetMember {
  readonly snapshot: Dataset;
  /** `undefined` for a legacy or foreign snapshot. */
  readonly role: Role | undefined;
}

/** All snapshots of one run of one database, or one legacy snapshot. */
export interface BackupSet {
  /** The set id; for a legacy or foreign snapshot its name. */
  readonly id: string;
  readonly state: SetState;
  /** `undefined` for a legacy or foreign snapshot. */
  readonly database: DatabaseIdentity | undefined;
  /** The array's `created_at` of the oldest data member (or oldest member). */
  readonly createdAt: Date;
  /** Data members first, each role by id. */
  readonly members: readonly SetMember[];
  /** A pin is in force. */
  readonly isPinned: boolean;
  /** The one that keeps it longest, lapsed or not; absent when there is none. */
  readonly pin?: Pin | undefined;
  /** The facts of the label; `undefined` for a legacy or foreign snapshot. */
  readonly label: SetLabel | undefined;
}

/** What was read from the array, before anything is concluded. */
export interface CatalogueFacts {
  /** Every object with one of our labels, and every snapshot whose name contains the configured text. */
  readonly snapshots: readonly Dataset[];
  readonly setLabels: readonly Label[];
  readonly markers: readonly Label[];
  readonly pins: readonly Label[];
  /** Who made an object, on those of the snapshots that say so. */
  readonly makers: readonly Label[];
  /** Run records found on the datasets in question. */
  readonly runRecords: readonly RunRecord[];
}

/** A set labelled in flight for longer than this belongs to a run that is no more. */
const inFlightMs = 24 * 3_600_000;

const byRoleAndId = (a: SetMember, b: SetMember): number =>
  a.role === b.role ? a.snapshot.id - b.snapshot.id : a.role === 'data' ? -1 : 1;

const oldest = (members: readonly SetMember[]): Date => {
  const data = members.filter(({ role }) => role === 'data');
  const times = (data.length > 0 ? data : members).map(({ snapshot }) => snapshot.createdAt.getTime());
  return new Date(Math.min(...times));
};

const stateOf = (label: SetLabel, members: readonly SetMember[], isMarked: boolean, now: Date): SetState => {
  const count = (role: Role) => members.filter((member) => member.role === role).length;
  const isWhole = count('data') === label.members.data && count('archive') === label.members.archive;
  if (isMarked && isWhole && label.state === 'complete') return 'complete';
  if (label.state === 'inconsistent' || label.state === 'rehearsal') return label.state;
  const ageMs = now.getTime() - oldest(members).getTime();
  return label.state === 'in-flight' && ageMs < inFlightMs ? 'in-flight' : 'partial';
};

/** The gravest of the members' labels speaks for the set. */
const gravity: readonly SetLabel['state'][] = ['rehearsal', 'inconsistent', 'partial', 'in-flight', 'complete'];

/**
 * The sets that the labels describe, newest first. Pure.
 *
 * @param nameContains  Unlabelled snapshots whose name contains this, whatever the case, are legacy.
 * @param now           Tells a set in flight from what an interrupted run left.
 */
export const buildCatalogue = (facts: CatalogueFacts, nameContains: string, now: Date): readonly BackupSet[] => {
  const snapshots = new Map(facts.snapshots.map((snapshot) => [snapshot.id, snapshot]));
  const markers = new Map(facts.markers.map(({ objectId, value }) => [objectId, value]));
  const pinValues = new Map(facts.pins.map(({ objectId, value }) => [objectId, value]));
  const grouped = new Map<string, { member: SetMember; label: SetLabel }[]>();
  const singles: BackupSet[] = [];
  const labelled = new Set<number>();
  const foreignSets = new Set<string>();
  const pinOf = (members: readonly SetMember[]): Pick<BackupSet, 'isPinned' | 'pin'> => {
    const values = members.flatMap(({ snapshot }) => pinValues.get(snapshot.id) ?? []);
    const pin = strongestPin(values.map(parsePin));
    return pin === undefined ? { isPinned: false } : { isPinned: isInForce(pin, now), pin };
  };
  const single = (snapshot: Dataset, state: 'foreign' | 'legacy'): BackupSet => ({
    id: snapshot.name,
    state,
    database: undefined,
    createdAt: snapshot.createdAt,
    members: [{ snapshot, role: undefined }],
    ...pinOf([{ snapshot, role: undefined }]),
    label: undefined,
  });

  for (const { objectId, value } of facts.setLabels) {
    const snapshot = snapshots.get(objectId);
    if (snapshot === undefined) continue;
    labelled.add(objectId);
    const label = parseSetLabel(value);
    if (label === undefined || label.id !== objectId || snapshot.kind !== 'snapshot') {
      singles.push(single(snapshot, 'foreign'));
      // One member that is not understood leaves the others of its set alone, too.
      if (label === undefined) foreignSets.add(setOfAnyVersion(value) ?? '');
      continue;
    }
    const group = grouped.get(label.set) ?? [];
    group.push({ member: { snapshot, role: label.role }, label });
    grouped.set(label.set, group);
  }

  const sets = [...grouped].map(([id, group]): BackupSet => {
    const members = group.map(({ member }) => member).sort(byRoleAndId);
    const labels = group.map(({ label }) => label).sort((a, b) => gravity.indexOf(a.state) - gravity.indexOf(b.state));
    const label = labels[0] as SetLabel;
    const first = members.find(({ role }) => role === 'data');
    const isMarked = first !== undefined && markers.get(first.snapshot.id) === id;
    return {
      id,
      state: foreignSets.has(id) ? 'foreign' : stateOf(label, members, isMarked, now),
      database: label.database,
      createdAt: oldest(members),
      members,
      ...pinOf(members),
      label,
    };
  });

  for (const { objectId, value } of facts.makers) if (value !== createdBy) labelled.add(objectId);
  const legacy = facts.snapshots
    .filter((snapshot) => !labelled.has(snapshot.id) && isLegacy(snapshot, nameContains, facts.runRecords))
    .map((snapshot) => single(snapshot, 'legacy'));
  return [...sets, ...singles, ...legacy].sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
};

/** The predecessor snapshotted volumes alone, one by one. Source: infinibox-api.md section 7.6. */
const isLegacy = (snapshot: Dataset, nameContains: string, records: readonly RunRecord[]): boolean =>
  snapshot.type === 'volume' &&
  snapshot.kind === 'snapshot' &&
  snapshot.groupId === undefined &&
  snapshot.depth === 1 &&
  snapshot.isWriteProtected &&
  !snapshot.isPolicyMade &&
  snapshot.name.toLowerCase().includes(nameContains.toLowerCase()) &&
  rehearsalRoleOf(snapshot.name) === undefined &&
  !records.some(({ names }) => names.some((name) => snapshot.name === name || snapshot.name.startsWith(`${name}_`)));

/**
 * Reads everything that the catalogue is built from. Run records are looked for on every dataset that has a snapshot with
 * the text in its name: a snapshot that a record names has one.
 */
export const readCatalogueFacts = async (nameContains: string, array: SnapshotArray): Promise<CatalogueFacts> => {
  const [setLabels, markers, pins, named] = await Promise.all([
    array.listLabels(labelKeys.set),
    array.listLabels(labelKeys.complete),
    array.listLabels(labelKeys.pin),
    array.listSnapshotsNamed(nameContains),
  ]);
  // Whatever else uses the array may have the vendor's key on all it made: only what the catalogue knows is kept of that.
  const makers = await array.listLabels(labelKeys.createdBy, { of: new Set(named.map(({ id }) => id)) });
  const parentIds = [...new Set(named.map(({ parentId }) => parentId).filter((id) => id !== undefined))];
  const known = new Set(named.map(({ id }) => id));
  const renamed = await array.listDatasets(setLabels.map(({ objectId }) => objectId).filter((id) => !known.has(id)));
  const labelsOfParents = await Promise.all(parentIds.map(async (id) => ({ id, labels: await array.readLabels(id) })));
  const runRecords = labelsOfParents.flatMap(({ id, labels }) =>
    Object.entries(labels)
      .filter(([key]) => key.startsWith(labelKeys.run('')))
      .map(([, value]) => parseRunRecord(value))
      .filter((record) => record !== undefined)
      .filter((record) => record.id === id),
  );
  return { snapshots: [...named, ...renamed], setLabels, markers, pins, makers, runRecords };
};

/** Reads the catalogue from the array. */
export const readCatalogue = async (
  nameContains: string,
  { array, now }: { readonly array: SnapshotArray; readonly now: Date },
): Promise<readonly BackupSet[]> => buildCatalogue(await readCatalogueFacts(nameContains, array), nameContains, now);
