import { parseArgs } from 'node:util';
import { describeEntry } from '@orasync/testing';
import { type Played, play } from './play.js';
import { type Scenario, scenarioOf } from './scenario.js';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '300' },
    from: { type: 'string', default: '1' },
    /** Only these. */
    seed: { type: 'string', multiple: true },
    journal: { type: 'boolean', default: false },
  },
});

const first = Number(values.from);
const seeds = values.seed?.map(Number) ?? Array.from({ length: Number(values.seeds) }, (_, index) => first + index);
const beganAtMs = performance.now();
const tally = new Map<string, number>();

const messageOf = (error: unknown): string => (error instanceof Error ? String(error) : JSON.stringify(error));

/** Everything that is needed to understand what went wrong, the verdict last. */
const describe = (scenario: Scenario, { violations, ends, journal }: Played): string =>
  [
    ...journal.map((entry) => `${entry.n} ${entry.at} ${describeEntry(entry).slice(0, 120)} → ${entry.outcome ?? '…'}`),
    JSON.stringify(scenario),
    ...ends.map(({ name, kind, error }) => `${name}: ${kind}${error === undefined ? '' : `, ${messageOf(error)}`}`),
    ...(violations.length === 0 ? [] : [`seed ${scenario.seed} breaks a promise:`, ...violations]),
  ].join('\n');

const playAll = async (): Promise<boolean> => {
  for (const seed of seeds) {
    const scenario = scenarioOf(seed);
    const played = await play(scenario);
    for (const { kind, error } of played.ends) {
      const what = kind === 'failed' ? String((error as { code?: unknown }).code) : kind;
      tally.set(what, (tally.get(what) ?? 0) + 1);
    }
    if (values.journal || played.violations.length > 0) console.log(describe(scenario, played));
    if (played.violations.length > 0) return false;
  }
  return true;
};

if (await playAll()) {
  const seconds = (performance.now() - beganAtMs) / 1000;
  const ended = [...tally].sort(([a], [b]) => (a < b ? -1 : 1)).map(([what, times]) => `${times} ${what}`);
  console.log(
    `${seeds.length} seeds, ${Math.round(seeds.length / seconds)} per second; every promise kept (${ended.join(', ')})`,
  );
} else process.exitCode = 1;
