import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogonRequest } from '../logon.js';
import { errorLine, OracleError, oracleError } from '../oracle-error.js';
import type { ClientEnvironment } from './client-state.js';

/** Is this an alias, rather than a descriptor, an EZConnect text or a quoted thing? */
const isAlias = (identifier: string): boolean => /^[\w.$#-]+$/.test(identifier);

const closingParenthesis = (text: string, from: number): number => {
  let depth = 0;
  for (let index = from; index < text.length; index += 1) {
    if (text[index] === '(') depth += 1;
    if (text[index] === ')') depth -= 1;
    if (depth === 0) return index;
  }
  return text.length;
};

/** The descriptor of an alias in a tnsnames.ora. Documented: Net Services Reference, "Local Naming Parameters". */
export const findDescriptor = (tnsnames: string, alias: string): string | undefined => {
  const text = tnsnames.replace(/^\s*#.*$/gm, '');
  const entry = /^\s*([\w.$#-]+(?:\s*,\s*[\w.$#-]+)*)\s*=\s*(?=\()/gm;
  for (let match = entry.exec(text); match !== null; match = entry.exec(text)) {
    const end = closingParenthesis(text, entry.lastIndex);
    const names = (match[1] ?? '').split(',').map((name) => name.trim().toUpperCase());
    if (names.includes(alias.toUpperCase())) return text.slice(entry.lastIndex, end + 1).replaceAll(/\s+/g, '');
    entry.lastIndex = end;
  }
  return undefined;
};

const readNames = async (directory: string): Promise<string> => {
  try {
    return await readFile(join(directory, 'tnsnames.ora'), 'utf8');
  } catch {
    return ''; // a directory without the file names nothing, as for the real client
  }
};

/** No instance of this name runs here. Assumed: sqlplus.md section 2 (`ORACLE_SID`). */
const noSuchInstance = (): OracleError =>
  new OracleError([errorLine('ORA-01034'), errorLine('ORA-27101'), 'Process ID: 0', 'Session ID: 0 Serial number: 0']);

/**
 * Says where a logon goes, as the environment of the client has it.
 *
 * TWO_TASK takes the place of a missing identifier, even for `/ AS SYSDBA`; aliases come from the tnsnames.ora of TNS_ADMIN
 * when that is set, and are otherwise left to the simulated database, which knows its own. A local logon needs ORACLE_SID;
 * an environment that names no ORACLE_HOME either is one that the stand-in completes by itself (design.md section 9).
 *
 * Source: sqlplus.md sections 1 and 2.
 * @throws {OracleError} ORA-12154, ORA-12162 and ORA-01034.
 */
export const addressed = async (
  request: LogonRequest,
  environment: ClientEnvironment | undefined,
  sid: string,
): Promise<LogonRequest> => {
  if (environment === undefined) return request;
  const { ORACLE_SID, ORACLE_HOME, TWO_TASK, TNS_ADMIN } = environment.values;
  const identifier = request.identifier ?? (TWO_TASK === '' ? undefined : TWO_TASK);
  if (identifier === undefined) {
    if (ORACLE_SID === undefined && ORACLE_HOME !== undefined) throw oracleError('ORA-12162');
    if (ORACLE_SID !== undefined && ORACLE_SID !== sid) throw noSuchInstance();
    return request;
  }
  if (TNS_ADMIN === undefined || TNS_ADMIN === '' || !isAlias(identifier)) return { ...request, identifier };
  const descriptor = findDescriptor(await readNames(TNS_ADMIN), identifier);
  if (descriptor === undefined) throw oracleError('ORA-12154');
  return { ...request, identifier: descriptor };
};
