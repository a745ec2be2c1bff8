import { describe, expect, test } from 'vitest';
import { type Period, periodsOf } from './periods.js';

const namesAt = (times: readonly string[], period: Period, zone: string): readonly string[] =>
  times.map((time) => periodsOf(Date.parse(time), zone)[period]);

test('an instant lies in one period of each length', () => {
  expect(periodsOf(Date.parse('2026-03-05T04:59:59Z'), 'UTC')).toEqual({
    hour: '2026-03-05 04h +00:00',
    day: '2026-03-05',
    week: '2026-W10',
    month: '2026-03',
    year: '2026',
  });
});

test('all periods begin in the zone', () => {
  expect(periodsOf(Date.parse('2026-12-31T23:00:00Z'), 'Europe/Amsterdam')).toEqual({
    hour: '2027-01-01 00h +01:00',
    day: '2027-01-01',
    week: '2026-W53',
    month: '2027-01',
    year: '2027',
  });
});

describe('ISO weeks at New Year', () => {
  test.each<[string, string]>([
    ['2026-12-27T12:00:00Z', '2026-W52'],
    ['2026-12-28T12:00:00Z', '2026-W53'],
    ['2027-01-03T23:59:59Z', '2026-W53'],
    ['2027-01-04T00:00:00Z', '2027-W01'],
    ['2024-12-30T00:00:00Z', '2025-W01'],
    ['2023-01-01T12:00:00Z', '2022-W52'],
    ['2021-01-03T12:00:00Z', '2020-W53'],
  ])('%s lies in %s', (time, week) => {
    expect(namesAt([time], 'week', 'UTC')).toEqual([week]);
  });
});

describe('the night in which the clock is put forward', () => {
  test.each<[string, string[], string[]]>([
    [
      'Europe/Amsterdam',
      ['2026-03-29T00:30:00Z', '2026-03-29T01:30:00Z'],
      ['2026-03-29 01h +01:00', '2026-03-29 03h +02:00'],
    ],
    [
      'America/New_York',
      ['2026-03-08T06:30:00Z', '2026-03-08T07:30:00Z'],
      ['2026-03-08 01h -05:00', '2026-03-08 03h -04:00'],
    ],
    [
      'Australia/Lord_Howe',
      ['2026-10-03T15:15:00Z', '2026-10-03T15:45:00Z'],
      ['2026-10-04 01h +10:30', '2026-10-04 02h +11:00'],
    ],
  ])('has no hour twice and leaves none out, in %s', (zone, times, names) => {
    expect(namesAt(times, 'hour', zone)).toEqual(names);
  });
});

describe('the night in which the clock is put back', () => {
  test.each<[string, string[], string[]]>([
    [
      'Europe/Amsterdam',
      ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'],
      ['2026-10-25 02h +02:00', '2026-10-25 02h +01:00'],
    ],
    [
      'America/New_York',
      ['2026-11-01T05:30:00Z', '2026-11-01T06:30:00Z'],
      ['2026-11-01 01h -04:00', '2026-11-01 01h -05:00'],
    ],
    [
      'Australia/Lord_Howe',
      ['2026-04-04T14:45:00Z', '2026-04-04T15:15:00Z'],
      ['2026-04-05 01h +11:00', '2026-04-05 01h +10:30'],
    ],
  ])('has an hour twice, which is two hours, in %s', (zone, times, names) => {
    expect(namesAt(times, 'hour', zone)).toEqual(names);
  });
});

test.each<[string, string, number]>([
  ['Europe/Amsterdam', '2026-03-28T23:00:00Z', 23],
  ['Europe/Amsterdam', '2026-10-24T22:00:00Z', 25],
  ['America/New_York', '2026-03-08T05:00:00Z', 23],
  ['America/New_York', '2026-11-01T04:00:00Z', 25],
  ['Australia/Lord_Howe', '2026-10-03T13:30:00Z', 23.5],
  ['Australia/Lord_Howe', '2026-04-04T13:00:00Z', 24.5],
])('the day of a clock change is one day: in %s the one from %s has %d hours', (zone, start, hours) => {
  const day = (ms: number) => periodsOf(ms, zone).day;
  const startMs = Date.parse(start);
  const endMs = startMs + hours * 3_600_000;
  expect(day(startMs - 1)).not.toBe(day(startMs));
  expect(day(endMs - 1)).toBe(day(startMs));
  expect(day(endMs)).not.toBe(day(startMs));
});
