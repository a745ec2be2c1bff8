import type { SnapshotArray } from '@orasync/core';
import { arrayPort, createVirtualClock, createWorld, type JournalEntry, type World } from '@orasync/testing';
import { type RunEnd, violations } from './invariants.js';
import { prune } from './prune.js';
import { type SimulatedRun, startRun } from './run-backup-in.js';
import type { Blow, Scenario } from './scenario.js';

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
const createScene = ({ seed, data, archive, threads, target, beginMs, endMs, archiveMs, arraySkewMs }: Scenario) => {
  const clock = createVirtualClock(startMs, seed);
  const database = { threads, beginMs, endMs, archiveMs };
  const world = createWorld({ clock, data, archive, targets: target, database });
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

/** How long files are in backup mode by BEGINs of ours, watched at every call. */
const watchExposure = (world: World) => {
  const strangers = new Set<bigint>();
  let sinceMs: number | undefined;
  let longestMs = 0;
  const look = (): void => {
    const isOurs = world.database.state.files.some(({ backup }) => backup.isActive && !strangers.has(backup.scn));
    const nowMs = world.clock.now();
    if (!isOurs) sinceMs = undefined;
    else {
      sinceMs ??= nowMs;
      longestMs = Math.max(longestMs, nowMs - sinceMs);
    }
  };
  return { look, strangers, longest: () => longestMs };
};

/** Plays a scenario to its end and says which promises were broken. The same seed plays the same. */
export const play = async (scenario: Scenario): Promise<Played> => {
  const { clock, world, bystanders } = createScene(scenario);
  const array = arrayPort(world.array);
  const before = await describeObjects(array, bystanders);
  const runs: SimulatedRun[] = [];
  const ends: RunEnd[] = [];
  const exposure = watchExposure(world);
  let isStrangerActive = false;
  let isExcused = false;
  /** Nothing more happens: what is left of the blows missed the run. */
  let isCalm = false;

  const begin = (name: string, how: Scenario): SimulatedRun => {
    const started = startRun(name, world, how);
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

  const strike = async ({ what }: Blow, victim: SimulatedRun): Promise<void> => {
    const { database } = world;
    switch (what.kind) {
      case 'kill-run':
        return victim.run.kill();
      case 'kill-guard':
        return victim.guard.kill();
      case 'kill-both':
        isExcused = true; // nothing of ours is left; the next run heals it
        victim.run.kill();
        return victim.guard.kill();
      case 'stop-run':
        return stop([victim.run]);
      case 'stop-guard':
        return stop([victim.guard]);
      case 'signal':
        return victim.signal(what.name);
      case 'stranger-ends':
        if (database.state.instanceStatus === 'OPEN' && database.state.files.some(({ backup }) => backup.isActive)) {
          database.endBackup();
          isStrangerActive = false;
        }
        return undefined;
      case 'stranger-begins':
        if (database.state.instanceStatus !== 'OPEN' || database.state.files.some(({ backup }) => backup.isActive))
          return undefined;
        // One that begins while an END of ours is at work is ended by it: docs/backup.md, "What makes END certain".
        if (world.journal.entries.some(({ what, outcome }) => what.includes('END BACKUP') && outcome === undefined))
          return undefined;
        database.beginBackup();
        isStrangerActive = true;
        for (const { backup } of database.state.files) if (backup.isActive) exposure.strangers.add(backup.scn);
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
        return await prune(world);
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
      const dead: RunEnd = { name, kind: started.run.isDead ? 'dead' : 'hung', report: undefined, error: undefined };
      ends.push(end() ?? dead);
    }
  };
  for (let count = 0; count < scenario.earlierRuns; count += 1) {
    begin(`earlier run ${count + 1}`, { ...scenario, faults: [], blows: [], budgetMs: 60_000 });
    await rest();
    await clock.advance(dayMs);
  }
  for (const fault of scenario.faults) world.faults.inject(fault);
  const callsBefore = world.journal.entries.length;
  const first = begin('run', scenario);
  for (const blow of scenario.blows)
    void world.journal
      .waitFor(({ n, outcome }) => n === callsBefore + blow.atCall && (blow.when === 'before' || outcome !== undefined))
      .then(() => (isCalm ? undefined : strike(blow, first)));

  await rest();

  isCalm = true;
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
      exposure: { longestMs: isExcused ? 0 : exposure.longest(), allowedMs: allowedExposureMs(scenario) },
      isStrangerActive,
      isStrangerSafe: canNoteItsEnd(scenario),
      hasPruned: scenario.blows.some(({ what }) => what.kind === 'retention'),
      bystanders: { before, after: await describeObjects(array, bystanders) },
    })),
    ...(last?.name === 'next run' && last.kind !== 'complete' && !isStrangerActive
      ? [`the next run, with nothing in its way, did not succeed: ${String(last.error)}`]
      : []),
  ];
  return { violations: found, ends, journal: world.journal.entries };
};

/** docs/backup.md, "What is healed": a run that cannot say that it is over leaves five minutes in which it is believed. */
const canNoteItsEnd = ({ faults, blows }: Scenario): boolean =>
  !faults.some(({ match }) => match === 'PUT /api/rest/metadata') &&
  !blows.some(({ what: { kind } }) => kind === 'kill-run' || kind === 'kill-both' || kind === 'stop-run');

/** The lease, and the limit after which a session that does not answer is given up. */
const leaseMs = 6000;
const answerMs = 12_000;

/** What promise 1 allows a scenario: the budget, and what its own faults cost on the way out. */
const allowedExposureMs = ({ budgetMs, beginMs, endMs, faults }: Scenario): number => {
  const ofDatabase = faults.filter(({ match }) => /END BACKUP|V\$|CONNECT/.test(match));
  const delays = ofDatabase.map(({ action, times = 1 }) => (action.kind === 'delay' ? action.ms : answerMs) * times);
  // A BEGIN that never returns is given up after its own limit, and its session is killed a minute later.
  const isBeginLost = faults.some(({ match, action }) => match === 'BEGIN BACKUP' && action.kind === 'hang');
  return (
    (isBeginLost ? 1_000_000 : 0) +
    budgetMs +
    2 * leaseMs +
    2 * answerMs +
    beginMs +
    3 * endMs +
    delays.reduce((sum, ms) => sum + ms, 0)
  );
};
