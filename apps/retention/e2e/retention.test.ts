import { describe, expect, test } from 'vitest';
import { setUp, verdicts } from './program.js';

test('without a command the plan is printed, with a reason for every set, and nothing is removed', async () => {
  const { retention, planOf, deletions } = await setUp({ historyDays: 20 });
  const { status, plan } = await planOf([]);
  expect(status).toBe(0);
  expect(verdicts(plan)).toEqual([
    ...Array.from({ length: 13 }, () => 'keep'),
    ...Array.from({ length: 7 }, () => 'remove'),
  ]);
  expect(plan?.sets.every(({ reasons }) => reasons.length > 0)).toBe(true);
  const { stdout } = await retention(['plan']);
  expect(stdout).toMatch(/13 to keep, 7 to remove, 0 blocked/);
  expect(stdout).toMatch(/older than 2w/);
  expect(deletions()).toEqual([]);
});

test('apply --yes removes what the plan says, and a second time there is nothing to do', async () => {
  const { planOf } = await setUp({ historyDays: 20 });
  const first = await planOf(['apply', '--yes', '-q']);
  expect(first.status).toBe(0);
  expect(first.plan?.removals).toHaveLength(35);
  const second = await planOf(['apply', '--yes', '-q']);
  expect(second.status).toBe(0);
  expect(second.plan?.removals).toEqual([]);
  expect(verdicts(second.plan)).toHaveLength(13);
});

test.each(['consistencyGroup', 'filesystems'] as const)(
  'sets of %s are removed like those of volumes',
  async (targets) => {
    const { planOf } = await setUp({ historyDays: 15, targets });
    const { status, plan } = await planOf(['apply', '--yes', '-q']);
    expect(status).toBe(0);
    expect(plan?.removals).toHaveLength(10);
    expect(verdicts((await planOf([])).plan)).toHaveLength(13);
  },
);

test('apply without --yes is a usage error', async () => {
  const { retention, deletions } = await setUp({ historyDays: 20 });
  const { status, stderr } = await retention(['apply']);
  expect(status).toBe(2);
  expect(stderr).toMatch(/--yes/);
  expect(deletions()).toEqual([]);
});

test('an array without any backup is no error', async () => {
  const { planOf } = await setUp();
  expect(await planOf([])).toMatchObject({ status: 0, plan: { sets: [] } });
});

describe('what may not go', () => {
  test('a mapped member blocks its whole set, the others go', async () => {
    const { testbed, planOf } = await setUp({ historyDays: 16 });
    const { plan } = await planOf([]);
    testbed.world.array.map(plan?.sets.at(-1)?.snapshots[2]?.id ?? 0, 'host1');
    const { status, plan: after } = await planOf(['apply', '--yes', '-q']);
    expect(status).toBe(0);
    expect(verdicts(after).filter((verdict) => verdict === 'blocked')).toHaveLength(1);
    expect(after?.removals).toHaveLength(2 * 5);
  });

  test('clocks that differ stop everything with 7', async () => {
    const { testbed, planOf, deletions } = await setUp({ historyDays: 20 });
    testbed.world.array.skewClock(3_600_000);
    expect((await planOf(['plan'])).status).toBe(7);
    expect((await planOf(['apply', '--yes'])).status).toBe(7);
    expect(deletions()).toEqual([]);
  });

  test('a failed deletion is reported with 3, and the next run finishes', async () => {
    const { testbed, planOf } = await setUp({ historyDays: 15 });
    testbed.world.faults.inject({ match: 'DELETE /api/rest/volumes', action: { kind: 'refuse', status: 500 } });
    const { status, plan } = await planOf(['apply', '--yes', '-q']);
    expect(status).toBe(3);
    expect(plan?.removals?.filter(({ outcome }) => outcome === 'failed')).toHaveLength(1);
    expect((await planOf(['apply', '--yes', '-q'])).status).toBe(0);
    expect(verdicts((await planOf([])).plan)).toHaveLength(13);
  });

  test('snapshots of other volumes are not in the plan, unless all databases are asked for', async () => {
    const { testbed, retention } = await setUp({ historyDays: 1 });
    const other = testbed.world.array.addVolume({ name: 'other', sizeBytes: 1e9 });
    const createdAt = new Date(Date.now() - 40 * 86_400_000);
    testbed.world.array.addSnapshot({ parentId: other, name: 'orasync_data_2017-01-01_000000', createdAt });
    expect((await retention(['plan'])).stdout).not.toMatch(/2017-01-01/);
    const { stdout } = await retention(['plan', '--all-databases']);
    expect(stdout).toMatch(/keep +legacy .*orasync_data_2017-01-01_000000/);
  });
});
