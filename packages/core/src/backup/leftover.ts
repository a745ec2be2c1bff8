import { type DatabaseIdentity, databaseKey, labelKeys, parseRunRecord, type RunRecord } from '../catalogue.js';
import type { BackupState, DatabaseSession, Label, SnapshotArray } from '../ports.js';

/** Backup mode that was found, and whose it is. */
export type Leftover =
  | { readonly kind: 'none' }
  /** The run record of an interrupted run proves that its BEGIN did it, with this SCN. */
  | {
      readonly kind: 'ours';
      readonly files: number;
      readonly record: RunRecord;
      readonly scn: bigint;
      readonly since: Date;
    }
  | { readonly kind: 'not-ours'; readonly files: number; readonly reason: string };

/**
 * How long after its run record a BEGIN may have started and still be the run's: it is sent at once, and V$BACKUP tells when
 * the backup started, not when the checkpoint was over. Wider, what somebody else began after a run that died just before
 * its BEGIN would be taken for ours.
 *
 * Source: Database Reference, V$BACKUP, TIME ("Time the backup started").
 */
const beginWithinMs = 5 * 60_000;
/** V$BACKUP.TIME is a DATE, so it may lie up to a second before what it tells; the rest is for clocks. */
const earlierMs = 10_000;

/** Whose backup mode it is. Pure. @param labels Every run record of the array for this database. */
export const judgeLeftover = (
  states: readonly BackupState[],
  labels: readonly Label[],
  database: DatabaseIdentity,
): Leftover => {
  const active = states.filter(({ isActive }) => isActive);
  const [first] = active;
  if (first === undefined) return { kind: 'none' };
  const files = active.length;
  const { scn, time: since } = first;
  if (scn === undefined || since === undefined)
    return { kind: 'not-ours', files, reason: 'V$BACKUP does not tell when it began' };
  if (active.some((state) => state.scn !== scn))
    return {
      kind: 'not-ours',
      files,
      reason: 'its files have different begin SCNs, so it was not begun by one statement',
    };
  const records = ownRecords(labels, database);
  if (records.length === 0)
    return { kind: 'not-ours', files, reason: 'no run record of this database is on the array' };
  const record = records.find((each) => hasBegun(each, { scn, since }));
  if (record !== undefined) return { kind: 'ours', files, record, scn, since };
  return {
    kind: 'not-ours',
    files,
    reason: `it began at ${since.toISOString()} with SCN ${scn}, which fits no run record that lacks an end`,
  };
};

/** The run records of this database among these labels: neither copied or inherited ones, nor those of a clone. */
export const ownRecords = (labels: readonly Label[], database: DatabaseIdentity): readonly RunRecord[] =>
  labels
    .map(({ objectId, value }) => ({ objectId, record: parseRunRecord(value) }))
    .filter(({ objectId, record }) => record?.id === objectId)
    .flatMap(({ record }) =>
      record !== undefined && databaseKey(record.database) === databaseKey(database) ? [record] : [],
    );

/** Whether the record is of a run that may have begun it, and that did not note its end. */
const hasBegun = (
  { baselineScn, databaseTime, ended }: RunRecord,
  { scn, since }: { readonly scn: bigint; readonly since: Date },
): boolean => {
  if (databaseTime === undefined || ended !== undefined || scn < BigInt(baselineScn)) return false;
  const afterMs = since.getTime() - Date.parse(databaseTime);
  return afterMs >= -earlierMs && afterMs <= beginWithinMs;
};

/** Reads and judges what backup mode there is. The array is asked only when there is some. */
export const readLeftover = async (
  database: DatabaseIdentity,
  { session, array }: { readonly session: DatabaseSession; readonly array: SnapshotArray },
): Promise<Leftover> => {
  const states = await session.readBackupStates();
  const labels = states.some(({ isActive }) => isActive) ? await array.listLabels(labelKeys.run(database.dbid)) : [];
  return judgeLeftover(states, labels, database);
};

/** What the operator can do about backup mode that is not ours. */
export const leftoverHint =
  'Another backup may be running. If none is, `orasync-backup recover --end` ends it after showing what is known of it.';
