import { OracleError } from './oracle-error.js';
import { quoted } from './port-changes.js';
import type { DatabaseSessionPort } from './port-facts.js';
import { rowsOf, text } from './port-reads.js';
import type { ServerSession } from './server-session.js';

type Material = Parameters<DatabaseSessionPort['writeRestoreMaterial']>[0];

/** Control file copy, trace script, parameter file and manifest; the last two as far as the account may. */
export const writeRestoreMaterial = async (
  session: ServerSession,
  { controlfile, trace, pfile, manifest }: Material,
): ReturnType<DatabaseSessionPort['writeRestoreMaterial']> => {
  await session.execute(`ALTER DATABASE BACKUP CONTROLFILE TO ${quoted(controlfile)} REUSE`);
  await session.execute(`ALTER DATABASE BACKUP CONTROLFILE TO TRACE AS ${quoted(trace)} REUSE`);
  const pfileRefusal = await refusalOf(session, `CREATE PFILE=${quoted(pfile)} FROM SPFILE`);
  if (pfileRefusal !== undefined && pfileRefusal.code !== 'ORA-01031') throw pfileRefusal;
  return { hasPfile: pfileRefusal === undefined, whyNoManifest: await writeManifest(session, manifest) };
};

const refusalOf = async (session: ServerSession, statement: string): Promise<OracleError | undefined> => {
  try {
    await session.execute(statement);
    return undefined;
  } catch (error) {
    if (!(error instanceof OracleError)) throw error;
    return error;
  }
};

/** @returns Why it was not written. */
const writeManifest = async (
  session: ServerSession,
  { path, lines }: Material['manifest'],
): Promise<string | undefined> => {
  const directory = path.slice(0, path.lastIndexOf('/'));
  const [found] = await rowsOf(
    session,
    `SELECT directory_name FROM all_directories WHERE directory_path = ${quoted(directory)} ORDER BY 1`,
  );
  if (found === undefined) return `no directory object leads to ${directory}`;
  const block = `DECLARE f UTL_FILE.FILE_TYPE; BEGIN
    f := UTL_FILE.FOPEN(${quoted(text(found['DIRECTORY_NAME']))}, ${quoted(path.slice(directory.length + 1))}, 'w', 32767);
    ${lines.map((line) => `UTL_FILE.PUT_LINE(f, ${quoted(line)});`).join('\n')}
    UTL_FILE.FCLOSE(f); END;`;
  return (await refusalOf(session, block))?.message;
};
