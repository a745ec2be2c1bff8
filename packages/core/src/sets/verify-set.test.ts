import { describe, expect, test } from 'vitest';
import type { SetLabel } from '../catalogue.js';
import { type Changes, dataset, factsWith, labelOf, labelsWith, setId, snapshot } from './sets.test.fixture.js';
import { verification, verifySet } from './verify-set.js';

const verify = (changes: Changes = {}, asked: 0 | 1 = 1) => {
  const facts = factsWith(changes);
  const set = facts.sets.find(({ id }) => id === setId) ?? facts.sets[0];
  if (set === undefined) throw new Error('there is no set');
  return verifySet(set, facts, { asked, zone: 'utc' });
};
const found = ({ points }: ReturnType<typeof verify>) =>
  points
    .filter(({ outcome }) => outcome !== 'passed')
    .map(({ outcome, point, message, object }) => `${outcome} ${point}: ${object?.id ?? ''} ${message}`)
    .join('\n');

const late = new Date('2026-11-24T23:15:14.411Z');
const labelsWithout = (key: keyof SetLabel): NonNullable<Changes['labels']> =>
  labelsWith({}).map(([id, label]) => [id, { ...(label as SetLabel), [key]: undefined }]);

test('a set that holds together reaches the level that is asked for, and no more', () => {
  expect(verify()).toMatchObject({ state: 'complete', asked: 1, reached: 1, database: 'ORCL', dbid: '1573298467' });
  const structure = verify({}, 0);
  expect(structure.reached).toBe(0);
  expect(structure.points.every(({ level }) => level === 0)).toBe(true);
  expect(structure.notVerified.join(' ')).toMatch(/what redo the archived logs hold, was not looked at/);
});

test('it is never called a verified restore', () => {
  for (const asked of [0, 1] as const)
    expect(verify({}, asked).notVerified[0]).toMatch(/only a recovery proves that a set recovers/);
});

test.each<[SetLabel['worth'], RegExp]>([
  [
    { coverage: 'proved', logs: 'captured', controlfile: 'captured' },
    /proved by the run, not now[\s\S]*control file copy was not read/,
  ],
  [
    { coverage: 'declared', logs: 'captured', controlfile: 'none' },
    /what the administrator declared[\s\S]*no control file copy/,
  ],
  [{ coverage: 'unknown', logs: 'captured', controlfile: 'none' }, /every data file lay on these volumes is not known/],
  [{ coverage: 'proved', logs: 'elsewhere', controlfile: 'none' }, /archived logs are not in the set/],
])('what a set is worth says what was not verified: %j', (worth, expected) => {
  expect(verify({ labels: labelsWith({ worth }) }).notVerified.join('\n')).toMatch(expected);
});

test('what is printed fits the schema', () => {
  expect(verification.parse(verify())).toEqual(verify());
});

describe('the structure is not right when', () => {
  test.each<[string, Changes, RegExp]>([
    ['a data member is missing', { snapshots: [snapshot(1101), snapshot(1103)] }, /members: +1 of 2 data members/],
    [
      'a member that is missing left its label',
      { snapshots: [snapshot(1101), snapshot(1103)] },
      /members: 1102 has a label of the set, but is not on the array/,
    ],
    ['the archive member is missing', { snapshots: [snapshot(1101), snapshot(1102)] }, /0 of 1 archive members/],
    [
      'all data members are missing',
      { snapshots: [snapshot(1103)] },
      /members: +0 of 2 data members[\s\S]*marker: 1101 carries orasync.complete, which belongs elsewhere[\s\S]*no data member to carry the marker/,
    ],
    [
      'a member was promoted to a volume',
      { snapshots: [snapshot(1101), snapshot(1102, { kind: 'master' }), snapshot(1103)] },
      /members: 1102 is no snapshot any more/,
    ],
    [
      'there is a member too many',
      {
        snapshots: [snapshot(1101), snapshot(1102), snapshot(1103), snapshot(1104)],
        labels: [...labelsWith({}), [1104, labelOf(1104)]],
        parents: [1001, 1002, 1003, 1004].map((id) => dataset(id)),
      },
      /3 of 2 data members/,
    ],
    [
      'a label differs from the others',
      { labels: [...labelsWith({}).slice(0, 2), [1103, labelOf(1103, { role: 'archive', hotWindowMs: 1 })]] },
      /labels: 1103 its label differs/,
    ],
    [
      'a label differs from the others, though it is the first',
      { labels: [[1101, labelOf(1101, { hotWindowMs: 1 })], ...labelsWith({}).slice(1)] },
      /labels: 1101 its label differs/,
    ],
    [
      'a label was copied from another object',
      { labels: [labelsWith({})[0] ?? [0, ''], [1102, labelOf(1101)], labelsWith({})[2] ?? [0, '']] },
      /labels: 1102 has a label that was written for object 1101/,
    ],
    [
      'a copied label is on a stranger',
      {
        snapshots: [1101, 1102, 1103, 1109].map((id) => snapshot(id)),
        labels: [...labelsWith({}), [1109, labelOf(1101)]],
      },
      /labels: 1109 has a label that was written for object 1101/,
    ],
    [
      'a copied label is on nothing that there is',
      { labels: [...labelsWith({}), [1109, labelOf(1101)]] },
      /labels: 1109 has a label that was written for object 1101/,
    ],
    [
      'a label is of a later version',
      { labels: [...labelsWith({}).slice(0, 2), [1103, { ...labelOf(1103), v: 2 }]] },
      /labels: 1103 has a label that this version does not know/,
    ],
    [
      'a label says that the run is not over',
      { labels: [...labelsWith({}).slice(0, 2), [1103, labelOf(1103, { role: 'archive', state: 'in-flight' })]] },
      /labels: 1103 its label says in-flight/,
    ],
    ['there is no marker', { markers: [] }, /marker: 1101 does not carry orasync.complete/],
    [
      'the marker is on another member',
      { markers: [[1102, setId]] },
      /marker: 1102 carries orasync.complete[\s\S]*marker: 1101 does not carry/,
    ],
    [
      'there are two markers',
      {
        markers: [
          [1101, setId],
          [1999, setId],
        ],
      },
      /marker: 1999 carries orasync.complete/,
    ],
    ['the marker is of another set', { markers: [[1101, 'other']] }, /marker: 1101 does not carry/],
    [
      'a data member was made by another call',
      { snapshots: [snapshot(1101), snapshot(1102, { createdAt: late }), snapshot(1103, { createdAt: late })] },
      /instant: 1102 was made 1161 ms after the first data member/,
    ],
    [
      'a member can be written to',
      { snapshots: [snapshot(1101), snapshot(1102, { isWriteProtected: false }), snapshot(1103)] },
      /write-protected: 1102 can be written to/,
    ],
    [
      'a member is a snapshot of nothing',
      { snapshots: [snapshot(1101), snapshot(1102, { parentId: undefined }), snapshot(1103)] },
      /parents: 1102 what it is a snapshot of is not/,
    ],
    ['a parent is gone', { parents: [dataset(1001), dataset(1003)] }, /parents: 1102 what it is a snapshot of is not/],
    [
      'a parent is not the one that the label names',
      { labels: [labelsWith({})[0] ?? [0, ''], [1102, labelOf(1102, { parent: 1005 })], labelsWith({})[2] ?? [0, '']] },
      /parents: 1102 is a snapshot of object 1002, and its label says 1005/,
    ],
    [
      'two members are of one volume',
      {
        snapshots: [snapshot(1101), snapshot(1102, { parentId: 1001 }), snapshot(1103)],
        labels: [labelsWith({})[0] ?? [0, ''], [1102, labelOf(1102, { parent: 1001 })], labelsWith({})[2] ?? [0, '']],
      },
      /parents: 1102 is a snapshot of the same volume as snapshot1101/,
    ],
  ])('%s', (_, changes, expected) => {
    const result = verify(changes, 0);
    expect(found(result)).toMatch(expected);
    expect(result).not.toHaveProperty('reached');
  });

  test('a snapshot has no label: nothing is known of it then', () => {
    const result = verify({ labels: [] });
    expect(found(result)).toMatch(/failed labels: 110\d has no label/);
    expect(result).toMatchObject({ state: 'legacy' });
    expect(result).not.toHaveProperty('reached');
    expect(result).not.toHaveProperty('database');
  });
});

describe('the structure is right all the same when', () => {
  test.each<[string, Changes]>([
    [
      'a snapshot of a member has its label',
      {
        snapshots: [snapshot(1101), snapshot(1102), snapshot(1103), snapshot(1109, { parentId: 1101, depth: 2 })],
        labels: [...labelsWith({}), [1109, labelOf(1101)]],
      },
    ],
    [
      'filesystems were not made at one instant',
      {
        snapshots: [
          snapshot(1101, { type: 'filesystem' }),
          snapshot(1102, { type: 'filesystem', createdAt: late }),
          snapshot(1103),
        ],
      },
    ],
    [
      'the snapshot group has a label, too',
      {
        snapshots: [snapshot(1101, { groupId: 77 }), snapshot(1102, { groupId: 77 }), snapshot(1103)],
        labels: [...labelsWith({}), [77, labelOf(77, { state: 'in-flight' })]],
      },
    ],
    ['a label of an earlier release does not name the parent', { labels: labelsWithout('parent') }],
  ])('%s', (_, changes) => {
    expect(verify(changes, 0).reached).toBe(0);
  });
});

describe('time and logs are not right when', () => {
  test.each<[string, Changes, RegExp]>([
    [
      'a data member was made before backup mode, by the array’s clock',
      {
        snapshots: [1101, 1102]
          .map((id) => snapshot(id, { createdAt: new Date('2026-11-24T23:15:12.119Z') }))
          .concat(snapshot(1103)),
      },
      /failed window: 1101 was made at 2026-11-24T23:15:12.119[\s\S]*from 2026-11-24T23:15:13.120.* to 2026-11-24T23:15:13.410[\s\S]*window: 1102/,
    ],
    [
      'a data member was made after backup mode',
      {
        snapshots: [1101, 1102]
          .map((id) => snapshot(id, { createdAt: late }))
          .concat(snapshot(1103, { createdAt: late })),
      },
      /failed window: 1101/,
    ],
    [
      'the archive member was made before END',
      {
        snapshots: [
          snapshot(1101),
          snapshot(1102),
          snapshot(1103, { createdAt: new Date('2026-11-24T23:15:12.409Z') }),
        ],
      },
      /failed archive-after-end: 1103/,
    ],
    [
      'the redo begins late',
      { labels: labelsWith({ redo: { from: '1523002', to: '1523050' } }) },
      /failed logs: +redo from SCN 1523001 to 1523002/,
    ],
    [
      'the redo ends early',
      { labels: labelsWith({ redo: { from: '1522961', to: '1523042' } }) },
      /failed logs: +redo from SCN 1523042 to 1523042/,
    ],
    [
      'a range has no sequence',
      { labels: labelsWith({ logs: [[1, 14, 12]] }) },
      /failed logs: +thread 1: sequence 14 to 12/,
    ],
    [
      'a thread is named twice',
      {
        labels: labelsWith({
          logs: [
            [1, 12, 12],
            [1, 14, 14],
          ],
        }),
      },
      /failed logs: +the label names a thread twice/,
    ],
    [
      'backup mode ends before it begins',
      { labels: labelsWith({ end: { scn: '1', time: '2026-11-24T23:15:03.410+00:00' } }) },
      /failed logs: +begin SCN 1523001 is after end SCN 1/,
    ],
    [
      'logs are said to be captured by nothing',
      {
        snapshots: [snapshot(1101), snapshot(1102)],
        labels: labelsWith({ members: { data: 2, archive: 0 } }).slice(0, 2),
      },
      /failed worth: +the label says logs captured, and the set has 0 archive members[\s\S]*control file captured/,
    ],
    [
      'logs are said to be elsewhere',
      { labels: labelsWith({ worth: { coverage: 'proved', logs: 'elsewhere', controlfile: 'none' } }) },
      /failed worth: +the label says logs elsewhere, and the set has 1/,
    ],
    [
      'the array’s clock is not known',
      { labels: labelsWithout('arrayAheadMs') },
      /unknown window:[\s\S]*how far[\s\S]*unknown archive-after-end/,
    ],
    [
      'the end is not known',
      { labels: labelsWithout('end') },
      /unknown window: +the label does not say when backup mode[\s\S]*unknown logs: +the label does not say begin and end SCN/,
    ],
    ['the logs are not known', { labels: labelsWithout('logs') }, /unknown logs: +the label does not say which/],
    ['there are no logs', { labels: labelsWith({ logs: [] }) }, /unknown logs/],
    ['what the logs hold is not known', { labels: labelsWithout('redo') }, /unknown logs/],
    ['its worth is not known', { labels: labelsWithout('worth') }, /unknown worth/],
  ])('%s', (_, changes, expected) => {
    const result = verify(changes);
    expect(found(result)).toMatch(expected);
    expect(result.reached).toBe(0);
  });

  test('but a set without an archive member can reach them', () => {
    const result = verify({
      snapshots: [snapshot(1101), snapshot(1102)],
      labels: labelsWith({
        members: { data: 2, archive: 0 },
        worth: { coverage: 'proved', logs: 'elsewhere', controlfile: 'none' },
      }).slice(0, 2),
    });
    expect(found(result)).toBe('');
    expect(result.reached).toBe(1);
  });

  test('a set without an archive member and without the array’s clock is in doubt for the window alone', () => {
    const { arrayAheadMs: _gone, ...label } = labelOf(1101, {
      members: { data: 1, archive: 0 },
      worth: { coverage: 'proved', logs: 'elsewhere', controlfile: 'none' },
    });
    expect(found(verify({ snapshots: [snapshot(1101)], labels: [[1101, label]] }))).toMatch(/^unknown window: [^\n]*$/);
  });
});
