import { access, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createWorld, databaseContract, listenSqlplus, worldCredentials } from '@orasync/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { createOracleControl, type OracleControlOptions } from './oracle-control.js';

/** Made by the build of @orasync/testing, which `npm test` runs first. */
const script = fileURLToPath(new URL('../../testing/dist/sqlplus.js', import.meta.url));

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const setUp = async (
  client: Omit<Parameters<typeof listenSqlplus>[1], 'script'> = {},
  settings: Pick<OracleControlOptions, 'limits' | 'role'> = {},
) => {
  await access(script);
  const { user, password, sid } = worldCredentials.oracle;
  const world = createWorld({ database: { users: [{ name: user, password, roles: ['DBA', 'SYSBACKUP'] }] } });
  const standIn = await listenSqlplus(world.database, { ...client, script });
  closers.push(() => standIn.close());
  const logon = { kind: 'password', user, password, connectIdentifier: sid } as const;
  const limits = { exitMs: 500, ...settings.limits };
  return { world, standIn, control: createOracleControl({ ...settings, oracleHome: standIn.home, logon, limits }) };
};

describe('the control, over the stand-in sqlplus', () => {
  it.each(databaseContract())('$name', async (expectation) => {
    const { world, control } = await setUp({}, { role: 'SYSBACKUP' });
    await expect(expectation.run({ database: control, world: world.database })).resolves.toBeUndefined();
  });

  it.each(['11.2', '12.1', '12.2', '18c', '19c', '21c', '23ai'] as const)(
    'reads the same through a client of release %s, whatever glogin.sql sets and however the output is cut',
    async (release) => {
      const glogin = ['PROMPT Welcome', 'SET LINESIZE 40', 'SET FEEDBACK OFF', 'SET PAGESIZE 5', 'SET HEADING ON'];
      const { world, control } = await setUp({ release, glogin, pieceBytes: 3 });
      const path = '/u02/ORCL/ora_data01/it is | a ~ \\n "file"\twith\nlines 01.dbf';
      world.database.addDatafile({ path });
      await using session = await control.openSession({ purpose: 'test' });
      await expect(session.readDatafiles()).resolves.toMatchObject([{}, {}, {}, {}, { number: 5, path }]);
      await session.beginBackup();
      await expect(session.endBackup({ fromScn: 0n })).resolves.toMatchObject({
        before: { activeFiles: 5, distinctScns: 1 },
      });
    },
  );

  it('takes a parameter file that its account may not write for no failure', async () => {
    const { world, control } = await setUp();
    await using session = await control.openSession({ purpose: 'test' });
    const path = (name: string) => `${world.archiveDirectory}/${name}`;
    await session.writeRestoreMaterial({ controlfile: path('c.ctl'), trace: path('t.sql'), pfile: path('p.ora') });
    const written = ['c.ctl', 't.sql', 'p.ora'].map((name) => world.database.state.disk.read(path(name)) !== undefined);
    expect(written).toEqual([true, true, false]);
  });

  it('does not know what became of a BEGIN whose sqlplus died, and another session can tell', async () => {
    const { world, control } = await setUp();
    await using session = await control.openSession({ purpose: 'main' });
    await using standby = await control.openSession({ purpose: 'standby' });
    world.faults.inject({ match: 'BEGIN BACKUP', action: { kind: 'die', when: 'after' } });
    await expect(session.beginBackup()).rejects.toMatchObject({ code: 'ORACLE', outcome: 'unknown' });
    await expect(standby.readBackupMode()).resolves.toMatchObject({ activeFiles: 4 });
    await expect(session.endBackup({ fromScn: 0n })).rejects.toMatchObject({ outcome: 'refused' });
    await standby.endBackup({ fromScn: 0n });
    await expect(standby.readBackupMode()).resolves.toMatchObject({ activeFiles: 0 });
    await expect(standby.countSessions('main')).resolves.toBe(0);
  });

  it('finds a BEGIN that is still at work by the purpose of its session', async () => {
    const { world, control } = await setUp({}, { limits: { beginMs: 50 } });
    world.journal.hold({ match: 'BEGIN BACKUP', when: 'before' });
    const session = await control.openSession({ purpose: 'main' });
    await using standby = await control.openSession({ purpose: 'standby' });
    await expect(session.beginBackup()).rejects.toMatchObject({ code: 'SQLPLUS_TIMEOUT', isStillRunning: true });
    await session.close();
    await expect(standby.countSessions('main')).resolves.toBe(1);
    world.journal.release('BEGIN BACKUP');
    await expect.poll(() => standby.countSessions('main')).toBe(0);
    await expect(standby.readBackupMode()).resolves.toMatchObject({ activeFiles: 4 });
  });

  it('is refused with a wrong password', async () => {
    const { standIn } = await setUp();
    const logon = { kind: 'password', user: 'system', password: 'Wrong-pw', connectIdentifier: 'ORCL' } as const;
    const control = createOracleControl({ oracleHome: standIn.home, logon });
    await expect(control.openSession({ purpose: 'test' })).rejects.toMatchObject({
      oracleCode: 'ORA-01017',
      isLogonRefused: true,
    });
  });

  it('never lets a password reach the arguments, the environment or the journal', async () => {
    const { world, standIn, control } = await setUp();
    await (await control.openSession({ purpose: 'test' })).close();
    expect(standIn.arguments).toEqual([['-S', '-L', '/nolog']]);
    expect(standIn.environments.flat()).toContain('NLS_LANG');
    expect(world.journal.entries.length).toBeGreaterThan(0);
    expect(JSON.stringify(world.journal.entries)).not.toContain(worldCredentials.oracle.password);
  });
});

describe('the example of the README', () => {
  it('runs', async () => {
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
    const example = /```js\n(.*?)```/s.exec(readme)?.[1]?.replace(/^import .*\n/m, '') ?? '';
    const { world, standIn } = await setUp();
    const printed: unknown[] = [];
    const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as FunctionConstructor;
    const run = new AsyncFunction('createOracleControl', 'oracleHome', 'password', 'console', example);
    const console = { log: (value: unknown) => printed.push(value) };
    await run(createOracleControl, standIn.home, worldCredentials.oracle.password, console);
    expect(printed).toEqual([expect.objectContaining({ activeFiles: 4, distinctScns: 1 })]);
    const asked = world.journal.entries.map(({ what }) => what);
    expect(asked.filter((what) => what.startsWith('ALTER'))).toEqual([
      'ALTER DATABASE BEGIN BACKUP',
      'ALTER DATABASE END BACKUP',
      'ALTER SYSTEM ARCHIVE LOG CURRENT',
    ]);
  });
});
