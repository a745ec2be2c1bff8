import type { Dispatcher } from 'undici';
import { z } from 'zod';
import { type Clock, systemClock } from './clock.js';
import { InfiniboxInputError, type Method } from './errors.js';

/** One attempt of a call, about to be sent. */
export interface RequestInfo {
  readonly method: Method;
  /** Without the query. */
  readonly path: string;
  /** The address that is asked, such as `https://box.example`. */
  readonly origin: string;
  /** 1 for the first attempt. A login that a call needs carries the number of that call's attempt. */
  readonly attempt: number;
}

/** One attempt of a call, answered or not. */
export interface ResponseInfo extends RequestInfo {
  /** Absent when no answer came. */
  readonly status?: number;
  readonly durationMs: number;
}

/** How to reach one array, and for how long to try. */
export interface InfiniboxClientOptions {
  /**
   * `https://host[:port]`, or `http://…` where that is wanted; a bare `host[:port]` means https. Several are management
   * addresses of one array: an address that answers 503 or cannot be reached is left for the next.
   */
  readonly url: string | readonly string[];
  readonly username: string;
  readonly password: string;
  /**
   * `basic`, the default, sends the credentials with every call. `session` sends them once, to log in, then a cookie; it logs
   * in again when the array ends the session. Closing the client logs out.
   */
  readonly authentication?: 'basic' | 'session' | undefined;
  /** Default: the certificate authorities that Node trusts. At most one of the two. */
  readonly tls?:
    | {
        /** Certificate authorities in PEM, in place of Node's. */
        readonly ca?: string | undefined;
        /** Trusts exactly the certificate with this SHA-256 fingerprint, whoever signed it: hex, with or without colons. */
        readonly fingerprint256?: string | undefined;
      }
    | undefined;
  /** To open one connection. Default 5 000. */
  readonly connectTimeoutMs?: number | undefined;
  /** From the moment a request is sent until its answer begins. Default: only `timeoutMs` counts. */
  readonly firstByteTimeoutMs?: number | undefined;
  /** From the moment a request is sent until its answer is complete. Default: only `timeoutMs` counts. */
  readonly lastByteTimeoutMs?: number | undefined;
  /** Requests at one time; further calls wait. Each has a connection of its own. Default 8. */
  readonly concurrency?: number | undefined;
  /** For a whole call with its retries, or for one page of a list. Default 30 000. */
  readonly timeoutMs?: number | undefined;
  /** An answer that is longer is an error. Default 64 MiB; a page of 1 000 volumes has about 2. */
  readonly maxAnswerBytes?: number | undefined;
  /** How often a read is repeated (see `retry.ts`); a write never is. Default 2. */
  readonly retries?: number | undefined;
  /**
   * Sends in place of the client's own pools, which are what `tls`, `connectTimeoutMs` and `concurrency` apply to. Not closed
   * with the client.
   */
  readonly dispatcher?: Dispatcher | undefined;
  readonly clock?: Clock | undefined;
  /** Called before every attempt. What it throws becomes the failure of the call, so it should not throw. */
  readonly onRequest?: ((info: RequestInfo) => void) | undefined;
  /** Called after every attempt. What it throws becomes the failure of the call, so it should not throw. */
  readonly onResponse?: ((info: ResponseInfo) => void) | undefined;
}

const address = z.string().transform((text, context): string => {
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : undefined;
  const isPlain =
    url?.username === '' && url.password === '' && url.pathname === '/' && url.search === '' && url.hash === '';
  if (url === undefined || !isPlain || !['http:', 'https:'].includes(url.protocol)) {
    context.addIssue('expected http(s)://host[:port] without user, path or query');
    return z.NEVER;
  }
  return url.origin;
});

const fingerprint256 = z
  .string()
  .regex(
    /^[0-9A-Fa-f]{2}(:?[0-9A-Fa-f]{2}){31}$/,
    'expected a SHA-256 fingerprint: 32 hex pairs, with or without colons',
  )
  .transform((text) => (text.toUpperCase().match(/[0-9A-F]{2}/g) ?? []).join(':'));

/** The longest delay of a Node timer. Source: Node.js documentation, setTimeout. */
const maxDelayMs = 2 ** 31 - 1;

const delay = z.int().min(1).max(maxDelayMs);

const settings = z.strictObject({
  username: z.string().regex(/^[^:]+$/, 'expected a name without colon'),
  authentication: z.enum(['basic', 'session']).default('basic'),
  tls: z
    .strictObject({ ca: z.string().min(1).optional(), fingerprint256: fingerprint256.optional() })
    .refine((tls) => tls.ca === undefined || tls.fingerprint256 === undefined, 'give ca or fingerprint256, not both')
    .optional(),
  connectTimeoutMs: delay.default(5_000),
  firstByteTimeoutMs: delay.optional(),
  lastByteTimeoutMs: delay.optional(),
  timeoutMs: delay.default(30_000),
  maxAnswerBytes: z
    .int()
    .min(1)
    .default(64 * 1024 * 1024),
  concurrency: z.int().min(1).max(1_024).default(8),
  retries: z.int().min(0).max(20).default(2),
});

const withoutEffect = { path: ['tls'], message: 'has no effect on an http:// address' };
const isHttps = (url: string): boolean => url.startsWith('https:');

/** The settings of a client of an array with one address, without its password: for a configuration file. */
export const infiniboxSettings = settings
  .extend({ url: address })
  .refine(({ url, tls }) => tls === undefined || isHttps(url), withoutEffect);

const secret = { password: z.string() };

/** Apart, so that a problem with the one address is reported as such. */
const withOneUrl = infiniboxSettings.extend(secret);
const withSeveralUrls = settings
  .extend({ ...secret, url: z.tuple([address], address) })
  .refine(({ url, tls }) => tls === undefined || url.some(isHttps), withoutEffect);

/** A client's options, checked and complete. */
export interface ParsedOptions extends Omit<z.output<typeof withSeveralUrls>, 'url'> {
  /** Origins, one at least. */
  readonly urls: readonly [string, ...string[]];
  readonly dispatcher: Dispatcher | undefined;
  readonly clock: Clock;
  readonly onRequest: ((info: RequestInfo) => void) | undefined;
  readonly onResponse: ((info: ResponseInfo) => void) | undefined;
}

/** @throws {InfiniboxInputError} All problems at once. */
export const parseOptions = (options: InfiniboxClientOptions): ParsedOptions => {
  const { dispatcher, clock = systemClock, onRequest, onResponse, ...given } = options;
  const schema = Array.isArray(given.url) ? withSeveralUrls : withOneUrl;
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new InfiniboxInputError(`Options of the InfiniBox client: ${problems.join('; ')}`);
  }
  const { url, ...rest } = parsed.data;
  const urls: readonly [string, ...string[]] = typeof url === 'string' ? [url] : url;
  return { ...rest, urls, dispatcher, clock, onRequest, onResponse };
};
