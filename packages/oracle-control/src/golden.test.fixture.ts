/** One transcript of sqlplus.md section 13, as this driver may come to see it. */
export interface Golden {
  readonly id: string;
  readonly name: string;
  /** Exact; what stands in angle brackets there is spelled out here. */
  readonly out: string;
  readonly stderr?: string;
  /** The exit status, where sqlplus ends by itself after it; without it sqlplus reads on. */
  readonly exit?: number;
}

const file1 = "ORA-01110: data file 1: '/u01/oradata/TEST/system01.dbf'\n";
const begin = 'alter database begin backup\n*\nERROR at line 1:\n';
const already = `${begin}ORA-01146: cannot start online backup - file 1 is already in backup\n${file1}`;
const help = (code: string) => `Help: https://docs.oracle.com/error-help/db/${code}/\n`;
const denied = 'ERROR:\nORA-01017: invalid username/password; logon denied\n\n\n';
const usage =
  'Usage: CONN[ECT] [{logon|/|proxy} [AS {SYSDBA|SYSOPER|SYSASM|SYSBACKUP|SYSDG|SYSKM|SYSRAC}] [edition=value]]\n' +
  'where <logon> ::= <username>[/<password>][@<connect_identifier>]\n' +
  '      <proxy> ::= <proxyuser>[<username>][/<password>][@<connect_identifier>]\n';
const banner =
  '\nSQL*Plus: Release 19.0.0.0.0 - Production on Sat Mar 2 14:00:00 2024\nVersion 19.3.0.0.0\n\n' +
  'Copyright (c) 1982, 2019, Oracle.  All rights reserved.\n\n\n' +
  'Connected to:\nOracle Database 19c Enterprise Edition Release 19.0.0.0.0 - Production\nVersion 19.3.0.0.0\n\n';

/** Instead of an answer to the first command, or before it. */
export const atStart = {
  G29: {
    id: 'G29',
    name: 'wrong ORACLE_HOME',
    out: 'Error 6 initializing SQL*Plus\nSP2-0667: Message file sp1us.msb not found\nSP2-0750: You may need to set ORACLE_HOME to your Oracle software directory\n',
    exit: 1,
  },
  G30: {
    id: 'G30',
    name: 'unusable http_proxy',
    out: 'Error 46 initializing SQL*Plus\nHTTP proxy setting has incorrect value\nSP2-1502: The HTTP proxy server specified by http_proxy is not accessible\n',
    exit: 1,
  },
  G31: {
    id: 'G31',
    name: 'missing library',
    out: '',
    stderr:
      'sqlplus: error while loading shared libraries: libsqlplus.so: cannot open shared object file: No such file or directory\n',
    exit: 127,
  },
  G32: {
    id: 'G32',
    name: 'the version, and no more',
    out: '\nSQL*Plus: Release 19.0.0.0.0 - Production\nVersion 19.3.0.0.0\n\n',
    exit: 0,
  },
} as const satisfies Readonly<Record<string, Golden>>;

/** In answer to CONNECT. */
export const atConnect = {
  G09: { id: 'G09', name: 'good logon', out: '' },
  G09b: { id: 'G09', name: 'good logon through an old release', out: 'Connected.\n' },
  G10: { id: 'G10', name: 'wrong password', out: denied },
  G11: { id: 'G11', name: 'wrong password, with exit on error', out: denied, exit: 1 },
  G12: {
    id: 'G12',
    name: 'wrong password while a session existed',
    out: `${denied}Warning: You are no longer connected to ORACLE.\n`,
  },
  G13: { id: 'G13', name: 'not connected', out: 'SP2-0640: Not connected\n' },
  G14: { id: 'G14', name: 'unparsable CONNECT line', out: `SP2-0306: Invalid option.\n${usage}` },
  G15: {
    id: 'G15',
    name: 'wrong password with -L',
    out: `${denied}SP2-0751: Unable to connect to Oracle.  Exiting SQL*Plus\n`,
    exit: 1,
  },
  G16: {
    id: 'G16',
    name: 'lines taken for user names',
    out: `${denied}${denied}SP2-0306: Invalid option.\n${usage}SP2-0157: unable to CONNECT to ORACLE after 3 attempts, exiting SQL*Plus\n`,
    exit: 1,
  },
  G17: {
    id: 'G17',
    name: 'password expires soon',
    out: 'ERROR:\nORA-28002: the password will expire within 7 days\n\n\n',
  },
  G18: {
    id: 'G18',
    name: 'unknown service, wrapped',
    out: 'ERROR:\nORA-12514: TNS:listener does not currently know of service requested in connect\ndescriptor\n\n\n',
  },
  G19: {
    id: 'G19',
    name: 'listener down, 23ai',
    out: `ERROR:\nORA-12541: Cannot connect. No listener at host H port 1521.\n${help('ora-12541')}\n\n`,
  },
} as const satisfies Readonly<Record<string, Golden>>;

/** In answer to a statement that changes something. */
export const atChange = {
  G01: { id: 'G01', name: 'BEGIN', out: '\nDatabase altered.\n\n' },
  G02: { id: 'G02', name: 'log switch', out: '\nSystem altered.\n\n' },
  G03: { id: 'G03', name: 'unterminated statement at end of file', out: '', exit: 0 },
  G04: { id: 'G04', name: 'already in backup', out: `${already}\n\n` },
  G05: { id: 'G05', name: 'already in backup, 23ai', out: `${already}${help('ora-01146')}\n\n` },
  G06: { id: 'G06', name: 'exit on error', out: `${already}\n\n`, exit: 4 },
  G07: {
    id: 'G07',
    name: 'NOARCHIVELOG, with SQL.SQLCODE for a status',
    out: `${begin}ORA-01123: cannot start online backup; media recovery not enabled\n\n\n`,
    exit: 99,
  },
  G08: {
    id: 'G08',
    name: 'nothing in backup',
    out: 'alter database end backup\n*\nERROR at line 1:\nORA-01142: cannot end online backup - none of the files are in backup\n\n\n',
  },
  G26: {
    id: 'G26',
    name: 'the instance dies',
    out: 'commit\n*\nERROR at line 1:\nORA-03113: end-of-file on communication channel\nProcess ID: 5150\nSession ID: 42 Serial number: 7\n\n\nERROR:\nORA-03114: not connected to ORACLE\n\n\n',
  },
  G27: {
    id: 'G27',
    name: 'unknown command',
    out: 'SP2-0734: unknown command beginning "selct logm..." - rest of line ignored.\n',
  },
  G28: {
    id: 'G28',
    name: 'line too long',
    out: 'SP2-0027: Input is too long (> 2499 characters) - line ignored\n',
  },
  G33: {
    id: 'G33',
    name: 'a client that is not silent',
    out: `${banner}SQL> \nDatabase altered.\n\nSQL> Disconnected from Oracle Database 19c Enterprise Edition Release 19.0.0.0.0 - Production\nVersion 19.3.0.0.0\n`,
    exit: 0,
  },
  G34: { id: 'G34', name: 'bare codes', out: `ORA-01149: cannot shutdown - file 1 has online backup set\n${file1}` },
  G35: {
    id: 'G35',
    name: 'start after a crash in backup mode, wrapped',
    out: "ORACLE instance started.\n\nTotal System Global Area 1073741824 bytes\nDatabase mounted.\nORA-10873: file 1 needs to be either taken out of backup mode or media\nrecovered\nORA-01110: data file 1:\n'/u01/oradata/TEST/system01.dbf'\n",
  },
  G36: {
    id: 'G36',
    name: 'the same by statement',
    out: `alter database open\n*\nERROR at line 1:\nORA-10873: file 1 needs to be either taken out of backup mode or media recovered\n${file1}\n\n`,
  },
  G39: {
    id: 'G39',
    name: 'a recovery that asks',
    out: 'ORA-00279: change 98765432101234 generated at 03/02/2024 13:42:02 needed for\nthread 1\nORA-00289: suggestion : /arch/68_1_1111111111.arc\nORA-00280: change 98765432101234 for thread 1 is in sequence #68\n\n\nSpecify log: {<RET>=suggested | filename | AUTO | CANCEL}\n',
  },
  G40: {
    id: 'G40',
    name: 'PL/SQL error, 23ai',
    out: `   no_such_proc;\n   *\nERROR at line 2:\nORA-06550: line 2, column 4:\nPLS-00201: identifier 'NO_SUCH_PROC' must be declared\nORA-06550: line 2, column 4:\nPL/SQL: Statement ignored\n${help('ora-06550')}\n\n`,
  },
  G41: {
    id: 'G41',
    name: 'offline file',
    out: "alter tablespace TOOLS begin backup\n*\nERROR at line 1:\nORA-01128: cannot start online backup - file 7 is offline\nORA-01110: data file 7: '/u01/oradata/TEST/tools01.dbf'\n\n\n",
  },
  G42: { id: 'G42', name: 'EXIT 300', out: '', exit: 44 },
  G43: { id: 'G43', name: 'FEEDBACK OFF', out: '' },
  G44: {
    id: 'G44',
    name: 'two statements before one marker',
    out: '\nDatabase altered.\n\n\nSystem altered.\n\n',
  },
} as const satisfies Readonly<Record<string, Golden>>;

/** In answer to a query. */
export const atQuery = {
  G13: { id: 'G13', name: 'not connected', out: 'SP2-0640: Not connected\n' },
  G20: {
    id: 'G20',
    name: 'instance down',
    out: 'select status from v$instance\n*\nERROR at line 1:\nORA-01034: ORACLE not available\nProcess ID: 0\nSession ID: 0 Serial number: 0\n\n\n',
  },
  G21: { id: 'G21', name: 'a value without row format', out: 'ARCHIVELOG\n' },
  G22: { id: 'G22', name: 'a number with a tab', out: '\t 1\n' },
  G22b: { id: 'G22', name: 'a number with blanks', out: '         1\n' },
  G23: { id: 'G23', name: 'no rows', out: '\nno rows selected\n\n' },
  G24: {
    id: 'G24',
    name: 'the default format',
    out: '\n     FILE# STATUS\t\t CHANGE# TIME\t       CON_ID\n---------- ------------------ ---------- --------- ----------\n\t 1 ACTIVE\t\t 7654321 02-MAR-24\t    1\n\n8 rows selected.\n\n',
  },
  G25: {
    id: 'G25',
    name: 'CSV',
    out: '\n"PRODUCT","VERSION"\n"Oracle Database 19c Enterprise Edition ","19.0.0.0.0"\n',
  },
} as const satisfies Readonly<Record<string, Golden>>;

/** G37 and G38 tell in prose what the database does; the simulated database is held to them. */
