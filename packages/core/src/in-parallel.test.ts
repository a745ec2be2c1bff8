import { expect, test } from 'vitest';
import { inParallel } from './in-parallel.js';

test('does all, no more at a time than allowed, and answers in order', async () => {
  let running = 0;
  let most = 0;
  const results = await inParallel([5, 4, 3, 2, 1], 2, async (item) => {
    running += 1;
    most = Math.max(most, running);
    for (let turn = 0; turn < item; turn += 1) await Promise.resolve();
    running -= 1;
    return item * 10;
  });
  expect(results).toEqual([50, 40, 30, 20, 10]);
  expect(most).toBe(2);
});

test('fails with the first failure', async () => {
  const work = inParallel([1, 2], 2, (item) => Promise.reject(new Error(`no ${item}`)));
  await expect(work).rejects.toThrow('no 1');
});
