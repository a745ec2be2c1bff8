import type { DeathSignal, DieAction } from '../client-faults.js';

/** How a client process ends. */
export type ClientExit = { readonly status: number } | { readonly signal: DeathSignal };

/** The end that a fault asks for. */
export const deathOf = ({ status, signal }: DieAction): ClientExit => (status === undefined ? { signal } : { status });

/** What WHENEVER asks for: go on, or end with this word as status. */
export type Whenever = { readonly kind: 'continue' } | { readonly kind: 'exit'; readonly status: string };

/** Documented: SQL*Plus User's Guide, WHENEVER SQLERROR and WHENEVER OSERROR. `undefined` on a syntax error. */
export const parseWhenever = (text: string): Whenever | undefined => {
  const match = /^(CONTINUE|EXIT)\b\s*(.*?)\s*;?$/i.exec(text.trim());
  if (match === null) return undefined;
  return match[1]?.toUpperCase() === 'EXIT' ? { kind: 'exit', status: match[2] ?? '' } : { kind: 'continue' };
};

/**
 * The status that EXIT with this argument gives: one byte of it.
 *
 * Documented: SQL*Plus User's Guide, EXIT; WARNING as 2 is assumed. A syntax error counts as FAILURE.
 *
 * @param sqlCode  The number of the last ORA- error, 0 for none.
 * @param binds    For `EXIT :name`.
 */
export const exitStatus = (
  argument: string,
  {
    sqlCode,
    binds,
  }: { readonly sqlCode: number; readonly binds: ReadonlyMap<string, { readonly value: string | null }> },
): number => {
  const word = argument
    .replace(/\b(COMMIT|ROLLBACK)\s*;?$/i, '')
    .replace(/;$/, '')
    .trim()
    .toUpperCase();
  if (word === '' || word === 'SUCCESS') return 0;
  if (word === 'FAILURE') return 1;
  if (word === 'WARNING') return 2;
  if (word === 'SQL.SQLCODE') return sqlCode % 256;
  const bind = /^:(\w+)$/.exec(word)?.[1];
  if (bind !== undefined) return exitStatus(binds.get(bind)?.value ?? 'FAILURE', { sqlCode, binds: new Map() });
  return /^\d+$/.test(word) ? Number(word) % 256 : 1;
};
