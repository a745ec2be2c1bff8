import { expect, test } from 'vitest';
import { systemClock } from './clock.js';

test('the machine’s clock tells the time, calls back once, and not when cancelled', async () => {
  const fired: string[] = [];
  systemClock.setTimeout(() => fired.push('cancelled'), 1)();
  await new Promise<void>((resolve) => void systemClock.setTimeout(resolve, 5));
  expect(fired).toEqual([]);
  expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(60_000);
  expect(systemClock.random()).toBeLessThan(1);
});
