import { expect, test } from 'vitest';
import { systemClock } from './clock.js';

test('the machine’s clock tells the time, calls back once, and not when cancelled', async () => {
  const before = Date.now();
  const fired: string[] = [];
  systemClock.setTimeout(() => fired.push('cancelled'), 1)();
  await new Promise<void>((resolve) => void systemClock.setTimeout(resolve, 5));
  expect(fired).toEqual([]);
  expect(systemClock.now()).toBeGreaterThanOrEqual(before);
  expect(systemClock.random()).toBeLessThan(1);
});
