import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { hashPolicy, retentionPolicy, retentionSettings } from './policy.js';
import { describePolicy } from './retention-plan.js';

const dayMs = 86_400_000;

const messageOf = (policy: object): string => {
  const { error } = retentionPolicy.safeParse(policy);
  return error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n') ?? 'none';
};

test('the default is the predecessor: two weeks and a name, under three complete sets', () => {
  expect(retentionPolicy.parse({})).toEqual({
    keepLast: 0,
    keepWithin: 0,
    keepHourly: 0,
    keepDaily: 0,
    keepWeekly: 0,
    keepMonthly: 0,
    keepYearly: 0,
    deleteAfter: 14 * dayMs,
    keepIncompleteWithin: 14 * dayMs,
    zone: 'UTC',
    minComplete: 3,
    maxAge: undefined,
    maxRemovals: undefined,
    clockTolerance: 300_000,
    nameContains: 'orasync',
  });
});

test('whatever is given stands', () => {
  const given = {
    keepLast: 1,
    keepHourly: 2,
    keepDaily: 3,
    keepWeekly: 4,
    keepMonthly: 5,
    keepYearly: 6,
    zone: 'Europe/Amsterdam',
    minComplete: 1,
    maxRemovals: 0,
    nameContains: 'abc',
  };
  const lengths = {
    keepWithin: '1d',
    deleteAfter: '2d',
    keepIncompleteWithin: '3d',
    maxAge: '4d',
    clockTolerance: '5d',
  };
  expect(retentionPolicy.parse({ ...given, ...lengths })).toEqual({
    ...given,
    keepWithin: dayMs,
    deleteAfter: 2 * dayMs,
    keepIncompleteWithin: 3 * dayMs,
    maxAge: 4 * dayMs,
    clockTolerance: 5 * dayMs,
  });
});

test('remains stay as long as backups do, and a day at least', () => {
  expect(retentionPolicy.parse({ deleteAfter: '30d' }).keepIncompleteWithin).toBe(30 * dayMs);
  expect(retentionPolicy.parse({ deleteAfter: '1h' }).keepIncompleteWithin).toBe(dayMs);
  expect(retentionPolicy.parse({ keepIncompleteWithin: '1d' }).keepIncompleteWithin).toBe(dayMs);
});

describe('refuses', () => {
  const off = 'so many stay, and 0 switches the rule off';
  test.each<[object, string]>([
    [{ keepDaily: -1 }, `keepDaily: must be a whole number, 0 or more: ${off}`],
    [{ keepLast: 1.5 }, `keepLast: must be a whole number, 0 or more: ${off}`],
    [{ keepHourly: '7' }, `keepHourly: must be a whole number, 0 or more: ${off}`],
    [{ minComplete: 0 }, 'minComplete: must be a whole number, 1 or more: the last complete set is never removed'],
    [{ maxRemovals: -1 }, 'maxRemovals: must be a whole number, 0 or more: a plan that removes more sets is refused'],
    [{ zone: 'Mars' }, 'zone: must be a time zone such as Europe/Amsterdam, or UTC'],
    [{ zone: 'local' }, 'zone: must be a time zone such as Europe/Amsterdam, or UTC'],
    [{ deleteAfter: '0d' }, 'deleteAfter: must be a whole number and s, m, h, d or w, such as 14d'],
    [
      { keepIncompleteWithin: '23h' },
      'keepIncompleteWithin: must be 1d or more: until then the run of an incomplete set may still be at work',
    ],
    [{ nameContains: 'or' }, 'nameContains: must have at least 3 characters'],
  ])('%j', (policy, message) => {
    expect(messageOf(policy)).toBe(message);
  });

  test('a rule that it does not know', () => {
    expect(messageOf({ keepDayly: 7 })).toMatch(/keepDayly/);
  });
});

test('every setting says what it does', () => {
  const { properties } = z.toJSONSchema(retentionSettings, { io: 'input' });
  const silent = Object.entries(properties ?? {}).filter(
    ([, schema]) => typeof schema !== 'object' || (schema.description ?? '').length < 10,
  );
  expect(silent).toEqual([]);
});

describe('the hash of a policy', () => {
  test('is the same however the policy was written', () => {
    const { keepLast, ...rest } = retentionPolicy.parse({ keepDaily: 7 });
    expect(hashPolicy({ ...rest, keepLast })).toBe(hashPolicy(retentionPolicy.parse({ keepDaily: 7 })));
  });

  test('tells policies apart by any of their settings', () => {
    const policy = retentionPolicy.parse({ maxAge: '1d', maxRemovals: 1 });
    const others = Object.entries(policy).map(([key, value]) => hashPolicy({ ...policy, [key]: `${value}0` }));
    expect(new Set([hashPolicy(policy), ...others]).size).toBe(1 + Object.keys(policy).length);
  });

  test('is FNV-1a of 64 bits, the same on every machine and in every version', () => {
    expect(hashPolicy(retentionPolicy.parse({}))).toBe('a2512625b37a6c61');
  });

  test('has 16 digits, zeros in front among them', () => {
    const hashes = Array.from({ length: 300 }, (_, keepLast) => hashPolicy(retentionPolicy.parse({ keepLast })));
    expect(hashes.filter((hash) => !/^[0-9a-f]{16}$/.test(hash))).toEqual([]);
    expect(hashes.some((hash) => hash.startsWith('0'))).toBe(true);
  });
});

test('a plan holds the policy with the unit in the name of each length', () => {
  const policy = retentionPolicy.parse({ keepWithin: '1d', maxAge: '2d', maxRemovals: 5, keepDaily: 7 });
  expect(describePolicy(policy)).toEqual({
    policy: {
      keepLast: 0,
      keepWithinMs: dayMs,
      keepHourly: 0,
      keepDaily: 7,
      keepWeekly: 0,
      keepMonthly: 0,
      keepYearly: 0,
      deleteAfterMs: 14 * dayMs,
      keepIncompleteWithinMs: 14 * dayMs,
      zone: 'UTC',
      minComplete: 3,
      maxAgeMs: 2 * dayMs,
      maxRemovals: 5,
      clockToleranceMs: 300_000,
      nameContains: 'orasync',
    },
    policyHash: hashPolicy(policy),
  });
  const plain = Object.keys(describePolicy(retentionPolicy.parse({})).policy);
  expect(plain).not.toContain('maxAgeMs');
  expect(plain).not.toContain('maxRemovals');
});
