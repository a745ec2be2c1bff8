import { errors } from 'undici';
import { type FailedCall, InfiniboxConnectionError } from './errors.js';
import { UntrustedCertificate } from './trust.js';

const unreachable = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const connectionHint = (cause: unknown): string | undefined => {
  if (cause instanceof UntrustedCertificate)
    return `Compare the fingerprint with the array's own; when it is the same, set tls.fingerprint256 to ${cause.fingerprint256}.`;
  const code = codeOf(cause);
  if (unreachable.has(code ?? ''))
    return 'Check the address, and that this host reaches the management network of the array.';
  if (code === 'EPROTO' || code?.startsWith('ERR_SSL_') === true) return 'Check that this port speaks TLS.';
  return undefined;
};

const codeOf = (cause: unknown): string | undefined =>
  cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;

/**
 * One line. Node reports an attempt at several addresses as an error without a text of its own, and gives OpenSSL's
 * errors with a thread id, a source file and a newline, their `reason` beside it.
 */
const textOf = (cause: unknown): string => {
  if (cause instanceof AggregateError && cause.message === '') return cause.errors.map(textOf).join(', ');
  if (cause instanceof Error && 'reason' in cause && typeof cause.reason === 'string') return `TLS: ${cause.reason}`;
  return cause instanceof Error ? cause.message : String(cause);
};

/**
 * Makes a typed error of what Node, undici or the caller's signal gave as the reason why no answer came.
 *
 * @param requestSent  `false` only when it is certain that nothing was sent.
 */
export const connectionError = (call: FailedCall, cause: unknown, requestSent: boolean): InfiniboxConnectionError => {
  // What undici keeps here was received, and a broken proxy may echo the request with its credentials.
  if (cause instanceof errors.HTTPParserError) Object.assign(cause, { data: undefined });
  const fingerprint256 = cause instanceof UntrustedCertificate ? cause.fingerprint256 : undefined;
  const fields = { requestSent, fingerprint256, hint: connectionHint(cause) };
  return new InfiniboxConnectionError(call, textOf(cause), fields, { cause });
};
