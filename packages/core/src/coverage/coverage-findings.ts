import type { CoverageFacts, CoverageRules, CoverageTarget } from './coverage.js';
import type { CoveragePolicies } from './coverage-policy.js';
import type { CoverageFinding, PlacedFile } from './coverage-report.js';
import { isSplit, ourDiskGroups } from './disk-groups.js';
import { findStrangers } from './find-strangers.js';
import type { Location } from './locate.js';

interface Judged {
  readonly facts: CoverageFacts;
  readonly rules: CoverageRules;
  readonly located: readonly { readonly file: PlacedFile; readonly location: Location }[];
}

/** What is to be said of files and targets, by the policies. Pure. */
export const coverageFindings = (judged: Judged): CoverageFinding[] => {
  const { policies } = judged.rules;
  return [
    ...dataFiles(judged, 'uncovered', 'not on the data target:').map(
      (message): CoverageFinding => ({
        level: 'error',
        code: 'uncovered',
        message,
        hint: 'Add what holds it to the data target, or write the file down under exceptions with a reason.',
      }),
    ),
    ...dataFiles(judged, 'excepted', 'left out of the backup by exception:').map(
      (message): CoverageFinding => ({ level: 'warn', code: 'excepted', message }),
    ),
    ...unusedExceptions(judged),
    ...byPolicy(policies.unknown, 'unknown', dataFiles(judged, 'unknown', 'not known to be on the data target:')),
    ...archiveFindings(judged),
    ...byPolicy(policies.overwritten, 'overwritten', overwritten(judged)),
    ...byPolicy(policies.splitGroup, 'split-group', splitGroups(judged)),
    ...byPolicy(policies.stranger, 'stranger', strangers(judged)),
    ...byPolicy(policies.emptyTarget, 'empty-target', emptyTargets(judged)),
    ...byPolicy(policies.otherSystem, 'other-system', otherSystems(judged)),
  ];
};

const byPolicy = (
  policy: CoveragePolicies[keyof CoveragePolicies],
  code: CoverageFinding['code'],
  messages: readonly string[],
): CoverageFinding[] => (policy === 'ignore' ? [] : messages.map((message) => ({ level: policy, code, message })));

/** How many paths a message names before it only counts. */
const namedPaths = 3;

const listPaths = (paths: readonly string[]): string => {
  const rest = paths.length - namedPaths;
  return rest > 0 ? `${paths.slice(0, namedPaths).join(', ')} and ${rest} more` : paths.join(', ');
};

/** A message for the files that share a reason, and not one for each. */
const grouped = (files: readonly PlacedFile[], what: (kind: PlacedFile['kind']) => string): readonly string[] => {
  const groups = new Map<
    string,
    { readonly kind: PlacedFile['kind']; readonly reason: string; readonly paths: string[] }
  >();
  for (const { kind, path, reason = '' } of files) {
    const key = `${kind} ${reason}`;
    const group = groups.get(key) ?? { kind, reason, paths: [] };
    group.paths.push(path);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ kind, reason, paths }) => `${what(kind)} ${listPaths(paths)}: ${reason}`);
};

const filesThatAre = ({ located }: Judged, verdict: PlacedFile['verdict']): readonly PlacedFile[] =>
  located.map(({ file }) => file).filter((file) => file.verdict === verdict);

const dataFiles = (judged: Judged, verdict: 'uncovered' | 'excepted' | 'unknown', what: string): readonly string[] =>
  grouped(
    filesThatAre(judged, verdict).filter(({ rule }) => rule === 'in-data'),
    () => what,
  );

const overwritten = (judged: Judged): readonly string[] =>
  grouped(
    filesThatAre(judged, 'overwritten'),
    (kind) => `a restore of the data target overwrites the ${kind.replaceAll('-', ' ')}`,
  );

const unusedExceptions = (judged: Judged): CoverageFinding[] =>
  judged.rules.exceptions
    .filter(({ path }) => !filesThatAre(judged, 'excepted').some((file) => file.path === path))
    .map(({ path }) => ({
      level: 'warn',
      code: 'unused-exception',
      message: `the exception for ${path} is not needed: it is no uncovered data file`,
      hint: 'Remove it, so that it cannot hide a file of that name later.',
    }));

/** One destination that is covered has all the logs; and one that may be covered proves nothing against it. */
const archiveFindings = ({ located, facts, rules: { policies } }: Judged): CoverageFinding[] => {
  const destinations = located.map(({ file }) => file).filter(({ rule }) => rule === 'in-archive');
  if (facts.targets.archive === undefined || destinations.some(({ verdict }) => verdict === 'covered')) return [];
  const unknown = destinations.filter(({ verdict }) => verdict === 'unknown');
  return unknown.length > 0
    ? byPolicy(
        policies.unknown,
        'unknown',
        grouped(unknown, () => 'archived logs are not known to be on the archive target:'),
      )
    : byPolicy(
        policies.archiveUncovered,
        'archive-uncovered',
        grouped(destinations, () => 'archived logs are not on the archive target:'),
      );
};

const strangers = ({ facts }: Judged): readonly string[] =>
  findStrangers(facts).map(({ dataset, what }) => `${dataset} ${what} too, and a restore overwrites that`);

/** That a target is empty can only be said when it is known where everything is that belongs there. */
const emptyTargets = (judged: Judged): readonly string[] => {
  const { data, archive } = judged.facts.targets;
  const inGroups = new Set(
    ourDiskGroups(judged.facts).flatMap(({ location }) => location.datasets.map(({ id }) => id)),
  );
  const emptyOf = (target: CoverageTarget, rule: PlacedFile['rule'], what: string): readonly string[] => {
    const belong = judged.located.filter(({ file }) => file.rule === rule);
    if (belong.some(({ location }) => location.unknown.length > 0)) return [];
    const held = new Set(belong.flatMap(({ location }) => location.datasets.map(({ id }) => id)));
    return target.members
      .filter(({ id }) => !held.has(id) && !inGroups.has(id))
      .map(({ name }) => `${name} is a target, and holds no ${what} of the database`);
  };
  return [
    ...emptyOf(data, 'in-data', 'data file'),
    ...(archive === undefined ? [] : emptyOf(archive, 'in-archive', 'archived log')),
  ];
};

const splitGroups = ({ facts }: Judged): readonly string[] =>
  ourDiskGroups(facts)
    .filter((group) => isSplit(group, facts.targets))
    .map(({ what, location: { datasets, elsewhere } }) => {
      const parts = [...datasets.map(({ name }) => name), ...elsewhere].join(', ');
      return `${what} is not cut at one instant: it lies on ${parts}`;
    });

const otherSystems = ({ facts, located }: Judged): readonly string[] => {
  const { name: array, serial } = facts.array.identity;
  const foreign = new Map(
    located.flatMap(({ location }) => location.foreign.map(({ name, system }) => [name, system] as const)),
  );
  return [...foreign].map(
    ([name, system]) =>
      `volume ${name} of ${array} (${serial}) carries a serial of InfiniBox ${system}, as the peer of a replica does`,
  );
};
