import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { setUp } from './program.js';

interface RunDocument {
  readonly runs: readonly {
    readonly state: string;
    readonly snapshots: readonly { readonly id: number; readonly name: string; readonly role: string }[];
    readonly findings: readonly { readonly level: string; readonly code: string }[];
  }[];
}

const runOf = (stdout: string) => (JSON.parse(stdout) as RunDocument).runs[0];

describe.each([
  ['consistencyGroup', 'POST /api/rest/cgs', 1],
  ['filesystems', 'POST /api/rest/filesystems', 4],
] as const)('with %s as targets', (targets, call, calls) => {
  const setUpTargets = () => setUp({ targets });

  test('what it makes is complete and recovers', async () => {
    const { testbed, backup, activeFiles } = await setUpTargets();
    const { status, stdout } = await backup(['run', '--json', '-q', '-c', testbed.address.config]);
    expect(status).toBe(0);
    const run = runOf(stdout);
    expect(run).toMatchObject({ state: 'complete', worth: { logs: 'captured', controlfile: 'captured' } });
    expect(run?.snapshots.map(({ role }) => role)).toEqual(['data', 'data', 'data', 'data', 'archive']);
    expect(run?.snapshots.map(({ name }) => name.replace(/\d{4}-\d\d-\d\d_\d{6}/, 'T'))).toEqual([
      ...['01', '02', '03', '04'].map((suffix) => `orasync_data_T_ora_data${suffix}`),
      targets === 'filesystems' ? 'orasync_archive_T' : 'orasync_archive_T_ora_arch01',
    ]);
    expect(activeFiles()).toBe(0);
    const ids = run?.snapshots.map(({ id }) => id) ?? [];
    const proof = await fetch(testbed.address.control, { method: 'POST', body: JSON.stringify({ recover: ids }) });
    expect(await proof.json()).toMatchObject({ consistent: true });
  });

  test('the window costs the call that is needed, and no look-up of anything before it', async () => {
    const { testbed, backup } = await setUpTargets();
    await backup(['-q', '-c', testbed.address.config]);
    const whats = testbed.world.journal.entries.map(({ what }) => what);
    const begin = whats.findIndex((what) => /BEGIN BACKUP/i.test(what));
    const end = whats.findIndex((what) => /END BACKUP/i.test(what));
    const ofArray = whats.slice(begin, end).filter((what) => / \/api\/rest\//.test(what));
    expect(ofArray.slice(0, calls)).toEqual(Array.from({ length: calls }, () => call));
    const others = ofArray.slice(calls).map((what) => what.replace(/\d+/, 'ID'));
    expect(others).toEqual(targets === 'filesystems' ? [] : ['GET /api/rest/cgs/ID/members']);
  });

  test('a lost answer is settled by looking, without a second call', async () => {
    const { testbed, backup } = await setUpTargets();
    testbed.world.faults.inject({ match: call, times: calls, action: { kind: 'reset', when: 'after' } });
    expect((await backup(['-q', '-c', testbed.address.config])).status).toBe(0);
    const posts = testbed.world.journal.entries.filter(({ what }) => what === call);
    expect(posts).toHaveLength(calls + 1);
  });

  test('a failure leaves the database out of backup mode, and exits with 1', async () => {
    const { testbed, backup, activeFiles } = await setUpTargets();
    testbed.world.faults.inject({ match: call, skip: calls - 1, times: 9, action: { kind: 'refuse', status: 500 } });
    const { status, stdout } = await backup(['--json', '-q', '-c', testbed.address.config]);
    expect(status).toBe(1);
    expect(activeFiles()).toBe(0);
    expect(runOf(stdout)?.state).toBe(targets === 'filesystems' ? 'inconsistent' : 'none');
  });
});

describe('a consistency group', () => {
  test('that lacks a listed member is refused', async () => {
    const { testbed, backup } = await setUp({ targets: 'consistencyGroup' });
    const config = readFileSync(testbed.address.config, 'utf8');
    writeFileSync(testbed.address.config, config.replace('[ora_arch01]', '[ora_arch01, ora_arch02]'));
    const { status, stdout } = await backup(['check', '-c', testbed.address.config]);
    expect(status).toBe(4);
    expect(stdout).toMatch(/ora_arch02 is not in consistency group ora_arch/);
  });

  test('with a stranger in it is backed up with a warning, in the report and on the set', async () => {
    const { testbed, backup } = await setUp({ targets: 'consistencyGroup' });
    const config = readFileSync(testbed.address.config, 'utf8');
    writeFileSync(testbed.address.config, config.replace('ora_data03, ora_data04]', 'ora_data03]'));
    const { status, stdout } = await backup(['--json', '-q', '-c', testbed.address.config]);
    expect(status).toBe(0);
    expect(runOf(stdout)?.findings.map(({ code }) => code)).toContain('stranger-in-group');
    const { url, username, password } = testbed.address.infinibox;
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const labels = await fetch(`${url}/api/rest/metadata?key=orasync.set`, { headers: { authorization } });
    const { result } = (await labels.json()) as { result: readonly { value: string }[] };
    expect(result).toHaveLength(7); // five members and their two snapshot groups
    expect(result.map(({ value }) => (JSON.parse(value) as { warnings?: unknown }).warnings)).toEqual(
      result.map(() => ['stranger-in-group']),
    );
  });

  test('that is not there, or is a snapshot group, is refused before anything is changed', async () => {
    const { testbed, backup } = await setUp({ targets: 'consistencyGroup' });
    const config = readFileSync(testbed.address.config, 'utf8');
    expect((await backup(['-q', '-c', testbed.address.config])).status).toBe(0);
    const made = testbed.world.journal.entries.length;
    const [snapshotGroup] =
      /orasync_data_\d{4}-\d\d-\d\d_\d{6}/.exec(JSON.stringify(testbed.world.journal.entries)) ?? [];
    for (const [name, problem] of [
      ['nowhere', /consistency group nowhere is not on the array/],
      [snapshotGroup ?? '', /is itself a snapshot group/],
    ] as const) {
      writeFileSync(testbed.address.config, config.replace('consistencyGroup: ora_data', `consistencyGroup: ${name}`));
      const { status, stderr } = await backup(['-q', '-c', testbed.address.config]);
      expect(status).toBe(4);
      expect(stderr).toMatch(problem);
    }
    const writes = testbed.world.journal.entries
      .slice(made)
      .filter(({ what }) => /^(PUT|POST|DELETE|ALTER)/.test(what));
    expect(writes).toEqual([]);
  });
});

test('two kinds in one role are an error of the configuration that says so', async () => {
  const { testbed, backup } = await setUp();
  const config = readFileSync(testbed.address.config, 'utf8');
  writeFileSync(testbed.address.config, config.replace('data: { volumes', 'data: { filesystems: [nfs01], volumes'));
  const { status, stderr } = await backup(['-c', testbed.address.config]);
  expect(status).toBe(2);
  expect(stderr).toMatch(
    /databases\[0\]\.targets\.data: must name datasets of one kind, not both volumes and filesystems/,
  );
  expect(testbed.world.journal.entries).toEqual([]);
});
