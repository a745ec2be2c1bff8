import type { BackupMode } from './backup-mode.js';
import type { Clock } from './clock.js';
import type { EndedBackup } from './end-backup.js';
import { type Ownership, shareOf } from './ownership.js';
import type { FoundSession, Killed } from './sessions.js';

/** What settling needs of a session; an `OracleSession` has it. */
export interface SettlingSession {
  findSessions(purpose: string): Promise<readonly FoundSession[]>;
  killSession(found: FoundSession): Promise<Killed>;
  readBackupMode(): Promise<BackupMode>;
  endBackup(ours: Ownership): Promise<EndedBackup>;
}

/** What became of backup mode after a BEGIN whose outcome was unknown. */
export interface Settled {
  /**
   * `out`: nothing of ours is in backup mode, and nothing can put it there any more. `out-for-now`: the same, but it could
   * not be seen whether BEGIN is still at work (GV$SESSION cannot be read). `at-work`: the session that sent BEGIN has not
   * ended within the limit, so files may enter backup mode yet. `in`: files of ours are in backup mode. `unknown`: V$BACKUP
   * could not be read to the end.
   */
  readonly kind: 'out' | 'out-for-now' | 'at-work' | 'in' | 'unknown';
  /** V$BACKUP as last read: what somebody else has in backup mode is in it, and is left alone. */
  readonly mode: BackupMode | undefined;
  /** V$BACKUP just before the first END of ours; `undefined` when none was sent or it could not be read. */
  readonly before: BackupMode | undefined;
  /** The sessions that may still be running BEGIN, as last seen. */
  readonly atWork: readonly FoundSession[];
  /** All that went wrong on the way. */
  readonly errors: readonly unknown[];
}

/** How to settle, and how long. */
export interface SettleOptions {
  /** Called first, and again after each failure of the session it gave. */
  readonly openSession: () => Promise<SettlingSession>;
  /** Of the session that sent BEGIN, and of no other that lives on. Not given, BEGIN is known to have returned. */
  readonly purpose?: string;
  readonly ours: Ownership;
  readonly clock: Clock;
  readonly limitMs: number;
  /** Kills that session when it has not ended by then; without it, it is only waited for. */
  readonly killAfterMs?: number;
  /** For how long a BEGIN that GV$SESSION does not show may yet take effect, when that cannot be read. Default: for ever. */
  readonly blindMs?: number;
  /** Pause between two looks. Default 1 s. */
  readonly retryMs?: number;
  /** After which all is looked at once more before it counts as over. Default 5 s. */
  readonly confirmAfterMs?: number;
  /** A session that does not answer for so long is left to itself. Default 10 s. */
  readonly answerMs?: number;
  /** The same for a logon. Default 90 s. */
  readonly logonMs?: number;
  /** Told of everything that goes wrong on the way. */
  readonly onError?: (error: unknown) => void;
}

/** One look: first who is at work, then what is in backup mode, so that no BEGIN can end unseen between the two. */
interface Look {
  /** `undefined` when GV$SESSION could not be read. */
  readonly atWork: readonly FoundSession[] | undefined;
  readonly mode: BackupMode;
}

/**
 * Settles a BEGIN BACKUP whose outcome is unknown: its client timed out, was killed, or lost the connection. The statement
 * goes on in the database without a client, and may take effect after an END that found nothing to end. So the session that
 * sent it is found and waited for, or killed; what it put into backup mode is ended, confirmed by query, and looked at once
 * more after a delay.
 *
 * Never rejects: what is known at the limit is the answer. END is sent as soon as files of ours are in backup mode, whether
 * or not that session can be found. Pure over the sessions and the clock.
 *
 * Source: oracle-hot-backup.md section 0, fact 12, and 5.4 (a killed session may stay for 60 s and more).
 */
export const settleBackupMode = async (options: SettleOptions): Promise<Settled> => {
  const { openSession, purpose, ours, clock, limitMs, killAfterMs = Infinity } = options;
  const { retryMs = 1000, confirmAfterMs = 5000, answerMs = 10_000, logonMs = 90_000, blindMs = Infinity } = options;
  const startedAtMs = clock.now();
  const errors: unknown[] = [];
  const killed = new Set<string>();
  let session: SettlingSession | undefined;
  let before: BackupMode | undefined;
  let seen: Look | undefined;
  let overSinceMs: number | undefined;

  /** A failure that repeats is kept once. */
  const note = (error: unknown): undefined => {
    options.onError?.(error);
    if (String(error) !== String(errors.at(-1))) errors.push(error);
    return undefined;
  };

  const inTime = <T>(answer: Promise<T>): Promise<T> => within(answer, answerMs, clock);

  /** An END that answers late has still told what was in backup mode before it. */
  const end = async (current: SettlingSession): Promise<void> => {
    const answer = current.endBackup(ours).then((ended) => {
      if (ended.before !== undefined && shareOf(ended.before, ours) !== 'none') before ??= ended.before;
    });
    await inTime(answer);
  };

  const look = async (current: SettlingSession): Promise<Look> => {
    const atWork = purpose === undefined ? [] : await inTime(current.findSessions(purpose)).catch(note);
    return { atWork, mode: await inTime(current.readBackupMode()) };
  };

  const kill = async (current: SettlingSession, found: FoundSession): Promise<void> => {
    const name = `${found.sid},${found.serial},@${found.instance}`;
    if (killed.has(name) || found.status === 'KILLED') return;
    await inTime(current.killSession(found));
    killed.add(name);
  };

  /** One round. @returns Whether all is over as far as this look goes. */
  const round = async (): Promise<boolean> => {
    seen = undefined;
    session ??= await within(openSession(), logonMs, clock);
    seen = await look(session);
    const isOut = shareOf(seen.mode, ours) === 'none';
    if (!isOut) await end(session);
    if (clock.now() - startedAtMs >= killAfterMs) {
      for (const found of seen.atWork ?? []) await kill(session, found);
    }
    const isNobodyAtWork = seen.atWork === undefined ? clock.now() - startedAtMs >= blindMs : seen.atWork.length === 0;
    return isOut && isNobodyAtWork;
  };

  for (;;) {
    try {
      overSinceMs = (await round()) ? (overSinceMs ?? clock.now()) : undefined;
    } catch (error) {
      note(error);
      session = undefined;
      overSinceMs = undefined;
    }
    const leftMs =
      overSinceMs === undefined ? startedAtMs + limitMs - clock.now() : overSinceMs + confirmAfterMs - clock.now();
    if (leftMs <= 0) break;
    await pause(overSinceMs === undefined ? Math.min(retryMs, leftMs) : leftMs, clock);
  }
  return { kind: kindOf(seen, ours), mode: seen?.mode, before, atWork: seen?.atWork ?? [], errors };
};

const kindOf = (seen: Look | undefined, ours: Ownership): Settled['kind'] => {
  if (seen === undefined) return 'unknown';
  if (shareOf(seen.mode, ours) !== 'none') return 'in';
  if (seen.atWork === undefined) return 'out-for-now';
  return seen.atWork.length > 0 ? 'at-work' : 'out';
};

const pause = (delayMs: number, clock: Clock): Promise<void> =>
  new Promise((resolve) => void clock.setTimeout(resolve, delayMs));

const within = async <T>(answer: Promise<T>, limitMs: number, clock: Clock): Promise<T> => {
  let cancel = () => {};
  const late = new Promise<never>((_, reject) => {
    cancel = clock.setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs);
  });
  return await Promise.race([answer, late]).finally(cancel);
};
