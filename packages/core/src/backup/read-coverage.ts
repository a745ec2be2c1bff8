import { serialsToLookUp } from '../coverage/array-identity.js';
import type { ArrayInventory } from '../coverage/array-inventory.js';
import { judgeCoverage } from '../coverage/coverage.js';
import type { Coverage } from '../coverage/coverage-report.js';
import { placesToAsk } from '../coverage/database-inventory.js';
import type { HostInventory } from '../coverage/host/host-inventory.js';
import type { DatabaseSession, Host, SnapshotArray } from '../ports.js';
import { type FoundTarget, namesOf } from '../targets.js';
import type { CoverageSettings } from './coverage-settings.js';
import { readDatabasePlaces } from './database-places.js';
import { findNewPlaces, placesOf } from './known-places.js';
import type { PreflightFacts } from './preflight.js';
import type { Finding } from './report.js';
import type { BackupRequest } from './request.js';

/** Where the files lie, and what that means for a backup. */
export interface CoverageReading {
  readonly coverage: Coverage;
  readonly findings: readonly Finding[];
  /** Directories and disk groups of the files. */
  readonly places: readonly string[];
}

/** What coverage is read from. */
export interface CoverageSources {
  readonly session: DatabaseSession;
  readonly array: SnapshotArray;
  readonly host: Host;
}

/**
 * Reads what the database lists, where the host says that it lies and what the array knows of that, and judges it. Changes
 * nothing.
 */
export const readCoverage = async (
  request: BackupRequest,
  { database, datafiles, array: identity, targets }: Omit<PreflightFacts, 'now'>,
  { session, array, host }: CoverageSources,
): Promise<CoverageReading> => {
  const { inventory, knowsArchiveDestinations, findings } = await readDatabasePlaces(request, datafiles, session);
  const hostNames = database.instances.map(({ hostName }) => hostName);
  const read = await host.readInventory({ ...placesToAsk(inventory), hostNames });
  const hostInventory = read.isKnown ? read.value : undefined;
  const { policies, exceptions } = request.coverage;
  const coverage = judgeCoverage(
    {
      database: inventory,
      host: hostInventory,
      array: await readArrayInventory(hostInventory, { identity, targets, array }),
      // Without its destinations nothing could be said of it but that it is empty.
      targets: { ...targets, archive: knowsArchiveDestinations ? targets.archive : undefined },
      others: (request.others ?? []).map((other) => ({
        name: other.name,
        datasetIds: sharedWith(other, request, targets),
      })),
    },
    {
      // Nothing known of the host is said once, with the reason, and not file by file.
      policies: read.isKnown ? policies : { ...policies, unknown: 'ignore' },
      exceptions,
    },
  );
  const places = placesOf(inventory);
  return {
    coverage,
    findings: [
      ...coverage.findings.flatMap(({ level, code, message, hint }) => judgeByPolicy(level, code, message, hint)),
      ...(read.isKnown ? [] : judgeByPolicy(policies.unknown, 'unknown', notKnown(read.reason), unknownHint)),
      ...(read.isKnown ? [] : judgeNewPlaces(policies.newPlace, await findNewPlaces(places, database, array))),
      ...findings,
    ],
    places,
  };
};

const notKnown = (reason: string): string => `which file lies on which volume is not known: ${reason}`;
const unknownHint =
  'Run on the database host, or give coverage.inventory; coverage.policies.unknown: warn goes on without.';

const levels = { ignore: undefined, warn: 'warning', error: 'blocking' } as const;

const judgeByPolicy = (
  policy: keyof typeof levels,
  code: string,
  message: string,
  hint: string | undefined,
): readonly Finding[] => {
  const level = levels[policy];
  return level === undefined
    ? []
    : [{ level, code: `coverage-${code}`, message, ...(hint === undefined ? {} : { hint }) }];
};

const judgeNewPlaces = (
  policy: CoverageSettings['policies']['newPlace'],
  found: Awaited<ReturnType<typeof findNewPlaces>>,
): readonly Finding[] => {
  if (found === undefined) return [];
  const { set, places } = found;
  return places.flatMap((place) =>
    judgeByPolicy(
      policy,
      'new-place',
      `${place} holds files since the last complete set (${set}), and whether it is on a target is not known`,
      'Look what it lies on, and add that to the targets.',
    ),
  );
};

/** Asks the array for what the host names. */
const readArrayInventory = async (
  host: HostInventory | undefined,
  {
    identity,
    targets,
    array,
  }: Pick<PreflightFacts, 'targets'> &
    Pick<CoverageSources, 'array'> & { readonly identity: ArrayInventory['identity'] },
): Promise<ArrayInventory> => {
  if (host === undefined) return { identity, volumes: [], exports: [], nasAddresses: undefined };
  const ids = [...targets.data.members, ...(targets.archive?.members ?? [])]
    .filter(({ type }) => type === 'volume')
    .map(({ id }) => id);
  const shares = host.places.flatMap(({ where }) => (where.kind === 'nfs' ? [where.share.export] : []));
  const [volumes, exports, nasAddresses] = await Promise.all([
    array.listVolumes({ serials: serialsToLookUp(host), ids }),
    array.findExports([...new Set(shares.flatMap(exportsAbove))]),
    shares.length === 0 ? undefined : array.readNasAddresses(),
  ]);
  return { identity, volumes, exports, nasAddresses };
};

/** A host may mount a directory below what is exported. Source: infinibox-api.md section 6.2. */
const exportsAbove = (path: string): readonly string[] => {
  const parts = path.split('/').filter((part) => part !== '');
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
};

/** Ids of our targets that another database of the configuration names too. Names are unique on an array. */
const sharedWith = (
  { targets: theirs }: NonNullable<BackupRequest['others']>[number],
  { targets: ours }: BackupRequest,
  found: { readonly data: FoundTarget; readonly archive: FoundTarget | undefined },
): readonly number[] => {
  const named = [theirs.data, ...(theirs.archive === undefined ? [] : [theirs.archive])];
  const groups = new Set(named.flatMap((each) => ('consistencyGroup' in each ? [each.consistencyGroup] : [])));
  const names = new Set(
    named.flatMap((each) => ('consistencyGroup' in each ? (each.members ?? []) : namesOf(each).names)),
  );
  return (['data', 'archive'] as const).flatMap((role) => {
    const target = ours[role];
    const isSameGroup = target !== undefined && 'consistencyGroup' in target && groups.has(target.consistencyGroup);
    return (found[role]?.members ?? []).filter(({ name }) => isSameGroup || names.has(name)).map(({ id }) => id);
  });
};
