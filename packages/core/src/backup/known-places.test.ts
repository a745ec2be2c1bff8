import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { labelKeys } from '../catalogue.js';
import type { SnapshotArray } from '../ports.js';
import { findNewPlaces, formatPlaces, placesOf } from './known-places.js';

const database = { name: 'ORCL', uniqueName: 'ORCL', dbid: '1' };

test('places are the directories and disk groups of data files, and the destinations of archived logs', () => {
  const files = [
    { kind: 'data-file' as const, path: '/data/b/x.dbf' },
    { kind: 'data-file' as const, path: '/data/a/x.dbf' },
    { kind: 'data-file' as const, path: '/data/a/y.dbf' },
    { kind: 'data-file' as const, path: '/raw' },
    { kind: 'data-file' as const, path: '+DATA/orcl/x.dbf' },
    { kind: 'archive-destination' as const, path: '/arch' },
    { kind: 'archive-destination' as const, path: '+FRA' },
    { kind: 'controlfile' as const, path: '/c/control01.ctl' },
  ];
  expect(placesOf({ files })).toEqual(['+DATA', '+FRA', '/', '/arch', '/data/a', '/data/b']);
});

test('even a hundred places of a long name fit into a label, and more are not said', () => {
  const of = (count: number) =>
    formatPlaces(
      Array.from({ length: count }, (_, index) => `/a/very/long/directory/${index}`),
      { id: 99_999_999, set: '20261124T231502Z-A_UNIQUE_NAME_OF_THIRTY_LETTERS-4f3a1c', database },
    );
  expect(of(100)[labelKeys.places]?.length).toBeLessThanOrEqual(1024);
  expect(of(101)).toEqual({});
});

describe('places are new', () => {
  const labelled = (
    sets: readonly { id: number; set: string; places: readonly string[]; owner?: typeof database; object?: number }[],
    { unmarked = [] as readonly string[], others = [] as readonly string[] } = {},
  ) =>
    ({
      listLabels: async (key: string) => [
        ...sets.map(({ id, set, places, owner = database, object = id }) => ({
          objectId: object,
          key,
          value: formatPlaces(places, { id, set, database: owner })[labelKeys.places] ?? '',
        })),
        ...others.map((value) => ({ objectId: 1, key, value })),
      ],
      readLabels: async (objectId: number) => {
        const { set = '' } = sets.find(({ id }) => id === objectId) ?? {};
        return unmarked.includes(set) ? {} : { [labelKeys.complete]: set };
      },
    }) as unknown as SnapshotArray;
  const old = { id: 1, set: '20261101T000000Z-ORCL-aaaaaa', places: ['/a'] };
  const recent = { id: 2, set: '20261102T000000Z-ORCL-bbbbbb', places: ['/a', '/b'] };

  test('when the newest complete set did not have them', async () => {
    const array = labelled([old, recent]);
    expect(await findNewPlaces(['/a', '/b', '/c'], database, array)).toEqual({ set: recent.set, places: ['/c'] });
    expect(await findNewPlaces(['/a'], database, labelled([recent, old]))).toEqual({ set: recent.set, places: [] });
  });

  test('against a set that had none, all', async () => {
    const array = labelled([{ ...recent, places: [] }]);
    expect(await findNewPlaces(['/a'], database, array)).toEqual({ set: recent.set, places: ['/a'] });
  });

  test('against an older one, when the newer one is not marked complete', async () => {
    const array = labelled([old, recent], { unmarked: [recent.set] });
    expect(await findNewPlaces(['/b'], database, array)).toEqual({ set: old.set, places: ['/b'] });
  });

  test.each<[string, SnapshotArray]>([
    ['no set', labelled([])],
    ['only one of another database', labelled([{ ...recent, owner: { ...database, dbid: '2' } }])],
    ['only a label that was copied', labelled([{ ...recent, object: 3 }])],
    ['only what is no label of ours', labelled([], { others: ['{', '{"v":2}'] })],
  ])('never when there is %s that says what it had', async (_, array) => {
    expect(await findNewPlaces(['/a'], database, array)).toBeUndefined();
  });
});

test('the example of docs/catalogue.md is understood', async () => {
  const page = readFileSync(new URL('../../../../docs/catalogue.md', import.meta.url), 'utf8');
  const value =
    [...page.matchAll(/```json\n(.*?)```/gs)].map(([, text]) => text ?? '').find((text) => /places/.test(text)) ?? '';
  const { id, set } = JSON.parse(value) as { id: number; set: string };
  const array = {
    listLabels: async (key: string) => [{ objectId: id, key, value }],
    readLabels: async () => ({ [labelKeys.complete]: set }),
  } as unknown as SnapshotArray;
  const owner = { name: 'ORCL', uniqueName: 'ORCL', dbid: '1573298467' };
  expect(await findNewPlaces(['/a'], owner, array)).toEqual({ set, places: ['/a'] });
});
