/** Administrative privileges that CONNECT … AS can name. Source: sqlplus.md section 1. */
export const administrativeRoles = ['SYSDBA', 'SYSOPER', 'SYSBACKUP', 'SYSDG', 'SYSKM', 'SYSRAC', 'SYSASM'] as const;

const backup = ['CREATE SESSION', 'ALTER DATABASE', 'ALTER SYSTEM', 'ALTER TABLESPACE', 'SELECT ANY DICTIONARY'];
/** Observed: Oracle's dbmslock.sql grants it to EXECUTE_CATALOG_ROLE, which DBA holds and SYSBACKUP does not. */
const userLocks = 'EXECUTE ON DBMS_LOCK';
/** Documented: Database Security Guide, SYSBACKUP; shows every directory, and opens none that another made. */
const anyDirectory = 'CREATE ANY DIRECTORY';
const administrator = ['CREATE SESSION', 'CREATE PFILE', 'STARTUP', 'ALTER DATABASE', 'ALTER SYSTEM'];

/**
 * What a role grants, as far as this simulation asks. Source: oracle-hot-backup.md section 2 (DBA and ALTER DATABASE
 * documented, SYSBACKUP and SYSOPER partly assumed); CREATE PFILE: SQL Language Reference, "CREATE PFILE", prerequisites.
 */
const grants: Readonly<Record<string, readonly string[]>> = {
  DBA: [...backup, userLocks, anyDirectory],
  EXECUTE_CATALOG_ROLE: [userLocks],
  CONNECT: ['CREATE SESSION'],
  SELECT_CATALOG_ROLE: ['SELECT ANY DICTIONARY'],
  SYSDBA: [...backup, ...administrator, userLocks, anyDirectory],
  SYSBACKUP: [...backup, ...administrator, anyDirectory],
  SYSDG: [...backup, ...administrator],
  SYSOPER: administrator,
};

const isAdministrative = (role: string): boolean => administrativeRoles.some((one) => one === role);

/** A role with everything that it grants, and what those grant. */
const expand = (role: string, given: Grants): readonly string[] => [
  role,
  ...[...(grants[role] ?? []), ...(given[role] ?? [])].flatMap((one) => (one === role ? [] : expand(one, given))),
];

type Grants = Readonly<Record<string, readonly string[]>>;

/**
 * The system privileges of a session. An administrative role counts only in a session that was opened AS that role, and
 * then alone.
 *
 * @param roles  Roles and privileges of the account. `SELECT ON V$BACKUP` is one view, `EXECUTE ON DBMS_LOCK` a package.
 * @param given  What was granted to roles of this database beyond the usual.
 */
export const privilegesOf = (
  roles: readonly string[],
  as: string | undefined,
  given: Grants = {},
): ReadonlySet<string> => {
  const active = as === undefined ? roles.filter((role) => !isAdministrative(role)) : [as];
  return new Set([...active, 'PUBLIC'].flatMap((role) => expand(role, given)));
};

/** May a session with these privileges read the view? Grants go to `V_$BACKUP`, queries to `V$BACKUP`. */
export const canSelect = (privileges: ReadonlySet<string>, view: string): boolean =>
  privileges.has('SELECT ANY DICTIONARY') ||
  [view, view.replace('$', '_$')].some((name) =>
    [`SELECT ON ${name}`, `SELECT ON SYS.${name}`].some((grant) => privileges.has(grant)),
  );

/** Does ALL_DIRECTORIES show it? Documented: Database Reference; of the ANY rights assumed. */
export const maySeeDirectory = (privileges: ReadonlySet<string>, user: string, name: string): boolean =>
  mayWriteTo(privileges, user, name) || privileges.has(`READ ON DIRECTORY ${name}`) || privileges.has(anyDirectory);

/** SYS owns every directory. Documented: SQL Language Reference, CREATE DIRECTORY. */
export const mayWriteTo = (privileges: ReadonlySet<string>, user: string, name: string): boolean =>
  user === 'SYS' || privileges.has(`WRITE ON DIRECTORY ${name}`);

/** What SESSION_ROLES lists. */
export const isRole = (name: string): boolean => name !== 'PUBLIC' && !/ /.test(name) && !isAdministrative(name);

/** The schema of a session. Source: oracle-hot-backup.md section 2 (a SYSOPER session runs as PUBLIC). */
export const schemaOf = (user: string, as: string | undefined): string =>
  as === undefined ? user : as === 'SYSDBA' ? 'SYS' : as === 'SYSOPER' ? 'PUBLIC' : as;
