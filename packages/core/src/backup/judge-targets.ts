import { memberNames } from '../snapshot-name.js';
import { type FoundTarget, judgeTarget } from '../targets.js';
import type { Finding } from './report.js';

/** The targets of both roles as they are on the array; the second is absent without an archive snapshot. */
export interface FoundTargets {
  readonly data: FoundTarget;
  readonly archive: FoundTarget | undefined;
}

/** Longest name that a group snapshot's member is known to get. Source: infinibox-api.md section 3.1, name limits. */
const nameLimit = 64;

const strangerCode = 'stranger-in-group';

/** Codes of what a set's snapshots hold besides, or lack by the administrator's decision, or may hold in a state of change. */
const onSet = [strangerCode, 'coverage-stranger', 'coverage-excepted', 'asm-rebalance'];

/** The codes among these findings that are repeated on the set. */
export const warningsOnSet = (findings: readonly Finding[]): string[] =>
  onSet.filter((code) => findings.some((finding) => finding.code === code));

const roles = ['data', 'archive'] as const;

/** What speaks against these targets, and what to know about them. Pure. */
export const judgeTargets = (
  targets: FoundTargets,
  { allowOverlap }: { readonly allowOverlap: boolean },
): readonly Finding[] => {
  const ofEach = roles.flatMap((role) => {
    const found = targets[role];
    return found === undefined ? [] : [...judgeTarget(role, found), ...judgeMembers(found), ...judgeNames(role, found)];
  });
  return [...ofEach, ...(allowOverlap ? [] : judgeOverlap(targets))];
};

/** Whether the members of a consistency group are the ones that the setting lists. */
const judgeMembers = (found: FoundTarget): readonly Finding[] => {
  if (found.kind !== 'consistency-group' || found.listed === undefined) return [];
  const { name, listed, members } = found;
  const missing = listed.filter((each) => !members.some((member) => member.name === each));
  const strangers = members.filter((member) => !listed.includes(member.name));
  return [
    ...missing.map(
      (each): Finding => ({
        level: 'blocking',
        code: 'member-missing',
        message: `${each} is not in consistency group ${name}`,
        hint: 'Add it to the group on the array, or take it off the list of members.',
      }),
    ),
    ...strangers.map(
      (stranger): Finding => ({
        level: 'warning',
        code: strangerCode,
        message: `${stranger.name} is in consistency group ${name}, and so in its snapshots, but not on the list of members`,
      }),
    ),
  ];
};

const judgeNames = (role: (typeof roles)[number], { kind, members }: FoundTarget): readonly Finding[] => {
  const parents = members.map(({ name }) => name);
  return memberNames(`orasync_${role}_yyyy-MM-dd_HHmmss`, parents, kind).flatMap((name, index): Finding[] =>
    name.length <= nameLimit
      ? []
      : [
          {
            level: 'warning',
            code: 'long-name',
            message: `snapshots of ${parents[index]} get names of ${name.length} characters; ${nameLimit} are known to be accepted`,
          },
        ],
  );
};

/** A dataset of both roles, however each of them names it. */
const judgeOverlap = ({ data, archive }: FoundTargets): readonly Finding[] =>
  (archive?.members ?? [])
    .filter(({ id }) => data.members.some((member) => member.id === id))
    .map(({ name }) => ({
      level: 'blocking',
      code: 'target-overlap',
      message: `${name} is a target of both roles: one restore would overwrite the other`,
      hint: 'Take it out of one of them, or allow it with allowOverlap: true.',
    }));
