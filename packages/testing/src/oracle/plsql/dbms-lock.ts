import { oracleError } from '../oracle-error.js';
import { toNumber, type Value } from '../sql/values.js';
import type { StatementContext } from '../statement-effects.js';
import {
  allocateLock,
  convertLock,
  type LockMode,
  lockAnswers,
  lockIdOf,
  releaseLock,
  requestLock,
} from '../user-locks.js';
import { type CallArguments, type Package, sleepFor } from './subprogram.js';

/** As MAXWAIT, "forever". Documented: DBMS_LOCK, "Constants". */
const maxWaitSeconds = 32_767;
/** Documented: user-assigned ids lie in [0, 1073741823]. */
const highestId = 1_073_741_823n;

const whole = (value: Value | undefined, otherwise: bigint): bigint => {
  if (value === undefined) return otherwise;
  const number = toNumber(value);
  return number === null ? otherwise : BigInt(number);
};

/** The lock that the first argument means; an answer when it means none. */
const lockOf = ({ engine }: StatementContext, args: CallArguments): { id: bigint } | { answer: bigint } => {
  const handle = args.value('LOCKHANDLE') ?? null;
  if (typeof handle === 'string') {
    const id = lockIdOf(engine.state, handle);
    return id === undefined ? { answer: lockAnswers.badHandle } : { id };
  }
  if (handle === null) return { answer: lockAnswers.badParameter };
  const id = whole(handle, -1n);
  return id < 0n || id > highestId ? { answer: lockAnswers.badParameter } : { id };
};

const modeOf = (value: Value | undefined): LockMode | undefined => {
  const mode = Number(whole(value, 6n));
  return mode === 1 || mode === 2 || mode === 3 || mode === 4 || mode === 5 || mode === 6 ? mode : undefined;
};

const timeoutMsOf = (value: Value | undefined): number | undefined => {
  const seconds = Number(whole(value, BigInt(maxWaitSeconds)));
  if (seconds < 0) return undefined;
  return seconds >= maxWaitSeconds ? Number.POSITIVE_INFINITY : seconds * 1000;
};

const withLock =
  (
    ask: (
      context: StatementContext,
      id: bigint,
      mode: LockMode,
      timeoutMs: number,
      args: CallArguments,
    ) => Promise<bigint>,
  ) =>
  async (context: StatementContext, args: CallArguments): Promise<bigint> => {
    const lock = lockOf(context, args);
    if ('answer' in lock) return lock.answer;
    const mode = modeOf(args.value('LOCKMODE'));
    const timeoutMs = timeoutMsOf(args.value('TIMEOUT'));
    if (mode === undefined || timeoutMs === undefined) return lockAnswers.badParameter;
    context.session.event = 'enq: UL - contention';
    try {
      return await ask(context, lock.id, mode, timeoutMs, args);
    } finally {
      context.session.event = undefined;
    }
  };

/**
 * User locks, held by sessions and seen by the whole database. A lock's first parameter is called ID or LOCKHANDLE.
 * Documented: PL/SQL Packages and Types Reference, DBMS_LOCK; that ALLOCATE_UNIQUE commits too.
 */
export const lockPackage: Package = {
  privilege: 'EXECUTE ON DBMS_LOCK',
  constants: {
    NL_MODE: 1n,
    SS_MODE: 2n,
    SX_MODE: 3n,
    S_MODE: 4n,
    SSX_MODE: 5n,
    X_MODE: 6n,
    MAXWAIT: BigInt(maxWaitSeconds),
  },
  subprograms: {
    REQUEST: {
      parameters: ['LOCKHANDLE', 'LOCKMODE', 'TIMEOUT', 'RELEASE_ON_COMMIT'],
      required: 1,
      isFunction: true,
      run: withLock(({ engine, session }, id, mode, timeoutMs, args) => {
        const isReleasedOnCommit = args.truth('RELEASE_ON_COMMIT') === true;
        return requestLock(engine.state, { id, session, mode, isReleasedOnCommit }, timeoutMs);
      }),
    },
    CONVERT: {
      parameters: ['LOCKHANDLE', 'LOCKMODE', 'TIMEOUT'],
      required: 2,
      isFunction: true,
      run: withLock(({ engine, session }, id, mode, timeoutMs) =>
        convertLock(engine.state, { id, session, mode }, timeoutMs),
      ),
    },
    RELEASE: {
      parameters: ['LOCKHANDLE'],
      required: 1,
      isFunction: true,
      run: (context, args) => {
        const lock = lockOf(context, args);
        return 'answer' in lock ? lock.answer : releaseLock(context.engine.state, context.session, lock.id);
      },
    },
    ALLOCATE_UNIQUE: {
      parameters: ['LOCKNAME', 'LOCKHANDLE', 'EXPIRATION_SECS'],
      required: 2,
      out: ['LOCKHANDLE'],
      run: ({ engine: { state } }, args) => {
        // It writes a table. Assumed: so it needs a database that can be written.
        if (state.openMode !== 'READ WRITE') throw oracleError('ORA-16000');
        args.assign('LOCKHANDLE', allocateLock(state, args.text('LOCKNAME') ?? ''));
      },
    },
    SLEEP: { parameters: ['SECONDS'], required: 1, run: (context, args) => sleepFor(context, args.value('SECONDS')) },
  },
};
