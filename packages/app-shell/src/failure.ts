import { trustHint } from './array-client.js';
import { exitStatus } from './exit-status.js';
import { scrub } from './secrets.js';
import type { Settings } from './settings.js';

/** An error as a JSON document has it. */
export interface Failure {
  /** Stable; `UNEXPECTED` for what has no code of ours. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** What a command says of an error of one database: the entry's `error`, and its exit status. */
export const describeFailure = (
  error: unknown,
  settings: Settings,
): { readonly error: Failure; readonly exit: number } => {
  const { code, message, hint: ownHint } = (error ?? {}) as { code?: string; message?: string; hint?: string };
  const hint = trustHint(error, settings) ?? ownHint;
  return {
    error: {
      code: code ?? 'UNEXPECTED',
      message: scrub(message ?? String(error)),
      ...(hint === undefined ? {} : { hint: scrub(hint) }),
    },
    exit: exitStatus(error),
  };
};
