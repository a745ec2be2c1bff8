import { describe, expect, test } from 'vitest';
import { OracleError, SqlplusTimeoutError } from '../errors.js';
import { refused, setUp } from './bracket.test.fixture.js';

const calls = (state: { calls: string[] }) => state.calls.filter((call) => !call.endsWith('log on'));

describe('a bracket', () => {
  test('begins and ends on the session of its guard, and leaves nothing', async () => {
    const { state, opened, serving, runLog } = await setUp();
    const bracket = await opened();
    expect(bracket.claim).toEqual({ kind: 'exclusive' });
    await bracket.begin(1000n);
    expect(state.active).toHaveLength(4);
    expect(await bracket.seen).toMatchObject({ activeFiles: 4, distinctScns: 1, lowestScn: 1001n });
    expect(await bracket.end()).toMatchObject({ before: { activeFiles: 4 }, hotWindowMs: 0, fired: undefined });
    expect(state.active).toEqual([]);
    await bracket.release();
    await serving;
    expect(state.sessions).toEqual(['run 1']);
    expect(calls(state)).toEqual([
      'guard of run 1: claim',
      'guard of run 1: begin',
      'reserve of run 1: read',
      'guard of run 1: end',
    ]);
    expect(runLog).toEqual([]);
  });

  test('measures the window from the return of BEGIN to the return of END', async () => {
    const { opened, pass } = await setUp();
    const bracket = await opened();
    await bracket.begin(1000n);
    await pass(3000);
    expect((await bracket.end()).hotWindowMs).toBe(3000);
  });

  test('tells that the claim is weak', async () => {
    const { state, opened } = await setUp();
    state.claim = { kind: 'weak', reason: 'no grant', others: [], isBlind: true };
    expect((await opened()).claim).toEqual({ kind: 'weak', reason: 'no grant', isBlind: true });
  });

  test('that another run holds is not opened, and its guard goes', async () => {
    const { state, open, serving } = await setUp();
    const by = [{ instance: 1, purpose: 'guard of run 2', loggedOnAt: new Date('2026-11-25T02:00:00Z') }];
    state.claim = { kind: 'taken', by: by as never };
    expect(await open()).toEqual({ kind: 'taken', by });
    await serving;
    expect(state.sessions).toEqual(['run 1']);
  });

  test('is not opened when the guard cannot log on, and the error is the same as it would be here', async () => {
    const { state, open, serving } = await setUp();
    state.behaviours.push({
      match: 'reserve of run 1: log on',
      behaviour: new OracleError('ORA-01017: …', { statement: 'CONNECT', codes: ['ORA-01017'] }),
    });
    await expect(open()).rejects.toMatchObject({ code: 'ORACLE', oracleCode: 'ORA-01017', isLogonRefused: true });
    await serving;
    expect(state.sessions).toEqual(['run 1']);
  });

  test('is not opened when the guard is not ready in time', async () => {
    const { state, open, clocks } = await setUp();
    state.behaviours.push({ match: 'claim', behaviour: 'hang' });
    const opening = open().catch(String);
    await clocks.run.advance(30_000);
    expect(await opening).toContain('the guard was not ready within 30000 ms');
  });

  test('is not opened when the guard ends before it is ready', async () => {
    const { state, open, killGuard } = await setUp();
    state.behaviours.push({ match: 'claim', behaviour: 'hang' });
    const opening = open().catch(String);
    killGuard();
    expect(await opening).toContain('the guard ended before it was ready');
  });

  test('is not opened when the guard does not answer what it was asked', async () => {
    const { state, open, guardSide } = await setUp();
    state.behaviours.push({ match: 'claim', behaviour: 'hang' });
    const opening = open().catch(String);
    guardSide.write('{"kind":"alive"}\n');
    expect(await opening).toContain('the guard of backup mode is gone');
  });

  test('is not opened once the run was told to stop', async () => {
    const stop = new AbortController();
    const { state, open } = await setUp({ signal: stop.signal });
    state.behaviours.push({ match: 'claim', behaviour: 'hang' });
    const opening = open().catch(String);
    stop.abort(new Error('stop'));
    expect(await opening).toContain('stop');
    await expect(open()).rejects.toThrow('stop');
  });

  test('is released without BEGIN, and END is not sent', async () => {
    const { state, opened, serving } = await setUp();
    await (await opened())[Symbol.asyncDispose]();
    await serving;
    expect(calls(state)).toEqual(['guard of run 1: claim']);
  });

  test('is released in backup mode: END is sent first', async () => {
    const { state, opened, serving } = await setUp();
    const bracket = await opened();
    await bracket.begin(1000n);
    await bracket.release();
    await serving;
    expect(state.active).toEqual([]);
    expect(state.sessions).toEqual(['run 1']);
  });

  test('is released although END cannot be confirmed within its limit, and the guard goes on alone', async () => {
    const { state, opened, pass, serving } = await setUp({}, { endAlarmMs: 5000 });
    for (let count = 0; count < 9; count += 1)
      state.behaviours.push({ match: ': end', behaviour: refused('ORA-01013') });
    const bracket = await opened();
    await bracket.begin(1000n);
    const releasing = bracket.release();
    await pass(5500);
    await releasing;
    expect(state.active).toHaveLength(4);
    await pass(30_000, ['guard']);
    await serving;
    expect(state.active).toEqual([]);
  });

  test('passes on why BEGIN was refused, and END is not sent', async () => {
    const { state, opened, serving } = await setUp();
    state.behaviours.push({ match: 'begin', behaviour: refused('ORA-01146') });
    const bracket = await opened();
    await expect(bracket.begin(1000n)).rejects.toMatchObject({ oracleCode: 'ORA-01146', outcome: 'refused' });
    await bracket.release();
    await serving;
    expect(state.calls).not.toContain('guard of run 1: end');
  });

  test('says so when V$BACKUP could not be read beside the body, and ends what is newer than the baseline', async () => {
    const { state, opened } = await setUp();
    state.behaviours.push({ match: 'reserve of run 1: read', behaviour: refused('ORA-00942') });
    const bracket = await opened();
    await bracket.begin(1000n);
    expect(await bracket.seen).toBeUndefined();
    await bracket.end();
    expect(state.active).toEqual([]);
  });

  test('takes no SCN for its own when the files have several, and ends what is newer than the baseline', async () => {
    const { state, opened } = await setUp();
    state.mixed = true;
    const bracket = await opened();
    await bracket.begin(1000n);
    expect(await bracket.seen).toMatchObject({ distinctScns: 2 });
    await bracket.end();
    expect(state.active).toEqual([]);
  });

  test('ends its own backup mode alone: what somebody else began is left', async () => {
    const { state, opened } = await setUp();
    const bracket = await opened();
    await bracket.begin(1000n);
    await bracket.seen;
    state.active = [1001n, 1001n, 1005n];
    await bracket.end();
    expect(state.active).toEqual([1005n]);
  });
});

describe('a guard by itself', () => {
  test('ends backup mode when its run is gone', async () => {
    const { state, opened, killRun, serving } = await setUp();
    await (await opened()).begin(1000n);
    killRun();
    await serving;
    expect(state.active).toEqual([]);
    expect(state.sessions).toEqual(['run 1']);
  });

  test('waits for a BEGIN that is at work when its run is gone', async () => {
    const { state, opened, killRun, guarding, pass } = await setUp();
    state.behaviours.push({ match: 'guard of run 1: begin', behaviour: 'hang' });
    void (await opened()).begin(1000n).catch(() => undefined);
    killRun();
    await pass(10_000);
    expect(guarding.isOver).toBe(false);
    expect(state.calls).not.toContain('guard of run 1: end');
  });

  test('goes when its run is gone before BEGIN', async () => {
    const { state, opened, killRun, serving } = await setUp();
    await opened();
    killRun();
    await serving;
    expect(calls(state)).toEqual(['guard of run 1: claim']);
  });

  test('ends backup mode when its run gives no sign of life, which the run hears when it wakes up', async () => {
    const { state, opened, pass } = await setUp();
    const bracket = await opened();
    await bracket.begin(1000n);
    await pass(5500, ['guard']);
    expect(state.active).toHaveLength(4);
    await pass(1500, ['guard']);
    expect(state.active).toEqual([]);
    await pass(10_000);
    expect(bracket.over.aborted).toBe(true);
    expect(await bracket.end()).toMatchObject({ fired: 'the run gave no sign of life' });
    await bracket.release();
  });

  test('tells a run that was stopped during BEGIN that it returned, although END was due by then', async () => {
    const { state, opened, pass } = await setUp();
    let isReturned = false;
    let letReturn = (): void => {};
    const bracket = await opened();
    state.behaviours.push({
      match: 'guard of run 1: begin',
      behaviour: new Promise<void>((resolve) => {
        letReturn = resolve;
      }),
    });
    const begun = bracket.begin(1000n).then(() => {
      isReturned = true;
    });
    await pass(7000, ['guard']);
    letReturn();
    await pass(1000, ['guard']);
    expect(state.active).toEqual([]);
    await pass(1000);
    expect(isReturned).toBe(true);
    await begun;
    expect(await bracket.end()).toMatchObject({ fired: 'the run gave no sign of life' });
    await bracket.release();
  });

  test('keeps still while its run gives signs of life, up to the budget', async () => {
    const { state, opened, pass, guardLog } = await setUp();
    const bracket = await opened();
    await bracket.begin(1000n);
    await pass(29_500);
    expect(state.active).toHaveLength(4);
    expect(bracket.over.aborted).toBe(false);
    await pass(1000);
    expect(state.active).toEqual([]);
    expect((bracket.over.reason as Error).message).toBe(
      'the guard ended backup mode by itself: the time allowed in backup mode was spent',
    );
    expect(await bracket.end()).toMatchObject({ fired: 'the time allowed in backup mode was spent' });
    expect(guardLog).toContain('fired');
  });

  test('refuses to work without the first message', async () => {
    const { runSide, serving, state } = await setUp();
    runSide.write('{"kind":"alive"}\n');
    await serving;
    expect(state.sessions).toEqual(['run 1']);
  });
});

describe('END', () => {
  test.each([
    ['is refused', refused('ORA-01013')],
    ['hangs', 'hang'],
  ] as const)('that %s on the first session is sent on the one in reserve', async (_, behaviour) => {
    const { state, opened, pass, runLog } = await setUp();
    state.behaviours.push({ match: 'guard of run 1: end', behaviour });
    const bracket = await opened();
    await bracket.begin(1000n);
    await bracket.seen;
    const ending = bracket.end();
    await pass(12_000);
    expect((await ending).before).toMatchObject({ activeFiles: 4 });
    expect(state.active).toEqual([]);
    expect(runLog).toContain('not out of backup mode yet');
  });

  test('is sent on new sessions, for as long as it takes, when both fail', async () => {
    const { state, opened, pass } = await setUp();
    for (const match of [
      'guard of run 1: end',
      'reserve of run 1: end',
      'end of run 1: log on',
      'end of run 1: log on',
    ])
      state.behaviours.push({ match, behaviour: refused('ORA-00020') });
    const bracket = await opened();
    await bracket.begin(1000n);
    const ending = bracket.end();
    await pass(30_000);
    await ending;
    expect(state.active).toEqual([]);
    await bracket.release();
    await pass(1000);
    expect(state.sessions).toEqual(['run 1']);
  });

  test('that gets no answer at all within its limit is told as that', async () => {
    const { state, opened, clocks, pass } = await setUp({}, { endAlarmMs: 5000 });
    state.behaviours.push({ match: 'guard of run 1: end', behaviour: 'hang' });
    const bracket = await opened();
    await bracket.begin(1000n);
    const ending = bracket.end().catch(String);
    await pass(5500);
    expect(await ending).toContain('could not be confirmed within 5000 ms: no answer');
    expect(clocks.run.now()).toBeLessThan(10_000);
  });

  test('that cannot be confirmed within its limit is told, and the guard goes on alone', async () => {
    const { state, opened, pass, serving } = await setUp();
    for (let count = 0; count < 70; count += 1)
      state.behaviours.push({ match: ': end', behaviour: refused('ORA-01013') });
    const bracket = await opened();
    await bracket.begin(1000n);
    const ending = bracket.end().catch(String);
    await pass(61_000);
    expect(await ending).toMatch(/could not be confirmed within 60000 ms: ORA-01013/);
    await bracket.release();
    expect(state.active).toHaveLength(4);
    await pass(30_000, ['guard']);
    await serving;
    expect(state.active).toEqual([]);
  });

  test('after a BEGIN whose outcome is unknown waits for its session to go, and ends what it did meanwhile', async () => {
    const { state, begin, opened, pass } = await setUp();
    state.lingering.push('guard of run 1');
    state.behaviours.push({
      match: 'guard of run 1: begin',
      behaviour: new SqlplusTimeoutError({ statement: 'BEGIN', timeoutMs: 1, isStillRunning: true }),
    });
    const bracket = await opened();
    await expect(bracket.begin(1000n)).rejects.toMatchObject({ outcome: 'unknown' });
    let isOver = false;
    const ending = bracket.end().then((ended) => {
      isOver = true;
      return ended;
    });
    await pass(5000);
    expect(isOver).toBe(false);
    begin();
    state.sessions.splice(state.sessions.indexOf('guard of run 1'), 1);
    await pass(10_000);
    expect((await ending).before).toMatchObject({ activeFiles: 4 });
    expect(state.active).toEqual([]);
  });
});

describe('a session that did not answer', () => {
  test('is killed once backup mode is over: it would hold the claim', async () => {
    const { state, opened, pass, serving } = await setUp();
    state.lingering.push('guard of run 1');
    state.behaviours.push({ match: 'guard of run 1: end', behaviour: 'hang' });
    const bracket = await opened();
    await bracket.begin(1000n);
    const ending = bracket.end();
    await pass(12_000);
    await ending;
    await bracket.release();
    await serving;
    expect(state.calls.at(-1)).toBe('end of run 1: kill');
  });

  test('is left to itself when it cannot be killed', async () => {
    const { state, opened, pass, guardLog, serving } = await setUp();
    state.lingering.push('guard of run 1');
    state.behaviours.push({ match: 'guard of run 1: end', behaviour: 'hang' });
    state.behaviours.push({ match: 'kill', behaviour: refused('ORA-01031') });
    const bracket = await opened();
    await bracket.begin(1000n);
    const ending = bracket.end();
    await pass(12_000);
    await ending;
    await bracket.release();
    await serving;
    expect(guardLog).toContain('not killed');
  });

  test('is waited for after a BEGIN that was answered with an error, and is not its own obstacle', async () => {
    const { state, opened, pass } = await setUp();
    state.behaviours.push({
      match: 'guard of run 1: begin',
      behaviour: new OracleError('ORA-01013: …', { statement: 'BEGIN', codes: ['ORA-01013'] }),
    });
    const bracket = await opened();
    await expect(bracket.begin(1000n)).rejects.toMatchObject({ oracleCode: 'ORA-01013', outcome: 'unknown' });
    const ending = bracket.end();
    await pass(10_000);
    expect(await ending).toMatchObject({ before: undefined, fired: undefined });
  });
});

describe('without its guard, a run', () => {
  /** Its END is refused whenever it is sent; `end` is what it says after its limit. */
  const setUpStuck = async () => {
    const { state, opened, killGuard, pass } = await setUp();
    for (let count = 0; count < 99; count += 1)
      state.behaviours.push({ match: ': end', behaviour: refused('ORA-01013') });
    const bracket = await opened();
    await bracket.begin(1000n);
    killGuard();
    const end = async (): Promise<unknown> => {
      const ending = bracket.end().catch(String);
      await pass(61_000, ['run']);
      return ending;
    };
    return { state, bracket, end };
  };

  test('ends backup mode itself on the session that it has', async () => {
    const { state, opened, killGuard, runLog } = await setUp();
    const bracket = await opened();
    await bracket.begin(1000n);
    await bracket.seen;
    killGuard();
    expect(await bracket.end()).toMatchObject({ before: { activeFiles: 4 }, fired: undefined });
    expect(state.active).toEqual([]);
    expect(state.calls).toContain('run 1: end');
    expect(runLog).toContain('guard lost');
    await bracket.release();
  });

  test('does the same when the guard gives no sign of life', async () => {
    const { state, opened, pass } = await setUp();
    const bracket = await opened();
    await bracket.begin(1000n);
    await pass(7000, ['run']);
    await bracket.end();
    expect(state.active).toEqual([]);
    await bracket.release();
  });

  test('keeps to the budget', async () => {
    const { opened, killGuard, pass } = await setUp();
    const bracket = await opened();
    await bracket.begin(1000n);
    killGuard();
    await pass(29_500, ['run']);
    expect(bracket.over.aborted).toBe(false);
    await pass(1000, ['run']);
    expect(bracket.over.aborted).toBe(true);
    await bracket.end();
  });

  test('takes a BEGIN that was at work for one that may take effect', async () => {
    const { state, begin, opened, killGuard, pass } = await setUp();
    state.behaviours.push({ match: 'guard of run 1: begin', behaviour: 'hang' });
    const bracket = await opened();
    const beginning = bracket.begin(1000n).catch((error: unknown) => error);
    killGuard();
    expect(await beginning).toMatchObject({ outcome: 'unknown' });
    const ending = bracket.end();
    await pass(3000, ['run']);
    begin();
    state.sessions.splice(state.sessions.indexOf('guard of run 1'), 1);
    await pass(10_000, ['run']);
    await ending;
    expect(state.active).toEqual([]);
  });

  test('says so when it cannot confirm END within the limit', async () => {
    const { end } = await setUpStuck();
    expect(await end()).toContain('END BACKUP could not be confirmed within 60000 ms');
  });

  test('kills what is left of the guard in the database, once: it would hold the claim', async () => {
    const { state, opened, killGuard, runLog } = await setUp();
    state.lingering.push('guard of run 1');
    const bracket = await opened();
    await bracket.begin(1000n);
    await bracket.end();
    killGuard();
    await bracket.release();
    expect(state.calls.slice(-3)).toEqual(['end of run 1: log on', 'end of run 1: find', 'end of run 1: kill']);
    expect(state.sessions).not.toContain('end of run 1');
    await bracket.release();
    expect(state.calls.filter((call) => call.endsWith('kill'))).toHaveLength(1);
    expect(runLog).toEqual(['guard lost']);
  });

  test('is none the worse when that cannot be killed', async () => {
    const { state, opened, killGuard, runLog } = await setUp();
    state.lingering.push('guard of run 1');
    state.behaviours.push({ match: 'kill', behaviour: refused('ORA-01031') });
    const bracket = await opened();
    killGuard();
    await bracket.release();
    expect(runLog).toEqual(['guard lost', 'the sessions of the lost guard were not killed']);
  });

  test('kills nothing while backup mode may be on: what is left may be what ends it', async () => {
    const { state, bracket, end } = await setUpStuck();
    await end();
    await bracket.release();
    expect(state.calls.filter((call) => call.endsWith('kill'))).toEqual([]);
  });
});
