import { type FailedCall, InfiniboxDecodeError } from '../errors.js';

/** The part of a snapshot that tells whose it is. */
interface Member {
  readonly id: number;
  readonly parent_id: number;
}

/** @throws {InfiniboxDecodeError} unless the snapshots are exactly one of each volume. */
export const requireOneSnapshotEach = (call: FailedCall, parents: readonly number[], made: readonly Member[]): void => {
  const issues = [
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
  if (issues.length > 0) throw new InfiniboxDecodeError(call, issues);
};
