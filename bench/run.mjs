// Measured comparisons, each as a ratio to a named reference in the same run.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { withTestbed } from '../scripts/testbed.mjs';
import { printClient } from './client.mjs';

const program = fileURLToPath(new URL('../apps/backup/dist/main.js', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'orasync-bench-'));

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const print = (what, measured, reference, referenceMs) =>
  console.log(
    `${what}: ${measured.toFixed(0)} ms, ${(measured / referenceMs).toFixed(2)} times ${reference} (${referenceMs.toFixed(0)} ms)`,
  );

const coldStart = () => {
  const empty = join(directory, 'empty.mjs');
  writeFileSync(empty, '');
  const time = (...args) => {
    const beganAt = performance.now();
    spawnSync(process.execPath, args, { stdio: 'ignore' });
    return performance.now() - beganAt;
  };
  const samples = Array.from({ length: 15 }, () => ({ help: time(program, '--help'), floor: time(empty) }));
  print(
    'cold start of orasync-backup --help',
    median(samples.map(({ help }) => help)),
    'an empty program',
    median(samples.map(({ floor }) => floor)),
  );
};

/** One group snapshot by fetch and one END BACKUP by sqlplus alone: what the window cannot do without. */
const bareWindow = async ({ infinibox, oracle }, ids, n) => {
  const authorization = `Basic ${Buffer.from(`${infinibox.username}:${infinibox.password}`).toString('base64')}`;
  const session = spawn(join(oracle.home, 'bin', 'sqlplus'), ['-S', oracle.connect]);
  const altered = async () => {
    let text = '';
    while (!text.includes('Database altered.')) text += String((await once(session.stdout, 'data'))[0]);
  };
  session.stdin.write('alter database begin backup;\n');
  await altered();
  const beganAt = performance.now();
  const answer = await fetch(`${infinibox.url}/api/rest/volumes/group_snapshot`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ snap_prefix: `bench${n}_`, entities: ids.map((id) => ({ id })) }),
  });
  await answer.json();
  session.stdin.write('alter database end backup;\n');
  await altered();
  const windowMs = performance.now() - beganAt;
  session.stdin.end('exit\n');
  await once(session, 'exit');
  return windowMs;
};

const hotWindow = (volumes) =>
  withTestbed(['--data', String(volumes), '--array-latency', '40', '--sql-latency', '10'], async (testbed) => {
    const ours = [];
    const bare = [];
    const authorization = `Basic ${Buffer.from(`${testbed.infinibox.username}:${testbed.infinibox.password}`).toString('base64')}`;
    const list = await fetch(
      `${testbed.infinibox.url}/api/rest/volumes?type=MASTER&name=like:ora_data&page_size=1000`,
      { headers: { authorization } },
    );
    const ids = (await list.json()).result.map(({ id }) => id);
    for (let n = 0; n < 5; n += 1) {
      const { stdout, status } = spawnSync(process.execPath, [program, '--json', '--quiet', '-c', testbed.config], {
        cwd: directory,
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(`the run exited with ${status}`);
      ours.push(JSON.parse(stdout).runs[0].hotWindowMs);
      bare.push(await bareWindow(testbed, ids, n));
    }
    print(`hot window with ${volumes} data volumes`, median(ours), 'one fetch and one END alone', median(bare));
  });

try {
  coldStart();
  await hotWindow(4);
  await hotWindow(64);
  await printClient();
} finally {
  rmSync(directory, { recursive: true, force: true });
}
