import { z } from 'zod';
import { clientActions, type StartAction, type StatementAction } from './oracle/client-faults.js';
import { databaseKnobs } from './oracle/database-knobs.js';

const when = z.enum(['before', 'after']);

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
  z.strictObject({ kind: z.literal('reset'), when }),
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
  /** Array, database and start of a client: never answers. */
  z.strictObject({ kind: z.literal('hang'), when }),
  /** Array, database and start of a client: answers late; the delay lies before or after the effect. */
  z.strictObject({ kind: z.literal('delay'), when, ms: z.int().min(0) }),
  /** Database: fails with this error stack, such as `ORA-01031: insufficient privileges`. */
  z.strictObject({ kind: z.literal('error'), text: z.string() }),
  /** Database: the connection is lost, after a stall: ORA-03113, and ORA-03114 for whatever comes next. */
  z.strictObject({ kind: z.literal('lose'), when, stallMs: z.int().min(0).default(0) }),
  /** Turns a knob of the database just before or just after the effect of the call, which may be one of the array. */
  z.strictObject({ kind: z.literal('database'), when, knob: databaseKnobs }),
  ...clientActions,
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

/** What the array and the database do to a call. */
export type CallAction = Exclude<FaultAction, { kind: 'database' | Exclude<ClientKind, 'die'> }>;
type ClientKind = (StartAction | StatementAction)['kind'];
type KnobAction = Extract<FaultAction, { kind: 'database' }>;

const startKinds = ['start', 'output', 'language', 'release', 'orphan', 'ignoreSignals'];
const statementKinds = ['print', 'flood', 'ask', 'glogin'];

const isDuringOutput = (action: FaultAction): boolean =>
  action.kind === 'die' && (action.when === 'during' || action.when === 'output');
const isForStatement = (action: FaultAction): action is StatementAction =>
  statementKinds.includes(action.kind) || isDuringOutput(action);
const isForCall = (action: FaultAction): action is CallAction =>
  action.kind !== 'database' && !startKinds.includes(action.kind) && !isForStatement(action);
const isForStart = (action: FaultAction): action is StartAction | Extract<CallAction, { kind: 'hang' | 'delay' }> =>
  startKinds.includes(action.kind) || ['die', 'hang', 'delay'].includes(action.kind);

/** The faults that still wait for their call. Matching ignores case; what is taken is used up. */
export interface Faults {
  inject(fault: Fault): void;
  /** Forgets all that still wait. */
  clear(): void;
  /** What becomes of this call of the array or the database, if a fault meets it. */
  take(what: string): CallAction | undefined;
  /** Knobs to turn at this moment of a call. */
  takeKnobs(what: string, when: KnobAction['when']): readonly KnobAction['knob'][];
  /** What the client does besides about a logon or statement. */
  takeForStatement(what: string): readonly StatementAction[];
  /** How a client starts. Only faults whose `match` begins with `sqlplus` are meant: arguments name accounts and databases. */
  takeForStart(what: string): readonly (StartAction | Extract<CallAction, { kind: 'hang' | 'delay' }>)[];
}

interface Waiting {
  /** In lower case. */
  readonly match: string;
  skip: number;
  times: number;
  readonly action: FaultAction;
}

export const createFaults = (): Faults => {
  const waiting: Waiting[] = [];

  /** Lets the fitting faults count this call, and uses up those that meet it. */
  const takeFrom = <Action extends FaultAction>(
    what: string,
    isMeant: (action: FaultAction) => action is Action,
    { most = Number.POSITIVE_INFINITY, isStart = false } = {},
  ): readonly Action[] => {
    if (waiting.length === 0) return [];
    const text = what.toLowerCase();
    const taken: Action[] = [];
    for (const entry of [...waiting]) {
      const { action, match } = entry;
      if (taken.length >= most || !text.includes(match) || match.startsWith('sqlplus') !== isStart) continue;
      if (!isMeant(action)) continue;
      if (entry.skip > 0) {
        entry.skip -= 1;
        continue;
      }
      entry.times -= 1;
      if (entry.times === 0) waiting.splice(waiting.indexOf(entry), 1);
      taken.push(action);
    }
    return taken;
  };

  return {
    inject: (input) => {
      const { match, ...rest } = fault.parse(input);
      waiting.push({ ...rest, match: match.toLowerCase() });
    },
    clear: () => void waiting.splice(0),
    take: (what) => takeFrom(what, isForCall, { most: 1 })[0],
    takeKnobs: (what, moment) =>
      takeFrom(what, (action): action is KnobAction => action.kind === 'database' && action.when === moment).map(
        ({ knob }) => knob,
      ),
    takeForStatement: (what) => takeFrom(what, isForStatement),
    takeForStart: (what) => takeFrom(what, isForStart, { isStart: true }),
  };
};
