import { arrayPort } from '@orasync/testing';
import { expect, test } from 'vitest';
import { setUp, untilEnded } from './program.js';

/** A moment of `apply`: just before or just after a call takes effect. */
interface Moment {
  readonly match: string;
  readonly skip: number;
  readonly when: 'before' | 'after';
}

/** Fifteen sets of two members, of which two are due. */
const setUpHeld = async (moment: Moment) => {
  const context = await setUp({ historyDays: 15, data: 1 });
  const { journal, array } = context.testbed.world;
  const apply = ['apply', '--yes', '--json', '-q'];
  journal.hold(moment);
  const child = context.spawnRetention(apply);
  const ended = untilEnded(child);
  const hasCome = await Promise.race([
    journal.waitFor((entry) => entry.held === moment.when).then(() => true),
    ended.then(() => false),
  ]);
  /** Sets that still have the marker, and have lost a member. */
  const halfRemoved = async () => {
    const port = arrayPort(array);
    const labels = (await port.listLabels('orasync.set')).map(({ value }) => JSON.parse(value) as { set: string });
    return (await port.listLabels('orasync.complete'))
      .map(({ value }) => value)
      .filter((marked) => labels.filter(({ set }) => set === marked).length !== 2);
  };
  return { ...context, journal, child, ended, hasCome, halfRemoved, apply };
};

const moments: readonly Moment[] = [
  { match: 'GET /api/rest/metadata/', skip: 4 },
  { match: 'DELETE /api/rest/metadata', skip: 0 },
  { match: 'DELETE /api/rest/metadata', skip: 2 },
  { match: 'DELETE /api/rest/volumes', skip: 0 },
  { match: 'DELETE /api/rest/volumes', skip: 2 },
  { match: 'DELETE /api/rest/volumes', skip: 5 },
].flatMap((moment) => [
  { ...moment, when: 'before' as const },
  { ...moment, when: 'after' as const },
]);

test.each(moments)(
  'killed at $match, $skip passed, $when: no half set counts, and the next run finishes',
  async (moment) => {
    const { journal, child, ended, hasCome, halfRemoved, planOf, apply } = await setUpHeld(moment);
    if (hasCome) child.kill('SIGKILL');
    journal.release(moment.match);
    await ended;
    expect(await halfRemoved()).toEqual([]);
    expect((await planOf(apply)).status).toBe(0);
    const { plan } = await planOf([]);
    expect(plan?.sets.map(({ state }) => state)).toEqual(Array.from({ length: 13 }, () => 'complete'));
  },
);

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s stops between two snapshots with %i, reports all, and the next run finishes', async (signal, exit) => {
  const moment = { match: 'DELETE /api/rest/volumes', skip: 0, when: 'before' } as const;
  const { testbed, journal, child, ended, halfRemoved, planOf, apply } = await setUpHeld(moment);
  child.kill(signal);
  // The program answers the signal before it is answered by the array.
  await expect.poll(() => testbed.world.journal.entries.some(({ held }) => held !== undefined)).toBe(true);
  journal.release(moment.match);
  const { status, stdout } = await ended;
  expect(status).toBe(exit);
  const [plan] = (JSON.parse(stdout) as { plans: { removals: { outcome: string; reason?: string }[] }[] }).plans;
  expect(plan?.removals.map(({ outcome }) => outcome)).toContain('removed');
  expect(plan?.removals).toContainEqual(expect.objectContaining({ outcome: 'skipped', reason: 'told to stop' }));
  expect(plan?.removals).toHaveLength(4);
  expect(await halfRemoved()).toEqual([]);
  expect((await planOf(apply)).status).toBe(0);
});

test('the progress tells of each removal on stderr, and is silent with --quiet', async () => {
  const { retention } = await setUp({ historyDays: 15 });
  const { stderr } = await retention(['apply', '--yes']);
  expect(stderr.match(/^removed {2}orasync_/gm)).toHaveLength(10);
  expect((await retention(['apply', '--yes', '-q'])).stderr).not.toMatch(/removed/);
});
