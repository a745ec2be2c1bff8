import { describe, expect, it } from 'vitest';
import { createTestDatabase } from '../database.test.fixture.js';
import type { SimulatedDatabaseOptions } from '../database-options.js';
import type { SimulatedDatabase } from '../simulated-database.js';
import { type ClientOptions, createClient } from './client.js';
import { connectUsage } from './release.js';

/** One transcript of sqlplus.md section 13. `out` is exact; `<...>` there is spelled out here or matched by a pattern. */
interface Golden {
  readonly id: string;
  readonly name: string;
  readonly args?: readonly string[];
  readonly client?: Partial<ClientOptions>;
  readonly database?: Partial<SimulatedDatabaseOptions>;
  readonly prepare?: (database: SimulatedDatabase) => void;
  /** Lines before the transcript whose output is left out, such as SET. */
  readonly before?: readonly string[];
  /** Lines; a text is sent as it is, without a newline at its end. */
  readonly in: readonly string[] | string;
  readonly out: string;
  readonly stderr?: string;
  readonly exit: number;
}

/** Where the transcript leaves something open, a pattern takes the place of the text. */
const matching = (pattern: RegExp): string => expect.stringMatching(pattern) as string;

const ended = 'transcript begins here';
const logon = ['-S', 'system/"Fake-system-secret"@ORCL'];
const nolog = ['-S', '/nolog'];
const administrator = ['-S', '/ as sysdba'];
const system01 = '/u01/oradata/TEST/system01.dbf';
const test = { datafiles: [{ path: system01 }, { path: '/u01/oradata/TEST/users01.dbf' }] };
const users = { users: [{ name: 'u', password: 'p', roles: ['DBA'] }], services: ['x'] };
const wrongPassword = 'ERROR:\nORA-01017: invalid username/password; logon denied\n\n\n';
const alreadyInBackup =
  'alter database begin backup\n*\nERROR at line 1:\n' +
  'ORA-01146: cannot start online backup - file 1 is already in backup\n' +
  `ORA-01110: data file 1: '${system01}'\n`;
const begun = (database: SimulatedDatabase): void => database.beginBackup();
const crashedInBackup = (database: SimulatedDatabase): void => {
  database.beginBackup();
  database.crash();
};
const at = (iso: string) => ({ now: () => Date.parse(iso), setTimeout: () => () => {}, random: () => 0 });

const golden: readonly Golden[] = [
  {
    id: 'G01',
    name: 'BEGIN without a newline at the end',
    args: logon,
    in: 'alter database begin backup;',
    out: '\nDatabase altered.\n\n',
    exit: 0,
  },
  {
    id: 'G02',
    name: 'log switch',
    args: logon,
    in: ['alter system switch logfile;'],
    out: '\nSystem altered.\n\n',
    exit: 0,
  },
  { id: 'G03', name: 'statement without terminator', args: logon, in: 'alter database begin backup', out: '', exit: 0 },
  {
    id: 'G04',
    name: 'file already in backup',
    args: logon,
    database: test,
    prepare: begun,
    in: ['alter database begin backup;'],
    out: `${alreadyInBackup}\n\n`,
    exit: 0,
  },
  {
    id: 'G05',
    name: 'file already in backup, 23ai',
    args: logon,
    client: { release: '23ai' },
    database: test,
    prepare: begun,
    in: ['alter database begin backup;'],
    out: `${alreadyInBackup}Help: https://docs.oracle.com/error-help/db/ora-01146/\n\n\n`,
    exit: 0,
  },
  {
    id: 'G06',
    name: 'exit on error leaves later lines unread',
    args: logon,
    database: test,
    prepare: begun,
    in: ['WHENEVER SQLERROR EXIT 4', 'alter database begin backup;', 'PROMPT never'],
    out: `${alreadyInBackup}\n\n`,
    exit: 4,
  },
  {
    id: 'G07',
    name: 'NOARCHIVELOG and SQL.SQLCODE',
    args: logon,
    database: { logMode: 'NOARCHIVELOG' },
    in: ['WHENEVER SQLERROR EXIT SQL.SQLCODE', 'alter database begin backup;'],
    out: 'alter database begin backup\n*\nERROR at line 1:\nORA-01123: cannot start online backup; media recovery not enabled\n\n\n',
    exit: 99,
  },
  {
    id: 'G08',
    name: 'nothing in backup',
    args: logon,
    in: ['alter database end backup;'],
    out: 'alter database end backup\n*\nERROR at line 1:\nORA-01142: cannot end online backup - none of the files are in backup\n\n\n',
    exit: 0,
  },
  {
    id: 'G09',
    name: 'good logon',
    args: nolog,
    database: users,
    in: ['CONNECT u/"p"@x', 'PROMPT S1'],
    out: 'S1\n',
    exit: 0,
  },
  {
    id: 'G09',
    name: 'good logon, old release',
    args: nolog,
    client: { release: '11.2' },
    database: users,
    in: ['CONNECT u/"p"@x', 'PROMPT S1'],
    out: 'Connected.\nS1\n',
    exit: 0,
  },
  {
    id: 'G10',
    name: 'wrong password',
    args: nolog,
    database: users,
    in: ['CONNECT u/"bad"@x', 'PROMPT S1'],
    out: `${wrongPassword}S1\n`,
    exit: 0,
  },
  {
    id: 'G11',
    name: 'wrong password, exit on error',
    args: nolog,
    database: users,
    in: ['WHENEVER SQLERROR EXIT 1', 'CONNECT u/"bad"@x', 'PROMPT S1'],
    out: wrongPassword,
    exit: 1,
  },
  {
    id: 'G12',
    name: 'failed CONNECT while a session existed',
    args: nolog,
    database: users,
    before: ['CONNECT u/"p"@x'],
    in: ['CONNECT u/"bad"@x'],
    out: `${wrongPassword}Warning: You are no longer connected to ORACLE.\n`,
    exit: 0,
  },
  {
    id: 'G13',
    name: 'SQL while not connected',
    args: nolog,
    in: ['select status from v$instance;'],
    out: 'SP2-0640: Not connected\n',
    exit: 0,
  },
  {
    id: 'G14',
    name: 'unparsable CONNECT line',
    args: nolog,
    in: ['CONNECT u/a b@x'],
    out:
      'SP2-0306: Invalid option.\nUsage: CONN[ECT] [{logon|/|proxy} [AS {SYSDBA|SYSOPER|SYSASM|SYSBACKUP|SYSDG|SYSKM|SYSRAC}] [edition=value]]\n' +
      'where <logon> ::= <username>[/<password>][@<connect_identifier>]\n      <proxy> ::= <proxyuser>[<username>][/<password>][@<connect_identifier>]\n',
    exit: 0,
  },
  {
    id: 'G14',
    name: 'unparsable CONNECT line, 11.2',
    args: nolog,
    client: { release: '11.2' },
    in: ['CONNECT u/a b@x'],
    out: matching(/AS \{SYSDBA\|SYSOPER\|SYSASM\}\]/),
    exit: 0,
  },
  {
    id: 'G15',
    name: 'argument logon with -L, wrong password',
    args: ['-S', '-L', 'u/bad@x'],
    database: users,
    in: ['select 1 from dual;'],
    out: `${wrongPassword}SP2-0751: Unable to connect to Oracle.  Exiting SQL*Plus\n`,
    exit: 1,
  },
  {
    id: 'G16',
    name: 'argument logon without -L eats SQL',
    args: ['-S', 'u/bad@x'],
    database: users,
    in: ['select sysdate, user from dual;', 'select 1 from dual;'],
    out: `${wrongPassword}${wrongPassword}${connectUsage('19c')}SP2-0157: unable to CONNECT to ORACLE after 3 attempts, exiting SQL*Plus\n`,
    exit: 1,
  },
  {
    id: 'G17',
    name: 'password expires soon',
    args: nolog,
    database: { ...users, users: [{ name: 'u', password: 'p', roles: ['DBA'], state: 'expiring' }] },
    in: ['CONNECT u/"p"@x', 'PROMPT S1'],
    out: 'ERROR:\nORA-28002: the password will expire within 7 days\n\n\nS1\n',
    exit: 0,
  },
  {
    id: 'G18',
    name: 'unknown service, wrapped',
    args: nolog,
    database: users,
    in: ['CONNECT u/"p"@//host:1521/y'],
    out: 'ERROR:\nORA-12514: TNS:listener does not currently know of service requested in connect\ndescriptor\n\n\n',
    exit: 0,
  },
  {
    id: 'G19',
    name: 'listener down, 23ai',
    args: nolog,
    client: { release: '23ai' },
    database: { ...users, isListenerDown: true },
    in: ['CONNECT u/"p"@x'],
    out: 'ERROR:\nORA-12541: Cannot connect. No listener at host H port 1521.\nHelp: https://docs.oracle.com/error-help/db/ora-12541/\n\n\n',
    exit: 0,
  },
  {
    id: 'G20',
    name: 'instance down',
    args: administrator,
    prepare: (database) => database.crash(),
    in: ['select status from v$instance;'],
    out: 'select status from v$instance\n*\nERROR at line 1:\nORA-01034: ORACLE not available\nProcess ID: 0\nSession ID: 0 Serial number: 0\n\n\n',
    exit: 0,
  },
  {
    id: 'G21',
    name: 'one value',
    args: logon,
    before: ['SET PAGESIZE 0 FEEDBACK OFF'],
    in: ['select log_mode from v$database;'],
    out: 'ARCHIVELOG\n',
    exit: 0,
  },
  {
    id: 'G22',
    name: 'a number with TAB ON',
    args: logon,
    before: ['SET PAGESIZE 0 FEEDBACK OFF'],
    in: ['select 1 from dual;'],
    out: '\t 1\n',
    exit: 0,
  },
  {
    id: 'G22',
    name: 'a number with TAB OFF',
    args: logon,
    before: ['SET PAGESIZE 0 FEEDBACK OFF', 'SET TAB OFF'],
    in: ['select 1 from dual;'],
    out: '         1\n',
    exit: 0,
  },
  {
    id: 'G23',
    name: 'no rows',
    args: logon,
    in: ["select * from v$backup where status='ACTIVE';"],
    out: '\nno rows selected\n\n',
    exit: 0,
  },
  {
    id: 'G24',
    name: 'eight rows',
    args: logon,
    database: {
      clock: at('2024-03-02T12:00:00Z'),
      firstScn: 7654311n,
      containers: [{ id: 1, name: 'CDB$ROOT', openMode: 'READ WRITE' }],
      datafiles: Array.from({ length: 8 }, (_, index) => ({ path: `/data/f0${index}.dbf` })),
    },
    prepare: (database) => {
      database.state.scn = 7654320n;
      database.beginBackup();
    },
    in: ["select * from v$backup where status='ACTIVE';"],
    out: matching(
      new RegExp(
        `^${[
          '',
          '     FILE# STATUS\\t\\t CHANGE# TIME\\t       CON_ID',
          '---------- ------------------ ---------- --------- ----------',
          ...[1, 2, 3, 4, 5, 6, 7, 8].map((file) => `\\t ${file} ACTIVE\\t\\t 7654321 02-MAR-24\\t    1`),
          '',
          '8 rows selected\\.',
          '',
          '',
        ].join('\n')}$`,
      ),
    ),
    exit: 0,
  },
  {
    id: 'G25',
    name: 'CSV',
    args: logon,
    before: ['SET FEEDBACK OFF'],
    in: ['SET MARKUP CSV ON', 'select product, version from product_component_version;'],
    out: '\n"PRODUCT","VERSION"\n"Oracle Database 19c Enterprise Edition ","19.0.0.0.0"\n',
    exit: 0,
  },
  {
    id: 'G26',
    name: 'the instance dies',
    args: nolog,
    database: users,
    before: ['CONNECT u/"p"@x', 'CRASH'],
    in: ['commit;', 'select status from v$instance;'],
    out: 'commit\n*\nERROR at line 1:\nORA-03113: end-of-file on communication channel\nProcess ID: 5001\nSession ID: 41 Serial number: 1007\n\n\nERROR:\nORA-03114: not connected to ORACLE\n\n\n',
    exit: 0,
  },
  {
    id: 'G27',
    name: 'misspelt command',
    args: logon,
    in: ['selct logmode from x;'],
    out: 'SP2-0734: unknown command beginning "selct logm..." - rest of line ignored.\n',
    exit: 0,
  },
  {
    id: 'G28',
    name: 'line too long for an older client',
    args: logon,
    client: { release: '12.1' },
    in: ['x'.repeat(2600)],
    out: 'SP2-0027: Input is too long (> 2499 characters) - line ignored\n',
    exit: 0,
  },
  {
    id: 'G29',
    name: 'wrong ORACLE_HOME',
    client: { startFailure: 'message-file' },
    in: [],
    out: 'Error 6 initializing SQL*Plus\nSP2-0667: Message file sp1<lang>.msb not found\nSP2-0750: You may need to set ORACLE_HOME to your Oracle software directory\n',
    exit: 1,
  },
  {
    id: 'G30',
    name: 'unusable http_proxy',
    client: { startFailure: 'proxy' },
    in: [],
    out: 'Error 46 initializing SQL*Plus\nHTTP proxy setting has incorrect value\nSP2-1502: The HTTP proxy server specified by http_proxy is not accessible\n',
    exit: 1,
  },
  {
    id: 'G31',
    name: 'library missing',
    client: { startFailure: 'library' },
    in: [],
    out: '',
    stderr:
      'sqlplus: error while loading shared libraries: libsqlplus.so: cannot open shared object file: No such file or directory\n',
    exit: 127,
  },
  {
    id: 'G32',
    name: 'version',
    args: ['-V'],
    in: [],
    out: '\nSQL*Plus: Release 19.0.0.0.0 - Production\nVersion 19.3.0.0.0\n\n',
    exit: 0,
  },
  {
    id: 'G33',
    name: 'without -S',
    args: ['system/"Fake-system-secret"@ORCL'],
    database: { datafiles: [{ path: '/data/a01.dbf' }, { path: '/data/b01.dbf' }], versionFull: '19.3.0.0.0' },
    in: ['alter tablespace a begin backup;', 'alter tablespace b begin backup;'],
    out: matching(
      /^\nSQL\*Plus: Release [\s\S]*Connected to:\n[\s\S]*\n\nSQL> \nTablespace altered\.\n\nSQL> \nTablespace altered\.\n\nSQL> Disconnected from Oracle Database 19c Enterprise Edition Release 19\.0\.0\.0\.0 - Production\nVersion 19\.3\.0\.0\.0\n$/,
    ),
    exit: 0,
  },
  {
    id: 'G34',
    name: 'shutdown with files in backup',
    args: administrator,
    database: test,
    prepare: begun,
    in: ['shutdown immediate'],
    out: `ORA-01149: cannot shutdown - file 1 has online backup set\nORA-01110: data file 1: '${system01}'\n`,
    exit: 0,
  },
  {
    id: 'G35',
    name: 'start after a crash in backup mode',
    args: administrator,
    // The capture's path was longer than the one it was given; only a long one wraps at 80.
    database: { datafiles: [{ path: '/u01/oradata/TEST/a-directory-with-a-long-name-for-wrapping/system01.dbf' }] },
    prepare: crashedInBackup,
    in: ['startup'],
    out: matching(
      new RegExp(
        [
          '^ORACLE instance started\\.\n\nTotal System Global Area 1073741824 bytes\n(?:\\w.* bytes\n){4}Database mounted\\.',
          'ORA-10873: file 1 needs to be either taken out of backup mode or media',
          'recovered',
          'ORA-01110: data file 1:',
          "'/u01/oradata/TEST/a-directory-with-a-long-name-for-wrapping/system01\\.dbf'\n$",
        ].join('\n'),
      ),
    ),
    exit: 0,
  },
  {
    id: 'G36',
    name: 'open after a crash in backup mode, wide',
    args: administrator,
    database: test,
    prepare: (database) => {
      crashedInBackup(database);
      database.restart();
    },
    before: ['SET LINESIZE 32767'],
    in: ['alter database open;'],
    out: `alter database open\n*\nERROR at line 1:\nORA-10873: file 1 needs to be either taken out of backup mode or media recovered\nORA-01110: data file 1: '${system01}'\n\n\n`,
    exit: 0,
  },
  {
    id: 'G37',
    name: 'root of a container database',
    args: logon,
    database: {
      containers: [
        { id: 1, name: 'CDB$ROOT', openMode: 'READ WRITE' },
        { id: 2, name: 'PDB$SEED', openMode: 'READ ONLY' },
        { id: 3, name: 'PDB1', openMode: 'READ WRITE' },
      ],
      datafiles: [1, 1, 2, 3, 3].map((containerId, index) => ({ path: `/data/f${index}.dbf`, containerId })),
    },
    before: ['SET PAGESIZE 0 FEEDBACK OFF TAB OFF', 'alter database begin backup;'],
    in: [
      "select con_id, count(*), count(distinct change#) from v$backup where status='ACTIVE' group by con_id order by 1;",
    ],
    out: '         1          2                      1\n         3          2                      1\n',
    exit: 0,
  },
  {
    id: 'G38',
    name: 'CHANGE# stays after END',
    args: logon,
    database: test,
    prepare: (database) => {
      database.state.scn = 7654320n;
      database.beginBackup();
    },
    before: ['SET PAGESIZE 0 FEEDBACK OFF TAB OFF', 'alter database end backup;'],
    in: ['select file#, status, change# from v$backup;'],
    out: '         1 NOT ACTIVE            7654321\n         2 NOT ACTIVE            7654321\n',
    exit: 0,
  },
  {
    id: 'G39',
    name: 'recovery cancelled too early',
    args: administrator,
    database: {
      clock: at('2024-03-02T13:42:02Z'),
      firstScn: 98765432101232n,
      datafiles: [{ path: '/data/system01.dbf' }],
      archiveFormat: '%s_%t_%r.arc',
    },
    prepare: (database) => {
      database.state.instanceStatus = 'MOUNTED';
    },
    in: ["recover database until cancel using backup controlfile snapshot time '02-MAR-2024 14:00:00';", 'CANCEL'],
    out: "ORA-00279: change 98765432101234 generated at 03/02/2024 13:42:02 needed for\nthread 1\nORA-00289: suggestion : /arch/68_1_1111111111.arc\nORA-00280: change 98765432101234 for thread 1 is in sequence #68\n\n\nSpecify log: {<RET>=suggested | filename | AUTO | CANCEL}\nORA-01547: warning: RECOVER succeeded but OPEN RESETLOGS would get error below\nORA-01194: file 1 needs more recovery to be consistent\nORA-01110: data file 1: '/data/system01.dbf'\n\n\nORA-01112: media recovery not started\n",
    exit: 0,
  },
  {
    id: 'G40',
    name: 'PL/SQL error, 23ai',
    args: logon,
    client: { release: '23ai' },
    in: ['BEGIN', '   no_such_proc;', 'END;', '/'],
    out: "   no_such_proc;\n   *\nERROR at line 2:\nORA-06550: line 2, column 4:\nPLS-00201: identifier 'NO_SUCH_PROC' must be declared\nORA-06550: line 2, column 4:\nPL/SQL: Statement ignored\nHelp: https://docs.oracle.com/error-help/db/ora-06550/\n\n\n",
    exit: 0,
  },
  {
    id: 'G41',
    name: 'offline file, tablespace level',
    args: logon,
    database: {
      datafiles: [
        ...Array.from({ length: 6 }, (_, index) => ({ path: `/u01/oradata/TEST/f0${index}.dbf` })),
        { path: '/u01/oradata/TEST/tools01.dbf', offline: true },
      ],
    },
    in: ['alter tablespace TOOLS begin backup;'],
    out: "alter tablespace TOOLS begin backup\n*\nERROR at line 1:\nORA-01128: cannot start online backup - file 7 is offline\nORA-01110: data file 7: '/u01/oradata/TEST/tools01.dbf'\n\n\n",
    exit: 0,
  },
  { id: 'G42', name: 'one byte of exit code', args: logon, in: ['EXIT 300'], out: '', exit: 44 },
  {
    id: 'G43',
    name: 'FEEDBACK OFF',
    args: logon,
    before: ['SET FEEDBACK OFF'],
    in: ['alter system archive log current;'],
    out: '',
    exit: 0,
  },
  {
    id: 'G44',
    name: 'several statements and a sentinel',
    args: logon,
    prepare: begun,
    in: ['alter database end backup;', 'alter system archive log current;', 'PROMPT S9'],
    out: '\nDatabase altered.\n\n\nSystem altered.\n\nS9\n',
    exit: 0,
  },
];

/** Plays one transcript. The line CRASH, which is no command, lets the instance die there. */
const play = async (transcript: Golden) => {
  const { database } = createTestDatabase({ onCall: () => {}, ...transcript.database });
  transcript.prepare?.(database);
  const output = { stdout: '', stderr: '' };
  let waiter = () => {};
  const client = createClient(database, {
    arguments: transcript.args ?? [],
    ...transcript.client,
    write: (stream, text) => {
      output[stream] += text;
      if (output.stdout.includes(`${ended}\n`)) waiter();
    },
  });
  if (transcript.before !== undefined) {
    const lines = transcript.before.filter((line) => line !== 'CRASH');
    const seen = new Promise<void>((resolve) => {
      waiter = resolve;
    });
    client.feed(Buffer.from(`${[...lines, `PROMPT ${ended}`].join('\n')}\n`));
    await seen;
    if (transcript.before.includes('CRASH')) database.crash();
  }
  const input = typeof transcript.in === 'string' ? transcript.in : transcript.in.map((line) => `${line}\n`).join('');
  client.feed(Buffer.from(input));
  client.end();
  const exit = await client.exited;
  const [, after] = output.stdout.split(`${ended}\n`);
  return { exit, stdout: after ?? output.stdout, stderr: output.stderr, database };
};

describe('golden transcripts of sqlplus.md section 13', () => {
  it.each(golden)('$id: $name', async (transcript) => {
    const { exit, stdout, stderr } = await play(transcript);
    const expected = { stdout: transcript.out, stderr: transcript.stderr ?? '', exit: { status: transcript.exit } };
    expect({ stdout, stderr, exit }).toEqual(expected);
  });

  it('are all here', () => {
    const ids = Array.from({ length: 44 }, (_, index) => `G${String(index + 1).padStart(2, '0')}`);
    expect([...new Set(golden.map(({ id }) => id))].toSorted()).toEqual(ids);
  });

  it('G01 takes effect', async () => {
    const [first] = golden;
    const { database } = await play(first as Golden);
    expect(database.state.files.every(({ backup }) => backup.isActive)).toBe(true);
  });

  it('G03 changes nothing', async () => {
    const { database } = await play(golden.find(({ id }) => id === 'G03') as Golden);
    expect(database.state.files.some(({ backup }) => backup.isActive)).toBe(false);
  });
});
