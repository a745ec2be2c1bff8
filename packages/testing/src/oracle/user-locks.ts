import type { DatabaseState, SessionState } from './state.js';

/** The modes of DBMS_LOCK: 1 NULL, 2 SS, 3 SX, 4 S, 5 SSX, 6 X. */
export type LockMode = 1 | 2 | 3 | 4 | 5 | 6;

/** A lock of DBMS_LOCK that a session holds, wherever in the database its instance is. */
export interface UserLock {
  readonly id: bigint;
  readonly session: SessionState;
  mode: LockMode;
  readonly isReleasedOnCommit: boolean;
}

interface Waiter {
  readonly id: bigint;
  readonly session: SessionState;
  readonly mode: LockMode;
  wake(): void;
}

export interface UserLocks {
  readonly held: UserLock[];
  readonly waiters: Waiter[];
  /** ALLOCATE_UNIQUE: name to id, for ever. */
  readonly allocated: Map<string, bigint>;
}

export const createUserLocks = (): UserLocks => ({ held: [], waiters: [], allocated: new Map() });

/** Documented: PL/SQL Packages and Types Reference, DBMS_LOCK, "Lock Compatibility Rules". */
const compatible: Readonly<Record<LockMode, readonly LockMode[]>> = {
  1: [1, 2, 3, 4, 5, 6],
  2: [1, 2, 3, 4, 5],
  3: [1, 2, 3],
  4: [1, 2, 4],
  5: [1, 2],
  6: [1],
};

/** The answers of DBMS_LOCK. Documented: the same, "REQUEST Function Return Values". */
export const lockAnswers = {
  success: 0n,
  timeout: 1n,
  deadlock: 2n,
  badParameter: 3n,
  ownership: 4n,
  badHandle: 5n,
} as const;

const blockersOf = ({ held }: UserLocks, wish: Pick<Waiter, 'id' | 'session' | 'mode'>): readonly SessionState[] =>
  held
    .filter(
      ({ id, session, mode }) => id === wish.id && session !== wish.session && !compatible[wish.mode].includes(mode),
    )
    .map(({ session }) => session);

/** Does one of these sessions wait, over however many others, for `session`? */
const waitsFor = (locks: UserLocks, sessions: readonly SessionState[], session: SessionState): boolean => {
  const seen = new Set<SessionState>();
  const pending = [...sessions];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next === session) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    const waiting = locks.waiters.find((waiter) => waiter.session === next);
    if (waiting !== undefined) pending.push(...blockersOf(locks, waiting));
  }
  return false;
};

const wakeAll = ({ waiters }: UserLocks): void => {
  for (const waiter of [...waiters]) waiter.wake();
};

/** Waits until nobody is in the way, the time is over, or the session is killed. Takes the lock before anybody else can look. */
const waitForTurn = async (
  { clock, userLocks }: DatabaseState,
  wish: Pick<Waiter, 'id' | 'session' | 'mode'>,
  timeoutMs: number,
  take: () => void,
): Promise<bigint> => {
  const until = clock.now() + timeoutMs;
  for (;;) {
    const blockers = blockersOf(userLocks, wish);
    if (blockers.length === 0) {
      take();
      return lockAnswers.success;
    }
    if (clock.now() >= until || wish.session.isKilled) return lockAnswers.timeout;
    if (waitsFor(userLocks, blockers, wish.session)) return lockAnswers.deadlock;
    let wake = () => {};
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    // Without a limit no timer keeps the process alive.
    const cancel = Number.isFinite(until) ? clock.setTimeout(wake, until - clock.now()) : () => {};
    const waiter: Waiter = { ...wish, wake };
    userLocks.waiters.push(waiter);
    await woken;
    cancel();
    userLocks.waiters.splice(userLocks.waiters.indexOf(waiter), 1);
  }
};

const ownLock = ({ userLocks }: DatabaseState, session: SessionState, id: bigint): UserLock | undefined =>
  userLocks.held.find((lock) => lock.id === id && lock.session === session);

/** DBMS_LOCK.REQUEST. */
export const requestLock = async (
  state: DatabaseState,
  wish: Omit<UserLock, 'mode'> & { readonly mode: LockMode },
  timeoutMs: number,
): Promise<bigint> => {
  if (ownLock(state, wish.session, wish.id) !== undefined) return lockAnswers.ownership;
  return await waitForTurn(state, wish, timeoutMs, () => void state.userLocks.held.push({ ...wish }));
};

/** DBMS_LOCK.CONVERT. */
export const convertLock = async (
  state: DatabaseState,
  wish: { readonly id: bigint; readonly session: SessionState; readonly mode: LockMode },
  timeoutMs: number,
): Promise<bigint> => {
  const own = ownLock(state, wish.session, wish.id);
  if (own === undefined) return lockAnswers.ownership;
  const answer = await waitForTurn(state, wish, timeoutMs, () => {
    own.mode = wish.mode;
  });
  wakeAll(state.userLocks);
  return answer;
};

const drop = ({ userLocks }: DatabaseState, isDropped: (lock: UserLock) => boolean): void => {
  for (const lock of userLocks.held.filter(isDropped)) userLocks.held.splice(userLocks.held.indexOf(lock), 1);
  wakeAll(userLocks);
};

/** DBMS_LOCK.RELEASE. */
export const releaseLock = (state: DatabaseState, session: SessionState, id: bigint): bigint => {
  const own = ownLock(state, session, id);
  if (own === undefined) return lockAnswers.ownership;
  drop(state, (lock) => lock === own);
  return lockAnswers.success;
};

/** COMMIT and ROLLBACK take the locks along that were requested so. */
export const releaseOnCommit = (state: DatabaseState, session: SessionState): void =>
  drop(state, (lock) => lock.session === session && lock.isReleasedOnCommit);

/** What the session held goes with it. Documented: DBMS_LOCK, "Operational Notes": released when the session ends. */
export const releaseAll = (state: DatabaseState, session: SessionState): void =>
  drop(state, (lock) => lock.session === session);

/** The first id that ALLOCATE_UNIQUE gives out. Documented: 1073741824 to 1999999999. */
const firstAllocated = 1_073_741_824n;

/** DBMS_LOCK.ALLOCATE_UNIQUE: a handle for a name. Assumed: the id twice and a check digit pair, as handles look. */
export const allocateLock = ({ userLocks: { allocated } }: DatabaseState, name: string): string => {
  const id = allocated.get(name) ?? firstAllocated + BigInt(allocated.size);
  allocated.set(name, id);
  return `${id}${id}${id % 97n}`;
};

/** The lock that a number, or a handle of ALLOCATE_UNIQUE, means; `undefined` for what is no handle. */
export const lockIdOf = ({ userLocks: { allocated } }: DatabaseState, handle: string): bigint | undefined =>
  [...allocated.values()].find((id) => handle === `${id}${id}${id % 97n}`);
