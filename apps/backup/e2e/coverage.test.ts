import { readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dropIn, setUp } from './program.js';

type Context = Awaited<ReturnType<typeof setUp>>;

const extraFile = '/u02/ORCL/ora_extra01/extra01.dbf';

/** A database that has a data file on a volume which is no target. */
const withExtraFile = async (): Promise<Context> => {
  const context = await setUp({ unlisted: 1 });
  context.testbed.world.database.addDatafile({ path: extraFile });
  return context;
};

/** Changes the ready configuration in a file of its own. */
const configWith = ({ testbed, directory }: Context, change: (text: string) => string): string => {
  const path = join(directory, 'changed.yaml');
  writeFileSync(path, change(readFileSync(testbed.address.config, 'utf8')));
  return path;
};

const settingsOf = (coverage: string) => (text: string) =>
  text.replace(/ {4}coverage: .*\n/, `    coverage: ${coverage}\n`);

interface Run {
  readonly state: string;
  readonly worth?: { readonly coverage: string };
  readonly snapshots: readonly { readonly id: number }[];
  readonly findings: readonly { readonly level: string; readonly code: string; readonly message: string }[];
}

const runOf = (stdout: string): Run | undefined => (JSON.parse(stdout) as { readonly runs: readonly Run[] }).runs[0];

const writes = ({ testbed }: Context) =>
  testbed.world.journal.entries.map(({ what }) => what).filter((what) => /^(PUT|POST|DELETE|ALTER)/.test(what));

describe('a data file on a volume that is no target', () => {
  test('makes check and run refuse with 4, and nothing is changed', async () => {
    const context = await withExtraFile();
    const { testbed, backup } = context;
    for (const command of ['check', 'run']) {
      const { status, stdout, stderr } = await backup([command, '-c', testbed.address.config]);
      expect(status).toBe(4);
      expect(stdout).toContain('volume ora_extra01 is not in the data target');
      expect(stderr).toContain(extraFile);
    }
    expect(writes(context)).toEqual([]);
  });

  test('is left out by exception: the report says so, and a recovery misses exactly that file', async () => {
    const context = await withExtraFile();
    const { testbed, backup } = context;
    const config = configWith(context, (text) =>
      text.replace('coverage: {', `coverage: { exceptions: [{ path: ${extraFile}, reason: rebuilt every night }],`),
    );
    const { status, stdout } = await backup(['run', '--json', '-q', '-c', config]);
    expect(status).toBe(0);
    const run = runOf(stdout);
    expect(run).toMatchObject({ state: 'complete', worth: { coverage: 'declared' } });
    expect(run?.findings.find(({ code }) => code === 'coverage-excepted')?.message).toMatch(
      /extra01\.dbf: rebuilt every night$/,
    );
    const ids = run?.snapshots.map(({ id }) => id) ?? [];
    const proof = await fetch(testbed.address.control, { method: 'POST', body: JSON.stringify({ recover: ids }) });
    expect(await proof.json()).toEqual({
      consistent: false,
      reason: `missing file 5 (${extraFile}): no snapshot of this set holds it`,
    });
    const listed = await backup(['list', '-c', config]);
    expect(listed.stdout).toContain('declared');
  });

  test('is held by the target that map --write adds to a file, comments and all else kept', async () => {
    const context = await withExtraFile();
    const { backup } = context;
    const config = configWith(context, (text) => text.replace('      data:', '      # all of them\n      data:'));
    const before = readFileSync(config, 'utf8');
    const printed = await backup(['map', '--write', '-c', config]);
    expect(printed.stdout).toContain(
      'data: { volumes: [ora_data01, ora_data02, ora_data03, ora_data04, ora_extra01] }',
    );
    expect(readFileSync(config, 'utf8')).toBe(before);
    const { status, stderr } = await backup(['map', '--write', config, '-c', config]);
    expect(status).toBe(4);
    expect(stderr).toContain('ORCL: added ora_extra01 to the data target');
    expect(readFileSync(config, 'utf8')).toBe(before.replace('ora_data04]', 'ora_data04, ora_extra01]'));
    const { stdout, status: afterwards } = await backup(['run', '--json', '-q', '-c', config]);
    expect(afterwards).toBe(0);
    expect(runOf(stdout)?.worth?.coverage).toBe('proved');
  });

  test('that comes while a run is at work makes its set incomplete, with 3', async () => {
    const { testbed, spawnBackup } = await setUp({ unlisted: 1 });
    const { journal, database } = testbed.world;
    journal.hold({ match: 'group_snapshot', when: 'after' });
    const child = spawnBackup(['run', '--json', '-q', '-c', testbed.address.config]);
    let stdout = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    await journal.waitFor(({ held }) => held === 'after');
    database.addDatafile({ path: extraFile });
    journal.release('group_snapshot');
    const status = await new Promise((resolve) => void child.once('close', resolve));
    expect(status).toBe(3);
    expect(runOf(stdout)).toMatchObject({ state: 'partial' });
  });
});

describe('with nothing known of the host', () => {
  test('a file refuses with 4 unless it allows that, and the set says unknown', async () => {
    const context = await setUp();
    const { backup } = context;
    const refused = await backup(['-q', '-c', configWith(context, settingsOf('{}'))]);
    expect(refused.status).toBe(4);
    expect(refused.stderr).toContain(`this host is ${hostname()}, and the database is on dbhost`);
    expect(refused.stderr).toContain('coverage.inventory');
    const allowed = configWith(context, settingsOf('{ policies: { unknown: warn } }'));
    const { status, stdout } = await backup(['--json', '-q', '-c', allowed]);
    expect(status).toBe(0);
    expect(runOf(stdout)).toMatchObject({ state: 'complete', worth: { coverage: 'unknown' } });
    context.testbed.world.database.addDatafile({ path: '/u02/ORCL/ora_data01/new/new01.dbf' });
    const again = runOf((await backup(['--json', '-q', '-c', allowed])).stdout);
    expect(again?.findings.find(({ code }) => code === 'coverage-new-place')?.message).toMatch(
      /^\/u02\/ORCL\/ora_data01\/new holds files since the last complete set/,
    );
  });

  test('the variables of the predecessor warn, and label the set unknown', async () => {
    const { testbed, backup } = await setUp();
    const { status, stdout } = await backup(['--json', '-q'], dropIn(testbed));
    expect(status).toBe(0);
    const run = runOf(stdout);
    expect(run).toMatchObject({ state: 'complete', worth: { coverage: 'unknown' } });
    expect(run?.findings).toContainEqual(expect.objectContaining({ level: 'warning', code: 'coverage-unknown' }));
  });
});

test('on the host of the database, the variables of the predecessor block what that host proves, and nothing else', async () => {
  // The host of the database is this one, which knows nothing of its paths but that they are on its own disks, or not there.
  const { testbed, backup } = await setUp({ database: { hostName: hostname() } });
  const { stdout, status } = await backup(['map', '--json'], dropIn(testbed));
  const [map] = (JSON.parse(stdout) as { maps: { coverage: { files: { verdict: string; kind: string }[] } }[] }).maps;
  const verdicts = map?.coverage.files.filter(({ kind }) => kind === 'data-file').map(({ verdict }) => verdict) ?? [];
  expect(verdicts).toHaveLength(4);
  expect(verdicts).not.toContain('covered');
  expect(status).toBe(verdicts.includes('uncovered') ? 4 : 0);
});

describe('an inventory of the host', () => {
  test('can come from a command', async () => {
    const context = await setUp();
    const file = /inventory: \{ file: ([^,]+),/.exec(readFileSync(context.testbed.address.config, 'utf8'))?.[1] ?? '';
    const config = configWith(context, settingsOf(`{ inventory: { command: [cat, ${file}] } }`));
    const { stdout, status } = await context.backup(['check', '--json', '-c', config]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ checks: [{ coverage: 'proved' }] });
  });

  test('is printed by map --inventory on the host of the database, without asking the array', async () => {
    const { testbed, backup } = await setUp({ database: { hostName: hostname() } });
    const { stdout, status } = await backup(['map', '--inventory', '-c', testbed.address.config]);
    expect(status).toBe(0);
    const inventory = JSON.parse(stdout) as { host: string; places: readonly { asked: string }[] };
    expect(inventory.host).toBe(hostname());
    expect(inventory.places.map(({ asked }) => asked)).toContain('/u02/ORCL/ora_data01/system01.dbf');
    expect(testbed.world.journal.entries.filter(({ what }) => what.includes('/api/rest'))).toEqual([]);
  });

  test('is refused on another host, with 4', async () => {
    const { testbed, backup } = await setUp();
    const { status, stdout, stderr } = await backup(['map', '--inventory', '-c', testbed.address.config]);
    expect(status).toBe(4);
    expect(stdout).toBe('');
    expect(stderr).toContain('the database is on dbhost');
  });
});

describe('map', () => {
  test('prints a row for each file, and with --explain each step', async () => {
    const { testbed, backup } = await setUp();
    const { status, stdout } = await backup(['map', '-c', testbed.address.config]);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /\/u02\/ORCL\/ora_data01\/system01\.dbf +data-file +\/u02\/ORCL\/ora_data01 +\/dev\/mapper\/mpatha +ora_data01 +data +covered/,
    );
    expect(stdout).toMatch(/coverage +proved/);
    const explained = await backup(['map', '--explain', '-c', testbed.address.config]);
    expect(explained.stdout).toMatch(/\/dev\/mapper\/mpatha is volume ora_data01 +mpath-36742b0f/);
  });

  test('takes no array for --inventory with other flags, and says so with 2', async () => {
    const { testbed, backup } = await setUp();
    const { status, stderr } = await backup(['map', '--inventory', '--explain', '-c', testbed.address.config]);
    expect(status).toBe(2);
    expect(stderr).toContain('--inventory');
  });

  test('says what failed, with its status', async () => {
    const { testbed, backup } = await setUp();
    testbed.world.faults.inject({ match: 'GET /api/rest/volumes', times: 99, action: { kind: 'refuse', status: 403 } });
    const { status, stdout } = await backup(['map', '-c', testbed.address.config]);
    expect(status).toBe(11);
    expect(stdout).toMatch(/failed/);
  });
});
