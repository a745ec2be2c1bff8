// Promise 1 on the doubles: `kill -9` in the middle of a backup, and the database is out of backup mode all the same.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withTestbed } from './testbed.mjs';

const program = fileURLToPath(new URL('../apps/backup/dist/main.js', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'orasync-demo-'));

const start = (config) => {
  const args = ['run', '--config', config, '--quiet'];
  console.log(`\n  $ orasync-backup run --config orasync.yaml --quiet`);
  return spawn(process.execPath, [program, ...args], { cwd: directory, stdio: ['ignore', 'inherit', 'ignore'] });
};

try {
  await withTestbed([], async ({ config, control }) => {
    const post = async (command) => {
      const response = await fetch(control, { method: 'POST', body: JSON.stringify(command) });
      if (!response.ok) throw new Error(await response.text());
    };
    const journal = async () => (await fetch(control)).json();
    const until = async (isTrue) => {
      for (;;) {
        const entry = (await journal()).find(isTrue);
        if (entry !== undefined) return entry;
      }
    };

    await post({ hold: { match: 'group_snapshot', when: 'before' } });
    const run = start(config);
    await until(({ held }) => held === 'before');
    console.log('The database is in backup mode, and the array works on the snapshot. Now:');
    console.log(`\n  $ kill -9 ${run.pid}`);
    run.kill('SIGKILL');
    const killedAtMs = performance.now();
    await once(run, 'exit');
    await until(({ what, outcome }) => /END BACKUP/.test(what) && outcome === 'ok');
    console.log(
      `END BACKUP was confirmed ${Math.round(performance.now() - killedAtMs)} ms later. The guard's own log:\n`,
    );
    const [log] = readdirSync(directory).filter((name) => name.startsWith('guard-'));
    const read = () => readFileSync(join(directory, log), 'utf8');
    await until(() => read().includes('"left"'));
    process.stdout.write(read());
    await post({ release: 'group_snapshot' });

    const next = start(config);
    const [status] = await once(next, 'exit');
    console.log(`\nThe next run ended with status ${status}.`);
    if (status !== 0) process.exitCode = 1;
  });
} finally {
  rmSync(directory, { recursive: true, force: true });
}
