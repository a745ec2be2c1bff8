// The main job on the doubles: check, back up, and prune a history of 20 days.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withTestbed } from './testbed.mjs';

const program = (name) => fileURLToPath(new URL(`../apps/${name}/dist/main.js`, import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'orasync-demo-'));

const run = (name, args, config) => {
  console.log(`\n$ orasync-${name} ${args.join(' ')} --config orasync.yaml`);
  const { status } = spawnSync(process.execPath, [program(name), ...args, '--config', config], {
    cwd: directory,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`orasync-${name} ${args.join(' ')} exited with ${status}`);
};

try {
  await withTestbed(
    ['--history', '20', '--array-latency', '5', '--sql-latency', '5'],
    async ({ config, control, volumes }) => {
      console.log(
        `A simulated InfiniBox with ${volumes.data.length} data volumes and ${volumes.archive.length} archive volume, ` +
          'a simulated Oracle database on them, and a backup set for each of the last 20 days.',
      );
      run('backup', ['check'], config);
      run('backup', ['run'], config);
      run('retention', ['plan'], config);
      run('retention', ['apply', '--yes', '--quiet'], config);
      const journal = await (await fetch(control)).json();
      const ids = journal
        .filter(({ what, outcome }) => what === 'POST /api/rest/volumes/group_snapshot' && outcome?.startsWith('2'))
        .map(({ n }) => n);
      console.log(`\nOne array call made the data snapshots (journal entry ${ids.join(', ')}).`);
    },
  );
} finally {
  rmSync(directory, { recursive: true, force: true });
}
