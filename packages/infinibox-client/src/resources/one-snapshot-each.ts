import { type FailedCall, InfiniboxDecodeError } from '../errors.js';

/** The part of a snapshot that tells whose it is. */
interface Member {
  readonly id: number;
  readonly parent_id: number;
}

/** What keeps the snapshots from being exactly one of each volume. */
const mismatches = (parents: readonly number[], made: readonly Member[]): readonly string[] => [
  ...parents
    .filter((parent) => !made.some(({ parent_id }) => parent_id === parent))
    .map((parent) => `result: no snapshot of volume ${parent}`),
  ...made
    .filter(
      ({ parent_id }, at) =>
        !parents.includes(parent_id) || made.findIndex((other) => other.parent_id === parent_id) < at,
    )
    .map(({ id, parent_id }) => `result: surplus snapshot ${id} of volume ${parent_id}`),
];

/** @throws {InfiniboxDecodeError} unless the snapshots are exactly one of each volume. */
export const requireOneSnapshotEach = (call: FailedCall, parents: readonly number[], made: readonly Member[]): void => {
  const issues = mismatches(parents, made);
  if (issues.length > 0) throw new InfiniboxDecodeError(call, issues);
};

/** Whether the snapshots are exactly one of each volume. */
export const isOneSnapshotEach = (parents: readonly number[], made: readonly Member[]): boolean =>
  mismatches(parents, made).length === 0;

/** Whether `created_at` of the snapshots of one call may differ by some milliseconds is not known. */
const instantMs = 1_000;

/** Whether one call can have made them: it cuts all its snapshots at one instant. Source: infinibox-api.md section 4.3. */
export const isOneInstant = (made: readonly { readonly created_at: Date }[]): boolean => {
  const times = made.map(({ created_at }) => created_at.getTime());
  return Math.max(...times) - Math.min(...times) < instantMs;
};
