import { duplexPair } from 'node:stream';
import {
  type BackupReport,
  type BackupRequest,
  backupSettings,
  type Database,
  type Log,
  runBackup,
  type SnapshotArray,
} from '@orasync/core';
import { createGuardLink, createOracleControl, createRunLink, type Link, runGuard } from '@orasync/oracle-control';
import { arrayPort, type World, worldCredentials } from '@orasync/testing';
import { inProcessSqlplus } from './in-process-sqlplus.js';
import type { RunEnd } from './invariants.js';
import type { Scenario } from './scenario.js';
import { createSimulatedProcess, type SimulatedProcess } from './simulated-process.js';

/** A run with its guard, each in a simulated process of its own. */
export interface SimulatedRun {
  readonly run: SimulatedProcess;
  readonly guard: SimulatedProcess;
  readonly signal: (name: string) => void;
  /** Settles when the run has ended, or never when its process was killed. */
  readonly ended: Promise<RunEnd>;
  /** Settles when the guard has ended; at once without one. */
  readonly isGuardOver: () => boolean;
  /** It has claimed the database and not given that back, and the guard that holds the claim has not gone. */
  readonly holdsClaim: () => boolean;
}

const silent = (): void => {};
const log: Log = { debug: silent, info: silent, warn: silent, error: silent };

/** The request of a scenario's run. */
export const requestOf = (world: World, { target, budgetMs, hasRestoreMaterial }: Scenario): BackupRequest => {
  const of = (role: 'data' | 'archive') => {
    if (target === 'consistencyGroup') return { consistencyGroup: world.groups[role] };
    const names = world.volumes[role].map(({ name }) => name);
    return target === 'filesystems' ? { filesystems: names } : { volumes: names };
  };
  const settings = backupSettings.parse({
    targets: { data: of('data'), archive: of('archive') },
    budget: `${budgetMs / 1000}s`,
    ...(hasRestoreMaterial ? { restoreMaterial: world.archiveDirectory } : {}),
  });
  return { ...settings, database: 'ORCL', zone: 'utc' };
};

const oracleSettings = {
  oracleHome: '/simulated',
  logon: {
    kind: 'password',
    user: worldCredentials.oracle.user,
    password: worldCredentials.oracle.password,
    connectIdentifier: worldCredentials.oracle.sid,
  },
} as const;

/** The array as one process reaches it. */
const arrayOf = (world: World, owner: SimulatedProcess): SnapshotArray =>
  new Proxy(arrayPort(world.array), {
    get: (port, name, receiver) => {
      const member: unknown = Reflect.get(port, name, receiver);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => owner.ask(async () => (await Reflect.apply(member, port, args)) as unknown);
    },
  });

/** One end of the pipe between run and guard, as its process has it. */
const linkOf = <Incoming, Outgoing>(
  link: Link<Incoming, Outgoing>,
  owner: SimulatedProcess,
): Link<Incoming, Outgoing> => ({
  send: (message) => {
    if (!owner.isDead) link.send(message);
  },
  receive: (onMessage) => link.receive((message) => owner.deliver(() => onMessage(message))),
  closed: new Promise((resolve) => void link.closed.then(() => owner.deliver(resolve))),
  close: () => link.close(),
});

/** Starts a run in a world. @param onClaim  Called when it has claimed the database. */
export const startRun = (name: string, world: World, scenario: Scenario, onClaim: () => void): SimulatedRun => {
  const run = createSimulatedProcess(world.clock);
  const guard = createSimulatedProcess(world.clock);
  const stop = new AbortController();
  let isGuardOver = true;
  let hasClaim = false;
  let hasFired = false;

  const startGuard = async () => {
    const [runSide, guardSide] = duplexPair();
    isGuardOver = false;
    run.onDeath(() => runSide.end());
    guard.onDeath(() => {
      guardSide.end();
      isGuardOver = true;
    });
    const link = linkOf(createGuardLink(guardSide), guard);
    const watched: typeof link = {
      ...link,
      send: (message) => {
        if (message.kind === 'fired') hasFired = true;
        link.send(message);
      },
    };
    const serving = runGuard(watched, {
      clock: guard.clock,
      startSqlplus: inProcessSqlplus(world.database, guard),
    });
    void serving.then(() => {
      isGuardOver = true;
      guardSide.end();
    });
    const toGuard = linkOf(createRunLink(runSide), run);
    return {
      ...toGuard,
      send: (message: Parameters<typeof toGuard.send>[0]) => {
        if (message.kind === 'release') hasClaim = false;
        toGuard.send(message);
      },
    };
  };

  const database: Database = createOracleControl({
    ...oracleSettings,
    clock: run.clock,
    startSqlplus: inProcessSqlplus(world.database, run),
    guard: { start: startGuard },
  });

  const work = async (): Promise<RunEnd> => {
    try {
      const report = await runBackup(requestOf(world, scenario), {
        database,
        array: arrayOf(world, run),
        host: world.host,
        clock: run.clock,
        log,
        signal: stop.signal,
        onStep: (step, done) => {
          if (step !== 'claim' || done?.outcome !== 'ok') return;
          hasClaim = true;
          onClaim();
        },
      });
      return { name, kind: 'complete', report, error: undefined, hasFired };
    } catch (error) {
      return { name, kind: 'failed', report: (error as { report?: BackupReport }).report, error, hasFired };
    }
  };
  return {
    run,
    guard,
    signal: (reason) => run.deliver(() => stop.abort(reason)),
    ended: work(),
    isGuardOver: () => isGuardOver,
    holdsClaim: () => hasClaim && !isGuardOver,
  };
};
