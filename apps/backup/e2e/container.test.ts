import { describe, expect, test } from 'vitest';
import { readRun, untilAllGone } from './aftermath.js';
import { familyOf, guardScript, runScript, setUp, untilEnded } from './program.js';

/** The guard as the first process, and the run below it. */
const startContainer = async () => {
  const context = await setUp({ data: 2 });
  const run = [process.execPath, runScript, 'run', '--quiet', '--json', '-c', context.testbed.address.config];
  const guard = context.start([guardScript, ...run]);
  const ended = untilEnded(guard);
  const { journal } = context.testbed.world;
  return {
    ...context,
    guard,
    ended,
    journal,
    runPid: () =>
      familyOf(guard.pid ?? 0).find(({ commandLine, pid }) => pid !== guard.pid && commandLine.includes(runScript))
        ?.pid,
  };
};

describe('the guard as the first process of a container', () => {
  test('passes on output and status of the run, and no other guard is started', async () => {
    const { journal, guard, ended, activeFiles, ...context } = await startContainer();
    journal.hold({ match: 'group_snapshot', when: 'before' });
    await journal.waitFor(({ held }) => held === 'before');
    const family = familyOf(guard.pid ?? 0).map(({ commandLine }) => commandLine.split('\0').slice(0, 3).join(' '));
    journal.release('group_snapshot');
    expect(family.filter((line) => line.includes('guard-main'))).toHaveLength(1);
    expect(readRun(await ended)).toMatchObject({ exit: 0, state: 'complete' });
    expect(activeFiles()).toBe(0);
    await untilAllGone({ ...context, activeFiles }, 10_000);
  });

  test('ends backup mode when the run is killed, and exits with 137', async () => {
    const { journal, runPid, ended, activeFiles, ...context } = await startContainer();
    journal.hold({ match: 'group_snapshot', when: 'before' });
    await journal.waitFor(({ held }) => held === 'before');
    expect(activeFiles()).toBeGreaterThan(0);
    process.kill(runPid() ?? 0, 'SIGKILL');
    expect((await ended).status).toBe(137);
    expect(activeFiles()).toBe(0);
    await untilAllGone({ ...context, activeFiles }, 10_000);
  });

  test('passes SIGTERM on, so that the run ends backup mode and exits with 143', async () => {
    const { journal, guard, ended, activeFiles } = await startContainer();
    journal.hold({ match: 'group_snapshot', when: 'after' });
    await journal.waitFor(({ held }) => held === 'after');
    guard.kill('SIGTERM');
    await journal.waitFor(({ what, outcome }) => /END BACKUP/i.test(what) && outcome === 'ok');
    journal.release('group_snapshot');
    expect(readRun(await ended)).toMatchObject({ exit: 143, state: 'inconsistent' });
    expect(activeFiles()).toBe(0);
  });
});
