import { describe, expect, it } from 'vitest';
import { createTestDatabase } from './database.test.fixture.js';
import { databaseKnobs, turnDatabase } from './database-knobs.js';

const open = (settings: Parameters<typeof createTestDatabase>[0] = {}) => {
  const { database } = createTestDatabase(settings);
  const turn = (knobs: unknown) => turnDatabase(database, databaseKnobs.parse(knobs));
  return { database, state: database.state, turn };
};

describe('a knob of the database', () => {
  it.each<[knobs: object, state: object]>([
    [{ logMode: 'NOARCHIVELOG' }, { logMode: 'NOARCHIVELOG' }],
    [
      { role: 'PHYSICAL STANDBY', openMode: 'MOUNTED' },
      { role: 'PHYSICAL STANDBY', instanceStatus: 'MOUNTED' },
    ],
    [{ openMode: 'READ ONLY' }, { openMode: 'READ ONLY', instanceStatus: 'OPEN' }],
    [
      { beginMs: 1, endMs: 2, archiveMs: 3 },
      { beginMs: 1, endMs: 2, archiveMs: 3 },
    ],
    [
      { archiveLagMs: 4, archivedRowLagMs: 5 },
      { archiveLagMs: 4, archivedRowLagMs: 5 },
    ],
    [{ archiveLagMs: null }, { archiveLagMs: undefined }],
    [{ crash: true }, { instanceStatus: 'DOWN' }],
    [{ crash: { instance: 2 } }, { instanceStatus: 'OPEN', downInstances: new Set([2]) }],
    [{ crash: true, restart: true }, { instanceStatus: 'OPEN' }],
    [
      { forceLogging: true, rman: true },
      { isForceLogging: true, isRmanRunning: true },
    ],
    [{ archiverStuck: 'waits' }, { isArchiveDestinationFull: true, whenArchiveIsFull: 'waits' }],
    [{ archiverStuck: false }, { isArchiveDestinationFull: false }],
    [{ archiver: 'FAILED' }, { archiver: 'FAILED' }],
    [{ unarchivedThreads: [2] }, { unarchivedThreads: new Set([2]) }],
    [{ listener: 'down' }, { isListenerDown: true }],
    [{ rebalancing: 'DATA' }, { rebalancing: 'DATA' }],
    [{ rebalancing: null }, { rebalancing: undefined }],
    [{ skewClockMs: -5 }, { clockSkewMs: -5 }],
    [{ recoveryArea: { limitBytes: 7, usedBytes: 6 } }, { recoveryArea: { limitBytes: 7n, usedBytes: 6n } }],
    [{ assumptions: { endWarns: true } }, { assumptions: { endWarns: true, beginIsPartial: false } }],
  ])('%o', (knobs, expected) => {
    const { state, turn } = open({ threads: 2, recoveryArea: { path: '/fra', limitBytes: 1n, usedBytes: 0n } });
    turn(knobs);
    expect(state).toMatchObject(expected);
  });

  it('begins and ends backup mode, of all files or of some', () => {
    const { state, turn } = open();
    const active = () => state.files.filter(({ backup }) => backup.isActive).map(({ number }) => number);
    turn({ otherBegin: [2] });
    expect(active()).toEqual([2]);
    turn({ otherEnd: true, otherBegin: [3] });
    expect(active()).toEqual([]);
    turn({ otherBegin: true });
    turn({ otherEnd: [1] });
    expect(active()).toEqual([2, 3, 4]);
  });

  it('adds and changes files', () => {
    const { state, turn } = open();
    turn({ addDatafile: { path: '/data/new01.dbf' } });
    turn({ addDatafile: { path: '/data/x.dbf', tablespace: 'NEW' } });
    expect(state.files.slice(4)).toMatchObject([
      { number: 5, tablespace: 'NEW' },
      { number: 6, tablespace: 'NEW' },
    ]);
    turn({ file: { number: 2, status: 'OFFLINE' } });
    turn({ file: { number: 3, isReadOnly: true }, nologging: 4 });
    expect(state.files[1]).toMatchObject({ status: 'OFFLINE', isReadOnly: false });
    expect(state.files[2]).toMatchObject({ status: 'ONLINE', isReadOnly: true });
    expect(state.files[3]?.unrecoverableScn).toBeGreaterThan(0n);
  });

  it('opens a container, changes a user, deletes a log', async () => {
    const { database, state, turn } = open({ containers: [{ id: 3, name: 'SALES', openMode: 'MOUNTED' }] });
    turn({ container: { name: 'SALES', openMode: 'READ WRITE' }, user: { name: 'guest', roles: ['DBA'] } });
    expect(state.containers[0]?.openMode).toBe('READ WRITE');
    await (await database.logOn({ user: 'GUEST', password: 'Fake-guest-secret' })).execute(
      'ALTER SYSTEM ARCHIVE LOG CURRENT',
    );
    turn({ dropLog: { thread: 1, sequence: 68 } });
    expect(state.disk.paths().some((path) => path.endsWith('.arc'))).toBe(false);
  });

  it.each([
    [{}],
    [{ nonsense: 1 }],
    [{ crash: false }],
    [{ beginMs: -1 }],
    [{ file: { number: 1, status: 'SYSTEM' } }],
    [{ assumptions: { nonsense: true } }],
  ])('%o is refused', (knobs) => {
    expect(databaseKnobs.safeParse(knobs).success).toBe(false);
  });

  it('says what is not there', () => {
    const { turn } = open();
    expect(() => turn({ file: { number: 99 } })).toThrow('no file 99');
    expect(() => turn({ recoveryArea: { limitBytes: 1 } })).toThrow('no recovery area');
    expect(() => turn({ user: { name: 'nobody', state: 'locked' } })).toThrow('no user nobody');
  });
});
