import type { Clock } from './clock.js';
import { OracleError, SqlplusStartError, SqlplusTimeoutError } from './errors.js';
import { createLineReader } from './lines.js';
import type { Limits } from './options.js';
import { isSettledWithin, type SqlplusExit, type SqlplusProcess } from './run-sqlplus.js';
import { endMarker, frame } from './script.js';

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

interface Batch {
  readonly commands: readonly Command[];
  readonly markers: readonly string[];
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
      if (ended !== undefined) return reject(notSent(commands, ended));
      const markers = commands.map(() => endMarker(options.nonce, markerCount++));
      const state = { lines: [], size: 0, cancelLimit: () => {}, isAbandoned: false };
      running = { commands, markers, answers: [], ...state, resolve, reject };
      limitAnswer(running);
      process.write(commands.map(({ input }, index) => frame(input, markers[index] ?? '')).join(''));
    });

  const limitAnswer = (batch: Batch): void => {
    const { label, limitMs } = current(batch);
    batch.cancelLimit = clock.setTimeout(() => {
      const isStillRunning = isUninterruptible(batch);
      giveUp(batch, new SqlplusTimeoutError({ statement: label, timeoutMs: limitMs, isStillRunning }));
    }, limitMs);
  };

  const takeLine = (line: string): void => {
    const batch = running;
    const marker = batch?.markers[batch.answers.length];
    if (batch === undefined || marker === undefined) return;
    // A prompt has no newline of its own, so it may stand before the marker (sqlplus.md 7.2).
    const text = line.endsWith(marker) ? line.slice(0, -marker.length) : line;
    if (!batch.isAbandoned && (text === line || text !== '')) {
      batch.lines.push(text);
      batch.size += text.length;
    }
    if (text !== line) finishAnswer(batch);
    else if (!batch.isAbandoned && current(batch).stopAt?.(line)) {
      const answers = [...batch.answers, batch.lines];
      retire(batch, new Error('sqlplus asked for input'));
      void process.kill().then(() => batch.resolve(answers));
    }
  };

  const finishAnswer = (batch: Batch): void => {
    hasAnswered = true;
    batch.cancelLimit();
    batch.answers.push(batch.lines);
    batch.lines = [];
    batch.size = 0;
    if (batch.answers.length < batch.commands.length) {
      if (!batch.isAbandoned) limitAnswer(batch);
      return;
    }
    running = undefined;
    if (batch.isAbandoned) void endLate(batch);
    else batch.resolve(batch.answers);
  };

  const endLate = async (batch: Batch): Promise<void> => {
    options.onLateEnd(labelsOf(batch));
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
      const { label } = current(batch);
      const message = `sqlplus printed more than ${limits.answerCharacters} characters in answer to ${label}`;
      giveUp(batch, new OracleError(message, { statement: label }));
    }
  });

  const onExit = (exit: SqlplusExit): void => {
    const batch = running;
    const how = exit.signal === null ? `exit status ${exit.status}` : exit.signal;
    if (batch === undefined) {
      ended ??= new Error(`sqlplus ended (${how})`);
      return;
    }
    if (batch.isAbandoned) options.onLateEnd(labelsOf(batch));
    const printed = [...batch.lines, reader.unfinished(), process.errorOutput()].filter((line) => line.trim() !== '');
    const output = options.redact(printed.join('\n'));
    const { label } = current(batch);
    const error = hasAnswered
      ? new OracleError(`sqlplus ended (${how}) before it answered ${label}`, { statement: label, output })
      : startFailure(process.command, how, output);
    retire(batch, error);
    batch.reject(error);
  };
  void process.exited.then(onExit);

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
      if (await isSettledWithin(process.exited, limits.exitMs, clock)) return;
      if (running !== undefined && isUninterruptible(running)) process.unref();
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

const noCommand: Command = { label: 'sqlplus', input: '', limitMs: 0 };

const current = (batch: Batch): Command => batch.commands[batch.answers.length] ?? noCommand;

const labelsOf = (batch: Batch): string => batch.commands.map(({ label }) => label).join('; ');

const isUninterruptible = (batch: Batch): boolean =>
  batch.commands.slice(batch.answers.length).some((command) => command.isUninterruptible === true);

const notSent = (commands: readonly Command[], cause: Error): OracleError => {
  const { label } = commands[0] ?? noCommand;
  const message = `${label} was not sent, since its session has ended: ${cause.message}`;
  return new OracleError(message, { statement: label, outcome: 'refused' }, { cause });
};

/** Source: sqlplus.md 4.3. The texts come on stdout or stderr, with whatever exit status. */
const startFailure = (command: string, how: string, output: string): SqlplusStartError => {
  const [firstLine] = output.split('\n');
  const hint = output.includes('shared librar')
    ? 'A library of sqlplus is missing: oracleHome must hold it in lib, or beside sqlplus in Instant Client.'
    : 'oracleHome must be the directory that this sqlplus belongs to, readable for this account.';
  return new SqlplusStartError(`${command} ended (${how}): ${firstLine || 'it printed nothing'}`, {
    command,
    output,
    hint,
  });
};
