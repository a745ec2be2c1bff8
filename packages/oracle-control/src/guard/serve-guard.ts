import type { BackupMode } from '../backup-mode.js';
import type { Claim } from '../claim.js';
import type { Clock } from '../clock.js';
import type { Ownership } from '../ownership.js';
import { type EndingSession, endUntilOver } from './end-until-over.js';
import { initialKeeper, type KeeperEffect, type KeeperEvent, type KeeperState, keep } from './keeper.js';
import { killSessions } from './kill-sessions.js';
import type { Link } from './link.js';
import type { OpenMessage, ToGuard, ToRun } from './messages.js';
import { packError, textOf } from './packed-error.js';

/** The part of a session that a guard needs. */
export interface GuardSession extends EndingSession {
  claimDatabase(options: { readonly except: readonly string[] }): Promise<Claim>;
  beginBackup(): Promise<void>;
  readBackupMode(): Promise<BackupMode>;
}

/** What a guard does its work with. */
export interface GuardDependencies {
  /** @throws {OracleInputError} The options are wrong. */
  readonly createControl: (options: Readonly<Record<string, unknown>>) => {
    readonly beginMs: number;
    readonly openSession: (options: { readonly purpose: string }) => Promise<GuardSession>;
  };
  readonly clock: Clock;
  /** Opens the guard's own log. */
  readonly openLog: (file: string | undefined) => GuardLog;
}

/** One line per event; gets no secret. */
export type GuardLog = (event: string, fields?: Readonly<Record<string, unknown>>) => void;

/** How often each side gives a sign of life, as a part of the lease. */
export const signsPerLease = 5;

/**
 * Guards one bracket for the run at the other end of the link: claims the database, sends BEGIN and END when asked, and
 * END by itself when the run is gone, silent, or over its budget. Returns once the run has let it go, or is gone and the
 * database is out of backup mode. The link stays open: the next bracket may follow on it. Never rejects.
 */
export const serveGuard = async (link: Link<ToGuard, ToRun>, dependencies: GuardDependencies): Promise<void> => {
  const request = await firstMessage(link);
  if (request === undefined) return;
  const log = dependencies.openLog(request.logFile);
  log('opened', { run: request.run });
  const opened = await open(request, link, dependencies);
  if (opened === undefined) return;
  await guard(request, opened, { link, log, clock: dependencies.clock });
  log('left');
};

const firstMessage = (link: Link<ToGuard, ToRun>): Promise<OpenMessage | undefined> =>
  new Promise((resolve) => {
    link.receive((message) => resolve(message.kind === 'open' ? message : undefined));
    void link.closed.then(() => resolve(undefined));
  });

interface Opened {
  readonly main: GuardSession;
  readonly reserve: GuardSession;
  /** All that were opened, those for END among them. */
  readonly sessions: readonly GuardSession[];
  readonly openSession: () => Promise<GuardSession>;
  readonly beginMs: number;
}

/** The session that sends BEGIN is found by this label when its client is gone. */
export const guardPurpose = (run: string): string => `guard of run ${run}`;

const reservePurpose = (run: string): string => `reserve of run ${run}`;

/** As core labels the run's own session. */
const runPurpose = (run: string): string => `run ${run}`;

/** Logs on twice and claims the database. Tells the run why when that fails, and leaves nothing open. */
const open = async (
  { options, run }: OpenMessage,
  link: Link<ToGuard, ToRun>,
  { createControl }: GuardDependencies,
): Promise<Opened | undefined> => {
  const sessions: GuardSession[] = [];
  try {
    const { openSession, beginMs } = createControl(options);
    const logOn = async (purpose: string) => {
      const session = await openSession({ purpose });
      sessions.push(session);
      return session;
    };
    const logons = [logOn(guardPurpose(run)), logOn(reservePurpose(run))] as const;
    // When one fails, the other is waited for, so that it is closed.
    await Promise.allSettled(logons);
    const [main, reserve] = await Promise.all(logons);
    const claim = await main.claimDatabase({ except: [runPurpose(run), reservePurpose(run)] });
    if (claim.kind !== 'taken') {
      link.send({ kind: 'ready', claim });
      return { main, reserve, sessions, beginMs, openSession: () => logOn(`end of run ${run}`) };
    }
    link.send({ kind: 'taken', by: [...claim.by] });
  } catch (error) {
    link.send({ kind: 'failed', error: packError(error) });
  }
  await Promise.all(sessions.map((session) => session.close()));
  return undefined;
};

interface Guarding {
  readonly link: Link<ToGuard, ToRun>;
  readonly log: GuardLog;
  readonly clock: Clock;
}

/** Carries out what `keep` decides, until it says leave. */
const guard = (request: OpenMessage, opened: Opened, { link, log, clock }: Guarding): Promise<void> =>
  new Promise((resolve) => {
    const { main, reserve, sessions, openSession, beginMs } = opened;
    let state: KeeperState = initialKeeper;
    let begunAtMs: number | undefined;
    let stopLease = () => {};
    let stopBudget = () => {};

    const handle = (event: KeeperEvent): void => {
      const before = state.phase;
      const kept = keep(state, event);
      state = kept.state;
      if (before !== state.phase) log(event.kind, { phase: state.phase });
      for (const effect of kept.effects) perform(effect);
    };

    const perform = (effect: KeeperEffect): void => {
      switch (effect.kind) {
        case 'begin':
          void begin();
          break;
        case 'hot':
          stopBudget = clock.setTimeout(() => handle({ kind: 'budget-spent' }), request.budgetMs);
          void look();
          break;
        case 'tell-fired':
          log('fired', { reason: effect.reason });
          link.send({ kind: 'fired', reason: effect.reason });
          break;
        case 'end':
          void end(effect.hasBegun);
          break;
        case 'leave':
          void leave();
          break;
      }
    };

    const begin = async (): Promise<void> => {
      try {
        await main.beginBackup();
        begunAtMs = clock.now();
        // Told even when END is due at once: a run that was only stopped waits for it.
        link.send({ kind: 'begun' });
        handle({ kind: 'begun' });
      } catch (error) {
        const isRefused = (error as { outcome?: unknown }).outcome === 'refused';
        log('begin failed', { error: textOf(error), isRefused });
        link.send({ kind: 'not-begun', error: packError(error) });
        handle({ kind: isRefused ? 'begin-refused' : 'begin-unknown' });
      }
    };

    /** On the session in reserve, so that END never waits for it. */
    const look = async (): Promise<void> => {
      try {
        const mode = await reserve.readBackupMode();
        const { distinctScns, lowestScn, highestScn } = mode;
        if (distinctScns === 1 && lowestScn !== undefined && lowestScn === highestScn && isOurs(lowestScn, state.ours))
          handle({ kind: 'scn-seen', scn: lowestScn });
        link.send({ kind: 'seen', mode });
      } catch (error) {
        log('not seen', { error: textOf(error) });
        link.send({ kind: 'seen' });
      }
    };

    const end = async (hasBegun: boolean): Promise<void> => {
      stopBudget();
      // What is looked for must not be a session that is only logged on; one that is still at work is left alone.
      if (!hasBegun) void main.close();
      const errors: string[] = [];
      const stopAlarm = clock.setTimeout(() => {
        const message = errors.at(-1) ?? 'no answer';
        log('overdue', { message });
        link.send({ kind: 'overdue', message });
      }, request.overdueMs);
      const { before, atMs, isFirstLost } = await endUntilOver({
        hasBegun,
        ours: state.ours,
        purpose: guardPurpose(request.run),
        sessions: hasBegun ? [main, reserve] : [reserve],
        openSession,
        beginMs,
        clock,
        onTrouble: (error) => {
          errors.splice(0, errors.length, textOf(error));
          log('trouble', { error: textOf(error) });
          link.send({ kind: 'trouble', message: textOf(error) });
        },
      });
      stopAlarm();
      isMainLost = isFirstLost;
      const hotWindowMs = begunAtMs === undefined ? 0 : atMs - begunAtMs;
      link.send({ kind: 'ended', hotWindowMs, ...(before === undefined ? {} : { before }) });
      handle({ kind: 'ended' });
    };

    const leave = async (): Promise<void> => {
      stopLease();
      stopBudget();
      if (isMainLost) {
        const onTrouble = (error: unknown) => log('not killed', { error: textOf(error) });
        await killSessions(guardPurpose(request.run), { openSession, clock, onTrouble });
      }
      await Promise.all(sessions.map((session) => session.close()));
      stopSigns();
      // Last, for the run may open its next bracket on this link at once.
      link.send({ kind: 'released' });
      resolve();
    };

    /** In two halves, so that signs of life that wait in the pipe of a guard that was stopped itself are read in between. */
    const renewLease = (): void => {
      stopLease();
      stopLease = clock.setTimeout(() => {
        stopLease = clock.setTimeout(() => handle({ kind: 'lease-missed' }), request.leaseMs / 2);
      }, request.leaseMs / 2);
    };

    const receive = (message: ToGuard): void => {
      renewLease();
      if (message.kind === 'begin') handle({ kind: 'begin-asked', baselineScn: message.baselineScn });
      if (message.kind === 'end') handle({ kind: 'end-asked' });
      if (message.kind === 'release') handle({ kind: 'release-asked' });
    };

    let stopSigns = () => {};
    let isMainLost = false;

    const giveSign = (): void => {
      link.send({ kind: 'alive' });
      stopSigns = clock.setTimeout(giveSign, request.leaseMs / signsPerLease);
    };

    renewLease();
    giveSign();
    link.receive(receive);
    void link.closed.then(() => handle({ kind: 'owner-gone' }));
  });

const isOurs = (scn: bigint, { fromScn }: Ownership): boolean => scn >= fromScn;
