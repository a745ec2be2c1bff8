import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { setUp, verdicts } from './program.js';

/** Twenty days of history, of which seven sets are due, and a plan of that in `plan.json`. */
const setUpWithFile = async (historyDays = 20) => {
  const context = await setUp({ historyDays });
  const { status } = await context.planOf(['plan', '--out', 'plan.json', '-q']);
  const path = join(context.directory, 'plan.json');
  const change = (edit: (file: { plans: Record<string, unknown>[] }) => void) => {
    const file = JSON.parse(readFileSync(path, 'utf8')) as { plans: Record<string, unknown>[] };
    edit(file);
    writeFileSync(path, JSON.stringify(file));
  };
  return { ...context, status, change };
};

test('a plan that was kept is carried out as it was read', async () => {
  const { status, planOf } = await setUpWithFile();
  expect(status).toBe(0);
  const applied = await planOf(['apply', 'plan.json', '-q']);
  expect(applied).toMatchObject({ status: 0, plan: { removals: { length: 35 } } });
  expect(verdicts((await planOf([])).plan)).toHaveLength(13);
  expect(await planOf(['apply', 'plan.json', '-q'])).toMatchObject({ status: 0, plan: { removals: [] } });
});

test('what has become due since is not removed', async () => {
  const { planOf, change } = await setUpWithFile();
  change(({ plans: [plan] }) => {
    const sets = plan?.['sets'] as { verdict: string }[];
    for (const set of sets.slice(-3)) set.verdict = 'keep';
  });
  const { status, plan } = await planOf(['apply', 'plan.json', '-q']);
  expect(status).toBe(0);
  expect(plan?.removals).toHaveLength(20);
  expect(plan?.sets.at(-1)?.reasons).toEqual(['due, but not in the plan file']);
});

describe('a plan is refused with 7, and nothing is deleted, when', () => {
  test.each<[string, (plan: Record<string, unknown>) => void, RegExp]>([
    ['it is of another array', (plan) => Object.assign(plan, { array: { name: 'x', serial: '1' } }), /of array 1/],
    ['the policy has changed', (plan) => Object.assign(plan, { policyHash: '0' }), /policy of ORCL has changed/],
    ['it has expired', (plan) => Object.assign(plan, { expiresAt: '2026-01-01T00:00:00Z' }), /expired at 2026-01-01/],
  ])('%s', async (_, edit, message) => {
    const { planOf, deletions, change } = await setUpWithFile();
    change(({ plans: [plan] }) => plan && edit(plan));
    const { status, plan } = await planOf(['apply', 'plan.json', '-q']);
    expect(status).toBe(7);
    expect(plan?.error).toMatchObject({ code: 'RETENTION_REFUSED', message: expect.stringMatching(message) as string });
    expect(deletions()).toEqual([]);
  });

  test('a set of it is in use meanwhile', async () => {
    const { testbed, planOf, deletions } = await setUpWithFile();
    const { plan } = await planOf([]);
    testbed.world.array.map(plan?.sets.at(-1)?.snapshots[0]?.id ?? 0, 'db1');
    const applied = await planOf(['apply', 'plan.json', '-q']);
    expect(applied.status).toBe(7);
    expect(applied.plan?.error?.message).toMatch(/is not due any more: mapped: \S+ \(\d+\) to host db1/);
    expect(deletions()).toEqual([]);
  });
});

test.each<[string, string, RegExp]>([
  ['is not there', 'none.json', /cannot be read \(ENOENT\)/],
  ['is something else', 'other.json', /is no plan file/],
])('a file that %s is a usage error', async (_, file, message) => {
  const { directory, retention, deletions } = await setUp({ historyDays: 20 });
  writeFileSync(join(directory, 'other.json'), '{"plans":[]}');
  const { status, stderr } = await retention(['apply', file]);
  expect(status).toBe(2);
  expect(stderr).toMatch(message);
  expect(deletions()).toEqual([]);
});

test('a file of another configuration, a place that cannot be written and contradictory flags are usage errors', async () => {
  const { retention, change } = await setUpWithFile();
  change(({ plans: [plan] }) => plan && Object.assign(plan, { database: 'OTHER' }));
  expect(await retention(['apply', 'plan.json'])).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/of database OTHER, which the configuration has not/) as string,
  });
  expect(await retention(['apply', 'plan.json', '--yes'])).toMatchObject({ status: 2 });
  expect(await retention(['apply', 'plan.json', '--all-databases'])).toMatchObject({ status: 2 });
  expect(await retention(['apply', 'plan.json', '-d', 'ORCL'])).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/has no plan for database ORCL/) as string,
  });
  expect(await retention(['plan', '--out', 'none/plan.json'])).toMatchObject({ status: 2 });
  expect(await retention(['plan', '--max-removals', 'all'])).toMatchObject({ status: 2 });
});

test('the cap on removals stops plan and apply with 7, and is raised for one run', async () => {
  const { planOf, deletions } = await setUp({ historyDays: 30 });
  const { status, plan } = await planOf(['plan', '--out', 'plan.json', '-q']);
  expect(status).toBe(7);
  expect(plan?.stops).toMatchObject([{ rule: 'too-many-removals' }]);
  expect((await planOf(['apply', '--yes', '-q'])).status).toBe(7);
  expect((await planOf(['apply', 'plan.json', '-q'])).status).toBe(7);
  expect(deletions()).toEqual([]);
  expect((await planOf(['plan', '--max-removals', '17'])).status).toBe(0);
  expect((await planOf(['apply', 'plan.json', '--max-removals', '17', '-q'])).plan?.removals).toHaveLength(17 * 5);
});

test('plans for everything on the array are kept and carried out too', async () => {
  const { testbed, retention, planOf } = await setUp({ historyDays: 15 });
  const other = testbed.world.array.addVolume({ name: 'other', sizeBytes: 1e9 });
  for (const days of [40, 30])
    testbed.world.array.addSnapshot({
      parentId: other,
      name: `orasync_${days}`,
      createdAt: new Date(Date.now() - days * 86_400_000),
    });
  await planOf(['plan', '--all-databases', '--out', 'plan.json', '-q']);
  const { status, stdout } = await retention(['apply', 'plan.json', '-q']);
  expect(status).toBe(0);
  expect(stdout).toMatch(/10 snapshots removed, 0 not removed/);
  expect(stdout).toMatch(/all others [\s\S]*1 snapshots removed, 0 not removed/);
});
