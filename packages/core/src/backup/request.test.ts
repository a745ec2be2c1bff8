import { expect, test } from 'vitest';
import { z } from 'zod';
import { backupSettings } from './request.js';

const targets = { data: { volumes: ['a'] }, archive: { volumes: ['b'] } };
const problemsOf = (settings: unknown) =>
  backupSettings.safeParse(settings).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

test('the least that is needed gets the defaults', () => {
  expect(backupSettings.parse({ targets: { data: { volumes: ['a'] } } })).toMatchObject({
    expect: {},
    allowOffline: [],
    budget: 60_000,
    targets: { allowOverlap: false },
  });
});

test.each<[string, unknown, RegExp]>([
  [
    'a volume listed twice',
    { targets: { data: { volumes: ['a', 'a'] } } },
    /targets\.data\.volumes: lists a volume twice/,
  ],
  [
    'a role without a target',
    { targets: { data: {} } },
    /targets\.data: must name volumes, a consistencyGroup or filesys/,
  ],
  [
    'datasets of two kinds in one role',
    { targets: { data: { volumes: ['a'], filesystems: ['b'] } } },
    /targets\.data: must name datasets of one kind, not both volumes and filesystems/,
  ],
  [
    'members without their group',
    { targets: { data: { volumes: ['a'], members: ['a'] } } },
    /targets\.data\.members: belongs beside a consistencyGroup/,
  ],
  ['an unknown kind of target', { targets: { data: { luns: ['a'] } } }, /targets\.data: Unrecognized key/],
  [
    'a group in both roles',
    { targets: { data: { consistencyGroup: 'g' }, archive: { consistencyGroup: 'g' } } },
    /targets\.archive\.consistencyGroup: g is a data target too/,
  ],
  [
    'a filesystem in both roles',
    { targets: { data: { filesystems: ['a', 'b'] }, archive: { filesystems: ['b'] } } },
    /targets\.archive\.filesystems: b is a data target too/,
  ],
  ['a volume in both roles', { targets: { ...targets, archive: { volumes: ['a'] } } }, /a is a data target too/],
  [
    'restore material that no snapshot captures',
    { targets: { data: targets.data }, restoreMaterial: '/arch' },
    /needs an archive target/,
  ],
  ['restore material in a relative directory', { targets, restoreMaterial: 'arch' }, /must be an absolute path/],
  ['a budget of more than an hour', { targets, budget: '2h' }, /must be an hour at most/],
  ['an unknown key', { targets, bugdet: '1m' }, /Unrecognized key/],
])('%s is refused', (_, settings, problem) => {
  expect(problemsOf(settings)?.join('; ')).toMatch(problem);
});

test('a volume in both roles can be allowed', () => {
  expect(problemsOf({ targets: { ...targets, archive: { volumes: ['a'] }, allowOverlap: true } })).toBeUndefined();
});

test.each([
  [{ volumes: ['a', 'b'] }],
  [{ consistencyGroup: 'g', members: ['a', 'b'] }],
  [{ consistencyGroup: 'g' }],
  [{ filesystems: ['a', 'b'] }],
])('a role may have %j as its target', (data) => {
  expect(backupSettings.parse({ targets: { data } }).targets.data).toEqual(data);
});

test('an editor that knows the schema is told that a role is of one kind', () => {
  const text = JSON.stringify(z.toJSONSchema(backupSettings, { io: 'input' }));
  expect(text).toContain(
    '"oneOf":[{"required":["volumes"]},{"required":["consistencyGroup"]},{"required":["filesystems"]}]',
  );
});

test('roles may be of different kinds, and the same name of another kind is another dataset', () => {
  expect(problemsOf({ targets: { data: { volumes: ['a'] }, archive: { filesystems: ['a'] } } })).toBeUndefined();
});
