import { describe, expect, it } from 'vitest';
import { readDatafiles } from './datafiles.js';
import { readStatus } from './status.js';
import { askingViews, reasonFor, refusal, type ViewAnswers } from './views.test.fixture.js';

const known = <Value>(value: Value) => ({ isKnown: true, value });

/** A database of release 11.2, mounted. */
const release11: ViewAnswers = {
  v$database: [
    '~123|ORCL|ORCL_A|2019-05-01T08:00:00+02:00|AIX-Based Systems (64-bit)|ARCHIVELOG|MOUNTED|PRIMARY|CURRENT|0|777|1|NO|NO|NO|',
  ],
  v$instance: ['~11.2.0.4.0|'],
  gv$instance: ['~1|ORCL|dbhost|MOUNTED|STOPPED|2024-03-30T23:00:00+02:00|'],
  v$thread: ['~1|OPEN|PUBLIC|', '~2|CLOSED|DISABLED|'],
  v$archive_dest: ['~1|ERROR|\\z|PRIMARY|ORA-19809: limit|'],
  v$recovery_file_dest: ['~\\z|0|0|0|'],
  gv$session_longops: ['~2|'],
  dual: ['~2024-03-31T01:59:59.999|+02:00|'],
  v$datafile: ['~1|/u01/system01.dbf|SYSTEM|READ WRITE|5|0|1048576|0|'],
};
const lackedBy11 = ['cdb', 'con_id', 'version_full'];

describe('a database before 12.1', () => {
  it('is read without its missing columns', async () =>
    expect(await readStatus(askingViews(release11, lackedBy11))).toEqual({
      dbid: '123',
      name: 'ORCL',
      uniqueName: 'ORCL_A',
      createdAt: new Date('2019-05-01T06:00:00Z'),
      platform: 'AIX-Based Systems (64-bit)',
      version: '11.2.0.4.0',
      versionFull: { isKnown: false, reason: 'V$INSTANCE lacks a column in this release (ORA-00904)' },
      logMode: 'ARCHIVELOG',
      openMode: 'MOUNTED',
      role: 'PRIMARY',
      controlfileType: 'CURRENT',
      isContainerDatabase: false,
      currentScn: 777n,
      checkpointScn: 777n,
      resetlogsScn: 1n,
      isForceLogging: false,
      flashback: 'NO',
      time: new Date('2024-03-31T01:59:59.999Z'),
      utcOffsetMinutes: 120,
      instances: [
        {
          number: 1,
          name: 'ORCL',
          hostName: 'dbhost',
          status: 'MOUNTED',
          archiver: 'STOPPED',
          startedAt: new Date('2024-03-30T21:00:00Z'),
        },
      ],
      threads: [
        { number: 1, isOpen: true, isEnabled: true },
        { number: 2, isOpen: false, isEnabled: false },
      ],
      containers: [],
      sessionContainer: undefined,
      seesAllContainers: known(true),
      archiveDestinations: known([
        { id: 1, status: 'ERROR', destination: '', target: 'PRIMARY', error: 'ORA-19809: limit' },
      ]),
      recoveryAreaFreeBytes: known(undefined),
      isRmanRunning: known(true),
    }));

  it('has all its files in container 0', async () =>
    expect(await readDatafiles(askingViews(release11, lackedBy11))).toEqual([
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
});

describe('a database of 19c', () => {
  const database = (scns: string, cdb: string) => [
    `~123|ORCL|ORCL|2019-05-01T08:00:00+00:00|Linux x86 64-bit|ARCHIVELOG|READ WRITE|PRIMARY|CURRENT|${scns}|1|YES|YES|${cdb}|`,
  ];
  const release19: ViewAnswers = {
    ...release11,
    v$database: database('15280596683192|15280596683000', 'NO'),
    v$instance: ['~19.21.0.0.0|'],
    v$recovery_file_dest: ['~/fra|1000|700|50|'],
    gv$session_longops: ['~0|'],
  };

  it('keeps every digit of its SCNs', async () =>
    expect(await readStatus(askingViews(release19))).toMatchObject({
      currentScn: 15280596683192n,
      checkpointScn: 15280596683000n,
      versionFull: known('19.21.0.0.0'),
      isForceLogging: true,
      flashback: 'YES',
      recoveryAreaFreeBytes: known(350n),
      isRmanRunning: known(false),
    }));

  it('has the SCN of its last checkpoint while it shows no other', async () =>
    expect(await readStatus(askingViews({ ...release19, v$database: database('\\z|777', 'NO') }))).toMatchObject({
      currentScn: 777n,
    }));

  it('tells its containers, and whether these are all', async () =>
    expect(
      await readStatus(
        askingViews({
          ...release19,
          v$database: database('9|9', 'YES'),
          v$pdbs: ['~2|PDB$SEED|READ ONLY|', '~3|SALES|READ WRITE|'],
          v$datafile: ['~1|4|', '~2|3|', '~3|5|'],
          dual: (input) => (/CON_ID/.test(input) ? ['~1|CDB$ROOT|'] : ['~2024-03-31T01:59:59.999|+02:00|']),
        }),
      ),
    ).toMatchObject({
      isContainerDatabase: true,
      containers: [
        { id: 2, name: 'PDB$SEED', openMode: 'READ ONLY' },
        { id: 3, name: 'SALES', openMode: 'READ WRITE' },
      ],
      sessionContainer: { id: 1, name: 'CDB$ROOT' },
      seesAllContainers: known(true),
    }));

  it('goes on without facts that the account may not read, and says which grant is missing', async () => {
    const { v$archive_dest: _, v$recovery_file_dest: __, gv$session_longops: ___, ...readable } = release19;
    expect(await readStatus(askingViews(readable))).toMatchObject({
      archiveDestinations: reasonFor('V$ARCHIVE_DEST'),
      recoveryAreaFreeBytes: reasonFor('V$RECOVERY_FILE_DEST'),
      isRmanRunning: reasonFor('GV$SESSION_LONGOPS'),
    });
  });

  it.each(['v$database', 'v$instance', 'gv$instance', 'v$thread'])('cannot be judged without %s', async (view) => {
    const answers = { ...release19, [view]: refusal('ORA-00942', 'table or view does not exist') };
    await expect(readStatus(askingViews(answers))).rejects.toMatchObject({
      oracleCode: 'ORA-00942',
      statement: `SELECT FROM ${view.toUpperCase()}`,
    });
  });
});
