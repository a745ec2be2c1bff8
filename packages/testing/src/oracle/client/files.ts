import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import type { ClientEnvironment } from './client-state.js';
import { type ClientRelease, isAtLeast } from './release.js';

/** A file that was read, as lines. */
export interface Script {
  readonly lines: readonly string[];
  /** Where `@@` looks. */
  readonly directory: string;
}

const readLines = async (path: string): Promise<readonly string[] | undefined> => {
  try {
    const text = await readFile(path, 'utf8');
    return text.replace(/\r?\n$/, '').split(/\r?\n/);
  } catch {
    return undefined; // SP2-0310, whatever the reason
  }
};

const directoriesIn = (path: string | undefined): readonly string[] =>
  (path ?? '').split(':').filter((one) => one !== '');

/** A name without extension gets this one. */
export const withExtension = (name: string, extension: string): string =>
  /\.[^./]*$/.test(name) ? name : `${name}${extension}`;

/**
 * Finds a script: as it is named from where the client is, then in ORACLE_PATH and SQLPATH. Documented: SQL*Plus User's
 * Guide, "@ (at sign)".
 *
 * @param beside  For `@@`: the directory of the script that calls.
 */
export const findScript = async (
  name: string,
  environment: ClientEnvironment | undefined,
  beside?: string,
): Promise<Script | undefined> => {
  if (environment === undefined) return undefined; // a client without a process has no directory either
  const file = withExtension(name, '.sql');
  const { ORACLE_PATH, SQLPATH } = environment.values;
  const places = [beside ?? environment.directory, ...directoriesIn(ORACLE_PATH), ...directoriesIn(SQLPATH)];
  for (const path of isAbsolute(file) ? [file] : places.map((place) => join(place, file))) {
    const lines = await readLines(path);
    if (lines !== undefined) return { lines, directory: dirname(path) };
  }
  return undefined;
};

/**
 * The lines of login.sql. Documented: before 12.2 it is looked for in the working directory and in SQLPATH (GEN2);
 * expert knowledge: from 12.2 in ORACLE_PATH alone (sqlplus.md section 2, "Profiles").
 */
export const loginProfile = async (
  environment: ClientEnvironment,
  release: ClientRelease,
): Promise<readonly string[]> => {
  const { ORACLE_PATH, SQLPATH } = environment.values;
  const places = isAtLeast(release, '12.2')
    ? directoriesIn(ORACLE_PATH)
    : [environment.directory, ...directoriesIn(SQLPATH)];
  for (const place of places) {
    const lines = await readLines(join(place, 'login.sql'));
    if (lines !== undefined) return lines;
  }
  return [];
};

/** The lines of the site's profile in this home. */
export const siteProfile = async (home: string | undefined): Promise<readonly string[]> =>
  home === undefined ? [] : ((await readLines(join(home, 'sqlplus', 'admin', 'glogin.sql'))) ?? []);

/** A file that output is copied to. */
export interface Spool {
  readonly name: string;
  write(text: string): void;
  /** Writes the file: a client that dies before it leaves an empty one. */
  close(): Promise<void>;
}

/** @returns `undefined` when the file cannot be made. */
export const openSpool = async (
  name: string,
  mode: 'create' | 'replace' | 'append',
  environment: ClientEnvironment | undefined,
): Promise<Spool | undefined> => {
  if (environment === undefined) return undefined;
  const file = withExtension(name, '.lst');
  const path = isAbsolute(file) ? file : join(environment.directory, file);
  try {
    await writeFile(path, '', { flag: mode === 'append' ? 'a' : mode === 'create' ? 'wx' : 'w' });
  } catch {
    return undefined; // SP2-0606, whatever the reason
  }
  const texts: string[] = [];
  return {
    name: file,
    write: (text) => void texts.push(text),
    close: () => appendFile(path, texts.join('')),
  };
};
