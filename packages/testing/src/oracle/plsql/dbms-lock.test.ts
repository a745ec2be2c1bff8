import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../virtual-clock.js';
import { createTestDatabase } from '../database.test.fixture.js';
import type { ServerSession } from '../server-session.js';

const noon = Date.parse('2024-03-02T12:00:00Z');

const open = () => {
  const clock = createVirtualClock(noon);
  const test = createTestDatabase({ clock });
  const logOn = () => test.database.logOn({ as: 'SYSDBA' });
  /** What a function of DBMS_LOCK answers. */
  const ask = async (session: ServerSession, call: string): Promise<number> => {
    const block = `DECLARE h VARCHAR2(128); n INTEGER; BEGIN DBMS_LOCK.ALLOCATE_UNIQUE('orasync', h); n := DBMS_LOCK.${call}; DBMS_APPLICATION_INFO.SET_CLIENT_INFO(n); END;`;
    await session.execute(block);
    return Number(test.database.state.sessions.find(({ id }) => id === session.id)?.clientInfo);
  };
  return { ...test, clock, logOn, ask };
};

describe('DBMS_LOCK', () => {
  it('gives a lock to one session, and to nobody else before it is released', async () => {
    const { logOn, ask } = open();
    const [one, two] = [await logOn(), await logOn()];
    expect(await ask(one, 'REQUEST(h, DBMS_LOCK.X_MODE, 0, FALSE)')).toBe(0);
    expect(await ask(two, 'REQUEST(lockhandle => h, timeout => 0)')).toBe(1);
    expect(await ask(one, 'REQUEST(h, timeout => 0)')).toBe(4);
    expect(await ask(two, 'RELEASE(h)')).toBe(4);
    expect(await ask(one, 'RELEASE(h)')).toBe(0);
    expect(await ask(two, 'REQUEST(h, timeout => 0)')).toBe(0);
  });

  it('shares it in modes that bear each other, and converts it', async () => {
    const { logOn, ask } = open();
    const [one, two] = [await logOn(), await logOn()];
    expect(await ask(one, 'REQUEST(7, 4, 0)')).toBe(0);
    expect(await ask(two, 'REQUEST(7, 4, 0)')).toBe(0);
    expect(await ask(one, 'CONVERT(7, 6, 0)')).toBe(1);
    expect(await ask(two, 'RELEASE(7)')).toBe(0);
    expect(await ask(one, 'CONVERT(id => 7, lockmode => 6, timeout => 0)')).toBe(0);
    expect(await ask(two, 'CONVERT(7, 6, 0)')).toBe(4);
  });

  it.each([
    ['REQUEST(-1, 6, 0)', 3],
    ['REQUEST(2000000000, 6, 0)', 3],
    ['REQUEST(1, 9, 0)', 3],
    ['REQUEST(1, 6, -5)', 3],
    ["REQUEST('nonsense', 6, 0)", 5],
    ["RELEASE('nonsense')", 5],
    ['REQUEST(NULL)', 3],
  ])('answers %s by %d', async (call, answer) => {
    const { logOn, ask } = open();
    expect(await ask(await logOn(), call)).toBe(answer);
  });

  it('waits as long as it is told, and no longer than it has to', async () => {
    const { clock, logOn, ask } = open();
    const [one, two, three] = [await logOn(), await logOn(), await logOn()];
    await ask(one, 'REQUEST(7)');
    const short = ask(two, 'REQUEST(7, 6, 10)');
    const long = ask(three, 'REQUEST(7)');
    await clock.advance(10_000);
    expect(await short).toBe(1);
    await ask(one, 'RELEASE(7)');
    expect(await long).toBe(0);
  });

  it('sees two sessions that wait for each other', async () => {
    const { clock, logOn, ask } = open();
    const [one, two] = [await logOn(), await logOn()];
    await ask(one, 'REQUEST(1)');
    await ask(two, 'REQUEST(2)');
    const first = ask(one, 'REQUEST(2)');
    await clock.advance(1);
    expect(await ask(two, 'REQUEST(1)')).toBe(2);
    two.close();
    expect(await first).toBe(0);
  });

  it('goes with its session, however that ends', async () => {
    const { database, logOn, ask } = open();
    const [one, two, three] = [await logOn(), await logOn(), await logOn()];
    await ask(one, 'REQUEST(7)');
    one.close();
    expect(await ask(two, 'REQUEST(7, 6, 0)')).toBe(0);
    const listed = database.state.sessions.find(({ id }) => id === two.id);
    await three.execute(`ALTER SYSTEM KILL SESSION '${listed?.id},${listed?.serial}' IMMEDIATE`);
    expect(await ask(three, 'REQUEST(7, 6, 0)')).toBe(0);
    database.crash();
    database.restart();
    expect(await ask(await logOn(), 'REQUEST(7, 6, 0)')).toBe(0);
  });

  it('keeps a killed session from the lock that it waits for', async () => {
    const { clock, database, logOn, ask } = open();
    const [one, two] = [await logOn(), await logOn()];
    await ask(one, 'REQUEST(7)');
    const waiting = ask(two, 'REQUEST(7)').catch((error: Error) => error.message);
    await clock.advance(1);
    const listed = database.state.sessions.find(({ id }) => id === two.id);
    expect(listed?.event).toBe('enq: UL - contention');
    await one.execute(`ALTER SYSTEM KILL SESSION '${listed?.id},${listed?.serial}'`);
    expect(await waiting).toMatch(/^ORA-00028/);
  });

  it('lasts over COMMIT unless it was asked for otherwise', async () => {
    const { logOn, ask } = open();
    const [one, two] = [await logOn(), await logOn()];
    await ask(one, 'REQUEST(1)');
    await ask(one, 'REQUEST(2, release_on_commit => TRUE)');
    await one.execute('COMMIT');
    expect(await ask(two, 'REQUEST(1, 6, 0)')).toBe(1);
    expect(await ask(two, 'REQUEST(2, 6, 0)')).toBe(0);
  });

  it('is not there for an account without the grant', async () => {
    const { database } = open();
    const session = await database.logOn({ user: 'GUEST', password: 'Fake-guest-secret' });
    await expect(session.execute('DECLARE n NUMBER; BEGIN\n  n := DBMS_LOCK.REQUEST(1);\nEND;')).rejects.toThrow(
      "ORA-06550: line 2, column 8:\nPLS-00201: identifier 'DBMS_LOCK' must be declared\nORA-06550: line 2, column 3:\nPL/SQL: Statement ignored",
    );
  });

  it('sleeps by the clock of the world', async () => {
    const { clock, logOn } = open();
    const session = await logOn();
    let isOver = false;
    const sleeping = session.execute('BEGIN DBMS_LOCK.SLEEP(2.5); END;').then(() => {
      isOver = true;
    });
    await clock.advance(2499);
    expect(isOver).toBe(false);
    await clock.advance(1);
    await sleeping;
  });
});

describe('other packages', () => {
  it('keep what they are told in the session', async () => {
    const { database, logOn } = open();
    const session = await logOn();
    await session.execute(
      "BEGIN DBMS_SESSION.SET_IDENTIFIER('me'); DBMS_OUTPUT.PUT_LINE('lost'); DBMS_OUTPUT.ENABLE; DBMS_OUTPUT.PUT_LINE('kept'); END;",
    );
    expect(database.state.sessions[0]).toMatchObject({ clientIdentifier: 'me', output: ['kept'] });
    await session.execute('BEGIN DBMS_SESSION.CLEAR_IDENTIFIER; DBMS_OUTPUT.DISABLE; END;');
    expect(database.state.sessions[0]).toMatchObject({ clientIdentifier: null, output: undefined });
  });
});
