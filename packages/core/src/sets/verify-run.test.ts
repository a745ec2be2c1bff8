import { arrayPort, createVirtualClock, createWorld, databasePort, type WorldOptions } from '@orasync/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backupSettings } from '../backup/request.js';
import { runBackup } from '../backup/run-backup.js';
import { buildCatalogue, type CatalogueFacts, type SetLabel } from '../catalogue.js';
import type { Dataset, Label, SnapshotArray } from '../ports.js';
import { restoreMaterialPaths } from '../restore-material.js';
import { readOwners } from './owners.js';
import { readSets, type SetFacts } from './read-sets.js';
import { verifySet } from './verify-set.js';

type TargetKind = NonNullable<WorldOptions['targets']>;

const none = () => undefined;
const log = { debug: none, info: none, warn: none, error: none };

interface RunOptions {
  readonly targets: TargetKind;
  readonly data: number;
  readonly archive: number;
  /** How far the array's clock is ahead of the host's. */
  readonly aheadMs: number;
  readonly hasMaterial: boolean;
}

/** Runs a backup on the doubles, and reads the sets that are there afterwards. */
const runInWorld = async ({ targets, data, archive, aheadMs, hasMaterial }: RunOptions) => {
  const clock = createVirtualClock(Date.parse('2026-11-24T23:15:02.870Z'));
  const world = createWorld({ clock, data, archive, targets });
  world.array.skewClock(aheadMs);
  const array: SnapshotArray = arrayPort(world.array);
  const targetOf = (role: 'data' | 'archive') =>
    targets === 'consistencyGroup'
      ? { consistencyGroup: world.groups[role] }
      : { [targets]: world.volumes[role].map(({ name }) => name) };
  const settings = backupSettings.parse({
    targets: { data: targetOf('data'), ...(archive === 0 ? {} : { archive: targetOf('archive') }) },
    ...(hasMaterial && archive > 0 ? { restoreMaterial: world.archiveDirectory } : {}),
  });
  const report = await runBackup(
    { ...settings, database: 'ORCL', zone: 'Europe/Amsterdam' },
    {
      array,
      database: databasePort(world.database, { user: 'system' }),
      host: world.host,
      clock,
      log,
      signal: new AbortController().signal,
      onStep: none,
    },
  );
  const facts = await readSets('orasync', { array, clock });
  return { world, array, settings, report, facts, now: new Date(clock.now()) };
};

const runOptions = fc.record({
  targets: fc.constantFrom<TargetKind>('volumes', 'consistencyGroup', 'filesystems'),
  data: fc.integer({ min: 1, max: 4 }),
  archive: fc.integer({ min: 0, max: 2 }),
  aheadMs: fc.integer({ min: -200_000, max: 200_000 }),
  hasMaterial: fc.boolean(),
});

const verifyOnly = ({ sets: [set, ...others], ...facts }: SetFacts) => {
  expect(others.filter(({ state }) => state !== 'foreign' && state !== 'legacy')).toEqual([]);
  if (set === undefined) throw new Error('there is no set');
  return verifySet(set, facts, { asked: 1, zone: 'utc' });
};

const readLabel = ({ value }: Label) => JSON.parse(value) as SetLabel;
const relabel = (facts: CatalogueFacts, change: (label: SetLabel, index: number) => unknown): CatalogueFacts => ({
  ...facts,
  setLabels: facts.setLabels.map((label, index) => ({
    ...label,
    value: JSON.stringify(change(readLabel(label), index)),
  })),
});
const resnap = (facts: CatalogueFacts, change: (snapshot: Dataset) => Dataset): CatalogueFacts => ({
  ...facts,
  snapshots: facts.snapshots.map(change),
});

/** @param pick  Chooses among members or labels. */
type Mutation = (facts: CatalogueFacts, pick: number) => CatalogueFacts;

/** A member; snapshot groups carry labels too. */
const idAt = ({ setLabels, snapshots }: CatalogueFacts, pick: number) => {
  const members = setLabels.filter(({ objectId }) => snapshots.some(({ id }) => id === objectId));
  return members[pick % members.length]?.objectId ?? 0;
};
const endOf = (facts: CatalogueFacts) => facts.setLabels.map(readLabel)[0]?.end?.scn ?? '';
const beginOf = (facts: CatalogueFacts) => facts.setLabels.map(readLabel)[0]?.begin?.scn ?? '';
const alter =
  (change: (label: SetLabel) => Partial<SetLabel>): Mutation =>
  (facts, pick) =>
    relabel(facts, (label) => (label.id === idAt(facts, pick) ? { ...label, ...change(label) } : label));

const mutations: Readonly<Record<string, Mutation>> = {
  'a member is missing': (facts, pick) => ({
    ...facts,
    snapshots: facts.snapshots.filter(({ id }) => id !== idAt(facts, pick)),
  }),
  'a member is missing with its label': (facts, pick) => ({
    ...facts,
    snapshots: facts.snapshots.filter(({ id }) => id !== idAt(facts, pick)),
    setLabels: facts.setLabels.filter(({ objectId }) => objectId !== idAt(facts, pick)),
  }),
  'a label is taken off': (facts, pick) => ({
    ...facts,
    setLabels: facts.setLabels.filter(({ objectId }) => objectId !== idAt(facts, pick)),
  }),
  'a label has another state': alter(() => ({ state: 'partial' })),
  'a label has another role': alter(({ role }) => ({ role: role === 'data' ? 'archive' : 'data' })),
  'a label names another parent': alter(() => ({ parent: 1 })),
  'a label names another set': alter(() => ({ set: 'other' })),
  'a label was written for another object': alter(({ id }) => ({ id: id + 1 })),
  'a label has another database': alter(({ database }) => ({ database: { ...database, dbid: '1' } })),
  'a label has another number of members': alter(({ members }) => ({ members: { ...members, data: 9 } })),
  'a label has other logs': alter(() => ({ logs: [[7, 1, 1]] })),
  'a label is copied to another snapshot': (facts, pick) => {
    const copied = facts.setLabels.find(({ objectId }) => objectId === idAt(facts, pick));
    const stranger = facts.snapshots[0];
    return {
      ...facts,
      snapshots: [
        ...facts.snapshots,
        ...(stranger === undefined ? [] : [{ ...stranger, id: 99_999, name: 'stranger' }]),
      ],
      setLabels: [...facts.setLabels, ...(copied === undefined ? [] : [{ ...copied, objectId: 99_999 }])],
    };
  },
  'the marker is gone': (facts) => ({ ...facts, markers: [] }),
  'the marker is on something else': (facts) => ({
    ...facts,
    markers: facts.markers.map((marker) => ({ ...marker, objectId: 99_999 })),
  }),
  'a second marker is on something else': (facts) => ({
    ...facts,
    markers: facts.markers.flatMap((marker) => [marker, { ...marker, objectId: 99_999 }]),
  }),
  'a member was made before the run': (facts, pick) =>
    resnap(facts, (snapshot) =>
      snapshot.id === idAt(facts, pick)
        ? { ...snapshot, createdAt: new Date(snapshot.createdAt.getTime() - 60_000) }
        : snapshot,
    ),
  'all members were made before the run': (facts) =>
    resnap(facts, (snapshot) => ({ ...snapshot, createdAt: new Date(snapshot.createdAt.getTime() - 60_000) })),
  'all members were made after the run': (facts) =>
    resnap(facts, (snapshot) => ({ ...snapshot, createdAt: new Date(snapshot.createdAt.getTime() + 60_000) })),
  'a member can be written to': (facts, pick) =>
    resnap(facts, (snapshot) =>
      snapshot.id === idAt(facts, pick) ? { ...snapshot, isWriteProtected: false } : snapshot,
    ),
  'the array’s clock is not known': (facts) => relabel(facts, ({ arrayAheadMs: _gone, ...label }) => label),
  'the array’s clock is another': (facts) =>
    relabel(facts, (label) => ({ ...label, arrayAheadMs: (label.arrayAheadMs ?? 0) + 30_000 })),
  'the redo begins after begin SCN': (facts) =>
    relabel(facts, (label) => ({ ...label, redo: { ...label.redo, from: String(BigInt(beginOf(facts)) + 1n) } })),
  'the redo ends at end SCN': (facts) =>
    relabel(facts, (label) => ({ ...label, redo: { ...label.redo, to: endOf(facts) } })),
  'the logs have no sequence': (facts) =>
    relabel(facts, (label) => ({ ...label, logs: label.logs?.map(([thread, first]) => [thread, first, first - 1]) })),
  'what it is worth is not known': (facts) => relabel(facts, ({ worth: _gone, ...label }) => label),
};

test('every set that a run calls complete reaches level 1, on whatever targets and with whatever difference of clocks', async () => {
  await fc.assert(
    fc.asyncProperty(runOptions, async (options) => {
      const { facts, report } = await runInWorld(options);
      expect(report.state).toBe('complete');
      const { points, ...verified } = verifyOnly(facts);
      expect(points.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
      expect(verified).toMatchObject({ set: report.set, reached: 1, state: 'complete' });
    }),
    { numRuns: 40 },
  );
});

test.each(Object.entries(mutations))('it does not reach level 1 when %s', async (_, mutate) => {
  await fc.assert(
    fc.asyncProperty(runOptions, fc.nat(), async (options, pick) => {
      // One label alone has no other to differ from.
      const { facts, now } = await runInWorld({ ...options, data: Math.max(2, options.data) });
      const catalogue = mutate(facts.catalogue, pick);
      const sets = buildCatalogue(catalogue, 'orasync', now).filter(({ id }) => id === facts.sets[0]?.id);
      const [set] = sets;
      if (set === undefined) throw new Error('the set is gone');
      expect(verifySet(set, { ...facts, catalogue }, { asked: 1, zone: 'utc' }).reached).not.toBe(1);
    }),
    { numRuns: 6 },
  );
});

test('a set is owned by the configured database whose targets it is of', async () => {
  const { facts, settings, array } = await runInWorld({
    targets: 'volumes',
    data: 2,
    archive: 1,
    aheadMs: 0,
    hasMaterial: false,
  });
  const ours = { name: 'OURS', ...settings };
  const other = { ...ours, name: 'OTHER', expect: { dbid: '1', uniqueName: undefined } };
  const [set] = facts.sets;
  const ownerOf = async (databases: Parameters<typeof readOwners>[1]) =>
    set && (await readOwners(facts.sets, databases, array)).get(set);
  expect(await ownerOf([other, ours, { ...ours, name: 'TWIN' }])).toBe('OURS');
  expect(await ownerOf([other])).toBeUndefined();
  expect(await ownerOf([{ ...ours, targets: { data: { volumes: ['ora_data01'] } } }])).toBeUndefined();
});

test('the restore material is where the runbook will look for it', async () => {
  const { world, report } = await runInWorld({
    targets: 'volumes',
    data: 1,
    archive: 1,
    aheadMs: 0,
    hasMaterial: true,
  });
  const { controlfile } = restoreMaterialPaths(world.archiveDirectory, report.set ?? '');
  const archive = report.snapshots.find(({ role }) => role === 'archive');
  expect([...world.array.contentOf(archive?.id ?? 0).keys()]).toContain(controlfile);
});
