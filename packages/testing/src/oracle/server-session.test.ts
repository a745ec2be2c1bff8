import { describe, expect, it } from 'vitest';
import { createTestDatabase } from './database.test.fixture.js';
import type { LogonRequest } from './logon.js';
import type { SimulatedDatabase } from './simulated-database.js';
import type { SimulatedUser } from './state.js';

const users: readonly SimulatedUser[] = [
  { name: 'system', password: 'Fake-1', roles: ['DBA', 'SYSDBA', 'SYSOPER', 'SYSBACKUP'] },
  { name: 'reader', password: 'Fake-2', roles: ['CONNECT', 'SELECT_CATALOG_ROLE'] },
  { name: 'guest', password: 'Fake-3', roles: ['CREATE SESSION'] },
  { name: 'nobody', password: 'Fake-4', roles: [] },
  { name: 'locked', password: 'Fake-5', roles: ['DBA'], state: 'locked' },
  { name: 'expired', password: 'Fake-6', roles: ['DBA'], state: 'expired' },
  { name: 'expiring', password: 'Fake-7', roles: ['DBA'], state: 'expiring' },
];
const containers = [
  { id: 1, name: 'CDB$ROOT', openMode: 'READ WRITE' },
  { id: 3, name: 'SALES', openMode: 'READ WRITE' },
] as const;

const open = (settings: Parameters<typeof createTestDatabase>[0] = {}) => createTestDatabase({ users, ...settings });
const system = { user: 'SYSTEM', password: 'Fake-1' } as const;

describe('logOn', () => {
  type Prepare = (database: SimulatedDatabase) => void;
  const asIs: Prepare = () => {};
  const down: Prepare = (database) => database.crash();
  const mounted: Prepare = ({ state }) => Object.assign(state, { instanceStatus: 'MOUNTED' });
  const stuck: Prepare = ({ state }) => {
    state.isArchiveDestinationFull = true;
    for (const log of state.logs) log.nextScn = state.scn;
    state.logs.push(...state.logs);
  };

  it.each<[code: string, request: LogonRequest, prepare: Prepare]>([
    ['ORA-01005', { user: 'SYSTEM' }, asIs],
    ['ORA-01017', { user: 'SYSTEM', password: 'wrong' }, asIs],
    ['ORA-01017', { user: 'STRANGER', password: 'x' }, asIs],
    ['ORA-01017', {}, asIs],
    ['ORA-01017', { identifier: 'ORCL' }, asIs],
    ['ORA-01031', { user: 'READER', password: 'Fake-2', as: 'SYSDBA' }, asIs],
    ['ORA-01033', system, mounted],
    ['ORA-01034', system, down],
    ['ORA-01045', { user: 'NOBODY', password: 'Fake-4' }, asIs],
    ['ORA-00257', system, stuck],
    ['ORA-12154', { ...system, identifier: 'ELSEWHERE' }, asIs],
    ['ORA-12514', { ...system, identifier: '//host:1521/elsewhere' }, asIs],
    ['ORA-12514', { ...system, identifier: '(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=else.where)))' }, asIs],
    ['ORA-28000', { user: 'LOCKED', password: 'Fake-5' }, asIs],
    ['ORA-28001', { user: 'EXPIRED', password: 'Fake-6' }, asIs],
  ])('%s for %o', async (code, request, prepare) => {
    const { database } = open();
    prepare(database);
    await expect(database.logOn(request)).rejects.toMatchObject({ code });
  });

  it.each<[user: string, request: LogonRequest]>([
    ['SYSTEM', { ...system, identifier: 'orcl' }],
    ['SYSTEM', { ...system, identifier: '//host:1521/orcl.example.com' }],
    ['SYSTEM', { ...system, identifier: '(DESCRIPTION=(CONNECT_DATA=(SID=ORCL)))' }],
    ['SYSTEM', { ...system, identifier: '' }],
    ['READER', { identifier: 'ORCL' }],
    ['SYS', { as: 'SYSDBA' }],
    ['PUBLIC', { ...system, as: 'SYSOPER' }],
    ['SYSBACKUP', { ...system, as: 'SYSBACKUP' }],
  ])('opens a session of %s for %o', async (user, request) => {
    const { database } = open({ walletUser: 'reader' });
    expect(await database.logOn(request)).toMatchObject({ user });
  });

  it('lets nobody in by the operating system where it is not allowed', async () => {
    await expect(open({ osAuthentication: false }).database.logOn({ as: 'SYSDBA' })).rejects.toThrow('ORA-01031');
  });

  it('lets an administrator in without an instance', async () => {
    const { database } = open();
    database.crash();
    const session = await database.logOn({ as: 'SYSDBA' });
    await expect(session.execute('SELECT 1 FROM dual')).rejects.toThrow('ORA-01034');
  });

  it('warns of a password that expires soon, and lets its user in', async () => {
    const session = await open().database.logOn({ user: 'EXPIRING', password: 'Fake-7' });
    expect(session.warning).toBe('ORA-28002: the password will expire within 7 days');
  });

  it('journals who came from where, but not a connect identifier that leads nowhere', async () => {
    const { database, journal } = open();
    await database.logOn({ ...system, identifier: 'ORCL', as: 'SYSBACKUP' });
    await database.logOn({ as: 'SYSDBA' });
    await database.logOn({ ...system, password: 'pass', identifier: 'word@ORCL' }).catch(() => {});
    expect(journal.entries.map(({ what }) => what)).toEqual([
      'CONNECT system@ORCL AS SYSBACKUP',
      'CONNECT / AS SYSDBA',
      'CONNECT system@?',
    ]);
  });

  it('goes straight into the container whose service is named', async () => {
    const { database } = open({ containers });
    const session = await database.logOn({ ...system, identifier: '//host/sales' });
    expect(
      await session.execute("SELECT SYS_CONTEXT('USERENV','CON_NAME')||SYS_CONTEXT('USERENV','CON_ID') FROM dual"),
    ).toMatchObject({
      rows: [['SALES3']],
    });
  });
});

describe('privileges', () => {
  it.each<[who: string, request: LogonRequest]>([
    ['guest', { user: 'GUEST', password: 'Fake-3' }],
    ['SYSOPER', { ...system, as: 'SYSOPER' }],
  ])('hide the V$ views from %s', async (_, request) => {
    const session = await open().database.logOn(request);
    await expect(session.execute('SELECT * FROM v$backup')).rejects.toThrow('ORA-00942');
    expect(await session.execute('SELECT USER FROM dual')).toMatchObject({ kind: 'rows' });
  });

  it('let a reader read and not act', async () => {
    const session = await open().database.logOn({ user: 'READER', password: 'Fake-2' });
    expect(await session.execute('SELECT COUNT(*) FROM sys.v_$backup')).toMatchObject({ rows: [[4n]] });
    await expect(session.execute('ALTER DATABASE BEGIN BACKUP')).rejects.toThrow('ORA-01031');
  });

  it('let who manages tablespaces begin and end backup mode of one', async () => {
    const manager = { name: 'manager', password: 'Fake-9', roles: ['CREATE SESSION', 'MANAGE TABLESPACE'] };
    const { database } = open({ users: [...users, manager] });
    const session = await database.logOn({ user: 'MANAGER', password: 'Fake-9' });
    await session.execute('ALTER TABLESPACE users BEGIN BACKUP');
    await session.execute('ALTER TABLESPACE users END BACKUP');
    await expect(session.execute('ALTER DATABASE BEGIN BACKUP')).rejects.toThrow('ORA-01031');
  });

  it('let DBA act, but not write a parameter file', async () => {
    const session = await open().database.logOn(system);
    await session.execute('ALTER DATABASE BEGIN BACKUP');
    await expect(session.execute("CREATE PFILE='/arch/p.ora' FROM SPFILE")).rejects.toThrow('ORA-01031');
  });
});

describe('a session', () => {
  it('is listed with module and action until it ends', async () => {
    const { database } = open();
    const session = await database.logOn(system);
    await session.execute("BEGIN DBMS_APPLICATION_INFO.SET_MODULE('orasync', 'run'); END;");
    const mine = "SELECT status FROM gv$session WHERE inst_id = 1 AND module = 'orasync' AND action = 'run'";
    expect(await session.execute(mine)).toMatchObject({ rows: [['ACTIVE']] });
    session.close();
    const other = await database.logOn(system);
    expect(await other.execute(mine)).toMatchObject({ rows: [] });
  });

  it('hears of its death once, then of not being logged on', async () => {
    const { database } = open();
    const session = await database.logOn(system);
    const [listed] = database.state.sessions;
    const other = await database.logOn(system);
    await other.execute(`ALTER SYSTEM KILL SESSION '${listed?.id},${listed?.serial}'`);
    expect(await other.execute(`SELECT status FROM v$session WHERE sid = ${listed?.id}`)).toMatchObject({
      rows: [['KILLED']],
    });
    await expect(session.execute('SELECT 1 FROM dual')).rejects.toThrow('ORA-00028');
    await expect(session.execute('SELECT 1 FROM dual')).rejects.toThrow('ORA-01012');
  });

  it('does not know what became of its statement when the instance dies underneath', async () => {
    const { database, journal } = open();
    const session = await database.logOn(system);
    journal.hold({ match: 'BEGIN', when: 'before' });
    const begin = session.execute('ALTER DATABASE BEGIN BACKUP');
    await journal.waitFor(({ held }) => held !== undefined);
    database.crash();
    journal.release('BEGIN');
    await expect(begin).rejects.toThrow(
      /^ORA-03113: end-of-file on communication channel\nProcess ID: \d+\nSession ID: \d+ Serial number: \d+$/,
    );
  });

  it('is lost with its instance, which opens again by itself when no file was in backup mode', async () => {
    const { database } = open();
    const session = await database.logOn(system);
    const closed = await database.logOn(system);
    closed.close();
    database.beginBackup();
    database.endBackup();
    database.crash();
    database.restart();
    await expect(session.execute('SELECT 1 FROM dual')).rejects.toThrow('ORA-03113');
    expect((await database.logOn(system)).user).toBe('SYSTEM');
  });

  it('knows itself', async () => {
    const session = await open().database.logOn({ as: 'SYSDBA' });
    expect(
      await session.execute(
        ['CON_NAME', 'CON_ID', 'DB_NAME', 'SESSION_USER', 'ISDBA', 'MODULE']
          .map((name) => `SELECT SYS_CONTEXT('USERENV','${name}') FROM dual`)
          .join(' UNION ALL '),
      ),
    ).toMatchObject({ rows: [['ORCL'], ['0'], ['ORCL'], ['SYS'], ['TRUE'], [null]] });
  });

  it('sees containers from the root only when its account may', async () => {
    const datafiles = [1, 3].map((containerId) => ({ path: `/data/f${containerId}.dbf`, containerId }));
    const blind = { name: 'blind', password: 'Fake-8', roles: ['DBA'], seesAllContainers: false };
    const { database } = open({ containers, datafiles, users: [...users, blind] });
    const count = 'SELECT COUNT(*) FROM v$datafile';
    expect(await (await database.logOn(system)).execute(count)).toMatchObject({ rows: [[2n]] });
    expect(await (await database.logOn({ user: 'BLIND', password: 'Fake-8' })).execute(count)).toMatchObject({
      rows: [[1n]],
    });
  });
});

describe('faults', () => {
  const fail = async (...injected: Parameters<ReturnType<typeof open>['faults']['inject']>) => {
    const test = open();
    const session = await test.database.logOn(system);
    test.faults.inject(...injected);
    return { ...test, session };
  };

  it('delay before or after the effect', async () => {
    for (const when of ['before', 'after'] as const) {
      const { database, session } = await fail({ match: 'BEGIN BACKUP', action: { kind: 'delay', when, ms: 5 } });
      await session.execute('ALTER DATABASE BEGIN BACKUP');
      expect(database.state.files.every(({ backup }) => backup.isActive)).toBe(true);
    }
  });

  it('end the client before or after the effect', async () => {
    for (const when of ['before', 'after'] as const) {
      const { database, session } = await fail({ match: 'BEGIN BACKUP', action: { kind: 'die', when } });
      await expect(session.execute('ALTER DATABASE BEGIN BACKUP')).rejects.toThrow('the client ended');
      expect(database.state.files.some(({ backup }) => backup.isActive)).toBe(when === 'after');
    }
  });

  it('answer with a stack of several lines', async () => {
    const { session, journal } = await fail({
      match: 'dual',
      action: { kind: 'error', text: 'ORA-00600: a\nORA-00601: b' },
    });
    await expect(session.execute('SELECT 1 FROM dual')).rejects.toMatchObject({
      code: 'ORA-00600',
      lines: ['ORA-00600: a', 'ORA-00601: b'],
    });
    expect(journal.entries.at(-1)?.outcome).toBe('ORA-00600: a\nORA-00601: b');
  });

  it('hang until the session ends', async () => {
    const { session, database } = await fail({ match: 'BEGIN BACKUP', action: { kind: 'hang', when: 'after' } });
    const begin = session.execute('ALTER DATABASE BEGIN BACKUP');
    session.close();
    await expect(begin).rejects.toThrow('the client ended');
    expect(database.state.files.every(({ backup }) => backup.isActive)).toBe(true);
    expect(database.state.sessions).toEqual([]);
  });

  it('of the array are a mistake here, and said to be one', async () => {
    const { session, journal } = await fail({ match: 'dual', action: { kind: 'garbage', body: 'x' } });
    await expect(session.execute('SELECT 1 FROM dual')).rejects.toThrow('a fault of kind garbage is for the array');
    expect(journal.entries.at(-1)?.outcome).toMatch(/^the simulation failed/);
  });
});
