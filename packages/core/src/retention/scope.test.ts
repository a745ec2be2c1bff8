import { describe, expect, test } from 'vitest';
import { scope, setOf } from './histories.test.fixture.js';
import { parentsOf, type RetentionScope, setsInScope } from './scope.js';

const old = setOf('complete', 20);
const idsIn = (sets: Parameters<typeof setsInScope>[0], within: RetentionScope = scope) =>
  setsInScope(sets, within).map(({ id }) => id);

describe('the scope', () => {
  test('takes in the sets of the data volumes', () => {
    expect(idsIn([old])).toEqual([old.id]);
  });

  test('leaves out sets of other data volumes, though they share the archive volume', () => {
    expect(idsIn([old], { ...scope, volumeIds: { data: new Set([7]), archive: new Set([1002]) } })).toEqual([]);
  });

  test('leaves out a set with one data member of another volume', () => {
    const [first] = setOf('complete', 20, { snapshot: { parentId: 7 } }).members;
    const wide = { ...old, members: first === undefined ? [] : [first, ...old.members] };
    expect(idsIn([wide])).toEqual([]);
  });

  test('leaves out sets of another DBID or unique name when those are configured', () => {
    expect(idsIn([old], { ...scope, dbid: '2' })).toEqual([]);
    expect(idsIn([old], { ...scope, uniqueName: 'OTHER' })).toEqual([]);
    expect(idsIn([old], { ...scope, dbid: '1', uniqueName: 'ORCL' })).toEqual([old.id]);
  });

  test('takes in what is left of a set without data members when it is of the same database', () => {
    const rest = setOf('partial', 20);
    const archiveOnly = { ...rest, members: rest.members.slice(1) };
    const ofAnother = { ...archiveOnly, id: 'another', database: { name: 'B', uniqueName: 'B', dbid: '2' } };
    expect(idsIn([old, archiveOnly, ofAnother])).toEqual([old.id, archiveOnly.id]);
    expect(idsIn([archiveOnly])).toEqual([]);
  });

  test('leaves out what is left of a set when it is of another archive volume', () => {
    const rest = setOf('partial', 20);
    const archiveOnly = { ...rest, members: rest.members.slice(1) };
    expect(
      idsIn([old, archiveOnly], { ...scope, volumeIds: { data: new Set([1001]), archive: new Set([7]) } }),
    ).toEqual([old.id]);
  });

  test('leaves it out when only some of it is of the archive volume', () => {
    const [, first] = setOf('partial', 20).members;
    const [, second] = setOf('partial', 20).members;
    if (first === undefined || second === undefined) throw new Error('two');
    const strange = { ...second, snapshot: { ...second.snapshot, parentId: 7 } };
    const archiveOnly = { ...setOf('partial', 20), members: [first, strange] };
    expect(idsIn([old, archiveOnly])).toEqual([old.id]);
  });

  test('takes in snapshots without a label by their volume, data and archive alike', () => {
    const [data, archive, other] = [1001, 1002, 7].map((parentId) => setOf('legacy', 20, { snapshot: { parentId } }));
    if (data === undefined || archive === undefined || other === undefined) throw new Error('three');
    expect(idsIn([data, archive, other])).toEqual([data.id, archive.id]);
  });

  test('takes in everything when told so, of the database when one is configured', () => {
    const other = setOf('legacy', 20, { snapshot: { parentId: 7 } });
    expect(idsIn([old, other], { ...scope, volumeIds: 'all' })).toEqual([old.id, other.id]);
    expect(idsIn([old, other], { ...scope, dbid: '2', volumeIds: 'all' })).toEqual([other.id]);
  });
});

test('what other plans speak of is left out, with all its members', () => {
  const other = setOf('complete', 1);
  const except = new Set(old.members.slice(1).map(({ snapshot }) => snapshot.id));
  expect(idsIn([old, other], { ...scope, except })).toEqual([other.id]);
  expect(idsIn([old, other], { ...scope, volumeIds: 'all', except })).toEqual([other.id]);
});

test('what has no parent is nobody’s snapshot', () => {
  const master = setOf('foreign', 20, { snapshot: { kind: 'master', parentId: undefined } });
  expect(parentsOf(master)).toEqual([]);
  expect(idsIn([master])).toEqual([]);
});
