import { type Asking, queryAll, queryEach, requireOne } from './ask.js';
import { type Known, known, mapKnown, notKnown } from './known.js';
import { select } from './query.js';
import { integer, text } from './row.js';

/** Who this session is, and what it may do. */
export interface Account {
  /** SESSION_USER: SYS for a logon AS SYSDBA, PUBLIC AS SYSOPER, the role itself AS SYSBACKUP. */
  readonly user: string;
  /** SYSDBA, SYSOPER, SYSBACKUP, …; `undefined` for a logon without AS. */
  readonly administrativeRole: string | undefined;
  /** System privileges, those of roles among them. */
  readonly privileges: Known<readonly string[]>;
  readonly roles: Known<readonly string[]>;
  /** BEGIN and END BACKUP, BACKUP CONTROLFILE. */
  readonly mayBackUp: Known<boolean>;
  /** ARCHIVE LOG CURRENT. */
  readonly mayArchive: Known<boolean>;
  /** Calls of DBMS_LOCK, for the claim of the database. */
  readonly mayLock: Known<boolean>;
  readonly mayReadViews: boolean;
  /** Why each view that this package reads and the account cannot read is closed to it. */
  readonly unreadableViews: readonly string[];
}

/** Needs no grant. */
const readUser = select({ from: 'dual', columns: { user: text(`SYS_CONTEXT('USERENV','SESSION_USER')`) } });

/**
 * What this session has enabled, roles included. PUBLIC may read both views, in an open database.
 *
 * Source: Database Reference, SESSION_PRIVS and SESSION_ROLES.
 */
const readPrivileges = select({ from: 'session_privs', columns: { name: text('privilege') }, orderBy: 'privilege' });
const readRoles = select({ from: 'session_roles', columns: { name: text('role') }, orderBy: 'role' });

/**
 * PUBLIC may read this view too, and it shows the grants to the account, to its enabled roles and to PUBLIC. ALL_OBJECTS
 * and ALL_PROCEDURES would show the package to whoever has CREATE ANY PROCEDURE as well, and that may not call it.
 *
 * Source: Database Reference, ALL_TAB_PRIVS and ALL_PROCEDURES.
 */
const countLockGrants = select({
  from: 'all_tab_privs',
  columns: { count: integer('COUNT(*)') },
  where: `table_schema = 'SYS' AND table_name = 'DBMS_LOCK' AND privilege = 'EXECUTE'`,
});

/** Asks for no row, so that nothing is read: ASM, for one, would look at every disk. */
const probe = (view: string) => select({ from: view, columns: { one: integer('1') }, where: '1 = 0' });

/** Every view that needs a grant. `account.test.ts` holds this list against what is sent. */
const probes = (
  'v$database v$instance gv$instance v$thread v$archive_dest v$recovery_file_dest gv$session_longops gv$session ' +
  'v$datafile v$tempfile v$controlfile v$logfile v$log v$archived_log v$backup v$parameter v$block_change_tracking ' +
  'v$encryption_wallet v$asm_diskgroup v$asm_disk v$asm_operation'
)
  .split(' ')
  .map(probe);

/** Of 12.1, and only read in a container database. */
const containerProbe = probe('v$pdbs');
const readIsContainerDatabase = select({
  from: 'v$database',
  columns: { cdb: text('cdb') },
  older: { cdb: text(`'NO'`) },
});

/**
 * The user that an administrative logon becomes. Nobody else can log on as these.
 *
 * Source: Security Guide, "Managing Administrative Privileges"; oracle-hot-backup.md section 2.
 */
const administrativeUsers: ReadonlyMap<string, string> = new Map([
  ['SYS', 'SYSDBA'],
  ['PUBLIC', 'SYSOPER'],
  ...['SYSBACKUP', 'SYSDG', 'SYSKM', 'SYSRAC'].map((role) => [role, role] as const),
]);

/** Reads who the session is and what it may do, without trying any of it. */
export const readAccount = async (asking: Asking): Promise<Account> => {
  const [users] = await queryAll(asking, [readUser]);
  const [privilegeRows, roleRows, lockGrants, databases] = await queryEach(asking, [
    readPrivileges,
    readRoles,
    countLockGrants,
    readIsContainerDatabase,
  ]);
  const isContainerDatabase = databases.isKnown && databases.value.some(({ cdb }) => cdb === 'YES');
  const answers = await queryEach(asking, isContainerDatabase ? [...probes, containerProbe] : probes);
  const unreadableViews = answers.flatMap((answer) => (answer.isKnown ? [] : [answer.reason]));

  const { user } = requireOne(readUser, users);
  const administrativeRole = administrativeUsers.get(user);
  const privileges = namesOf(privilegeRows);
  const may = (privilege: string) => mapKnown(privileges, (names) => names.includes(privilege));
  const isFull = administrativeRole === 'SYSDBA' || administrativeRole === 'SYSBACKUP';
  return {
    user,
    administrativeRole,
    privileges,
    roles: namesOf(roleRows),
    // SYSOPER may back up although its session has no ALTER DATABASE to show. Source: oracle-hot-backup.md section 2.
    mayBackUp: isFull || administrativeRole === 'SYSOPER' ? known(true) : may('ALTER DATABASE'),
    mayArchive: isFull ? known(true) : administrativeRole === 'SYSOPER' ? archivingBySysoper : may('ALTER SYSTEM'),
    mayLock:
      administrativeRole === 'SYSDBA'
        ? known(true)
        : mapKnown(lockGrants, ([row]) => row !== undefined && row.count > 0),
    mayReadViews: unreadableViews.length === 0,
    unreadableViews,
  };
};

const archivingBySysoper = notKnown('whether SYSOPER may run ALTER SYSTEM ARCHIVE LOG CURRENT is not documented');

const namesOf = (rows: Known<readonly { readonly name: string }[]>): Known<readonly string[]> =>
  mapKnown(rows, (found) => found.map(({ name }) => name));
