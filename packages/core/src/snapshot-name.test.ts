import { expect, test } from 'vitest';
import { durationMs, formatDuration } from './duration.js';
import { formatDatestring, formatTime, memberNames, snapshotName, zoneName } from './snapshot-name.js';

const instant = Date.parse('2026-11-24T23:15:02.870Z');

test('the datestring is local to the configured zone', () => {
  expect(formatDatestring(instant, 'utc')).toBe('2026-11-24_231502');
  expect(formatDatestring(instant, 'Asia/Tokyo')).toBe('2026-11-25_081502');
});

test('times carry the offset of the zone', () => {
  expect(formatTime(instant, 'Asia/Tokyo')).toBe('2026-11-25T08:15:02.870+09:00');
  expect(() => formatTime(instant, 'Mars/Olympus')).toThrow(RangeError);
});

test('one member is called by the name alone, several go on with the name of their volume', () => {
  const name = snapshotName('data', '2026-11-24_231502');
  for (const kind of ['volumes', 'filesystems'] as const) {
    expect(memberNames(name, ['v1'], kind)).toEqual(['orasync_data_2026-11-24_231502']);
    expect(memberNames(name, ['v1', 'v2'], kind)).toEqual([
      'orasync_data_2026-11-24_231502_v1',
      'orasync_data_2026-11-24_231502_v2',
    ]);
  }
});

test('the members of a snapshot group go on with it always, because the group itself has the name', () => {
  expect(memberNames('name', ['v1'], 'consistency-group')).toEqual(['name_v1']);
});

test.each(['local', 'Europe/Amsterdam', 'UTC'])('%s is a zone', (zone) => {
  expect(zoneName.safeParse(zone).success).toBe(true);
});

test('a zone that does not exist is refused', () => {
  expect(zoneName.safeParse('Mars/Olympus').success).toBe(false);
});

test.each([
  ['30s', 30_000, '30s'],
  ['90m', 5_400_000, '90m'],
  ['36h', 129_600_000, '36h'],
  ['15d', 1_296_000_000, '15d'],
  ['14d', 1_209_600_000, '2w'],
])('%s is %i ms, said as %s', (text, ms, said) => {
  expect(durationMs.parse(text)).toBe(ms);
  expect(formatDuration(ms)).toBe(said);
});

test.each(['0d', '-1d', '14', 'd', '1.5d', '14 d', ''])('"%s" is no duration', (text) => {
  expect(durationMs.safeParse(text).success).toBe(false);
});

test('a length that is no whole second is said in milliseconds', () => {
  expect(formatDuration(1234)).toBe('1234ms');
});
