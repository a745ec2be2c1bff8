import { addHistory } from '@orasync/testing';
import { expect, test } from 'vitest';
import { createTestArray } from '../array.test.fixture.js';
import { pinSet } from '../sets/pin-set.js';
import { judgePins } from './judge-pins.js';
import { makePlan } from './make-plan.js';
import { retentionPolicy } from './policy.js';

const setUp = () => {
  const { clock, journal, simulated, array } = createTestArray();
  const volume = { name: 'data1', id: simulated.addVolume({ name: 'data1', sizeBytes: 1e9 }) };
  const database = { name: 'ORCL', uniqueName: 'ORCL', dbid: '1' };
  addHistory({ array: simulated, volumes: { data: [volume], archive: [] }, database }, 16);
  const plan = (maxRemovals?: number) =>
    makePlan(
      {
        policy: retentionPolicy.parse({}),
        targets: [{ volumes: ['data1'] }],
        scopeOf: ([data = new Set()]) => ({ database: 'ORCL', volumeIds: { data, archive: new Set() } }),
        zone: 'utc',
        maxRemovals,
      },
      { array, clock },
    );
  return { array, clock, simulated, journal, plan };
};

test('names who holds a set that would go, and asks nothing about those that stay', async () => {
  const { simulated, plan, journal } = setUp();
  const { facts } = await plan();
  for (const set of facts.sets) simulated.map(set.members[0]?.snapshot.id ?? 0, 'db1');
  const before = journal.entries.length;
  const { sets } = (await plan()).plan;
  expect(sets.filter(({ verdict }) => verdict === 'blocked').map(({ reasons }) => reasons.join())).toEqual(
    Array.from({ length: 3 }, () => expect.stringMatching(/^mapped: \S+ \(\d+\) to host db1$/) as string),
  );
  expect(journal.entries.slice(before).filter(({ what }) => what.endsWith('/luns'))).toHaveLength(3);
});

test('a cap for one run replaces that of the policy', async () => {
  const { plan } = setUp();
  expect((await plan()).plan.stops).toEqual([]);
  expect((await plan(2)).plan.stops).toMatchObject([{ rule: 'too-many-removals' }]);
});

test('a pin that has lapsed is told of once the set may go, and one in force is not', async () => {
  const { array, clock, plan } = setUp();
  const { facts } = await plan();
  const [newest, , oldest] = facts.sets;
  if (newest === undefined || oldest === undefined) throw new Error('three sets');
  const until = new Date(clock.now() + 1000);
  await pinSet(newest, { by: 'ann', reason: 'audit' }, { array, clock });
  await pinSet(oldest, { by: 'bob', reason: 'court', until }, { array, clock });
  expect(judgePins((await plan()).plan, (await plan()).facts.sets)).toEqual([]);
  await clock.advance(1000);
  const { plan: later, facts: now } = await plan();
  expect(judgePins(later, now.sets)).toEqual([
    {
      level: 'warning',
      code: 'pin-lapsed',
      message: `the pin of ${oldest.id} lapsed at 2026-11-24T12:00:01.000Z: by bob, court`,
      hint: `orasync-backup pin ${oldest.id} renews it, unpin forgets it.`,
    },
  ]);
  expect(judgePins({ ...later, sets: [] }, now.sets)).toEqual([]);
  const [set] = now.sets.filter(({ id }) => id === oldest.id);
  if (set === undefined) throw new Error('the pinned one');
  const nameless = { ...set, pin: { by: undefined, reason: undefined, until, at: undefined } };
  expect(judgePins(later, [nameless])[0]?.message).toMatch(/by somebody, no reason$/);
});
