import type { Condition } from './error-codes.js';

/** One row of the tables of oracle-hot-backup.md section 4 and sqlplus.md section 4: what is printed, and what it means. */
export interface Evidence {
  readonly code: string;
  /** The words after the code, as releases up to 21c print them. */
  readonly text: string;
  /** As 23ai, or a release before 12.1, prints them, where that is another text. */
  readonly otherText?: string;
  /** Lines that come with it. */
  readonly companions?: readonly string[];
  /** Where it comes up. */
  readonly at: 'CONNECT' | 'BEGIN' | 'END' | 'ARCHIVE' | 'SELECT' | 'CONTROLFILE';
  readonly condition: Condition;
  /** Unless it is a definite refusal. */
  readonly outcome?: 'unknown';
  readonly isLogonRefused?: true;
  readonly isUnreachable?: true;
  /** The operator can do nothing with a hint. */
  readonly hasNoHint?: true;
}

const file1 = "ORA-01110: data file 1: '/u01/oradata/TEST/system01.dbf'";
const ids = ['Process ID: 5150', 'Session ID: 42 Serial number: 7'];

/** oracle-hot-backup.md 4.1. */
const backupMode: readonly Evidence[] = [
  {
    code: 'ORA-01123',
    text: 'cannot start online backup; media recovery not enabled',
    at: 'BEGIN',
    condition: 'backupMode',
  },
  {
    code: 'ORA-01128',
    text: 'cannot start online backup - file 7 is offline',
    companions: ["ORA-01110: data file 7: '/u01/oradata/TEST/tools01.dbf'"],
    at: 'BEGIN',
    condition: 'backupMode',
  },
  {
    code: 'ORA-01140',
    text: 'cannot end online backup - all files are offline or readonly',
    at: 'END',
    condition: 'backupMode',
    hasNoHint: true,
  },
  {
    code: 'ORA-01142',
    text: 'cannot end online backup - none of the files are in backup',
    at: 'END',
    condition: 'backupMode',
  },
  {
    code: 'ORA-01146',
    text: 'cannot start online backup - file 1 is already in backup',
    companions: [file1],
    at: 'BEGIN',
    condition: 'backupMode',
  },
  {
    code: 'ORA-01149',
    text: 'cannot shutdown - file 1 has online backup set',
    companions: [file1],
    at: 'BEGIN',
    condition: 'backupMode',
    hasNoHint: true,
  },
  {
    code: 'ORA-01150',
    text: 'cannot prevent writes - file 1 has online backup set',
    companions: [file1],
    at: 'BEGIN',
    condition: 'backupMode',
    hasNoHint: true,
  },
  {
    code: 'ORA-01199',
    text: 'file 1 is not in online backup mode',
    at: 'END',
    condition: 'backupMode',
    hasNoHint: true,
  },
  {
    code: 'ORA-01253',
    text: 'cannot start online backup - file 1 in recovery manager backup',
    companions: [file1],
    at: 'BEGIN',
    condition: 'backupMode',
  },
  {
    code: 'ORA-01254',
    text: 'cannot end online backup - file 1 in recovery manager backup',
    companions: [file1],
    at: 'END',
    condition: 'backupMode',
  },
  {
    code: 'ORA-01260',
    text: 'warning: END BACKUP succeeded but some files found not to be in backup mode',
    at: 'BEGIN',
    condition: 'backupMode',
  },
  {
    code: 'ORA-01642',
    text: "begin backup not needed for read only tablespace 'T'",
    otherText: "begin backup not needed for read-only tablespace 'T'",
    at: 'BEGIN',
    condition: 'backupMode',
    hasNoHint: true,
  },
  {
    code: 'ORA-10873',
    text: 'file 1 needs to be either taken out of backup mode or media recovered',
    otherText: 'file 1 needs end backup before opening a database',
    companions: [file1],
    at: 'BEGIN',
    condition: 'backupMode',
  },
  { code: 'ORA-01113', text: 'file 1 needs media recovery', companions: [file1], at: 'BEGIN', condition: 'recovery' },
  {
    code: 'RMAN-06554',
    text: 'warning: file 1 is in backup mode',
    at: 'BEGIN',
    condition: 'backupMode',
    hasNoHint: true,
  },
];

/** oracle-hot-backup.md 4.2. */
const instance: readonly Evidence[] = [
  {
    code: 'ORA-01033',
    text: 'ORACLE initialization or shutdown in progress',
    at: 'CONNECT',
    condition: 'instance',
    isUnreachable: true,
  },
  {
    code: 'ORA-01034',
    text: 'ORACLE not available',
    otherText: 'The Oracle instance is not available for use. Start the instance.',
    companions: [
      'ORA-27101: shared memory realm does not exist',
      'Linux-x86_64 Error: 2: No such file or directory',
      'Process ID: 0',
      'Session ID: 0 Serial number: 0',
    ],
    at: 'SELECT',
    condition: 'instance',
    isUnreachable: true,
  },
  {
    code: 'ORA-01035',
    text: 'ORACLE only available to users with RESTRICTED SESSION privilege',
    at: 'CONNECT',
    condition: 'logon',
    isLogonRefused: true,
  },
  {
    code: 'ORA-01089',
    text: 'immediate shutdown or close in progress - no operations are permitted',
    otherText: 'immediate shutdown in progress - no operations are permitted',
    at: 'BEGIN',
    condition: 'instance',
    outcome: 'unknown',
    isUnreachable: true,
  },
  {
    code: 'ORA-01090',
    text: 'shutdown in progress - connection is not permitted',
    at: 'CONNECT',
    condition: 'instance',
    isUnreachable: true,
  },
  {
    code: 'ORA-01092',
    text: 'ORACLE instance terminated. Disconnection forced',
    companions: ids,
    at: 'END',
    condition: 'instance',
    outcome: 'unknown',
    isUnreachable: true,
  },
  { code: 'ORA-01109', text: 'database not open', at: 'BEGIN', condition: 'instance' },
  {
    code: 'ORA-01154',
    text: 'database busy. Open, close, mount, and dismount not allowed now',
    at: 'BEGIN',
    condition: 'instance',
    hasNoHint: true,
  },
  { code: 'ORA-01507', text: 'database not mounted', at: 'SELECT', condition: 'instance' },
  {
    code: 'ORA-16000',
    text: 'database open for read-only access',
    otherText: 'database or pluggable database open for read-only access',
    at: 'BEGIN',
    condition: 'instance',
  },
  {
    code: 'ORA-65040',
    text: 'operation not allowed from within a pluggable database',
    at: 'ARCHIVE',
    condition: 'instance',
  },
  {
    code: 'ORA-00020',
    text: 'maximum number of processes (300) exceeded',
    at: 'CONNECT',
    condition: 'instance',
    isUnreachable: true,
  },
  { code: 'ORA-00028', text: 'your session has been killed', at: 'BEGIN', condition: 'session', outcome: 'unknown' },
  { code: 'ORA-01012', text: 'not logged on', companions: ids, at: 'END', condition: 'session', outcome: 'unknown' },
  {
    code: 'ORA-01013',
    text: 'user requested cancel of current operation',
    at: 'ARCHIVE',
    condition: 'session',
    outcome: 'unknown',
    hasNoHint: true,
  },
];

/** oracle-hot-backup.md 4.3. */
const logonAndNetwork: readonly Evidence[] = [
  {
    code: 'ORA-01005',
    text: 'null password given; logon denied',
    at: 'CONNECT',
    condition: 'logon',
    isLogonRefused: true,
  },
  {
    code: 'ORA-01017',
    text: 'invalid username/password; logon denied',
    otherText: 'invalid credential or not authorized; logon denied',
    at: 'CONNECT',
    condition: 'logon',
    isLogonRefused: true,
  },
  { code: 'ORA-01031', text: 'insufficient privileges', at: 'CONNECT', condition: 'privilege', isLogonRefused: true },
  { code: 'ORA-01031', text: 'insufficient privileges', at: 'BEGIN', condition: 'privilege' },
  {
    code: 'ORA-01045',
    text: 'user U lacks CREATE SESSION privilege; logon denied',
    at: 'CONNECT',
    condition: 'logon',
    isLogonRefused: true,
  },
  {
    code: 'ORA-28000',
    text: 'the account is locked',
    otherText: 'The account is locked.',
    at: 'CONNECT',
    condition: 'logon',
    isLogonRefused: true,
  },
  {
    code: 'ORA-28001',
    text: 'the password has expired',
    companions: ['Changing password for u', 'New password: '],
    at: 'CONNECT',
    condition: 'logon',
    isLogonRefused: true,
  },
  {
    code: 'ORA-28009',
    text: 'connection as SYS should be as SYSDBA or SYSOPER',
    at: 'CONNECT',
    condition: 'logon',
    isLogonRefused: true,
  },
  ...(
    [
      [
        'ORA-12154',
        'TNS:could not resolve the connect identifier specified',
        'Cannot connect to database. Could not find alias A in FILE.',
      ],
      ['ORA-12162', 'TNS:net service name is incorrectly specified'],
      ['ORA-12170', 'TNS:Connect timeout occurred', 'Cannot connect. TCP connect timeout of 60s for host H port 1521.'],
      [
        'ORA-12505',
        'TNS:listener does not currently know of SID given in connect descriptor',
        'Cannot connect to database. SID S is not registered with the listener at host H port 1521.',
      ],
      [
        'ORA-12514',
        'TNS:listener does not currently know of service requested in connect descriptor',
        'Cannot connect to database. Service S is not registered with the listener at host H port 1521.',
      ],
      ['ORA-12528', 'TNS:listener: all appropriate instances are blocking new connections'],
      ['ORA-12535', 'TNS:operation timed out'],
      ['ORA-12537', 'TNS:connection closed'],
      ['ORA-12541', 'TNS:no listener', 'Cannot connect. No listener at host H port 1521.'],
      ['ORA-12543', 'TNS:destination host unreachable'],
      ['ORA-12545', 'Connect failed because target host or object does not exist'],
      ['ORA-12546', 'TNS:permission denied'],
      ['ORA-12547', 'TNS:lost contact'],
      ['ORA-12560', 'TNS:protocol adapter error', 'Database communication protocol error.'],
      ['ORA-28547', 'connection to server failed, probable Oracle Net admin error'],
    ] as const
  ).map(
    ([code, text, otherText]): Evidence => ({
      code,
      text,
      ...(otherText === undefined ? {} : { otherText }),
      at: 'CONNECT',
      condition: 'network',
      isUnreachable: true,
    }),
  ),
  ...(['ORA-12537', 'ORA-12547'] as const).map(
    (code): Evidence => ({
      code,
      text: 'TNS:lost contact',
      at: 'BEGIN',
      condition: 'network',
      outcome: 'unknown',
      isUnreachable: true,
    }),
  ),
  {
    code: 'ORA-03113',
    text: 'end-of-file on communication channel',
    companions: ids,
    at: 'BEGIN',
    condition: 'session',
    outcome: 'unknown',
    isUnreachable: true,
  },
  { code: 'ORA-03114', text: 'not connected to ORACLE', at: 'END', condition: 'session', outcome: 'unknown' },
  {
    code: 'ORA-03135',
    text: 'connection lost contact',
    companions: ids,
    at: 'END',
    condition: 'session',
    outcome: 'unknown',
    isUnreachable: true,
  },
];

/** oracle-hot-backup.md 4.4. */
const archivingAndRecovery: readonly Evidence[] = [
  {
    code: 'ORA-00257',
    text: 'archiver error. Connect internal only, until freed.',
    otherText: 'Archiver error. Connect AS SYSDBA only until resolved.',
    at: 'CONNECT',
    condition: 'archiving',
    isUnreachable: true,
  },
  {
    code: 'ORA-00258',
    text: 'manual archiving in NOARCHIVELOG mode must identify log',
    at: 'ARCHIVE',
    condition: 'archiving',
  },
  {
    code: 'ORA-00271',
    text: 'there are no logs that need archiving',
    at: 'ARCHIVE',
    condition: 'archiving',
    hasNoHint: true,
  },
  {
    code: 'ORA-16014',
    text: 'log 2 sequence# 105 not archived, no available destinations',
    companions: ["ORA-00312: online log 2 thread 1: '/u01/oradata/TEST/redo02.log'"],
    at: 'ARCHIVE',
    condition: 'archiving',
  },
  {
    code: 'ORA-16038',
    text: 'log 2 sequence# 105 cannot be archived',
    companions: [
      'ORA-19809: limit exceeded for recovery files',
      "ORA-00312: online log 2 thread 1: '/u01/oradata/TEST/redo02.log'",
    ],
    at: 'ARCHIVE',
    condition: 'archiving',
  },
  {
    code: 'ORA-19504',
    text: 'failed to create file "/arch/1_105_1.arc"',
    companions: [
      'ORA-27040: file create error, unable to create file',
      'Linux-x86_64 Error: 28: No space left on device',
    ],
    at: 'ARCHIVE',
    condition: 'archiving',
  },
  {
    code: 'ORA-19804',
    text: 'cannot reclaim 52428800 bytes disk space from 4294967296 limit',
    at: 'ARCHIVE',
    condition: 'archiving',
  },
  { code: 'ORA-19809', text: 'limit exceeded for recovery files', at: 'ARCHIVE', condition: 'archiving' },
  {
    code: 'ORA-19815',
    text: 'WARNING: db_recovery_file_dest_size of 4294967296 bytes is 100.00% used, and has 0 remaining bytes available.',
    at: 'ARCHIVE',
    condition: 'archiving',
  },
  {
    code: 'ORA-00245',
    text: 'control file backup failed; target is likely on a local file system',
    at: 'CONTROLFILE',
    condition: 'archiving',
  },
  ...(
    [
      ['ORA-00278', "log file '/arch/68_1_1.arc' no longer needed for this recovery"],
      ['ORA-00279', 'change 98765432101234 generated at 03/02/2024 13:42:02 needed for thread 1'],
      ['ORA-00280', 'change 98765432101234 for thread 1 is in sequence #68'],
      ['ORA-00289', 'suggestion : /arch/68_1_1111111111.arc'],
      ['ORA-01112', 'media recovery not started'],
      ['ORA-01122', 'database file 1 failed verification check'],
      ['ORA-01207', 'file is more recent than control file - old control file'],
      ['ORA-01194', 'file 1 needs more recovery to be consistent'],
      ['ORA-01195', 'online backup of file 1 needs more recovery to be consistent'],
      ['ORA-01233', 'file 1 is read only - cannot recover using backup control file'],
      ['ORA-01547', 'warning: RECOVER succeeded but OPEN RESETLOGS would get error below'],
      ['ORA-01589', 'must use RESETLOGS or NORESETLOGS option for database open'],
      ['ORA-19839', 'snapshot datafile checkpoint time is greater than snapshot time'],
      ['ORA-19840', 'SNAPSHOT TIME recovery is not enabled'],
    ] as const
  ).map(([code, text]): Evidence => ({ code, text, at: 'BEGIN', condition: 'recovery', hasNoHint: true })),
];

const usage = [
  'Usage: CONN[ECT] [{logon|/|proxy} [AS {SYSDBA|SYSOPER|SYSASM|SYSBACKUP|SYSDG|SYSKM|SYSRAC}] [edition=value]]',
  'where <logon> ::= <username>[/<password>][@<connect_identifier>]',
  '      <proxy> ::= <proxyuser>[<username>][/<password>][@<connect_identifier>]',
];

/** sqlplus.md 4.2. */
const client: readonly Evidence[] = [
  {
    code: 'SP2-0027',
    text: 'Input is too long (> 2499 characters) - line ignored',
    otherText: 'Input is too long (> 4999 characters) - line ignored',
    at: 'BEGIN',
    condition: 'client',
    outcome: 'unknown',
    hasNoHint: true,
  },
  ...(
    [
      ['SP2-0042', 'unknown command "xist" - rest of line ignored.'],
      ['SP2-0103', 'Nothing in SQL buffer to run.'],
      ['SP2-0157', 'unable to CONNECT to ORACLE after 3 attempts, exiting SQL*Plus'],
      ['SP2-0158', 'unknown SET option "x"'],
      ['SP2-0310', 'unable to open file "f"'],
      ['SP2-0734', 'unknown command beginning "selct logm..." - rest of line ignored.'],
      ['SP2-0735', 'unknown SET option beginning "feedbackk..."'],
      ['SP2-0738', 'Restricted command "host" not available'],
      ['SP2-0751', 'Unable to connect to Oracle.  Exiting SQL*Plus'],
    ] as const
  ).map(([code, text]): Evidence => ({ code, text, at: 'BEGIN', condition: 'client', hasNoHint: true })),
  { code: 'SP2-0306', text: 'Invalid option.', companions: usage, at: 'CONNECT', condition: 'client' },
  { code: 'SP2-0640', text: 'Not connected', at: 'SELECT', condition: 'client' },
  { code: 'SP2-0667', text: 'Message file sp1<lang>.msb not found', at: 'CONNECT', condition: 'client' },
  {
    code: 'SP2-0750',
    text: 'You may need to set ORACLE_HOME to your Oracle software directory',
    at: 'CONNECT',
    condition: 'client',
  },
  {
    code: 'SP2-1502',
    text: 'The HTTP proxy server specified by http_proxy is not accessible',
    at: 'CONNECT',
    condition: 'client',
  },
];

/** Every code of those tables but the companions, the warnings and ORA-01555, which are tested by themselves. */
export const evidence: readonly Evidence[] = [
  ...backupMode,
  ...instance,
  ...logonAndNetwork,
  ...archivingAndRecovery,
  ...client,
];
