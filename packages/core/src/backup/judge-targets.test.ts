import { describe, expect, test } from 'vitest';
import type { Dataset, Group } from '../ports.js';
import type { FoundTarget } from '../targets.js';
import { judgeTargets, warningsOnSet } from './judge-targets.js';

const dataset = (id: number, name: string, change: Partial<Dataset> = {}) =>
  ({ id, name, type: 'volume', kind: 'master', ...change }) as Dataset;
const [a, b, c] = [dataset(1, 'a'), dataset(2, 'b'), dataset(3, 'c')] as const;
const volumes = (...members: Dataset[]): FoundTarget => ({
  kind: 'volumes',
  names: members.map(({ name }) => name),
  members,
});
const master: Group = { id: 9, name: 'g', kind: 'master', parentId: undefined, members: [a, b] };
const group = (change: Partial<Extract<FoundTarget, { kind: 'consistency-group' }>> = {}): FoundTarget => ({
  kind: 'consistency-group',
  name: 'g',
  listed: undefined,
  groups: [master],
  members: [a, b],
  ...change,
});

const findingsOf = (data: FoundTarget, archive?: FoundTarget, allowOverlap = false) =>
  judgeTargets({ data, archive }, { allowOverlap });

test.each<[string, FoundTarget, FoundTarget]>([
  ['volumes', volumes(a, b), volumes(c)],
  ['a consistency group', group(), volumes(c)],
  ['a consistency group with the members that are listed', group({ listed: ['b', 'a'] }), volumes(c)],
  ['filesystems', { kind: 'filesystems', names: ['a'], members: [a] }, volumes(c)],
])('nothing speaks against %s', (_, data, archive) => {
  expect(findingsOf(data, archive)).toEqual([]);
});

describe('it blocks', () => {
  test.each<[string, string, FoundTarget]>([
    ['a volume that is not there', 'volume-missing', { kind: 'volumes', names: ['a', 'x'], members: [a] }],
    ['a filesystem that is not there', 'filesystem-missing', { kind: 'filesystems', names: ['x'], members: [] }],
    ['a volume that is a snapshot', 'volume-is-snapshot', volumes(dataset(1, 'a', { kind: 'snapshot' }))],
    [
      'a filesystem that is a snapshot',
      'filesystem-is-snapshot',
      { kind: 'filesystems', names: ['a'], members: [dataset(1, 'a', { kind: 'snapshot' })] },
    ],
    ['a group that is not there', 'group-missing', group({ groups: [], members: [] })],
    ['a group that is there twice', 'group-ambiguous', group({ groups: [master, { ...master, id: 10 }] })],
    ['a snapshot group', 'group-is-snapshot', group({ groups: [{ ...master, kind: 'snapshot' }], members: [] })],
    ['a group without members', 'group-empty', group({ members: [] })],
    ['a group that lacks a listed member', 'member-missing', group({ listed: ['a', 'b', 'x'] })],
  ])('%s', (_, code, data) => {
    expect(findingsOf(data).map((each) => [each.level, each.code])).toEqual([['blocking', code]]);
    expect(findingsOf(data)[0]?.hint).toBeDefined();
  });

  test('a dataset of both roles, also when one of them names it by a group', () => {
    expect(findingsOf(group(), volumes(b, c)).map(({ code, message }) => [code, message])).toEqual([
      ['target-overlap', 'b is a target of both roles: one restore would overwrite the other'],
    ]);
    expect(findingsOf(group(), volumes(b), true)).toEqual([]);
  });
});

describe('it warns of', () => {
  test('a stranger in a group, by name, and repeats that on the set', () => {
    const findings = findingsOf(group({ listed: ['a'] }));
    expect(findings).toMatchObject([
      { level: 'warning', code: 'stranger-in-group', message: expect.stringMatching(/^b is in/) },
    ]);
    expect(warningsOnSet(findings)).toEqual(['stranger-in-group']);
    expect(warningsOnSet(findingsOf(group()))).toEqual([]);
  });

  test.each<[string, (member: Dataset) => FoundTarget, string[]]>([
    ['several volumes', (member) => volumes(a, member), ['long-name']],
    ['one volume, whose name is not used', (member) => volumes(member), []],
    ['one member of a group, whose name is', (member) => group({ members: [member] }), ['long-name']],
  ])('names of snapshots longer than is known to be accepted: of %s', (_, targetOf, codes) => {
    expect(findingsOf(targetOf(dataset(4, 'v'.repeat(60)))).map(({ code }) => code)).toEqual(codes);
  });
});
