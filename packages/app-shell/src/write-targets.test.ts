import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TargetProposal } from '@orasync/core';
import { expect, onTestFinished, test } from 'vitest';
import { formatYamlName, writeTargets } from './write-targets.js';

const fileOf = (text: string): string => {
  const directory = mkdtempSync(join(tmpdir(), 'orasync-write-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const path = join(directory, 'orasync.yaml');
  writeFileSync(path, text);
  return path;
};
const proposal = (data: readonly string[], archive?: readonly string[]): readonly TargetProposal[] => [
  { role: 'data', target: { volumes: data }, missing: [], problems: [] },
  { role: 'archive', target: archive && { volumes: archive }, missing: [], problems: [] },
];

const flow = `# ours
databases:
  - name: OTHER
    targets: { data: { volumes: [a] } }
  - name: ORCL # the big one
    targets:
      data: { volumes:   [a, b] } # not c
zone:    utc # odd spaces stay
`;

test('adds what is missing to a list in brackets, and every other character stays', () => {
  const path = fileOf(flow);
  expect(writeTargets(path, 'ORCL', proposal(['a', 'b', 'c', 'd']))).toEqual(['c, d to the data target']);
  expect(readFileSync(path, 'utf8')).toBe(flow.replace('[a, b]', '[a, b, c, d]'));
});

test('adds to a list of lines', () => {
  const text =
    'databases:\n  - name: ORCL\n    targets:\n      data:\n        volumes:\n          - a # first\n          - b # last';
  const path = fileOf(text);
  writeTargets(path, 'ORCL', proposal(['a', 'b', 'no']));
  expect(readFileSync(path, 'utf8')).toBe(`${text}\n          - "no"`);
});

test.each([
  [flow, flow.replace('      data: {', '      archive: { volumes: [z] }\n      data: {')],
  [
    'databases: [{ name: ORCL, targets: { data: { volumes: [a, b] } } }]\n',
    'databases: [{ name: ORCL, targets: { archive: { volumes: [z] }, data: { volumes: [a, b] } } }]\n',
  ],
])('adds a target that is not there yet', (text, expected) => {
  const path = fileOf(text);
  expect(writeTargets(path, 'ORCL', proposal(['a', 'b'], ['z']))).toEqual(['z as the archive target']);
  expect(readFileSync(path, 'utf8')).toBe(expected);
});

test('adds nothing to a consistency group, and nothing that is there', () => {
  const path = fileOf(flow);
  const group: TargetProposal = { role: 'archive', target: { consistencyGroup: 'g' }, missing: ['x'], problems: [] };
  expect(writeTargets(path, 'ORCL', [...proposal(['a', 'b']).slice(0, 1), group])).toEqual([]);
  expect(readFileSync(path, 'utf8')).toBe(flow);
});

test.each([
  ['is not there', undefined, /cannot be read \(ENOENT\)/],
  ['has no such database', 'databases: [{ name: X }]', /has no database ORCL with targets/],
  ['has no databases', 'zone: utc', /has no database ORCL/],
  ['is no YAML', 'databases: [', /has no database ORCL/],
])('says when the file %s', (_, text, message) => {
  const path = text === undefined ? '/nowhere/orasync.yaml' : fileOf(text);
  expect(() => writeTargets(path, 'ORCL', proposal(['a']))).toThrow(message);
});

test.each(['no', 'Off', '007', 'a b', 'a:b', '-x'])('quotes %s, which YAML reads otherwise', (name) => {
  expect(formatYamlName(name)).toBe(JSON.stringify(name));
});

test('leaves a plain name plain', () => {
  expect(formatYamlName('ora_data-01.x')).toBe('ora_data-01.x');
});
