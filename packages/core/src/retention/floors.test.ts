import { describe, expect, test } from 'vitest';
import type { BackupSet } from '../catalogue.js';
import { applyFloors, completeByDatabase, isIncomplete } from './floors.js';
import { setAt, setOf } from './histories.test.fixture.js';

/** The floors that hold each set, newest first. */
const floorsOf = (sets: readonly BackupSet[], minComplete = 1): readonly string[] => {
  const rules = new Map(sets.map((set) => [set, [] as string[]]));
  const keep = (set: BackupSet, rule: string) => rules.get(set)?.push(rule);
  applyFloors({ sets, complete: completeByDatabase(sets), minComplete }, keep);
  return sets.map((set) => (rules.get(set) ?? []).join(' '));
};

const first = 'floor-newest floor-min-complete';

describe('the floors hold, newest first,', () => {
  test.each<[string, BackupSet[], number, string[]]>([
    [
      'the newest complete sets of a database',
      [setOf('complete', 1), setOf('partial', 2), setOf('complete', 3), setOf('complete', 4)],
      2,
      [first, '', 'floor-min-complete', ''],
    ],
    [
      'those of each database',
      [setOf('complete', 1, { dbid: '1' }), setOf('complete', 2, { dbid: '2' }), setOf('complete', 3, { dbid: '1' })],
      1,
      [first, first, ''],
    ],
    [
      'those of a clone with the DBID of its original',
      [setOf('complete', 1, { uniqueName: 'TEST' }), setOf('complete', 2)],
      1,
      [first, first],
    ],
    [
      'as many sets that nobody pinned',
      [setOf('complete', 1, { isPinned: true }), setOf('complete', 2), setOf('complete', 3)],
      1,
      ['floor-newest', 'floor-min-complete', ''],
    ],
    [
      'remains that no complete set of their database came after',
      [
        setOf('partial', 1),
        setOf('complete', 2),
        setOf('inconsistent', 3),
        setOf('rehearsal', 4, { dbid: '2' }),
        setOf('partial', 5, { dbid: '2' }),
      ],
      1,
      ['floor-no-newer-complete', first, '', 'floor-no-newer-complete', 'floor-no-newer-complete'],
    ],
    [
      'remains from the very instant of the newest complete set',
      [setOf('complete', 2), setOf('partial', 2)],
      1,
      [first, 'floor-no-newer-complete'],
    ],
    [
      'the newest legacy snapshot of a volume',
      [setOf('legacy', 1), setOf('legacy', 2), setOf('legacy', 3, { snapshot: { parentId: 7 } })],
      1,
      ['floor-newest-legacy', '', 'floor-newest-legacy'],
    ],
    ['no legacy snapshot that a newer complete set covers', [setOf('complete', 1), setOf('legacy', 2)], 1, [first, '']],
    [
      'no legacy snapshot of the archive volume that a newer complete set covers',
      [setOf('complete', 1), setOf('legacy', 2, { snapshot: { parentId: 1002 } })],
      1,
      [first, ''],
    ],
    [
      'a legacy snapshot that only an older complete set covers',
      [setOf('legacy', 1), setOf('complete', 2)],
      1,
      ['floor-newest-legacy', first],
    ],
    [
      'a legacy snapshot from the very instant of the complete set',
      [setOf('complete', 2), setOf('legacy', 2)],
      1,
      [first, 'floor-newest-legacy'],
    ],
    [
      'a legacy snapshot that only a complete set covers that may go itself',
      [
        setOf('complete', 1, { snapshot: { parentId: 7 }, hasArchive: false }),
        setOf('complete', 2),
        setOf('legacy', 3),
      ],
      1,
      [first, '', 'floor-newest-legacy'],
    ],
    [
      'no legacy snapshot that the newest set of any of two databases covers',
      [setOf('complete', 1, { dbid: '1' }), setOf('legacy', 2), setOf('complete', 3, { dbid: '2' })],
      1,
      [first, '', first],
    ],
    [
      'a legacy snapshot of which the volume is not known',
      [setOf('complete', 1), setOf('legacy', 2, { snapshot: { parentId: undefined } })],
      1,
      [first, 'floor-newest-legacy'],
    ],
    ['nothing that is none of these', [setOf('in-flight', 1), setOf('foreign', 2)], 1, ['', '']],
  ])('%s', (_, sets, minComplete, expected) => {
    expect(floorsOf(sets, minComplete)).toEqual(expected);
  });
});

test('the floor of many says which of them a set is', () => {
  const sets = [setOf('complete', 1), setOf('complete', 2)];
  const texts: string[] = [];
  const keep = (_: BackupSet, rule: string, text: string) => void (rule === 'floor-min-complete' && texts.push(text));
  applyFloors({ sets, complete: completeByDatabase(sets), minComplete: 3 }, keep);
  expect(texts).toEqual(['one of those that must stay (1 of 3)', 'one of those that must stay (2 of 3)']);
});

test('a legacy group stays whole while it is the newest of one of its volumes', () => {
  const group = setOf('legacy', 3);
  const other = setOf('legacy', 3, { snapshot: { parentId: 7 } });
  const both = { ...group, members: [...group.members, ...other.members] };
  expect(floorsOf([setOf('legacy', 1), both])).toEqual(['floor-newest-legacy', 'floor-newest-legacy']);
});

test('remains whose database is not known stay', () => {
  expect(floorsOf([setOf('complete', 1), { ...setOf('partial', 2), database: undefined }])[1]).toBe(
    'floor-no-newer-complete',
  );
});

test('only labelled sets that are complete count as complete', () => {
  const unknown = { ...setAt('2026-01-01T00:00Z'), database: undefined };
  expect(completeByDatabase([setOf('partial', 1), unknown])).toEqual(new Map());
});

test('remains are partial, inconsistent or of a rehearsal', () => {
  const states = ['complete', 'in-flight', 'partial', 'inconsistent', 'rehearsal', 'foreign', 'legacy'] as const;
  expect(states.filter((state) => isIncomplete(setOf(state, 1)))).toEqual(['partial', 'inconsistent', 'rehearsal']);
});
