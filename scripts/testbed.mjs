// Starts the built testbed for a script, and stops it again.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../packages/testing/dist/testbed.js', import.meta.url));

/** Runs `work` with the address that the testbed prints when it is ready. */
export const withTestbed = async (flags, work) => {
  const testbed = spawn(process.execPath, [script, ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(testbed, 'exit');
  try {
    const lines = createInterface({ input: testbed.stdout });
    const ended = exit.then(([status]) => {
      throw new Error(`the testbed ended with status ${status}`);
    });
    const [line] = await Promise.race([once(lines, 'line'), ended]);
    ended.catch(() => {}); // from here on its end is wanted
    return await work(JSON.parse(line));
  } finally {
    testbed.kill('SIGTERM');
    await exit;
  }
};
