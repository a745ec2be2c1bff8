import { describe, expect, it, vi } from 'vitest';
import { createTestDatabase } from '../database.test.fixture.js';

type Settings = Parameters<typeof createTestDatabase>[0];

const users = [
  { name: 'narrow', password: 'Fake-1', roles: ['CREATE SESSION', 'SELECT ON V_$BACKUP', 'EXECUTE ON DBMS_LOCK'] },
  { name: 'blind', password: 'Fake-2', roles: ['DBA'], seesAllContainers: false },
  { name: 'backup', password: 'Fake-3', roles: ['SYSBACKUP', 'SYSOPER'] },
];

const open = async (settings: Settings = {}, who: 'SYS' | 'narrow' | 'blind' = 'SYS') => {
  const test = createTestDatabase({ users, ...settings });
  const password = users.find(({ name }) => name === who)?.password ?? '';
  const session = await test.database.logOn(who === 'SYS' ? { as: 'SYSDBA' } : { user: who.toUpperCase(), password });
  const rows = async (sql: string) => {
    const result = await session.execute(sql);
    return result.kind === 'rows' ? result.rows : [];
  };
  return { ...test, rows };
};

describe('a release', () => {
  const eleven = { version: '11.2.0.4.0', versionFull: '11.2.0.4.0' } as const;
  const twelve = { version: '12.2.0.1.0', versionFull: '12.2.0.1.0' } as const;

  it.each<[sql: string, code: string, settings: Settings]>([
    ['SELECT con_id FROM v$backup', 'ORA-00904: "CON_ID": invalid identifier', eleven],
    ['SELECT con_id FROM gv$session', 'ORA-00904', eleven],
    ['SELECT cdb FROM v$database', 'ORA-00904: "CDB": invalid identifier', eleven],
    ['SELECT * FROM v$pdbs', 'ORA-00942', eleven],
    ['SELECT * FROM v$containers', 'ORA-00942', eleven],
    ['SELECT version_full FROM v$instance', 'ORA-00904', twelve],
    ['SELECT wallet_type FROM v$encryption_wallet', 'ORA-00904', eleven],
    ["SELECT SYS_CONTEXT('USERENV','CON_NAME') FROM dual", 'ORA-02003: invalid USERENV parameter', eleven],
    ["SELECT SYS_CONTEXT('USERENV','NONSENSE') FROM dual", 'ORA-02003', {}],
  ])('%s: %s', async (sql, code, settings) => {
    const { rows } = await open(settings);
    await expect(rows(sql)).rejects.toThrow(code);
  });

  it('shows in all columns of a view what it has', async () => {
    const { rows } = await open(eleven);
    expect((await rows('SELECT * FROM v$backup'))[0]).toHaveLength(4);
    expect(await rows('SELECT version FROM v$instance')).toEqual([['11.2.0.4.0']]);
    expect((await (await open(twelve)).rows('SELECT cdb FROM v$database'))[0]).toEqual(['NO']);
  });
});

describe('an account', () => {
  it('sees the views that were granted to it and no others', async () => {
    const { rows } = await open({}, 'narrow');
    expect(await rows('SELECT COUNT(*) FROM v$backup')).toEqual([[4n]]);
    await expect(rows('SELECT COUNT(*) FROM v$datafile')).rejects.toThrow('ORA-00942');
    await expect(rows('SELECT COUNT(*) FROM gv$backup')).rejects.toThrow('ORA-00942');
  });

  it('can read what it holds', async () => {
    const { rows } = await open({}, 'narrow');
    expect(await rows('SELECT privilege FROM session_privs')).toEqual([['CREATE SESSION']]);
    expect(await rows('SELECT table_name, privilege FROM all_tab_privs ORDER BY 1')).toEqual([
      ['DBMS_LOCK', 'EXECUTE'],
      ['V_$BACKUP', 'SELECT'],
    ]);
    expect(await rows("SELECT COUNT(*) FROM all_procedures WHERE object_name = 'DBMS_LOCK'")).toEqual([[5n]]);
    const { rows: asDba } = await open({}, 'blind');
    expect(await asDba('SELECT role FROM session_roles ORDER BY 1')).toEqual([['DBA']]);
  });

  it('reads the dictionary of an open database alone', async () => {
    const { database, rows } = await open();
    database.state.instanceStatus = 'MOUNTED';
    await expect(rows('SELECT * FROM session_privs')).rejects.toThrow('ORA-01219');
    expect(await rows('SELECT COUNT(*) FROM v$backup')).toEqual([[4n]]);
  });

  it('has no user locks AS SYSBACKUP unless they were granted to that', async () => {
    const lock = 'DECLARE n NUMBER; BEGIN n := DBMS_LOCK.REQUEST(1); END;';
    const request = { user: 'BACKUP', password: 'Fake-3', as: 'SYSBACKUP' } as const;
    const without = await createTestDatabase({ users }).database.logOn(request);
    await expect(without.execute(lock)).rejects.toThrow("PLS-00201: identifier 'DBMS_LOCK' must be declared");
    const grants = { SYSBACKUP: ['EXECUTE ON DBMS_LOCK'] };
    await (await createTestDatabase({ users, grants }).database.logOn(request)).execute(lock);
  });

  it('AS SYSOPER may or may not read views, as nobody knows', async () => {
    const request = { user: 'BACKUP', password: 'Fake-3', as: 'SYSOPER' } as const;
    const grants = { SYSOPER: ['SELECT_CATALOG_ROLE'] };
    const session = await createTestDatabase({ users, grants }).database.logOn(request);
    expect(await session.execute('SELECT COUNT(*) FROM v$backup')).toMatchObject({ rows: [[4n]] });
  });

  it.each([
    [false, 0n],
    [true, 2n],
  ])('without CONTAINER_DATA sees no rows of containers; in V$PDBS when that is so (%s)', async (shown, count) => {
    const containers = [
      { id: 1, name: 'CDB$ROOT', openMode: 'READ WRITE' },
      { id: 2, name: 'PDB$SEED', openMode: 'READ ONLY' },
      { id: 3, name: 'SALES', openMode: 'READ WRITE' },
    ] as const;
    const datafiles = [1, 2, 3].map((containerId) => ({ path: `/data/f${containerId}.dbf`, containerId }));
    const assumptions = { showsHiddenContainers: shown };
    const { rows } = await open({ containers, datafiles, assumptions }, 'blind');
    expect(await rows('SELECT file# FROM v$backup')).toEqual([[1n]]);
    expect(await rows('SELECT COUNT(*) FROM v$pdbs')).toEqual([[count]]);
    expect(await rows('SELECT name FROM v$containers')).toEqual([['CDB$ROOT']]);
  });
});

describe('what a database consists of', () => {
  it('shows in the views of its files', async () => {
    const { rows } = await open({
      controlfiles: ['/fra/control02.ctl', '/u01/control01.ctl'],
      recoveryArea: { path: '/fra', limitBytes: 10n, usedBytes: 0n },
      tempfiles: ['/t1.dbf', '/t2.dbf'],
      redoDirectory: '/redo',
      blockChangeTracking: '/data/bct.f',
      keystoreStatus: 'OPEN',
    });
    expect(await rows('SELECT name, is_recovery_dest_file FROM v$controlfile')).toEqual([
      ['/fra/control02.ctl', 'YES'],
      ['/u01/control01.ctl', 'NO'],
    ]);
    expect(await rows("SELECT value FROM v$parameter WHERE name = 'control_files'")).toEqual([
      ['/fra/control02.ctl, /u01/control01.ctl'],
    ]);
    expect(await rows('SELECT file#, name, status FROM v$tempfile')).toEqual([
      [1n, '/t1.dbf', 'ONLINE'],
      [2n, '/t2.dbf', 'ONLINE'],
    ]);
    expect(await rows('SELECT member FROM v$logfile WHERE group# = 1')).toEqual([['/redo/redo01.log']]);
    expect(await rows('SELECT status, filename FROM v$block_change_tracking')).toEqual([['ENABLED', '/data/bct.f']]);
    expect(await rows('SELECT status, wallet_type FROM v$encryption_wallet')).toEqual([['OPEN', 'PASSWORD']]);
  });

  it('shows the disks of its ASM groups, and a rebalance', async () => {
    const asmGroups = [
      {
        name: 'DATA',
        type: 'EXTERN' as const,
        disks: [
          { name: 'D1', path: '/dev/mapper/d1' },
          { name: 'D2', path: 'AFD:D2' },
        ],
      },
    ];
    const { database, rows } = await open({ asmGroups });
    expect(await rows('SELECT name, state, type FROM v$asm_diskgroup')).toEqual([['DATA', 'CONNECTED', 'EXTERN']]);
    expect(
      await rows('SELECT g.name, d.path FROM v$asm_disk d JOIN v$asm_diskgroup g ON g.group_number = d.group_number'),
    ).toEqual([
      ['DATA', '/dev/mapper/d1'],
      ['DATA', 'AFD:D2'],
    ]);
    expect(await rows('SELECT * FROM v$asm_operation')).toEqual([]);
    database.state.rebalancing = 'DATA';
    expect(await rows('SELECT operation, state FROM v$asm_operation')).toEqual([['REBAL', 'RUN']]);
  });

  it('shows a file that needs recovery', async () => {
    const { database, rows } = await open();
    Object.assign(database.state.files[1] ?? {}, { status: 'RECOVER' });
    expect(
      await rows(
        'SELECT status, recover, fuzzy FROM v$datafile d JOIN v$datafile_header h ON h.file# = d.file# WHERE d.file# = 2',
      ).catch((error: Error) => error.message),
    ).toMatch('ORA-00918');
    expect(await rows('SELECT recover, fuzzy FROM v$datafile_header WHERE file# = 2')).toEqual([['YES', 'YES']]);
    expect(await rows('SELECT status FROM v$datafile WHERE file# = 2')).toEqual([['RECOVER']]);
  });
});

describe('sessions', () => {
  it('show who holds a user lock and who waits for it', async () => {
    const { database, rows } = await open();
    const take = 'DECLARE n NUMBER; BEGIN n := DBMS_LOCK.REQUEST(7); END;';
    const one = await database.logOn({ as: 'SYSDBA' });
    const two = await database.logOn({ as: 'SYSDBA' });
    await one.execute(take);
    const waiting = two.execute(take);
    await vi.waitFor(() => expect(database.state.userLocks.waiters).toHaveLength(1));
    expect(await rows('SELECT sid, type, id1, lmode, request, block FROM v$lock ORDER BY request')).toEqual([
      [BigInt(one.id), 'UL', 7n, 6n, 0n, 1n],
      [BigInt(two.id), 'UL', 7n, 0n, 6n, 0n],
    ]);
    expect(await rows(`SELECT status, event, blocking_session FROM v$session WHERE sid = ${two.id}`)).toEqual([
      ['ACTIVE', 'enq: UL - contention', BigInt(one.id)],
    ]);
    one.close();
    await waiting;
  });

  it('show the names of locks', async () => {
    const { rows, database } = await open();
    const session = await database.logOn({ as: 'SYSDBA' });
    await session.execute("DECLARE h VARCHAR2(128); BEGIN DBMS_LOCK.ALLOCATE_UNIQUE('orasync', h); END;");
    expect(await rows('SELECT name, lockid FROM sys.dbms_lock_allocated')).toEqual([['orasync', 1073741824n]]);
  });
});
