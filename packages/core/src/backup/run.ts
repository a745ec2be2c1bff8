import type { DatabaseIdentity, RunRecord } from '../catalogue.js';
import type { Remains } from '../errors.js';
import type { Bracket, Clock, Database, DatabaseSession, Dataset, Host, Log, SnapshotArray } from '../ports.js';
import { formatTime, type Role } from '../snapshot-name.js';
import type { LogRange } from './judge.js';
import { warningsOnSet } from './judge-targets.js';
import type { SharedLabel } from './labels.js';
import { createProgress, type Progress } from './progress.js';
import type { Step } from './report.js';
import type { BackupRequest } from './request.js';
import { withinStepLimit } from './step-limits.js';
import type { SnapshotPlan } from './take-snapshots.js';
import { untilStopped } from './until-stopped.js';

export interface BackupDependencies {
  readonly database: Database;
  readonly array: SnapshotArray;
  readonly host: Host;
  readonly clock: Clock;
  readonly log: Log;
  /**
   * Aborted to stop the run: with a text as the reason (such as `SIGTERM`) when it was interrupted, with an error when
   * something failed outside it. It never keeps END from being sent.
   */
  readonly signal: AbortSignal;
  /** Told when a step begins (`undefined`) and when it is over. */
  readonly onStep: (name: string, step: Step | undefined) => void;
}

/** A run's own state: what a failure anywhere needs to know. */
export interface Run {
  readonly request: BackupRequest;
  readonly dependencies: BackupDependencies;
  readonly progress: Progress;
  /** Six hexadecimal digits: the end of the set id, and in the label of the run's sessions. */
  readonly id: string;
  /** For all but BEGIN and END. */
  session: DatabaseSession | undefined;
  /** Sends BEGIN and END, and holds the claim. */
  bracket: Bracket | undefined;
  /** Why the guard ended backup mode by itself. */
  fired: string | undefined;
  /** What a failure from here on leaves. */
  remains: Remains | 'backup-mode';
  plan: RunPlan | undefined;
  window: { readonly beganAtMs: number; readonly endedAtMs: number } | undefined;
  /** How far the array's clock is ahead of ours, once known. */
  arrayAheadMs: number | undefined;
  /** The least that this can be: the array looked at its clock before its answer came. */
  arrayAheadAtLeastMs: number | undefined;
  /** Runs one step within its time limit, unless the run was told to stop. */
  readonly step: <T>(name: string, work: () => Promise<T>) => Promise<T>;
  /** Runs one that is not stopped, or what was made would not say what it is. */
  readonly finish: <T>(name: string, work: () => Promise<T>) => Promise<T>;
}

/** What the run is about to make. */
export interface RunPlan {
  readonly set: string;
  readonly identity: DatabaseIdentity;
  /** As last written. */
  record: RunRecord;
  readonly data: SnapshotPlan;
  readonly archive: SnapshotPlan | undefined;
}

export const startRun = (request: BackupRequest, dependencies: BackupDependencies): Run => {
  const progress = createProgress(request, dependencies);
  return {
    request,
    dependencies,
    progress,
    id: createRunId(dependencies.clock),
    session: undefined,
    bracket: undefined,
    fired: undefined,
    remains: 'nothing',
    plan: undefined,
    window: undefined,
    arrayAheadMs: undefined,
    arrayAheadAtLeastMs: undefined,
    step: (name, work) => {
      const { signal, clock } = dependencies;
      signal.throwIfAborted();
      return progress.record(name, () => untilStopped(withinStepLimit(name, work(), clock), signal));
    },
    finish: (name, work) => progress.record(name, () => withinStepLimit(name, work(), dependencies.clock)),
  };
};

/** Six hexadecimal digits. */
export const createRunId = (clock: Clock): string =>
  Math.floor(clock.random() * 0x1000000)
    .toString(16)
    .padStart(6, '0');

/** The id that a set's id ends with. */
export const runIdOf = (set: string): string => set.slice(set.lastIndexOf('-') + 1);

/** The label of the run's sessions. */
export const purposeOf = ({ id }: Pick<Run, 'id'>) => `run ${id}`;

/** Adds snapshots to what the run made, each once. */
export const addMembers = (
  role: Role,
  { parents }: SnapshotPlan,
  snapshots: readonly Dataset[],
  { members }: Progress,
) => {
  for (const snapshot of snapshots) {
    if (members.some((member) => member.snapshot.id === snapshot.id)) continue;
    const parentName = parents.find(({ id }) => id === snapshot.parentId)?.name ?? '';
    members.push({ role, snapshot, parentName });
  }
};

/** The redo that the archived logs hold of every thread. */
const redoOf = (logs: readonly LogRange[]): SharedLabel['redo'] => {
  const latest = (scns: readonly string[]) => scns.reduce((a, b) => (BigInt(a) > BigInt(b) ? a : b));
  const earliest = (scns: readonly string[]) => scns.reduce((a, b) => (BigInt(a) < BigInt(b) ? a : b));
  if (logs.length === 0) return undefined;
  return {
    from: latest(logs.map(({ firstScn }) => firstScn)),
    to: earliest(logs.map(({ nextScn }) => nextScn)),
  };
};

/** The set's label as far as the run has come. */
export const describeSet = (
  state: SharedLabel['state'],
  { set, identity, data, archive }: RunPlan,
  { request, progress: { facts, findings }, window, arrayAheadMs }: Run,
): SharedLabel => {
  const point = (scn: string | undefined, ms: number | undefined) =>
    scn === undefined || ms === undefined ? undefined : { scn, time: formatTime(ms, request.zone) };
  const begin = point(facts.beginScn, window?.beganAtMs);
  const end = point(facts.endScn, window?.endedAtMs);
  const redo = redoOf(facts.archivedLogs ?? []);
  const warnings = warningsOnSet(findings);
  return {
    v: 1,
    set,
    state,
    database: identity,
    members: { data: data.parents.length, archive: archive?.parents.length ?? 0 },
    ...(begin === undefined ? {} : { begin }),
    ...(end === undefined ? {} : { end }),
    ...(facts.archivedLogs === undefined
      ? {}
      : {
          logs: facts.archivedLogs.map(({ thread, firstSequence, lastSequence }) => [
            thread,
            firstSequence,
            lastSequence,
          ]),
        }),
    ...(redo === undefined ? {} : { redo }),
    ...(facts.hotWindowMs === undefined ? {} : { hotWindowMs: facts.hotWindowMs }),
    ...(arrayAheadMs === undefined ? {} : { arrayAheadMs: Math.round(arrayAheadMs) }),
    ...(facts.worth === undefined ? {} : { worth: facts.worth }),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
};
