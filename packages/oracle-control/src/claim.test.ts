import { describe, expect, it } from 'vitest';
import { answering, done, failed } from './answers.test.fixture.js';
import { claimDatabase } from './claim.js';

const request = { purpose: 'run a1b2c3', except: ['standby of run a1b2c3'] };
const session = (purpose: string, module: string) => `~1|61|7|${purpose}|${module}|INACTIVE|\\z|\\z|`;
const label = 'SET_MODULE';
const lock = 'DBMS_LOCK.REQUEST';
const look = 'gv$session';
const strong = session('run eeeeee', 'orasync claim');
const weak = session('run ffffff', 'orasync weak claim');
const taken = failed('ORA-20201: another session claims this database', 'ORA-06512: at line 6');
const notGranted = failed('ORA-06550: line 4, column 13:', `PLS-00201: identifier 'DBMS_LOCK' must be declared`);

/** What was sent, each statement by the first of these texts that is in it. */
const stepsOf = (sent: readonly (readonly string[])[]) => {
  const texts = [`'orasync claim'`, `'orasync weak claim'`, label, lock, 'DBMS_LOCK.RELEASE', look];
  const stepOf = (input: string) =>
    texts.find((text) => input.includes(text) && !(text.startsWith("'") && input.includes(look)));
  return sent.map(([input = '']) => stepOf(input));
};

describe('a claim', () => {
  it('with the lock says that it claims, and then looks for those that have no grant for it', async () => {
    const { asking, sent } = answering([lock, done.block], [label, done.block], [look, done.none]);
    await expect(claimDatabase(asking, request)).resolves.toEqual({ kind: 'exclusive' });
    expect(stepsOf(sent())).toEqual([lock, `'orasync claim'`, look]);
    expect(sent()[0]?.[0]).toContain('lockmode => 6, timeout => 0, release_on_commit => FALSE');
    expect(sent()[1]?.[0]).toContain(`SET_MODULE('orasync claim', 'run a1b2c3')`);
  });

  it('with the lock does not yield to another that is about to hear that it is held', async () => {
    const { asking } = answering([lock, done.block], [label, done.block], [look, [strong]]);
    await expect(claimDatabase(asking, request)).resolves.toEqual({ kind: 'exclusive' });
  });

  it('with the lock yields to one that claims without it, and gives lock and mark back', async () => {
    const { asking, sent } = answering(
      [lock, done.block],
      [label, done.block, done.block],
      [look, [weak]],
      ['DBMS_LOCK.RELEASE', done.block],
    );
    await expect(claimDatabase(asking, request)).resolves.toEqual({
      kind: 'taken',
      by: [expect.objectContaining({ purpose: 'run ffffff', claim: 'weak' })],
    });
    expect(stepsOf(sent())).toEqual([lock, `'orasync claim'`, look, 'DBMS_LOCK.RELEASE', label]);
  });

  it.each([
    ['who holds it is seen', [strong, session('check', 'orasync')], ['run eeeeee']],
    ['nobody can be seen', failed('ORA-00942: table or view does not exist'), []],
  ])('is taken when the lock is held, and %s', async (_, found, by) => {
    const { asking, sent } = answering([lock, taken], [look, found]);
    await expect(claimDatabase(asking, request)).resolves.toEqual({
      kind: 'taken',
      by: by.map((purpose) => expect.objectContaining({ purpose, claim: 'exclusive' })),
    });
    expect(stepsOf(sent())).toEqual([lock, look]);
  });

  it.each([
    ['with', strong],
    ['without', weak],
  ])('without the lock yields to every other, %s it, and takes its mark back', async (_, rival) => {
    const { asking, sent } = answering([lock, notGranted], [label, done.block, done.block], [look, [rival]]);
    await expect(claimDatabase(asking, request)).resolves.toMatchObject({ kind: 'taken', by: [{}] });
    expect(stepsOf(sent())).toEqual([lock, `'orasync weak claim'`, look, label]);
  });

  it('is exclusive with the lock, even where other sessions cannot be seen', async () => {
    const denied = failed('ORA-00942: table or view does not exist');
    const { asking } = answering([label, done.block], [lock, done.block], [look, denied]);
    await expect(claimDatabase(asking, request)).resolves.toEqual({ kind: 'exclusive' });
  });

  it('is weak without the lock, and names the sessions of ours that are not of this run', async () => {
    const others = [session('standby of run a1b2c3', 'orasync'), session('check', 'orasync')];
    const { asking } = answering([label, done.block], [lock, notGranted], [look, others]);
    await expect(claimDatabase(asking, request)).resolves.toEqual({
      kind: 'weak',
      isBlind: false,
      reason: 'DBMS_LOCK cannot be used (ORA-06550, PLS-00201): grant EXECUTE on SYS.DBMS_LOCK',
      others: [expect.objectContaining({ purpose: 'check' })],
    });
  });

  it('is weak when REQUEST answers what cannot be', async () => {
    const odd = failed('ORA-20202: DBMS_LOCK.REQUEST answered 3', 'ORA-06512: at line 8');
    const { asking } = answering([label, done.block], [lock, odd], [look, done.none]);
    await expect(claimDatabase(asking, request)).resolves.toMatchObject({ kind: 'weak' });
  });

  it('says all that makes it weak', async () => {
    const noPlsql = failed('ORA-06553: PLS-213: package STANDARD not accessible');
    const denied = failed('ORA-00942: table or view does not exist');
    const { asking } = answering([label, noPlsql], [lock, noPlsql], [look, denied]);
    const claim = await claimDatabase(asking, request);
    expect(claim).toMatchObject({ kind: 'weak', others: [] });
    expect(claim).toHaveProperty('reason', expect.stringContaining('cannot see this one (ORA-06553)'));
    expect(claim).toHaveProperty('reason', expect.stringContaining('cannot be seen (ORA-00942)'));
  });

  it.each([
    ['the connection was lost', failed('ORA-03113: end-of-file on communication channel')],
    ['the answer is not understood', ['?']],
  ])('is not known when %s', async (_, answer) => {
    const { asking } = answering([label, done.block], [lock, answer]);
    await expect(claimDatabase(asking, request)).rejects.toMatchObject({ outcome: 'unknown' });
  });
});
