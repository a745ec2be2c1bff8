import { expect, test } from 'vitest';
import { setUp } from './program.js';

test('explains the policy and draws a year, without talking to the array', async () => {
  const { testbed, retention } = await setUp();
  const { status, stdout } = await retention(['explain', '--from', '2026-01-01']);
  expect(status).toBe(0);
  expect(stdout).toMatch(/- it is younger than 2w/);
  expect(stdout).toMatch(/14 of the 365 sets made from 2026-01-01 to 2026-12-31 are left/);
  expect(stdout).toMatch(/^2026-12 {2}\.{17}a{14}$/m);
  expect(testbed.world.journal.entries).toEqual([]);
});

test('as JSON it has a count for every day', async () => {
  const { retention } = await setUp();
  const { stdout } = await retention(['explain', '--json']);
  const { explanations } = JSON.parse(stdout) as {
    explanations: { sentences: string[]; calendar: { days: { left: number }[]; left: number } }[];
  };
  const [explanation] = explanations;
  expect(explanation?.calendar.days.reduce((sum, { left }) => sum + left, 0)).toBe(explanation?.calendar.left);
  expect(explanation?.sentences.length).toBeGreaterThan(5);
});

test('a day that is none is a usage error', async () => {
  const { retention } = await setUp();
  expect((await retention(['explain', '--from', 'monday'])).status).toBe(2);
});
