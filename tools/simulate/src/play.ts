import type { BackupReport, SnapshotArray } from '@orasync/core';
import { arrayPort, createVirtualClock, createWorld, type JournalEntry, type World } from '@orasync/testing';
import { type RunEnd, violations } from './invariants.js';
import { prune } from './prune.js';
import { type SimulatedRun, startRun } from './run-backup-in.js';
import type { Blow, Scenario } from './scenario.js';
import { watchExposure } from './watch-exposure.js';

/** What became of a scenario. */
export interface Played {
  /** Broken promises, in words. */
  readonly violations: readonly string[];
  readonly ends: readonly RunEnd[];
  readonly journal: readonly JournalEntry[];
}

const startMs = Date.parse('2026-11-25T02:00:00Z');
/** Longer than any limit of a run, and of its guard. */
const patienceMs = 6 * 3_600_000;
/** A stopped process goes on after that, when the guard has long done its work. */
const stoppedMs = 180_000;
/** Somebody restarts an instance that crashed, and ends backup mode as the manual says. */
const repairMs = 60_000;
const dayMs = 86_400_000;

/** Makes the world of a scenario, with things in it that are not ours. */
const createScene = (scenario: Scenario) => {
  const { seed, data, archive, threads, target, beginMs, endMs, archiveMs, arraySkewMs, isContainer } = scenario;
  const clock = createVirtualClock(startMs, seed);
  const database = { threads, beginMs, endMs, archiveMs };
  const world = createWorld({ clock, data, archive, targets: target, database, pluggable: isContainer ? ['APP'] : [] });
  world.array.skewClock(arraySkewMs);
  const other = world.array.addVolume({ name: 'other_app', sizeBytes: 1_000_000_000 });
  const createdAt = new Date(startMs - 40 * 86_400_000);
  const theirs = world.array.addSnapshot({ parentId: other, name: 'other_app_snapshot', createdAt });
  const foreign = world.array.addSnapshot({ parentId: other, name: 'orasync_of_tomorrow', createdAt });
  world.array.setMetadata(foreign, { 'orasync.set': '{"v":99,"set":"x"}' });
  return { clock, world, bystanders: [other, theirs, foreign] };
};

const describeObjects = async (array: SnapshotArray, ids: readonly number[]): Promise<string> => {
  const found = await Promise.all(ids.map(async (id) => [await array.findDataset(id), await array.readLabels(id)]));
  return JSON.stringify(found);
};

/** Whether an entry of the journal is the moment of a blow. Looked at for every entry, time and again. */
const isMoment = ({ at, when }: Blow, callsBefore: number): ((entry: JournalEntry) => boolean) => {
  let target = 'call' in at ? callsBefore + at.call : undefined;
  let lookedAt = callsBefore;
  let toSkip = 'call' in at ? 0 : at.skip;
  return ({ n, what, outcome }) => {
    if (target === undefined && n > lookedAt && 'match' in at) {
      lookedAt = n;
      if (what.toUpperCase().includes(at.match.toUpperCase())) {
        if (toSkip === 0) target = n;
        toSkip -= 1;
      }
    }
    return n === target && (when === 'before' || outcome !== undefined);
  };
};

/** Plays a scenario to its end and says which promises were broken. The same seed plays the same. */
export const play = async (scenario: Scenario): Promise<Played> => {
  const { clock, world, bystanders } = createScene(scenario);
  const array = arrayPort(world.array);
  const before = await describeObjects(array, bystanders);
  const runs: SimulatedRun[] = [];
  const ends: RunEnd[] = [];
  const mishaps: string[] = [];
  const exposure = watchExposure(world);
  let isStrangerActive = false;
  let isExcused = false;
  /** Somebody else ended it before its SCN was read, which nobody will know from then on. */
  let isScnLost = false;
  /** Nothing more happens: what is left of the blows missed the run. */
  let isCalm = false;
  let callsBefore = 0;

  const begin = (name: string, how: Scenario): SimulatedRun => {
    const started = startRun(name, world, how, () => {
      const others = runs.filter((other) => other !== started && other.holdsClaim());
      if (others.length > 0 && keepsClaims(scenario))
        mishaps.push(`${name} claimed the database that another run held`);
    });
    runs.push(started);
    let end: RunEnd | undefined;
    void started.ended.then((result) => {
      end = result;
    });
    pending.push({ name, started, end: () => end });
    return started;
  };
  const pending: { name: string; started: SimulatedRun; end: () => RunEnd | undefined }[] = [];

  const stop = (processes: readonly { stop(): void; goOn(): void }[]): void => {
    for (const process of processes) {
      process.stop();
      clock.setTimeout(() => process.goOn(), stoppedMs);
    }
  };

  /** What retention did to sets that were told of as complete. */
  const pruneAndLook = async (): Promise<readonly string[]> => {
    const told = [...ends, ...pending.flatMap(({ end }) => end() ?? [])].flatMap(({ kind, report }) =>
      kind === 'complete' && report !== undefined ? [report] : [],
    );
    const idsOf = (report: BackupReport) => report.snapshots.map(({ id }) => id);
    const remaining = (report: BackupReport) => idsOf(report).filter((id) => exists(world, id)).length;
    const whole = told.filter((report) => remaining(report) === report.snapshots.length);
    const isDone = await prune(world);
    const newest = whole.at(-1);
    return [
      ...(newest !== undefined && remaining(newest) < newest.snapshots.length
        ? [`retention removed ${newest.set}, the newest complete set`]
        : []),
      ...whole
        .filter((report) => isDone && ![0, report.snapshots.length].includes(remaining(report)))
        .map(({ set }) => `retention removed a part of ${set}`),
    ];
  };

  /**
   * Nobody can tell whose backup mode it is that begins while an END of ours is at work, or after a BEGIN of ours whose
   * SCN was not read yet, or at all when the outcome of that BEGIN is unknown. Source: docs/backup.md, "What makes END
   * certain".
   */
  const canTellStrangers = (): boolean => {
    const { entries } = world.journal;
    const begun = entries.findLastIndex(({ what }) => what.includes('BEGIN BACKUP'));
    const since = entries.slice(begun + 1);
    const isBaselineRead = entries.some(({ n, what }) => n > callsBefore && what.includes('ARCHIVE LOG CURRENT'));
    if (isScnLost || (isBaselineRead && losesBegin(scenario))) return false;
    const isSeen = since.some(({ what, outcome }) => what.toUpperCase().includes('V$BACKUP') && outcome === 'ok');
    const isEndRunning = entries.some(({ what, outcome }) => what.includes('END BACKUP') && outcome === undefined);
    return !isEndRunning && (begun < 0 || isSeen || entries[begun]?.outcome === undefined);
  };

  const beginAsStranger = (): void => {
    world.database.beginBackup();
    isStrangerActive = true;
    for (const { backup } of world.database.state.files) if (backup.isActive) exposure.strangers.add(backup.scn);
  };

  /** When both are, nobody of ours is left to send END; the next run heals it. */
  const kill = ({ run, guard }: SimulatedRun, ...victims: readonly ('run' | 'guard')[]): void => {
    for (const victim of victims) (victim === 'run' ? run : guard).kill();
    isExcused ||= run.isDead && guard.isDead;
  };

  const strike = async ({ what }: Blow, victim: SimulatedRun): Promise<void> => {
    const { database } = world;
    switch (what.kind) {
      case 'kill-run':
        exposure.ownerLost(0);
        return kill(victim, 'run');
      case 'kill-guard':
        return kill(victim, 'guard');
      case 'kill-both':
        return kill(victim, 'run', 'guard');
      case 'stop-run':
        exposure.ownerLost(leaseMs);
        clock.setTimeout(() => exposure.ownerFound(), stoppedMs);
        return stop([victim.run]);
      case 'stop-guard':
        return stop([victim.guard]);
      case 'signal':
        return victim.signal(what.name);
      case 'stranger-ends':
        if (database.state.instanceStatus === 'OPEN' && database.state.files.some(({ backup }) => backup.isActive)) {
          isScnLost ||= !canTellStrangers();
          database.endBackup();
          isStrangerActive = false;
        }
        return undefined;
      case 'stranger-begins':
        if (database.state.instanceStatus !== 'OPEN' || database.state.files.some(({ backup }) => backup.isActive))
          return undefined;
        if (!canTellStrangers()) return undefined;
        beginAsStranger();
        return undefined;
      case 'stranger-ends-one': {
        const one = database.state.files.find(({ backup }) => backup.isActive);
        if (database.state.instanceStatus === 'OPEN' && one !== undefined && !isStrangerActive)
          database.endBackup([one.number]);
        return undefined;
      }
      case 'stranger-restarts':
        if (database.state.instanceStatus !== 'OPEN' || !database.state.files.some(({ backup }) => backup.isActive))
          return undefined;
        if (!canTellStrangers()) return undefined;
        database.endBackup();
        beginAsStranger();
        return undefined;
      case 'log-deleted': {
        const log = database.state.logs.findLast(
          ({ thread, archived }) => thread === scenario.threads && archived?.isDeleted === false,
        );
        if (log !== undefined) database.deleteArchivedLog({ ...log, isNoted: true });
        return undefined;
      }
      case 'thread-unarchived':
        database.state.unarchivedThreads.add(scenario.threads);
        return undefined;
      case 'file-added': {
        const path = database.state.files[0]?.path.replace(/[^/]*$/, 'added01.dbf') ?? '';
        if (!database.state.files.some((file) => file.path === path)) database.addDatafile({ path });
        return undefined;
      }
      case 'unlogged-change': {
        const file = database.state.files.at(-1);
        if (file !== undefined) database.changeWithoutLogging(file.number);
        return undefined;
      }
      case 'crash':
        isExcused = true;
        database.crash();
        clock.setTimeout(() => {
          if (database.state.files.some(({ backup }) => backup.isActive)) database.endBackup();
          isStrangerActive = false;
          database.restart();
        }, repairMs);
        return undefined;
      case 'second-run':
        begin('second run', { ...scenario, faults: [], blows: [] });
        return undefined;
      case 'retention':
        return void mishaps.push(...(await pruneAndLook()));
    }
  };

  const isOver = ({ started, end }: (typeof pending)[number]) =>
    (started.run.isDead || end() !== undefined) && started.isGuardOver();
  const rest = async (): Promise<void> => {
    const deadlineMs = clock.now() + patienceMs;
    while (!pending.every(isOver) && clock.now() < deadlineMs) {
      await clock.advance(1000);
      exposure.look();
    }
    await clock.advance(stoppedMs + repairMs);
    exposure.look();
    for (const { name, started, end } of pending.splice(0)) {
      const dead: RunEnd = {
        name,
        kind: started.run.isDead ? 'dead' : 'hung',
        report: undefined,
        error: undefined,
        hasFired: false,
      };
      ends.push(end() ?? dead);
    }
  };
  for (let count = 0; count < scenario.earlierRuns; count += 1) {
    begin(`earlier run ${count + 1}`, { ...scenario, faults: [], blows: [], budgetMs: 60_000 });
    await rest();
    await clock.advance(dayMs);
  }
  for (const fault of scenario.faults) world.faults.inject(fault);
  callsBefore = world.journal.entries.length;
  const first = begin('run', scenario);
  for (const blow of scenario.blows)
    void world.journal.waitFor(isMoment(blow, callsBefore)).then(() => (isCalm ? undefined : strike(blow, first)));

  await rest();

  isCalm = true;
  exposure.ownerFound();
  world.database.state.unarchivedThreads.clear();
  const isLeft = world.database.state.files.some(({ backup }) => backup.isActive);
  if (isStrangerActive || !isLeft || isExcused) {
    world.faults.clear();
    begin('next run', { ...scenario, faults: [], blows: [], budgetMs: 60_000 });
    await rest();
  }
  const last = ends.at(-1);
  const found = [
    ...(await violations({
      world,
      array,
      ends,
      exposures: isExcused
        ? []
        : [
            { what: 'in all', longestMs: exposure.longestMs(), allowedMs: allowedExposureMs(scenario) },
            {
              what: 'without their run',
              longestMs: exposure.longestWithoutOwnerMs(),
              allowedMs: allowedWithoutOwnerMs(scenario),
            },
          ],
      mishaps,
      isStrangerActive,
      isStrangerSafe: canNoteItsEnd(scenario),
      isEndHindered: isExcused || !keepsClaims(scenario) || losesBegin(scenario),
      hasPruned: scenario.blows.some(({ what }) => what.kind === 'retention'),
      bystanders: { before, after: await describeObjects(array, bystanders) },
    })),
    ...(last?.name === 'next run' && last.kind !== 'complete' && !isStrangerActive
      ? [`the next run, with nothing in its way, did not succeed: ${String(last.error)}`]
      : []),
  ];
  return { violations: found, ends, journal: world.journal.entries };
};

const exists = (world: World, id: number): boolean => {
  try {
    world.array.contentOf(id);
    return true;
  } catch {
    return false; // not found
  }
};

/** What BEGIN did may not become known. */
const losesBegin = ({ faults, blows }: Scenario): boolean =>
  faults.some(({ match, action }) => match === 'BEGIN BACKUP' && action.kind !== 'error') ||
  blows.some(({ what: { kind } }) => ['kill-guard', 'kill-both', 'stop-guard'].includes(kind));

/** A claim goes with its session, which a fault may end while its guard lives on. */
const keepsClaims = ({ faults, blows }: Scenario): boolean =>
  faults.every(({ match }) => match.includes('/api/rest') || match === 'group_snapshot') &&
  blows.every(({ what: { kind } }) => kind !== 'crash' && kind !== 'stop-guard' && kind !== 'stop-run');

/** docs/backup.md, "What is healed": a run that cannot say that it is over leaves five minutes in which it is believed. */
const canNoteItsEnd = ({ faults, blows }: Scenario): boolean =>
  !faults.some(({ match }) => match === 'PUT /api/rest/metadata') &&
  !blows.some(({ what: { kind } }) => kind === 'kill-run' || kind === 'kill-both' || kind === 'stop-run');

/** The lease, and the limit after which a session that does not answer is given up. */
const leaseMs = 6000;
const answerMs = 12_000;

/** What a guard that nothing hinders may take for END, as the issue has it; more when that itself is slow. */
const promptMs = 10_000;

/** What promise 1 allows once the run is gone: the guard acts at once, unless something is in its way. */
const allowedWithoutOwnerMs = ({ faults, blows, endMs }: Scenario): number => {
  const isHindered =
    faults.some(({ match }) => !match.includes('/api/rest') && match !== 'group_snapshot') ||
    blows.some(({ what: { kind } }) => ['kill-guard', 'kill-both', 'stop-guard', 'second-run'].includes(kind));
  return isHindered ? Infinity : promptMs + 3 * endMs;
};

/** What promise 1 allows a scenario: the budget, and what its own faults cost on the way out. */
const allowedExposureMs = ({ budgetMs, beginMs, endMs, faults, blows }: Scenario): number => {
  // The budget is counted from BEGIN's return, which may come long after its effect.
  const ofDatabase = faults.filter(({ match }) => /BEGIN BACKUP|END BACKUP|V\$|CONNECT/.test(match));
  const delays = ofDatabase.map(({ action, times = 1 }) => (action.kind === 'delay' ? action.ms : answerMs) * times);
  // A BEGIN that never returns is given up after its own limit, and its session is killed a minute later.
  const isBeginLost = faults.some(({ match, action }) => match === 'BEGIN BACKUP' && action.kind === 'hang');
  const struck = new Set(blows.map(({ what: { kind } }) => kind));
  // Nobody is left who could send END until one of the two goes on.
  const isAlone =
    (struck.has('stop-guard') && (struck.has('kill-run') || struck.has('stop-run'))) ||
    (struck.has('stop-run') && struck.has('kill-guard'));
  return (
    (isBeginLost ? 1_000_000 : 0) +
    (isAlone ? stoppedMs : 0) +
    budgetMs +
    2 * leaseMs +
    2 * answerMs +
    beginMs +
    3 * endMs +
    delays.reduce((sum, ms) => sum + ms, 0)
  );
};
