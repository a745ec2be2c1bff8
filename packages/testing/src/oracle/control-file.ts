import { errorLine, OracleError } from './oracle-error.js';
import type { DatabaseState } from './state.js';

/** A control file copy on its disk. Documented: oracle-hot-backup.md section 6.2. */
export interface ControlfileContent {
  readonly kind: 'controlfile';
  readonly dbid: bigint;
  readonly scn: bigint;
  readonly datafiles: readonly string[];
}

const createFile = (
  state: DatabaseState,
  path: string,
  content: unknown,
  isReused: boolean,
  firstLine: string[],
): void => {
  // Assumed: oracle-hot-backup.md section 1.2 (ORA-01580 with ORA-27038).
  if (!isReused && state.disk.paths().includes(path)) throw new OracleError([...firstLine, errorLine('ORA-27038')]);
  try {
    state.disk.write(path, content);
  } catch {
    const system = ['Linux-x86_64 Error: 2: No such file or directory', 'Additional information: 1'];
    throw new OracleError([...firstLine, errorLine('ORA-27040'), ...system]);
  }
};

/** ALTER DATABASE BACKUP CONTROLFILE TO 'path'. */
export const copyControlfile = (state: DatabaseState, path: string, isReused: boolean): void => {
  // Documented: oracle-hot-backup.md section 1.2 (TGE-245).
  if (state.threads > 1 && state.localDirectories.some((directory) => path.startsWith(`${directory}/`))) {
    throw new OracleError([errorLine('ORA-00245')]);
  }
  const datafiles = state.files.map((file) => file.path);
  const content: ControlfileContent = { kind: 'controlfile', dbid: state.dbid, scn: state.scn, datafiles };
  createFile(state, path, content, isReused, [errorLine('ORA-01580', path)]);
};

/** ALTER DATABASE BACKUP CONTROLFILE TO TRACE; without a path it goes to the server's trace directory. */
export const traceControlfile = (state: DatabaseState, path: string | undefined, isReused: boolean): void => {
  const files = state.files.map((file) => `  '${file.path}'`).join(',\n');
  const text = `CREATE CONTROLFILE REUSE DATABASE "${state.name}" RESETLOGS ARCHIVELOG\nDATAFILE\n${files}\n;\n`;
  const server = `/u01/app/oracle/diag/rdbms/${state.uniqueName.toLowerCase()}/${state.sid}/trace/${state.sid}_ora_1.trc`;
  createFile(state, path ?? server, text, isReused || path === undefined, [errorLine('ORA-01580', path ?? server)]);
};

/** CREATE PFILE='path' FROM SPFILE. It replaces a file that is there (assumed). */
export const writePfile = (state: DatabaseState, path: string): void => {
  // Assumed: what an instance says that was started from a text file.
  if (state.spfile === undefined)
    throw new OracleError([errorLine('ORA-01565', '?/dbs/spfile@.ora'), errorLine('ORA-27037')]);
  const text = `*.db_name='${state.name}'\n*.db_unique_name='${state.uniqueName}'\n`;
  createFile(state, path, text, true, [`ORA-27040: file create error, unable to create file`]);
};
