import type { CoverageTargets } from './coverage.js';
import type { CoverageException } from './coverage-policy.js';
import type { PlacedFile } from './coverage-report.js';
import type { DatabaseFileKind, DatabaseFileToPlace } from './database-inventory.js';
import type { LocatedOn, Location } from './locate.js';

/**
 * Where each kind of file has to be. A restore of the data target writes over all that is on it: over the control files and
 * online logs that hold the newest changes, and over keys that were made since. A recovery area has no rule of its own; the
 * archive destination in it has one.
 *
 * Source: oracle-hot-backup.md sections 6.2, 6.3, 8.4 and 9.2.
 */
const rules: Readonly<Record<DatabaseFileKind, PlacedFile['rule']>> = {
  'data-file': 'in-data',
  'archive-destination': 'in-archive',
  controlfile: 'not-in-data',
  'online-log': 'not-in-data',
  'standby-log': 'not-in-data',
  keystore: 'not-in-data',
  'recovery-area': 'ignore',
  'temporary-file': 'ignore',
  spfile: 'ignore',
  'change-tracking-file': 'ignore',
};

const roles = ['data', 'archive'] as const;

/** Says of one file, given where it lies, whether it lies where it must. Pure. */
export const judgeFile = (
  file: DatabaseFileToPlace,
  location: Location,
  { targets, exceptions }: { readonly targets: CoverageTargets; readonly exceptions: readonly CoverageException[] },
): PlacedFile => {
  const rule = rules[file.kind];
  const isOn = (role: (typeof roles)[number], { id }: LocatedOn): boolean =>
    targets[role]?.members.some((member) => member.id === id) === true;
  const isFound = location.elsewhere.length === 0 && location.unknown.length === 0 && location.datasets.length > 0;
  const missingFrom = (role: (typeof roles)[number]): readonly string[] => [
    ...location.elsewhere,
    ...location.datasets
      .filter((dataset) => !isOn(role, dataset))
      .map(({ type, name }) => `${type} ${name} is not in the ${role} target`),
  ];
  const inTarget = (role: (typeof roles)[number]): Judged => {
    const missing = missingFrom(role);
    if (missing.length > 0) return { verdict: 'uncovered', reason: missing.join('; ') };
    return isFound ? { verdict: 'covered' } : { verdict: 'unknown', reason: location.unknown.join('; ') };
  };
  const overData = location.datasets.filter((dataset) => isOn('data', dataset));
  const outsideData = (): Judged => {
    if (overData.length > 0)
      return {
        verdict: 'overwritten',
        reason: `it is on ${overData.map(({ type, name }) => `${type} ${name}`).join(', ')} of the data target`,
      };
    return location.unknown.length > 0
      ? { verdict: 'unknown', reason: location.unknown.join('; ') }
      : { verdict: 'ok' };
  };
  const judge = (): Judged => {
    switch (rule) {
      case 'in-data': {
        const judged = inTarget('data');
        const exception = exceptions.find(({ path }) => path === file.path);
        return judged.verdict === 'covered' || exception === undefined
          ? judged
          : { verdict: 'excepted', reason: exception.reason };
      }
      case 'in-archive': {
        const judged = targets.archive === undefined ? undefined : inTarget('archive');
        if (judged?.verdict === 'covered') return judged;
        const outside = outsideData();
        return outside.verdict === 'overwritten' ? outside : (judged ?? outside);
      }
      case 'not-in-data':
        return outsideData();
      case 'ignore':
        return { verdict: 'ok' };
    }
  };
  return {
    kind: file.kind,
    path: file.path,
    rule,
    ...(location.place !== undefined && { place: location.place }),
    devices: [...location.devices],
    datasets: location.datasets.map(({ id, name }) => ({ id, name })),
    targets: roles.filter((role) => isFound && missingFrom(role).length === 0),
    ...judge(),
    steps: [...location.steps],
  };
};

type Judged = Pick<PlacedFile, 'verdict' | 'reason'>;
