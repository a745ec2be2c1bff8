import {
  type BackupSet,
  type CatalogueFacts,
  labelKeys,
  parseSetLabel,
  type SetLabel,
  setOfAnyVersion,
} from '../catalogue.js';
import type { Dataset } from '../ports.js';
import type { Role } from '../snapshot-name.js';
import { type Failing, judgePoint, type Point } from './points.js';
import type { SetFacts } from './read-sets.js';

/** Members further apart were not made by one call. The array gives no figure, so this one is generous. */
export const instantToleranceMs = 1000;

/** A labelled set: what structure can be judged of. */
export type LabelledSet = BackupSet & { readonly label: SetLabel };

const snapshotsOf = ({ members }: BackupSet, role?: Role): readonly Dataset[] =>
  members.filter((member) => role === undefined || member.role === role).map(({ snapshot }) => snapshot);

/**
 * Level 0: whether all members are there, made together, protected, and labelled as one set. Pure.
 *
 * Source: docs/catalogue.md.
 */
export const verifyStructure = (
  set: LabelledSet,
  { catalogue, parents }: Pick<SetFacts, 'catalogue' | 'parents'>,
): readonly Point[] => {
  const { data, archive } = set.label.members;
  return [
    ...judgePoint('members', 0, {
      passed: `${data} data and ${archive} archive members are there`,
      failures: failuresOfMembers(set, catalogue),
    }),
    ...judgePoint('labels', 0, {
      passed: 'the labels agree with each other and with the objects that they are on',
      failures: failuresOfLabels(set, catalogue),
    }),
    ...judgePoint('marker', 0, {
      passed: 'the set is marked complete on its data member with the lowest id, and nowhere else',
      failures: failuresOfMarker(set, catalogue),
    }),
    ...judgePoint('instant', 0, {
      passed: `the volumes of each role were snapshotted within ${instantToleranceMs} ms`,
      failures: (['data', 'archive'] as const).flatMap((role) => failuresOfInstant(role, snapshotsOf(set, role))),
    }),
    ...judgePoint('write-protected', 0, {
      passed: 'every member is write-protected',
      failures: snapshotsOf(set)
        .filter(({ isWriteProtected }) => !isWriteProtected)
        .map((object) => ({ message: 'can be written to: what it holds may not be what was captured', object })),
    }),
    ...judgePoint('parents', 0, {
      passed: 'every member is a snapshot of what its label names, each of another, and all of them are there',
      failures: failuresOfParents(set, { catalogue, parents }),
    }),
  ];
};

/**
 * The labels that name a set, whoever carries them, with the object when it was read. The labels of snapshot groups are
 * for people, and left out. Source: docs/catalogue.md.
 */
const labelsNaming = (set: LabelledSet, { setLabels, snapshots }: CatalogueFacts) => {
  const groupIds = new Set(snapshotsOf(set).map(({ groupId }) => groupId));
  return setLabels
    .filter(({ objectId, value }) => !groupIds.has(objectId) && setOfAnyVersion(value) === set.id)
    .map(({ objectId, value }) => ({
      objectId,
      label: parseSetLabel(value),
      snapshot: snapshots.find((each) => each.id === objectId),
    }));
};

const failuresOfMembers = (set: LabelledSet, catalogue: CatalogueFacts): readonly Failing[] => {
  const failures: Failing[] = [];
  for (const role of ['data', 'archive'] as const) {
    const expected = set.label.members[role];
    const found = snapshotsOf(set, role).length;
    if (found !== expected) failures.push({ message: `${found} of ${expected} ${role} members are there` });
  }
  for (const { objectId, snapshot } of labelsNaming(set, catalogue)) {
    const object = snapshot ?? { id: objectId, name: `object ${objectId}` };
    if (snapshot === undefined) failures.push({ message: 'has a label of the set, but is not on the array', object });
    else if (snapshot.kind !== 'snapshot') failures.push({ message: 'is no snapshot any more', object });
  }
  return failures;
};

/** What all labels of one set have in common, as a text to compare. */
const sharedText = ({ id: _id, role: _role, parent: _parent, state: _state, ...shared }: SetLabel): string =>
  JSON.stringify(shared);

const failuresOfLabels = (set: LabelledSet, catalogue: CatalogueFacts): readonly Failing[] => {
  const memberIds = new Set(snapshotsOf(set).map(({ id }) => id));
  const labels = labelsNaming(set, catalogue);
  const texts = labels.map(({ label }) => label && sharedText(label));
  const count = (text: string | undefined) => texts.filter((each) => each === text).length;
  const usual = texts.toSorted((a, b) => count(b) - count(a))[0];
  return labels.flatMap(({ objectId, label, snapshot }): Failing[] => {
    const object = snapshot ?? { id: objectId, name: `object ${objectId}` };
    if (label === undefined) return [{ message: 'has a label that this version does not know', object }];
    if (label.id !== objectId) {
      // Whether a snapshot of a member inherits its label is not known, and does the set no harm.
      // Source: infinibox-api.md section 5, "snapshots do not inherit metadata (?)".
      if (memberIds.has(snapshot?.parentId ?? 0)) return [];
      return [{ message: `has a label that was written for object ${label.id}`, object }];
    }
    const failures: Failing[] = [];
    if (label.state !== 'complete') failures.push({ message: `its label says ${label.state}`, object });
    if (sharedText(label) !== usual) failures.push({ message: "its label differs from the other members'", object });
    return failures;
  });
};

const failuresOfMarker = (set: LabelledSet, { markers, snapshots }: CatalogueFacts): readonly Failing[] => {
  const [first] = snapshotsOf(set, 'data');
  const ours = markers.filter(({ value }) => value === set.id).map(({ objectId }) => objectId);
  const nameOf = (id: number) => snapshots.find((each) => each.id === id)?.name ?? `object ${id}`;
  const failures: Failing[] = ours
    .filter((id) => id !== first?.id)
    .map((id) => ({
      message: `carries ${labelKeys.complete}, which belongs elsewhere`,
      object: { id, name: nameOf(id) },
    }));
  if (first === undefined) return [...failures, { message: 'there is no data member to carry the marker' }];
  if (!ours.includes(first.id))
    failures.push({ message: `does not carry ${labelKeys.complete}: the set was not finished`, object: first });
  return failures;
};

/** Filesystems are snapshotted by one call each: backup mode makes up for the difference. Source: design.md section 4. */
const failuresOfInstant = (role: Role, snapshots: readonly Dataset[]): readonly Failing[] => {
  if (snapshots.some(({ type }) => type === 'filesystem')) return [];
  const earliest = Math.min(...snapshots.map(({ createdAt }) => createdAt.getTime()));
  return snapshots
    .map((object) => ({ object, laterMs: object.createdAt.getTime() - earliest }))
    .filter(({ laterMs }) => laterMs > instantToleranceMs)
    .map(({ object, laterMs }) => ({ message: `was made ${laterMs} ms after the first ${role} member`, object }));
};

const failuresOfParents = (
  set: LabelledSet,
  { catalogue, parents }: Pick<SetFacts, 'catalogue' | 'parents'>,
): readonly Failing[] => {
  const parentInLabel = new Map(labelsNaming(set, catalogue).map(({ objectId, label }) => [objectId, label?.parent]));
  return set.members.flatMap(({ role, snapshot }, index): Failing[] => {
    const { parentId } = snapshot;
    if (parentId === undefined || !parents.has(parentId))
      return [{ message: 'what it is a snapshot of is not on the array', object: snapshot }];
    const named = parentInLabel.get(snapshot.id) ?? parentId;
    if (named !== parentId)
      return [{ message: `is a snapshot of object ${parentId}, and its label says ${named}`, object: snapshot }];
    const earlier = set.members
      .slice(0, index)
      .find((other) => other.role === role && other.snapshot.parentId === parentId);
    return earlier === undefined
      ? []
      : [{ message: `is a snapshot of the same ${snapshot.type} as ${earlier.snapshot.name}`, object: snapshot }];
  });
};
