import assert from 'node:assert/strict';
import type { ArrayPort } from '../array/port-words.js';

interface Named {
  readonly id: number;
  readonly name: string;
}

/** What an expectation is tried on: an array, and objects of it that nothing else uses. */
interface SnapshotArraySubject {
  readonly array: ArrayPort;
  /** Two or more. */
  readonly volumes: readonly Named[];
  /** A consistency group of two or more volumes, others than those. */
  readonly group: Named & { readonly members: readonly Named[] };
  readonly filesystem: Named;
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
  const [snapshot] = await subject.array.createSnapshots(
    { kind: 'volumes', name, parents: [firstVolume(subject)] },
    neverAborted(),
  );
  assert.ok(snapshot, 'no snapshot was answered');
  return snapshot;
};

const snapshotGroup = ({ array, group }: SnapshotArraySubject, name: string) =>
  array.createSnapshots({ kind: 'consistency-group', name, group, parents: group.members }, neverAborted());

const snapshotFilesystem = async ({ array, filesystem }: SnapshotArraySubject, name: string) => {
  const [snapshot] = await array.createSnapshots({ kind: 'filesystem', name, parent: filesystem }, neverAborted());
  assert.ok(snapshot, 'no snapshot was answered');
  return snapshot;
};

const rejectsAsTaken = (call: Promise<unknown>): Promise<void> =>
  assert.rejects(call, (error: unknown) => {
    assert.ok(error instanceof Error && 'outcome' in error && 'status' in error, String(error));
    assert.deepEqual([error.outcome, error.status], ['refused', 409]);
    return true;
  });

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
      const found = await subject.array.findDatasets('volume', [
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
    name: 'tells what identifies a volume on hosts, and finds the volume by it',
    run: async ({ array, volumes }) => {
      const known = await array.listVolumes({ serials: [], ids: volumes.map(({ id }) => id) });
      assert.deepEqual(
        known.map(({ id, name }) => ({ id, name })).toSorted((a, b) => a.id - b.id),
        volumes.map(({ id, name }) => ({ id, name })).toSorted((a, b) => a.id - b.id),
      );
      for (const { serial } of known) assert.match(serial, /^[0-9a-f]{31}$/i);
      const absent = 'f'.repeat(31);
      const serials = [...known.map(({ serial }) => serial), absent];
      const found = await array.listVolumes({ serials, ids: known.map(({ id }) => id) });
      const bySerial = (list: typeof known) => list.toSorted((a, b) => (a.serial < b.serial ? -1 : 1));
      assert.deepEqual(bySerial(found), bySerial(known));
    },
  },
  {
    name: 'finds no export where there is none, and tells its NFS addresses or that they may not be read',
    run: async ({ array }) => {
      assert.deepEqual(await array.findExports([]), []);
      assert.deepEqual(await array.findExports(['/contract-absent']), []);
      for (const address of (await array.readNasAddresses()) ?? []) assert.notEqual(address, '');
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
      assert.deepEqual(await subject.array.findDataset(snapshot.id), snapshot);
      assert.equal((await subject.array.findDataset(parent.id))?.hasChildren, true);
    },
  },
  {
    name: 'names the snapshots of several parents after them',
    run: async ({ array, volumes }) => {
      assert.ok(volumes.length > 1, 'the contract needs two volumes');
      const made = await array.createSnapshots(
        { kind: 'volumes', name: 'contract_group', parents: volumes },
        neverAborted(),
      );
      assert.deepEqual(
        new Map(made.map(({ parentId, name }) => [parentId, name])),
        new Map(volumes.map(({ id, name }) => [id, `contract_group_${name}`])),
      );
      const ids = made.map(({ id }) => id);
      assert.deepEqual(new Set((await array.listDatasets(ids)).map(({ id }) => id)), new Set(ids));
    },
  },
  {
    name: 'refuses a name that is taken, with status 409, and makes nothing',
    run: async (subject) => {
      const { array, volumes } = subject;
      const [first, second] = volumes;
      assert.ok(first && second, 'the contract needs two volumes');
      await snapshotFirst(subject, `contract_taken_${second.name}`);
      await rejectsAsTaken(
        array.createSnapshots({ kind: 'volumes', name: 'contract_taken', parents: [first, second] }, neverAborted()),
      );
      assert.deepEqual(await array.findDatasets('volume', [`contract_taken_${first.name}`]), []);
    },
  },
  {
    name: 'answers undefined for a volume that does not exist, and lists only those that do',
    run: async (subject) => {
      const { array } = subject;
      assert.equal(await array.findDataset(999_999_999), undefined);
      assert.deepEqual(await array.listDatasets([]), []);
      const listed = await array.listDatasets([firstVolume(subject).id, 999_999_999]);
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
        const made = await array.createSnapshots(
          { kind: 'volumes', name: `contract_many_${round}`, parents: volumes },
          neverAborted(),
        );
        ids.push(...made.map(({ id }) => id));
      }
      const found = await array.listSnapshotsNamed('contract_many_');
      assert.ok(found.length > 50, `51 or more, not ${found.length}`);
      assert.deepEqual(new Set(found.map(({ id }) => id)), new Set(ids));
      assert.equal((await array.listDatasets(ids)).length, ids.length);
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
      assert.equal(await array.findDataset(id), undefined);
      assert.deepEqual(await array.listLabels('contract.deleted'), []);
    },
  },
  {
    name: 'refuses to delete a snapshot that has children and leaves both',
    run: async (subject) => {
      const { array } = subject;
      const parent = await snapshotFirst(subject, 'contract_parent');
      const [child] = await array.createSnapshots(
        { kind: 'volumes', name: 'contract_child', parents: [parent] },
        neverAborted(),
      );
      await rejectsAsRefused(array.deleteSnapshot(parent.id));
      const left = await array.listDatasets([parent.id, child?.id ?? 0]);
      assert.deepEqual(new Set(left.map(({ depth }) => depth)), new Set([1, 2]));
    },
  },
  {
    name: 'finds a consistency group by its exact name, with its members',
    run: async ({ array, group }) => {
      const found = await array.findGroups(group.name);
      assert.deepEqual(
        found.map(({ id, name, kind, parentId }) => ({ id, name, kind, parentId })),
        [{ id: group.id, name: group.name, kind: 'master', parentId: undefined }],
      );
      assert.deepEqual(
        new Map(found[0]?.members.map(({ id, name }) => [id, name])),
        new Map(group.members.map(({ id, name }) => [id, name])),
      );
      assert.ok(found[0]?.members.every(({ kind, groupId }) => kind === 'master' && groupId === undefined));
      assert.deepEqual(await array.findGroups(`${group.name}-contract-absent`), []);
      assert.deepEqual(await array.findGroups(group.name.slice(1)), []);
    },
  },
  {
    name: 'snapshots a consistency group: the snapshot group has the name, and its members go on with theirs',
    run: async (subject) => {
      const { array, group } = subject;
      const made = await snapshotGroup(subject, 'contract_cg');
      assert.deepEqual(
        new Map(made.map(({ parentId, name }) => [parentId, name])),
        new Map(group.members.map(({ id, name }) => [id, `contract_cg_${name}`])),
      );
      const [found] = await array.findGroups('contract_cg');
      assert.ok(found, 'the snapshot group was not found');
      assert.deepEqual([found.kind, found.parentId], ['snapshot', group.id]);
      assert.deepEqual(new Set(made.map(({ groupId }) => groupId)), new Set([found.id]));
      assert.deepEqual(new Set(found.members.map(({ id }) => id)), new Set(made.map(({ id }) => id)));
      assert.ok(found.members.every(({ groupId }) => groupId === found.id));
      const listed = await array.listDatasets(made.map(({ id }) => id));
      assert.ok(listed.every(({ groupId }) => groupId === found.id));
      const members = await array.listMembers(found.id);
      assert.deepEqual(new Set(members.map(({ id }) => id)), new Set(made.map(({ id }) => id)));
    },
  },
  {
    name: 'refuses a taken name of a snapshot group or of a member, with status 409, and makes nothing',
    run: async (subject) => {
      const { array, group } = subject;
      const [, second] = group.members;
      assert.ok(second, 'the contract needs two members');
      await snapshotGroup(subject, 'contract_cg_taken');
      await rejectsAsTaken(snapshotGroup(subject, 'contract_cg_taken'));
      await array.createSnapshots(
        { kind: 'volumes', name: `contract_cg_half_${second.name}`, parents: [second] },
        neverAborted(),
      );
      await rejectsAsTaken(snapshotGroup(subject, 'contract_cg_half'));
      assert.deepEqual(await array.findGroups('contract_cg_half'), []);
    },
  },
  {
    name: 'snapshots a consistency group that has got another member with an outcome that is not known',
    run: async ({ array, group }) => {
      const parents = group.members.slice(1);
      const request = { kind: 'consistency-group', name: 'contract_cg_more', group, parents } as const;
      await assert.rejects(array.createSnapshots(request, neverAborted()), { outcome: 'unknown' });
    },
  },
  {
    name: 'deletes a member of a snapshot group: the group goes, the other members stay with their labels',
    run: async (subject) => {
      const { array } = subject;
      const [first, ...others] = await snapshotGroup(subject, 'contract_cg_delete');
      assert.ok(first && others.length > 0, 'the contract needs two members');
      for (const { id } of others) await array.writeLabels(id, { 'contract.survives': 'yes' });
      await array.deleteSnapshot(first.id);
      assert.deepEqual(await array.findGroups('contract_cg_delete'), []);
      const left = await array.listDatasets([first, ...others].map(({ id }) => id));
      assert.deepEqual(
        new Map(left.map(({ id, groupId }) => [id, groupId])),
        new Map(others.map(({ id }) => [id, undefined])),
      );
      assert.equal((await array.listLabels('contract.survives')).length, others.length);
      for (const { id } of others) await array.deleteSnapshot(id);
      assert.deepEqual(await array.listDatasets(others.map(({ id }) => id)), []);
    },
  },
  {
    name: 'writes labels on a snapshot group',
    run: async (subject) => {
      const { array } = subject;
      const [member] = await snapshotGroup(subject, 'contract_cg_labels');
      assert.ok(member?.groupId, 'the snapshot names its group');
      await array.writeLabels(member.groupId, { 'contract.group': 'yes' });
      assert.deepEqual(await array.readLabels(member.groupId), { 'contract.group': 'yes' });
    },
  },
  {
    name: 'keeps of a label only those of the objects that are asked for',
    run: async (subject) => {
      const { array } = subject;
      const one = await snapshotFirst(subject, 'contract_of_one');
      const other = await snapshotFirst(subject, 'contract_of_other');
      for (const { id } of [one, other]) await array.writeLabels(id, { 'contract.of': 'yes' });
      assert.deepEqual(await array.listLabels('contract.of', { of: new Set([other.id]) }), [
        { objectId: other.id, key: 'contract.of', value: 'yes' },
      ]);
    },
  },
  {
    name: 'locks snapshots of every kind, refuses to delete them then, and never makes a lock shorter',
    run: async (subject) => {
      const { array } = subject;
      const made = [
        await snapshotFirst(subject, 'contract_lock'),
        await snapshotFilesystem(subject, 'contract_lock_fs'),
        ...(await snapshotGroup(subject, 'contract_lock_cg')),
      ];
      const ids = made.map(({ id }) => id);
      // Whether it locks or not, an array tells the time by what it makes.
      const now = Math.max(...made.map(({ createdAt }) => createdAt.getTime()));
      const until = new Date(now + 60_000);
      await array.lockSnapshots([], until);
      await array.lockSnapshots(ids, until);
      await array.lockSnapshots(ids, until);
      await array.lockSnapshots(ids, new Date(now + 30_000));
      const locked = await array.listDatasets(ids);
      assert.deepEqual(
        new Set(locked.map(({ lockExpiresAt }) => lockExpiresAt?.getTime())),
        new Set([until.getTime()]),
      );
      for (const id of ids) await rejectsAsRefused(array.deleteSnapshot(id));
      await array.lockSnapshots(ids, new Date(now + 90_000));
      assert.ok((await array.listDatasets(ids)).every(({ lockExpiresAt }) => (lockExpiresAt ?? until) > until));
    },
  },
  {
    name: 'names the children of a snapshot and of its snapshot group, and nothing of one that has none',
    run: async (subject) => {
      const { array } = subject;
      const parent = await snapshotFirst(subject, 'contract_used');
      const none = { mappedTo: [], exportedAs: [], children: [], replicas: [] };
      assert.deepEqual(await array.readUse(parent), none);
      await array.createSnapshots({ kind: 'volumes', name: 'contract_user', parents: [parent] }, neverAborted());
      const used = await array.findDataset(parent.id);
      assert.ok(used);
      assert.deepEqual(await array.readUse(used), { ...none, children: ['contract_user'] });
      const [member] = await snapshotGroup(subject, 'contract_used_cg');
      assert.ok(member);
      assert.deepEqual((await array.readUse({ ...member, hasChildren: true })).children, []);
    },
  },
  {
    name: 'snapshots, labels, lists and deletes a filesystem like a volume',
    run: async (subject) => {
      const { array, filesystem } = subject;
      const snapshot = await snapshotFilesystem(subject, 'contract_fs');
      const { type, kind, parentId, name, isMapped } = snapshot;
      assert.deepEqual(
        { type, kind, parentId, name, isMapped },
        { type: 'filesystem', kind: 'snapshot', parentId: filesystem.id, name: 'contract_fs', isMapped: false },
      );
      assert.deepEqual(
        (await array.findDatasets('filesystem', [filesystem.name, 'contract_fs'])).map(({ id }) => id),
        [filesystem.id, snapshot.id],
      );
      assert.deepEqual(await array.findDatasets('volume', ['contract_fs']), []);
      assert.deepEqual(await array.findDataset(snapshot.id), snapshot);
      assert.deepEqual(await array.listSnapshotsNamed('CONTRACT_FS'), [snapshot]);
      await array.writeLabels(snapshot.id, { 'contract.fs': 'yes' });
      assert.deepEqual(await array.listLabels('contract.fs'), [
        { objectId: snapshot.id, key: 'contract.fs', value: 'yes' },
      ]);
      await rejectsAsTaken(snapshotFilesystem(subject, 'contract_fs'));
      await array.deleteSnapshot(snapshot.id);
      assert.equal(await array.findDataset(snapshot.id), undefined);
    },
  },
  {
    name: 'lists volumes and filesystems together by their ids',
    run: async (subject) => {
      const ids = [firstVolume(subject).id, subject.filesystem.id];
      const found = await subject.array.listDatasets(ids);
      assert.deepEqual(new Set(found.map(({ type }) => type)), new Set(['volume', 'filesystem']));
    },
  },
];
