#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { clientReleases } from './oracle/client/release.js';
import { startTestbed } from './start-testbed.js';

const usage = [
  'usage: orasync-testbed [--port N] [--data N] [--archive N] [--unlisted N] [--history DAYS]',
  '                       [--targets volumes|consistencyGroup|filesystems]',
  '                       [--array-latency MS] [--array-skew=MS] [--sql-latency MS]',
  `                       [--sqlplus-release ${clientReleases.join('|')}]`,
].join('\n');
const count = (least: number, most: number) => z.coerce.number().int().min(least).max(most).optional();
const flags = z.strictObject({
  port: count(0, 65_535),
  data: count(1, 999),
  archive: count(0, 99),
  unlisted: count(0, 99),
  targets: z.enum(['volumes', 'consistencyGroup', 'filesystems']).optional(),
  'array-latency': count(0, 600_000),
  'array-skew': count(-86_400_000, 86_400_000),
  'sql-latency': count(0, 600_000),
  'sqlplus-release': z.enum(clientReleases).optional(),
  history: count(0, 10_000),
});

const parseFlags = (): z.output<typeof flags> => {
  const options = Object.fromEntries(Object.keys(flags.shape).map((name) => [name, { type: 'string' as const }]));
  return flags.parse(parseArgs({ options }).values);
};

let chosen: z.output<typeof flags>;
try {
  chosen = parseFlags();
} catch (error) {
  console.error(error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message);
  console.error(usage);
  process.exit(2);
}

const testbed = await startTestbed({
  ...(chosen.port === undefined ? {} : { port: chosen.port }),
  ...(chosen.data === undefined ? {} : { data: chosen.data }),
  ...(chosen.archive === undefined ? {} : { archive: chosen.archive }),
  ...(chosen.unlisted === undefined ? {} : { unlisted: chosen.unlisted }),
  ...(chosen.targets === undefined ? {} : { targets: chosen.targets }),
  ...(chosen['array-latency'] === undefined ? {} : { arrayLatencyMs: chosen['array-latency'] }),
  ...(chosen['array-skew'] === undefined ? {} : { arraySkewMs: chosen['array-skew'] }),
  ...(chosen['sql-latency'] === undefined ? {} : { sqlLatencyMs: chosen['sql-latency'] }),
  ...(chosen['sqlplus-release'] === undefined ? {} : { sqlplusRelease: chosen['sqlplus-release'] }),
  ...(chosen.history === undefined ? {} : { historyDays: chosen.history }),
});
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => void testbed.close().then(() => process.exit(0)));
console.log(JSON.stringify(testbed.address));
