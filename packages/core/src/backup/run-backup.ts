import { DateTime } from 'luxon';
import type { DatabaseIdentity } from '../catalogue.js';
import {
  BackupFailedError,
  BackupModeStuckError,
  hintOf,
  InterruptedError,
  messageOf,
  outcomeOf,
  PreflightError,
  type Remains,
} from '../errors.js';
import type { Clock, Database, DatabaseSession, Log, SnapshotArray } from '../ports.js';
import { formatDatestring, formatTime, type Role, snapshotName } from '../snapshot-name.js';
import { withBackupMode } from './backup-mode.js';
import { doubtsAboutChanges, doubtsAboutWindow, expectedInBackupMode, proveLogs } from './judge.js';
import { labelMembers, markComplete, type SharedLabel, writeRunRecord } from './labels.js';
import { judgePreflight, type PreflightFacts, readPreflightFacts } from './preflight.js';
import { createProgress, type Progress } from './progress.js';
import type { BackupReport, Finding, Step } from './report.js';
import type { BackupRequest } from './request.js';
import { findRemains, planSnapshots, type SnapshotPlan, takeSnapshots } from './take-snapshots.js';
import { untilStopped } from './until-stopped.js';

export interface BackupDependencies {
  readonly database: Database;
  readonly array: SnapshotArray;
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

/**
 * Backs one database up: checks, puts it into backup mode, snapshots the data volumes at one instant, takes it out
 * again, archives the logs, snapshots their volumes, and marks the set complete once it is proved.
 *
 * @returns The report of a complete set. Every other end is an error, and carries the report as far as it goes.
 * @throws {PreflightError} A check blocks; nothing was changed.
 * @throws {BackupFailedError} The database is out of backup mode, and the set is not complete.
 * @throws {InterruptedError} `signal` was aborted; likewise.
 * @throws {BackupModeStuckError} The database may still be in backup mode.
 *
 * Source: docs/backup.md lists the steps, and what a crash after each leaves behind.
 */
export const runBackup = async (request: BackupRequest, dependencies: BackupDependencies): Promise<BackupReport> => {
  const run = startRun(request, dependencies);
  const { progress, step } = run;
  try {
    const { main, standby, facts } = await step('check', () => check(run));
    const plan = await step('record', () => planAndRecord(facts, run));
    const ready = await step('archive-log-before', () => archiveLogBefore(main, facts, run));
    const { session, range } = await snapshotData(plan, { main, standby, facts: ready }, run);
    await progress.record('label', () =>
      labelMembers(describeSet('in-flight', plan, run), progress.members, dependencies),
    );
    await step('archive-log-after', () => session.archiveCurrentLog());
    await step('prove-logs', () => proveArchivedLogs(range, ready, session, progress));
    if (request.restoreMaterial !== undefined)
      await step('restore-material', () =>
        writeRestoreMaterial(`${request.restoreMaterial}/${plan.set}`, session, progress),
      );
    if (plan.archive !== undefined) {
      const archive = plan.archive;
      await step('archive-snapshot', () => takeMembers('archive', archive, dependencies.signal, run));
      await step('prove-logs-again', () => proveArchivedLogs(range, ready, session, progress));
    }
    await step('recheck', () => recheck(ready, range.beginScn, session));
    await progress.record('complete', () => complete(plan, run));
    return progress.report();
  } catch (error) {
    throw await describeFailure(error, run);
  } finally {
    await Promise.all(run.opened.map((session) => session.close()));
  }
};

/**
 * Reads and judges everything that a run would be checked against; changes nothing.
 *
 * @returns The findings; a blocking one would refuse a run.
 * @throws {InterruptedError} `signal` was aborted.
 */
export const checkBackup = async (
  request: BackupRequest,
  { database, array, clock, signal }: Pick<BackupDependencies, 'database' | 'array' | 'clock' | 'signal'>,
): Promise<{ readonly facts: PreflightFacts; readonly findings: readonly Finding[] }> => {
  let session: DatabaseSession | undefined;
  try {
    session = await database.openSession({ purpose: 'check', signal });
    const reading = readPreflightFacts(request, { array, session, now: new Date(clock.now()) });
    const facts = await untilStopped(reading, signal);
    return { facts, findings: judgePreflight(request, facts) };
  } catch (error) {
    throw typeof signal.reason === 'string' ? new InterruptedError(signal.reason, { cause: error }) : error;
  } finally {
    await session?.close();
  }
};

/** For how long END is tried before the run reports the database as possibly stuck. */
const endLimitMs = 300_000;

/** A run's own state: what a failure anywhere needs to know. */
interface Run {
  readonly request: BackupRequest;
  readonly dependencies: BackupDependencies;
  readonly progress: Progress;
  /** Six hexadecimal digits: the end of the set id, and in the label of the run's sessions. */
  readonly id: string;
  readonly opened: DatabaseSession[];
  /** What a failure from here on leaves. */
  remains: Remains | 'backup-mode';
  plan: RunPlan | undefined;
  window: { readonly beganAtMs: number; readonly endedAtMs: number } | undefined;
  /** How far the array's clock is ahead of ours, once known. */
  arrayAheadMs: number | undefined;
  /** Runs one step, unless the run was told to stop. */
  readonly step: <T>(name: string, work: () => Promise<T>) => Promise<T>;
}

/** What the run is about to make. */
interface RunPlan {
  readonly set: string;
  readonly identity: DatabaseIdentity;
  readonly data: SnapshotPlan;
  readonly archive: SnapshotPlan | undefined;
}

interface ScnRange {
  readonly beginScn: bigint;
  readonly endScn: bigint;
}

const startRun = (request: BackupRequest, dependencies: BackupDependencies): Run => {
  const progress = createProgress(request, dependencies);
  return {
    request,
    dependencies,
    progress,
    id: Math.floor(dependencies.clock.random() * 0x1000000)
      .toString(16)
      .padStart(6, '0'),
    opened: [],
    remains: 'nothing',
    plan: undefined,
    window: undefined,
    arrayAheadMs: undefined,
    step: (name, work) => {
      dependencies.signal.throwIfAborted();
      return progress.record(name, () => untilStopped(work(), dependencies.signal));
    },
  };
};

const purposeOf = ({ id }: Run) => `run ${id}`;

const openSession = async (purpose: string, { dependencies: { database, signal }, opened }: Run) => {
  const session = await database.openSession({ purpose, signal });
  opened.push(session);
  return session;
};

const check = async (run: Run) => {
  const { request, dependencies, progress } = run;
  const main = await openSession(purposeOf(run), run);
  const now = new Date(dependencies.clock.now());
  const facts = await readPreflightFacts(request, { array: dependencies.array, session: main, now });
  progress.facts = { ...progress.facts, dbid: facts.database.dbid, uniqueName: facts.database.uniqueName };
  const findings = judgePreflight(request, facts);
  progress.findings.push(...findings);
  if (findings.some(({ level }) => level === 'blocking')) throw new PreflightError(findings, progress.report());
  return { main, standby: await openSession(`standby of ${purposeOf(run)}`, run), facts };
};

/** Bounds the redo that a restore needs; that may take long, so what BEGIN is judged by is read after it. */
const archiveLogBefore = async (session: DatabaseSession, facts: PreflightFacts, run: Run): Promise<PreflightFacts> => {
  const { array, clock } = run.dependencies;
  await session.archiveCurrentLog();
  const database = await session.readStatus();
  const datafiles = await session.readDatafiles();
  // Warms the connection that the snapshot will be made over, too.
  const askedAtMs = clock.now();
  const { time } = await array.readIdentity();
  run.arrayAheadMs = time && time.getTime() - (askedAtMs + clock.now()) / 2;
  return { ...facts, database, datafiles };
};

/** Fixes the set id and the names, and writes them down on the array before anything is made. */
const planAndRecord = async ({ database, volumes }: PreflightFacts, run: Run): Promise<RunPlan> => {
  const { request, dependencies, progress } = run;
  const nowMs = dependencies.clock.now();
  const identity = { name: database.name, uniqueName: database.uniqueName, dbid: database.dbid };
  const stamp = DateTime.fromMillis(nowMs, { zone: 'utc' }).toFormat("yyyyMMdd'T'HHmmss'Z'");
  const set = `${stamp}-${database.uniqueName}-${run.id}`;
  const planOf = (role: Role, names: readonly string[]): Promise<SnapshotPlan> => {
    const parents = volumes.filter(({ name }) => names.includes(name)).map(({ id, name }) => ({ id, name }));
    const nameAt = (ms: number) => snapshotName(role, formatDatestring(ms, request.zone));
    return planSnapshots(parents, [nameAt(nowMs), nameAt(nowMs + 1000)], dependencies.array);
  };
  const { targets } = request;
  const data = await planOf('data', targets.data.volumes);
  const archive = targets.archive && (await planOf('archive', targets.archive.volumes));
  const [first] = data.parents;
  if (first === undefined) throw new Error('no data target was found');
  await writeRunRecord(
    {
      v: 1,
      id: first.id,
      set,
      database: identity,
      time: formatTime(nowMs, request.zone),
      baselineScn: String(database.currentScn),
      names: [...data.names, ...(archive?.names ?? [])],
    },
    { data: data.parents, archive: archive?.parents ?? [] },
    dependencies,
  );
  progress.facts = { ...progress.facts, set };
  run.plan = { set, identity, data, archive };
  return run.plan;
};

/** Takes one role's snapshots and adds them to what the run made. */
const takeMembers = async (role: Role, plan: SnapshotPlan, signal: AbortSignal, run: Run) => {
  const { dependencies, progress, arrayAheadMs } = run;
  const notBefore = arrayAheadMs === undefined ? undefined : new Date(dependencies.clock.now() + arrayAheadMs);
  const snapshots = await takeSnapshots(plan, { array: dependencies.array, signal, notBefore });
  addMembers(role, plan, snapshots, progress);
  const missing = plan.parents.filter(({ id }) => !snapshots.some(({ parentId }) => parentId === id));
  if (missing.length > 0) throw new Error(`no snapshot was made of ${missing.map(({ name }) => name).join(', ')}`);
  return snapshots;
};

const addMembers = (
  role: Role,
  { parents }: SnapshotPlan,
  snapshots: Awaited<ReturnType<typeof takeSnapshots>>,
  { members }: Progress,
) => {
  for (const snapshot of snapshots) {
    if (members.some((member) => member.snapshot.id === snapshot.id)) continue;
    const parentName = parents.find(({ id }) => id === snapshot.parentId)?.name ?? '';
    members.push({ role, snapshot, parentName });
  }
};

/** The bracket: BEGIN, the snapshots of the data volumes, END; then the judgement of what lies between. */
const snapshotData = async (
  { data }: RunPlan,
  { main, standby, facts }: { main: DatabaseSession; standby: DatabaseSession; facts: PreflightFacts },
  run: Run,
): Promise<{ readonly session: DatabaseSession; readonly range: ScnRange }> => {
  const { request, dependencies, progress } = run;
  const { clock, log } = dependencies;
  const baselineScn = facts.database.currentScn;
  dependencies.signal.throwIfAborted();
  run.remains = 'no-backup';
  const bracketed = await withBackupMode(
    async (window) => {
      const [snapshots, during] = await Promise.all([
        takeMembers('data', data, window, run),
        standby.readBackupMode().catch((error: unknown) => {
          log.warn({ cause: messageOf(error) }, 'V$BACKUP could not be read beside the snapshot');
          return undefined;
        }),
      ]);
      return { snapshots, during };
    },
    {
      ...dependencies,
      main,
      standby,
      purpose: purposeOf(run),
      baselineScn,
      budgetMs: request.budget,
      endLimitMs,
      step: progress.record,
    },
  );
  if (bracketed.kind === 'refused') run.remains = 'nothing';
  if (bracketed.kind === 'stuck') run.remains = 'backup-mode';
  if (bracketed.kind !== 'ended') throw bracketed.error;

  const { body, session, before, hotWindowMs } = bracketed;
  if (!run.opened.includes(session)) run.opened.push(session);
  const endedAtMs = clock.now();
  run.window = { beganAtMs: endedAtMs - hotWindowMs, endedAtMs };
  progress.facts = { ...progress.facts, hotWindowMs: Math.round(hotWindowMs) };
  if (body.status === 'rejected') throw body.reason;
  const { snapshots, during } = body.value;
  const expected = expectedInBackupMode(facts.datafiles, facts.database.containers);
  const doubts = doubtsAboutWindow({ expected, baselineScn, during, before, parents: data.parents, snapshots });
  const beginScn = during?.lowestScn;
  if (doubts.length > 0 || beginScn === undefined) throw new Error(`the set is inconsistent: ${doubts.join('; ')}`);

  run.remains = 'good-data';
  progress.facts = { ...progress.facts, beginScn: String(beginScn) };
  const { currentScn: endScn } = await session.readStatus();
  progress.facts = { ...progress.facts, endScn: String(endScn) };
  return { session, range: { beginScn, endScn } };
};

const proveArchivedLogs = async (
  range: ScnRange,
  { database }: PreflightFacts,
  session: DatabaseSession,
  progress: Progress,
): Promise<void> => {
  const logs = await session.readArchivedLogs({ fromScn: range.beginScn, toScn: range.endScn });
  const { ranges, missing } = proveLogs(logs, { ...range, database });
  progress.facts = { ...progress.facts, archivedLogs: [...ranges] };
  if (missing.length > 0) throw new Error(`archived logs are missing: ${missing.join('; ')}`);
};

const writeRestoreMaterial = async (path: string, session: DatabaseSession, progress: Progress): Promise<void> => {
  const paths = { controlfile: `${path}.ctl`, trace: `${path}.sql`, pfile: `${path}.ora` };
  const { hasPfile } = await session.writeRestoreMaterial(paths);
  if (hasPfile) return;
  const message = 'the parameter file was not written: that takes an administrative role, such as SYSBACKUP';
  progress.findings.push({ level: 'warning', code: 'no-pfile', message });
};

const recheck = async (facts: PreflightFacts, beginScn: bigint, session: DatabaseSession): Promise<void> => {
  const { containers } = await session.readStatus();
  const datafiles = await session.readDatafiles();
  const before = { datafiles: facts.datafiles, containers: facts.database.containers };
  const doubts = doubtsAboutChanges(before, { datafiles, containers }, beginScn);
  if (doubts.length > 0) throw new Error(`the set cannot be proved complete: ${doubts.join('; ')}`);
};

const complete = async (plan: RunPlan, run: Run): Promise<void> => {
  const { request, dependencies, progress } = run;
  progress.facts = {
    ...progress.facts,
    worth: {
      coverage: 'declared',
      logs: plan.archive === undefined ? 'elsewhere' : 'captured',
      controlfile: request.restoreMaterial === undefined || plan.archive === undefined ? 'none' : 'captured',
    },
  };
  await labelMembers(describeSet('complete', plan, run), progress.members, dependencies);
  await markComplete(plan.set, progress.members, dependencies);
  progress.state = 'complete';
};

/** The set's label as far as the run has come. */
const describeSet = (
  state: SharedLabel['state'],
  { set, identity, data, archive }: RunPlan,
  { request, progress: { facts }, window }: Run,
): SharedLabel => {
  const point = (scn: string | undefined, ms: number | undefined) =>
    scn === undefined || ms === undefined ? undefined : { scn, time: formatTime(ms, request.zone) };
  const begin = point(facts.beginScn, window?.beganAtMs);
  const end = point(facts.endScn, window?.endedAtMs);
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
    ...(facts.hotWindowMs === undefined ? {} : { hotWindowMs: facts.hotWindowMs }),
    ...(facts.worth === undefined ? {} : { worth: facts.worth }),
  };
};

/** Labels what was made for what it is, and says what failed in one of core's errors. */
const describeFailure = async (error: unknown, run: Run): Promise<Error> => {
  const { dependencies, progress, remains } = run;
  if (error instanceof PreflightError) return error;
  const failedStep = progress.step;
  const { reason: stopReason } = dependencies.signal;
  const cause = stopReason instanceof Error ? stopReason : error;
  if (run.plan !== undefined && remains !== 'nothing') await labelFailure(run.plan, error, run);
  const report = progress.report();
  if (remains === 'backup-mode')
    return new BackupModeStuckError('the database may still be in backup mode: END BACKUP could not be confirmed', {
      report,
      cause,
    });
  if (typeof stopReason === 'string') return new InterruptedError(stopReason, { report, cause });
  return new BackupFailedError(`${failedStep}: ${messageOf(cause)}`, {
    step: failedStep,
    remains,
    report,
    cause,
    hint: hintOf(cause),
  });
};

const labelFailure = async (plan: RunPlan, cause: unknown, run: Run): Promise<void> => {
  const { dependencies, progress, remains } = run;
  const state = remains === 'good-data' ? 'partial' : 'inconsistent';
  const label = async () => {
    if (progress.members.length === 0) return;
    progress.state = state;
    await labelMembers(describeSet(state, plan, run), progress.members, dependencies);
  };
  try {
    await label();
    const known = progress.members.length;
    for (const role of ['data', 'archive'] as const) {
      const rolePlan = plan[role];
      if (rolePlan !== undefined) addMembers(role, rolePlan, await findRemains(rolePlan, dependencies.array), progress);
    }
    if (progress.members.length > known) await label();
    if (progress.members.length === 0 && outcomeOf(cause) === 'unknown')
      progress.findings.push({
        level: 'warning',
        code: 'snapshots-unknown',
        message: `whether the array makes the snapshots is not known; they would be called ${plan.data.names[0]}`,
      });
  } catch (error) {
    dependencies.log.warn({ cause: messageOf(error) }, 'what the run made could not be looked up and labelled');
    progress.findings.push({
      level: 'warning',
      code: 'remains-not-labelled',
      message: `what the run made could not be looked up and labelled; its names are in the run record of ${plan.set}`,
    });
  }
};
