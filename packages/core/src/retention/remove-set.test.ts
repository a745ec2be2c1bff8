import { describe, expect, test } from 'vitest';
import { log, setUp, silent } from './apply.test.fixture.js';
import { type RemovalDependencies, removeSet } from './remove-set.js';

/** The oldest of 14 sets, which is due, and what a removal of it does. */
const setUpRemoval = async () => {
  const context = setUp(14);
  const { array, clock, stop, journal } = context;
  const [doomed] = await context.doomed();
  if (doomed === undefined) throw new Error('one set is due');
  const logged: unknown[][] = [];
  const keep =
    (level: string) =>
    (...told: unknown[]) =>
      void logged.push([level, ...told]);
  const dependencies: RemovalDependencies = {
    ...{ array, clock, signal: stop.signal, onRemoval: silent },
    log: { ...log, info: keep('info'), warn: keep('warn') },
  };
  const remove = (set = doomed, forbids?: string) => removeSet(set, async () => forbids, dependencies);
  const readMarker = async () => (await array.readLabels(doomed.snapshots[0]?.id ?? 0))['orasync.complete'];
  /** What was written to the array since the last call, in short. */
  let seen = journal.entries.length;
  const writes = () => {
    const since = journal.entries.slice(seen).filter(({ what }) => !what.startsWith('GET'));
    seen = journal.entries.length;
    return since.map(({ what }) => what.replace('/api/rest/', ''));
  };
  writes();
  return { ...context, doomed, remove, logged, readMarker, writes, ids: doomed.snapshots.map(({ id }) => id) };
};

const refusal = { kind: 'refuse', status: 403, code: 'NOT_YOUR_POOL' } as const;

describe('removing a set', () => {
  test('logs what became of each snapshot, in the words of the outcome', async () => {
    const { remove, doomed, logged } = await setUpRemoval();
    const outcomes = await remove();
    expect(outcomes).toStrictEqual(
      doomed.snapshots.map(({ id, name }) => ({ set: doomed.set, id, name, outcome: 'removed' })),
    );
    expect(logged).toStrictEqual(outcomes.map((outcome) => ['info', outcome, 'removal']));
  });

  test('says why of each snapshot that stays', async () => {
    const { remove, doomed, writes } = await setUpRemoval();
    const outcomes = await remove(doomed, 'its keeper is gone');
    expect(outcomes.map(({ outcome, reason }) => [outcome, reason])).toEqual(
      doomed.snapshots.map(() => ['skipped', 'its keeper is gone']),
    );
    expect(writes()).toEqual([]);
  });

  test('asks the array nothing once it was told to stop', async () => {
    const { remove, stop, journal } = await setUpRemoval();
    stop.abort('SIGINT');
    const before = journal.entries.length;
    const outcomes = await remove();
    expect(outcomes.map(({ reason }) => reason)).toEqual(['told to stop', 'told to stop', 'told to stop']);
    expect(journal.entries).toHaveLength(before);
  });

  test('takes the marker off a complete set alone', async () => {
    const { remove, doomed, writes, ids } = await setUpRemoval();
    await remove({ ...doomed, state: 'partial' });
    expect(new Set(writes())).toEqual(new Set(ids.map((id) => `DELETE volumes/${id}`)));
  });

  test('that could not be unmarked leaves it alone', async () => {
    const { remove, faults } = await setUpRemoval();
    faults.inject({ match: 'orasync.complete', action: refusal });
    const outcomes = await remove();
    expect(outcomes.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['failed', expect.stringContaining('injected fault')],
      ['skipped', 'the set could not be read or unmarked'],
      ['skipped', 'the set could not be read or unmarked'],
    ]);
  });

  test('puts the marker back when the array refuses the first deletion', async () => {
    const { remove, faults, readMarker, doomed, logged } = await setUpRemoval();
    faults.inject({ match: 'DELETE /api/rest/volumes', action: refusal });
    const outcomes = await remove();
    expect(outcomes.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('injected fault'),
      'the set is still whole, and stays so',
      'the set is still whole, and stays so',
    ]);
    expect(await readMarker()).toBe(doomed.set);
    expect(logged.map(([level]) => level)).toEqual(['info', 'info', 'info']);
  });

  test('puts no marker on a set that had none', async () => {
    const { remove, faults, doomed, writes, ids } = await setUpRemoval();
    faults.inject({ match: 'DELETE /api/rest/volumes', action: refusal });
    await remove({ ...doomed, state: 'partial' });
    expect(writes()).toEqual([`DELETE volumes/${ids[0]}`]);
  });

  test('told to stop before its first deletion puts no marker on a set that had none', async () => {
    const { remove, stop, doomed, writes, array, ids } = await setUpRemoval();
    const listDatasets = array.listDatasets.bind(array);
    array.listDatasets = async (asked) => {
      if (asked.length === ids.length) stop.abort('SIGTERM');
      return listDatasets(asked);
    };
    await remove({ ...doomed, state: 'partial' });
    expect(writes()).toEqual([]);
  });

  test('leaves the marker off once a member is gone, and says nothing of putting it back', async () => {
    const { remove, faults, logged, writes } = await setUpRemoval();
    // The first deletion takes two calls: the array asks for an approval.
    faults.inject({ match: 'DELETE /api/rest/volumes', skip: 2, action: refusal });
    const outcomes = await remove();
    expect(outcomes.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['removed', undefined],
      ['failed', expect.stringContaining('injected fault')],
      ['skipped', 'a member before it was not removed'],
    ]);
    expect(writes().filter((what) => what.startsWith('PUT'))).toEqual([]);
    expect(logged.map(([level]) => level)).toEqual(['info', 'info', 'info']);
  });

  test('leaves the marker off once a member is gone and the next one changed', async () => {
    const { remove, simulated, array, ids, writes } = await setUpRemoval();
    const deleteSnapshot = array.deleteSnapshot.bind(array);
    array.deleteSnapshot = async (id) => {
      await deleteSnapshot(id);
      simulated.map(ids[1] ?? 0, 'db1');
    };
    const outcomes = await remove();
    expect(outcomes.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['removed', undefined],
      ['skipped', expect.stringMatching(/^mapped: /)],
      ['skipped', 'a member before it was not removed'],
    ]);
    expect(writes().filter((what) => what.startsWith('PUT'))).toEqual([]);
  });

  test('told to stop once a member is gone leaves the marker off', async () => {
    const { remove, stop, array, writes, logged } = await setUpRemoval();
    const deleteSnapshot = array.deleteSnapshot.bind(array);
    array.deleteSnapshot = async (id) => {
      await deleteSnapshot(id);
      stop.abort('SIGTERM');
    };
    const outcomes = await remove();
    expect(outcomes.map(({ reason }) => reason)).toEqual([undefined, 'told to stop', 'told to stop']);
    expect(writes().filter((what) => what.startsWith('PUT'))).toEqual([]);
    expect(logged.filter(([level]) => level === 'warn')).toEqual([]);
  });

  test('leaves the marker off when the answer to the first deletion is lost', async () => {
    const { remove, faults, readMarker, writes } = await setUpRemoval();
    faults.inject({ match: 'DELETE /api/rest/volumes', action: { kind: 'reset', when: 'before' } });
    const outcomes = await remove();
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['failed', 'skipped', 'skipped']);
    expect(outcomes[1]?.reason).toBe('a member before it was not removed');
    expect(await readMarker()).toBeUndefined();
    expect(writes().filter((what) => what.startsWith('PUT'))).toEqual([]);
  });

  test('takes a member for removed when its answer was lost and it is gone', async () => {
    const { remove, faults } = await setUpRemoval();
    faults.inject({ match: 'DELETE /api/rest/volumes', skip: 1, action: { kind: 'reset', when: 'after' } });
    expect((await remove()).map(({ outcome }) => outcome)).toEqual(['removed', 'removed', 'removed']);
  });

  test('leaves the marker off when the array took the first deletion and does not say whether it is gone', async () => {
    const { remove, array, ids, writes } = await setUpRemoval();
    const deleteSnapshot = array.deleteSnapshot.bind(array);
    const findDataset = array.findDataset.bind(array);
    let isRefusing = false;
    array.deleteSnapshot = async (id) => {
      await deleteSnapshot(id);
      isRefusing = true;
    };
    array.findDataset = async (id) => {
      if (isRefusing && id === ids[0]) throw Object.assign(new Error('no rights to look'), { outcome: 'refused' });
      return findDataset(id);
    };
    const outcomes = await remove();
    expect(outcomes.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['failed', 'whether it is gone is not known: no rights to look'],
      ['skipped', 'a member before it was not removed'],
      ['skipped', 'a member before it was not removed'],
    ]);
    expect(writes().filter((what) => what.startsWith('PUT'))).toEqual([]);
  });

  test('warns with the cause when the marker cannot be put back', async () => {
    const { remove, faults, logged, doomed } = await setUpRemoval();
    faults.inject({ match: 'DELETE /api/rest/volumes', action: refusal });
    faults.inject({ match: 'PUT /api/rest/metadata', action: refusal });
    await remove();
    expect(logged[0]).toEqual([
      'warn',
      { set: doomed.set, cause: expect.stringContaining('injected fault') },
      'the complete marker could not be put back',
    ]);
  });
});
