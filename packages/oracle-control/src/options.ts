import { z } from 'zod';
import { OracleInputError } from './errors.js';

/** Newlines above all: in a CONNECT line or a statement they would begin a new command. */
const hasControlCharacter = (value: string): boolean => /[\p{Cc}\p{Zl}\p{Zp}]/u.test(value);

/** Half of a surrogate pair is no character: UTF-8 would make another one of it. */
const hasHalfCharacter = (value: string): boolean => /\p{Cs}/u.test(value);

const line = z
  .string()
  .min(1)
  .refine((value) => !hasControlCharacter(value), 'contains a control character')
  .refine((value) => !hasHalfCharacter(value), 'contains half a character');

const directory = line.refine((value) => value.startsWith('/'), 'is not an absolute path');

/** `host:1521/service`, an alias of tnsnames.ora, or a whole descriptor. */
const connectIdentifier = line
  .refine((value) => value.startsWith('(') || !/\s/.test(value), 'contains a blank')
  .refine((value) => !value.endsWith('-'), 'ends in a hyphen, which continues the line in SQL*Plus')
  .refine((value) => !value.endsWith(';'), 'ends in a semicolon, which ends a command of SQL*Plus');

const milliseconds = (defaultMs: number, description: string) =>
  z.int().min(1).default(defaultMs).describe(description);

const limits = z
  .strictObject({
    startMs: milliseconds(20_000, 'until sqlplus answers at all'),
    connectMs: milliseconds(60_000, 'until the logon is answered'),
    queryMs: milliseconds(60_000, 'one SELECT'),
    beginMs: milliseconds(900_000, 'BEGIN BACKUP, which checkpoints every file first'),
    endMs: milliseconds(300_000, 'END BACKUP'),
    archiveMs: milliseconds(1_800_000, 'ARCHIVE LOG CURRENT, which waits until all is archived'),
    materialMs: milliseconds(300_000, 'one file of the restore material'),
    guardStartMs: milliseconds(120_000, 'until the guard has logged on and claimed the database'),
    guardLeaseMs: milliseconds(6_000, 'without a sign of life from the run, after which the guard ends backup mode'),
    endAlarmMs: milliseconds(300_000, 'for which END is tried before the run reports the database as possibly stuck'),
    exitMs: milliseconds(5_000, 'until sqlplus ends by itself when its session is closed'),
    killGraceMs: milliseconds(3_000, 'between SIGTERM and SIGKILL'),
    answerCharacters: z
      .int()
      .min(1)
      .default(64 * 1024 * 1024)
      .describe('longest answer to one statement, in characters'),
  })
  .prefault({});

/** Settings without secrets, as they may stand in a configuration file. */
export const oracleControlSettings = z.strictObject({
  oracleHome: directory.describe('ORACLE_HOME, or a directory of Instant Client with sqlplus in it'),
  sid: line.regex(/^\S+$/, 'contains a blank').optional().describe('ORACLE_SID, for a logon without the network'),
  tnsAdmin: directory.optional().describe('directory of tnsnames.ora and sqlnet.ora'),
  role: z.enum(['SYSBACKUP', 'SYSDBA', 'SYSDG', 'SYSOPER']).optional().describe('AS …'),
  limits,
});

const logon = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('password'),
    user: line,
    password: line.refine((value) => !value.includes('"'), 'contains a double quote, which Oracle allows in none'),
    connectIdentifier: connectIdentifier.optional(),
  }),
  z.strictObject({ kind: z.literal('wallet'), connectIdentifier }),
  z.strictObject({ kind: z.literal('os') }),
]);

const schema = oracleControlSettings
  .extend({ logon })
  .refine(
    ({ sid, logon: { kind, ...rest } }) =>
      sid !== undefined || kind === 'wallet' || ('connectIdentifier' in rest && rest.connectIdentifier !== undefined),
    { path: ['sid'], message: 'is needed for a logon without connectIdentifier' },
  );

/** Options with every default filled in. */
export type ResolvedOptions = z.output<typeof schema>;

/** Time limits in milliseconds, and the longest answer that is read. */
export type Limits = ResolvedOptions['limits'];

/** How to log on. A wallet or the operating system needs no password here at all. */
export type Logon = ResolvedOptions['logon'];

/** What `createOracleControl` takes, besides clock and log. */
export type OracleSettings = z.input<typeof schema>;

/**
 * Fills in the defaults.
 *
 * @throws {OracleInputError} Names every field that is wrong, and no value: one of them is a password.
 */
export const parseOptions = (settings: OracleSettings): ResolvedOptions => {
  const parsed = schema.safeParse(settings);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new OracleInputError(problems.join('; '));
};

/** @throws {OracleInputError} Empty, or with a newline or another control character. */
export const requireLine = (field: string, value: string): string => {
  const parsed = line.safeParse(value);
  if (!parsed.success) throw new OracleInputError(`${field}: ${parsed.error.issues[0]?.message}`);
  return value;
};
