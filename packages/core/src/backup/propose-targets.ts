import type { Coverage, PlacedFile } from '../coverage/coverage-report.js';
import type { Dataset, SnapshotArray } from '../ports.js';
import type { Role } from '../snapshot-name.js';
import { namesOf, type Target } from '../targets.js';

/** What a role's target would have to be to hold all its files. */
export interface TargetProposal {
  readonly role: Role;
  /** As configured, with what is missing added: nothing is taken out. `undefined` when no file of the role was found. */
  readonly target: Target | undefined;
  /** Names of datasets that hold files of the role and are not in its target. */
  readonly missing: readonly string[];
  /** What a change of the settings cannot mend. */
  readonly problems: readonly string[];
}

const kindOfRole = { data: 'data-file', archive: 'archive-destination' } as const;
const keyOfType = { volume: 'volumes', filesystem: 'filesystems' } as const;

/**
 * Proposes targets that hold what was found, beside what is configured. Reads from the array what kind each dataset is of.
 *
 * @param targets  As configured.
 */
export const proposeTargets = async (
  targets: { readonly data: Target; readonly archive?: Target | undefined },
  { files }: Pick<Coverage, 'files'>,
  array: Pick<SnapshotArray, 'listDatasets'>,
): Promise<readonly TargetProposal[]> => {
  const datasets = await array.listDatasets(files.flatMap((file) => file.datasets.map(({ id }) => id)));
  return (['data', 'archive'] as const).map((role) => {
    const outside = files.filter(
      ({ kind, targets: covering, verdict }) =>
        kind === kindOfRole[role] && !covering.includes(role) && verdict !== 'excepted',
    );
    const needed = new Set(outside.flatMap((file) => file.datasets.map(({ id }) => id)));
    const { target, missing, problems } = propose(
      targets[role],
      datasets.filter(({ id }) => needed.has(id)),
    );
    return { role, target, missing, problems: [...problems, ...outside.flatMap(judgeLost)] };
  });
};

/** No setting brings such a file into a set. */
const judgeLost = ({ path, datasets, reason }: PlacedFile): readonly string[] =>
  datasets.length > 0
    ? []
    : [`${path} lies on nothing of this array that is known${reason === undefined ? '' : `: ${reason}`}`];

const propose = (configured: Target | undefined, needed: readonly Dataset[]): Omit<TargetProposal, 'role'> => {
  const [first] = needed;
  const key = configured === undefined ? first && keyOfType[first.type] : namesOf(configured).key;
  if (key === undefined) return { target: configured, missing: [], problems: [] };
  const own = configured === undefined ? [] : namesOf(configured).names;
  if (key === 'consistencyGroup') {
    const problems = needed.map(
      ({ name }) => `${name} is not in consistency group ${own[0]}: add it there, on the array`,
    );
    return { target: configured, missing: needed.map(({ name }) => name), problems };
  }
  const fitting = needed
    .filter(({ type, name }) => keyOfType[type] === key && !own.includes(name))
    .map(({ name }) => name);
  const others = needed.filter(({ type }) => keyOfType[type] !== key);
  const names = [...own, ...fitting];
  return {
    target: key === 'volumes' ? { volumes: names } : { filesystems: names },
    missing: needed.map(({ name }) => name),
    problems: others.map(({ type, name }) => `${type} ${name} cannot be in one target with ${key}`),
  };
};
