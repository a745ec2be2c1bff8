/**
 * What keeps the database, or sqlplus, from doing what was asked.
 *
 * - `logon`: user, password, account or role is not accepted
 * - `privilege`: logged on, but not allowed to do this
 * - `network`: the listener or the host cannot be reached, or does not know the service
 * - `instance`: the instance is not in a state for it
 * - `backupMode`: the files are not in the backup mode that the statement needs
 * - `archiving`: redo cannot be archived, or there is no room for it
 * - `session`: the session was cut, or the statement broken off
 * - `recovery`: files need recovery, or a recovery runs
 * - `client`: sqlplus itself did not start or did not understand its input
 */
export type Condition =
  | 'logon'
  | 'privilege'
  | 'network'
  | 'instance'
  | 'backupMode'
  | 'archiving'
  | 'session'
  | 'recovery'
  | 'client';

/**
 * What is known of one code. Texts differ by release and language; codes do not. Codes that only say more about the error
 * before them (ORA-01110, ORA-00312) are not listed.
 *
 * Source: oracle-hot-backup.md 4.5.
 */
export interface CodeFacts {
  readonly condition: Condition;
  /** The statement may have taken effect all the same, wholly or in part. */
  readonly isOutcomeUnknown?: true;
  /** Nobody, or no account like this one, gets in for now; later it may work. */
  readonly keepsOut?: true;
  /** Comes with success: nothing failed. */
  readonly isWarning?: true;
  /** What the operator can do. */
  readonly hint?: string;
}

const freeSpace = 'The archiver cannot write: free the archive destination or enlarge the recovery area.';
const networkPath = 'Check host, port and service of the connect identifier, the listener, and what lies between.';
const wrongHome = 'oracleHome must be the directory that this sqlplus belongs to, readable for this account.';
const lookAtBackupMode = 'The session was cut: look at V$BACKUP from another one before anything is done again.';
const notStarted = 'The instance is down, or ORACLE_SID and ORACLE_HOME are not those of the running instance.';

/** Source: oracle-hot-backup.md 4.1; Database Error Messages. */
const backupMode = {
  'ORA-01123': { condition: 'backupMode', hint: 'Put the database into ARCHIVELOG mode.' },
  'ORA-01128': { condition: 'backupMode', hint: 'A file is offline: bring it online, or drop it if it is not needed.' },
  'ORA-01140': { condition: 'backupMode' },
  'ORA-01142': {
    condition: 'backupMode',
    hint: 'No file was in backup mode. If this run began it, somebody else ended it, and its snapshot is worth nothing.',
  },
  'ORA-01146': {
    condition: 'backupMode',
    hint: 'A file is in backup mode already: another backup may be running. Do not END it without knowing whose it is.',
  },
  'ORA-01149': { condition: 'backupMode' },
  'ORA-01150': { condition: 'backupMode' },
  'ORA-01199': { condition: 'backupMode' },
  'ORA-01253': { condition: 'backupMode', hint: 'RMAN backs a file up by proxy: wait until it is done.' },
  'ORA-01254': { condition: 'backupMode', hint: 'RMAN backs a file up by proxy: wait until it is done.' },
  'ORA-01260': {
    condition: 'backupMode',
    hint: 'Some files had left backup mode before END: a snapshot taken meanwhile is worth nothing.',
  },
  'ORA-01642': { condition: 'backupMode' },
  'ORA-10873': {
    condition: 'backupMode',
    hint: 'The instance ended in backup mode: END BACKUP while it is mounted, then open it. Never on restored files.',
  },
  'RMAN-06554': { condition: 'backupMode' },
} as const satisfies Readonly<Record<string, CodeFacts>>;

/** Source: oracle-hot-backup.md 4.2; Database Error Messages. */
const instance = {
  'ORA-00018': { condition: 'instance', keepsOut: true, hint: 'The instance is out of sessions: raise SESSIONS.' },
  'ORA-00020': { condition: 'instance', keepsOut: true, hint: 'The instance is out of processes: raise PROCESSES.' },
  'ORA-01033': {
    condition: 'instance',
    keepsOut: true,
    hint: 'The instance is not open: a plain account cannot log on until it is.',
  },
  'ORA-01034': { condition: 'instance', keepsOut: true, hint: notStarted },
  'ORA-01089': { condition: 'instance', keepsOut: true, isOutcomeUnknown: true, hint: 'The instance shuts down.' },
  'ORA-01090': { condition: 'instance', keepsOut: true, hint: 'The instance shuts down.' },
  'ORA-01092': { condition: 'instance', keepsOut: true, isOutcomeUnknown: true, hint: 'The instance was terminated.' },
  'ORA-01109': { condition: 'instance', hint: 'Open the database.' },
  'ORA-01154': { condition: 'instance' },
  'ORA-01507': { condition: 'instance', hint: 'Mount the database.' },
  'ORA-16000': { condition: 'instance', hint: 'The database is open read only, as a standby is.' },
  'ORA-27101': { condition: 'instance', keepsOut: true, hint: notStarted },
  'ORA-32004': { condition: 'instance', isWarning: true },
  'ORA-65040': { condition: 'instance', hint: 'Connect to the root of the container database, not to a PDB.' },
} as const satisfies Readonly<Record<string, CodeFacts>>;

/** Source: oracle-hot-backup.md 4.2 and 4.3 (after 03113, 03114, 03135 the outcome is unknown); Database Error Messages. */
const session = {
  'ORA-00028': { condition: 'session', isOutcomeUnknown: true, hint: lookAtBackupMode },
  'ORA-00600': { condition: 'session', isOutcomeUnknown: true, hint: 'An internal error: see the alert log.' },
  'ORA-00603': { condition: 'session', isOutcomeUnknown: true, hint: lookAtBackupMode },
  'ORA-01012': { condition: 'session', isOutcomeUnknown: true, hint: lookAtBackupMode },
  'ORA-01013': { condition: 'session', isOutcomeUnknown: true },
  'ORA-01041': { condition: 'session', isOutcomeUnknown: true, hint: lookAtBackupMode },
  'ORA-02396': { condition: 'session', isOutcomeUnknown: true, hint: 'The profile of the account limits idle time.' },
  'ORA-02399': {
    condition: 'session',
    isOutcomeUnknown: true,
    hint: 'The profile of the account limits connect time.',
  },
  'ORA-03113': { condition: 'session', isOutcomeUnknown: true, keepsOut: true, hint: lookAtBackupMode },
  'ORA-03114': { condition: 'session', isOutcomeUnknown: true, hint: lookAtBackupMode },
  'ORA-03135': { condition: 'session', isOutcomeUnknown: true, keepsOut: true, hint: lookAtBackupMode },
  'ORA-07445': { condition: 'session', isOutcomeUnknown: true, hint: 'An internal error: see the alert log.' },
  'ORA-25408': { condition: 'session', isOutcomeUnknown: true, hint: lookAtBackupMode },
} as const satisfies Readonly<Record<string, CodeFacts>>;

/** Source: oracle-hot-backup.md 4.3; sqlplus.md 4.3 and 4.4; Database Error Messages. */
const logon = {
  'ORA-01004': { condition: 'logon' },
  'ORA-01005': { condition: 'logon', hint: 'The password is empty.' },
  'ORA-01017': {
    condition: 'logon',
    hint: 'Check user, password and role. AS SYSBACKUP or SYSDBA over the network needs a password file.',
  },
  'ORA-01035': { condition: 'logon', hint: 'The instance is restricted: grant RESTRICTED SESSION, or wait.' },
  'ORA-01045': { condition: 'logon', hint: 'Grant CREATE SESSION.' },
  'ORA-12578': { condition: 'logon', hint: 'The wallet cannot be opened: check its directory in sqlnet.ora.' },
  'ORA-12638': { condition: 'logon', hint: 'SQLNET.AUTHENTICATION_SERVICES in sqlnet.ora does not fit the host.' },
  'ORA-28000': { condition: 'logon', hint: 'The account is locked.' },
  'ORA-28001': { condition: 'logon', hint: 'The password has expired: log on once by hand and change it.' },
  'ORA-28002': { condition: 'logon', isWarning: true, hint: 'The password expires soon: change it.' },
  'ORA-28009': { condition: 'logon', hint: 'SYS must log on AS SYSDBA or SYSOPER: set role.' },
  'ORA-28011': { condition: 'logon', isWarning: true, hint: 'The account expires soon: change its password.' },
  'ORA-28040': {
    condition: 'logon',
    hint: 'This client is too old for the server, or SQLNET.ALLOWED_LOGON_VERSION_SERVER forbids it.',
  },
} as const satisfies Readonly<Record<string, CodeFacts>>;

/** Source: oracle-hot-backup.md 4.2 and 4.3; Database Error Messages. */
const privilege = {
  'ORA-00942': {
    condition: 'privilege',
    hint: 'Grant the account SELECT on the V_$ view, or SELECT_CATALOG_ROLE, or log on AS SYSBACKUP.',
  },
  'ORA-01031': { condition: 'privilege', hint: 'Grant ALTER DATABASE and ALTER SYSTEM, or log on AS SYSBACKUP.' },
} as const satisfies Readonly<Record<string, CodeFacts>>;

/** Source: oracle-hot-backup.md 4.3; sqlplus.md 4.3; Database Error Messages, chapter of the TNS messages. */
const network = {
  'ORA-12154': {
    condition: 'network',
    hint: 'The connect identifier is not known: check it, and the directory of tnsnames.ora (tnsAdmin).',
  },
  'ORA-12162': {
    condition: 'network',
    hint: 'Set sid for a local logon, or a connect identifier for one over the network.',
  },
  'ORA-12170': { condition: 'network', hint: networkPath },
  'ORA-12505': {
    condition: 'network',
    hint: 'The listener does not know this SID: check it, and that the instance is up.',
  },
  'ORA-12514': {
    condition: 'network',
    hint: 'The listener does not know this service: check the service name, and that the instance is up.',
  },
  'ORA-12528': {
    condition: 'network',
    hint: 'The instance is mounted or starting: the listener lets nobody through unless the descriptor has (UR=A).',
  },
  'ORA-12535': { condition: 'network', hint: networkPath },
  'ORA-12537': { condition: 'network', isOutcomeUnknown: true, hint: networkPath },
  'ORA-12541': { condition: 'network', hint: 'No listener answers at that host and port.' },
  'ORA-12543': { condition: 'network', hint: networkPath },
  'ORA-12545': { condition: 'network', hint: 'The host of the connect identifier does not exist.' },
  'ORA-12546': {
    condition: 'network',
    hint: 'This account may not run the oracle program of that home: check its groups.',
  },
  'ORA-12547': { condition: 'network', isOutcomeUnknown: true, hint: networkPath },
  'ORA-12560': {
    condition: 'network',
    hint: 'Check sid and oracleHome for a local logon, else the connect identifier.',
  },
  'ORA-12570': { condition: 'network', isOutcomeUnknown: true, hint: networkPath },
  'ORA-12571': { condition: 'network', isOutcomeUnknown: true, hint: networkPath },
  'ORA-28547': { condition: 'network', hint: networkPath },
} as const satisfies Readonly<Record<string, CodeFacts>>;

/** Source: oracle-hot-backup.md 4.4; Database Error Messages. */
const archiving = {
  'ORA-00245': {
    condition: 'archiving',
    hint: 'The control file copy must go where every instance of the cluster can write.',
  },
  'ORA-00257': {
    condition: 'archiving',
    keepsOut: true,
    hint: 'The archiver is stuck: free the archive destination. Only AS SYSDBA or SYSBACKUP can log on until then.',
  },
  'ORA-00258': { condition: 'archiving', hint: 'Put the database into ARCHIVELOG mode.' },
  'ORA-00271': { condition: 'archiving' },
  'ORA-16014': { condition: 'archiving', hint: freeSpace },
  'ORA-16038': { condition: 'archiving', hint: freeSpace },
  'ORA-19504': {
    condition: 'archiving',
    hint: 'Check the directory, its room and its permissions on the database host.',
  },
  'ORA-19804': { condition: 'archiving', hint: freeSpace },
  'ORA-19809': { condition: 'archiving', hint: freeSpace },
  'ORA-19815': { condition: 'archiving', hint: freeSpace },
} as const satisfies Readonly<Record<string, CodeFacts>>;

/**
 * Of recovery, which is never run from here: they are listed so that nobody takes them for something else.
 * ORA-01555 "snapshot too old" is about undo, not about snapshots of an array.
 *
 * Source: oracle-hot-backup.md 4.1 and 4.4.
 */
const recovery = {
  'ORA-00278': { condition: 'recovery' },
  'ORA-00279': { condition: 'recovery' },
  'ORA-00280': { condition: 'recovery' },
  'ORA-00289': { condition: 'recovery' },
  'ORA-01112': { condition: 'recovery' },
  'ORA-01113': { condition: 'recovery', hint: 'A file needs media recovery.' },
  'ORA-01122': { condition: 'recovery' },
  'ORA-01194': { condition: 'recovery' },
  'ORA-01195': { condition: 'recovery' },
  'ORA-01207': { condition: 'recovery' },
  'ORA-01233': { condition: 'recovery' },
  'ORA-01547': { condition: 'recovery' },
  'ORA-01589': { condition: 'recovery' },
  'ORA-19839': { condition: 'recovery' },
  'ORA-19840': { condition: 'recovery' },
} as const satisfies Readonly<Record<string, CodeFacts>>;

/** Source: sqlplus.md 4.2 and 4.3. After SP2-0027 the rest of the input is run without the line that was too long. */
const client = {
  'SP2-0027': { condition: 'client', isOutcomeUnknown: true },
  'SP2-0042': { condition: 'client' },
  'SP2-0103': { condition: 'client' },
  'SP2-0157': { condition: 'client' },
  'SP2-0158': { condition: 'client' },
  'SP2-0306': {
    condition: 'client',
    hint: 'sqlplus could not read the CONNECT line: check role and connect identifier.',
  },
  'SP2-0310': { condition: 'client' },
  'SP2-0640': { condition: 'client', hint: 'The session is not logged on any more.' },
  'SP2-0667': { condition: 'client', hint: wrongHome },
  'SP2-0734': { condition: 'client' },
  'SP2-0735': { condition: 'client' },
  'SP2-0738': { condition: 'client' },
  'SP2-0750': { condition: 'client', hint: wrongHome },
  'SP2-0751': { condition: 'client' },
  'SP2-1502': { condition: 'client', hint: 'A profile of this host sets http_proxy for sqlplus: remove it there.' },
} as const satisfies Readonly<Record<string, CodeFacts>>;

const facts: ReadonlyMap<string, CodeFacts> = new Map(
  Object.entries<CodeFacts>({
    ...backupMode,
    ...instance,
    ...session,
    ...logon,
    ...privilege,
    ...network,
    ...archiving,
    ...recovery,
    ...client,
  }),
);

/** Oracle Net reports as ORA-12150 to ORA-12699. Source: Database Error Messages, chapter of the TNS messages. */
const isNetCode = (code: string): boolean => /^(TNS-|ORA-12(1[5-9]|[2-6])\d)/.test(code);

/** SP2- is followed by four digits in programs and by five in newer documentation. Source: sqlplus.md 4.2. */
const withFourDigits = (code: string): string => code.replace(/^SP2-0(\d{4})$/, 'SP2-$1');

/** What is known of a code; `undefined` when nothing is. */
export const factsOf = (code: string): CodeFacts | undefined =>
  facts.get(withFourDigits(code)) ?? (isNetCode(code) ? { condition: 'network', hint: networkPath } : undefined);

/** Whether a code comes with success. */
export const isWarningCode = (code: string): boolean => factsOf(code)?.isWarning === true;
