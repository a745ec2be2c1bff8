import { expect, it } from 'vitest';
import { systemClock } from './clock.js';

it('is the machine’s own time and chance', async () => {
  const before = systemClock.now();
  await new Promise<void>((resolve) => void systemClock.setTimeout(resolve, 1));
  expect(systemClock.now()).toBeGreaterThanOrEqual(before);
  expect(systemClock.random()).toBeLessThan(1);
});

it('does not call back once cancelled', async () => {
  const called: string[] = [];
  systemClock.setTimeout(() => void called.push('cancelled'), 1)();
  await new Promise<void>((resolve) => void systemClock.setTimeout(resolve, 5));
  expect(called).toEqual([]);
});
