import { expect, test } from 'vitest';
import { InfiniboxInputError } from './errors.js';
import { formatFilter, formatSort } from './query.js';

const decoded = (filter: object) => formatFilter(filter)?.map((parameter) => decodeURIComponent(parameter));

test.each([
  [{ name: 'ora_data01' }, ['name=eq:ora_data01']],
  [{ name: 'eq:odd' }, ['name=eq:eq:odd']],
  [{ parent_id: 0, mapped: false }, ['parent_id=eq:0', 'mapped=eq:False']],
  [{ write_protected: { ne: true } }, ['write_protected=ne:True']],
  [{ cg_id: null }, ['cg_id=eq:null']],
  [{ lock_expires_at: { isnot: null } }, ['lock_expires_at=isnot:null']],
  [{ created_at: { lt: new Date(1_700_000_000_000) } }, ['created_at=lt:1700000000000']],
  [{ created_at: { between: [new Date(0), new Date(9)] } }, ['created_at=between:(0,9)']],
  [{ id: { in: [3, 7] } }, ['id=in:(3,7)']],
  [{ id: { notin: [3] } }, ['id=notin:(3)']],
  [{ id: { notin: [] } }, []],
  [{ replication_types: { anyof: ['ASYNC', 'SYNC'] } }, ['replication_types=anyof:ASYNC,SYNC']],
  [{ replication_types: { allof: [], noneof: ['SYNC'] } }, ['replication_types=noneof:SYNC']],
  [{ size: { ge: 1, lt: 9 } }, ['size=ge:1', 'size=lt:9']],
  [{ name: { like: 'orasync' }, type: undefined, id: { eq: undefined } }, ['name=like:orasync']],
])('writes %o as the array reads it', (filter, expected) => {
  expect(decoded(filter)).toEqual(expected);
});

test('encodes every character that could end a parameter or a list', () => {
  expect(formatFilter({ id: { in: [3, 7] } })).toEqual(['id=in%3A%283%2C7%29']);
  expect(formatFilter({ name: "a&b=c d+e'f*!" })).toEqual(['name=eq%3Aa%26b%3Dc%20d%2Be%27f%2A%21']);
});

test('knows that nothing lies in an empty list', () => {
  expect(formatFilter({ name: 'a', id: { in: [] } })).toBeUndefined();
  expect(formatFilter({ replication_types: { anyof: [] } })).toBeUndefined();
  expect(formatFilter({ replication_types: { noneof: [] } })).toEqual([]);
});

test.each([
  { name: { in: ['a,b'] } },
  { name: { between: ['a)', 'b'] } },
  { id: Number.NaN },
  { id: Number.POSITIVE_INFINITY },
  { created_at: new Date(Number.NaN) },
  { id: { about: 3 } },
  { id: { in: 3 } },
  { id: { between: [1] } },
  { id: { eq: { nested: 1 } } },
])('refuses %o, naming the field', (filter) => {
  expect(() => formatFilter(filter)).toThrow(InfiniboxInputError);
  expect(() => formatFilter(filter)).toThrow(`Filter on ${Object.keys(filter)[0]}`);
});

test('sorts by several fields', () => {
  expect(formatSort(['-created_at', 'id'])).toEqual(['sort=-created_at%2Cid']);
  expect(formatSort([])).toEqual([]);
});
