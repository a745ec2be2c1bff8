import { createVirtualClock } from '@orasync/testing';
import { describe, expect, test } from 'vitest';
import type { BackupMode } from '../backup-mode.js';
import { type EndingSession, endUntilOver } from './end-until-over.js';

const modeOf = (scn: bigint | undefined): BackupMode => ({
  activeFiles: scn === undefined ? 0 : 4,
  distinctScns: scn === undefined ? 0 : 1,
  lowestScn: scn,
  highestScn: scn,
  fileNumberSum: 0n,
  fileNumberSquareSum: 0n,
});

/** A database whose END works from the given try on, and whose V$BACKUP can be read after END from the given try on. */
const setUp = ({ endsFrom = 1, tellsFrom = 1 }) => {
  const clock = createVirtualClock(0);
  let scn: bigint | undefined = 120n;
  let tries = 0;
  const session: EndingSession = {
    findSessions: async () => [],
    killSession: async () => 'killed',
    readBackupMode: async () => modeOf(scn),
    endBackup: async () => {
      tries += 1;
      const before = modeOf(scn);
      if (tries >= endsFrom) scn = undefined;
      return { before, after: tries < tellsFrom ? undefined : modeOf(scn) };
    },
    close: async () => undefined,
  };
  const troubles: string[] = [];
  const end = async () => {
    const ending = endUntilOver({
      hasBegun: true,
      ours: { fromScn: 120n, toScn: 120n },
      purpose: 'guard of run 1',
      sessions: [session],
      openSession: async () => session,
      beginMs: 900_000,
      clock,
      onTrouble: (error) => void troubles.push(String(error)),
    });
    await clock.advance(60_000);
    return ending;
  };
  return { end, troubles, tries: () => tries };
};

describe('END that', () => {
  test('works is sent once', async () => {
    const { end, tries } = setUp({});
    expect(await end()).toMatchObject({ before: { lowestScn: 120n }, isFirstLost: false });
    expect(tries()).toBe(1);
  });

  test('is answered, and leaves the files in backup mode, is sent again on another session', async () => {
    const { end, tries, troubles } = setUp({ endsFrom: 2 });
    expect(await end()).toMatchObject({ before: { lowestScn: 120n }, isFirstLost: true });
    expect([tries(), troubles]).toEqual([2, ['Error: END did not end it']]);
  });

  test('cannot be confirmed is looked at on another session', async () => {
    const { end, tries, troubles } = setUp({ tellsFrom: 2 });
    expect(await end()).toMatchObject({ before: { lowestScn: 120n }, isFirstLost: true });
    expect([tries(), troubles]).toEqual([1, ['Error: V$BACKUP could not be read after END']]);
  });
});
