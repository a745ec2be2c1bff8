import { expect, test } from 'vitest';
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
