import { delay } from '../clock.js';
import type { CallAction, Faults } from '../faults.js';
import type { Journal } from '../journal.js';
import { deathOf } from './client/exit.js';
import { ClientDiedError, OracleError, oracleError, UnmodelledStatementError } from './oracle-error.js';
import { runArchiver } from './redo.js';
import type { DatabaseState } from './state.js';

/** One simulated database with everything that watches it or gets in its way. */
export interface Engine {
  readonly state: DatabaseState;
  readonly journal: Journal;
  readonly faults: Faults;
  /** Before each call takes effect. */
  readonly onCall: () => void;
  /** One round of the load. */
  work(): void;
}

/** A call of the database, by a session that ends when `closed` resolves. */
export interface Call<Result> {
  /** The journal's text. Never a password. */
  readonly what: string;
  readonly session: number;
  readonly closed: Promise<void>;
  /** Ends the session as a broken connection does, and says what its caller hears of it. */
  readonly lose?: () => OracleError;
  effect(): Result | Promise<Result>;
}

const meetFault = async (
  fault: CallAction | undefined,
  when: 'before' | 'after',
  engine: Engine,
  { closed, lose }: Pick<Call<unknown>, 'closed' | 'lose'>,
) => {
  if (fault === undefined) return;
  switch (fault.kind) {
    case 'error':
      if (when === 'before') throw new OracleError(fault.text.split('\n'));
      return;
    case 'delay':
      if (fault.when === when) await delay(engine.state.clock, fault.ms);
      return;
    case 'hang':
      if (fault.when !== when) return;
      await closed;
      throw new ClientDiedError();
    case 'die':
      if (fault.when === when) throw new ClientDiedError(deathOf(fault));
      return;
    case 'lose':
      if (fault.when !== when) return;
      await delay(engine.state.clock, fault.stallMs);
      throw lose?.() ?? oracleError('ORA-03113');
    case 'refuse':
    case 'reset':
    case 'garbage':
    case 'html':
    case 'malformed':
    case 'wrongTypes':
    case 'truncate':
      throw new Error(
        `a fault of kind ${fault.kind} is for the array; the database knows error, hang, delay, lose and die`,
      );
    default:
      fault satisfies never;
  }
};

const outcomeOf = (error: unknown): string => {
  if (error instanceof OracleError) return error.message;
  if (error instanceof ClientDiedError || error instanceof UnmodelledStatementError) return error.message;
  return `the simulation failed: ${String(error)}`;
};

/** Runs one call through journal, holds and faults; archiving that SWITCH LOGFILE left over happens first. */
export const callDatabase = async <Result>(engine: Engine, call: Call<Result>): Promise<Result> => {
  const { journal } = engine;
  const entry = journal.open({ side: 'database', what: call.what, detail: { session: call.session } });
  const fault = engine.faults.take(call.what);
  await journal.passHold(entry, 'before');
  try {
    await meetFault(fault, 'before', engine, call);
    engine.onCall();
    if (engine.state.archiveLagMs === undefined) runArchiver(engine.state);
    const result = await call.effect();
    await meetFault(fault, 'after', engine, call);
    await journal.passHold(entry, 'after');
    journal.close(entry, 'ok');
    return result;
  } catch (error) {
    await journal.passHold(entry, 'after');
    journal.close(entry, outcomeOf(error));
    throw error;
  }
};
