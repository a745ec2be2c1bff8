import { expect, test } from 'vitest';
import { systemClock } from './clock.js';

test('calls back once after the delay', async () => {
  const startedAtMs = systemClock.now();
  await new Promise<void>((resolve) => void systemClock.setTimeout(resolve, 5));
  expect(systemClock.now()).toBeGreaterThanOrEqual(startedAtMs);
});

test('does not call back once cancelled', async () => {
  let called = false;
  systemClock.setTimeout(() => {
    called = true;
  }, 1)();
  await new Promise<void>((resolve) => void systemClock.setTimeout(resolve, 10));
  expect(called).toBe(false);
});

test('draws from [0, 1)', () => {
  expect(systemClock.random()).toBeGreaterThanOrEqual(0);
  expect(systemClock.random()).toBeLessThan(1);
});
