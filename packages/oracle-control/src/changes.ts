import type { Limits } from './options.js';
import { actionOf, type ClaimKind, claimModuleNames, literal, moduleName } from './session-label.js';

/** One statement that changes something. */
export interface Change {
  /** As errors and logs name it. */
  readonly label: string;
  readonly sql: string;
  /** The English feedback without which it was no success. */
  readonly confirmation: string;
  /** Codes that come with success all the same. */
  readonly accepted?: readonly string[];
  readonly limit: keyof Limits;
  /** Never killed in mid statement: the server would go on alone, and nobody would know when it ends. */
  readonly isUninterruptible?: boolean;
}

/**
 * Puts every online read-write file into backup mode: checkpoints them, which may take minutes, then returns.
 * Needs ALTER DATABASE (in DBA and SYSBACKUP), ARCHIVELOG, and the database open read write.
 *
 * Source: SQL Language Reference, ALTER DATABASE; oracle-hot-backup.md 1.1.
 */
export const beginBackup: Change = {
  label: 'ALTER DATABASE BEGIN BACKUP',
  sql: 'ALTER DATABASE BEGIN BACKUP',
  confirmation: 'Database altered.',
  limit: 'beginMs',
  isUninterruptible: true,
};

/**
 * Switches the log of every enabled thread and waits until all is archived; SWITCH LOGFILE does neither. Needs ALTER
 * SYSTEM, and the database open.
 *
 * Source: SQL Language Reference, ALTER SYSTEM, archive_log_clause; oracle-hot-backup.md 1.2.
 */
export const archiveCurrentLog: Change = {
  label: 'ALTER SYSTEM ARCHIVE LOG CURRENT',
  sql: 'ALTER SYSTEM ARCHIVE LOG CURRENT',
  confirmation: 'System altered.',
  limit: 'archiveMs',
};

/**
 * Writes a control file copy on the database host. Needs ALTER DATABASE; in RAC the path must be visible to every
 * instance (ORA-00245).
 *
 * Source: SQL Language Reference, ALTER DATABASE, controlfile_clauses; oracle-hot-backup.md 1.2.
 */
export const copyControlfile = (path: string): Change => ({
  label: 'ALTER DATABASE BACKUP CONTROLFILE',
  sql: `ALTER DATABASE BACKUP CONTROLFILE TO ${literal(path)} REUSE`,
  confirmation: 'Database altered.',
  limit: 'materialMs',
});

/** Writes the script that makes a new control file. As `copyControlfile`. */
export const traceControlfile = (path: string): Change => ({
  label: 'ALTER DATABASE BACKUP CONTROLFILE TO TRACE',
  sql: `ALTER DATABASE BACKUP CONTROLFILE TO TRACE AS ${literal(path)} REUSE`,
  confirmation: 'Database altered.',
  limit: 'materialMs',
});

/**
 * Writes the parameters as text on the database host. Needs a logon AS SYSBACKUP, SYSDBA, SYSOPER or SYSDG; the DBA
 * role is not enough (ORA-01031).
 *
 * Source: SQL Language Reference, CREATE PFILE.
 */
export const writePfile = (path: string): Change => ({
  label: 'CREATE PFILE',
  sql: `CREATE PFILE=${literal(path)} FROM SPFILE`,
  confirmation: 'File created.',
  limit: 'materialMs',
});

/**
 * Writes lines of text to a file on the database host, by the directory object that leads to its directory: a new file, or
 * one that goes on. Needs READ and WRITE on that directory.
 *
 * Source: PL/SQL Packages and Types Reference, UTL_FILE: granted to PUBLIC; the name of a directory object is
 * case-sensitive; 32767 bytes a line at most.
 */
export const writeLines = (
  { directory, name }: { readonly directory: string; readonly name: string },
  mode: 'w' | 'a',
  lines: readonly string[],
): Change => ({
  label: 'UTL_FILE.PUT_LINE',
  sql: `DECLARE
  f UTL_FILE.FILE_TYPE;
BEGIN
  f := UTL_FILE.FOPEN(${literal(directory)}, ${literal(name)}, '${mode}', 32767);
${lines.map((line) => `  UTL_FILE.PUT_LINE(f, ${literal(line)});`).join('\n')}
  UTL_FILE.FCLOSE(f);
END;`,
  confirmation: 'PL/SQL procedure successfully completed.',
  limit: 'materialMs',
});

const setModule = (module: string, purpose: string): Change => ({
  label: 'DBMS_APPLICATION_INFO.SET_MODULE',
  sql: `BEGIN DBMS_APPLICATION_INFO.SET_MODULE('${module}', ${literal(actionOf(purpose))}); END;`,
  confirmation: 'PL/SQL procedure successfully completed.',
  limit: 'queryMs',
});

/** Labels the session in V$SESSION, so that it can be found after its client is gone. */
export const labelSession = (purpose: string): Change => setModule(moduleName, purpose);

/** `labelSession` for a session that claims the database. */
export const labelClaim = (kind: ClaimKind, purpose: string): Change => setModule(claimModuleNames[kind], purpose);
