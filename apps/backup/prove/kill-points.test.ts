import { afterAll, describe, expect, test } from 'vitest';
import { callsOfARun } from '../e2e/calls.js';
import { type Blow, type Struck, strike } from '../e2e/kill-points.js';

const blows: readonly Blow[] = ['kill run', 'kill guard', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGSTOP'];
const whens = ['before', 'after'] as const;

const calls = (await callsOfARun()).filter(({ side }) => side !== 'client');
const struck: (Struck & { readonly blow: Blow })[] = [];

describe.concurrent.each(blows)('%s', (blow) => {
  describe.each(whens)('just %s', (when) => {
    test.for(calls.map(({ name }, index) => [name, index] as const))('%s', async ([, skip], { onTestFinished }) => {
      const outcome = await strike({ match: '', skip, when }, blow, onTestFinished);
      expect(outcome).toBeDefined();
      if (outcome !== undefined) struck.push({ ...outcome, blow });
    });
  });
});

afterAll(() => {
  const lines = blows.map((blow) => {
    const mine = struck.filter((each) => each.blow === blow);
    const statuses = [...new Set(mine.map(({ status }) => status))].map(
      (status) =>
        `${status === null ? 'killed' : `exit ${status}`}: ${mine.filter((each) => each.status === status).length}`,
    );
    const longestMs = Math.max(0, ...mine.map(({ hotMs = 0 }) => hotMs));
    return `${blow}: ${mine.length} (${statuses.join(', ')}); in backup mode for ${Math.round(longestMs)} ms at most`;
  });
  console.log(`${struck.length} blows at ${calls.length} calls\n${lines.join('\n')}`);
});
