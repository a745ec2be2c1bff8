import { z } from 'zod';
import { clientReleases, startFailureNames } from './client/release.js';

/** Signals that a client can die of, or ignore. */
const signal = z.enum(['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGABRT', 'SIGKILL', 'SIGSEGV', 'SIGPIPE', 'SIGTERM']);

/**
 * What goes wrong in the sqlplus process rather than in the database. Source: sqlplus.md section 12.7.
 *
 * The first group is met by logons and statements, the second by the start of a client and lasts as long as it lives,
 * the third by either.
 */
export const clientActions = [
  /** Logon or statement: prints this text. `<last prompt>` in it stands for the text of the last PROMPT: an end marker. */
  z.strictObject({
    kind: z.literal('print'),
    /** Instead of what should have been printed, or before or after it. */
    when: z.enum(['before', 'instead', 'after']),
    text: z.string(),
    stream: z.enum(['stdout', 'stderr']).default('stdout'),
  }),
  /** Logon or statement: prints so much of nothing, in lines, before anything else. */
  z.strictObject({ kind: z.literal('flood'), bytes: z.int().min(1).max(268_435_456) }),
  /** Logon or statement: asks something afterwards, and takes so many lines of standard input for the answer. */
  z.strictObject({ kind: z.literal('ask'), prompt: z.string(), lines: z.int().min(1).default(1) }),
  /** Logon: glogin.sql has these lines too. */
  z.strictObject({ kind: z.literal('glogin'), lines: z.array(z.string()).min(1) }),

  /** Start: ends at once, as a client does that cannot start. */
  z.strictObject({ kind: z.literal('start'), failure: z.enum(startFailureNames) }),
  /** Start: output goes out in small pieces, with pauses, or with carriage returns. */
  z.strictObject({
    kind: z.literal('output'),
    pieceBytes: z.int().min(1).optional(),
    /** After each piece. */
    pauseMs: z.int().min(0).default(0),
    lineEnd: z.enum(['lf', 'crlf']).default('lf'),
  }),
  /** Start: this NLS_LANG, whatever the environment says. */
  z.strictObject({ kind: z.literal('language'), nlsLang: z.string() }),
  /** Start: another release of the client. */
  z.strictObject({ kind: z.literal('release'), release: z.enum(clientReleases) }),
  /** Start: a child of the client keeps its output open for so long after its end. */
  z.strictObject({ kind: z.literal('orphan'), ms: z.int().min(1) }),
  /** Start: these signals do nothing. */
  z.strictObject({ kind: z.literal('ignoreSignals'), signals: z.array(signal).min(1) }),

  /**
   * The process ends: before or after the effect of a statement with no output at all, `during` its output, or when all
   * of its `output` is out. By this signal, unless there is an exit status.
   */
  z.strictObject({
    kind: z.literal('die'),
    when: z.enum(['before', 'after', 'during', 'output']),
    signal: signal.default('SIGKILL'),
    status: z.int().min(0).max(255).optional(),
  }),
] as const;

type AnyClientAction = z.output<(typeof clientActions)[number]>;

export type DieAction = Extract<AnyClientAction, { kind: 'die' }>;
export type StatementAction =
  | Extract<AnyClientAction, { kind: 'print' | 'flood' | 'ask' | 'glogin' }>
  | (DieAction & { readonly when: 'during' | 'output' });
export type StartAction =
  | Extract<AnyClientAction, { kind: 'start' | 'output' | 'language' | 'release' | 'orphan' | 'ignoreSignals' }>
  | DieAction;
const startKinds = ['start', 'output', 'language', 'release', 'orphan', 'ignoreSignals', 'die'];
/** Whether this is about the start of a client. */
export const isStartAction = (action: { readonly kind: string }): action is StartAction =>
  startKinds.includes(action.kind);

/** A signal as a client can die of it. */
export type DeathSignal = z.output<typeof signal>;
