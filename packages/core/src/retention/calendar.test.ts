import { DateTime } from 'luxon';
import { expect, test } from 'vitest';
import { drawCalendar, simulateYear } from './calendar.js';
import { retentionPolicy } from './policy.js';

const from = new Date('2026-01-01T12:00:00Z');
const yearOf = (settings: Record<string, unknown>) => simulateYear(retentionPolicy.parse(settings), from);
const daysLeft = (settings: Record<string, unknown>) =>
  yearOf(settings)
    .days.filter(({ left }) => left > 0)
    .map(({ day }) => day);

test('one run a day makes a set on each day, and age alone leaves the last ones', () => {
  const { oneRunPer, days, left } = yearOf({ deleteAfter: '3d' });
  expect(oneRunPer).toBe('day');
  expect(days).toHaveLength(365);
  expect(days.every(({ made }) => made === 1)).toBe(true);
  expect(left).toBe(3);
  expect(daysLeft({ deleteAfter: '3d' })).toEqual(['2026-12-29', '2026-12-30', '2026-12-31']);
});

test('of each month the last day is left, of each ISO week the Sunday', () => {
  const months = daysLeft({ deleteAfter: '1d', keepMonthly: 12, minComplete: 1 });
  expect(months).toHaveLength(12);
  expect(months.every((day) => DateTime.fromISO(day).plus({ days: 1 }).day === 1)).toBe(true);
  const weeks = daysLeft({ deleteAfter: '1d', keepWeekly: 4, minComplete: 1 });
  expect(weeks).toEqual(['2026-12-13', '2026-12-20', '2026-12-27', '2026-12-31']);
});

test('hourly rules are tried with hourly runs, also on the days when the clock is changed', () => {
  const { oneRunPer, days } = yearOf({ deleteAfter: '1h', keepHourly: 30, zone: 'Europe/Amsterdam' });
  expect(oneRunPer).toBe('hour');
  const madeOn = (day: string) => days.find((each) => each.day === day)?.made;
  expect([madeOn('2026-03-28'), madeOn('2026-03-29'), madeOn('2026-10-25')]).toEqual([24, 23, 25]);
  expect(days.at(-1)?.left).toBe(24);
  expect(days.at(-2)?.left).toBe(6);
});

test('a calendar has a line per month, a sign per day, and a legend of the signs that it uses', () => {
  const lines = drawCalendar(
    yearOf({ deleteAfter: '1d', keepLast: 2, keepDaily: 7, keepWeekly: 4, keepMonthly: 6, keepYearly: 1 }),
  );
  expect(lines).toEqual([
    '         1    6    11   16   21   26   31',
    '2026-01  ...............................',
    '2026-02  ............................',
    '2026-03  ...............................',
    '2026-04  ..............................',
    '2026-05  ...............................',
    '2026-06  ..............................',
    '2026-07  ..............................M',
    '2026-08  ..............................M',
    '2026-09  .............................M',
    '2026-10  ..............................M',
    '2026-11  .............................M',
    '2026-12  ............W......W....DDWDDDY',
    'Y newest of its year, M newest of its month, W newest of its ISO week, D newest of its day, . gone',
  ]);
});

test.each([
  ['keep-yearly', 'Y newest of its year'],
  ['keep-monthly', 'M newest of its month'],
  ['keep-weekly', 'W newest of its ISO week'],
  ['keep-daily', 'D newest of its day'],
  ['keep-hourly', 'H newest of its hour'],
  ['keep-last', 'L one of the last'],
  ['keep-within', 'N near the newest'],
  ['younger-than', 'a by age alone'],
  ['floor-min-complete', 'f by a floor'],
])('a day that the rule %s leaves has its sign: %s', (rule, legend) => {
  const days = [{ day: '2026-02-03', made: 1, left: 1, rules: [rule] }];
  const lines = drawCalendar({ oneRunPer: 'day', days, left: 1 });
  expect(lines.slice(1)).toEqual([`2026-02    ${legend[0]}`, legend]);
});

test('a floor shows where no rule holds', () => {
  const { days } = yearOf({ deleteAfter: '1h' });
  expect(drawCalendar(yearOf({ deleteAfter: '1h' })).at(-1)).toBe('f by a floor, . gone');
  expect(days.filter(({ left }) => left > 0)).toHaveLength(3);
  const odd = [{ day: '2026-01-01', made: 1, left: 1, rules: ['a rule that has no sign'] }];
  expect(drawCalendar({ oneRunPer: 'day', days: odd, left: 1 })[1]).toBe('2026-01  f');
});

test('every policy leaves at the end what it would have left when it had been applied every day', () => {
  const settings = { deleteAfter: '2d', keepLast: 3, keepDaily: 5, keepWeekly: 3, keepMonthly: 3, keepWithin: '4d' };
  const policy = retentionPolicy.parse(settings);
  const end = simulateYear(policy, from).days.filter(({ left }) => left > 0);
  // Whatever is left of a year was left of each beginning of that year too: so it was never due.
  const wasDue: string[] = [];
  for (let days = 30; days < 365; days += 30) {
    const earlier = simulateYear(policy, new Date(from.getTime() - (365 - days) * 86_400_000));
    const left = new Map(earlier.days.map((day) => [day.day, day.left]));
    wasDue.push(...end.map(({ day }) => day).filter((day) => left.get(day) === 0));
  }
  expect(wasDue).toEqual([]);
});
