import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  buildCatalogue,
  type CatalogueFacts,
  formatLabel,
  parseNameReservation,
  parseRunRecord,
  parseSetLabel,
  type SetLabel,
} from './catalogue.js';
import type { Dataset } from './ports.js';

const page = readFileSync(new URL('../../../docs/catalogue.md', import.meta.url), 'utf8');
const [labelExample = '', recordExample = '', namesExample = ''] = [...page.matchAll(/```json\n(.*?)```/gs)].map(
  (match) => match[1],
);
const example = parseSetLabel(labelExample) as SetLabel;

const now = new Date('2026-11-25T00:00:00Z');
const snapshot = (id: number, change: Partial<Dataset> = {}): Dataset => ({
  id,
  name: `orasync_data_2026-11-24_231502_v${id}`,
  type: 'volume',
  kind: 'snapshot',
  parentId: id - 100,
  groupId: undefined,
  depth: 1,
  createdAt: new Date('2026-11-24T23:15:03Z'),
  isWriteProtected: true,
  isMapped: false,
  hasChildren: false,
  lockExpiresAt: undefined,
  isPolicyMade: false,
  isReplicated: false,
  ...change,
});
const label = (id: number, change: Partial<SetLabel> = {}) => ({
  objectId: id,
  key: 'orasync.set',
  value: formatLabel({ ...example, id, members: { data: 2, archive: 1 }, ...change }),
});
const whole: CatalogueFacts = {
  snapshots: [snapshot(1105), snapshot(1106), snapshot(1107)],
  setLabels: [label(1106), label(1105), label(1107, { role: 'archive' })],
  markers: [{ objectId: 1105, key: 'orasync.complete', value: example.set }],
  pins: [],
  makers: [],
  runRecords: [],
};
const stateOf = (facts: CatalogueFacts) => buildCatalogue(facts, 'orasync', now).map(({ state }) => state);

test('the names of the page’s example are understood', () => {
  expect(parseNameReservation(namesExample)).toMatchObject({ id: 1001, names: { length: 2 } });
});

test('the documented label is read and written as documented', () => {
  expect(JSON.parse(formatLabel(example))).toEqual(JSON.parse(labelExample));
});

test('the documented run record is read and written as documented', () => {
  const record = parseRunRecord(recordExample);
  expect(record && JSON.parse(formatLabel(record))).toEqual(JSON.parse(recordExample));
});

test('a label of a later version, of other JSON or of no JSON is not ours', () => {
  expect(parseSetLabel(labelExample.replace('"v": 1', '"v": 2'))).toBeUndefined();
  expect(parseSetLabel('[]')).toBeUndefined();
  expect(parseSetLabel('orasync')).toBeUndefined();
});

test('a label longer than the array takes is refused', () => {
  expect(() => formatLabel({ ...example, set: 'x'.repeat(1100) })).toThrow(RangeError);
});

test('a label that many redo threads make long still fits', () => {
  const logs = Array.from({ length: 16 }, (_, thread): [number, number, number] => [thread + 1, 1_234_567, 1_234_569]);
  expect(() => formatLabel({ ...example, logs })).not.toThrow();
});

test('a marked set with all its members is complete, data members first', () => {
  const [set] = buildCatalogue(whole, 'orasync', now);
  expect(set?.state).toBe('complete');
  expect(set?.members.map(({ snapshot: { id }, role }) => [id, role])).toEqual([
    [1105, 'data'],
    [1106, 'data'],
    [1107, 'archive'],
  ]);
});

test.each([
  ['the marker is missing', { ...whole, markers: [] }],
  ['the marker sits on another member', { ...whole, markers: [{ objectId: 1106, key: '', value: example.set }] }],
  ['the marker names another set', { ...whole, markers: [{ objectId: 1105, key: '', value: 'other' }] }],
  ['a data member is gone', { ...whole, snapshots: [snapshot(1105), snapshot(1107)] }],
  ['an archive member is gone', { ...whole, snapshots: [snapshot(1105), snapshot(1106)] }],
  [
    'one label says partial',
    { ...whole, setLabels: [...whole.setLabels.slice(0, 2), label(1107, { role: 'archive', state: 'partial' })] },
  ],
])('a set is partial when %s', (_, facts) => {
  expect(stateOf(facts)).toEqual(['partial']);
});

test('one inconsistent label makes the set inconsistent, marker or not', () => {
  const facts = {
    ...whole,
    setLabels: [label(1105), label(1106, { state: 'inconsistent' }), label(1107, { role: 'archive' })],
  };
  expect(stateOf(facts)).toEqual(['inconsistent']);
});

test('a set labelled in flight is so for a day, then it is partial', () => {
  const flying = { ...whole, markers: [], setLabels: [label(1105, { state: 'in-flight' })] };
  expect(stateOf(flying)).toContain('in-flight');
  expect(buildCatalogue(flying, 'orasync', new Date('2026-11-26T00:00:00Z')).map(({ state }) => state)).toContain(
    'partial',
  );
});

test.each([
  ['copied from another object', label(1105)],
  ['of an unknown version', { objectId: 1200, key: 'orasync.set', value: '{"v":9}' }],
])('a snapshot whose label is %s is foreign', (_, { value }) => {
  const facts = { ...whole, snapshots: [snapshot(1200)], setLabels: [{ objectId: 1200, key: 'orasync.set', value }] };
  expect(stateOf(facts)).toEqual(['foreign']);
});

test('one member of an unknown version makes its whole set foreign', () => {
  const odd = { objectId: 1107, key: 'orasync.set', value: JSON.stringify({ v: 2, set: example.set }) };
  expect(stateOf({ ...whole, setLabels: [label(1105), label(1106), odd] })).toEqual(['foreign', 'foreign']);
});

test('a label on a volume that is no snapshot is foreign', () => {
  expect(stateOf({ ...whole, snapshots: [snapshot(1105, { kind: 'master' })], setLabels: [label(1105)] })).toEqual([
    'foreign',
  ]);
});

test('a label whose object is gone says nothing', () => {
  expect(stateOf({ ...whole, snapshots: [] })).toEqual([]);
});

test('a pin on any member pins the set', () => {
  const [set] = buildCatalogue(
    { ...whole, pins: [{ objectId: 1105, key: 'orasync.pin', value: 'x' }] },
    'orasync',
    now,
  );
  expect(set?.isPinned).toBe(true);
});

const none = { ...whole, setLabels: [], markers: [] };

test('an unlabelled snapshot with the text in its name is legacy, whatever the case', () => {
  expect(stateOf({ ...none, snapshots: [snapshot(1300, { name: 'ORASYNC_data_2017-01-01_000000' })] })).toEqual([
    'legacy',
  ]);
});

test('a legacy snapshot can be pinned', () => {
  const pins = [{ objectId: 1300, key: 'orasync.pin', value: 'keep' }];
  expect(buildCatalogue({ ...none, snapshots: [snapshot(1300)], pins }, 'orasync', now)).toMatchObject([
    { state: 'legacy', isPinned: true },
  ]);
});

test('an unlabelled snapshot that another product says it made is not legacy', () => {
  const makers = [{ objectId: 1300, key: 'host.created_by', value: 'another product' }];
  expect(stateOf({ ...none, snapshots: [snapshot(1300)], makers })).toEqual([]);
});

test.each([
  ['a master', { kind: 'master' as const }],
  ['a snapshot of a snapshot', { depth: 2 }],
  ['writable', { isWriteProtected: false }],
  ['made by a snapshot policy', { isPolicyMade: true }],
  ['called otherwise', { name: 'db_2017' }],
  ['of a filesystem', { type: 'filesystem' as const }],
  ['in a snapshot group', { groupId: 1400 }],
])('an unlabelled dataset is not legacy when it is %s', (_, change) => {
  expect(stateOf({ ...none, snapshots: [snapshot(1300, change)] })).toEqual([]);
});

test.each(['orasync_data_2026-11-24_231502', 'orasync_data_2026-11-24_231503_ora_data01'])(
  'a snapshot named in a run record is never taken for legacy: %s',
  (name) => {
    const record = parseRunRecord(recordExample);
    const facts = { ...none, snapshots: [snapshot(1300, { name })], runRecords: record === undefined ? [] : [record] };
    expect(stateOf(facts)).toEqual([]);
  },
);
