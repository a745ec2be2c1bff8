import type { Clock } from './clock.js';
import { OracleError, SqlplusTimeoutError } from './errors.js';
import { createLineReader } from './lines.js';
import type { Limits } from './options.js';
import { messageOf, readRefusal } from './output.js';
import { kept } from './redaction.js';
import { isSettledWithin, type SqlplusExit, type SqlplusProcess } from './run-sqlplus.js';
import { endMarker, frame } from './script.js';
import { startFailure } from './start-failure.js';

/** One command for sqlplus, sent with an end marker of its own. */
export interface Command {
  /** As errors and logs name it: the input may hold the password. */
  readonly label: string;
  readonly input: string;
  readonly limitMs: number;
  /** Never killed in mid statement. */
  readonly isUninterruptible?: boolean;
  /** A line after which no end marker will come: the process is killed, and the lines so far are the answer. */
  readonly stopAt?: (line: string) => boolean;
}

/** The lines of one answer. */
export type Lines = readonly string[];

/** One sqlplus, asked one batch of commands at a time, in order. */
export interface Session {
  /**
   * Sends all commands in one write and collects their answers.
   *
   * @throws {SqlplusTimeoutError} A command got no answer within its limit. The process has been ended, unless the
   *   batch holds a command that must not be interrupted: then it runs on with its input closed.
   * @throws {SqlplusStartError} sqlplus ended before it answered anything.
   * @throws {OracleError} sqlplus ended in mid command, or the answer was too long. `refused` when nothing was sent.
   */
  send(commands: readonly Command[]): Promise<readonly Lines[]>;
  /**
   * Ends sqlplus. A statement that must not be interrupted is left to finish even now: killing its client would not
   * stop it in the database, it would only hide when it ends. Its sqlplus ends by itself after it.
   *
   * Source: oracle-hot-backup.md section 0, fact 12 (the late BEGIN), and 5.4.
   */
  close(): Promise<void>;
  /** Kills sqlplus at once and rejects with this reason what runs. */
  abort(reason: Error): Promise<void>;
}

/** What a session needs beside its process. */
export interface SessionOptions {
  /** Random, so that no data holds an end marker and no late output of another process is taken for one. */
  readonly nonce: string;
  readonly limits: Pick<Limits, 'exitMs' | 'answerCharacters'>;
  readonly clock: Clock;
  /** Takes the password out of a text that is kept. */
  readonly redact: (text: string) => string;
  /** A statement that was left to finish has ended, one way or the other. */
  readonly onLateEnd: (statement: string) => void;
}

interface Framed extends Command {
  readonly marker: string;
}

interface Batch {
  /** Every command of it, by name. */
  readonly label: string;
  current: Framed;
  waiting: readonly Framed[];
  readonly answers: Lines[];
  lines: string[];
  size: number;
  cancelLimit: () => void;
  /** Its caller has been told; it is read on only to see it end. */
  isAbandoned: boolean;
  readonly resolve: (answers: readonly Lines[]) => void;
  readonly reject: (error: Error) => void;
}

/** Frames the conversation with a sqlplus that was just started. Nobody is logged on yet. */
export const createSession = (process: SqlplusProcess, options: SessionOptions): Session => {
  const { limits, clock } = options;
  let markerCount = 0;
  let hasAnswered = false;
  let running: Batch | undefined;
  let ended: Error | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  const exchange = (commands: readonly Command[]): Promise<readonly Lines[]> =>
    new Promise((resolve, reject) => {
      const framed = commands.map((command) => ({ ...command, marker: endMarker(options.nonce, markerCount++) }));
      const [first, ...waiting] = framed;
      if (first === undefined) return resolve([]);
      if (ended !== undefined) return reject(notSent(first, ended));
      const label = commands.map((command) => command.label).join('; ');
      const state = { answers: [], lines: [], size: 0, cancelLimit: () => {}, isAbandoned: false };
      running = { label, current: first, waiting, ...state, resolve, reject };
      limitAnswer(running);
      process.write(framed.map(({ input, marker }) => frame(input, marker)).join(''));
    });

  const limitAnswer = (batch: Batch): void => {
    const { label, limitMs } = batch.current;
    batch.cancelLimit = clock.setTimeout(() => {
      const isStillRunning = isUninterruptible(batch);
      const output = printed(batch);
      giveUp(batch, new SqlplusTimeoutError({ statement: label, timeoutMs: limitMs, isStillRunning, output }));
    }, limitMs);
  };

  /** The answer so far, with the line that has not ended: perhaps a question. */
  const printed = (batch: Batch): string =>
    kept(options.redact([...batch.lines, reader.unfinished()].join('\n').trim()));

  const takeLine = (line: string): void => {
    const batch = running;
    if (batch === undefined) return;
    const { marker, stopAt } = batch.current;
    // A prompt has no newline of its own, so it may stand before the marker (sqlplus.md 7.2).
    const text = line.endsWith(marker) ? line.slice(0, -marker.length) : line;
    if (!batch.isAbandoned && (text === line || text !== '')) {
      batch.lines.push(text);
      batch.size += text.length;
    }
    if (text !== line) finishAnswer(batch);
    else if (batch.waiting.some((later) => line.endsWith(later.marker))) loseTrack(batch);
    else if (!batch.isAbandoned && stopAt?.(line)) {
      const answers = [...batch.answers, batch.lines];
      retire(batch, new Error('sqlplus asked for input'));
      void process.kill().then(() => batch.resolve(answers));
    }
  };

  /** sqlplus asked a question and took the end marker for the answer, so no answer from here on has a known end. */
  const loseTrack = (batch: Batch): void => {
    if (batch.isAbandoned) return;
    const { label } = batch.current;
    const message = `sqlplus took input for the answer to a question of its own, in answer to ${label}`;
    giveUp(batch, new OracleError(message, { statement: label, output: printed(batch), hint: questionHint }));
  };

  const finishAnswer = (batch: Batch): void => {
    hasAnswered = true;
    batch.cancelLimit();
    batch.answers.push(batch.lines);
    batch.lines = [];
    batch.size = 0;
    const [next, ...waiting] = batch.waiting;
    if (next !== undefined) {
      batch.current = next;
      batch.waiting = waiting;
      if (!batch.isAbandoned) limitAnswer(batch);
      return;
    }
    running = undefined;
    if (batch.isAbandoned) void endLate(batch);
    else batch.resolve(batch.answers);
  };

  const endLate = async (batch: Batch): Promise<void> => {
    options.onLateEnd(batch.label);
    if (!(await isSettledWithin(process.exited, limits.exitMs, clock))) await process.kill();
  };

  /** Gives a batch up. Its process is ended before the caller hears of it, or left alone with its statement. */
  const giveUp = (batch: Batch, error: Error): void => {
    if (!isUninterruptible(batch)) {
      retire(batch, error);
      void process.kill().then(() => batch.reject(error));
      return;
    }
    batch.cancelLimit();
    batch.isAbandoned = true;
    batch.lines = [];
    ended ??= error;
    process.endInput();
    batch.reject(error);
  };

  const retire = (batch: Batch, reason: Error): void => {
    batch.cancelLimit();
    ended ??= reason;
    running = undefined;
  };

  const reader = createLineReader(takeLine);
  process.read((text) => {
    reader.push(text);
    const batch = running;
    if (batch === undefined || batch.isAbandoned) {
      reader.cut(longestMarker);
    } else if (batch.size + reader.unfinishedLength() > limits.answerCharacters) {
      const { label } = batch.current;
      const message = `sqlplus printed more than ${limits.answerCharacters} characters in answer to ${label}`;
      giveUp(batch, new OracleError(message, { statement: label, output: printed(batch), hint: floodHint }));
    }
  });

  const onExit = async (exit: SqlplusExit): Promise<void> => {
    const batch = running;
    const how = exit.signal === null ? `exit status ${exit.status}` : exit.signal;
    if (batch === undefined) {
      ended ??= new Error(`sqlplus ended (${how})`);
      await process.endGroup();
      return;
    }
    if (batch.isAbandoned) options.onLateEnd(batch.label);
    const error = hasAnswered ? brokenOff(batch, how) : neverStarted(batch, how);
    retire(batch, error);
    // The server process of a local logon stands below sqlplus, and may be at work on the statement still.
    if (!isUninterruptible(batch)) await process.endGroup();
    batch.reject(error);
  };
  const settled = process.exited.then(onExit);

  const neverStarted = (batch: Batch, how: string): Error =>
    startFailure(process.command, how, {
      output: printed(batch),
      errorOutput: kept(options.redact(process.errorOutput().trim())),
    });

  /** sqlplus may have said why before it ended, as it does after WHENEVER SQLERROR EXIT. */
  const brokenOff = (batch: Batch, how: string): OracleError => {
    const { label: statement } = batch.current;
    const output = [printed(batch), kept(options.redact(process.errorOutput().trim()))].filter((text) => text !== '');
    const fields = { statement, output: output.join('\n') };
    const refusal = readRefusal(batch.lines);
    const message = `sqlplus ended (${how}) before it answered ${statement}`;
    if (refusal === undefined) return new OracleError(message, { ...fields, hint: diedHint });
    const { codes } = refusal;
    // A complaint of sqlplus itself may stand beside a statement that the database has carried out.
    const isDefinite = statement === 'CONNECT' || !codes.some((code) => code.startsWith('SP2-'));
    const outcome = isDefinite ? {} : ({ outcome: 'unknown' } as const);
    return new OracleError(`${messageOf(refusal, options.redact)} (${message})`, { ...fields, codes, ...outcome });
  };

  return {
    send: (commands) => {
      const answers = queue.then(() => exchange(commands));
      queue = answers.catch(() => undefined);
      return answers;
    },
    close: async () => {
      ended ??= new Error('it was closed');
      process.write('EXIT\n');
      process.endInput();
      if (await isSettledWithin(process.exited, limits.exitMs, clock)) await settled;
      else if (running !== undefined && isUninterruptible(running)) process.unref();
      else await process.kill();
    },
    abort: async (reason) => {
      const batch = running;
      if (batch === undefined) ended ??= reason;
      else retire(batch, reason);
      await process.kill();
      batch?.reject(reason);
    },
  };
};

/** Longer than any end marker; what else of a line nobody waits for need not be kept. */
const longestMarker = 200;

const diedHint = 'sqlplus ended by itself: what it was at may have taken effect. Read the state of the database first.';

const questionHint = 'Look at what it printed: nothing here ever answers a question.';

const floodHint = 'This is no answer to the statement: look at what it printed, and at glogin.sql.';

const isUninterruptible = ({ current, waiting }: Batch): boolean =>
  [current, ...waiting].some((command) => command.isUninterruptible === true);

const notSent = ({ label }: Command, cause: Error): OracleError => {
  const message = `${label} was not sent, since its session has ended: ${cause.message}`;
  return new OracleError(message, { statement: label, outcome: 'refused' }, { cause });
};
