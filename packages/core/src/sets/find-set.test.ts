import { describe, expect, test } from 'vitest';
import type { BackupSet } from '../catalogue.js';
import { findSet } from './find-set.js';

const set = (id: string, change: Partial<BackupSet> = {}): BackupSet => ({
  id,
  state: 'complete',
  database: { name: 'ORCL', uniqueName: 'ORCL', dbid: '1' },
  createdAt: new Date(0),
  members: [],
  isPinned: false,
  label: undefined,
  ...change,
});
const ids = [
  '20261125T1-ORCL-aaaaaa',
  '20261124T1-ORCL-bbbbbb-remains',
  '20261124T1-ORCL-bbbbbb',
  '20261123T1-ORCL-cccccc',
];
const sets = ids.map((id) => set(id));

describe('a set is found', () => {
  test.each([
    ['by its id', ids[0], ids[0]],
    ['by its id, though another begins with it', ids[2], ids[2]],
    ['by the beginning of its id', '20261123', ids[3]],
    ['as the newest complete one', 'latest', ids[0]],
  ])('%s', (_, text, id) => {
    expect(findSet(sets, text ?? '')).toMatchObject({ kind: 'found', set: { id } });
  });

  test('as the newest complete one, though a newer one is not complete, or of no database', () => {
    const others = [set('a', { state: 'partial' }), set('b', { database: undefined }), set('c'), set('d')];
    expect(findSet(others, 'latest')).toMatchObject({ kind: 'found', set: { id: 'c' } });
  });
});

describe('no set is found', () => {
  test('when several begin so', () => {
    expect(findSet(sets, '20261124')).toEqual({ kind: 'ambiguous', ids: [ids[1], ids[2]] });
  });

  test('as the latest, when there are several databases: that would be a guess', () => {
    const other = set('x', { database: { name: 'X', uniqueName: 'X', dbid: '2' } });
    expect(findSet([...sets, other], 'latest')).toEqual({ kind: 'ambiguous', ids: [ids[0], 'x'] });
  });

  test.each([
    ['CCCCCC', ids[3]],
    ['20261124T2-ORCL', ids[1]],
    ['', ids[0]],
  ])('by %j, and the nearest come first', (text, nearest) => {
    const found = findSet(sets, text);
    expect(found.kind).toBe('unknown');
    expect(found).toMatchObject({ ids: { 0: nearest, length: 3 } });
  });

  test('when there is none', () => {
    expect(findSet([], 'latest')).toEqual({ kind: 'unknown', ids: [] });
  });
});
