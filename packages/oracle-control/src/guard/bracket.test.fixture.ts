import { duplexPair } from 'node:stream';
import { createVirtualClock } from '@orasync/testing';
import type { BackupMode } from '../backup-mode.js';
import type { Claim } from '../claim.js';
import { OracleError } from '../errors.js';
import { type Limits, parseOptions } from '../options.js';
import type { Ownership } from '../ownership.js';
import { createLink } from './link.js';
import { type ToGuard, type ToRun, toGuard, toRun } from './messages.js';
import { type BracketRequest, type OpenedBracket, openBracket } from './open-bracket.js';
import { type GuardSession, serveGuard } from './serve-guard.js';

/** What a session does with its next calls of one kind, one entry per call; a promise is waited for. Then it behaves. */
export type Behaviour = 'hang' | Error | Promise<void>;

/** A database as small as a bracket sees it, and what became of its sessions. */
export const createDatabase = () => {
  const state = {
    scn: 1000n,
    /** Begin SCN of each file in backup mode. */
    active: [] as bigint[],
    files: 4,
    /** Whether the files get different begin SCNs, as when somebody else begins some of them. */
    mixed: false,
    claim: { kind: 'exclusive' } as Claim,
    /** Purposes of the sessions that are logged on. */
    sessions: [] as string[],
    /** Every call, as `purpose: call`. */
    calls: [] as string[],
    /** Purposes whose session stays in the database although its client was closed. */
    lingering: [] as string[],
    /** What waits for calls, by a part of `purpose: call`. */
    behaviours: [] as { match: string; behaviour: Behaviour }[],
  };
  const modeOf = (): BackupMode => {
    const scns = [...state.active].sort((a, b) => (a < b ? -1 : 1));
    return {
      activeFiles: scns.length,
      distinctScns: new Set(scns).size,
      lowestScn: scns[0],
      highestScn: scns.at(-1),
      fileNumberSum: 0n,
      fileNumberSquareSum: 0n,
    };
  };
  const begin = (): void => {
    state.scn += 1n;
    state.active = Array.from(
      { length: state.files },
      (_, index) => state.scn + (state.mixed ? BigInt(index % 2) : 0n),
    );
  };
  const openSession = async (
    { purpose }: { readonly purpose: string },
    isDead: () => boolean = () => false,
  ): Promise<GuardSession> => {
    const call = async <T>(name: string, work: () => T): Promise<T> => {
      if (isDead()) return await new Promise<never>(() => {});
      const what = `${purpose}: ${name}`;
      state.calls.push(what);
      const index = state.behaviours.findIndex(({ match }) => what.includes(match));
      const [found] = index < 0 ? [] : state.behaviours.splice(index, 1);
      if (found?.behaviour === 'hang') return await new Promise<never>(() => {});
      if (found?.behaviour instanceof Error) throw found.behaviour;
      await found?.behaviour;
      return work();
    };
    await call('log on', () => undefined);
    state.sessions.push(purpose);
    return {
      claimDatabase: () => call('claim', () => state.claim),
      beginBackup: () => call('begin', begin),
      readBackupMode: () => call('read', modeOf),
      endBackup: ({ fromScn, toScn }: Ownership) =>
        call('end', () => {
          const before = modeOf();
          state.active = state.active.filter((scn) => scn < fromScn || (toScn !== undefined && scn > toScn));
          return { before, after: modeOf() };
        }),
      findSessions: (wanted) =>
        call('find', () =>
          state.sessions
            .filter((each) => each === wanted)
            .map((each, index) => ({
              instance: 1,
              sid: index,
              serial: 1,
              purpose: each,
              claim: undefined,
              status: 'ACTIVE',
              event: undefined,
              loggedOnAt: undefined,
            })),
        ),
      killSession: () => call('kill', () => 'killed' as const),
      close: async () => {
        if (state.lingering.includes(purpose)) return;
        const index = state.sessions.indexOf(purpose);
        if (index >= 0) state.sessions.splice(index, 1);
      },
    };
  };
  return { state, begin, modeOf, openSession };
};

/** A guard and its run in one process, each with a clock of its own, so that either can stand still. */
export const setUp = async (request: Partial<BracketRequest> = {}, wanted: Partial<Limits> = {}) => {
  const database = createDatabase();
  const clocks = { run: createVirtualClock(0), guard: createVirtualClock(0) };
  const [runSide, guardSide] = duplexPair();
  const guardLink = createLink<ToGuard, ToRun>(guardSide, toGuard);
  const guardLog: string[] = [];
  const runLog: string[] = [];
  const { limits } = parseOptions({
    oracleHome: '/o',
    sid: 'ORCL',
    logon: { kind: 'os' },
    limits: { guardLeaseMs: 6000, endAlarmMs: 60_000, guardStartMs: 30_000, ...wanted },
  });
  const guarding = { isOver: false, isDead: false };
  const serving = serveGuard(guardLink, {
    createControl: () => ({
      beginMs: limits.beginMs,
      openSession: (options) => database.openSession(options, () => guarding.isDead),
    }),
    clock: clocks.guard,
    openLog: () => (event) => void guardLog.push(event),
  }).then(() => {
    guarding.isOver = true;
  });
  const fallback = await database.openSession({ purpose: 'run 1' });
  const open = (): Promise<OpenedBracket> =>
    openBracket(
      { run: '1', budgetMs: 30_000, fallback, ...request },
      {
        options: {},
        limits,
        startGuard: async () => createLink<ToRun, ToGuard>(runSide, toRun),
        openSession: database.openSession,
        logFile: undefined,
        clock: clocks.run,
        log: { debug: () => {}, warn: (_, message) => void runLog.push(message) },
      },
    );
  const opened = async () => {
    const result = await open();
    if (result.kind !== 'open') throw new Error(result.kind);
    return result.bracket;
  };
  /** Lets time pass on both sides, second by second. */
  const pass = async (ms: number, who: readonly ('run' | 'guard')[] = ['run', 'guard']) => {
    for (let passedMs = 0; passedMs < ms; passedMs += 500) for (const each of who) await clocks[each].advance(500);
  };
  /** As SIGKILL would: the pipe is closed, and nothing more is done. The sessions of a guard outlive it for a while. */
  const killGuard = () => {
    guarding.isDead = true;
    guardSide.end();
  };
  const killRun = () => void runSide.end();
  return {
    ...database,
    clocks,
    killGuard,
    killRun,
    runSide,
    guardSide,
    guardLog,
    runLog,
    guarding,
    serving,
    open,
    opened,
    pass,
  };
};

export const refused = (code: string): OracleError =>
  new OracleError(`${code}: refused`, { statement: 'ALTER DATABASE BEGIN BACKUP', codes: [code] });
