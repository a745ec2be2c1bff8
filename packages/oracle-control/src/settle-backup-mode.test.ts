import { createVirtualClock, createWorld, databasePort } from '@orasync/testing';
import { describe, expect, it } from 'vitest';
import type { BackupMode } from './backup-mode.js';
import type { FoundSession } from './sessions.js';
import { type SettleOptions, type SettlingSession, settleBackupMode } from './settle-backup-mode.js';

const main: FoundSession = {
  instance: 1,
  sid: 61,
  serial: 7,
  purpose: 'run a1b2c3',
  claim: 'exclusive',
  status: 'ACTIVE',
  event: undefined,
  loggedOnAt: undefined,
};

const frozenAt = (scn: bigint | undefined): BackupMode => ({
  activeFiles: scn === undefined ? 0 : 4,
  distinctScns: scn === undefined ? 0 : 1,
  lowestScn: scn,
  highestScn: scn,
  fileNumberSum: 0n,
  fileNumberSquareSum: 0n,
});

/** A database in virtual time, and one session of ours in it that settles. */
const setUp = (options: Partial<SettleOptions> = {}) => {
  const clock = createVirtualClock(0);
  const world = { scn: undefined as bigint | undefined, atWork: [main] as readonly FoundSession[] };
  const asked: string[] = [];
  const log = (what: string) => void asked.push(`${clock.now() / 1000} ${what}`);
  const session: SettlingSession = {
    findSessions: async () => world.atWork,
    killSession: async ({ sid }) => {
      log(`kill ${sid}`);
      return 'killed';
    },
    readBackupMode: async () => frozenAt(world.scn),
    endBackup: async ({ fromScn }) => {
      log('end');
      const before = frozenAt(world.scn);
      if (world.scn !== undefined && world.scn >= fromScn) world.scn = undefined;
      return { before, after: frozenAt(world.scn) };
    },
  };
  const opened: number[] = [];
  const settle = async (limitMs: number) => {
    const settling = settleBackupMode({
      openSession: async () => {
        opened.push(clock.now());
        return session;
      },
      purpose: main.purpose,
      ours: { fromScn: 100n },
      clock,
      limitMs,
      ...options,
    });
    await clock.advance(limitMs + 60_000);
    return settling;
  };
  const at = (ms: number, change: () => void) => void clock.setTimeout(change, ms);
  return { clock, world, session, asked, opened, settle, at };
};

const fails = (message: string) => () => Promise.reject(new Error(message));
const hangs = () => new Promise<never>(() => {});

describe('a BEGIN whose outcome is unknown', () => {
  it('is settled when its session is gone and nothing of ours is in backup mode, after a second look', async () => {
    const { world, settle, opened, asked, clock } = setUp();
    world.atWork = [];
    let settledAtMs = 0;
    const settled = await settle(60_000).finally(() => {
      settledAtMs = clock.now();
    });
    expect(settled).toEqual({ kind: 'out', mode: frozenAt(undefined), before: undefined, atWork: [], errors: [] });
    expect([opened, asked, settledAtMs > 0]).toEqual([[0], [], true]);
  });

  it('is ended when it took effect before anybody looked', async () => {
    const { world, settle, asked } = setUp();
    Object.assign(world, { scn: 120n, atWork: [] });
    await expect(settle(60_000)).resolves.toMatchObject({ kind: 'out', before: { activeFiles: 4, lowestScn: 120n } });
    expect(asked).toEqual(['0 end']);
  });

  it('is ended when it takes effect after there was nothing to end', async () => {
    const { world, settle, at, asked } = setUp();
    at(20_500, () => Object.assign(world, { scn: 120n, atWork: [] }));
    await expect(settle(60_000)).resolves.toMatchObject({ kind: 'out', before: { lowestScn: 120n } });
    expect(asked).toEqual(['21 end']);
  });

  it('is ended although its session lingers on after it', async () => {
    const { world, settle, at, asked } = setUp();
    at(1_500, () => Object.assign(world, { scn: 120n }));
    await expect(settle(10_000)).resolves.toMatchObject({ kind: 'at-work', atWork: [main], mode: { activeFiles: 0 } });
    expect(asked).toEqual(['2 end']);
  });

  it('is ended when it takes effect between the first look and the second', async () => {
    const { world, settle, at, asked } = setUp();
    world.atWork = [];
    at(3_000, () => Object.assign(world, { scn: 120n }));
    await expect(settle(60_000)).resolves.toMatchObject({ kind: 'out' });
    expect(asked).toEqual(['5 end']);
  });

  it('is waited for while its killed session lingers for a minute', async () => {
    const { world, settle, at, asked } = setUp();
    world.atWork = [{ ...main, status: 'KILLED' }];
    at(60_500, () => Object.assign(world, { scn: 120n, atWork: [] }));
    await expect(settle(90_000)).resolves.toMatchObject({ kind: 'out' });
    expect(asked).toEqual(['61 end']);
  });

  it('is never ended when somebody else began', async () => {
    const { world, settle, asked } = setUp();
    Object.assign(world, { scn: 90n, atWork: [] });
    await expect(settle(60_000)).resolves.toMatchObject({ kind: 'out', mode: { activeFiles: 4, lowestScn: 90n } });
    expect(asked).toEqual([]);
  });
});

describe('a session that sent BEGIN', () => {
  it('is killed once, when asked, and only after the time that it was given', async () => {
    const { world, settle, at, asked } = setUp({ killAfterMs: 10_000 });
    at(12_500, () => Object.assign(world, { atWork: [{ ...main, status: 'KILLED' }] }));
    at(20_500, () => Object.assign(world, { atWork: [] }));
    await expect(settle(60_000)).resolves.toMatchObject({ kind: 'out' });
    expect(asked).toEqual(['10 kill 61']);
  });

  it('is not killed again by somebody who sees that it is marked', async () => {
    const { world, settle, asked } = setUp({ killAfterMs: 0 });
    world.atWork = [{ ...main, status: 'KILLED' }];
    await expect(settle(5_000)).resolves.toMatchObject({ kind: 'at-work' });
    expect(asked).toEqual([]);
  });

  it('is killed again after a kill that failed, which is told', async () => {
    const { world, session, settle, at } = setUp({ killAfterMs: 0 });
    let kills = 0;
    session.killSession = async () => {
      kills += 1;
      if (kills === 1) throw new Error('ORA-01031');
      return 'marked';
    };
    at(3_500, () => Object.assign(world, { atWork: [] }));
    await expect(settle(60_000)).resolves.toMatchObject({ kind: 'out', errors: [new Error('ORA-01031')] });
    expect(kills).toBe(2);
  });
});

describe('what cannot be known', () => {
  it('is whether BEGIN is still at work, where sessions cannot be seen: then it is watched for to the limit', async () => {
    const { world, session, settle, at, asked } = setUp();
    session.findSessions = fails('ORA-00942');
    at(29_500, () => Object.assign(world, { scn: 120n }));
    await expect(settle(40_000)).resolves.toEqual({
      kind: 'out-for-now',
      mode: frozenAt(undefined),
      before: frozenAt(120n),
      atWork: [],
      errors: [new Error('ORA-00942')],
    });
    expect(asked).toEqual(['30 end']);
  });

  it('nor can anybody be killed there', async () => {
    const { session, settle, asked } = setUp({ killAfterMs: 0 });
    session.findSessions = fails('ORA-00942');
    await expect(settle(3_000)).resolves.toMatchObject({ kind: 'out-for-now' });
    expect(asked).toEqual([]);
  });

  it('is all of it, when no session can be opened', async () => {
    const { settle } = setUp({ openSession: fails('ORA-01034') });
    await expect(settle(10_000)).resolves.toEqual({
      kind: 'unknown',
      mode: undefined,
      before: undefined,
      atWork: [],
      errors: [new Error('ORA-01034')],
    });
  });

  it('is all of it, when no session answers', async () => {
    const { session, settle } = setUp({ answerMs: 2_000 });
    session.readBackupMode = hangs;
    const { kind, errors } = await settle(10_000);
    expect([kind, String(errors[0])]).toEqual(['unknown', 'Error: no answer within 2000 ms']);
  });
});

describe('what is said beforehand', () => {
  it('that BEGIN has returned, so that nobody is looked for', async () => {
    const { world, session, asked, clock } = setUp();
    world.scn = 120n;
    session.findSessions = fails('ORA-00942');
    const openSession = async () => session;
    const settling = settleBackupMode({ openSession, ours: { fromScn: 100n }, clock, limitMs: 60_000 });
    await clock.advance(60_000);
    await expect(settling).resolves.toMatchObject({ kind: 'out', before: { lowestScn: 120n }, errors: [] });
    expect(asked).toEqual(['0 end']);
  });

  it('how long a BEGIN can be at work where sessions cannot be seen: then nothing is watched for any more', async () => {
    const { world, session, settle, at, asked } = setUp({ blindMs: 20_000 });
    session.findSessions = fails('ORA-00942');
    at(19_500, () => Object.assign(world, { scn: 120n }));
    at(40_000, () => Object.assign(world, { scn: 130n }));
    await expect(settle(60_000)).resolves.toMatchObject({ kind: 'out-for-now', before: { lowestScn: 120n } });
    expect(asked).toEqual(['20 end']);
  });

  it('how long a logon may take: then another is tried, and everything that went wrong is told', async () => {
    const told: string[] = [];
    let logons = 0;
    const { world, session, settle } = setUp({
      logonMs: 3_000,
      onError: (error) => void told.push(String(error)),
      openSession: async () => {
        logons += 1;
        return logons < 3 ? await hangs() : session;
      },
    });
    world.atWork = [];
    const { kind, errors } = await settle(60_000);
    expect([kind, logons]).toEqual(['out', 3]);
    expect(told).toEqual(['Error: no answer within 3000 ms', 'Error: no answer within 3000 ms']);
    expect(errors).toHaveLength(1);
  });
});

describe('over the simulated database', () => {
  it.each([
    ['is waited for', undefined, [4]],
    ['is killed, which may or may not stop it', 5_000, [4, undefined]],
  ])('a BEGIN whose client is gone %s', async (_, killAfterMs, activeBefore) => {
    const clock = createVirtualClock(Date.UTC(2026, 10, 25));
    const { database } = createWorld({ clock });
    database.state.beginMs = 40_000;
    const port = databasePort(database, { user: 'system' });
    const main = await port.openSession({ purpose: 'main' });
    const { currentScn: fromScn } = await main.readStatus();
    const begun = main.beginBackup().catch((error: unknown) => error);
    await clock.advance(1_000);
    await main.close();
    const settling = settleBackupMode({
      openSession: () => port.openSession({ purpose: 'end backup' }),
      purpose: 'main',
      ours: { fromScn },
      clock,
      limitMs: 120_000,
      ...(killAfterMs === undefined ? {} : { killAfterMs }),
    });
    await clock.advance(120_000);
    await begun;
    const { kind, before, errors } = await settling;
    expect([kind, errors]).toEqual(['out', []]);
    expect(activeBefore).toContain(before?.activeFiles);
    expect(database.state.files.some(({ backup }) => backup.isActive)).toBe(false);
  });
});

describe('END', () => {
  it('is tried again on a new session when it fails', async () => {
    const { world, session, settle, opened } = setUp();
    Object.assign(world, { scn: 120n, atWork: [] });
    const working = { ...session };
    session.endBackup = async (ours) => {
      session.endBackup = (again) => working.endBackup(again);
      throw new Error(`ORA-03113 ${ours.fromScn}`);
    };
    await expect(settle(60_000)).resolves.toMatchObject({ kind: 'out', errors: [new Error('ORA-03113 100')] });
    expect(opened).toEqual([0, 1_000]);
  });

  it('that never works leaves files of ours in backup mode, and says so', async () => {
    const { world, session, settle } = setUp();
    Object.assign(world, { scn: 120n, atWork: [] });
    session.endBackup = fails('ORA-01031');
    await expect(settle(10_000)).resolves.toMatchObject({ kind: 'in', mode: { lowestScn: 120n } });
  });

  it('that answers late still tells what was in backup mode before it', async () => {
    const { world, session, settle, clock } = setUp();
    Object.assign(world, { scn: 120n, atWork: [] });
    session.endBackup = () => {
      world.scn = undefined;
      return new Promise((resolve) => {
        clock.setTimeout(() => resolve({ before: frozenAt(120n), after: undefined }), 12_000);
      });
    };
    const { kind, before, errors } = await settle(60_000);
    expect([kind, before?.lowestScn, errors]).toEqual(['out', 120n, [new Error('no answer within 10000 ms')]]);
  });

  it('whose own reads failed is no proof of what was in backup mode before', async () => {
    const { world, session, settle } = setUp();
    Object.assign(world, { scn: 120n, atWork: [] });
    session.endBackup = async () => {
      world.scn = undefined;
      return { before: undefined, after: undefined };
    };
    await expect(settle(60_000)).resolves.toMatchObject({ kind: 'out', before: undefined });
  });
});
