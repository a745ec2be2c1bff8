import { describe, expect, it } from 'vitest';
import { readArchivedLogs } from './archived-logs.js';
import type { Asking } from './ask.js';
import { readDatafiles } from './datafiles.js';
import { parseOptions } from './options.js';
import { readStatus } from './status.js';

/** Answers as a database of release 11.2, which has no column CDB and no column CON_ID. */
const answer = (input: string): readonly string[] => {
  if (/\((cdb|con_id)\)|\(cdb,/.test(input)) return ['ERROR at line 12:', 'ORA-00904: "CDB": invalid identifier'];
  const view = /FROM (\S+)/.exec(input)?.[1]?.replace(';', '') ?? '';
  return rows[view] ?? ['ERROR at line 1:', 'ORA-00942: table or view does not exist'];
};

const rows: Readonly<Record<string, readonly string[]>> = {
  v$database: ['~123|ORCL|ORCL_A|ARCHIVELOG|MOUNTED|PRIMARY|0|777|1|NO|'],
  v$instance: ['~11.2.0.4.0|'],
  gv$instance: ['~1|ORCL|dbhost|MOUNTED|STOPPED|'],
  v$thread: ['~1|OPEN|PUBLIC|', '~2|CLOSED|DISABLED|'],
  v$archive_dest: ['~1|ERROR|\\z|PRIMARY|ORA-19809: limit|'],
  v$recovery_file_dest: ['~0|0|0|'],
  gv$session_longops: ['~2|'],
  dual: ['~2024-03-31T01:59:59.999|'],
  v$datafile: ['~1|/u01/system01.dbf|SYSTEM|READ WRITE|5|0|1048576|'],
};

const asking = (respond = answer): Asking => ({
  session: {
    send: async (commands) => commands.map(({ input }) => respond(input)),
    close: async () => {},
    abort: async () => {},
  },
  limits: parseOptions({ oracleHome: '/o', sid: 'S', logon: { kind: 'os' } }).limits,
  redact: (text) => text,
  onWarning: () => {},
});

describe('a database before 12.1', () => {
  it('is read without its missing columns', async () =>
    expect(await readStatus(asking())).toEqual({
      dbid: '123',
      name: 'ORCL',
      uniqueName: 'ORCL_A',
      version: '11.2.0.4.0',
      logMode: 'ARCHIVELOG',
      openMode: 'MOUNTED',
      role: 'PRIMARY',
      isContainerDatabase: false,
      currentScn: 777n,
      resetlogsScn: 1n,
      isForceLogging: false,
      time: new Date('2024-03-31T01:59:59.999Z'),
      instances: [{ number: 1, name: 'ORCL', hostName: 'dbhost', status: 'MOUNTED', archiver: 'STOPPED' }],
      threads: [
        { number: 1, isOpen: true, isEnabled: true },
        { number: 2, isOpen: false, isEnabled: false },
      ],
      containers: [],
      archiveDestinations: [{ id: 1, status: 'ERROR', destination: '', target: 'PRIMARY', error: 'ORA-19809: limit' }],
      recoveryAreaFreeBytes: undefined,
      isRmanRunning: true,
    }));

  it('has all its files in container 0', async () =>
    expect(await readDatafiles(asking())).toEqual([
      {
        number: 1,
        path: '/u01/system01.dbf',
        containerId: 0,
        status: 'SYSTEM',
        enabled: 'READ WRITE',
        creationScn: 5n,
        unrecoverableScn: 0n,
        sizeBytes: 1048576n,
      },
    ]));

  it('still fails when a view cannot be read', async () => {
    const refuse = () => ['ERROR at line 1:', 'ORA-00942: table or view does not exist'];
    await expect(readStatus(asking(refuse))).rejects.toMatchObject({ oracleCode: 'ORA-00942' });
    await expect(readDatafiles(asking(refuse))).rejects.toMatchObject({ oracleCode: 'ORA-00942' });
  });
});

describe('a container database', () => {
  const containerRows: Readonly<Record<string, readonly string[]>> = {
    ...rows,
    v$database: ['~123|ORCL|ORCL_A|ARCHIVELOG|READ WRITE|PRIMARY|888|777|1|YES|YES|'],
    v$pdbs: ['~2|PDB$SEED|READ ONLY|', '~3|SALES|READ WRITE|'],
    v$recovery_file_dest: ['~1000|700|50|'],
    gv$session_longops: ['~0|'],
  };
  const containers = asking((input) => {
    const view = /FROM (\S+)/.exec(input)?.[1]?.replace(';', '') ?? '';
    return containerRows[view] ?? [];
  });

  it('names its containers, and what the recovery area can still take', async () =>
    expect(await readStatus(containers)).toMatchObject({
      isContainerDatabase: true,
      containers: [
        { id: 2, name: 'PDB$SEED', openMode: 'READ ONLY' },
        { id: 3, name: 'SALES', openMode: 'READ WRITE' },
      ],
      currentScn: 888n,
      isForceLogging: true,
      recoveryAreaFreeBytes: 350n,
      isRmanRunning: false,
    }));
});

describe('archived logs', () => {
  const logs = (...lines: readonly string[]) =>
    readArchivedLogs(
      asking(() => lines),
      { fromScn: 10n, toScn: 20n },
    );

  it('are available only when archived, kept, and on a destination of this host', async () => {
    const found = await logs(
      '~1|7|5|15|1|1|/arch/1_7.arc|YES|NO|A|NO|',
      '~1|7|5|15|1|2|standby|YES|NO|A|YES|',
      '~1|8|15|25|1|1|\\z|YES|YES|D|NO|',
      '~2|3|5|25|1|1|/arch/2_3.arc|NO|NO|A|NO|',
      '~2|3|5|25|1|3|/arch/2_3.arc|YES|NO|X|NO|',
      '~2|3|5|25|1|4|/arch/2_3.arc|YES|YES|A|NO|',
      '~2|3|5|25|1|5|\\z|YES|NO|A|NO|',
    );
    expect(found.map(({ isAvailable }) => isAvailable)).toEqual([true, false, false, false, false, false, false]);
    expect(found[0]).toEqual({
      thread: 1,
      sequence: 7,
      firstScn: 5n,
      nextScn: 15n,
      resetlogsScn: 1n,
      destinationId: 1,
      path: '/arch/1_7.arc',
      isAvailable: true,
    });
    expect(found[2]?.path).toBeUndefined();
  });

  it('are asked for by the redo they hold', async () => {
    const asked: string[] = [];
    const parts = asking((input) => {
      asked.push(input);
      return ['no rows selected'];
    });
    await expect(readArchivedLogs(parts, { fromScn: 15280596683192n, toScn: 15280596683193n })).resolves.toEqual([]);
    expect(asked[0]).toContain('WHERE next_change# > 15280596683192 AND first_change# <= 15280596683193\n');
  });
});
