import { type Dispatcher, Pool } from 'undici';
import { trustedConnector } from './connector.js';
import { type FailedCall, InfiniboxInputError, InfiniboxResponseError, type Method } from './errors.js';
import { send } from './exchange.js';
import type { ParsedOptions } from './options.js';
import { createSession, type LoginRequest } from './session.js';
import { type Answer, type HttpAnswer, openAnswer, restRoot } from './wire.js';

/** One attempt's request. */
export interface ApiRequest extends LoginRequest {
  readonly method: Method;
  readonly path: string;
  /** Encoded, such as `page=1&page_size=1000`; empty for none. */
  readonly query: string;
  /** Encoded JSON. */
  readonly body: string | undefined;
  /** A failed one changed nothing, although it is no GET. */
  readonly isHarmless?: boolean;
}

/** One management address of the array, with connections and, where asked for, a session of its own. */
export interface Address {
  attempt(request: ApiRequest, signal: AbortSignal): Promise<Answer>;
  login(request: LoginRequest, signal: AbortSignal): Promise<Answer>;
  logout(request: LoginRequest, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

type Headers = Readonly<Record<string, string>>;

const json: Headers = { accept: 'application/json' };
const jsonBody: Headers = { 'content-type': 'application/json' };

/** undici's own limits on silence would cut calls short whose time limit is longer. */
const silence = { headersTimeout: 0, bodyTimeout: 0 };

/**
 * Creates an address. The credentials live in this closure and in no object that could be printed.
 *
 * Source: infinibox-api.md section 1.2 for both ways to say who is calling.
 */
export const createAddress = (url: string, options: ParsedOptions): Address => {
  const { username, password, authentication, clock, onRequest, onResponse } = options;
  const credentials = Buffer.from(`${username}:${password}`).toString('base64');
  const dispatcher: Dispatcher = options.dispatcher ?? createPool(url, options);

  const exchange = async (request: ApiRequest, headers: Headers, signal: AbortSignal): Promise<HttpAnswer> => {
    const { method, path, query, body, attempt } = request;
    const info = { method, path, origin: url, attempt };
    onRequest?.(info);
    const startedAtMs = clock.now();
    let answer: HttpAnswer | undefined;
    try {
      answer = await send(
        dispatcher,
        {
          origin: url,
          method,
          path: query === '' ? path : `${path}?${query}`,
          headers: { ...json, ...(body === undefined ? {} : jsonBody), ...headers },
          body: body ?? null,
          ...silence,
        },
        { ...options, call: request, signal },
      );
      return answer;
    } finally {
      const durationMs = clock.now() - startedAtMs;
      onResponse?.({ ...info, durationMs, ...(answer === undefined ? {} : { status: answer.status }) });
    }
  };

  const open = (call: FailedCall, answer: HttpAnswer, cookie = ''): Answer => {
    const session = cookie.split('; ').map((pair) => pair.slice(pair.indexOf('=') + 1));
    const secrets = [credentials, password, ...session].filter((secret) => secret !== '');
    const redact = (text: string) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
    return openAnswer(call, answer, redact, clock.now());
  };

  const users = (action: 'login' | 'logout', { attempt }: LoginRequest, body: object): ApiRequest => ({
    method: 'POST',
    path: `${restRoot}/users/${action}`,
    query: '',
    body: JSON.stringify(body),
    isHarmless: true,
    attempt,
  });

  const logIn = async (request: LoginRequest, signal: AbortSignal) => {
    const login = users('login', request, { username, password });
    const answer = await exchange(login, {}, signal);
    return { answer: open(login, answer), cookie: cookieOf(answer) };
  };

  const session = authentication === 'session' ? createSession(logIn) : undefined;

  const attemptInSession = async (request: ApiRequest, signal: AbortSignal): Promise<Answer> => {
    if (session === undefined)
      return open(request, await exchange(request, { authorization: `Basic ${credentials}` }, signal));
    const cookie = await session.cookie(request, signal);
    const answer = await exchange(request, { cookie }, signal);
    if (answer.status !== 401) return open(request, answer, cookie);
    // The session ended; a call that is not authenticated did nothing, so that a write may be sent once more too.
    session.forget(cookie);
    const renewed = await session.cookie(request, signal);
    return open(request, await exchange(request, { cookie: renewed }, signal), renewed);
  };

  return {
    attempt: attemptInSession,
    login: (request, signal) => {
      if (session === undefined) throw new InfiniboxInputError("login: needs authentication: 'session'");
      return session.renew(request, signal);
    },
    logout: async (request, signal) => {
      const cookie = session?.forget();
      if (cookie === undefined) return;
      const logout = users('logout', request, {});
      try {
        open(logout, await exchange(logout, { cookie }, signal), cookie);
      } catch (error) {
        // 401: the array had ended the session already.
        if (!(error instanceof InfiniboxResponseError) || error.status !== 401) throw error;
      }
    },
    close: async () => (options.dispatcher === undefined ? dispatcher.close() : undefined),
  };
};

const createPool = (url: string, options: ParsedOptions): Pool =>
  new Pool(url, { connections: options.concurrency, connect: trustedConnector(options), ...silence });

/** Name and value of every cookie, as they are sent back. Its name is not known. Source: infinibox-api.md section 1.2. */
const cookieOf = ({ cookies }: HttpAnswer): string | undefined => {
  const pairs = cookies.map((cookie) => cookie.split(';', 1).join('').trim()).filter((pair) => pair !== '');
  return pairs.length === 0 ? undefined : pairs.join('; ');
};
