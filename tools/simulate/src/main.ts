import { parseArgs } from 'node:util';
import { describeEntry } from '@orasync/testing';
import { play } from './play.js';
import { scenarioOf } from './scenario.js';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '300' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
  },
});

const first = Number(values.seed ?? values.from);
const count = values.seed === undefined ? Number(values.seeds) : 1;
const beganAtMs = performance.now();
const tally = new Map<string, number>();

for (let seed = first; seed < first + count; seed += 1) {
  const scenario = scenarioOf(seed);
  const { violations, ends, journal } = await play(scenario);
  for (const { kind, error } of ends) {
    const what = kind === 'failed' ? String((error as { code?: unknown }).code) : kind;
    tally.set(what, (tally.get(what) ?? 0) + 1);
  }
  if (violations.length === 0) continue;
  for (const entry of journal)
    console.log(`${entry.n} ${entry.at} ${describeEntry(entry).slice(0, 300)} ${entry.outcome ?? '…'}`);
  console.log(JSON.stringify(scenario, undefined, 2));
  for (const { name, kind, error } of ends)
    console.log(`${name}: ${kind}${error === undefined ? '' : ` ${String(error)}`}`);
  console.log(`seed ${seed} breaks a promise:\n${violations.join('\n')}`);
  process.exit(1);
}

const seconds = (performance.now() - beganAtMs) / 1000;
const ended = [...tally].sort(([a], [b]) => (a < b ? -1 : 1)).map(([what, times]) => `${times} ${what}`);
console.log(`${count} seeds, ${Math.round(count / seconds)} per second; every promise kept (${ended.join(', ')})`);
process.exit(0);
