import { afterAll, describe, expect, test } from 'vitest';
import { callsOfARun, distinctCalls } from '../e2e/calls.js';
import { meet, statusesAt } from '../e2e/faults.js';
import { allTroubles } from '../e2e/troubles.js';

const calls = await callsOfARun();
/** Every read that is repeated, too: several thousand runs. */
const isWhole = process.env['ORASYNC_PROVE'] === 'whole';
const chosen = isWhole ? calls : distinctCalls(calls);

const met: number[] = [];

describe.concurrent.each(allTroubles.map((trouble) => [trouble.name, trouble] as const))('%s', (_, trouble) => {
  const meant = chosen.filter(trouble.isFor).map((call) => [call.name, call] as const);
  test.for(meant)('at %s', { timeout: 240_000 }, async ([, call], { onTestFinished }) => {
    const { exit } = await meet(call, trouble, onTestFinished);
    expect(statusesAt[call.phase]).toContain(exit);
    met.push(exit);
  });
});

afterAll(() => {
  const statuses = [...new Set(met)].sort((a, b) => a - b);
  const counts = statuses.map((status) => `exit ${status}: ${met.filter((each) => each === status).length}`);
  console.log(`${met.length} runs, ${allTroubles.length} troubles at ${chosen.length} calls (${counts.join(', ')})`);
});
