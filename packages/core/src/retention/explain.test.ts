import { expect, test } from 'vitest';
import { explainPolicy } from './explain.js';
import { retentionPolicy } from './policy.js';

const explain = (settings: Record<string, unknown>) => explainPolicy(retentionPolicy.parse(settings)).join('\n');

test('says what the default policy keeps, and what it never removes', () => {
  const text = explain({});
  expect(text).toMatch(/- it is younger than 2w\nA pinned set/);
  expect(text).toMatch(/the newest complete set stays, and 3 complete sets/);
  expect(text).toMatch(/- more than a quarter of the sets, or 10 when that is more, would go at once/);
  expect(text).not.toMatch(/Periods|have stopped coming/);
});

test('names every rule with its count, and the zone of the periods', () => {
  const text = explain({
    keepLast: 5,
    keepWithin: '3d',
    keepHourly: 24,
    keepDaily: 7,
    keepWeekly: 4,
    keepMonthly: 12,
    keepYearly: 1,
    zone: 'Europe/Amsterdam',
    maxAge: '2d',
    maxRemovals: 7,
    keepIncompleteWithin: '3d',
  });
  for (const part of [
    'one of the last 5',
    'within 3d before the newest complete set',
    'newest of its hour, for the last 24 hours',
    'newest of its day, for the last 7 days',
    'newest of its ISO week, for the last 4 ISO weeks',
    'newest of its month, for the last 12 months',
    'newest of its year, for the last year that has',
    'Periods begin and end in Europe/Amsterdam',
    'rehearsal sets go after 3d',
    'more than 7 sets would go at once',
    'older than 2d, because backups have stopped coming',
  ])
    expect(text).toContain(part);
});
