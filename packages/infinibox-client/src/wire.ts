import { z } from 'zod';
import { type FailedCall, InfiniboxDecodeError, InfiniboxInputError, InfiniboxResponseError } from './errors.js';
import { type ShapeCheck, shapeCheckOf } from './shape-check.js';

/** Where the REST interface begins. Source: infinibox-api.md section 1.1. */
export const restRoot = '/api/rest';

/** An instant: epoch milliseconds on the wire, within what a `Date` can hold. */
export const instant = z
  .int()
  .min(-8.64e15)
  .max(8.64e15)
  .transform((ms) => new Date(ms));

/**
 * An object id as it stands in an address.
 *
 * @throws {InfiniboxInputError} Anything else would name a whole collection, or another object.
 */
export const formatId = (id: number): string => {
  if (!Number.isSafeInteger(id)) throw new InfiniboxInputError('Object id: expected an integer');
  return String(id);
};

/** What came over HTTP. */
export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly retryAfter: string | undefined;
  /** The values of `Set-Cookie`. */
  readonly cookies: readonly string[];
  readonly body: string;
}

/** The successful answer's parts. */
export interface Answer {
  readonly status: number;
  readonly result: unknown;
  readonly metadata: unknown;
}

const envelope = z.looseObject({
  result: z.unknown().optional(),
  metadata: z.unknown().optional(),
  error: z.unknown().optional(),
});

const reasonText = z
  .union([z.string(), z.looseObject({ message: z.string() }).transform(({ message }) => message)])
  .catch('(not understood)');

/** Codes and texts only: the rest of an error differs between releases. Source: infinibox-api.md section 1.5. */
const errorObject = z.looseObject({
  code: z.string().optional(),
  message: z.string().optional(),
  reasons: z.array(reasonText).optional().catch(undefined),
  is_remote: z.boolean().optional().catch(undefined),
});

/** Of an answer that is not understood, this much is shown. */
const excerptLength = 80;

/**
 * Opens the envelope of an answer.
 *
 * @param redact  Removes the credentials from text that came from outside, which may echo them.
 * @throws {InfiniboxResponseError} Status or envelope report an error. The array sends both together; a proxy in between
 *   sends a status alone. Source: infinibox-api.md sections 1.4 and 1.5.
 * @throws {InfiniboxDecodeError} A success that is not an envelope.
 */
export const openAnswer = (
  call: FailedCall,
  answer: HttpAnswer,
  redact: (text: string) => string,
  nowMs: number,
): Answer => {
  const opened = envelope.safeParse(parseJson(answer.body));
  const isSuccess = answer.status >= 200 && answer.status < 300;
  const error = opened.success ? (opened.data.error ?? undefined) : undefined;
  if (!isSuccess || error !== undefined) throw responseError(call, answer, error, redact, nowMs);
  if (!opened.success || !('result' in opened.data)) {
    const excerpt = redact(answer.body).slice(0, excerptLength);
    const kind = redact(answer.contentType ?? 'no content type');
    throw new InfiniboxDecodeError(call, [
      `expected an answer of an InfiniBox, received (${kind}) ${JSON.stringify(excerpt)}`,
    ]);
  }
  return { status: answer.status, result: opened.data.result, metadata: opened.data.metadata };
};

/** `undefined` for what is not JSON, which no envelope is. */
const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const responseError = (
  call: FailedCall,
  { status, retryAfter }: HttpAnswer,
  error: unknown,
  redact: (text: string) => string,
  nowMs: number,
): InfiniboxResponseError => {
  const parsed = errorObject.safeParse(error);
  const { code, message, reasons = [], is_remote = false } = parsed.success ? parsed.data : {};
  // Taking the password out of a sentence about passwords would show which word it is: that sentence is left out whole.
  const isAboutPassword = status === 401;
  const said = [code, isAboutPassword ? undefined : message]
    .filter((text) => text !== undefined && text !== '')
    .join(', ');
  return new InfiniboxResponseError(call, redact(said === '' ? `answered ${status}` : `answered ${status}: ${said}`), {
    status,
    apiCode: code === undefined ? undefined : redact(code),
    reasons: isAboutPassword ? [] : reasons.map(redact),
    isRemote: is_remote,
    retryAfterMs: parseRetryAfter(retryAfter, nowMs),
  });
};

/** Source: RFC 9110 section 10.2.3, seconds or a date. */
const parseRetryAfter = (text: string | undefined, nowMs: number): number | undefined => {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
};

/** More issues than this say nothing new: the same field is missing in every object of a list. */
const maxIssues = 10;

const shapeChecks = new WeakMap<z.ZodType, ShapeCheck>();

const shapeCheckFor = (schema: z.ZodType): ShapeCheck => {
  const known = shapeChecks.get(schema);
  if (known !== undefined) return known;
  const compiled = shapeCheckOf(schema);
  shapeChecks.set(schema, compiled);
  return compiled;
};

/**
 * Makes what a schema says of a part of an answer, which it uses up.
 *
 * @throws {InfiniboxDecodeError} `value` is not what `schema` says.
 */
export const decode = <T>(call: FailedCall, schema: z.ZodType<T>, value: unknown, name = 'result'): T => {
  const { accepts, convert } = shapeCheckFor(schema);
  if (accepts(value)) return (convert === undefined ? value : convert(value)) as T;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, maxIssues);
  throw new InfiniboxDecodeError(
    call,
    issues.map(({ path, message }) => `${[name, ...path].join('.')}: ${message}`),
  );
};
