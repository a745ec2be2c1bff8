/** Administrative privileges that CONNECT … AS can name. Source: sqlplus.md section 1. */
export const administrativeRoles = ['SYSDBA', 'SYSOPER', 'SYSBACKUP', 'SYSDG', 'SYSKM', 'SYSRAC', 'SYSASM'] as const;

const backup = ['CREATE SESSION', 'ALTER DATABASE', 'ALTER SYSTEM', 'ALTER TABLESPACE', 'SELECT ANY DICTIONARY'];
const administrator = ['CREATE SESSION', 'CREATE PFILE', 'STARTUP', 'ALTER DATABASE', 'ALTER SYSTEM'];

/**
 * What a role grants, as far as this simulation asks. Source: oracle-hot-backup.md section 2 (DBA and ALTER DATABASE
 * documented, SYSBACKUP and SYSOPER partly assumed); CREATE PFILE: SQL Language Reference, "CREATE PFILE", prerequisites.
 */
const grants: Readonly<Record<string, readonly string[]>> = {
  DBA: backup,
  CONNECT: ['CREATE SESSION'],
  SELECT_CATALOG_ROLE: ['SELECT ANY DICTIONARY'],
  SYSDBA: [...backup, ...administrator],
  SYSBACKUP: [...backup, ...administrator],
  SYSDG: [...backup, ...administrator],
  SYSOPER: administrator,
};

const isAdministrative = (role: string): boolean => administrativeRoles.some((one) => one === role);

/**
 * The system privileges of a session. An administrative role counts only in a session that was opened AS that role.
 *
 * @param roles  Roles and privileges of the account.
 */
export const privilegesOf = (roles: readonly string[], as: string | undefined): ReadonlySet<string> => {
  const active = as === undefined ? roles.filter((role) => !isAdministrative(role)) : [as];
  return new Set(active.flatMap((role) => [role, ...(grants[role] ?? [])]));
};

/** The schema of a session. Source: oracle-hot-backup.md section 2 (a SYSOPER session runs as PUBLIC). */
export const schemaOf = (user: string, as: string | undefined): string =>
  as === undefined ? user : as === 'SYSDBA' ? 'SYS' : as === 'SYSOPER' ? 'PUBLIC' : as;
