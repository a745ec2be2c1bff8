import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { formatDatestring } from '@orasync/core';
import { type Logger, multistream, pino, type StreamEntry } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { ConfigError } from './config-error.js';
import { printNote } from './output.js';
import type { CommonFlags } from './program.js';
import { scrub } from './secrets.js';

/** Fields that hold secrets wherever they stand; values are struck out besides (`scrub`). */
const redact = ['password', '*.password', '*.*.password', 'authorization', '*.authorization', 'headers', '*.headers'];

/** What goes to stderr as log lines: warnings, or more with --verbose; in JSON form everything from `info`. */
const stderrStream = (program: string, { verbose, quiet, logFormat, color }: CommonFlags): StreamEntry => {
  const level = verbose === true ? 'debug' : logFormat === 'json' && quiet !== true ? 'info' : 'warn';
  if (logFormat === 'json') return { level, stream: process.stderr };
  const colorize = color && process.stderr.isTTY && !process.env['NO_COLOR'];
  const plain = { ignore: 'time,level', hideObject: true, messageFormat: formatForOperator(program) } as const;
  const format = prettyFactory(verbose === true ? { colorize } : { colorize, ...plain });
  return { level, stream: { write: (line) => void process.stderr.write(format(line)) } };
};

/** A warning or an error in the form of `describeError`, without the fields that only the log file needs. */
const formatForOperator =
  (program: string) =>
  ({ level, msg, cause, warnings, hint }: Record<string, unknown>): string =>
    [
      `${program}: ${level === pino.levels.values['warn'] ? 'warning: ' : ''}${String(msg)}`,
      typeof cause === 'string' ? ` (${cause})` : '',
      Array.isArray(warnings) ? ` (${warnings.join('; ')})` : '',
      typeof hint === 'string' ? `\nhint: ${hint}` : '',
    ].join('');

const createLogger = (streams: StreamEntry[]): Logger =>
  pino(
    { level: 'debug', base: null, redact: { paths: redact, censor: '[secret]' }, hooks: { streamWrite: scrub } },
    multistream(streams),
  );

/** A logger to stderr alone. */
export const createStderrLogger = (program: string, flags: CommonFlags): Logger =>
  createLogger([stderrStream(program, flags)]);

/**
 * A logger to stderr and to `db-<name>-<datestring>.log`, the predecessor's file. When the file can no longer be written,
 * the run goes on without it. The guard of the run keeps a log of its own beside it.
 *
 * @throws {ConfigError} The file cannot be made.
 */
export const createRunLogger = (
  program: string,
  flags: CommonFlags,
  { directory, name, zone, nowMs }: { directory: string; name: string; zone: string; nowMs: number },
): { readonly log: Logger; readonly guardLog: string; readonly close: () => void } => {
  const ending = `${name}-${formatDatestring(nowMs, zone)}.log`;
  const path = join(directory, `db-${ending}`);
  let descriptor: number;
  try {
    mkdirSync(directory, { recursive: true });
    descriptor = openSync(path, 'a', 0o640);
  } catch (error) {
    throw new ConfigError([`logDirectory: ${path} cannot be written (${(error as NodeJS.ErrnoException).code})`]);
  }
  const format = prettyFactory({ colorize: false, translateTime: 'SYS:standard' });
  let isBroken = false;
  const write = (line: string): void => {
    if (isBroken) return;
    try {
      writeSync(descriptor, format(line));
    } catch (error) {
      isBroken = true;
      printNote(`${program}: warning: ${path} cannot be written any more (${(error as NodeJS.ErrnoException).code})`);
    }
  };
  return {
    guardLog: resolve(directory, `guard-${ending}`),
    log: createLogger([stderrStream(program, flags), { level: 'debug', stream: { write } }]),
    close: () => closeSync(descriptor),
  };
};
