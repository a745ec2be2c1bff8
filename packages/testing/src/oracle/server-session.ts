import { createHash } from 'node:crypto';
import { type Call, callDatabase, type Engine } from './call.js';
import type { Logon } from './logon.js';
import { errorLine, OracleError, oracleError } from './oracle-error.js';
import { runBlock } from './plsql/run-block.js';
import { schemaOf } from './privileges.js';
import type { SqlContext } from './sql/functions.js';
import { createSelectEngine } from './sql/select.js';
import { hostNow, type SessionState } from './state.js';
import type { StatementContext, StatementResult } from './statement-effects.js';
import { normalised, runStatement } from './statements.js';
import { releaseAll } from './user-locks.js';
import { userenv } from './userenv.js';
import { createCatalogue } from './views/catalogue.js';

/** A logged-on session of the simulated database. Its statements run one at a time. */
export interface ServerSession {
  readonly id: number;
  readonly user: string;
  readonly as: string | undefined;
  /** From 1. */
  readonly instance: number;
  /** A line that CONNECT prints although it succeeded. */
  readonly warning: string | undefined;
  /** The format in which this session shows dates. */
  dateMask(): string;
  /** Sets it as the environment of a client does, without a statement. */
  setDateMask(mask: string): void;
  /** What DBMS_OUTPUT has kept since it was last asked; it keeps what comes from now on. */
  takeOutput(): readonly string[];
  /**
   * Runs one statement or block, without terminator.
   *
   * @throws {OracleError} as Oracle would; {ClientDiedError} when a fault ended the client;
   *   {UnmodelledStatementError} on a statement that is not known here.
   */
  execute(sql: string): Promise<StatementResult>;
  /** Runs something that is no SQL, such as SHUTDOWN, under this text in the journal. */
  command<Result>(what: string, effect: () => Result | Promise<Result>): Promise<Result>;
  /** The instance died underneath: the next call hears of it. */
  lose(): void;
  /** Ends the session. A statement that runs is finished first, as the server does when its client is gone. */
  close(): void;
}

/** An identifier of the text, as long as Oracle's: 13 characters. */
const sqlIdOf = (sql: string): string => createHash('md5').update(sql).digest('hex').slice(0, 13);

const isBlock = (sql: string): boolean => /^\s*(?:BEGIN|DECLARE)\b/i.test(sql);

/**
 * The journal's text of a statement. In a block that runs statements from texts, texts are left out: each of those
 * statements has an entry of its own, so that whoever matches it meets it once.
 */
const journalText = (sql: string): string => {
  const text = normalised(sql);
  return isBlock(sql) && /\bEXECUTE IMMEDIATE\b/i.test(text) ? text.replace(/'(?:[^']|'')*'/g, "'…'") : text;
};

/** Which containers a session sees the rows of. Source: oracle-hot-backup.md section 0 fact 19 (assumed). */
const visibleContainers = (context: StatementContext, logon: Logon): readonly number[] | undefined => {
  if (context.container !== undefined) return [0, context.container.id];
  return logon.user.seesAllContainers === false ? [0, 1] : undefined;
};

/** Opens the session that a logon was granted, and lists it in V$SESSION until it ends. */
export const openServerSession = (engine: Engine, number: number, logon: Logon): ServerSession => {
  const { state } = engine;
  let interrupt = () => {};
  const interrupted = new Promise<void>((resolve) => {
    interrupt = resolve;
  });
  const user = schemaOf(logon.user.name.toUpperCase(), logon.as);
  const session: SessionState = {
    id: 40 + number,
    instance: logon.instance,
    service: logon.service ?? 'SYS$USERS',
    loggedOnAtMs: hostNow(state),
    sqlId: null,
    serial: 1000 + number * 7,
    user,
    isAdministrator: logon.as !== undefined,
    program: `sqlplus@${state.hostName} (TNS V1-V3)`,
    module: null,
    action: null,
    isRunning: false,
    isKilled: false,
    interrupt,
    clientInfo: null,
    clientIdentifier: null,
    event: undefined,
    openFiles: new Map(),
    output: undefined,
  };
  state.sessions.push(session);
  let loss: 'none' | 'untold' | 'told' = 'none';
  let hasHeardOfKill = false;
  let running = 0;
  let isClosed = false;
  let resolveClosed = () => {};
  const gone = Promise.race([
    new Promise<void>((resolve) => {
      resolveClosed = resolve;
    }),
    interrupted,
  ]);

  const context: StatementContext = {
    engine,
    session,
    privileges: logon.privileges,
    container: logon.container,
    dateMask: 'DD-MON-RR',
    engineWith: (names) => {
      const { privileges } = logon;
      const visible = visibleContainers(context, logon);
      const catalogue = createCatalogue({
        state,
        session,
        privileges,
        instance: session.instance,
        visibleContainers: visible,
      });
      const sqlContext: SqlContext = {
        user,
        dateMask: context.dateMask,
        offsetMinutes: state.utcOffsetMinutes,
        nowMs: () => hostNow(state),
        userenv: (name) => userenv(context, name),
        ...names,
      };
      return createSelectEngine(catalogue, sqlContext);
    },
    run: (sql) => (isBlock(sql) ? runBlock(context, sql) : runStatement(context, sql)),
    executeImmediate: (sql) =>
      callDatabase(engine, {
        what: journalText(sql),
        session: number,
        closed: gone,
        effect: () => context.run(sql),
        lose: endOfFile,
      }),
    requireAlive: () => requireAlive(),
  };

  const endWhenIdle = (): void => {
    const index = state.sessions.indexOf(session);
    if (isClosed && running === 0 && index >= 0) state.sessions.splice(index, 1);
    if (running === 0 && (isClosed || session.isKilled)) releaseAll(state, session);
  };

  /** Observed: SLOW (ORA-03113 once, then ORA-03114); ORA-00028 then ORA-01012 documented (BING). */
  const endOfFile = (): OracleError => {
    loss = 'told';
    const companions = [`Process ID: ${5000 + number}`, `Session ID: ${session.id} Serial number: ${session.serial}`];
    return new OracleError([errorLine('ORA-03113'), ...companions]);
  };

  const requireAlive = (): void => {
    if (loss === 'untold') throw endOfFile();
    if (loss === 'told') throw oracleError('ORA-03114');
    if (session.isKilled) {
      const code = hasHeardOfKill ? 'ORA-01012' : 'ORA-00028';
      hasHeardOfKill = true;
      throw oracleError(code);
    }
  };

  /** Observed: sqlplus.md G20. */
  const requireInstance = (): void => {
    if (state.instanceStatus !== 'DOWN') return;
    throw new OracleError([errorLine('ORA-01034'), 'Process ID: 0', 'Session ID: 0 Serial number: 0']);
  };

  const run = async <Result>(what: string, effect: Call<Result>['effect']): Promise<Result> => {
    running += 1;
    session.isRunning = true;
    try {
      return await callDatabase(engine, { what, session: number, closed: gone, effect, lose: endOfFile });
    } finally {
      running -= 1;
      session.isRunning = running > 0;
      endWhenIdle();
    }
  };

  return {
    id: session.id,
    user,
    as: logon.as,
    instance: session.instance,
    warning: logon.warning,
    dateMask: () => context.dateMask,
    setDateMask: (mask) => {
      context.dateMask = mask;
    },
    takeOutput: () => {
      const lines = session.output ?? [];
      session.output = [];
      return lines;
    },
    execute: (sql) =>
      run(journalText(sql), async () => {
        requireAlive();
        requireInstance();
        session.sqlId = sqlIdOf(sql);
        const result = await context.run(sql);
        requireAlive();
        return result;
      }),
    command: (what, effect) =>
      run(what, () => {
        requireAlive();
        return effect();
      }),
    lose: () => {
      if (loss === 'none') loss = 'untold';
      session.isKilled = true;
      const index = state.sessions.indexOf(session);
      if (index >= 0) state.sessions.splice(index, 1);
      releaseAll(state, session);
    },
    close: () => {
      isClosed = true;
      resolveClosed();
      endWhenIdle();
    },
  };
};
