import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../virtual-clock.js';
import { createTestDatabase } from './database.test.fixture.js';
import type { SimulatedDatabase } from './simulated-database.js';

const noon = Date.parse('2024-03-02T12:00:00Z');
const begin = 'ALTER DATABASE BEGIN BACKUP';
const end = 'ALTER DATABASE END BACKUP';
const archive = 'ALTER SYSTEM ARCHIVE LOG CURRENT';

const active = (database: SimulatedDatabase): readonly number[] =>
  database.state.files.filter(({ backup }) => backup.isActive).map(({ number }) => number);

const open = async (settings: Parameters<typeof createTestDatabase>[0] = {}) => {
  const test = createTestDatabase(settings);
  const session = await test.database.logOn({ as: 'SYSDBA' });
  const rows = async (sql: string) => {
    const result = await session.execute(sql);
    return result.kind === 'rows' ? result.rows : [];
  };
  const archived = () => test.disk.paths().filter((path) => path.includes('.arc'));
  return { ...test, session, rows, run: (sql: string) => session.execute(sql), archived };
};

describe('two instances', () => {
  const cluster = { threads: 2, services: ['ORCL'] } as const;
  const system = { user: 'SYSTEM', password: 'Fake-system-secret' } as const;

  it('are reached by their names, and by a service in turn when it is balanced', async () => {
    const { database } = await open(cluster);
    const reached = async (identifier: string) => (await database.logOn({ ...system, identifier })).instance;
    expect([await reached('ORCL'), await reached('ORCL2'), await reached('//scan/orcl1')]).toEqual([1, 2, 1]);
    database.state.isBalanced = true;
    expect(new Set([await reached('ORCL'), await reached('ORCL')])).toEqual(new Set([1, 2]));
  });

  it('know which one a session is on', async () => {
    const { database } = await open(cluster);
    const session = await database.logOn({ ...system, identifier: 'ORCL2' });
    const sql =
      "SELECT SYS_CONTEXT('USERENV','INSTANCE_NAME'), (SELECT instance_name FROM v$instance), (SELECT COUNT(*) FROM v$session) FROM dual";
    expect(await session.execute(sql)).toMatchObject({ rows: [['ORCL2', 'ORCL2', 1n]] });
    const all = 'SELECT inst_id, COUNT(*) FROM gv$session GROUP BY inst_id ORDER BY 1';
    expect(await session.execute(all)).toMatchObject({
      rows: [
        [1n, 1n],
        [2n, 1n],
      ],
    });
  });

  it('switch their own logs alone with SWITCH LOGFILE', async () => {
    const { database } = await open(cluster);
    const session = await database.logOn({ ...system, identifier: 'ORCL2' });
    await session.execute('ALTER SYSTEM SWITCH LOGFILE');
    expect(await session.execute('SELECT thread#, sequence# FROM v$thread ORDER BY 1')).toMatchObject({
      rows: [
        [1n, 68n],
        [2n, 70n],
      ],
    });
  });

  it('go on without the one that died, whose files stay in backup mode and whose thread is closed', async () => {
    const { database, rows } = await open(cluster);
    const other = await database.logOn({ ...system, identifier: 'ORCL2' });
    await other.execute(begin);
    database.crashInstance(2);
    await expect(other.execute('SELECT 1 FROM dual')).rejects.toThrow('ORA-03113');
    expect(active(database)).toEqual([1, 2, 3, 4]);
    expect(await rows('SELECT thread#, status FROM v$thread ORDER BY 1')).toEqual([
      [1n, 'OPEN'],
      [2n, 'CLOSED'],
    ]);
    expect(await rows('SELECT inst_id FROM gv$instance')).toEqual([[1n]]);
    await expect(database.logOn({ ...system, identifier: 'ORCL2' })).rejects.toThrow('ORA-12514');
    database.endBackup();
    database.restart();
    expect((await database.logOn({ ...system, identifier: 'ORCL2' })).instance).toBe(2);
  });

  it('are down when the last one died, and mounted again with files in backup mode', async () => {
    const { database, session } = await open(cluster);
    await session.execute(begin);
    database.crashInstance(1);
    database.crashInstance(2);
    expect(database.state.instanceStatus).toBe('DOWN');
    database.restart();
    const again = await database.logOn({ as: 'SYSDBA' });
    await expect(again.execute('ALTER DATABASE OPEN')).rejects.toThrow('ORA-10873');
    await again.execute(end);
    await again.execute('ALTER DATABASE OPEN');
  });

  it('archive the log of a closed thread too with ARCHIVE LOG CURRENT', async () => {
    const { database, run, archived } = await open(cluster);
    database.crashInstance(2);
    await run(archive);
    expect(archived()).toHaveLength(2);
  });

  it('can archive to storage of one node, and forget a thread', async () => {
    const { database, rows, run, archived } = await open({ ...cluster, threadArchiveDirectories: { 2: '/node2' } });
    await run(archive);
    expect(archived()).toContain('/node2/2_69_1111111111.arc');
    expect(await rows('SELECT inst_id, destination FROM gv$archive_dest WHERE dest_id = 1 ORDER BY 1')).toEqual([
      [1n, '/arch'],
      [2n, '/node2'],
    ]);
    database.state.unarchivedThreads.add(2);
    await run(archive);
    expect(archived()).toHaveLength(3);
  });

  it('kill sessions of the instance that is named', async () => {
    const { database, run } = await open(cluster);
    const other = await database.logOn({ ...system, identifier: 'ORCL2' });
    const listed = database.state.sessions.find(({ id }) => id === other.id);
    const target = `${listed?.id},${listed?.serial}`;
    await expect(run(`ALTER SYSTEM KILL SESSION '${target}'`)).rejects.toThrow('ORA-00030');
    await run(`ALTER SYSTEM KILL SESSION '${target}, @2' IMMEDIATE`);
    await expect(other.execute('SELECT 1 FROM dual')).rejects.toThrow('ORA-00028');
  });

  it('share user locks', async () => {
    const { database } = await open(cluster);
    const take =
      'DECLARE n NUMBER; BEGIN n := DBMS_LOCK.REQUEST(7, 6, 0); IF n <> 0 THEN RAISE_APPLICATION_ERROR(-20001, n); END IF; END;';
    const one = await database.logOn({ ...system, identifier: 'ORCL1' });
    await one.execute(take);
    const two = await database.logOn({ ...system, identifier: 'ORCL2' });
    await expect(two.execute(take)).rejects.toThrow('ORA-20001: 1');
    database.crashInstance(1);
    await two.execute(take);
  });

  it('refuse a control file copy that one of them alone would see', async () => {
    const { run } = await open({ ...cluster, localDirectories: ['/local'] });
    await expect(run("ALTER DATABASE BACKUP CONTROLFILE TO '/local/c.ctl'")).rejects.toThrow('ORA-00245');
    await run("ALTER DATABASE BACKUP CONTROLFILE TO '/arch/c.ctl'");
  });
});

describe('an archive destination without room', () => {
  it('lets ARCHIVE LOG CURRENT wait until there is some, when it is so', async () => {
    const clock = createVirtualClock(noon);
    const { database, run, archived } = await open({ clock });
    Object.assign(database.state, { isArchiveDestinationFull: true, whenArchiveIsFull: 'waits' });
    const waiting = run(archive);
    await clock.advance(60_000);
    expect(archived()).toEqual([]);
    database.state.isArchiveDestinationFull = false;
    await clock.advance(100);
    await waiting;
    expect(archived()).toHaveLength(1);
  });

  it('keeps the next switch waiting, and plain accounts out, once every other group is full', async () => {
    const clock = createVirtualClock(noon);
    const { database, run } = await open({ clock });
    database.state.isArchiveDestinationFull = true;
    const system = { user: 'SYSTEM', password: 'Fake-system-secret' } as const;
    await run('ALTER SYSTEM SWITCH LOGFILE');
    await database.logOn(system);
    await run('ALTER SYSTEM SWITCH LOGFILE');
    await expect(database.logOn(system)).rejects.toThrow('ORA-00257');
    const third = run('ALTER SYSTEM SWITCH LOGFILE');
    await clock.advance(5000);
    expect(database.state.sessions[0]?.event).toBe('log file switch (archiving needed)');
    database.state.isArchiveDestinationFull = false;
    await clock.advance(200);
    await run('SELECT 1 FROM dual');
    await clock.advance(200);
    await third;
    await database.logOn(system);
  });

  it('hears of a killed session while it waits', async () => {
    const clock = createVirtualClock(noon);
    const { database, run } = await open({ clock });
    Object.assign(database.state, { isArchiveDestinationFull: true, whenArchiveIsFull: 'waits' });
    const waiting = run(archive).catch((error: Error) => error.message);
    await clock.advance(1000);
    Object.assign(database.state.sessions[0] ?? {}, { isKilled: true });
    await clock.advance(1000);
    expect(await waiting).toMatch(/^ORA-00028/);
  });

  it('is a recovery area whose limit is reached, and that fills with every log', async () => {
    const recoveryArea = { path: '/fra', limitBytes: 20_000n, usedBytes: 0n };
    const { database, rows, run } = await open({ recoveryArea, archiveDirectory: '/fra/arch' });
    await run(archive);
    const [[used] = []] = await rows('SELECT space_used FROM v$recovery_file_dest');
    expect(used).toBe(database.state.recoveryArea?.usedBytes);
    expect(used).toBeGreaterThan(0n);
    Object.assign(database.state.recoveryArea ?? {}, { usedBytes: 19_999n });
    await expect(run(archive)).rejects.toThrow(/^ORA-16038.*\nORA-19809.*\nORA-00312/);
    expect(await rows('SELECT status FROM v$archive_dest WHERE dest_id = 1')).toEqual([['FULL']]);
  });
});

describe('an archived log', () => {
  it('is seen late when its row is late', async () => {
    const clock = createVirtualClock(noon);
    const { database, rows, run } = await open({ clock });
    database.state.archivedRowLagMs = 2000;
    await run(archive);
    expect(await rows('SELECT sequence# FROM v$archived_log')).toEqual([]);
    await clock.advance(2000);
    expect(await rows('SELECT sequence# FROM v$archived_log')).toEqual([[68n]]);
  });

  it('has a row for each destination', async () => {
    const { rows, run } = await open({ standbyService: 'dr' });
    await run(archive);
    expect(await rows('SELECT dest_id, name, standby_dest, status FROM v$archived_log ORDER BY 1')).toEqual([
      [1n, '/arch/1_68_1111111111.arc', 'NO', 'A'],
      [2n, 'dr', 'YES', 'A'],
    ]);
    expect(await rows('SELECT target, destination FROM v$archive_dest WHERE dest_id = 2')).toEqual([['STANDBY', 'dr']]);
  });

  it('can be deleted, with the database knowing or not', async () => {
    const { database, rows, run, archived } = await open();
    await run(archive);
    await run(archive);
    database.deleteArchivedLog({ thread: 1, sequence: 68, isNoted: true });
    database.deleteArchivedLog({ thread: 1, sequence: 69, isNoted: false });
    expect(archived()).toEqual([]);
    expect(await rows('SELECT sequence#, name, deleted, status FROM v$archived_log ORDER BY 1')).toEqual([
      [68n, null, 'YES', 'D'],
      [69n, '/arch/1_69_1111111111.arc', 'NO', 'A'],
    ]);
    expect(() => database.deleteArchivedLog({ thread: 1, sequence: 99, isNoted: true })).toThrow('is not archived');
  });
});

describe('somebody else', () => {
  it('begins and ends backup mode of single files', async () => {
    const { database } = await open();
    database.beginBackup([2, 3]);
    expect(active(database)).toEqual([2, 3]);
    database.endBackup([3]);
    expect(active(database)).toEqual([2]);
  });

  it('changes accounts', async () => {
    const { database } = await open();
    database.setUser('system', { state: 'locked' });
    await expect(database.logOn({ user: 'SYSTEM', password: 'Fake-system-secret' })).rejects.toThrow('ORA-28000');
    expect(() => database.setUser('nobody', { state: 'open' })).toThrow('has no user nobody');
  });

  it('changes blocks without redo, and it shows in V$DATAFILE, unless logging is forced', async () => {
    const { database, rows } = await open();
    database.changeWithoutLogging(2);
    const scns = () => rows('SELECT unrecoverable_change# FROM v$datafile WHERE file# IN (2, 3)');
    const [[two], [three]] = (await scns()) as [[bigint], [bigint]];
    expect([two > 0n, three]).toEqual([true, 0n]);
    database.state.isForceLogging = true;
    database.changeWithoutLogging(3);
    expect((await scns())[1]).toEqual([0n]);
  });

  it('dies in the middle of BEGIN, which then never takes effect', async () => {
    const clock = createVirtualClock(noon);
    const { database, run } = await open({ clock, beginMs: 30_000 });
    const beginning = run(begin).catch((error: Error) => error.message);
    await clock.advance(1000);
    database.crash();
    database.restart();
    await clock.advance(30_000);
    expect(await beginning).toMatch(/^ORA-03113/);
    expect(active(database)).toEqual([]);
  });
});

describe('what nobody knows can be either way', () => {
  it('whether END speaks of files that were not in backup mode', async () => {
    const { database, run } = await open({ assumptions: { endWarns: true } });
    database.beginBackup([1, 2]);
    await expect(run(end)).rejects.toThrow('ORA-01260: warning: END BACKUP succeeded but some files');
    expect(active(database)).toEqual([]);
    database.beginBackup();
    await run(end);
  });

  it('whether a refused BEGIN has begun the files before', async () => {
    const { database, run } = await open({ assumptions: { beginIsPartial: true } });
    database.beginBackup([3]);
    await expect(run(begin)).rejects.toThrow('ORA-01146: cannot start online backup - file 3 is already in backup');
    expect(active(database)).toEqual([1, 2, 3]);
  });

  it('whether END waits for a BEGIN that runs', async () => {
    const clock = createVirtualClock(noon);
    const { database, run } = await open({ clock, beginMs: 30_000, assumptions: { endWaitsForBegin: true } });
    const beginning = run(begin);
    await clock.advance(1000);
    const ending = (await database.logOn({ as: 'SYSDBA' })).execute(end);
    await clock.advance(29_000);
    await Promise.all([beginning, ending]);
    expect(active(database)).toEqual([]);
  });

  it('whether BEGIN takes closed containers along', async () => {
    const containers = [
      { id: 1, name: 'CDB$ROOT', openMode: 'READ WRITE' },
      { id: 3, name: 'SALES', openMode: 'MOUNTED' },
    ] as const;
    const datafiles = [1, 3].map((containerId) => ({ path: `/data/f${containerId}.dbf`, containerId }));
    for (const beginsClosedContainers of [false, true]) {
      const { database, run } = await open({ containers, datafiles, assumptions: { beginsClosedContainers } });
      await run(begin);
      expect(active(database)).toEqual(beginsClosedContainers ? [1, 2] : [1]);
      database.setContainer('sales', 'READ WRITE');
      expect(database.state.containers[1]?.openMode).toBe('READ WRITE');
    }
  });

  it('what V$BACKUP shows of offline files, and of others after a crash in backup mode', async () => {
    const assumptions = { listsOfflineFiles: true, showsUnknownError: true };
    const datafiles = [{ path: '/a01.dbf' }, { path: '/b01.dbf', readOnly: true }, { path: '/c01.dbf', offline: true }];
    const { database, rows, run } = await open({ assumptions, datafiles });
    await run(begin);
    const statuses = () => rows('SELECT status FROM v$backup ORDER BY file#');
    expect(await statuses()).toEqual([['ACTIVE'], ['NOT ACTIVE'], ['OFFLINE NORMAL']]);
    database.state.instanceStatus = 'MOUNTED';
    expect(await statuses()).toEqual([['ACTIVE'], ['UNKNOWN ERROR'], ['OFFLINE NORMAL']]);
  });
});

describe('the host', () => {
  it('may have a clock of its own', async () => {
    const { database, rows } = await open({ clock: createVirtualClock(noon) });
    database.state.clockSkewMs = 90_000;
    await database.logOn({ as: 'SYSDBA' });
    const sql = "SELECT TO_CHAR(SYSDATE, 'HH24:MI:SS'), TO_CHAR(MAX(logon_time), 'HH24:MI:SS') FROM v$session";
    expect(await rows(sql)).toEqual([['12:01:30', '12:01:30']]);
  });

  it('may have started the instance from a text file', async () => {
    const { rows, run } = await open({ spfile: null });
    expect(await rows("SELECT value FROM v$parameter WHERE name = 'spfile'")).toEqual([[null]]);
    await expect(run("CREATE PFILE='/arch/p.ora' FROM SPFILE")).rejects.toThrow('ORA-01565');
  });

  it('may not listen for a while', async () => {
    const { database } = await open();
    const request = { user: 'SYSTEM', password: 'Fake-system-secret', identifier: 'ORCL' } as const;
    database.state.isListenerDown = true;
    await expect(database.logOn(request)).rejects.toThrow('ORA-12541');
    database.state.isListenerDown = false;
    await database.logOn(request);
  });
});
