/** The methods that the array's REST interface uses. */
export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/**
 * What a failed call left behind on the array.
 *
 * - `refused`: nothing was done. Every failed read is of this kind.
 * - `unknown`: it may have taken effect, now or later. Look before deciding anything.
 */
export type Outcome = 'refused' | 'unknown';

/** The call that failed, without its query and body. */
export interface FailedCall {
  readonly method: Method;
  /** Such as `/api/rest/volumes/1011`. */
  readonly path: string;
  /** A write that leaves nothing behind that anybody would miss or find, such as a login: a failed one is `refused`. */
  readonly isHarmless?: boolean;
}

/** What every error of this client has in common. No field holds a credential. */
export abstract class InfiniboxError extends Error {
  /** Stable: `INFINIBOX_CONNECTION`, `INFINIBOX_RESPONSE`, … */
  abstract readonly code: string;
  readonly method: Method;
  readonly path: string;
  readonly outcome: Outcome;
  /** What the operator can do, where that is known. */
  readonly hint?: string;

  constructor(call: FailedCall, what: string, outcome: Outcome, hint?: string, options?: ErrorOptions) {
    super(`${call.method} ${call.path}: ${what}`, options);
    this.method = call.method;
    this.path = call.path;
    this.outcome = call.method === 'GET' || call.isHarmless === true ? 'refused' : outcome;
    if (hint !== undefined) this.hint = hint;
  }
}

/** No answer: name resolution, TCP, TLS, a time limit, a broken connection, or the caller's own cancellation. */
export class InfiniboxConnectionError extends InfiniboxError {
  override readonly name = 'InfiniboxConnectionError';
  readonly code = 'INFINIBOX_CONNECTION';
  /** `false` is certain: not one byte of the request left. `true` is not: some of it may have. */
  readonly requestSent: boolean;
  /** The certificate that was not trusted. Its SHA-256 fingerprint as upper-case hex pairs joined by colons. */
  readonly certificate?: { readonly fingerprint256: string };

  constructor(
    call: FailedCall,
    what: string,
    fields: {
      readonly requestSent: boolean;
      readonly fingerprint256?: string | undefined;
      readonly hint?: string | undefined;
    },
    options?: ErrorOptions,
  ) {
    super(call, what, fields.requestSent ? 'unknown' : 'refused', fields.hint, options);
    this.requestSent = fields.requestSent;
    if (fields.fingerprint256 !== undefined) this.certificate = { fingerprint256: fields.fingerprint256 };
  }
}

/** The array answered with an error. */
export class InfiniboxResponseError extends InfiniboxError {
  override readonly name = 'InfiniboxResponseError';
  readonly code = 'INFINIBOX_RESPONSE';
  /** The HTTP status. */
  readonly status: number;
  /** The array's own code, such as `VOLUME_NOT_FOUND`; absent when the body was not the array's. */
  readonly apiCode?: string;
  /** The messages of the array's `reasons`. */
  readonly reasons: readonly string[];
  /** The error comes from the array at the other end of a replication link. */
  readonly isRemote: boolean;
  /** How long the array asked to be left alone. */
  readonly retryAfterMs?: number;

  constructor(
    call: FailedCall,
    what: string,
    fields: {
      readonly status: number;
      readonly apiCode?: string | undefined;
      readonly reasons?: readonly string[];
      readonly isRemote?: boolean;
      readonly retryAfterMs?: number | undefined;
    },
  ) {
    const isRefusal = fields.status >= 400 && fields.status < 500;
    super(call, what, isRefusal ? 'refused' : 'unknown', responseHint(call, fields.status, fields.apiCode));
    this.status = fields.status;
    if (fields.apiCode !== undefined) this.apiCode = fields.apiCode;
    this.reasons = fields.reasons ?? [];
    this.isRemote = fields.isRemote ?? false;
    if (fields.retryAfterMs !== undefined) this.retryAfterMs = fields.retryAfterMs;
  }
}

/** Source: infinibox-api.md sections 1.2 (login), 1.6 (statuses) and 3.7 (roles). */
const responseHint = ({ path }: FailedCall, status: number, apiCode: string | undefined): string | undefined => {
  if (status === 401 || (status === 403 && path.endsWith('/users/login'))) return 'Check user name and password.';
  if (status === 403 && apiCode?.startsWith('APPROVAL_REQUIRED') !== true)
    return 'Check that the account may do this: snapshots need the role ADMIN, or POOL_ADMIN as an owner of the pool.';
  if (status === 503) return 'The management service is busy or failing over: try again later.';
  return undefined;
};

/** The array answered, but not in the expected shape. */
export class InfiniboxDecodeError extends InfiniboxError {
  override readonly name = 'InfiniboxDecodeError';
  readonly code = 'INFINIBOX_DECODE';
  /** What is wrong and where, such as `result.0.created_at: expected int, received string`. */
  readonly issues: readonly string[];

  constructor(call: FailedCall, issues: readonly string[], options?: ErrorOptions) {
    super(call, `unexpected answer (${issues.join('; ')})`, 'unknown', undefined, options);
    this.issues = issues;
  }
}

/** The list grew or shrank while it was being read, so an object may have been missed or seen twice. List again. */
export class InfiniboxListChangedError extends InfiniboxError {
  override readonly name = 'InfiniboxListChangedError';
  readonly code = 'INFINIBOX_LIST_CHANGED';
  /** How many objects there were in the beginning, and now. */
  readonly before: number;
  readonly now: number;

  constructor(call: FailedCall, before: number, now: number) {
    super(call, `the list changed while it was read (${before} objects, then ${now})`, 'refused', 'List again.');
    this.before = before;
    this.now = now;
  }
}

/**
 * `ambiguous`: several objects match. `has-children`: the array would delete them too. `lock-shortened`: the object is locked
 * for longer already.
 */
export type RefusalReason = 'ambiguous' | 'has-children' | 'lock-shortened';

/** This client declined by itself, before anything was changed. */
export class InfiniboxRefusedError extends InfiniboxError {
  override readonly name = 'InfiniboxRefusedError';
  readonly code = 'INFINIBOX_REFUSED';
  readonly reason: RefusalReason;

  constructor(call: FailedCall, reason: RefusalReason, what: string) {
    super(call, what, 'refused');
    this.reason = reason;
  }
}

/**
 * The answer of a write was lost, and looking for what it makes did not settle whether it was done. Only calls that were
 * asked to settle fail with it; `cause` is the failure that lost the answer.
 */
export class InfiniboxOutcomeUnknownError extends InfiniboxError {
  override readonly name = 'InfiniboxOutcomeUnknownError';
  readonly code = 'INFINIBOX_OUTCOME_UNKNOWN';
  /** Ids of what was found and may be of this call; empty when nothing was. */
  readonly found: readonly number[];

  constructor(call: FailedCall, what: string, found: readonly number[], options?: ErrorOptions) {
    const hint = 'Look for the names later: what was asked for may still be made.';
    super(call, `outcome unknown: ${what}`, 'unknown', hint, options);
    this.found = found;
  }
}

/** An option or argument was refused before anything was sent. Its message names the field, never the value. */
export class InfiniboxInputError extends TypeError {
  override readonly name = 'InfiniboxInputError';
  readonly code = 'INFINIBOX_INPUT';
  readonly outcome = 'refused' satisfies Outcome;
}
