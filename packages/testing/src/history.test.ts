import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { addHistory } from './history.js';
import { createVirtualClock } from './virtual-clock.js';
import { createWorld } from './world.js';

const page = readFileSync(new URL('../../../docs/catalogue.md', import.meta.url), 'utf8');
const example: unknown = JSON.parse(/```json\n(.*?)```/s.exec(page)?.[1] ?? '');

/** The same value with every text and number replaced by what kind of text or number it is. */
const shapeOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]));
  if (typeof value !== 'string') return typeof value;
  if (/^\d+$/.test(value)) return 'decimal';
  if (/^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/.test(value)) return 'time';
  return /^\d{8}T\d{6}Z-\w+-[0-9a-f]{6}$/.test(value) ? 'set id' : 'text';
};

const setUp = (days: number) => {
  const clock = createVirtualClock(Date.parse('2026-11-24T12:00:00Z'));
  const world = createWorld({ clock });
  const { array, volumes, database } = world;
  const sets = addHistory({ array, volumes, database: database.identity }, days);
  const call = async (path: string, query: string) => {
    const request = {
      method: 'GET',
      path,
      query: new URLSearchParams(query),
      bodyText: '',
      caller: 'trusted' as const,
    };
    const departure = await array.call(request);
    if (departure.kind !== 'answer') throw new Error(departure.kind);
    return departure.answer.result as {
      object_id: number;
      key: string;
      value: string;
      name: string;
      created_at: number;
    }[];
  };
  return { world, sets, call };
};

test('every label of a history has the documented shape', async () => {
  const { call } = setUp(2);
  const labels = await call('/api/rest/metadata', 'key=orasync.set&page_size=1000');
  expect(labels).toHaveLength(2 * 5);
  for (const { value, object_id } of labels) {
    const label = JSON.parse(value) as { id: number };
    expect(shapeOf(label)).toEqual(shapeOf(example));
    expect(label.id).toBe(object_id);
  }
});

test('sets are one day apart, the newest a day old, each marked on its data member with the lowest id', async () => {
  const { call, sets } = setUp(3);
  const markers = await call('/api/rest/metadata', 'key=orasync.complete');
  expect(markers.map(({ value }) => value)).toEqual(sets);
  const snapshots = await call('/api/rest/volumes', 'type=SNAPSHOT&name=like:orasync_archive');
  expect(snapshots.map(({ created_at }) => new Date(created_at).toISOString())).toEqual([
    '2026-11-23T12:00:00.000Z',
    '2026-11-22T12:00:00.000Z',
    '2026-11-21T12:00:00.000Z',
  ]);
});
