import { type Call, callDatabase, type Engine } from './call.js';
import type { Logon } from './logon.js';
import { errorLine, OracleError, oracleError } from './oracle-error.js';
import { runBlock } from './plsql.js';
import { schemaOf } from './privileges.js';
import type { SqlContext } from './sql/functions.js';
import { createSelectEngine } from './sql/select.js';
import type { SessionState } from './state.js';
import type { StatementContext, StatementResult } from './statement-effects.js';
import { normalised, runStatement } from './statements.js';
import { createCatalogue } from './views/catalogue.js';

/** A logged-on session of the simulated database. Its statements run one at a time. */
export interface ServerSession {
  readonly id: number;
  readonly user: string;
  readonly as: string | undefined;
  /** A line that CONNECT prints although it succeeded. */
  readonly warning: string | undefined;
  /** The format in which this session shows dates. */
  dateMask(): string;
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

/** Documented: SQL Language Reference, "SYS_CONTEXT", namespace USERENV. */
const userenv = (context: StatementContext, user: string, name: string): string | null => {
  const { state } = context.engine;
  const values: Readonly<Record<string, string>> = {
    CON_NAME: context.container?.name ?? (state.containers.length > 0 ? 'CDB$ROOT' : state.name),
    CON_ID: String(context.container?.id ?? (state.containers.length > 0 ? 1 : 0)),
    DB_NAME: state.name,
    DB_UNIQUE_NAME: state.uniqueName,
    INSTANCE_NAME: state.sid,
    INSTANCE: '1',
    SESSION_USER: user,
    CURRENT_USER: user,
    SERVER_HOST: state.hostName,
    SID: String(context.session.id),
    MODULE: context.session.module ?? '',
    ACTION: context.session.action ?? '',
    ISDBA: context.session.isAdministrator ? 'TRUE' : 'FALSE',
    DATABASE_ROLE: state.role,
  };
  return values[name] || null;
};

/** Which containers a session sees the rows of. Source: oracle-hot-backup.md section 0 fact 19 (assumed). */
const visibleContainers = (context: StatementContext, logon: Logon): readonly number[] | undefined => {
  if (context.container !== undefined) return [0, context.container.id];
  return logon.user.seesAllContainers === false ? [0, 1] : undefined;
};

/** Opens the session that a logon was granted, and lists it in V$SESSION until it ends. */
export const openServerSession = (engine: Engine, number: number, logon: Logon): ServerSession => {
  const { state } = engine;
  const user = schemaOf(logon.user.name.toUpperCase(), logon.as);
  const session: SessionState = {
    id: 40 + number,
    serial: 1000 + number * 7,
    user,
    isAdministrator: logon.as !== undefined,
    program: `sqlplus@${state.hostName} (TNS V1-V3)`,
    module: null,
    action: null,
    isRunning: false,
    isKilled: false,
  };
  state.sessions.push(session);
  let loss: 'none' | 'untold' | 'told' = 'none';
  let hasHeardOfKill = false;
  let running = 0;
  let isClosed = false;
  let resolveClosed = () => {};
  const closed = new Promise<void>((resolve) => {
    resolveClosed = resolve;
  });

  const context: StatementContext = {
    engine,
    session,
    privileges: logon.privileges,
    container: logon.container,
    dateMask: 'DD-MON-RR',
    select: (sql) => {
      const sight = { state, session, instance: 1, visibleContainers: visibleContainers(context, logon) };
      const catalogue = createCatalogue(sight, logon.privileges.has('SELECT ANY DICTIONARY'));
      const sqlContext: SqlContext = {
        user,
        dateMask: context.dateMask,
        offsetMinutes: state.utcOffsetMinutes,
        nowMs: () => state.clock.now(),
        userenv: (name) => userenv(context, user, name),
      };
      return createSelectEngine(catalogue, sqlContext).run(sql);
    },
  };

  const endWhenIdle = (): void => {
    const index = state.sessions.indexOf(session);
    if (isClosed && running === 0 && index >= 0) state.sessions.splice(index, 1);
  };

  /** Observed: SLOW (ORA-03113 once, then ORA-03114); ORA-00028 then ORA-01012 documented (BING). */
  const requireAlive = (): void => {
    if (loss === 'untold') {
      loss = 'told';
      const companions = [`Process ID: ${5000 + number}`, `Session ID: ${session.id} Serial number: ${session.serial}`];
      throw new OracleError([errorLine('ORA-03113'), ...companions]);
    }
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
      return await callDatabase(engine, { what, session: number, closed, effect });
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
    warning: logon.warning,
    dateMask: () => context.dateMask,
    execute: (sql) =>
      run(normalised(sql), async () => {
        requireAlive();
        requireInstance();
        const isBlock = /^\s*(?:BEGIN|DECLARE)\b/i.test(sql);
        const result = await (isBlock ? runBlock(context, sql) : runStatement(context, sql));
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
    },
    close: () => {
      isClosed = true;
      resolveClosed();
      endWhenIdle();
    },
  };
};
