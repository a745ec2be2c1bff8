import { expect, test } from 'vitest';
import { untilStopped } from './until-stopped.js';

const never = new Promise<never>(() => undefined);

test('gives what the work gives', async () => {
  const { signal } = new AbortController();
  await expect(untilStopped(Promise.resolve(1), signal)).resolves.toBe(1);
  await expect(untilStopped(Promise.reject(new Error('work')), signal)).rejects.toThrow('work');
});

test('rejects with the reason as soon as it is told to stop, or at once when it was told before', async () => {
  const stop = new AbortController();
  const stopped = untilStopped(never, stop.signal);
  stop.abort('SIGTERM');
  await expect(stopped).rejects.toBe('SIGTERM');
  await expect(untilStopped(never, stop.signal)).rejects.toBe('SIGTERM');
});
