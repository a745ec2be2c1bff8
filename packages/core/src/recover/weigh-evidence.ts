import { judgeLeftover, type Leftover } from '../backup/leftover.js';
import type { DatabaseIdentity } from '../catalogue.js';
import type { BackupState, Datafile, Label } from '../ports.js';
import { formatTime } from '../snapshot-name.js';
import type { RecoveryReport } from './report.js';

/** The files that one BEGIN put into backup mode, and whose it was. */
export interface Evidence {
  readonly states: readonly BackupState[];
  readonly verdict: Exclude<Leftover, { readonly kind: 'none' }>;
}

/**
 * Whose backup mode it is, BEGIN by BEGIN: files with one begin SCN were put into it together. Pure.
 *
 * @param labels  Every run record of the array for this database; a text says why there is none to be had.
 */
export const weighEvidence = (
  states: readonly BackupState[],
  labels: readonly Label[] | string,
  database: DatabaseIdentity,
): readonly Evidence[] => {
  const groups = new Map<bigint | undefined, BackupState[]>();
  for (const state of states.filter(({ isActive }) => isActive)) {
    const group = groups.get(state.scn) ?? [];
    group.push(state);
    groups.set(state.scn, group);
  }
  return [...groups.values()].map((group): Evidence => {
    if (typeof labels === 'string')
      return { states: group, verdict: { kind: 'not-ours', files: group.length, reason: labels } };
    return { states: group, verdict: judgeLeftover(group, labels, database) as Evidence['verdict'] }; // all are active
  });
};

/** The evidence for the report, with the paths of the files. */
export const describeEvidence = (
  { states, verdict }: Evidence,
  { datafiles, zone }: { readonly datafiles: readonly Datafile[]; readonly zone: string },
): RecoveryReport['leftovers'][number] => {
  const paths = new Map(datafiles.map(({ number, path }) => [number, path]));
  const [first] = states;
  const since = first?.time && formatTime(first.time.getTime(), zone);
  const files = states.map(({ number }) => {
    const path = paths.get(number);
    return path === undefined ? { number } : { number, path };
  });
  const about = {
    ...(first?.scn === undefined ? {} : { scn: String(first.scn) }),
    ...(since === undefined ? {} : { since }),
    files,
  };
  if (verdict.kind === 'not-ours') return { ...about, isOurs: false, evidence: verdict.reason };
  const { set, id: objectId, baselineScn } = verdict.record;
  const databaseTime = verdict.record.databaseTime as string; // without it, nothing is ours
  return {
    ...about,
    isOurs: true,
    evidence: `the run of set ${set} began it: its record on object ${objectId} was made ready for BEGIN at ${databaseTime} with baseline SCN ${baselineScn}, and notes no end; SCN ${verdict.scn} and V$BACKUP.TIME ${since} fit`,
    record: { set, objectId, baselineScn, databaseTime },
  };
};
