import { describe, expect, it, vi } from 'vitest';
import { databaseContract } from '../contracts/database.js';
import { createTestDatabase } from './database.test.fixture.js';
import { databasePort } from './port.js';

const openPort = () => {
  const test = createTestDatabase();
  return { ...test, port: databasePort(test.database, { user: 'backup', as: 'SYSBACKUP' }) };
};

describe('databasePort', () => {
  it.each(databaseContract())('$name', async ({ run }) => {
    const { database, port } = openPort();
    await expect(run({ database: port, world: database })).resolves.toBeUndefined();
  });

  it('journals logon and statements, and no password', async () => {
    const { journal, port } = openPort();
    const session = await port.openSession({ purpose: 'test' });
    await session.beginBackup();
    expect(journal.entries.map(({ what, outcome }) => [what, outcome])).toEqual([
      ['CONNECT backup@ORCL AS SYSBACKUP', 'ok'],
      ["BEGIN DBMS_APPLICATION_INFO.SET_MODULE('orasync', 'test'); END;", 'ok'],
      ['ALTER DATABASE BEGIN BACKUP', 'ok'],
    ]);
    expect(JSON.stringify(journal.entries)).not.toContain('Fake-backup-secret');
  });

  it('refuses with the stack that a fault names', async () => {
    const { faults, port } = openPort();
    faults.inject({ match: 'BEGIN BACKUP', action: { kind: 'error', text: 'ORA-01031: insufficient privileges' } });
    const session = await port.openSession({ purpose: 'test' });
    await expect(session.beginBackup()).rejects.toMatchObject({ outcome: 'refused', oracleCode: 'ORA-01031' });
  });

  it('does not know what became of a call whose session died after the effect', async () => {
    const { database, faults, port } = openPort();
    faults.inject({ match: 'BEGIN BACKUP', action: { kind: 'die', when: 'after' } });
    const session = await port.openSession({ purpose: 'test' });
    await expect(session.beginBackup()).rejects.toMatchObject({ outcome: 'unknown' });
    expect(database.state.files.every(({ backup }) => backup.isActive)).toBe(true);
  });

  it('hangs until the session is closed, and never takes effect then', async () => {
    const { database, faults, journal, port } = openPort();
    faults.inject({ match: 'BEGIN BACKUP', action: { kind: 'hang', when: 'before' } });
    const session = await port.openSession({ purpose: 'test' });
    const begin = session.beginBackup();
    await journal.waitFor(({ what }) => what.includes('BEGIN BACKUP'));
    await session.close();
    await expect(begin).rejects.toMatchObject({ outcome: 'unknown' });
    expect(database.state.files.some(({ backup }) => backup.isActive)).toBe(false);
  });

  it('sends END although the read before it failed', async () => {
    const { database, faults, port } = openPort();
    const session = await port.openSession({ purpose: 'test' });
    await session.beginBackup();
    faults.inject({ match: 'v$backup', action: { kind: 'error', text: 'ORA-00942: table or view does not exist' } });
    expect(await session.endBackup({ fromScn: 0n })).toEqual({ before: undefined });
    expect(database.state.files.some(({ backup }) => backup.isActive)).toBe(false);
  });

  it('does not know what a lost instance did', async () => {
    const { database, port } = openPort();
    const session = await port.openSession({ purpose: 'test' });
    database.crash();
    await expect(session.beginBackup()).rejects.toMatchObject({ outcome: 'unknown', oracleCode: 'ORA-03113' });
    await expect(session.beginBackup()).rejects.toMatchObject({ outcome: 'unknown', oracleCode: 'ORA-03114' });
  });

  it('gives up a logon when its signal fires, and ends the session that comes of it', async () => {
    const { database, journal, port } = openPort();
    journal.hold({ match: 'CONNECT', when: 'after' });
    const abort = new AbortController();
    const opening = port.openSession({ purpose: 'test', signal: abort.signal });
    await journal.waitFor(({ held }) => held === 'after');
    abort.abort(new Error('too slow'));
    await expect(opening).rejects.toThrow('too slow');
    journal.release('CONNECT');
    await journal.waitFor(({ what, outcome }) => what.includes('SET_MODULE') && outcome === 'ok');
    await vi.waitFor(() => expect(database.state.sessions).toEqual([]));
  });

  it('lets nobody in that the database does not know', async () => {
    const { database } = openPort();
    const port = databasePort(database, { user: 'nobody' });
    await expect(port.openSession({ purpose: 'test' })).rejects.toMatchObject({
      outcome: 'refused',
      oracleCode: 'ORA-01017',
    });
  });

  it('passes a logon that is not aborted', async () => {
    const { port } = openPort();
    const session = await port.openSession({ purpose: 'test', signal: new AbortController().signal });
    expect(await session.countSessions('test')).toBe(1);
  });
});
