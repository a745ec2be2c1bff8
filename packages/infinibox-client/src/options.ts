import type { Dispatcher } from 'undici';
import { z } from 'zod';
import { type Clock, systemClock } from './clock.js';
import { InfiniboxInputError, type Method } from './errors.js';

/** One attempt of a call, answered or not. */
export interface ResponseInfo {
  readonly method: Method;
  /** Without the query. */
  readonly path: string;
  /** Absent when no answer came. */
  readonly status?: number;
  readonly durationMs: number;
  /** 1 for the first attempt. */
  readonly attempt: number;
}

/** How to reach one array, and for how long to try. */
export interface InfiniboxClientOptions {
  /** `https://host[:port]`, or `http://…` where that is wanted; a bare `host[:port]` means https. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
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
  /** For a whole call with its retries, or for one page of a list. Default 30 000. */
  readonly timeoutMs?: number | undefined;
  /** An answer that is longer is an error. Default 64 MiB; a page of 1 000 volumes has about 2. */
  readonly maxAnswerBytes?: number | undefined;
  /** How often a read is repeated (see `retry.ts`); a write never is. Default 2. */
  readonly retries?: number | undefined;
  /** Sends in place of the client's own pool, which is what `tls` and `connectTimeoutMs` apply to. Not closed with the client. */
  readonly dispatcher?: Dispatcher | undefined;
  readonly clock?: Clock | undefined;
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

/** The settings of a client, without its password: for a configuration file. */
export const infiniboxSettings = z
  .strictObject({
    url: address,
    username: z.string().regex(/^[^:]+$/, 'expected a name without colon'),
    tls: z
      .strictObject({ ca: z.string().min(1).optional(), fingerprint256: fingerprint256.optional() })
      .refine((tls) => tls.ca === undefined || tls.fingerprint256 === undefined, 'give ca or fingerprint256, not both')
      .optional(),
    connectTimeoutMs: z.int().min(1).max(maxDelayMs).default(5_000),
    timeoutMs: z.int().min(1).max(maxDelayMs).default(30_000),
    maxAnswerBytes: z
      .int()
      .min(1)
      .default(64 * 1024 * 1024),
    retries: z.int().min(0).max(20).default(2),
  })
  .refine(({ url, tls }) => tls === undefined || url.startsWith('https:'), {
    path: ['tls'],
    message: 'has no effect on an http:// address',
  });

/** A client's options, checked and complete. */
export interface ParsedOptions extends z.output<typeof infiniboxSettings> {
  readonly password: string;
  readonly dispatcher: Dispatcher | undefined;
  readonly clock: Clock;
  readonly onResponse: ((info: ResponseInfo) => void) | undefined;
}

/** @throws {InfiniboxInputError} All problems at once. */
export const parseOptions = (options: InfiniboxClientOptions): ParsedOptions => {
  const { password, dispatcher, clock = systemClock, onResponse, ...settings } = options;
  const parsed = infiniboxSettings.extend({ password: z.string() }).safeParse({ ...settings, password });
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new InfiniboxInputError(`Options of the InfiniBox client: ${problems.join('; ')}`);
  }
  return { ...parsed.data, dispatcher, clock, onResponse };
};
