import type {
  ArchiveDestination,
  ArrayIdentity,
  DatabaseSession,
  DatabaseStatus,
  Datafile,
  Known,
  SnapshotArray,
} from '../ports.js';
import { readTarget } from '../targets.js';
import { expectedInBackupMode, offlineFiles } from './judge.js';
import { type FoundTargets, judgeTargets } from './judge-targets.js';
import type { Finding } from './report.js';
import type { BackupRequest } from './request.js';

/** What a run was checked against; all of it was read, nothing was changed. */
export interface PreflightFacts {
  readonly array: ArrayIdentity;
  readonly database: DatabaseStatus;
  readonly datafiles: readonly Datafile[];
  readonly targets: FoundTargets;
  /** The host's clock when the array and the database were read, for the differences. */
  readonly now: Date;
}

/** Clocks further apart than this make times in names, labels and reports misleading. */
const clockToleranceMs = 60_000;
/** CON_ID of CDB$ROOT. Source: oracle-hot-backup.md section 3. */
const rootId = 1;

/** Reads everything that `judgePreflight` needs. */
export const readPreflightFacts = async (
  request: BackupRequest,
  { array, session, now }: { readonly array: SnapshotArray; readonly session: DatabaseSession; readonly now: Date },
): Promise<PreflightFacts> => {
  const { data, archive } = request.targets;
  // One call alone first: when the array cannot be reached, that is what is reported.
  const identity = await array.readIdentity();
  const [ofData, ofArchive, [database, datafiles]] = await Promise.all([
    readTarget(data, array),
    archive && readTarget(archive, array),
    (async () => [await session.readStatus(), await session.readDatafiles()] as const)(),
  ]);
  const targets = { data: ofData, archive: ofArchive };
  return { array: identity, database, datafiles, targets, now };
};

const blocking = (code: string, message: string, hint?: string): Finding => ({
  level: 'blocking',
  code,
  message,
  ...(hint === undefined ? {} : { hint }),
});
const warning = (code: string, message: string): Finding => ({ level: 'warning', code, message });

/** Whether this is the database that the settings mean. Pure. */
export const judgeIdentity = (
  expect: BackupRequest['expect'],
  database: Pick<DatabaseStatus, 'dbid' | 'uniqueName'>,
): readonly Finding[] => {
  const findings: Finding[] = [];
  if (expect.dbid !== undefined && expect.dbid !== database.dbid)
    findings.push(blocking('wrong-database', `the database has DBID ${database.dbid}, expected is ${expect.dbid}`));
  if (expect.uniqueName !== undefined && expect.uniqueName !== database.uniqueName)
    findings.push(
      blocking(
        'wrong-database',
        `the database's unique name is ${database.uniqueName}, expected is ${expect.uniqueName}`,
      ),
    );
  return findings;
};

const judgeDatabase = (request: BackupRequest, { database, datafiles }: PreflightFacts): Finding[] => {
  const findings: Finding[] = [...judgeIdentity(request.expect, database)];
  if (database.logMode !== 'ARCHIVELOG')
    findings.push(
      blocking('not-archivelog', `the database runs in ${database.logMode} mode`, 'Backup mode needs ARCHIVELOG mode.'),
    );
  if (database.openMode !== 'READ WRITE')
    findings.push(blocking('not-open', `the database is ${database.openMode}, not open READ WRITE`));
  if (database.role !== 'PRIMARY')
    findings.push(blocking('not-primary', `the database is a ${database.role}, not PRIMARY`));
  for (const instance of database.instances.filter(({ archiver }) => archiver !== 'STARTED'))
    findings.push(
      blocking('archiver-not-started', `the archiver of instance ${instance.name} is ${instance.archiver}`),
    );
  findings.push(
    ...judgeKnown(database.archiveDestinations, 'archive-destination-unknown', judgeArchiveDestinations),
    ...judgeKnown(database.recoveryAreaFreeBytes, 'recovery-area-unknown', (freeBytes) =>
      freeBytes !== undefined && freeBytes <= 0n
        ? [blocking('recovery-area-full', 'the recovery area has no room left for archived logs')]
        : [],
    ),
    ...judgeKnown(database.isRmanRunning, 'rman-unknown', (isRunning) =>
      isRunning ? [blocking('rman-running', 'an RMAN job is running', 'Run the backup when it has ended.')] : [],
    ),
  );
  for (const { path, status } of offlineFiles(datafiles, request.allowOffline))
    findings.push(
      blocking('file-offline', `data file ${path} is ${status}`, 'List it under allowOffline to leave it out.'),
    );
  findings.push(
    ...judgeKnown(database.seesAllContainers, 'containers-unknown', (seesAll) =>
      seesAll ? [] : [judgeHiddenContainers({ database, datafiles })],
    ),
  );
  if (expectedInBackupMode(datafiles, database.containers).length === 0)
    findings.push(blocking('no-data-files', 'the account sees no data file that is online and read-write'));
  if (!database.isForceLogging)
    findings.push(
      warning(
        'not-force-logging',
        'FORCE LOGGING is off: a change without redo in the window makes the set incomplete',
      ),
    );
  return findings;
};

/** What cannot be known is said, and does not block. */
const judgeKnown = <Value>(fact: Known<Value>, code: string, judge: (value: Value) => Finding[]): Finding[] =>
  fact.isKnown ? judge(fact.value) : [warning(code, `not known: ${fact.reason}`)];

const judgeHiddenContainers = ({
  database: { containers, sessionContainer },
  datafiles,
}: Pick<PreflightFacts, 'database' | 'datafiles'>): Finding => {
  if (sessionContainer !== undefined && sessionContainer.id !== rootId)
    return blocking(
      'not-in-root',
      `the session is in container ${sessionContainer.name} and sees the files of no other`,
      'Log on to CDB$ROOT.',
    );
  const seen = new Set(datafiles.map(({ containerId }) => containerId));
  const hidden = containers.filter(({ id }) => !seen.has(id)).map(({ name }) => name);
  return blocking(
    'container-hidden',
    `the account does not see the files of ${hidden.length > 0 ? `container ${hidden.join(', ')}` : 'every container'}`,
    'Let it see all: ALTER USER … SET CONTAINER_DATA = ALL CONTAINER = CURRENT.',
  );
};

/** A destination at fault blocks only while no other one on this host takes the logs. */
const judgeArchiveDestinations = (archiveDestinations: readonly ArchiveDestination[]): Finding[] => {
  const isLocal = ({ target }: ArchiveDestination) => target === 'LOCAL' || target === 'PRIMARY';
  const level = archiveDestinations.some((each) => isLocal(each) && each.status === 'VALID') ? 'warning' : 'blocking';
  return archiveDestinations
    .filter(({ status }) => status !== 'VALID' && status !== 'DEFERRED' && status !== 'ALTERNATE')
    .map((each) => ({
      level: isLocal(each) ? level : 'warning',
      code: 'archive-destination',
      message: `archive destination ${each.id} (${each.destination}) is ${each.status}${each.error ? `: ${each.error}` : ''}`,
    }));
};

const judgeClocks = ({ array, database, now }: PreflightFacts): Finding[] =>
  [
    { what: 'the database host', time: database.time },
    { what: 'the array', time: array.time },
  ].flatMap(({ what, time }) => {
    const differenceMs = Math.abs((time?.getTime() ?? now.getTime()) - now.getTime());
    return differenceMs > clockToleranceMs
      ? [
          warning(
            'clock-difference',
            `the clock of ${what} differs from this host's by ${Math.round(differenceMs / 1000)} s`,
          ),
        ]
      : [];
  });

/** What speaks against a backup now, and what to know about it. Pure. A blocking finding means: change nothing. */
export const judgePreflight = (request: BackupRequest, facts: PreflightFacts): readonly Finding[] => [
  ...judgeDatabase(request, facts),
  ...judgeTargets(facts.targets, request.targets),
  ...judgeClocks(facts),
  ...(request.targets.archive === undefined
    ? [warning('archived-logs-not-captured', 'archived logs are not captured: no archive target is configured')]
    : []),
  ...(request.restoreMaterial === undefined
    ? [warning('no-restore-material', 'not restorable from this set alone: no control file copy is configured')]
    : []),
];
