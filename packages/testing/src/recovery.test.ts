import { describe, expect, it } from 'vitest';
import { createDisk } from './disk.js';
import { createTestDatabase } from './oracle/database.test.fixture.js';
import { recover } from './recovery.js';

type Files = ReadonlyMap<string, unknown>;

/** A database and what an array would do with its files: a snapshot keeps what lies below a folder. */
const createScene = (settings: Parameters<typeof createTestDatabase>[0] = {}) => {
  const files = new Map<string, unknown>();
  const { database } = createTestDatabase({
    disk: createDisk(files),
    datafiles: ['one/system01', 'one/sysaux01', 'two/undotbs01', 'two/users01'].map((name) => ({
      path: `/${name}.dbf`,
    })),
    ...settings,
  });
  const logOn = () => database.logOn({ as: 'SYSDBA' });
  const snapshot = (...folders: readonly string[]): Files => {
    database.work();
    return new Map([...files].filter(([path]) => folders.some((folder) => path.startsWith(`${folder}/`))));
  };
  const sql = async (...statements: readonly string[]) => {
    const session = await logOn();
    for (const statement of statements) await session.execute(statement);
    session.close();
  };
  return { database, files, snapshot, sql };
};

const begin = 'ALTER DATABASE BEGIN BACKUP';
const end = 'ALTER DATABASE END BACKUP';
const archive = 'ALTER SYSTEM ARCHIVE LOG CURRENT';

const reasonOf = (recovery: ReturnType<typeof recover>): string =>
  recovery.consistent ? 'consistent' : recovery.reason;

describe('recover', () => {
  it('recovers a set captured in backup mode with the logs archived after END', async () => {
    const { database, snapshot, sql } = createScene();
    await sql(archive, begin);
    const data = snapshot('/one', '/two');
    await sql(end, archive);
    const recovery = recover(database, [data, snapshot('/arch')]);
    expect(recovery).toEqual({ consistent: true, scn: expect.any(BigInt) });
  });

  it('recovers past the end of backup mode, and not further than the logs reach', async () => {
    const { database, snapshot, sql } = createScene();
    await sql(archive, begin);
    const data = snapshot('/one', '/two');
    await sql(end);
    const endScn = database.state.scn;
    await sql(archive);
    const recovery = recover(database, [data, snapshot('/arch')]);
    expect(recovery.consistent && recovery.scn >= endScn - 20n && recovery.scn < database.state.scn).toBe(true);
  });

  it('recovers a set whose volumes were captured one after another inside backup mode', async () => {
    const { database, snapshot, sql } = createScene();
    await sql(begin);
    const one = snapshot('/one');
    await sql(archive);
    for (let round = 0; round < 20; round += 1) database.work();
    const two = snapshot('/two');
    await sql(end, archive);
    expect(reasonOf(recover(database, [one, two, snapshot('/arch')]))).toBe('consistent');
  });

  it('recovers every set of a day, with the logs of all of them', async () => {
    const { database, snapshot, sql } = createScene();
    const sets: Files[] = [];
    for (let run = 0; run < 3; run += 1) {
      await sql(archive, begin);
      sets.push(snapshot('/one', '/two'));
      await sql(end, archive);
    }
    const logs = snapshot('/arch');
    expect(sets.map((data) => reasonOf(recover(database, [data, logs])))).toEqual(Array(3).fill('consistent'));
  });

  it('recovers with the redo of two threads', async () => {
    const { database, snapshot, sql } = createScene({ threads: 2 });
    await sql(archive, begin);
    const data = snapshot('/one', '/two');
    await sql(end, archive);
    expect(reasonOf(recover(database, [data, snapshot('/arch')]))).toBe('consistent');
  });

  it('recovers with read-only files that were never in backup mode, and without offline ones', async () => {
    const { database, snapshot, sql } = createScene({
      datafiles: [
        { path: '/one/system01.dbf' },
        { path: '/one/old01.dbf', readOnly: true },
        { path: '/lost/off01.dbf', offline: true },
      ],
    });
    await sql(archive, begin);
    const data = snapshot('/one');
    await sql(end, archive);
    expect(reasonOf(recover(database, [data, snapshot('/arch')]))).toBe('consistent');
  });

  it('recovers a file that was added in the window from the redo that creates it', async () => {
    const { database, snapshot, sql } = createScene();
    await sql(archive, begin);
    database.addDatafile({ path: '/two/late01.dbf' });
    const data = snapshot('/one', '/two');
    await sql(end, archive);
    expect(reasonOf(recover(database, [data, snapshot('/arch')]))).toBe('consistent');
  });

  it('takes a database without any change since its checkpoint as it is', async () => {
    const { database, files } = createScene({ datafiles: [{ path: '/one/old01.dbf', readOnly: true }] });
    const recovery = recover(database, [files]);
    expect(recovery.consistent).toBe(true);
  });

  it('catches a snapshot taken before BEGIN', async () => {
    const { database, snapshot, sql } = createScene();
    await sql(archive);
    const data = snapshot('/one', '/two');
    await sql(begin, end, archive);
    expect(reasonOf(recover(database, [data, snapshot('/arch')]))).toMatch(
      /^file 1 was captured before BEGIN BACKUP at SCN \d+: block \d is fractured and the redo holds no image of it$/,
    );
  });

  it('catches a snapshot taken after END', async () => {
    const { database, snapshot, sql } = createScene();
    await sql(archive, begin, end);
    const data = snapshot('/one', '/two');
    await sql(archive);
    expect(reasonOf(recover(database, [data, snapshot('/arch')]))).toMatch(
      /^file 1 was captured after END BACKUP at SCN \d+: block \d is fractured/,
    );
  });

  it('catches END issued before the last volume was captured', async () => {
    const { database, snapshot, sql } = createScene();
    await sql(archive, begin);
    const one = snapshot('/one');
    await sql(end);
    const two = snapshot('/two');
    await sql(archive);
    expect(reasonOf(recover(database, [one, two, snapshot('/arch')]))).toMatch(
      /^file 3 was captured after END BACKUP at SCN \d+ but file 1 in backup mode: block \d is fractured/,
    );
  });

  it('catches END issued just before the snapshot, even when nothing happens in between', async () => {
    const { database, files, snapshot, sql } = createScene();
    await sql(archive, begin, end);
    const data = new Map(files);
    await sql(archive);
    expect(reasonOf(recover(database, [data, snapshot('/arch')]))).toMatch(/^file 1 was captured after END BACKUP/);
  });

  it('catches archived logs captured before the log switch', async () => {
    const { database, snapshot, sql } = createScene();
    await sql(archive, begin);
    const data = snapshot('/one', '/two');
    await sql(end);
    const logs = snapshot('/arch');
    await sql(archive);
    expect(reasonOf(recover(database, [data, logs]))).toBe('missing log thread 1 sequence 69: recovery begins in it');
  });

  it('catches archived logs that stop inside backup mode', async () => {
    const { database, snapshot, sql } = createScene();
    await sql(begin);
    const data = snapshot('/one', '/two');
    await sql(archive);
    const logs = snapshot('/arch');
    await sql(end, archive);
    expect(reasonOf(recover(database, [data, logs]))).toMatch(
      /^missing log thread 1 sequence 69: redo stops before the end of backup mode at SCN \d+$/,
    );
  });

  it('catches SWITCH LOGFILE followed at once by the archive snapshot', async () => {
    const { database, snapshot, sql } = createScene();
    await sql(begin);
    const data = snapshot('/one', '/two');
    await sql(end, 'ALTER SYSTEM SWITCH LOGFILE');
    expect(reasonOf(recover(database, [data, snapshot('/arch')]))).toMatch(/^missing log thread 1 sequence 68/);
  });

  it('catches the log of another thread that is not there', async () => {
    const { database, snapshot, sql } = createScene({ threads: 2 });
    await sql(archive, begin);
    const data = snapshot('/one', '/two');
    await sql(end, archive);
    const logs = new Map([...snapshot('/arch')].filter(([path]) => path.startsWith('/arch/1_')));
    expect(reasonOf(recover(database, [data, logs]))).toBe('missing log thread 2 sequence 70: recovery begins in it');
  });

  it('catches a volume that was left out', async () => {
    const { database, snapshot, sql } = createScene();
    await sql(archive, begin);
    const data = snapshot('/one');
    await sql(end, archive);
    expect(reasonOf(recover(database, [data, snapshot('/arch')]))).toBe(
      'missing file 3 (/two/undotbs01.dbf): no snapshot of this set holds it',
    );
  });

  it('catches backup mode that was never ended', async () => {
    const { database, snapshot, sql } = createScene();
    await sql(begin);
    const data = snapshot('/one', '/two');
    await sql(archive);
    expect(reasonOf(recover(database, [data, snapshot('/arch')]))).toMatch(
      /^file 1 is in backup mode since SCN \d+, and END BACKUP never came$/,
    );
  });

  it('catches logs of another database', async () => {
    const { database, snapshot, sql } = createScene();
    const other = createScene({ dbid: 42n });
    for (const { sql: run } of [{ sql }, other]) await run(archive, begin);
    const data = snapshot('/one', '/two');
    for (const { sql: run } of [{ sql }, other]) await run(end, archive);
    expect(reasonOf(recover(database, [data, other.snapshot('/arch')]))).toMatch(/^missing log/);
    expect(reasonOf(recover(other.database, [data, other.snapshot('/arch')]))).toMatch(/^missing file 1/);
  });

  it('catches a file captured in a later backup than its logs', async () => {
    const { database, snapshot, sql } = createScene({
      datafiles: [{ path: '/one/system01.dbf' }, { path: '/one/users01.dbf' }],
    });
    await sql(archive, begin);
    const early = snapshot('/one');
    await sql(end, archive);
    const logs = snapshot('/arch');
    await sql(begin);
    const late = snapshot('/one');
    const mixed = new Map([...early, ...[...late].filter(([path]) => path.includes('users'))]);
    await sql(end);
    expect(reasonOf(recover(database, [mixed, logs]))).toMatch(/^missing log thread 1 sequence 70/);
  });

  it('catches content that was changed behind the back of the database', async () => {
    const { database, files, snapshot, sql } = createScene({
      datafiles: [{ path: '/one/old01.dbf', readOnly: true }, { path: '/one/a01.dbf' }],
    });
    const other = createScene({ datafiles: [{ path: '/x.dbf' }, { path: '/one/old01.dbf', readOnly: true }] });
    files.set('/one/old01.dbf', other.files.get('/one/old01.dbf'));
    await sql(archive, begin);
    const data = snapshot('/one');
    await sql(end, archive);
    expect(reasonOf(recover(database, [data, snapshot('/arch')]))).toMatch(
      /^file 1 block 0 is not what it was at SCN \d+$/,
    );
  });
});

describe('recover, when the world was unkind,', () => {
  const whole = async (
    scene: ReturnType<typeof createScene>,
    during: () => void | Promise<void> = () => {},
    after: () => void | Promise<void> = () => {},
  ) => {
    const { database, snapshot, sql } = scene;
    await sql(archive, begin);
    await during();
    const data = snapshot('/one', '/two', '/three');
    await sql(end, archive);
    await after();
    return recover(database, [data, snapshot('/arch')]);
  };

  const sales = { name: 'SALES', id: 3 } as const;
  const container = {
    containers: [
      { id: 1, name: 'CDB$ROOT', openMode: 'READ WRITE' },
      { id: 2, name: 'PDB$SEED', openMode: 'READ ONLY' },
      { ...sales, openMode: 'MOUNTED' },
    ],
    datafiles: [1, 2, 3].map((containerId) => ({ path: `/one/f${containerId}.dbf`, containerId })),
  } as const;

  it('recovers a container database with its seed and a closed container', async () => {
    expect(await whole(createScene(container))).toMatchObject({ consistent: true });
  });

  it('does not recover a container that was opened in the window', async () => {
    const scene = createScene(container);
    const recovery = await whole(scene, () => scene.database.setContainer('SALES', 'READ WRITE'));
    expect(reasonOf(recovery)).toMatch(/file 3 .*fractured/);
  });

  it('recovers a file that was added in the window, whatever the snapshot holds of it', async () => {
    const scene = createScene();
    expect(await whole(scene, () => void scene.database.addDatafile({ path: '/one/new01.dbf' }))).toMatchObject({
      consistent: true,
    });
  });

  it('does not recover blocks that were changed without logging in the window', async () => {
    const scene = createScene();
    const recovery = await whole(scene, undefined, async () => {
      scene.database.changeWithoutLogging(2);
      await scene.sql(archive);
    });
    expect(reasonOf(recovery)).toMatch(/file 2 block \d is not what it was/);
  });

  it('does so when logging is forced', async () => {
    const scene = createScene();
    scene.database.state.isForceLogging = true;
    const recovery = await whole(scene, undefined, async () => {
      scene.database.changeWithoutLogging(2);
      await scene.sql(archive);
    });
    expect(recovery).toMatchObject({ consistent: true });
  });

  it('recovers with the logs of both threads', async () => {
    expect(await whole(createScene({ threads: 2 }))).toMatchObject({ consistent: true });
  });

  it('recovers when an instance died in the window, with the log of its closed thread', async () => {
    const scene = createScene({ threads: 2 });
    expect(await whole(scene, () => scene.database.crashInstance(2))).toMatchObject({ consistent: true });
  });

  it.each<
    [what: string, settings: Parameters<typeof createScene>[0], during: (scene: ReturnType<typeof createScene>) => void]
  >([
    ['the logs of a thread lie on its node', { threads: 2, threadArchiveDirectories: { 2: '/node2' } }, () => {}],
    ['nobody archives a thread', { threads: 2 }, ({ database }) => void database.state.unarchivedThreads.add(2)],
  ])('does not recover when %s', async (_, settings, during) => {
    const scene = createScene(settings);
    expect(reasonOf(await whole(scene, () => during(scene)))).toMatch(/missing log thread 2/);
  });

  it('does not recover when an archived log was deleted', async () => {
    const scene = createScene();
    const recovery = await whole(scene, undefined, () => {
      const [, needed] = scene.database.state.logs;
      scene.database.deleteArchivedLog({ thread: 1, sequence: needed?.sequence ?? 0, isNoted: false });
    });
    expect(reasonOf(recovery)).toMatch(/missing log thread 1/);
  });

  it('recovers when the instance crashed in the window and END came while mounted', async () => {
    const { database, snapshot, sql } = createScene();
    await sql(archive, begin);
    const data = snapshot('/one', '/two');
    database.crash();
    database.restart();
    await sql(end, 'ALTER DATABASE OPEN', archive);
    expect(recover(database, [data, snapshot('/arch')])).toMatchObject({ consistent: true });
  });

  it('does not recover when somebody else ended backup mode of one file before the snapshot', async () => {
    const scene = createScene();
    const recovery = await whole(scene, () => scene.database.endBackup([3]));
    expect(reasonOf(recovery)).toMatch(/file 3 .*fractured/);
  });
});
