import assert from 'node:assert/strict';
import type { ArrayPort } from '../array/port-words.js';

/** What an expectation is tried on: an array and two or more volumes of it that nothing else uses. */
interface SnapshotArraySubject {
  readonly array: ArrayPort;
  readonly volumes: readonly { readonly id: number; readonly name: string }[];
}

/** One thing that any implementation of core's snapshot array must do. */
export interface SnapshotArrayExpectation {
  /** A sentence about behaviour. */
  readonly name: string;
  run(subject: SnapshotArraySubject): Promise<void>;
}

const neverAborted = (): { signal: AbortSignal } => ({ signal: new AbortController().signal });

const firstVolume = ({ volumes }: SnapshotArraySubject) => {
  const [volume] = volumes;
  assert.ok(volume, 'the contract needs at least one volume');
  return volume;
};

const snapshotFirst = async (subject: SnapshotArraySubject, name: string) => {
  const [snapshot] = await subject.array.createSnapshots({ name, parents: [firstVolume(subject)] }, neverAborted());
  assert.ok(snapshot, 'no snapshot was answered');
  return snapshot;
};

const rejectsAsRefused = (call: Promise<unknown>): Promise<void> =>
  assert.rejects(call, (error: unknown) => {
    assert.ok(error instanceof Error && 'outcome' in error, `an error with an outcome, not ${String(error)}`);
    assert.equal(error.outcome, 'refused');
    return true;
  });

/**
 * What any implementation of core's snapshot array must do, whether it is the simulated array itself, the REST client in
 * front of it, or the REST client in front of a real array. Each expectation leaves its snapshots behind and uses names
 * that no other uses, so all can run on one array, once.
 */
export const snapshotArrayContract = (): readonly SnapshotArrayExpectation[] => [
  {
    name: 'tells its identity',
    run: async ({ array }) => {
      const { name, serial, version, time } = await array.readIdentity();
      assert.notEqual(name, '');
      assert.match(serial, /^\d+$/);
      assert.match(version, /^\d+(?:\.\d+)+/);
      assert.ok(time === undefined || time instanceof Date);
    },
  },
  {
    name: 'finds volumes by exact name and leaves out what is not there',
    run: async (subject) => {
      const volume = firstVolume(subject);
      const found = await subject.array.findVolumes([
        volume.name,
        `${volume.name}-contract-absent`,
        volume.name.slice(1),
      ]);
      assert.deepEqual(
        found.map(({ id, name, kind, parentId, depth }) => ({ id, name, kind, parentId, depth })),
        [{ id: volume.id, name: volume.name, kind: 'master', parentId: undefined, depth: 0 }],
      );
    },
  },
  {
    name: 'gives the snapshot of one parent exactly the name asked for',
    run: async (subject) => {
      const parent = firstVolume(subject);
      const snapshot = await snapshotFirst(subject, 'contract_single');
      assert.equal(snapshot.name, 'contract_single');
      assert.equal(snapshot.kind, 'snapshot');
      assert.equal(snapshot.parentId, parent.id);
      assert.equal(snapshot.depth, 1);
      assert.equal(snapshot.isWriteProtected, true);
      assert.equal(snapshot.hasChildren, false);
      assert.equal(snapshot.lockExpiresAt, undefined);
      assert.equal(snapshot.isPolicyMade, false);
      assert.ok(snapshot.createdAt instanceof Date);
      assert.deepEqual(await subject.array.findVolume(snapshot.id), snapshot);
      assert.equal((await subject.array.findVolume(parent.id))?.hasChildren, true);
    },
  },
  {
    name: 'names the snapshots of several parents after them',
    run: async ({ array, volumes }) => {
      assert.ok(volumes.length > 1, 'the contract needs two volumes');
      const made = await array.createSnapshots({ name: 'contract_group', parents: volumes }, neverAborted());
      assert.deepEqual(
        new Map(made.map(({ parentId, name }) => [parentId, name])),
        new Map(volumes.map(({ id, name }) => [id, `contract_group_${name}`])),
      );
      const ids = made.map(({ id }) => id);
      assert.deepEqual(new Set((await array.listVolumes(ids)).map(({ id }) => id)), new Set(ids));
    },
  },
  {
    name: 'refuses a name that is taken, with status 409, and makes nothing',
    run: async (subject) => {
      const { array, volumes } = subject;
      const [first, second] = volumes;
      assert.ok(first && second, 'the contract needs two volumes');
      await snapshotFirst(subject, `contract_taken_${second.name}`);
      await assert.rejects(
        array.createSnapshots({ name: 'contract_taken', parents: [first, second] }, neverAborted()),
        (error: unknown) => {
          assert.ok(error instanceof Error && 'outcome' in error && 'status' in error, String(error));
          assert.deepEqual([error.outcome, error.status], ['refused', 409]);
          return true;
        },
      );
      assert.deepEqual(await array.findVolumes([`contract_taken_${first.name}`]), []);
    },
  },
  {
    name: 'answers undefined for a volume that does not exist, and lists only those that do',
    run: async (subject) => {
      const { array } = subject;
      assert.equal(await array.findVolume(999_999_999), undefined);
      assert.deepEqual(await array.listVolumes([]), []);
      const listed = await array.listVolumes([firstVolume(subject).id, 999_999_999]);
      assert.deepEqual(
        listed.map(({ id }) => id),
        [firstVolume(subject).id],
      );
    },
  },
  {
    name: 'lists snapshots by a part of their name whatever its case, never a master',
    run: async (subject) => {
      const snapshot = await snapshotFirst(subject, 'contract_MiXeD_case');
      const found = await subject.array.listSnapshotsNamed('TRACT_mixed');
      assert.deepEqual(
        found.map(({ id }) => id),
        [snapshot.id],
      );
      const named = await subject.array.listSnapshotsNamed(firstVolume(subject).name);
      assert.ok(named.every(({ kind }) => kind === 'snapshot'));
    },
  },
  {
    name: 'lists more snapshots than the array answers on a page of its own choice',
    run: async ({ array, volumes }) => {
      const rounds = Math.ceil(51 / volumes.length);
      const ids: number[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        const made = await array.createSnapshots({ name: `contract_many_${round}`, parents: volumes }, neverAborted());
        ids.push(...made.map(({ id }) => id));
      }
      const found = await array.listSnapshotsNamed('contract_many_');
      assert.ok(found.length > 50, `51 or more, not ${found.length}`);
      assert.deepEqual(new Set(found.map(({ id }) => id)), new Set(ids));
      assert.equal((await array.listVolumes(ids)).length, ids.length);
    },
  },
  {
    name: 'writes labels in one call and leaves others alone',
    run: async (subject) => {
      const { array } = subject;
      const { id } = await snapshotFirst(subject, 'contract_labels');
      assert.deepEqual(await array.readLabels(id), {});
      await array.writeLabels(id, { 'contract.a': '1', 'contract.b': '{"x": "é"}' });
      await array.writeLabels(id, { 'contract.a': '2' });
      assert.deepEqual(await array.readLabels(id), { 'contract.a': '2', 'contract.b': '{"x": "é"}' });
      assert.deepEqual(await array.listLabels('contract.a'), [{ objectId: id, key: 'contract.a', value: '2' }]);
    },
  },
  {
    name: 'removes a label, and one that is not there without an error',
    run: async (subject) => {
      const { array } = subject;
      const { id } = await snapshotFirst(subject, 'contract_unlabel');
      await array.writeLabels(id, { 'contract.gone': 'yes', 'contract.stays': 'yes' });
      await array.removeLabel(id, 'contract.gone');
      await array.removeLabel(id, 'contract.gone');
      assert.deepEqual(await array.readLabels(id), { 'contract.stays': 'yes' });
    },
  },
  {
    name: 'deletes a snapshot with its labels',
    run: async (subject) => {
      const { array } = subject;
      const { id } = await snapshotFirst(subject, 'contract_delete');
      await array.writeLabels(id, { 'contract.deleted': 'yes' });
      await array.deleteSnapshot(id);
      assert.equal(await array.findVolume(id), undefined);
      assert.deepEqual(await array.listLabels('contract.deleted'), []);
    },
  },
  {
    name: 'refuses to delete a snapshot that has children and leaves both',
    run: async (subject) => {
      const { array } = subject;
      const parent = await snapshotFirst(subject, 'contract_parent');
      const [child] = await array.createSnapshots({ name: 'contract_child', parents: [parent] }, neverAborted());
      await rejectsAsRefused(array.deleteSnapshot(parent.id));
      const left = await array.listVolumes([parent.id, child?.id ?? 0]);
      assert.deepEqual(new Set(left.map(({ depth }) => depth)), new Set([1, 2]));
    },
  },
];
