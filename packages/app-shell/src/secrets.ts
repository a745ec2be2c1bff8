import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigError } from './config-error.js';

/** Where a secret is found. The secret itself never stands in the configuration. */
export const secretReference = z.union(
  [
    z.strictObject({ file: z.string().min(1).describe('path of a file that holds nothing else') }),
    z.strictObject({ env: z.string().min(1).describe('name of an environment variable') }),
    z.strictObject({ command: z.array(z.string()).min(1).describe('program and arguments that print it') }),
  ],
  { error: 'must say where the secret is: { file: … }, { env: … } or { command: [ … ] }' },
);

export type SecretReference = z.output<typeof secretReference>;

/** Secrets that were resolved in this process, to be struck out of everything it writes. */
const known = new Set<string>();

/** Notes a secret, so that `scrub` strikes it out, also in the form that JSON gives it. */
export const rememberSecret = (secret: string): string => {
  if (secret.length >= 4) known.add(secret).add(JSON.stringify(secret).slice(1, -1));
  return secret;
};

/** The text with every known secret struck out: the last line of defence, behind not putting them there. */
export const scrub = (text: string): string =>
  [...known].reduce((result, secret) => result.replaceAll(secret, '[secret]'), text);

/** How long a secret's command may take. */
const commandLimitMs = 30_000;

/**
 * The secret, without the newline at its end.
 *
 * @throws {ConfigError} It is not there, or empty.
 */
export const resolveSecret = (reference: SecretReference, what: string): string => {
  const secret = read(reference, what).replace(/\r?\n$/, '');
  if (secret === '') throw new ConfigError([`${what}: ${source(reference)} is empty`]);
  return rememberSecret(secret);
};

const source = (reference: SecretReference): string => {
  if ('file' in reference) return `the file ${reference.file}`;
  if ('env' in reference) return `the environment variable ${reference.env}`;
  return `the output of ${reference.command[0]}`;
};

const read = (reference: SecretReference, what: string): string => {
  try {
    if ('file' in reference) return readFileSync(reference.file, 'utf8');
    if ('env' in reference) return process.env[reference.env] ?? '';
    const [program = '', ...args] = reference.command;
    return execFileSync(program, args, {
      encoding: 'utf8',
      timeout: commandLimitMs,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError([`${what}: ${source(reference)} cannot be read${code === undefined ? '' : ` (${code})`}`]);
  }
};
