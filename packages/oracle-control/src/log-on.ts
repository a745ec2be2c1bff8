import { randomBytes } from 'node:crypto';
import { type Asking, accept, change } from './ask.js';
import * as changes from './changes.js';
import type { Clock } from './clock.js';
import { OracleError } from './errors.js';
import type { ResolvedOptions } from './options.js';
import { asksForNewPassword, readLogon } from './output.js';
import { createRedaction } from './redaction.js';
import type { StartSqlplus } from './run-sqlplus.js';
import { opening, settings, sqlplusArguments, sqlplusEnvironment } from './script.js';
import { createSession } from './session.js';

/** The part of a pino logger that is used here. */
export interface OracleLog {
  debug(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** What every logon of one control has in common. */
export interface LogonContext {
  readonly resolved: ResolvedOptions;
  /** The CONNECT line, which holds the password. */
  readonly connect: string;
  readonly startSqlplus: StartSqlplus;
  readonly clock: Clock;
  readonly log: OracleLog;
}

/**
 * Starts a sqlplus, logs on, and labels the session. No process is left when that fails.
 *
 * @param request.signal  Cancels the logging on; its reason is what is thrown then.
 */
export const logOn = async (
  { purpose, signal }: { readonly purpose: string; readonly signal: AbortSignal | undefined },
  context: LogonContext,
): Promise<{ readonly asking: Asking; readonly isLabelled: boolean }> => {
  signal?.throwIfAborted();
  const asking = await start(context);
  const abort = () => void asking.session.abort(abortReason(signal));
  signal?.addEventListener('abort', abort, { once: true });
  try {
    if (signal?.aborted) abort();
    await connectAndSet(asking, context.connect);
    const isLabelled = await label(asking, purpose, context.log);
    signal?.throwIfAborted();
    return { asking, isLabelled };
  } catch (error) {
    await asking.session.close();
    throw signal?.aborted ? abortReason(signal) : error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
};

const abortReason = (signal: AbortSignal | undefined): Error =>
  signal?.reason instanceof Error ? signal.reason : new Error('logging on was cancelled', { cause: signal?.reason });

const start = async ({ resolved, startSqlplus, clock, log }: LogonContext): Promise<Asking> => {
  const { oracleHome, limits, logon } = resolved;
  const redact = createRedaction(logon);
  const process = await startSqlplus({
    oracleHome,
    arguments: sqlplusArguments,
    environment: (directory) => sqlplusEnvironment(resolved, directory),
    killGraceMs: limits.killGraceMs,
    clock,
  });
  const session = createSession(process, {
    nonce: randomBytes(16).toString('hex'),
    limits,
    clock,
    redact,
    onLateEnd: (statement) => log.warn({ statement }, 'statement ended after its time limit'),
  });
  return {
    session: {
      ...session,
      send: async (commands) => {
        const startedAtMs = clock.now();
        const statement = commands.map(({ label }) => label).join('; ');
        try {
          return await session.send(commands);
        } finally {
          log.debug({ statement, durationMs: clock.now() - startedAtMs }, 'sqlplus');
        }
      },
    },
    limits,
    redact,
    onWarning: (statement, warnings) => log.warn({ statement, warnings }, 'database warned'),
  };
};

/** Asks sqlplus for a sign of life first: the password goes only to a program that behaves like sqlplus. */
const connectAndSet = async (asking: Asking, connect: string): Promise<void> => {
  const { session, limits } = asking;
  await session.send([{ label: 'sqlplus', input: opening, limitMs: limits.startMs }]);
  const [lines = []] = await session.send([
    { label: 'CONNECT', input: connect, limitMs: limits.connectMs, stopAt: asksForNewPassword },
  ]);
  accept(asking, 'CONNECT', lines, readLogon(lines));
  await session.send([{ label: 'SET', input: settings, limitMs: limits.startMs }]);
};

/**
 * Labels the session. A database that is only mounted knows no packages, and that keeps nobody from working in it;
 * but an instance that is down shows here first, since CONNECT AS SYSDBA succeeds without one.
 *
 * @returns Whether it worked.
 */
const label = async (asking: Asking, purpose: string, log: OracleLog): Promise<boolean> => {
  try {
    await change(asking, changes.labelSession(purpose));
    return true;
  } catch (error) {
    const isAnswered = error instanceof OracleError && error.oracleCode?.startsWith('SP2-') === false;
    if (!isAnswered || error.outcome === 'unknown' || error.isUnreachable) throw error;
    log.warn({ code: error.oracleCode }, 'session not labelled');
    return false;
  }
};
