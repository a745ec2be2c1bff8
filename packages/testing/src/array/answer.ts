import type { z } from 'zod';

/** What the array says when it does what was asked. */
export interface Answer {
  readonly status: number;
  /** Never null: the vendor's CSI driver takes a null result for a failure. Source: infinibox-api.md section 1.4. */
  readonly result: unknown;
  /** Joins `ready: true` in the envelope. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Stands beside the result when the call had `include`. Source: section 1.4. */
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the array says when it does not do what was asked; nothing was changed. */
export class ArrayRefusal extends Error {
  override readonly name = 'ArrayRefusal';
  readonly status: number;
  readonly code: string;
  /** Said by the array behind a link, not by this one. */
  readonly isRemote: boolean;

  constructor(status: number, code: string, message: string, isRemote = false) {
    super(message);
    this.status = status;
    this.code = code;
    this.isRemote = isRemote;
  }
}

/**
 * 201 for a POST on a collection, 200 for everything else. Observed for a snapshot, in the log of a real array; assumed for
 * the others. Source: infinibox-api.md section 1.4.
 */
export const answered = (result: unknown, status: 200 | 201 = 200): Answer => ({ status, result });

/** Documented status; documented words `VOLUME_NOT_FOUND`, `HOST_NOT_FOUND` …, others by analogy. Source: section 1.6. */
export const notFound = (kind: string, which: number | string): ArrayRefusal =>
  new ArrayRefusal(404, `${kind}_NOT_FOUND`, `${kind} '${which}' not found`);

/** Status documented for unknown fields and missing ones; the code is assumed. Source: sections 1.6 and 8.2. */
export const badRequest = (message: string): ArrayRefusal => new ArrayRefusal(400, 'BAD_REQUEST', message);

/** Documented. Source: section 1.7. */
export const approvalRequired = (what: string, code = 'APPROVAL_REQUIRED'): ArrayRefusal =>
  new ArrayRefusal(403, code, `${what} is a dangerous operation and needs approval`);

/** Status assumed from the vendor's Ansible collection, code assumed. Source: sections 1.6 and 8.2. */
export const nameConflict = (kind: string, name: string): ArrayRefusal =>
  new ArrayRefusal(409, `${kind}_NAME_CONFLICT`, `${kind} name '${name}' is already in use`);

/**
 * Documented for `true`; `yes` in any case is what old clients send, `false` is no approval. Source: section 1.7.
 */
export const isApproved = (query: URLSearchParams): boolean => /^(?:true|yes)$/i.test(query.get('approved') ?? '');

/** The request body in the shape that an operation needs. */
export const parseBody = <Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> => {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw badRequest(issues.join('; '));
};

/** The success envelope of the array. Documented. Source: section 1.4. */
export const successEnvelope = ({ result, metadata, extra }: Answer): Readonly<Record<string, unknown>> => ({
  result,
  metadata: { ready: true, ...metadata },
  ...(extra === undefined ? {} : { extra }),
  error: null,
});

/**
 * The error envelope of the array, with every key that the vendor's clients read without asking. Documented.
 * Source: section 1.5.
 */
export const errorEnvelope = ({
  code,
  message,
  isRemote = false,
}: Pick<ArrayRefusal, 'code' | 'message'> & Partial<Pick<ArrayRefusal, 'isRemote'>>): Readonly<
  Record<string, unknown>
> => ({
  result: null,
  metadata: { ready: true },
  error: { code, message, reasons: [], severity: 'ERROR', is_remote: isRemote, data: null },
});
