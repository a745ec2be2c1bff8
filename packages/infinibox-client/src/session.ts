import { connectionError } from './connection-error.js';
import { type FailedCall, InfiniboxDecodeError } from './errors.js';
import { type Answer, restRoot } from './wire.js';

/** A login or logout, which knows its own method and path. */
export interface LoginRequest {
  /** The attempt of the call that needs it: 1 for the first. */
  readonly attempt: number;
}

/** What a login gave. */
interface Login {
  readonly answer: Answer;
  /** The `Cookie` header of the calls to come. */
  readonly cookie: string | undefined;
}

/** One session on one address: a cookie that is asked for when needed, once for all calls that need it. */
export interface Session {
  /** The present cookie, or that of a login that this call waits for. */
  cookie(request: LoginRequest, signal: AbortSignal): Promise<string>;
  /** Logs in, whether or not there is a cookie. */
  renew(request: LoginRequest, signal: AbortSignal): Promise<Answer>;
  /** Drops the cookie: only if it still is this one, when given. @returns What was dropped. */
  forget(cookie?: string): string | undefined;
}

const loginCall: FailedCall = { method: 'POST', path: `${restRoot}/users/login`, isHarmless: true };

/**
 * Creates a session without cookie.
 *
 * @param logIn  Logs in once.
 */
export const createSession = (logIn: (request: LoginRequest, signal: AbortSignal) => Promise<Login>): Session => {
  let present: string | undefined;
  let pending: { readonly cookie: Promise<string>; readonly signal: AbortSignal } | undefined;

  const begin = async (request: LoginRequest, signal: AbortSignal): Promise<Login & { cookie: string }> => {
    const { answer, cookie } = await logIn(request, signal);
    if (cookie === undefined) throw new InfiniboxDecodeError(loginCall, ['expected a cookie']);
    present = cookie;
    return { answer, cookie };
  };

  return {
    cookie: async (request, signal) => {
      for (;;) {
        if (present !== undefined) return present;
        if (pending === undefined) {
          const started = { cookie: begin(request, signal).then(({ cookie }) => cookie), signal };
          pending = started;
          const clear = () => {
            pending = undefined;
          };
          started.cookie.then(clear, clear);
        }
        const waitedFor = pending;
        try {
          return await orAborted(waitedFor.cookie, signal);
        } catch (error) {
          // The call that began the login was cancelled, which is no business of this one.
          if (!waitedFor.signal.aborted || signal.aborted) throw error;
        }
      }
    },
    renew: async (request, signal) => (await begin(request, signal)).answer,
    forget: (cookie = present) => {
      if (cookie !== present) return undefined;
      present = undefined;
      return cookie;
    },
  };
};

/** Fails as soon as the signal aborts, with nothing sent for the call that waits. */
const orAborted = <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const cancel = () => reject(connectionError(loginCall, signal.reason, false));
    const end = () => signal.removeEventListener('abort', cancel);
    if (signal.aborted) return cancel();
    signal.addEventListener('abort', cancel);
    promise.then(resolve, reject).finally(end);
  });
