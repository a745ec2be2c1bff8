import { z } from 'zod';

/** What a fault does to the call it meets. `when` tells whether the call still takes effect. */
const faultAction = z.discriminatedUnion('kind', [
  /** Array: answers with this status and an error object instead of doing anything; with Retry-After when told so. */
  z.strictObject({
    kind: z.literal('refuse'),
    status: z.int().min(400).max(599),
    code: z.string().default('INJECTED_FAULT'),
    message: z.string().default('injected fault'),
    retryAfterSeconds: z.int().min(0).optional(),
  }),
  /** Array: cuts the connection without an answer. */
  z.strictObject({ kind: z.literal('reset'), when: z.enum(['before', 'after']) }),
  /** Array: answers with this body in place of JSON, without doing anything. */
  z.strictObject({
    kind: z.literal('garbage'),
    body: z.string(),
    status: z.int().min(200).max(599).default(200),
    contentType: z.string().default('text/html'),
  }),
  /** Array: a web server in front of it answers with a page of its own, without doing anything. */
  z.strictObject({ kind: z.literal('html'), status: z.int().min(200).max(599).default(503) }),
  /** Array: does it, and answers JSON that breaks off, in a response that is complete. */
  z.strictObject({ kind: z.literal('malformed') }),
  /** Array: does it, and answers with numbers as text, text as numbers, and no list where one belongs. */
  z.strictObject({ kind: z.literal('wrongTypes') }),
  /** Array: does it, sends half of the response that it announced, and cuts the connection. */
  z.strictObject({ kind: z.literal('truncate') }),
  /** Array and database: never answers. */
  z.strictObject({ kind: z.literal('hang'), when: z.enum(['before', 'after']) }),
  /** Array and database: answers late; the delay lies before or after the effect. */
  z.strictObject({ kind: z.literal('delay'), when: z.enum(['before', 'after']), ms: z.int().min(0) }),
  /** Database: fails with this error stack, such as `ORA-01031: insufficient privileges`. */
  z.strictObject({ kind: z.literal('error'), text: z.string() }),
  /** Database: the sqlplus process ends without an answer. */
  z.strictObject({ kind: z.literal('die'), when: z.enum(['before', 'after']) }),
]);

/** A fault waits for the calls whose journal text contains `match`, lets `skip` of them pass and meets `times`. */
export const fault = z.strictObject({
  match: z.string().min(1),
  skip: z.int().min(0).default(0),
  times: z.int().min(1).default(1),
  action: faultAction,
});

export type FaultAction = z.output<typeof faultAction>;
export type Fault = z.input<typeof fault>;

/** The faults that still wait for their call. */
export interface Faults {
  inject(fault: Fault): void;
  /** The action for this call, if a fault meets it; uses it up. Matching ignores case. */
  take(what: string): FaultAction | undefined;
}

export const createFaults = (): Faults => {
  const waiting: { match: string; skip: number; times: number; action: FaultAction }[] = [];
  return {
    inject: (input) => void waiting.push(fault.parse(input)),
    take: (what) => {
      const text = what.toLowerCase();
      for (const entry of waiting) {
        if (!text.includes(entry.match.toLowerCase())) continue;
        if (entry.skip > 0) {
          entry.skip -= 1;
          continue;
        }
        entry.times -= 1;
        if (entry.times === 0) waiting.splice(waiting.indexOf(entry), 1);
        return entry.action;
      }
      return undefined;
    },
  };
};
