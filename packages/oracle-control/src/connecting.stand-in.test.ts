import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createWorld, listenSqlplus, type World } from '@orasync/testing';
import { describe, expect, it } from 'vitest';
import { createOracleControl, type OracleControlOptions } from './oracle-control.js';
import { allOf, outcomeOf } from './scripted-sqlplus.test.fixture.js';

const script = fileURLToPath(new URL('../../testing/dist/sqlplus.js', import.meta.url));

type Database = NonNullable<NonNullable<Parameters<typeof createWorld>[0]>['database']>;

/** Logs on like this, and tells who that made us. */
const logOn = async (database: Database, options: Omit<OracleControlOptions, 'oracleHome'>) => {
  const world = createWorld({ database });
  const standIn = await listenSqlplus(world.database, { script });
  const control = createOracleControl({ ...options, oracleHome: standIn.home, limits: { exitMs: 500 } });
  const outcome = await outcomeOf(control.openSession({ purpose: 'test' }).then((session) => session.close()));
  await standIn.close();
  return {
    outcome,
    logons: logonsOf(world),
    told: allOf([outcome, world.journal.entries, standIn.arguments, standIn.environments]),
  };
};

const logonsOf = (world: World) =>
  world.journal.entries.map(({ what }) => what).filter((what) => what.startsWith('CONNECT'));

describe('a password', () => {
  it.concurrent.for([
    'Fake-pw1&x',
    "it's",
    'a b c',
    ' leading and trailing ',
    'at@slash/semi;',
    'x;',
    '&',
    '&&both',
    'hyphen-',
    '-',
    '--',
    '#hash',
    '\\',
    'back\\slash\\',
    '/* no comment */',
    '$HOME`id`%PATH%!',
    'Ümläut€𝄞',
    '(DESCRIPTION=',
    'AS SYSDBA',
    'x'.repeat(1000),
  ])('gets through as it is: %s', async (password) => {
    const user = { name: 'BACKUP', password, roles: ['DBA'] };
    const logon = { kind: 'password', user: 'backup', password, connectIdentifier: 'ORCL' } as const;
    const { outcome, told } = await logOn({ users: [user] }, { logon });
    expect(outcome).toMatchObject({ isAnswered: true });
    expect(password.length > 5 && told.includes(password)).toBe(false);
  });

  it('that is wrong is told by nothing', async () => {
    const user = { name: 'BACKUP', password: 'Right-pw1', roles: ['DBA'] };
    const logon = { kind: 'password', user: 'backup', password: 'Wrong-pw1', connectIdentifier: 'ORCL' } as const;
    const { outcome, told } = await logOn({ users: [user] }, { logon });
    expect(outcome).toMatchObject({ oracleCode: 'ORA-01017', isLogonRefused: true });
    expect(told).not.toMatch(/(Right|Wrong)-pw1/);
  });
});

describe('a user', () => {
  it.concurrent.for(['BACKUP', 'C##BACKUP', 'Mixed Case', 'first.last@example.org', "o'neill", 'a/b', 'x;y'])(
    'gets through as it is: %s',
    async (name) => {
      const logon = { kind: 'password', user: name, password: 'Fake-pw1', connectIdentifier: 'ORCL' } as const;
      const { outcome } = await logOn({ users: [{ name, password: 'Fake-pw1', roles: ['DBA'] }] }, { logon });
      expect(outcome).toMatchObject({ isAnswered: true });
    },
  );
});

describe('a connect identifier', () => {
  const user = { name: 'BACKUP', password: 'Fake-pw1', roles: ['DBA', 'SYSBACKUP'] };
  const reached = (connectIdentifier: string) =>
    logOn(
      { users: [user] },
      { role: 'SYSBACKUP', logon: { kind: 'password', user: 'backup', password: 'Fake-pw1', connectIdentifier } },
    );

  it.concurrent.for([
    'ORCL',
    'db.example.org:1521/ORCL',
    '//db.example.org/orcl',
    '//db.example.org:1521/orcl?connect_timeout=10',
    '(DESCRIPTION = (ADDRESS = (PROTOCOL = TCP)(HOST = db)(PORT = 1521)) (CONNECT_DATA = (SERVICE_NAME = orcl)))',
  ])('leads to the database: %s', async (identifier) => {
    const { outcome, logons } = await reached(identifier);
    expect(outcome).toMatchObject({ isAnswered: true });
    expect(logons).toEqual([expect.stringMatching(/^CONNECT backup@.* AS SYSBACKUP$/)]);
  });

  it('is looked up in the tnsnames.ora of tnsAdmin', async () => {
    const tnsAdmin = await mkdtemp(join(tmpdir(), 'orasync-tns-'));
    await writeFile(join(tnsAdmin, 'tnsnames.ora'), 'PROD = (DESCRIPTION = (CONNECT_DATA = (SERVICE_NAME = orcl)))\n');
    const logon = { kind: 'password', user: 'backup', password: 'Fake-pw1', connectIdentifier: 'prod' } as const;
    const { outcome } = await logOn({ users: [user] }, { tnsAdmin, logon });
    await rm(tnsAdmin, { recursive: true });
    expect(outcome).toMatchObject({ isAnswered: true });
  });

  it('that nobody knows is an unreachable database with a hint', async () =>
    expect((await reached('NOWHERE')).outcome).toMatchObject({
      oracleCode: 'ORA-12154',
      isUnreachable: true,
      hint: expect.stringContaining('tnsAdmin'),
    }));
});

describe('without a password', () => {
  it.each(['SYSDBA', 'SYSBACKUP'] as const)('the operating system lets its own in, AS %s', async (role) => {
    const { outcome, logons } = await logOn({}, { role, sid: 'ORCL', logon: { kind: 'os' } });
    expect(outcome).toMatchObject({ isAnswered: true });
    expect(logons).toEqual([`CONNECT / AS ${role}`]);
  });

  it('the operating system may refuse', async () =>
    expect(
      (await logOn({ osAuthentication: false }, { role: 'SYSDBA', sid: 'ORCL', logon: { kind: 'os' } })).outcome,
    ).toMatchObject({ oracleCode: 'ORA-01031', isLogonRefused: true }));

  it('a wallet lets its user in', async () => {
    const users = [{ name: 'BACKUP', password: 'Fake-pw1', roles: ['DBA'] }];
    const logon = { kind: 'wallet', connectIdentifier: 'ORCL' } as const;
    const { outcome, logons } = await logOn({ users, walletUser: 'BACKUP' }, { logon });
    expect(outcome).toMatchObject({ isAnswered: true });
    expect(logons).toEqual(['CONNECT /@ORCL']);
    expect((await logOn({ users }, { logon })).outcome).toMatchObject({
      oracleCode: 'ORA-01017',
      isLogonRefused: true,
    });
  });
});
