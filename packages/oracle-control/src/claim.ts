import { type Asking, change } from './ask.js';
import { type Change, labelClaim, labelSession } from './changes.js';
import { OracleError } from './errors.js';
import { actionOf } from './session-label.js';
import { type FoundSession, findOtherSessions } from './sessions.js';

/** Whether this session may take the database into backup mode, as far as other runs are concerned. */
export type Claim =
  /** No other session holds it, on any instance, until this one ends. */
  | { readonly kind: 'exclusive' }
  /** Another session claims it. `by` is empty when GV$SESSION does not tell which. */
  | { readonly kind: 'taken'; readonly by: readonly FoundSession[] }
  /**
   * No session is known to claim it, and nothing but ORA-01146 would stop one that is not: the account lacks a grant, which
   * `reason` names. `others` are sessions of ours that claim nothing, apart from those of this run; with `isBlind`, no session of
   * any run can be seen.
   */
  | {
      readonly kind: 'weak';
      readonly reason: string;
      readonly others: readonly FoundSession[];
      readonly isBlind: boolean;
    };

/**
 * Any number of 0 … 1073741823, the range of user locks; the same in every release of this package, or two of them would
 * not see each other. ALLOCATE_UNIQUE would give a named one, and commit, and write a row for it.
 *
 * Source: PL/SQL Packages and Types Reference, DBMS_LOCK.
 */
const lockId = 730_211_957;

/** What the block raises when the lock is held by another session, and when REQUEST answers anything unexpected. */
const takenCode = 'ORA-20201';

/**
 * Requests the lock in mode 6, exclusive, without waiting, to be kept until the session ends. A user lock holds for the
 * whole database and every instance. REQUEST answers 0 for success, 1 for a timeout, 2 for a deadlock, 3 for a wrong
 * parameter, 4 for a lock that this session holds already, 5 for an illegal handle.
 *
 * Source: PL/SQL Packages and Types Reference, DBMS_LOCK.REQUEST. In a container database every run must connect to the
 * same container: that locks of two containers exclude each other is unverified.
 */
const requestLock: Change = {
  label: 'DBMS_LOCK.REQUEST',
  sql: `DECLARE
  answer INTEGER;
BEGIN
  answer := DBMS_LOCK.REQUEST(id => ${lockId}, lockmode => 6, timeout => 0, release_on_commit => FALSE);
  IF answer = 1 THEN
    RAISE_APPLICATION_ERROR(-20201, 'another session claims this database');
  ELSIF answer NOT IN (0, 4) THEN
    RAISE_APPLICATION_ERROR(-20202, 'DBMS_LOCK.REQUEST answered ' || answer);
  END IF;
END;`,
  confirmation: 'PL/SQL procedure successfully completed.',
  limit: 'queryMs',
};

/** Gives the lock back. Its answer does not matter: it goes with the session at the latest. */
const releaseLock: Change = {
  label: 'DBMS_LOCK.RELEASE',
  sql: `DECLARE\n  answer INTEGER;\nBEGIN\n  answer := DBMS_LOCK.RELEASE(id => ${lockId});\nEND;`,
  confirmation: 'PL/SQL procedure successfully completed.',
  limit: 'queryMs',
};

/** What a claim needs to know of its session. */
interface Claimant {
  /** The session's own. */
  readonly purpose: string;
  /** Purposes of the other sessions of the same run. */
  readonly except: readonly string[];
}

/**
 * Claims the database for this session. Between two with the lock, the lock decides. One that has no grant for it says that it
 * claims before it looks who else does, and so does one with the lock before it looks for such: of two that start together
 * at least one sees the other, and steps back. Both may; never do both go on believing. Whatever the answer, mark and
 * lock go with the session: there is nothing to clean up.
 *
 * @throws {OracleError} An answer was lost, so it is not known what this session holds.
 */
export const claimDatabase = async (asking: Asking, claimant: Claimant): Promise<Claim> => {
  const refusal = await attempt(asking, requestLock);
  if (refusal === undefined) return claimWithLock(asking, claimant);
  if (refusal.oracleCode !== takenCode) return claimWeakly(asking, claimant, refusal);
  return { kind: 'taken', by: (await look(asking)).found.filter(({ claim }) => claim !== undefined) };
};

const claimWithLock = async (asking: Asking, { purpose }: Claimant): Promise<Claim> => {
  await attempt(asking, labelClaim('exclusive', purpose));
  const by = (await look(asking)).found.filter(({ claim }) => claim === 'weak');
  if (by.length === 0) return { kind: 'exclusive' };
  await attempt(asking, releaseLock);
  await attempt(asking, labelSession(purpose));
  return { kind: 'taken', by };
};

const claimWeakly = async (asking: Asking, { purpose, except }: Claimant, refusal: OracleError): Promise<Claim> => {
  const labelling = await attempt(asking, labelClaim('weak', purpose));
  const looking = await look(asking);
  const by = looking.found.filter(({ claim }) => claim !== undefined);
  if (by.length > 0) {
    await attempt(asking, labelSession(purpose));
    return { kind: 'taken', by };
  }
  const reasons = [
    `DBMS_LOCK cannot be used (${codesOf(refusal)}): grant EXECUTE on SYS.DBMS_LOCK`,
    labelling && `other runs cannot see this one (${codesOf(labelling)})`,
    looking.refusal && `other runs cannot be seen (${codesOf(looking.refusal)}): grant SELECT on SYS.GV_$SESSION`,
  ];
  const ownActions = except.map(actionOf);
  return {
    kind: 'weak',
    reason: reasons.filter((reason) => reason !== undefined).join('; '),
    others: looking.found.filter((other) => !ownActions.includes(other.purpose)),
    isBlind: looking.refusal !== undefined,
  };
};

/** @returns The refusal, if there was one. */
const attempt = async (asking: Asking, wanted: Change): Promise<OracleError | undefined> => {
  try {
    await change(asking, wanted);
    return undefined;
  } catch (error) {
    return requireRefusal(error);
  }
};

const look = async (
  asking: Asking,
): Promise<{ readonly found: readonly FoundSession[]; readonly refusal?: OracleError }> => {
  try {
    return { found: await findOtherSessions(asking) };
  } catch (error) {
    return { found: [], refusal: requireRefusal(error) };
  }
};

/** A definite answer can be gone on from; a session that was lost holds no claim. */
const requireRefusal = (error: unknown): OracleError => {
  if (error instanceof OracleError && error.outcome === 'refused' && error.oracleCode !== undefined) return error;
  throw error;
};

const codesOf = ({ codes }: OracleError): string => [...new Set(codes)].join(', ');
