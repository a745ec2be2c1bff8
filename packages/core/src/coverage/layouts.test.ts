import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { judgeCoverage } from './coverage.js';
import { coverageExceptions, coveragePolicies } from './coverage-policy.js';
import { type Coverage, coverage } from './coverage-report.js';
import { placesToAsk } from './database-inventory.js';
import type { Answer } from './host/answer.js';
import { asmDevicePaths } from './host/asm-devices.js';
import { parseAsmLabel } from './host/asm-labels.js';
import type { HostAnswers } from './host/host-answers.js';
import { hostInventory } from './host/host-inventory.js';
import { parseHost } from './host/parse-host.js';

const fixtures = fileURLToPath(new URL('./fixtures/', import.meta.url));

const file = z.object({
  kind: z.enum(['data-file', 'archive-destination', 'recovery-area', 'controlfile', 'online-log', 'temporary-file']),
  path: z.string(),
});
const dataset = z.object({ id: z.int(), name: z.string() });
const target = z.object({
  kind: z.enum(['volumes', 'filesystems', 'consistency-group']),
  members: z.array(dataset.extend({ type: z.enum(['volume', 'filesystem']) })),
});
const facts = z.strictObject({
  database: z.object({
    files: z.array(file),
    asmGroups: z.array(z.object({ name: z.string(), disks: z.array(z.string()) })),
  }),
  array: z.object({
    identity: z.object({ name: z.string(), serial: z.string() }),
    volumes: z.array(dataset.extend({ serial: z.string(), nguid: z.string().optional() })),
    exports: z.array(z.object({ exportPath: z.string(), innerPath: z.string(), filesystem: dataset })),
    nasAddresses: z.array(z.string()).optional(),
  }),
  targets: z.object({ data: target, archive: target.optional() }),
  others: z.array(z.object({ name: z.string(), datasetIds: z.array(z.int()) })).default([]),
  exceptions: coverageExceptions.default([]),
});

/** What one layout's directory holds: the output of each command that ran, and what the database and the array know. */
const readLayout = (name: string) => {
  const read = (file: string): string | undefined => {
    const path = `${fixtures}${name}/${file}`;
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  };
  const answer = (...files: readonly string[]): Answer => {
    const text = files.map(read).find((content) => content !== undefined);
    return text === undefined ? { kind: 'failed', reason: 'it did not run' } : { kind: 'output', text };
  };
  const { exceptions, ...known } = facts.parse(JSON.parse(read('facts.json') ?? ''));
  const { paths, asmDisks } = placesToAsk(known.database);
  const links = z.record(z.string(), z.string()).parse(JSON.parse(read('readlink.json') ?? ''));
  const stat = answer('stat.txt');
  const answers: HostAnswers = {
    host: 'db1',
    takenAt: new Date('2026-03-01T12:00:00Z'),
    paths,
    asmDisks,
    realPaths: new Map(Object.entries(links).map(([path, real]) => [path, { kind: 'output', text: `${real}\n` }])),
    // Kept with line ends, to be readable.
    stat: stat.kind === 'output' ? { kind: 'output', text: stat.text.replaceAll('\n', '\0') } : stat,
    findmnt: answer('findmnt.json', 'findmnt.txt'),
    lsblk: answer('lsblk.json', 'lsblk.txt'),
    sysfs: answer('sysfs.txt'),
    slaves: answer('slaves.txt'),
    idLinks: answer('by-id.txt'),
    multipath: answer('multipath.json', 'multipath.txt'),
    physicalVolumes: answer('pvs.json', 'pvs.txt'),
    rawBindings: answer('raw.txt'),
    asm: {
      queriedDisks: new Map(
        asmDisks.flatMap((disk) => {
          const label = parseAsmLabel(disk)?.label;
          return label === undefined ? [] : [[label, answer(`querydisk-${label}.txt`)] as const];
        }),
      ),
      filteredDisks: answer('afd_lsdsk.txt'),
      filterFiles: answer('afd-files.txt'),
    },
    oranfstabs: [answer('oranfstab')],
  };
  const { archive } = known.targets;
  return {
    answers,
    exceptions,
    facts: { ...known, array: { nasAddresses: undefined, ...known.array }, targets: { ...known.targets, archive } },
  };
};

const listed = (values: readonly string[]): string => values.join(', ') || '-';

/** One line for every file, its columns aligned; then the state and the findings. */
const describeCoverage = ({ files, state, findings }: Coverage): string => {
  const rows = [
    ['FILE', 'MOUNT OR GROUP', 'DEVICE', 'VOLUME', 'TARGET', 'VERDICT'],
    ...files.map(({ path, place = '-', devices, datasets, targets, verdict }) => [
      path,
      place,
      listed(devices),
      listed(datasets.map(({ name }) => name)),
      listed(targets),
      verdict,
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return [
    ...rows.map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
    '',
    state,
    ...findings.map(({ level, code, message }) => `${level} ${code}: ${message}`),
    '',
  ].join('\n');
};

describe('each captured layout gives its table', () => {
  it.each(
    readdirSync(fixtures, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name),
  )('%s', async (name) => {
    const { answers, facts: known, exceptions } = readLayout(name);
    expect(Object.keys(JSON.parse(readFileSync(`${fixtures}${name}/readlink.json`, 'utf8'))).toSorted()).toEqual(
      expect.arrayContaining(answers.paths.toSorted()),
    );
    expect(asmDevicePaths(answers.asmDisks, answers.asm)).toBeDefined();
    const host = parseHost(answers);
    expect(hostInventory.parse(JSON.parse(JSON.stringify(host)))).toEqual(host);
    const judged = judgeCoverage({ ...known, host }, { policies: coveragePolicies.parse({}), exceptions });
    expect(coverage.parse(JSON.parse(JSON.stringify(judged)))).toEqual(judged);
    await expect(describeCoverage(judged)).toMatchFileSnapshot(`${fixtures}${name}/expected.txt`);
  });
});
