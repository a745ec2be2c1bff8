import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { setUp } from './program.js';

const setUpSets = async () => {
  const context = await setUp({ historyDays: 3 });
  const { config } = context.testbed.address;
  const text = readFileSync(config, 'utf8');
  const arrayAlone = join(context.directory, 'array.yaml');
  writeFileSync(arrayAlone, text.slice(0, text.indexOf('databases:')));
  const locking = join(context.directory, 'locking.yaml');
  writeFileSync(locking, text.replace(/^( +)targets:/m, '$1lockFor: 30d\n$1targets:'));
  const sets = async () => {
    const { stdout } = await context.backup(['list', '--json', '-c', config]);
    return (JSON.parse(stdout) as { sets: { set: string; isPinned: boolean }[] }).sets;
  };
  return { ...context, config, arrayAlone, locking, sets };
};

test('a set is pinned and unpinned with the array alone, by the beginning of its id', async () => {
  const { backup, arrayAlone, sets } = await setUpSets();
  const oldest = (await sets()).at(-1)?.set ?? '';
  const { status, stdout } = await backup(['pin', oldest.slice(0, 13), '--reason', 'audit', '-c', arrayAlone]);
  expect(status).toBe(0);
  expect(stdout).toMatch(new RegExp(`^${oldest} is pinned by .+ until it is unpinned: audit\n$`));
  expect((await sets()).map(({ isPinned }) => isPinned)).toEqual([false, false, true]);
  expect((await backup(['unpin', oldest, '-c', arrayAlone])).status).toBe(0);
  expect((await backup(['unpin', oldest, '-c', arrayAlone])).status).toBe(0);
  expect((await sets()).map(({ isPinned }) => isPinned)).toEqual([false, false, false]);
});

test('a pin has an end, and is printed as one document', async () => {
  const { backup, config } = await setUpSets();
  const args = ['pin', 'latest', '--reason', 'audit', '--until', '2099-12-31', '--json', '-c', config];
  const { status, stdout } = await backup(args);
  expect(status).toBe(0);
  expect((JSON.parse(stdout) as { pins: unknown[] }).pins).toMatchObject([
    { isPinned: true, reason: 'audit', until: expect.stringMatching(/^2099-12-31T|^2100-01-01T/) as string, exit: 0 },
  ]);
});

test.each([
  ['no reason', ['pin', 'latest'], /--reason/],
  ['a reason that moves the cursor', ['pin', 'latest', '--reason', 'a\u001b[2K'], /cannot be printed on one line/],
  ['an end that lies behind', ['pin', 'latest', '--reason', 'a', '--until', '2020-01-01'], /lies behind/],
  ['an end that is no time', ['pin', 'latest', '--reason', 'a', '--until', 'soon'], /expected a day/],
  ['a set that is not there', ['pin', '2001', '--reason', 'a'], /names no set/],
] as const)('%s is a usage error, and nothing is pinned', async (_, args, message) => {
  const { backup, config, sets } = await setUpSets();
  const { status, stderr } = await backup([...args, '-c', config]);
  expect(status).toBe(2);
  expect(stderr).toMatch(message);
  expect((await sets()).some(({ isPinned }) => isPinned)).toBe(false);
});

test('a run with lockFor locks what it made, and check says that the lock outlasts retention', async () => {
  const { backup, testbed, locking } = await setUpSets();
  const { status, stdout } = await backup(['run', '--json', '-q', '-c', locking]);
  expect(status).toBe(0);
  const [run] = (JSON.parse(stdout) as { runs: { snapshots: { id: number }[]; steps: { name: string }[] }[] }).runs;
  expect(run?.steps.at(-1)?.name).toBe('lock');
  const shown = await backup(['show', 'latest', '-c', locking]);
  expect(shown.stdout.match(/locked until/g)).toHaveLength(run?.snapshots.length ?? 0);
  expect((await backup(['check', '-c', locking])).stdout).toMatch(
    /warning +sets are locked for 30d and may go after 2w/,
  );
  testbed.world.faults.inject({
    match: 'PUT /api/rest/volumes',
    times: 99,
    action: { kind: 'refuse', status: 409, code: 'NO_LOCKS' },
  });
  const failed = await backup(['run', '--json', '-q', '-c', locking]);
  expect(failed.status).toBe(3);
  expect((JSON.parse(failed.stdout) as { runs: { state: string }[] }).runs[0]?.state).toBe('complete');
});
