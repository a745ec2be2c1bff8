import { expect, test } from 'vitest';
import { explainPolicy } from './explain.js';
import { retentionPolicy } from './policy.js';

const explain = (settings: Record<string, unknown>) => explainPolicy(retentionPolicy.parse(settings));

test('says what the default policy keeps, and what it never removes', () => {
  expect(explain({})).toEqual([
    'A complete set stays while any of these holds:',
    '- it is younger than 2w',
    'A pinned set stays while its pin lasts, and uses up none of these counts.',
    'Whatever the rules say, the newest complete set stays, and 3 complete sets that are not pinned.',
    'Partial, inconsistent and rehearsal sets go after 2w, and only behind a newer complete set.',
    'Snapshots without a label and with "orasync" in their name go after 2w; the newest of a volume stays until a newer complete set covers it.',
    'What is locked, mapped, exported, replicated or has children stays, with its whole set, until it is free.',
    'Nothing at all is removed when',
    '- more than a quarter of the sets, or 10 when that is more, would go at once',
    '- the clocks of this host and of the array differ by more than 5m, or a set lies in the future',
  ]);
});

test('names every rule with its count, and the zone of the periods', () => {
  const settings = {
    ...{ keepLast: 5, keepWithin: '3d', keepHourly: 24, keepDaily: 7, keepWeekly: 4, keepMonthly: 12, keepYearly: 1 },
    ...{ zone: 'Europe/Amsterdam', maxAge: '2d', maxRemovals: 7, keepIncompleteWithin: '3d' },
  };
  expect(explain(settings)).toEqual([
    'A complete set stays while any of these holds:',
    '- it is younger than 2w',
    '- it is one of the last 5',
    '- it was made within 3d before the newest complete set',
    '- it is the newest of its hour, for the last 24 hours that have a complete set',
    '- it is the newest of its day, for the last 7 days that have a complete set',
    '- it is the newest of its ISO week, for the last 4 ISO weeks that have a complete set',
    '- it is the newest of its month, for the last 12 months that have a complete set',
    '- it is the newest of its year, for the last year that has a complete set',
    'Periods begin and end in Europe/Amsterdam. One set may stay by several rules; each rule counts by itself.',
    'A pinned set stays while its pin lasts, and uses up none of these counts.',
    'Whatever the rules say, the newest complete set stays, and 3 complete sets that are not pinned.',
    'Partial, inconsistent and rehearsal sets go after 3d, and only behind a newer complete set.',
    'Snapshots without a label and with "orasync" in their name go after 2w; the newest of a volume stays until a newer complete set covers it.',
    'What is locked, mapped, exported, replicated or has children stays, with its whole set, until it is free.',
    'Nothing at all is removed when',
    '- more than 7 sets would go at once',
    '- the newest complete set is older than 2d, because backups have stopped coming',
    '- the clocks of this host and of the array differ by more than 5m, or a set lies in the future',
  ]);
});

test.each(['keepHourly', 'keepDaily', 'keepWeekly', 'keepMonthly', 'keepYearly'])(
  'says in which zone periods are counted when there is %s alone',
  (rule) => {
    expect(explain({ [rule]: 1 }).join('\n')).toContain('Periods begin and end in UTC');
  },
);
