import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../virtual-clock.js';
import { createTestDatabase } from './database.test.fixture.js';
import type { SimulatedDatabase } from './simulated-database.js';

const containers = [
  { id: 1, name: 'CDB$ROOT', openMode: 'READ WRITE' },
  { id: 2, name: 'PDB$SEED', openMode: 'READ ONLY' },
  { id: 3, name: 'SALES', openMode: 'READ WRITE' },
] as const;

const datafiles = [
  { path: '/data/system01.dbf' },
  { path: '/data/users01.dbf' },
  { path: '/data/old01.dbf', readOnly: true },
  { path: '/data/away01.dbf', offline: true },
];

const noon = Date.parse('2024-03-02T12:00:00Z');

const active = (database: SimulatedDatabase): readonly number[] =>
  database.state.files.filter(({ backup }) => backup.isActive).map(({ number }) => number);

const open = async (settings: Parameters<typeof createTestDatabase>[0] = {}) => {
  const test = createTestDatabase({ datafiles, ...settings });
  const session = await test.database.logOn({ as: 'SYSDBA' });
  const run = async (sql: string): Promise<string> => {
    const result = await session.execute(sql);
    return result.kind === 'done'
      ? result.feedback
      : JSON.stringify(result.rows, (_, value) => (typeof value === 'bigint' ? Number(value) : value));
  };
  return { ...test, session, run };
};

describe('BEGIN and END BACKUP', () => {
  it('puts online read-write files into backup mode and passes over the others', async () => {
    const { database, run } = await open();
    expect(await run('ALTER DATABASE BEGIN BACKUP')).toBe('Database altered.');
    expect(active(database)).toEqual([1, 2]);
    expect(await run('alter  database\nend backup')).toBe('Database altered.');
    expect(active(database)).toEqual([]);
  });

  it('keeps CHANGE# and TIME after END', async () => {
    const { database, run } = await open();
    await run('ALTER DATABASE BEGIN BACKUP');
    const before = database.state.files.map(({ backup }) => backup.scn);
    await run('ALTER DATABASE END BACKUP');
    expect(database.state.files.map(({ backup }) => backup.scn)).toEqual(before);
  });

  it('ends backup mode of one file, by number or by path', async () => {
    const { database, run } = await open();
    await run('ALTER DATABASE BEGIN BACKUP');
    await run('ALTER DATABASE DATAFILE 2 END BACKUP');
    expect(active(database)).toEqual([1]);
    await run("ALTER DATABASE DATAFILE '/data/system01.dbf' END BACKUP");
    expect(active(database)).toEqual([]);
  });

  it('does the same for one tablespace', async () => {
    const { database, run } = await open();
    expect(await run('ALTER TABLESPACE users BEGIN BACKUP')).toBe('Tablespace altered.');
    expect(active(database)).toEqual([2]);
    expect(await run('ALTER TABLESPACE "USERS" END BACKUP')).toBe('Tablespace altered.');
    expect(active(database)).toEqual([]);
  });

  it('ends what is active when somebody else ended the rest', async () => {
    const { database, run } = await open();
    await run('ALTER TABLESPACE users BEGIN BACKUP');
    await run('ALTER DATABASE END BACKUP');
    expect(active(database)).toEqual([]);
  });

  it('takes as long as its checkpoint, and holds nobody in backup mode before', async () => {
    const clock = createVirtualClock(noon);
    const { database, journal, session } = await open({ clock, beginMs: 30_000 });
    const begin = session.execute('ALTER DATABASE BEGIN BACKUP');
    await journal.waitFor(({ what }) => what.includes('BEGIN BACKUP'));
    await clock.advance(29_999);
    expect(active(database)).toEqual([]);
    await clock.advance(1);
    await begin;
    expect(active(database)).toEqual([1, 2]);
  });

  it('completes after its session is gone, even after an END in between: the late BEGIN', async () => {
    const clock = createVirtualClock(noon);
    const { database, session } = await open({ clock, beginMs: 30_000 });
    const begin = session.execute('ALTER DATABASE BEGIN BACKUP');
    await clock.advance(1000);
    session.close();
    expect(database.state.sessions).toHaveLength(1);
    const other = await database.logOn({ as: 'SYSDBA' });
    await expect(other.execute('ALTER DATABASE END BACKUP')).rejects.toThrow('ORA-01142');
    await clock.advance(30_000);
    await begin;
    expect(active(database)).toEqual([1, 2]);
    expect(database.state.sessions).toHaveLength(1);
  });

  it('is stopped by KILL SESSION before the files are in backup mode', async () => {
    const clock = createVirtualClock(noon);
    const { database, session } = await open({ clock, beginMs: 30_000 });
    const begin = session.execute('ALTER DATABASE BEGIN BACKUP');
    const outcome = begin.catch(String);
    await clock.advance(1000);
    const other = await database.logOn({ as: 'SYSDBA' });
    const [victim] = database.state.sessions;
    await other.execute(`ALTER SYSTEM KILL SESSION '${victim?.id}, ${victim?.serial}, @1' IMMEDIATE`);
    await clock.advance(30_000);
    expect(await outcome).toContain('ORA-00028');
    expect(active(database)).toEqual([]);
  });

  it('works on one container from inside it, and on all open ones from the root', async () => {
    const { database, run } = await open({
      containers,
      datafiles: [1, 2, 3].map((containerId) => ({ path: `/data/f${containerId}.dbf`, containerId })),
    });
    await run('ALTER SESSION SET CONTAINER = sales');
    await run('ALTER DATABASE BEGIN BACKUP');
    expect(active(database)).toEqual([3]);
    await run('ALTER DATABASE END BACKUP');
    await run('ALTER SESSION SET CONTAINER = CDB$ROOT');
    await run('ALTER DATABASE BEGIN BACKUP');
    expect(active(database)).toEqual([1, 3]);
    await run('ALTER DATABASE END BACKUP');
    expect(await run('ALTER PLUGGABLE DATABASE sales BEGIN BACKUP')).toBe('Pluggable database altered.');
    expect(active(database)).toEqual([3]);
    expect(await run('ALTER PLUGGABLE DATABASE sales END BACKUP')).toBe('Pluggable database altered.');
  });

  it('is ended on a mounted database after a crash, which then opens', async () => {
    const { database } = await open();
    database.beginBackup();
    database.crash();
    database.restart();
    const session = await database.logOn({ as: 'SYSDBA' });
    await expect(session.execute('ALTER DATABASE OPEN')).rejects.toThrow(
      "ORA-10873: file 1 needs to be either taken out of backup mode or media recovered\nORA-01110: data file 1: '/data/system01.dbf'",
    );
    await session.execute('ALTER DATABASE END BACKUP');
    await session.execute('ALTER DATABASE OPEN');
    expect(database.state.instanceStatus).toBe('OPEN');
  });
});

describe('logs and other statements', () => {
  it('archives the logs of all threads before ARCHIVE LOG CURRENT returns', async () => {
    const { disk, run } = await open({ threads: 2 });
    expect(await run('ALTER SYSTEM ARCHIVE LOG CURRENT')).toBe('System altered.');
    expect(disk.paths().filter((path) => path.startsWith('/arch'))).toEqual([
      '/arch/1_68_1111111111.arc',
      '/arch/2_69_1111111111.arc',
    ]);
  });

  it('archives late after SWITCH LOGFILE, and only the log of its own thread', async () => {
    const { disk, run } = await open({ threads: 2 });
    await run('ALTER SYSTEM SWITCH LOGFILE');
    expect(disk.paths().some((path) => path.startsWith('/arch'))).toBe(false);
    await run('SELECT 1 FROM dual');
    expect(disk.paths().filter((path) => path.startsWith('/arch'))).toEqual(['/arch/1_68_1111111111.arc']);
  });

  it('archives after a delay when one is given', async () => {
    const clock = createVirtualClock(noon);
    const { disk, run } = await open({ clock, archiveLagMs: 500 });
    await run('ALTER SYSTEM SWITCH ALL LOGFILE');
    await run('SELECT 1 FROM dual');
    expect(disk.paths().some((path) => path.startsWith('/arch'))).toBe(false);
    await clock.advance(500);
    expect(disk.paths().some((path) => path.startsWith('/arch'))).toBe(true);
  });

  it('archives nothing by itself while the archiver is stopped, until it is told to', async () => {
    const { database, disk, run } = await open();
    database.state.archiver = 'STOPPED';
    await run('ALTER SYSTEM SWITCH LOGFILE');
    await run('SELECT 1 FROM dual');
    expect(disk.paths().some((path) => path.startsWith('/arch'))).toBe(false);
    expect(await run('ALTER SYSTEM ARCHIVE LOG ALL')).toBe('System altered.');
    expect(disk.paths().some((path) => path.startsWith('/arch'))).toBe(true);
  });

  it('moves header checkpoints with ALTER SYSTEM CHECKPOINT, but not in backup mode', async () => {
    const { database, run } = await open();
    const checkpoints = () => database.state.files.map(({ checkpointScn }) => checkpointScn);
    const before = checkpoints();
    await run('ALTER SYSTEM CHECKPOINT');
    expect(checkpoints()[0]).toBeGreaterThan(before[0] ?? 0n);
    await run('ALTER DATABASE BEGIN BACKUP');
    const frozen = checkpoints();
    await run('ALTER SYSTEM CHECKPOINT GLOBAL');
    expect(checkpoints()).toEqual(frozen);
  });

  it('writes control file copies and scripts, over what is there with REUSE alone', async () => {
    const { disk, run } = await open();
    expect(await run("ALTER DATABASE BACKUP CONTROLFILE TO '/arch/it''s.ctl'")).toBe('Database altered.');
    expect(disk.read("/arch/it's.ctl")).toMatchObject({ kind: 'controlfile' });
    await run("ALTER DATABASE BACKUP CONTROLFILE TO '/arch/it''s.ctl' REUSE");
    await run("ALTER DATABASE BACKUP CONTROLFILE TO TRACE AS '/arch/c.sql' REUSE RESETLOGS");
    expect(disk.read('/arch/c.sql')).toContain('/data/users01.dbf');
    await run('ALTER DATABASE BACKUP CONTROLFILE TO TRACE');
    await run('ALTER DATABASE BACKUP CONTROLFILE TO TRACE');
    expect(await run("CREATE PFILE='/arch/p.ora' FROM SPFILE")).toBe('File created.');
  });

  it('opens and closes containers', async () => {
    const { database, run } = await open({ containers });
    await run('ALTER PLUGGABLE DATABASE sales CLOSE IMMEDIATE');
    expect(database.state.containers[2]?.openMode).toBe('MOUNTED');
    await run('ALTER PLUGGABLE DATABASE sales OPEN READ ONLY');
    expect(database.state.containers[2]?.openMode).toBe('READ ONLY');
    await run('ALTER PLUGGABLE DATABASE sales CLOSE');
    await run('ALTER PLUGGABLE DATABASE sales OPEN');
    expect(database.state.containers[2]?.openMode).toBe('READ WRITE');
  });

  it('changes how a session writes dates', async () => {
    const { run } = await open({ clock: createVirtualClock(noon) });
    expect(await run("ALTER SESSION SET NLS_DATE_FORMAT = 'YYYY/MM/DD'")).toBe('Session altered.');
    expect(await run("SELECT 'on '||SYSDATE FROM dual")).toBe('[["on 2024/03/02"]]');
    expect(await run("ALTER SESSION SET NLS_LANGUAGE='AMERICAN'")).toBe('Session altered.');
  });

  it.each([
    ['COMMIT', 'Commit complete.'],
    ['ROLLBACK WORK', 'Rollback complete.'],
    ['/* c */ COMMIT -- done', 'Commit complete.'],
  ])('%s', async (sql, feedback) => {
    expect(await (await open()).run(sql)).toBe(feedback);
  });

  it('mounts and opens an instance that was started without', async () => {
    const { database, run } = await open();
    database.state.instanceStatus = 'STARTED';
    await run('ALTER DATABASE MOUNT');
    await run('ALTER DATABASE OPEN READ ONLY');
    expect([database.state.instanceStatus, database.state.openMode]).toEqual(['OPEN', 'READ ONLY']);
  });
});

describe('PL/SQL', () => {
  it('labels the session', async () => {
    const { database, run } = await open();
    const block =
      "BEGIN\n  DBMS_APPLICATION_INFO.SET_MODULE(module_name => 'it''s', action_name => NULL);\n  NULL;\nEND;";
    expect(await run(block)).toBe('PL/SQL procedure successfully completed.');
    await run("BEGIN DBMS_APPLICATION_INFO.SET_ACTION('act; ion'); END;");
    expect(database.state.sessions[0]).toMatchObject({ module: "it's", action: 'act; ion' });
  });

  it('runs a statement in a text', async () => {
    const { database, run } = await open();
    await run("BEGIN EXECUTE IMMEDIATE 'ALTER DATABASE BEGIN BACKUP'; END;");
    expect(active(database)).toEqual([1, 2]);
  });

  it.each(['DROP TABLE precious', 'CREATE USER x'])('fails loudly on %s', async (sql) => {
    await expect((await open()).run(sql)).rejects.toThrow('not modelled');
  });
});

describe('what is refused', () => {
  type Prepare = (database: SimulatedDatabase) => void;
  const mounted: Prepare = ({ state }) => Object.assign(state, { instanceStatus: 'MOUNTED' });
  const started: Prepare = ({ state }) => Object.assign(state, { instanceStatus: 'STARTED' });
  const readOnly: Prepare = ({ state }) => Object.assign(state, { openMode: 'READ ONLY' });
  const noArchiving: Prepare = (database) => database.setLogMode('NOARCHIVELOG');
  const full: Prepare = ({ state }) => Object.assign(state, { isArchiveDestinationFull: true });
  const asIs: Prepare = () => {};

  it.each<[sql: string, when: string, prepare: Prepare, stack: string]>([
    ['ALTER DATABASE BEGIN BACKUP', 'mounted', mounted, 'ORA-01109: database not open'],
    ['ALTER DATABASE BEGIN BACKUP', 'not mounted', started, 'ORA-01507: database not mounted'],
    [
      'ALTER DATABASE BEGIN BACKUP',
      'read only',
      readOnly,
      'ORA-16000: database or pluggable database open for read-only access',
    ],
    [
      'ALTER DATABASE BEGIN BACKUP',
      'not archiving',
      noArchiving,
      'ORA-01123: cannot start online backup; media recovery not enabled',
    ],
    ['ALTER DATABASE END BACKUP', 'not mounted', started, 'ORA-01507: database not mounted'],
    [
      'ALTER DATABASE END BACKUP',
      'mounted',
      mounted,
      'ORA-01142: cannot end online backup - none of the files are in backup',
    ],
    [
      'ALTER DATABASE END BACKUP',
      'all files are read only',
      ({ state }) => void state.files.map((file) => Object.assign(file, { isReadOnly: true })),
      'ORA-01140: cannot end online backup - all files are offline or readonly',
    ],
    ['ALTER DATABASE DATAFILE 2 END BACKUP', 'open', asIs, 'ORA-01199: file 2 is not in online backup mode'],
    [
      'ALTER DATABASE DATAFILE 99 END BACKUP',
      'open',
      asIs,
      'ORA-01516: nonexistent log file, data file, or temporary file "99" in the current container',
    ],
    [
      'ALTER TABLESPACE old BEGIN BACKUP',
      'open',
      asIs,
      "ORA-01642: begin backup not needed for read only tablespace 'OLD'",
    ],
    [
      'ALTER TABLESPACE away BEGIN BACKUP',
      'open',
      asIs,
      "ORA-01128: cannot start online backup - file 4 is offline\nORA-01110: data file 4: '/data/away01.dbf'",
    ],
    ['ALTER TABLESPACE nothing END BACKUP', 'open', asIs, "ORA-00959: tablespace 'NOTHING' does not exist"],
    ['ALTER DATABASE OPEN', 'open', asIs, 'ORA-01531: a database already open by the instance'],
    ['ALTER DATABASE OPEN', 'not mounted', started, 'ORA-01507: database not mounted'],
    ['ALTER DATABASE MOUNT', 'open', asIs, 'ORA-01100: database already mounted'],
    ['ALTER SYSTEM ARCHIVE LOG CURRENT', 'mounted', mounted, 'ORA-01109: database not open'],
    [
      'ALTER SYSTEM ARCHIVE LOG CURRENT',
      'not archiving',
      noArchiving,
      'ORA-00258: manual archiving in NOARCHIVELOG mode must identify log',
    ],
    [
      'ALTER SYSTEM ARCHIVE LOG CURRENT',
      'the destination is full',
      full,
      "ORA-16038: log 2 sequence# 68 cannot be archived\nORA-19809: limit exceeded for recovery files\nORA-00312: online log 2 thread 1: '/u01/oradata/ORCL/redo02.log'",
    ],
    [
      'ALTER SYSTEM ARCHIVE LOG ALL',
      'nothing is left to archive',
      asIs,
      'ORA-00271: there are no logs that need archiving',
    ],
    ['ALTER SYSTEM SWITCH LOGFILE', 'mounted', mounted, 'ORA-01109: database not open'],
    ["ALTER SYSTEM KILL SESSION '1,2'", 'open', asIs, 'ORA-00030: User session ID does not exist.'],
    ['ALTER PLUGGABLE DATABASE hr BEGIN BACKUP', 'open', asIs, 'ORA-65011: Pluggable database HR does not exist.'],
    [
      "ALTER DATABASE BACKUP CONTROLFILE TO '/data/users01.dbf'",
      'the file is there',
      asIs,
      'ORA-01580: error creating control backup file /data/users01.dbf\nORA-27038: created file already exists',
    ],
    ['ALTER SESSION SET NLS_DATE', 'open', asIs, 'ORA-00922: missing or invalid option'],
    ['SELECT * FROM v$database', 'not mounted', started, 'ORA-01507: database not mounted'],
  ])('%s, %s', async (sql, _, prepare, stack) => {
    const { database, run } = await open();
    prepare(database);
    await expect(run(sql)).rejects.toThrow(expect.objectContaining({ message: stack }));
  });

  it('says that a container is open already, and keeps log switches out of containers', async () => {
    const { run } = await open({ containers });
    await expect(run('ALTER PLUGGABLE DATABASE sales OPEN')).rejects.toThrow(
      'ORA-65019: pluggable database SALES already open',
    );
    await run('ALTER SESSION SET CONTAINER = sales');
    await expect(run('ALTER SYSTEM SWITCH LOGFILE')).rejects.toThrow('ORA-65040');
  });

  it('says when a file cannot be created on the host', async () => {
    const { database, run } = await open();
    const { disk } = database.state;
    const write = disk.write.bind(disk);
    Object.assign(disk, {
      write: (path: string, content: unknown) => {
        if (path.startsWith('/nowhere/')) throw new Error('no such mount');
        write(path, content);
      },
    });
    await expect(run("ALTER DATABASE BACKUP CONTROLFILE TO '/nowhere/c.ctl' REUSE")).rejects.toThrow(
      'ORA-01580: error creating control backup file /nowhere/c.ctl\nORA-27040',
    );
  });
});
