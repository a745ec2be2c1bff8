import type { Step } from '@orasync/core';
import type { CommonFlags } from './program.js';
import { scrub } from './secrets.js';

/**
 * Prints the result on stdout and waits until it is out, because a pipe is written asynchronously; or until it is clear
 * that nobody reads it.
 */
export const printResult = (text: string): Promise<void> =>
  new Promise((resolve) => {
    process.stdout.write(text.endsWith('\n') ? text : `${text}\n`, () => resolve());
  });

/** Prints what a command came to: its one JSON document with --json, else the text for people. */
export const printDocument = ({ json }: CommonFlags, document: object, format: () => string): Promise<void> =>
  printResult(json === true ? JSON.stringify(document, undefined, 2) : format());

/** Prints one line for the operator on stderr. */
export const printNote = (text: string): void => void process.stderr.write(`${scrub(text)}\n`);

/**
 * An error as the operator sees it: what failed and what to do.
 *
 * @param betterHint  What to do, in place of the error's own hint.
 */
export const describeError = (program: string, error: unknown, betterHint?: string): string => {
  const {
    message,
    problems,
    hint: ownHint,
  } = (error ?? {}) as {
    message?: string;
    hint?: string;
    problems?: readonly string[];
  };
  const lines = problems ?? [message ?? String(error)];
  const hint = betterHint ?? ownHint;
  return [...lines.map((line) => `${program}: ${line}`), ...(hint === undefined ? [] : [`hint: ${hint}`])].join('\n');
};

/** Rows as columns, each as wide as its widest cell; the last one is not padded. */
export const formatTable = (rows: readonly (readonly string[])[], indent = ''): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map(
      (row) =>
        indent +
        row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  '),
    )
    .join('\n');
};

/** A name from outside on one line: each control character as `\xHH`, so that it can neither start a line nor move the cursor. */
export const formatOutsideName = (name: string): string =>
  name.replace(/\p{Cc}/gu, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);

/** A length of time for people. */
export const formatMs = (ms: number): string => (ms < 10_000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`);

/**
 * Shows the steps of a run on stderr: on a terminal the running one is drawn and then replaced, elsewhere each is one
 * plain line when it is over. Silent with --quiet and with a JSON log, which has the steps itself.
 */
export const createStepDisplay = ({ quiet, logFormat }: CommonFlags) => {
  const { stderr } = process;
  return (name: string, step: Step | undefined): void => {
    if (quiet === true || logFormat === 'json') return;
    if (step === undefined) {
      if (stderr.isTTY) stderr.write(`${name} …`);
      return;
    }
    const line = `${name.padEnd(20)} ${step.outcome.padEnd(6)} ${formatMs(step.ms)}\n`;
    stderr.write(stderr.isTTY ? `\r\u001b[2K${line}` : line);
  };
};
