import { expect, test } from 'vitest';
import { detailSet, setDetail } from './set-detail.js';
import { factsWith, labelOf, setId, snapshot } from './sets.test.fixture.js';

const options = { configured: 'ORCL', zone: 'utc' };
const detail = (changes: Parameters<typeof factsWith>[0] = {}) => {
  const facts = factsWith(changes);
  const set = facts.sets.find(({ id }) => id === setId) ?? facts.sets[0];
  if (set === undefined) throw new Error('there is no set');
  return detailSet(set, facts, options);
};

test('a set is shown with each member, what it is of, and what is true of it', () => {
  const lockExpiresAt = new Date('2026-12-01T00:00:00Z');
  const shown = detail({
    snapshots: [
      snapshot(1101, { lockExpiresAt, isMapped: true, hasChildren: true, groupId: 9 }),
      snapshot(1102, { isWriteProtected: false }),
      snapshot(1103),
    ],
  });
  expect(setDetail.parse(shown)).toEqual(shown);
  expect(shown).toMatchObject({
    set: setId,
    configured: 'ORCL',
    members: { data: 2, archive: 1 },
    expected: { data: 2, archive: 1 },
    begin: { scn: '1523001' },
    redo: { from: '1522961', to: '1523050' },
    arrayAheadMs: 10_000,
    archivedLogs: [{ thread: 1 }, { thread: 2 }],
  });
  expect(shown.snapshots).toMatchObject([
    {
      id: 1101,
      lockedUntil: '2026-12-01T00:00:00.000Z',
      isMapped: true,
      hasChildren: true,
      groupId: 9,
      isMarked: true,
    },
    { id: 1102, parentName: 'ora_data1002', isMarked: false, problems: [expect.stringContaining('can be written to')] },
    { id: 1103, role: 'archive', problems: [] },
  ]);
});

test('a label that says little is shown as far as it goes', () => {
  const { v, id, set, role, state, database, members } = labelOf(1101, { state: 'in-flight' });
  const shown = detail({
    snapshots: [snapshot(1101)],
    labels: [[1101, { v, id, set, role, state, database, members }]],
    parents: [],
  });
  for (const key of ['worth', 'begin', 'end', 'hotWindowMs', 'redo', 'arrayAheadMs'])
    expect(shown).not.toHaveProperty(key);
  expect(shown.archivedLogs).toEqual([]);
  expect(shown.snapshots[0]).not.toHaveProperty('parentName');
});

test('a snapshot without a label, or without a parent, is shown by what the array says', () => {
  const facts = factsWith({ snapshots: [snapshot(1101)], labels: [], markers: [] });
  const [set] = facts.sets;
  if (set === undefined) throw new Error('there is no set');
  const orphan = { ...set, members: [{ role: undefined, snapshot: snapshot(1101, { parentId: undefined }) }] };
  const shown = detailSet(orphan, facts, { configured: undefined, zone: 'utc' });
  expect(shown).toMatchObject({ set: 'snapshot1101', state: 'legacy', members: { data: 1, archive: 0 } });
  for (const key of ['configured', 'database', 'expected']) expect(shown).not.toHaveProperty(key);
  for (const key of ['role', 'parentId', 'parentName']) expect(shown.snapshots[0]).not.toHaveProperty(key);
});
