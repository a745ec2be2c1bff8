import { access, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createWorld, databaseContract, listenSqlplus, worldCredentials } from '@orasync/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { createOracleControl, type OracleControlOptions } from './oracle-control.js';

/** Made by the build of @orasync/testing, which `npm test` runs first. */
const script = fileURLToPath(new URL('../../testing/dist/sqlplus.js', import.meta.url));
/** Made by the build of this package. */
const guard = fileURLToPath(new URL('../dist/guard/guard-main.js', import.meta.url));

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const roles = ['DBA', 'SYSBACKUP', 'SYSDBA', 'WRITE ON DIRECTORY ORASYNC'];

const setUp = async (
  client: Omit<Parameters<typeof listenSqlplus>[1], 'script'> = {},
  settings: Pick<OracleControlOptions, 'limits' | 'role'> = {},
) => {
  await access(script);
  const { user, password, sid } = worldCredentials.oracle;
  const world = createWorld({ database: { users: [{ name: user, password, roles }] } });
  const standIn = await listenSqlplus(world.database, { ...client, script });
  closers.push(() => standIn.close());
  const logon = { kind: 'password', user, password, connectIdentifier: sid } as const;
  const limits = { exitMs: 500, ...settings.limits };
  return {
    world,
    standIn,
    logon,
    control: createOracleControl({ ...settings, oracleHome: standIn.home, logon, limits }),
  };
};

describe('the control, over the stand-in sqlplus', () => {
  it.each(databaseContract())('$name', async (expectation) => {
    const { world, control } = await setUp({}, { role: 'SYSDBA' });
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
      await expect(session.endBackup({ fromScn: 1n })).resolves.toMatchObject({
        before: { activeFiles: 5, distinctScns: 1 },
        after: { activeFiles: 0 },
      });
    },
  );

  it('takes a parameter file that its account may not write for no failure', async () => {
    const { world, control } = await setUp();
    await using session = await control.openSession({ purpose: 'test' });
    const path = (name: string) => `${world.archiveDirectory}/${name}`;
    await session.writeRestoreMaterial({
      ...{ controlfile: path('c.ctl'), trace: path('t.sql'), pfile: path('p.ora') },
      manifest: { path: path('m.json'), lines: ['{}'] },
    });
    const written = ['c.ctl', 't.sql', 'p.ora', 'm.json'].map((name) => world.database.state.disk.read(path(name)));
    expect(written.map((content) => content !== undefined)).toEqual([true, true, false, true]);
  });

  it('writes a manifest of thousands of lines whole, and says why when it may not', async () => {
    const { world, control } = await setUp();
    const { state } = world.database;
    await using session = await control.openSession({ purpose: 'test' });
    const path = (name: string) => `${world.archiveDirectory}/${name}`;
    const lines = Array.from(
      { length: 2345 },
      (_, index) => `{"number":${index},"path":"it's & ${'x'.repeat(index)}"}`,
    );
    const write = () =>
      session.writeRestoreMaterial({
        ...{ controlfile: path('c.ctl'), trace: path('t.sql'), pfile: path('p.ora') },
        manifest: { path: path('m.json'), lines },
      });
    await expect(write()).resolves.toMatchObject({ whyNoManifest: undefined });
    expect(state.disk.read(path('m.json'))).toBe(lines.map((line) => `${line}\n`).join(''));
    state.directoryObjects = [{ name: 'FOREIGN', path: world.archiveDirectory }];
    await expect(write()).resolves.toMatchObject({ whyNoManifest: expect.stringContaining('ORA-29289') });
    state.directoryObjects = [];
    await expect(write()).resolves.toMatchObject({ whyNoManifest: expect.stringContaining('no directory object') });
  });

  it('does not know what became of a BEGIN whose sqlplus died, and another session can tell', async () => {
    const { world, control } = await setUp();
    await using session = await control.openSession({ purpose: 'main' });
    await using standby = await control.openSession({ purpose: 'standby' });
    world.faults.inject({ match: 'BEGIN BACKUP', action: { kind: 'die', when: 'after' } });
    await expect(session.beginBackup()).rejects.toMatchObject({ code: 'ORACLE', outcome: 'unknown' });
    await expect(standby.readBackupMode()).resolves.toMatchObject({ activeFiles: 4 });
    await expect(session.endBackup({ fromScn: 1n })).rejects.toMatchObject({ outcome: 'refused' });
    await standby.endBackup({ fromScn: 1n });
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

  it('settles a BEGIN that takes effect after its client was given up', async () => {
    const { world, control } = await setUp({}, { limits: { beginMs: 50 } });
    world.journal.hold({ match: 'BEGIN BACKUP', when: 'before' });
    const session = await control.openSession({ purpose: 'main' });
    const { currentScn: fromScn } = await session.readStatus();
    await expect(session.beginBackup()).rejects.toMatchObject({ isStillRunning: true });
    await session.close();
    const settling = control.settleBackupMode({
      purpose: 'main',
      ours: { fromScn },
      limitMs: 20_000,
      retryMs: 20,
      confirmAfterMs: 100,
    });
    await world.journal.waitFor(({ what }) => what.includes(`action = 'main'`));
    world.journal.release('BEGIN BACKUP');
    await expect(settling).resolves.toMatchObject({ kind: 'out', before: { activeFiles: 4 }, errors: [] });
    expect(world.database.state.files.some(({ backup }) => backup.isActive)).toBe(false);
  });

  it('settles on one session after another while END fails, and leaves none of them open', async () => {
    const { world, standIn, control } = await setUp();
    const error = { kind: 'error', text: 'ORA-01254: cannot end online backup' } as const;
    world.faults.inject({ match: 'ALTER DATABASE END BACKUP', times: 4, action: error });
    world.database.beginBackup();
    const settling = control.settleBackupMode({
      purpose: 'main',
      ours: { fromScn: 1n },
      limitMs: 20_000,
      retryMs: 20,
      confirmAfterMs: 50,
    });
    const { kind, errors } = await settling;
    expect([kind, errors]).toEqual(['out', [expect.objectContaining({ oracleCode: 'ORA-01254' })]]);
    expect(standIn.arguments).toHaveLength(3);
    await expect.poll(() => world.database.state.sessions).toEqual([]);
  });

  it('settles a BEGIN that has returned without looking for its session', async () => {
    const { world, control } = await setUp();
    world.database.beginBackup();
    const settling = control.settleBackupMode({ ours: { fromScn: 1n }, limitMs: 20_000, confirmAfterMs: 0 });
    await expect(settling).resolves.toMatchObject({ kind: 'out', before: { activeFiles: 4 }, errors: [] });
    expect(world.journal.entries.some(({ what }) => /action = /i.test(what))).toBe(false);
  });

  it('settles nothing for a purpose that cannot be sent', async () => {
    const { control } = await setUp();
    const settling = control.settleBackupMode({ purpose: 'a\nHOST rm', ours: { fromScn: 1n }, limitMs: 1 });
    await expect(settling).rejects.toMatchObject({ code: 'ORACLE_INPUT' });
  });

  it('ends backup mode by plain statements where the server does not run the block', async () => {
    const { world, control } = await setUp();
    await using session = await control.openSession({ purpose: 'test' });
    await session.beginBackup();
    world.faults.inject({ match: 'DECLARE', action: { kind: 'error', text: 'ORA-06553: PLS-213: not accessible' } });
    await expect(session.endBackup({ fromScn: 1n })).resolves.toMatchObject({
      before: { activeFiles: 4 },
      after: { activeFiles: 0 },
    });
  });

  it('claims weakly without the grant, and never for two at once', async () => {
    const { control, standIn, logon } = await setUp({}, { role: 'SYSBACKUP' });
    await using session = await control.openSession({ purpose: 'run one' });
    await using standby = await control.openSession({ purpose: 'standby of run one' });
    await using other = await control.openSession({ purpose: 'check' });
    const claim = await session.claimDatabase({ except: ['standby of run one'] });
    expect(claim).toMatchObject({ kind: 'weak', others: [{ purpose: 'check', claim: undefined }] });
    const taken = { kind: 'taken', by: [{ purpose: 'run one', claim: 'weak' }] };
    await expect(other.claimDatabase()).resolves.toMatchObject(taken);
    const strong = createOracleControl({ oracleHome: standIn.home, logon });
    await using locking = await strong.openSession({ purpose: 'run two' });
    await expect(locking.claimDatabase()).resolves.toMatchObject(taken);
    await session.close();
    await expect.poll(async () => (await locking.claimDatabase()).kind).toBe('exclusive');
    await expect(other.claimDatabase()).resolves.toMatchObject({ kind: 'taken', by: [{ claim: 'exclusive' }] });
    await locking.close();
    await expect.poll(async () => (await standby.claimDatabase()).kind).toBe('weak');
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
    const create = (options: OracleControlOptions) => createOracleControl({ ...options, guard: { program: guard } });
    await run(create, standIn.home, worldCredentials.oracle.password, console);
    expect(printed).toEqual([expect.objectContaining({ activeFiles: 4, distinctScns: 1 })]);
    const asked = world.journal.entries.map(({ what }) => what);
    expect(asked.filter((what) => what.startsWith('ALTER'))).toEqual([
      'ALTER DATABASE BEGIN BACKUP',
      'ALTER DATABASE END BACKUP',
      'ALTER SYSTEM ARCHIVE LOG CURRENT',
    ]);
  });
});
