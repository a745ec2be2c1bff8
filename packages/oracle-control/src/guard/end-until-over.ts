import type { BackupMode } from '../backup-mode.js';
import type { Clock } from '../clock.js';
import type { Ownership } from '../ownership.js';

/** The part of a session that ending needs. */
export interface EndingSession {
  endBackup(
    ours: Ownership,
  ): Promise<{ readonly before: BackupMode | undefined; readonly after: BackupMode | undefined }>;
  countSessions(purpose: string): Promise<number>;
  close(): Promise<void>;
}

/** How the database was taken out of backup mode. */
export interface Ended {
  /** V$BACKUP just before the END that ended ours; `undefined` when it could not be read, or nothing was ours to end. */
  readonly before: BackupMode | undefined;
  /** When that END returned. */
  readonly atMs: number;
}

export interface EndOptions {
  /** `false` when BEGIN's outcome is unknown: then a BEGIN that is still at work is waited for. */
  readonly hasBegun: boolean;
  /** Asked anew before every END: the SCN of BEGIN may become known meanwhile. */
  readonly ours: () => Ownership;
  /** The label of the session that sent BEGIN. */
  readonly purpose: string;
  /** Logged on beforehand, in the order in which they are tried. */
  readonly sessions: readonly EndingSession[];
  readonly openSession: () => Promise<EndingSession>;
  /** For how long a BEGIN that nobody can look for in GV$SESSION may still take effect. */
  readonly beginMs: number;
  readonly clock: Clock;
  /** Told of every try that did not end it. */
  readonly onTrouble: (error: unknown) => void;
}

/** Pause between two tries. */
const retryMs = 1000;
/** A session that does not answer for so long is left to itself, and another one tried. */
export const answerLimitMs = 10_000;

/**
 * Sends END until V$BACKUP shows that backup mode of ours is over: on the sessions at hand, then on new ones, for as long
 * as it takes. What somebody else began is left alone. Never rejects.
 *
 * Source: oracle-hot-backup.md section 0, fact 12, and section 5.4: a BEGIN whose client is gone goes on in the server
 * and may take effect after an END; so END is sent once more after its session has disappeared.
 */
export const endUntilOver = async (options: EndOptions): Promise<Ended> => {
  const { hasBegun, ours, purpose, openSession, beginMs, clock, onTrouble } = options;
  const giveUpLookingAtMs = clock.now() + beginMs;
  const reserve = [...options.sessions];
  const answers: Promise<void>[] = [];
  let ended: Ended | undefined;

  const pause = () => new Promise<void>((resolve) => void clock.setTimeout(resolve, retryMs));

  const inTime = <T>(answer: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const message = `no answer within ${answerLimitMs} ms`;
      const cancelTimer = clock.setTimeout(() => reject(new Error(message)), answerLimitMs);
      answer.then(resolve, reject).finally(cancelTimer);
    });

  /** An answer that comes after its time limit still counts: the database may just be slow. */
  const sendEnd = async (session: EndingSession): Promise<BackupMode | undefined> => {
    const answer = session.endBackup(ours());
    const note = answer.then(({ before }) => {
      if (before !== undefined && mayBeOurs(before, ours())) ended ??= { before, atMs: clock.now() };
    });
    answers.push(note.catch(() => undefined));
    return (await inTime(answer)).after;
  };

  /** A logon that comes too late is not needed any more. */
  const open = async (): Promise<EndingSession> => {
    const opening = openSession();
    try {
      return await inTime(opening);
    } catch (error) {
      opening.then(
        (session) => session.close(),
        () => undefined,
      );
      throw error;
    }
  };

  const isBeginOver = async (session: EndingSession): Promise<boolean> => {
    if (hasBegun) return true;
    try {
      return (await inTime(session.countSessions(purpose))) === 0;
    } catch (error) {
      if ((error as { outcome?: unknown }).outcome !== 'refused') throw error;
      onTrouble(error);
      return clock.now() >= giveUpLookingAtMs;
    }
  };

  const isOverOn = async (session: EndingSession): Promise<boolean> => {
    const isLast = await isBeginOver(session);
    const after = await sendEnd(session);
    if (after === undefined) throw new Error('V$BACKUP could not be read after END BACKUP');
    const isStillOurs = mayBeOurs(after, ours());
    if (isStillOurs) onTrouble(new Error(`${after.activeFiles} files are still in backup mode`));
    else if (!isLast) onTrouble(new Error('BEGIN BACKUP is still at work'));
    return isLast && !isStillOurs;
  };

  for (let session = reserve.shift(); ; session ??= reserve.shift()) {
    try {
      session ??= await open();
      if (await isOverOn(session)) break;
      await pause();
    } catch (error) {
      onTrouble(error);
      if (session === undefined || reserve.length === 0) await pause();
      void session?.close();
      session = undefined;
    }
  }
  // Without the answer of the END that did it the set is not proved; the database is out of backup mode either way.
  if (ended === undefined) await inTime(Promise.all(answers)).catch(() => []);
  return ended ?? { before: undefined, atMs: clock.now() };
};

/** Whether files that these rows show in backup mode can be ours. */
const mayBeOurs = ({ lowestScn, highestScn }: BackupMode, { fromScn, toScn }: Ownership): boolean =>
  lowestScn !== undefined &&
  highestScn !== undefined &&
  highestScn >= fromScn &&
  (toScn === undefined || lowestScn <= toScn);
