import { describe, expect, test } from 'vitest';
import { type Blow, strike } from '../e2e/kill-points.js';

const blows: readonly Blow[] = ['kill run', 'kill guard', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGSTOP'];

/** More calls than a run makes: those beyond its last one are skipped. */
const calls = Array.from({ length: 90 }, (_, index) => index + 1);

describe.each(blows)('%s', (blow) => {
  describe.each(['before', 'after'] as const)('just %s', (when) => {
    test.each(calls)('call %i', { timeout: 120_000 }, async (call) => {
      if (!(await strike({ match: '', skip: call - 1, when }, blow))) expect(call).toBeGreaterThan(60);
    });
  });
});
