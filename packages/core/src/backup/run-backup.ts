import { DateTime } from 'luxon';
import { messageOf, PreflightError } from '../errors.js';
import type { DatabaseSession } from '../ports.js';
import { formatDatestring, formatTime, type Role, snapshotName } from '../snapshot-name.js';
import { withBackupMode } from './backup-mode.js';
import { describeFailure } from './failure.js';
import { doubtsAboutChanges, doubtsAboutWindow, expectedInBackupMode, proveLogs } from './judge.js';
import { labelMembers, markComplete, writeRunRecord } from './labels.js';
import { judgePreflight, type PreflightFacts, readPreflightFacts } from './preflight.js';
import type { Progress } from './progress.js';
import type { BackupReport } from './report.js';
import type { BackupRequest } from './request.js';
import {
  addMembers,
  type BackupDependencies,
  describeSet,
  purposeOf,
  type Run,
  type RunPlan,
  startRun,
} from './run.js';
import { planSnapshots, type SnapshotPlan, takeSnapshots } from './take-snapshots.js';

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

/** For how long END is tried before the run reports the database as possibly stuck. */
const endLimitMs = 300_000;

interface ScnRange {
  readonly beginScn: bigint;
  readonly endScn: bigint;
}

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
