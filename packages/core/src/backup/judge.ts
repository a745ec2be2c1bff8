import type { ArchivedLog, BackupMode, Container, DatabaseStatus, Datafile, Dataset } from '../ports.js';

/**
 * The files that a database-level BEGIN puts into backup mode: online and read-write, in a container that is open READ
 * WRITE. PDB$SEED, closed PDBs and read-only files stay out.
 *
 * Source: oracle-hot-backup.md sections 1.1 and 5.1.
 */
export const expectedInBackupMode = (
  datafiles: readonly Datafile[],
  containers: readonly Container[],
): readonly Datafile[] => {
  const modes = new Map(containers.map(({ id, openMode }) => [id, openMode]));
  return datafiles.filter(
    ({ status, enabled, containerId }) =>
      (status === 'ONLINE' || status === 'SYSTEM') &&
      enabled === 'READ WRITE' &&
      (modes.get(containerId) ?? 'READ WRITE') === 'READ WRITE',
  );
};

/** Such a file is in no backup. */
export const isOffline = ({ status }: Pick<Datafile, 'status'>): boolean =>
  status === 'OFFLINE' || status === 'RECOVER' || status === 'SYSOFF';

/** Those that the administrator has not left out. */
export const offlineFiles = (datafiles: readonly Datafile[], allowOffline: readonly string[]): readonly Datafile[] =>
  datafiles.filter((file) => isOffline(file) && !allowOffline.includes(file.path));

/** Why these rows of V$BACKUP do not show exactly `expected` in backup mode since one BEGIN after `baselineScn`. */
const doubtsAboutMode = (
  when: string,
  mode: BackupMode | undefined,
  { expected, baselineScn }: { readonly expected: readonly Datafile[]; readonly baselineScn: bigint },
): string[] => {
  if (mode === undefined) return [`${when}, it is not known which files were in backup mode`];
  const sum = expected.reduce((total, { number }) => total + BigInt(number), 0n);
  const squares = expected.reduce((total, { number }) => total + BigInt(number) * BigInt(number), 0n);
  const doubts: string[] = [];
  if (mode.activeFiles !== expected.length)
    doubts.push(`${when}, ${mode.activeFiles} files were in backup mode instead of ${expected.length}`);
  else if (mode.fileNumberSum !== sum || mode.fileNumberSquareSum !== squares)
    doubts.push(`${when}, other files were in backup mode than expected`);
  if (mode.activeFiles > 0 && mode.distinctScns !== 1)
    doubts.push(`${when}, the files had ${mode.distinctScns} different begin SCNs`);
  if (mode.lowestScn !== undefined && mode.lowestScn < baselineScn)
    doubts.push(`${when}, a file was in backup mode since before this run`);
  return doubts;
};

/** What happened between BEGIN and END. */
export interface WindowFacts {
  readonly expected: readonly Datafile[];
  readonly baselineScn: bigint;
  /** Read beside the array call; `undefined` when that read failed. */
  readonly during: BackupMode | undefined;
  /** Read in the same write as END; `undefined` when that read failed. */
  readonly before: BackupMode | undefined;
  readonly parents: readonly { readonly id: number; readonly name: string }[];
  readonly snapshots: readonly Dataset[];
}

/** Why the data snapshots do not make a consistent set; empty when they do. Pure. */
export const doubtsAboutWindow = (facts: WindowFacts): readonly string[] => {
  const doubts = [
    ...doubtsAboutMode('beside the snapshot', facts.during, facts),
    ...doubtsAboutMode('just before END', facts.before, facts),
  ];
  if (facts.during !== undefined && facts.before !== undefined && facts.during.lowestScn !== facts.before.lowestScn)
    doubts.push('backup mode was ended and begun again before END');
  for (const parent of facts.parents) {
    const made = facts.snapshots.filter(({ parentId }) => parentId === parent.id).length;
    if (made !== 1) doubts.push(`the array answered with ${made} snapshots of ${parent.name}`);
  }
  if (facts.snapshots.length !== facts.parents.length)
    doubts.push(`the array answered with ${facts.snapshots.length} snapshots of ${facts.parents.length} volumes`);
  return doubts;
};

/** The archived logs of one thread that a restore needs. */
export interface LogRange {
  readonly thread: number;
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** They hold its redo from here …, decimal. */
  readonly firstScn: string;
  /** … up to, not including, here. */
  readonly nextScn: string;
}

/**
 * Proves that the archived logs hold all redo from begin to end SCN, of every thread that has any. Pure.
 *
 * @returns The ranges found, and what is missing; nothing missing means proved.
 *
 * Source: oracle-hot-backup.md section 6.1, point 3.
 */
export const proveLogs = (
  logs: readonly ArchivedLog[],
  {
    beginScn,
    endScn,
    database,
  }: { readonly beginScn: bigint; readonly endScn: bigint; readonly database: DatabaseStatus },
): { readonly ranges: readonly LogRange[]; readonly missing: readonly string[] } => {
  const usable = logs.filter(({ isAvailable, resetlogsScn }) => isAvailable && resetlogsScn === database.resetlogsScn);
  const open = database.threads.filter(({ isOpen }) => isOpen).map(({ number }) => number);
  const threads = [...new Set([...open, ...logs.map(({ thread }) => thread)])].sort((a, b) => a - b);
  const ranges: LogRange[] = [];
  const missing: string[] = [];
  for (const thread of threads) {
    const ofThread = [
      ...new Map(usable.filter((log) => log.thread === thread).map((log) => [log.sequence, log])).values(),
    ]
      .filter(({ firstScn, nextScn }) => firstScn <= endScn && nextScn > beginScn)
      .sort((a, b) => a.sequence - b.sequence);
    const first = ofThread[0];
    const last = ofThread.at(-1);
    if (first === undefined || last === undefined) {
      missing.push(`thread ${thread}: no archived log with redo from ${beginScn} to ${endScn} is available`);
      continue;
    }
    const sequences = new Set(ofThread.map(({ sequence }) => sequence));
    for (const log of ofThread.slice(1).filter(({ sequence }) => !sequences.has(sequence - 1)))
      missing.push(`thread ${thread}: the archived log before sequence ${log.sequence} is not available`);
    if (first.firstScn > beginScn)
      missing.push(
        `thread ${thread}: redo from ${beginScn} to ${first.firstScn}, before sequence ${first.sequence}, is not available`,
      );
    if (last.nextScn <= endScn)
      missing.push(
        `thread ${thread}: redo from ${last.nextScn} to ${endScn}, after sequence ${last.sequence}, is not available`,
      );
    ranges.push({
      thread,
      firstSequence: first.sequence,
      lastSequence: last.sequence,
      firstScn: String(first.firstScn),
      nextScn: String(last.nextScn),
    });
  }
  return { ranges, missing };
};

/** What was read before BEGIN and again after END. */
export interface FilesAndContainers {
  readonly datafiles: readonly Datafile[];
  readonly containers: readonly Container[];
}

/**
 * Why files or containers that changed since before BEGIN leave the set unproved; empty when they do not. Pure.
 *
 * @param covered  Paths of data files that lie on the data target now: one that was added there is made by the redo.
 *
 * Source: oracle-hot-backup.md sections 5.1 (files added, PDBs opened) and 8.4 (changes without logging).
 */
export const doubtsAboutChanges = (
  before: FilesAndContainers,
  after: FilesAndContainers,
  { beginScn, covered }: { readonly beginScn: bigint; readonly covered: ReadonlySet<string> },
): readonly string[] => {
  const doubts: string[] = [];
  const known = new Map(before.datafiles.map((file) => [file.number, file]));
  const expected = new Set(expectedInBackupMode(before.datafiles, before.containers).map(({ number }) => number));
  const containers = new Set(before.containers.map(({ id }) => id));
  for (const { path, containerId } of addedFiles(before, after)) {
    const container = after.containers.find(({ id }) => id === containerId);
    if (container !== undefined && !containers.has(containerId))
      doubts.push(`data file ${path} came with container ${container.name} during the run`);
    else if (!covered.has(path))
      doubts.push(`data file ${path} was added during the run, and that it lies on a data target is not known`);
  }
  for (const file of expectedInBackupMode(after.datafiles, after.containers)) {
    const earlier = known.get(file.number);
    if (earlier === undefined) continue;
    if (earlier.path !== file.path) doubts.push(`data file ${file.path} was moved there during the run`);
    else if (!expected.has(file.number))
      doubts.push(`data file ${file.path} came into use during the run, so it was not in backup mode`);
    else if (file.unrecoverableScn > earlier.unrecoverableScn && file.unrecoverableScn >= beginScn)
      doubts.push(`data file ${file.path} was changed without redo during the run`);
  }
  return doubts;
};

/** The data files that there are now and were not before. Pure. */
export const addedFiles = (before: FilesAndContainers, after: FilesAndContainers): readonly Datafile[] => {
  const known = new Set(before.datafiles.map(({ number }) => number));
  return after.datafiles.filter(({ number }) => !known.has(number));
};
