import { OracleInputError } from './errors.js';
import { inputLines, longestLineBytes } from './input-lines.js';
import type { ResolvedOptions } from './options.js';

/** What sqlplus is started with: no banner, one logon attempt, nobody logged on. Source: sqlplus.md section 0. */
export const sqlplusArguments: readonly string[] = ['-S', '-L', '/nolog'];

/**
 * The whole environment of sqlplus, made from nothing: an inherited TWO_TASK redirects local logons, an http_proxy
 * keeps sqlplus from starting, a SQLPATH runs somebody's login.sql, another NLS_LANG translates the messages.
 *
 * Source: sqlplus.md section 2.
 *
 * @param directory  Private and empty; serves as HOME.
 */
export const sqlplusEnvironment = (
  { oracleHome, sid, tnsAdmin }: Pick<ResolvedOptions, 'oracleHome' | 'sid' | 'tnsAdmin'>,
  directory: string,
): Readonly<Record<string, string>> => {
  const libraries = `${oracleHome}/lib:${oracleHome}`;
  return {
    ORACLE_HOME: oracleHome,
    ...(sid === undefined ? {} : { ORACLE_SID: sid }),
    ...(tnsAdmin === undefined ? {} : { TNS_ADMIN: tnsAdmin }),
    LD_LIBRARY_PATH: libraries,
    LIBPATH: libraries,
    DYLD_LIBRARY_PATH: libraries,
    NLS_LANG: 'AMERICAN_AMERICA.AL32UTF8',
    SQLPATH: '',
    ORACLE_PATH: '',
    ORA_SUPPRESS_ERROR_URL: 'TRUE',
    PATH: `${oracleHome}/bin:/usr/bin:/bin`,
    HOME: directory,
  };
};

/**
 * Before CONNECT: an `&` in the password would ask for a value and swallow the next line, and a `;` or a backslash could
 * mean something to a site that sets CMDSEP or ESCAPE.
 *
 * Source: sqlplus.md 0.11.
 */
export const opening = ['SET DEFINE OFF', 'SET ECHO OFF', 'SET ESCAPE OFF', 'SET CMDSEP OFF'].join('\n');

/**
 * After CONNECT, because glogin.sql and login.sql run at every CONNECT and may change anything. Options that a client
 * does not know only print an SP2- line.
 *
 * Source: sqlplus.md section 9.
 */
export const settings = [
  'WHENEVER SQLERROR CONTINUE NONE',
  'WHENEVER OSERROR CONTINUE NONE',
  'SET DEFINE OFF',
  'SET ECHO OFF',
  'SET ESCAPE OFF',
  'SET SQLTERMINATOR ON',
  'SET CMDSEP OFF',
  'SET SQLBLANKLINES ON',
  'SET SQLPROMPT ""',
  'SET PAUSE OFF',
  'SET TERMOUT ON',
  'SET HEADING OFF',
  'SET PAGESIZE 0',
  'SET NEWPAGE NONE',
  'SET FEEDBACK ON',
  'SET LINESIZE 32767',
  'SET WRAP ON',
  'SET TRIMOUT ON',
  'SET TAB OFF',
  'SET COLSEP " "',
  'SET NULL ""',
  'SET NUMWIDTH 50',
  'SET LONG 1000000',
  'SET LONGCHUNKSIZE 32767',
  'SET ARRAYSIZE 500',
  'SET VERIFY OFF',
  'SET TIMING OFF',
  'SET TIME OFF',
  'SET AUTOTRACE OFF',
  'SET SERVEROUTPUT OFF',
  'SET RECSEP OFF',
  'SET MARKUP HTML OFF',
  'SET ERRORLOGGING OFF',
  'SET EXITCOMMIT OFF',
  'SET ERRORDETAILS OFF',
].join('\n');

/**
 * The end of an answer: a text that no data can hold, printed by sqlplus once it has done all before it.
 *
 * @param nonce  Random per process, so that late output of one session is never taken for an answer of another.
 */
export const endMarker = (nonce: string, count: number): string => `orasync.${nonce}.${count}`;

/**
 * A statement with its terminator, in lines that every client takes: a block ends at a slash on a line of its own, all
 * else at a semicolon. Both would run it twice.
 *
 * Source: sqlplus.md section 6.
 */
export const terminated = (sql: string): string => {
  const lines = inputLines(sql);
  return /^(BEGIN|DECLARE)\b/.test(sql) ? `${lines}\n/` : `${lines};`;
};

/** A command with the PROMPT that prints its end marker, on a line of its own. Source: sqlplus.md section 11. */
export const frame = (input: string, marker: string): string => `${input}\nPROMPT ${marker}\n`;

const name = String.raw`(?:[A-Za-z][\w$#]*|"[^"]+")`;
const plainUser = new RegExp(`^${name}(?:\\[${name}\\])?$`);

/** A plain name stays unquoted, or `system` would have to be written in capitals. */
const quotedUser = (user: string): string => {
  if (plainUser.test(user)) return user;
  if (user.includes('"')) throw new OracleInputError('logon.user: contains a double quote in the middle');
  return `"${user}"`;
};

/** Blanks end a connect identifier, so a descriptor is closed up; quoted parts of it stay as they are. */
const closedUp = (identifier: string): string =>
  identifier.startsWith('(')
    ? identifier.replaceAll(/"[^"]*"|\s+/g, (part) => (part.startsWith('"') ? part : ''))
    : identifier;

/**
 * The CONNECT line. It goes to sqlplus on its input and nowhere else: argument lists and environments show in `ps`.
 *
 * The password stands on the line itself, in double quotes: on a pipe the line after CONNECT is not taken for it.
 * Source: sqlplus.md section 1, "Connect identifiers".
 *
 * @throws {OracleInputError} Too long for a line of SQL*Plus, or a user name that cannot be quoted.
 */
export const connectLine = ({ logon, role }: Pick<ResolvedOptions, 'logon' | 'role'>): string => {
  const as = role === undefined ? '' : ` AS ${role}`;
  const at = 'connectIdentifier' in logon && logon.connectIdentifier ? `@${closedUp(logon.connectIdentifier)}` : '';
  const who = logon.kind === 'password' ? `${quotedUser(logon.user)}/"${logon.password}"` : '/';
  const line = `CONNECT ${who}${at}${as}`;
  if (Buffer.byteLength(line) > longestLineBytes) {
    const hint = 'an alias in tnsnames.ora is shorter than a descriptor';
    throw new OracleInputError(`logon: longer than the ${longestLineBytes} bytes that every sqlplus accepts; ${hint}`);
  }
  return line;
};
