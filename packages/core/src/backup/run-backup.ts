import { PreflightError } from '../errors.js';
import type { Bracket, DatabaseSession, Datafile } from '../ports.js';
import { restoreMaterialPaths } from '../restore-material.js';
import { formatTime, type Role } from '../snapshot-name.js';
import { withBackupMode } from './backup-mode.js';
import { claim, heal } from './claim.js';
import { describeFailure } from './failure.js';
import {
  addedFiles,
  doubtsAboutChanges,
  doubtsAboutWindow,
  expectedInBackupMode,
  offlineFiles,
  proveLogs,
} from './judge.js';
import { formatPlaces } from './known-places.js';
import { labelMembers, markComplete, markedMember, updateRunRecord } from './labels.js';
import { lockSet } from './lock-set.js';
import { manifestLines } from './manifest.js';
import { planAndRecord } from './plan-run.js';
import { judgePreflight, type PreflightFacts, readPreflightFacts } from './preflight.js';
import type { Progress } from './progress.js';
import { type CoverageReading, readCoverage } from './read-coverage.js';
import type { BackupReport, Finding } from './report.js';
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
import { type SnapshotPlan, takeSnapshots } from './take-snapshots.js';

/**
 * Backs one database up: checks, puts it into backup mode, snapshots the data volumes at one instant, takes it out
 * again, archives the logs, snapshots their volumes, and marks the set complete once it is proved.
 *
 * @returns The report of a complete set. Every other end is an error, and carries the report as far as it goes.
 * @throws {PreflightError} A check blocks; nothing was changed.
 * @throws {BackupFailedError} The database is out of backup mode, and the set is not complete, or not locked.
 * @throws {InterruptedError} `signal` was aborted; likewise.
 * @throws {DatabaseClaimedError} Another run holds the database; nothing was changed.
 * @throws {GuardFiredError} The guard ended backup mode by itself; the set is inconsistent.
 * @throws {BackupModeStuckError} The database may still be in backup mode.
 *
 * Source: docs/backup.md lists the steps, and what a crash after each leaves behind.
 */
export const runBackup = async (request: BackupRequest, dependencies: BackupDependencies): Promise<BackupReport> => {
  const run = startRun(request, dependencies);
  const { progress, step, finish } = run;
  try {
    const { session, facts } = await step('check', () => check(run));
    const bracket = await step('claim', () => claim(session, run));
    await step('heal', () => heal(facts.database, { session, bracket }, run));
    const covered = await step('coverage', () => checkCoverage(facts, session, run));
    const plan = await step('record', () => planAndRecord(facts, run));
    const ready = await step('archive-log-before', () => archiveLogBefore(session, { facts, plan }, run));
    const range = await snapshotData(plan, { session, bracket, facts: ready }, run);
    await finish('label', () => labelInFlight(plan, run));
    await step('archive-log-after', () => session.archiveCurrentLog());
    await step('prove-logs', () => proveArchivedLogs(range, ready, session, progress));
    const { restoreMaterial } = request;
    if (restoreMaterial !== undefined)
      await step('restore-material', () =>
        writeRestoreMaterial(restoreMaterial, { session, plan, facts: ready, covered }, run),
      );
    if (plan.archive !== undefined) {
      const archive = plan.archive;
      await step('archive-snapshot', () => takeMembers('archive', archive, dependencies.signal, run));
      await step('prove-logs-again', () => proveArchivedLogs(range, ready, session, progress));
    }
    const reading = await step('recheck', () => recheck(ready, range.beginScn, { session, covered }, run));
    await finish('complete', () => complete(plan, reading, run));
    const { lockFor } = request;
    if (lockFor !== undefined) await finish('lock', () => lock(lockFor, run));
    return progress.report();
  } catch (error) {
    throw await describeFailure(error, run);
  } finally {
    await Promise.all([run.bracket?.release(), run.session?.close()]);
  }
};

interface ScnRange {
  readonly beginScn: bigint;
  readonly endScn: bigint;
}

const check = async (run: Run) => {
  const { request, dependencies, progress } = run;
  const session = await dependencies.database.openSession({ purpose: purposeOf(run), signal: dependencies.signal });
  run.session = session;
  const now = new Date(dependencies.clock.now());
  const facts = await readPreflightFacts(request, { array: dependencies.array, session, now });
  progress.facts = { ...progress.facts, dbid: facts.database.dbid, uniqueName: facts.database.uniqueName };
  const findings = judgePreflight(request, facts);
  progress.findings.push(...findings);
  if (findings.some(isBlocking)) throw new PreflightError(findings, progress.report());
  return { session, facts };
};

/** Every data file lies on the data target, as far as that can be known; otherwise nothing is changed. */
const checkCoverage = async (facts: PreflightFacts, session: DatabaseSession, run: Run): Promise<CoverageReading> => {
  const { dependencies, progress } = run;
  const reading = await readCoverage(run.request, facts, { ...dependencies, session });
  progress.findings.push(...reading.findings);
  if (reading.findings.some(isBlocking)) throw new PreflightError(progress.findings, progress.report());
  return reading;
};

const isBlocking = ({ level }: Finding): boolean => level === 'blocking';

/**
 * Bounds the redo that a restore needs; that may take long, so what BEGIN is judged by is read after it, and the run record
 * tells from then on that BEGIN may come any moment.
 */
const archiveLogBefore = async (
  session: DatabaseSession,
  { facts, plan }: { readonly facts: PreflightFacts; readonly plan: RunPlan },
  run: Run,
): Promise<PreflightFacts> => {
  const { array, clock } = run.dependencies;
  await session.archiveCurrentLog();
  const database = await session.readStatus();
  const datafiles = await session.readDatafiles();
  requireOnline(datafiles, run.request);
  // Warms the connection that the snapshot will be made over, too.
  const askedAtMs = clock.now();
  const { time } = await array.readIdentity();
  const answeredAtMs = clock.now();
  run.arrayAheadMs = time && time.getTime() - (askedAtMs + answeredAtMs) / 2;
  run.arrayAheadAtLeastMs = time && time.getTime() - answeredAtMs;
  const databaseTime = formatTime(database.time.getTime(), run.request.zone);
  await updateRunRecord(plan, { baselineScn: String(database.currentScn), databaseTime }, run.dependencies);
  return { ...facts, database, datafiles };
};

/** What went offline since the check would be in no backup mode, and nobody would miss it. @throws {Error} A file did. */
const requireOnline = (datafiles: readonly Datafile[], { allowOffline }: BackupRequest): void => {
  const [gone] = offlineFiles(datafiles, allowOffline);
  if (gone !== undefined) throw new Error(`data file ${gone.path} went ${gone.status} since the check`);
};

/** Takes one role's snapshots and adds them to what the run made. */
const takeMembers = async (role: Role, plan: SnapshotPlan, signal: AbortSignal, run: Run) => {
  const { dependencies, progress, arrayAheadAtLeastMs: aheadMs } = run;
  const notBefore = aheadMs === undefined ? undefined : new Date(dependencies.clock.now() + aheadMs);
  const snapshots = await takeSnapshots(plan, { array: dependencies.array, signal, notBefore });
  addMembers(role, plan, snapshots, progress);
  const missing = plan.parents.filter(({ id }) => !snapshots.some(({ parentId }) => parentId === id));
  if (missing.length > 0) throw new Error(`no snapshot was made of ${missing.map(({ name }) => name).join(', ')}`);
  return snapshots;
};

/** The bracket: BEGIN, the snapshots of the data volumes, END; then the judgement of what lies between. */
const snapshotData = async (
  { data }: RunPlan,
  { session, bracket, facts }: { session: DatabaseSession; bracket: Bracket; facts: PreflightFacts },
  run: Run,
): Promise<ScnRange> => {
  const { dependencies, progress } = run;
  const baselineScn = facts.database.currentScn;
  dependencies.signal.throwIfAborted();
  run.remains = 'no-backup';
  const bracketed = await withBackupMode(
    async (window) => {
      const [snapshots, during] = await Promise.all([takeMembers('data', data, window, run), bracket.seen]);
      return { snapshots, during };
    },
    { bracket, baselineScn, signal: dependencies.signal, step: progress.record },
  );
  if (bracketed.kind === 'refused') run.remains = 'nothing';
  if (bracketed.kind === 'stuck') run.remains = 'backup-mode';
  if (bracketed.kind !== 'ended') throw bracketed.error;

  const { body, before, hotWindowMs, fired } = bracketed;
  const endedAtMs = dependencies.clock.now();
  run.fired = fired;
  run.window = { beganAtMs: endedAtMs - hotWindowMs, endedAtMs };
  progress.facts = { ...progress.facts, hotWindowMs: Math.round(hotWindowMs) };
  if (body.status === 'rejected') throw body.reason;
  if (fired !== undefined) throw new Error(`the guard ended backup mode by itself: ${fired}`);
  const { snapshots, during } = body.value;
  const expected = expectedInBackupMode(facts.datafiles, facts.database.containers);
  const doubts = doubtsAboutWindow({ expected, baselineScn, during, before, parents: data.parents, snapshots });
  const beginScn = during?.lowestScn;
  if (doubts.length > 0 || beginScn === undefined) throw new Error(`the set is inconsistent: ${doubts.join('; ')}`);

  run.remains = 'good-data';
  progress.facts = { ...progress.facts, beginScn: String(beginScn) };
  const { currentScn: endScn } = await session.readStatus();
  progress.facts = { ...progress.facts, endScn: String(endScn) };
  return { beginScn, endScn };
};

/** The set as it is now; and the run record, which until then lets the next run end this backup mode as ours. */
const labelInFlight = async (plan: RunPlan, run: Run): Promise<void> => {
  await Promise.all([
    labelMembers(describeSet('in-flight', plan, run), run.progress.members, run.dependencies),
    updateRunRecord(plan, { ended: formatTime(run.dependencies.clock.now(), run.request.zone) }, run.dependencies),
  ]);
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

interface MaterialSources {
  readonly session: DatabaseSession;
  readonly plan: RunPlan;
  readonly facts: PreflightFacts;
  readonly covered: CoverageReading;
}

/** Control file copy, trace script, PFILE and manifest. A set recovers without the last two, so their lack is a warning. */
const writeRestoreMaterial = async (
  directory: string,
  { session, plan, facts, covered }: MaterialSources,
  { request, dependencies, progress }: Run,
): Promise<void> => {
  const paths = restoreMaterialPaths(directory, plan.set);
  const lines = manifestLines({
    ...progress.report(),
    writtenAt: formatTime(dependencies.clock.now(), request.zone),
    datafiles: facts.datafiles,
    containers: facts.database.containers,
    coverage: covered.coverage,
  });
  const manifest = { path: paths.manifest, lines };
  const { hasPfile, whyNoManifest } = await session.writeRestoreMaterial({ ...paths, manifest });
  if (!hasPfile) progress.findings.push(noPfile);
  if (whyNoManifest !== undefined) progress.findings.push(noManifest(whyNoManifest, paths.directory));
};

const noPfile: Finding = {
  level: 'warning',
  code: 'no-pfile',
  message: 'the parameter file was not written: that takes an administrative role, such as SYSBACKUP',
};

const noManifest = (why: string, directory: string): Finding => ({
  level: 'warning',
  code: 'no-manifest',
  message: `the manifest of files was not written: ${why}`,
  hint: `Once: CREATE DIRECTORY orasync AS '${directory}'; GRANT READ, WRITE ON DIRECTORY orasync TO the account, or to SYSBACKUP when it logs on as that.`,
});

/** Reads files, containers and where the files lie once more: what came or changed since must not leave a hole in the set. */
const recheck = async (
  facts: PreflightFacts,
  beginScn: bigint,
  { session, covered: earlier }: { readonly session: DatabaseSession; readonly covered: CoverageReading },
  run: Run,
): Promise<CoverageReading> => {
  const { dependencies, progress } = run;
  const database = await session.readStatus();
  const datafiles = await session.readDatafiles();
  const reading = await readCoverage(run.request, { ...facts, database, datafiles }, { ...dependencies, session });
  const before = { datafiles: facts.datafiles, containers: facts.database.containers };
  const after = { datafiles, containers: database.containers };
  const { coverage, findings } = reading;
  const covered = new Set(
    coverage.files.flatMap(({ kind, path, verdict }) =>
      kind === 'data-file' && (verdict === 'covered' || verdict === 'excepted') ? [path] : [],
    ),
  );
  const added = addedFiles(before, after).filter(({ path }) => covered.has(path));
  const said = new Set(progress.findings.map(({ message }) => message));
  progress.findings.push(
    ...findings.filter(({ level, message }) => level === 'warning' && !said.has(message)),
    ...added.map(({ path }) => fileAdded(path)),
  );
  const doubts = [
    ...doubtsAboutChanges(before, after, { beginScn, covered }),
    ...findings.filter(isBlocking).map(({ message }) => message),
  ];
  if (doubts.length > 0) throw new Error(`the set cannot be proved complete: ${doubts.join('; ')}`);
  const state = worstCoverage(earlier.coverage.state, coverage.state);
  return { ...reading, coverage: { ...coverage, state } };
};

/** From what proves the most to what proves nothing. */
const coverageStates = ['proved', 'declared', 'unknown'] as const;
type CoverageState = (typeof coverageStates)[number];

const worstCoverage = (a: CoverageState, b: CoverageState): CoverageState =>
  coverageStates.indexOf(a) > coverageStates.indexOf(b) ? a : b;

const fileAdded = (path: string): Finding => ({
  level: 'warning',
  code: 'file-added',
  message: `data file ${path} was added during the run: a restore of this set makes it from the archived logs`,
});

const complete = async (plan: RunPlan, { coverage, places }: CoverageReading, run: Run): Promise<void> => {
  const { request, dependencies, progress } = run;
  progress.facts = {
    ...progress.facts,
    worth: {
      coverage: coverage.state,
      logs: plan.archive === undefined ? 'elsewhere' : 'captured',
      controlfile: request.restoreMaterial === undefined || plan.archive === undefined ? 'none' : 'captured',
    },
  };
  // What proves the set is on every member before the record says so: `recover` finishes it from there.
  await labelMembers(describeSet('in-flight', plan, run), progress.members, dependencies);
  await updateRunRecord(plan, { proved: formatTime(dependencies.clock.now(), request.zone) }, dependencies);
  await labelMembers(describeSet('complete', plan, run), progress.members, dependencies);
  const beside = formatPlaces(places, {
    id: markedMember(progress.members),
    set: plan.set,
    database: plan.identity,
  });
  await markComplete(plan.set, progress.members, { ...dependencies, beside });
  progress.state = 'complete';
};

/** From now on by the array's clock: it decides when the lock ends. */
const lock = async (lockForMs: number, { dependencies, progress, arrayAheadMs = 0 }: Run): Promise<void> => {
  const until = new Date(Math.ceil((dependencies.clock.now() + arrayAheadMs + lockForMs) / 1000) * 1000);
  await lockSet(progress.members, until, dependencies);
};
