import { describe, expect, test } from 'vitest';
import { type SetChange, setAt } from './histories.test.fixture.js';
import { applyKeepRules } from './keep-rules.js';
import { retentionPolicy } from './policy.js';

type Policy = Parameters<typeof retentionPolicy.parse>[0];

/** The reasons by which each of the sets made at these times stays, newest first. */
const reasonsFor = (policy: Policy, times: readonly (string | [string, SetChange])[]): readonly string[] => {
  const sets = times.map((each) => (typeof each === 'string' ? setAt(each) : setAt(each[0], 'complete', each[1])));
  const reasons = new Map(sets.map((set) => [set, [] as string[]]));
  const keep = (set: (typeof sets)[number], rule: string, text: string) => reasons.get(set)?.push(`${rule}: ${text}`);
  applyKeepRules(sets, retentionPolicy.parse(policy), keep);
  return sets.map((set) => (reasons.get(set) ?? []).join('; '));
};

describe('from timestamps to reasons, newest first', () => {
  test.each<[string, Policy, Record<string, string>]>([
    ['no rule keeps nothing', {}, { '2026-11-24T12:00Z': '' }],
    [
      'keepLast keeps the newest',
      { keepLast: 2 },
      {
        '2026-11-24T12:00Z': 'keep-last: one of the last (1 of 2)',
        '2026-11-23T12:00Z': 'keep-last: one of the last (2 of 2)',
        '2026-11-22T12:00Z': '',
      },
    ],
    [
      'keepWithin is measured from the newest complete set, and takes in the one at its very end',
      { keepWithin: '2d' },
      {
        '2026-01-05T12:00:00.000Z': 'keep-within: within 2d of the newest complete set',
        '2026-01-03T12:00:00.000Z': 'keep-within: within 2d of the newest complete set',
        '2026-01-03T11:59:59.999Z': '',
      },
    ],
    [
      'keepHourly keeps the newest of each hour that has a set',
      { keepHourly: 3 },
      {
        '2026-11-24T12:40Z': 'keep-hourly: newest of the hour 2026-11-24 12h +00:00 (1 of 3)',
        '2026-11-24T12:10Z': '',
        '2026-11-24T11:59Z': 'keep-hourly: newest of the hour 2026-11-24 11h +00:00 (2 of 3)',
        '2026-11-24T11:00Z': '',
        '2026-11-22T11:00Z': 'keep-hourly: newest of the hour 2026-11-22 11h +00:00 (3 of 3)',
        '2026-11-21T11:00Z': '',
      },
    ],
    [
      'keepDaily counts days that have a set, and no others',
      { keepDaily: 2 },
      {
        '2026-11-24T23:59Z': 'keep-daily: newest of the day 2026-11-24 (1 of 2)',
        '2026-11-24T00:00Z': '',
        '2026-10-01T00:00Z': 'keep-daily: newest of the day 2026-10-01 (2 of 2)',
        '2026-09-30T00:00Z': '',
      },
    ],
    [
      'keepWeekly keeps the newest of each ISO week, the 53rd too',
      { keepWeekly: 3 },
      {
        '2027-01-04T00:00Z': 'keep-weekly: newest of the week 2027-W01 (1 of 3)',
        '2027-01-03T23:00Z': 'keep-weekly: newest of the week 2026-W53 (2 of 3)',
        '2027-01-01T00:00Z': '',
        '2026-12-28T00:00Z': '',
        '2026-12-27T23:00Z': 'keep-weekly: newest of the week 2026-W52 (3 of 3)',
      },
    ],
    [
      'keepMonthly and keepYearly',
      { keepMonthly: 2, keepYearly: 2 },
      {
        '2027-01-02T00:00Z':
          'keep-monthly: newest of the month 2027-01 (1 of 2); keep-yearly: newest of the year 2027 (1 of 2)',
        '2027-01-01T00:00Z': '',
        '2026-12-31T00:00Z':
          'keep-monthly: newest of the month 2026-12 (2 of 2); keep-yearly: newest of the year 2026 (2 of 2)',
        '2026-11-30T00:00Z': '',
        '2025-12-31T00:00Z': '',
      },
    ],
    [
      'one set may stay by all of them, and each counts by itself',
      { keepLast: 1, keepWithin: '1h', keepHourly: 1, keepDaily: 1, keepWeekly: 1, keepMonthly: 1, keepYearly: 1 },
      {
        '2026-11-24T12:40Z': [
          'keep-within: within 1h of the newest complete set',
          'keep-last: one of the last (1 of 1)',
          'keep-hourly: newest of the hour 2026-11-24 12h +00:00 (1 of 1)',
          'keep-daily: newest of the day 2026-11-24 (1 of 1)',
          'keep-weekly: newest of the week 2026-W48 (1 of 1)',
          'keep-monthly: newest of the month 2026-11 (1 of 1)',
          'keep-yearly: newest of the year 2026 (1 of 1)',
        ].join('; '),
        '2026-11-24T11:39Z': '',
      },
    ],
    [
      'a longer rule goes on where a shorter one is used up',
      { keepHourly: 1, keepDaily: 2 },
      {
        '2026-11-24T12:40Z':
          'keep-hourly: newest of the hour 2026-11-24 12h +00:00 (1 of 1); keep-daily: newest of the day 2026-11-24 (1 of 2)',
        '2026-11-24T11:00Z': '',
        '2026-11-23T11:00Z': 'keep-daily: newest of the day 2026-11-23 (2 of 2)',
        '2026-11-22T11:00Z': '',
      },
    ],
    [
      'days begin in the zone of the policy',
      { keepDaily: 2, zone: 'America/New_York' },
      {
        '2026-11-24T05:00Z': 'keep-daily: newest of the day 2026-11-24 (1 of 2)',
        '2026-11-24T04:59Z': 'keep-daily: newest of the day 2026-11-23 (2 of 2)',
        '2026-11-23T12:00Z': '',
      },
    ],
  ])('%s', (_, policy, history) => {
    expect(reasonsFor(policy, Object.keys(history))).toEqual(Object.values(history));
  });
});

test('a pinned set uses up no count, of no rule', () => {
  const pinned: SetChange = { isPinned: true };
  expect(
    reasonsFor({ keepLast: 1, keepDaily: 1, keepWithin: '1h' }, [
      ['2026-11-24T12:00Z', pinned],
      '2026-11-24T11:00Z',
      ['2026-11-23T11:00Z', pinned],
      '2026-11-23T10:00Z',
    ]),
  ).toEqual([
    'keep-within: within 1h of the newest complete set',
    'keep-within: within 1h of the newest complete set; keep-last: one of the last (1 of 1); keep-daily: newest of the day 2026-11-24 (1 of 1)',
    '',
    '',
  ]);
});

test('without a complete set there is nothing to keep', () => {
  expect(reasonsFor({ keepLast: 1, keepWithin: '1d', keepDaily: 1 }, [])).toEqual([]);
});

/** The hours that stay of the sets made every half hour for some hours, newest first, as reasons name them. */
const keptThrough = (zone: string, from: string, hours: number): readonly string[] => {
  const times = Array.from({ length: hours * 2 }, (_, half) =>
    new Date(Date.parse(from) + half * 1_800_000).toISOString(),
  ).reverse();
  return reasonsFor({ keepHourly: 24, zone }, times).flatMap((reason, index) => {
    const [, hour] = /the hour \S+ (\d\dh \S+)/.exec(reason) ?? [];
    return hour === undefined ? [] : `${hour} ${times[index]?.slice(11, 16)}`;
  });
};

describe('the nights of a clock change, with a set every half hour: of every hour that there was the newest stays', () => {
  test.each<[string, string, string[]]>([
    [
      'Europe/Amsterdam',
      '2026-03-29T00:00Z',
      ['05h +02:00 03:30', '04h +02:00 02:30', '03h +02:00 01:30', '01h +01:00 00:30'],
    ],
    [
      'Europe/Amsterdam',
      '2026-10-24T23:00Z',
      ['03h +01:00 02:30', '02h +01:00 01:30', '02h +02:00 00:30', '01h +02:00 23:30'],
    ],
    [
      'America/New_York',
      '2026-03-08T06:00Z',
      ['05h -04:00 09:30', '04h -04:00 08:30', '03h -04:00 07:30', '01h -05:00 06:30'],
    ],
    [
      'America/New_York',
      '2026-11-01T05:00Z',
      ['03h -05:00 08:30', '02h -05:00 07:30', '01h -05:00 06:30', '01h -04:00 05:30'],
    ],
    [
      'Australia/Lord_Howe',
      '2026-10-03T14:30Z',
      ['05h +11:00 18:00', '04h +11:00 17:30', '03h +11:00 16:30', '02h +11:00 15:30', '01h +10:30 15:00'],
    ],
    [
      'Australia/Lord_Howe',
      '2026-04-04T14:00Z',
      ['04h +10:30 17:30', '03h +10:30 17:00', '02h +10:30 16:00', '01h +10:30 15:00', '01h +11:00 14:30'],
    ],
  ])('in %s from %s', (zone, from, expected) => {
    expect(keptThrough(zone, from, 4)).toEqual(expected);
  });
});
