import type { BackupMode } from '../backup-mode.js';
import type { Clock } from '../clock.js';
import { type Ownership, shareOf } from '../ownership.js';
import { type SettlingSession, settleBackupMode } from '../settle-backup-mode.js';

/** A session that can be closed when it is not needed any more. */
export interface EndingSession extends SettlingSession {
  close(): Promise<void>;
}

/** How the database was taken out of backup mode. */
export interface Ended {
  /** V$BACKUP just before the END that ended ours; `undefined` when it could not be read, or nothing was ours to end. */
  readonly before: BackupMode | undefined;
  /** When that END returned. */
  readonly atMs: number;
  /** The session that was tried first did not do it, and may still be at work. */
  readonly isFirstLost: boolean;
}

export interface EndOptions {
  /** `false` when BEGIN's outcome is unknown: then a BEGIN that is still at work is waited for. */
  readonly hasBegun: boolean;
  readonly ours: Ownership;
  /** The label of the session that sent BEGIN. */
  readonly purpose: string;
  /** Logged on beforehand, in the order in which they are tried. */
  readonly sessions: readonly SettlingSession[];
  readonly openSession: () => Promise<SettlingSession>;
  /** For how long a BEGIN that nobody can look for in GV$SESSION may still take effect. */
  readonly beginMs: number;
  readonly clock: Clock;
  /** Told of every try that did not end it. */
  readonly onTrouble: (error: unknown) => void;
}

/** A session that does not answer for so long is left to itself, and another one tried. */
const answerMs = 10_000;
/** A BEGIN that is still at work so long after it was given up is killed: it would keep the claim, and others from working. */
const killAfterMs = 60_000;

/**
 * Ends backup mode of ours and returns once V$BACKUP shows that it is over: on the sessions at hand, then on new ones, for
 * as long as it takes. After a BEGIN that returned, END is the first thing that is sent. Never rejects.
 */
export const endUntilOver = async (options: EndOptions): Promise<Ended> => {
  const { hasBegun, ours, purpose, openSession, beginMs, clock, onTrouble } = options;
  const answers: Promise<unknown>[] = [];
  let ended: Omit<Ended, 'isFirstLost'> | undefined;

  /** An answer that comes after its time limit still counts: the database may just be slow. */
  const watched = (session: SettlingSession): SettlingSession => ({
    ...session,
    endBackup: async (range) => {
      const answer = session.endBackup(range);
      answers.push(answer.catch(() => undefined));
      const { before, after } = await answer;
      if (before !== undefined && shareOf(before, range) !== 'none') ended ??= { before, atMs: clock.now() };
      return { before, after };
    },
  });
  const reserve = options.sessions.map(watched);

  const endAtOnce = async (session: SettlingSession): Promise<boolean> => {
    try {
      const { after } = await within(session.endBackup(ours), answerMs, clock);
      if (after !== undefined && shareOf(after, ours) === 'none') return true;
      throw new Error(after === undefined ? 'V$BACKUP could not be read after END' : 'END did not end it');
    } catch (error) {
      onTrouble(error);
      return false;
    }
  };

  const first = hasBegun ? reserve.shift() : undefined;
  const isFirstLost = first !== undefined && !(await endAtOnce(first));
  if (first === undefined || isFirstLost) {
    await settleBackupMode({
      openSession: async () => reserve.shift() ?? watched(await openSession()),
      ...(hasBegun ? { confirmAfterMs: 0 } : { purpose, blindMs: beginMs, killAfterMs }),
      ours,
      clock,
      limitMs: Infinity,
      answerMs,
      onError: onTrouble,
    });
    // Without the answer of the END that did it the set is not proved; the database is out of backup mode either way.
    if (ended === undefined) await within(Promise.all(answers), answerMs, clock).catch(() => undefined);
  }
  return { ...(ended ?? { before: undefined, atMs: clock.now() }), isFirstLost };
};

/** Settles with the answer, or rejects when it has not come in time. */
export const within = <T>(answer: Promise<T>, limitMs: number, clock: Clock): Promise<T> =>
  new Promise((resolve, reject) => {
    const cancel = clock.setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs);
    answer.then(resolve, reject).finally(cancel);
  });
