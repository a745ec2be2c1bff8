import { describe, expect, it } from 'vitest';
import { answering, done, failed } from './answers.test.fixture.js';
import { countSessions, findOtherSessions, findSessions, killSession } from './sessions.js';

const row = '~2|61|1042|run a1b2c3|orasync claim|KILLED|rdbms ipc reply|2026-11-24T23:10:00+01:00|';

describe('sessions of ours', () => {
  it('are found by purpose, on every instance', async () => {
    const { asking, sent } = answering(['gv$session', [row]]);
    await expect(findSessions(asking, 'run a1b2c3')).resolves.toEqual([
      {
        instance: 2,
        sid: 61,
        serial: 1042,
        purpose: 'run a1b2c3',
        claim: 'exclusive',
        status: 'KILLED',
        event: 'rdbms ipc reply',
        loggedOnAt: new Date('2026-11-24T22:10:00Z'),
      },
    ]);
    expect(sent()[0]?.[0]).toContain(`AND action = 'run a1b2c3'`);
  });

  it('are found apart from the one that asks', async () => {
    const { asking, sent } = answering(['gv$session', done.none]);
    await expect(findOtherSessions(asking)).resolves.toEqual([]);
    expect(sent()[0]?.[0]).toContain(`NOT (sid = TO_NUMBER(SYS_CONTEXT('USERENV','SID'))`);
  });

  it('are counted, claiming or not', async () => {
    const { asking, sent } = answering(['gv$session', ['~3|']]);
    await expect(countSessions(asking, "it's a run")).resolves.toBe(3);
    expect(sent()[0]?.[0]).toContain(`module IN ('orasync','orasync claim','orasync weak claim')`);
    expect(sent()[0]?.[0]).toContain(`action = 'it''s a run'`);
  });
});

describe('killing a session', () => {
  const found = {
    instance: 2,
    sid: 61,
    serial: 1042,
    purpose: 'run a1b2c3',
    claim: undefined,
    status: 'ACTIVE',
    event: undefined,
    loggedOnAt: undefined,
  };

  it.each([
    ['killed', done.system],
    ['marked', failed('ORA-00031: session marked for kill')],
    ['gone', failed('ORA-00030: User session ID does not exist.')],
  ])('tells that it is %s', async (outcome, answer) => {
    const { asking, sent } = answering(['KILL SESSION', answer]);
    await expect(killSession(asking, found)).resolves.toBe(outcome);
    expect(sent()).toEqual([[`ALTER SYSTEM KILL SESSION '61,1042,@2' IMMEDIATE;`]]);
  });

  it.each([
    ['a code', failed('ORA-01031: insufficient privileges')],
    ['an answer that is not understood', ['?']],
    ['no answer', new Error('ALTER SYSTEM KILL SESSION')],
  ])('fails with %s', async (_, answer) => {
    const { asking } = answering(['KILL SESSION', answer]);
    await expect(killSession(asking, found)).rejects.toThrow('ALTER SYSTEM KILL SESSION');
  });
});
