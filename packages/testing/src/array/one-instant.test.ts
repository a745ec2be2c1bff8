import { expect, test } from 'vitest';
import { createFaults } from '../faults.js';
import { createJournal } from '../journal.js';
import { arrayPort } from './port.js';
import { createSimulatedArray } from './simulated-array.js';

/** A clock that goes on with every look at it. */
const createTickingClock = () => {
  let nowMs = 0;
  return {
    now: () => {
      nowMs += 1;
      return nowMs;
    },
    setTimeout: () => () => undefined,
    random: () => 0,
  };
};

test('the snapshots of one call carry one instant, however fast the clock goes', async () => {
  const clock = createTickingClock();
  const settings = {
    clock,
    journal: createJournal(clock),
    faults: createFaults(),
    username: 'admin',
    password: 'Fake-pw',
  };
  const array = createSimulatedArray(settings);
  const parents = ['a', 'b', 'c'].map((name) => ({ name, id: array.addVolume({ name, sizeBytes: 1e9 }) }));
  const { signal } = new AbortController();
  const made = await arrayPort(array).createSnapshots({ kind: 'volumes', name: 'set', parents }, { signal });
  expect(new Set(made.map(({ createdAt }) => createdAt.getTime())).size).toBe(1);
});
