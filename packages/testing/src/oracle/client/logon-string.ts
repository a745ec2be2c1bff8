import type { LogonRequest } from '../logon.js';
import { administrativeRoles } from '../privileges.js';

const plain = '[^\\s/@"]+';
const quoted = '"(?:[^"]|"")*"';
const logonPattern = new RegExp(
  String.raw`^(?<user>${quoted}|${plain})?(?:\[[^\]]+\])?(?<slash>/)?(?<password>${quoted}|[^\s/@"]*)?(?:@(?<identifier>\(.*\)|[^\s]*))?$`,
  's',
);

const unquoted = (text: string): string => (text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text);

/**
 * Reads `user/"password"@identifier AS ROLE`, `/`, `/@alias`.
 *
 * Measured for the quotes: sqlplus.md section 1, "Quote rule" (an unquoted @ ends the password, an unquoted / or blank is
 * SP2-0306).
 *
 * @returns `undefined` when SQL*Plus would answer SP2-0306.
 */
export const parseLogon = (text: string): LogonRequest | undefined => {
  const trimmed = text.trim().replace(/;$/, '').trim();
  const role = /\s+AS\s+(\w+)$/i.exec(trimmed);
  const as = role?.[1]?.toUpperCase();
  if (as !== undefined && !administrativeRoles.some((known) => known === as)) return undefined;
  const groups = logonPattern.exec(role === null ? trimmed : trimmed.slice(0, role.index))?.groups;
  if (groups === undefined || trimmed === '') return undefined;
  const { user, slash, password, identifier } = groups;
  if (user === undefined && slash === undefined) return undefined;
  const name = user === undefined ? undefined : user.startsWith('"') ? unquoted(user) : user.toUpperCase();
  return {
    ...(name === undefined ? {} : { user: name }),
    ...(password === undefined || password === '' ? {} : { password: unquoted(password) }),
    ...(identifier === undefined || identifier === '' ? {} : { identifier }),
    ...(as === undefined ? {} : { as }),
  };
};
