import { z } from 'zod';
import type { Finding } from './backup/report.js';
import type { Dataset, DatasetType, Group, SnapshotArray } from './ports.js';

/** What a role's snapshots are taken of: datasets of one kind. */
export type Target =
  /** Names of volumes, snapshotted at one instant by one call. */
  | { readonly volumes: readonly string[] }
  /** Name of a consistency group; `members`, when given, are the ones that are known to belong to the database. */
  | { readonly consistencyGroup: string; readonly members?: readonly string[] | undefined }
  /** Names of filesystems, snapshotted by one call each. */
  | { readonly filesystems: readonly string[] };

const names = (what: string) =>
  z
    .array(z.string().min(1))
    .min(1)
    .refine((list) => new Set(list).size === list.length, { error: `lists a ${what} twice`, abort: true })
    .optional();

const kinds = ['volumes', 'consistencyGroup', 'filesystems'] as const;

/** The setting of one role. */
export const target = z
  .strictObject({
    volumes: names('volume'),
    consistencyGroup: z.string().min(1).optional(),
    /** The volumes of the consistency group that are this database's: one that is missing blocks, any other is a warning. */
    members: names('member'),
    filesystems: names('filesystem'),
  })
  .superRefine((value, context) => {
    const refuse = (message: string, path: string[] = []) =>
      context.addIssue({ code: 'custom', message, path, continue: false });
    const named = kinds.filter((kind) => value[kind] !== undefined);
    if (named.length === 0) refuse('must name volumes, a consistencyGroup or filesystems');
    if (named.length > 1) refuse(`must name datasets of one kind, not both ${named.join(' and ')}`);
    if (value.members !== undefined && value.consistencyGroup === undefined)
      refuse('belongs beside a consistencyGroup', ['members']);
  })
  .meta({ oneOf: kinds.map((kind) => ({ required: [kind] })) })
  .transform(({ volumes, consistencyGroup, members, filesystems }): Target => {
    if (volumes !== undefined) return { volumes };
    if (consistencyGroup !== undefined) return { consistencyGroup, members };
    return { filesystems: filesystems as readonly string[] }; // the one that is left
  });

/** What a target names: the same names twice are the same datasets. */
export const namesOf = (of: Target): { readonly key: (typeof kinds)[number]; readonly names: readonly string[] } => {
  if ('volumes' in of) return { key: 'volumes', names: of.volumes };
  if ('filesystems' in of) return { key: 'filesystems', names: of.filesystems };
  return { key: 'consistencyGroup', names: [of.consistencyGroup] };
};

/** A target as it is on the array. */
export type FoundTarget =
  | {
      readonly kind: 'volumes' | 'filesystems';
      readonly names: readonly string[];
      /** Those that exist: what is snapshotted. */
      readonly members: readonly Dataset[];
    }
  | {
      readonly kind: 'consistency-group';
      readonly name: string;
      /** What the setting lists as its members. */
      readonly listed: readonly string[] | undefined;
      /** All groups of this name; one of them, of kind `master`, in a target that can be used. */
      readonly groups: readonly Group[];
      /** Of the consistency group: what is snapshotted. */
      readonly members: readonly Dataset[];
    };

/** Looks a target up. */
export const readTarget = async (of: Target, array: SnapshotArray): Promise<FoundTarget> => {
  if ('consistencyGroup' in of) {
    const groups = await array.findGroups(of.consistencyGroup);
    const members = groups.filter(({ kind }) => kind === 'master').flatMap((group) => group.members);
    return { kind: 'consistency-group', name: of.consistencyGroup, listed: of.members, groups, members };
  }
  const isVolumes = 'volumes' in of;
  const wanted = isVolumes ? of.volumes : of.filesystems;
  const found = await array.findDatasets(isVolumes ? 'volume' : 'filesystem', wanted);
  return {
    kind: isVolumes ? 'volumes' : 'filesystems',
    names: wanted,
    // In the order of the setting: the first one takes the run record.
    members: wanted.flatMap((name) => found.filter((dataset) => dataset.name === name)),
  };
};

const blocking = (code: string, message: string, hint = 'Check the spelling and the array.'): Finding => ({
  level: 'blocking',
  code,
  message,
  hint,
});

/**
 * Why a target cannot be snapshotted; empty when it can. Pure.
 *
 * @param whose  Begins the messages, such as `data`.
 */
export const judgeTarget = (whose: string, found: FoundTarget): readonly Finding[] =>
  found.kind === 'consistency-group' ? judgeGroup(whose, found) : judgeListed(whose, found);

const judgeListed = (
  whose: string,
  { kind, names: wanted, members }: Extract<FoundTarget, { readonly kind: 'volumes' | 'filesystems' }>,
): readonly Finding[] => {
  const type: DatasetType = kind === 'volumes' ? 'volume' : 'filesystem';
  return wanted.flatMap((name) => {
    const dataset = members.find((member) => member.name === name);
    if (dataset === undefined) return [blocking(`${type}-missing`, `${whose} ${type} ${name} is not on the array`)];
    return dataset.kind === 'master'
      ? []
      : [blocking(`${type}-is-snapshot`, `${whose} ${type} ${name} is itself a snapshot`)];
  });
};

const judgeGroup = (
  whose: string,
  { name, groups, members }: Extract<FoundTarget, { readonly kind: 'consistency-group' }>,
): readonly Finding[] => {
  const what = `${whose} consistency group ${name}`;
  const count = groups.filter(({ kind }) => kind === 'master').length;
  if (count > 1) return [blocking('group-ambiguous', `${what} is on the array ${count} times`, 'Rename all but one.')];
  if (count === 1)
    return members.length > 0
      ? []
      : [blocking('group-empty', `${what} has no member`, 'Add its volumes on the array.')];
  return groups.length > 0
    ? [blocking('group-is-snapshot', `${what} is itself a snapshot group`)]
    : [blocking('group-missing', `${what} is not on the array`)];
};
