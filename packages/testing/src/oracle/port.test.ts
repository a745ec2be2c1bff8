import { assert, describe, expect, it, vi } from 'vitest';
import { databaseContract } from '../contracts/database.js';
import { createTestDatabase } from './database.test.fixture.js';
import { databasePort } from './port.js';

const openPort = () => {
  const test = createTestDatabase();
  return { ...test, port: databasePort(test.database, { user: 'backup', as: 'SYSBACKUP' }) };
};

describe('databasePort', () => {
  it.each(databaseContract())('$name', async ({ run }) => {
    const users = [{ name: 'operator', password: 'Fake-operator-secret', roles: ['SYSDBA'] }];
    const { database } = createTestDatabase({ users });
    const port = databasePort(database, { user: 'operator', as: 'SYSDBA' });
    await expect(run({ database: port, world: database })).resolves.toBeUndefined();
  });

  it('tells what a database has that is not usual: ASM, change tracking, a recovery area, a text of parameters', async () => {
    const { database } = createTestDatabase({
      asmGroups: [{ name: 'DATA', type: 'EXTERN', disks: [{ name: 'D1', path: '/dev/mapper/d1' }] }],
      blockChangeTracking: '+DATA/bct',
      recoveryArea: { path: '+FRA', limitBytes: 100n, usedBytes: 1n },
      spfile: null,
    });
    database.state.rebalancing = 'DATA';
    const session = await databasePort(database, { user: 'backup', as: 'SYSBACKUP' }).openSession({ purpose: 'test' });
    expect(await session.readFileInventory()).toMatchObject({
      changeTrackingFile: { value: { path: '+DATA/bct' } },
      recoveryArea: { value: { path: '+FRA' } },
      spfile: { isKnown: true, value: undefined },
    });
    expect(await session.readAsm()).toEqual({
      groups: { isKnown: true, value: [{ number: 1, name: 'DATA' }] },
      disks: { isKnown: true, value: [{ groupNumber: 1, name: 'D1', path: '/dev/mapper/d1' }] },
      operations: { isKnown: true, value: [{ groupNumber: 1, operation: 'REBAL', state: 'RUN' }] },
    });
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
    expect(await session.endBackup({ fromScn: 1n })).toMatchObject({ before: undefined, after: { activeFiles: 0 } });
    expect(database.state.files.some(({ backup }) => backup.isActive)).toBe(false);
  });

  it.each([
    ['ORA-01254: cannot end online backup - file 1 in recovery manager backup', 'ORA-01254', 'refused'],
    ['ORA-03113: end-of-file on communication channel', 'ORA-03113', 'unknown'],
  ])('fails an END that the database answers with %s', async (text, oracleCode, outcome) => {
    const { faults, port } = openPort();
    const session = await port.openSession({ purpose: 'test' });
    await session.beginBackup();
    faults.inject({ match: 'ALTER DATABASE END BACKUP', action: { kind: 'error', text } });
    await expect(session.endBackup({ fromScn: 1n })).rejects.toMatchObject({ oracleCode, outcome });
  });

  it.each([
    ['ORA-00031: session marked for kill', (kill: Promise<unknown>) => expect(kill).resolves.toBe('marked')],
    [
      'ORA-01031: insufficient privileges',
      (kill: Promise<unknown>) => expect(kill).rejects.toMatchObject({ oracleCode: 'ORA-01031' }),
    ],
  ])('tells what became of a kill that the database answers with %s', async (text, expectKill) => {
    const { faults, port } = openPort();
    const session = await port.openSession({ purpose: 'test' });
    const [found] = await session.findSessions('test');
    assert(found !== undefined, 'the session finds itself');
    faults.inject({ match: 'KILL SESSION', action: { kind: 'error', text } });
    await expectKill(session.killSession(found));
  });

  it('claims weakly without the grant, and then the lock yields to that claim', async () => {
    const { database, port } = openPort();
    const weak = await port.openSession({ purpose: 'weak' });
    expect(await weak.claimDatabase()).toEqual({ kind: 'weak', reason: 'ORA-06550', others: [] });
    const strong = await databasePort(database, { user: 'system' }).openSession({ purpose: 'strong' });
    const taken = { kind: 'taken', by: [{ purpose: 'weak', claim: 'weak' }] };
    expect(await strong.claimDatabase()).toMatchObject(taken);
    const another = await port.openSession({ purpose: 'another' });
    expect(await another.claimDatabase()).toMatchObject(taken);
    await weak.close();
    expect(await strong.claimDatabase()).toEqual({ kind: 'exclusive' });
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
