import {
  type ArchivedLogContent,
  type Block,
  changedData,
  type DatafileContent,
  isArchivedLogContent,
  isDatafileContent,
  isFractured,
  type RedoRecord,
  wholeBlock,
} from './oracle/blocks.js';
import { allThreads } from './oracle/redo.js';
import type { SimulatedDatabase } from './oracle/simulated-database.js';
import { type DatabaseState, type DatafileState, initialBlock } from './oracle/state.js';

/** Whether a set can be recovered, up to which SCN, or why not. */
export type Recovery =
  | { readonly consistent: true; readonly scn: bigint }
  | { readonly consistent: false; readonly reason: string };

/** A data file as it was restored: taken from the contents, or made anew because its creation is in the redo. */
interface RestoredFile {
  readonly file: DatafileState;
  readonly checkpointScn: bigint;
  readonly isInBackup: boolean;
  readonly blocks: Block[];
}

class Unrecoverable extends Error {}

const fail = (reason: string): never => {
  throw new Unrecoverable(reason);
};

const byScn = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

const lowest = (scns: readonly bigint[]): bigint | undefined => scns.toSorted(byScn)[0];

const hasChangesAfter = (state: DatabaseState, fileNumber: number, scn: bigint): boolean =>
  state.redo.some((record) => record.kind === 'change' && record.fileNumber === fileNumber && record.scn > scn);

const restoredFrom = (file: DatafileState, { header, blocks }: DatafileContent): RestoredFile => ({
  file,
  checkpointScn: header.checkpointScn,
  isInBackup: header.isInBackup,
  blocks: [...blocks],
});

/** Redo creates a file that did not exist when the redo begins. Source: oracle-hot-backup.md section 5.1. */
const recreated = (file: DatafileState): RestoredFile => ({
  file,
  checkpointScn: file.creationScn,
  isInBackup: false,
  blocks: file.cache.map((_, block) => wholeBlock(initialBlock(file, block))),
});

/** @returns every file that the database has, but for those that are offline: it opens without them (assumed). */
const restoreFiles = (state: DatabaseState, contents: ReadonlyMap<string, unknown>): readonly RestoredFile[] => {
  const needed = state.files.filter(({ status }) => status !== 'OFFLINE');
  const found = needed.flatMap((file) => {
    const content = contents.get(file.path);
    const isOurs = isDatafileContent(content) && content.header.dbid === state.dbid;
    return isOurs ? [restoredFrom(file, content)] : [];
  });
  const redoBegins = lowest(found.filter(needsRedo(state)).map(({ checkpointScn }) => checkpointScn));
  return needed.map((file) => {
    if (redoBegins !== undefined && file.creationScn > redoBegins) return recreated(file);
    return (
      found.find((restored) => restored.file === file) ??
      fail(`missing file ${file.number} (${file.path}): no snapshot of this set holds it`)
    );
  });
};

const needsRedo =
  (state: DatabaseState) =>
  ({ file, isInBackup, checkpointScn }: RestoredFile): boolean =>
    isInBackup || hasChangesAfter(state, file.number, checkpointScn);

interface AvailableRedo {
  readonly records: readonly RedoRecord[];
  /** All redo up to here is there. */
  readonly lastScn: bigint;
  /** What ends it: the first log of a thread that is not there. */
  readonly firstMissing: { readonly thread: number; readonly sequence: number };
}

/** The unbroken run of one thread's logs that begins with the redo after `fromScn`. */
const unbrokenLogs = (state: DatabaseState, logs: readonly ArchivedLogContent[], thread: number, fromScn: bigint) => {
  const first = state.logs.find(
    (log) => log.thread === thread && (log.nextScn === undefined || log.nextScn > fromScn + 1n),
  );
  let sequence = first?.sequence ?? 0;
  const run: ArchivedLogContent[] = [];
  for (;;) {
    const log = logs.find((one) => one.thread === thread && one.sequence === sequence);
    if (log === undefined) break;
    run.push(log);
    sequence += 1;
  }
  const lastScn = (run.at(-1)?.nextScn ?? 0n) - 1n;
  return { logs: run, lastScn, firstMissing: { thread, sequence } };
};

/** @throws {Unrecoverable} when a thread's log that is needed first is not there. */
const findRedo = (state: DatabaseState, contents: ReadonlyMap<string, unknown>, fromScn: bigint): AvailableRedo => {
  const logs = [...contents.values()]
    .filter(isArchivedLogContent)
    .filter(({ dbid, resetlogsScn }) => dbid === state.dbid && resetlogsScn === state.resetlogsScn);
  const threads = allThreads(state).map((thread) => unbrokenLogs(state, logs, thread, fromScn));
  const [shortest] = threads.toSorted((a, b) => byScn(a.lastScn, b.lastScn));
  if (shortest === undefined || shortest.logs.length === 0) {
    const { thread, sequence } = shortest?.firstMissing ?? { thread: 1, sequence: 0 };
    return fail(`missing log thread ${thread} sequence ${sequence}: recovery begins in it`);
  }
  const { lastScn, firstMissing } = shortest;
  const records = threads
    .flatMap((thread) => thread.logs.flatMap((log) => log.records))
    .filter(({ scn }) => scn <= lastScn)
    .toSorted((a, b) => byScn(a.scn, b.scn));
  return { records, lastScn, firstMissing };
};

/** A file captured in backup mode is not consistent before its end-of-backup mark. Documented: oracle-hot-backup.md section 0 fact 15. */
const requireEndMarks = (state: DatabaseState, files: readonly RestoredFile[], redo: AvailableRedo): void => {
  for (const { file, isInBackup, checkpointScn } of files) {
    if (!isInBackup) continue;
    const mark = state.redo.find(
      (record) =>
        record.kind === 'end-backup' && record.fileNumber === file.number && record.beginScn === checkpointScn,
    );
    if (mark === undefined)
      fail(`file ${file.number} is in backup mode since SCN ${checkpointScn}, and END BACKUP never came`);
    else if (mark.scn > redo.lastScn) {
      const { thread, sequence } = redo.firstMissing;
      fail(
        `missing log thread ${thread} sequence ${sequence}: redo stops before the end of backup mode at SCN ${mark.scn}`,
      );
    }
  }
};

/** When a file was captured, in the words of the one who has to find the mistake. */
const whenCaptured = (state: DatabaseState, { file, checkpointScn, isInBackup }: RestoredFile): string => {
  if (isInBackup) return 'in backup mode';
  const marks = state.redo.filter((record) => record.kind === 'end-backup' && record.fileNumber === file.number);
  const lastEnd = marks.findLast(({ scn }) => scn <= checkpointScn);
  const begins = [...marks.flatMap((mark) => (mark.kind === 'end-backup' ? [mark.beginScn] : [])), file.backup.scn];
  const nextBegin = begins.find((scn) => scn > checkpointScn);
  const after = lastEnd === undefined ? [] : [`after END BACKUP at SCN ${lastEnd.scn}`];
  const before = nextBegin === undefined ? [] : [`before BEGIN BACKUP at SCN ${nextBegin}`];
  return [...after, ...before].join(' and ') || 'outside backup mode';
};

const reportFracture = (
  state: DatabaseState,
  files: readonly RestoredFile[],
  broken: RestoredFile,
  block: number,
): never => {
  const inBackup = files.find(({ isInBackup }) => isInBackup);
  const contrast =
    inBackup === undefined || broken.isInBackup ? '' : ` but file ${inBackup.file.number} in backup mode`;
  return fail(
    `file ${broken.file.number} was captured ${whenCaptured(state, broken)}${contrast}: ` +
      `block ${block} is fractured and the redo holds no image of it`,
  );
};

const applyRedo = (state: DatabaseState, files: readonly RestoredFile[], records: readonly RedoRecord[]): void => {
  for (const record of records) {
    if (record.kind !== 'change') continue;
    const restored = files.find(({ file }) => file.number === record.fileNumber);
    const { blockNumber, scn, image, delta } = record;
    const block = restored?.blocks[blockNumber];
    if (restored === undefined || block === undefined || scn <= restored.checkpointScn) continue;
    if (isFractured(block) && image === undefined) reportFracture(state, files, restored, blockNumber);
    const base = isFractured(block) && image !== undefined ? image : block.head;
    if (base.scn >= scn) continue;
    restored.blocks[blockNumber] = wholeBlock({ scn, data: changedData((image ?? base).data, delta) });
  }
};

/** The blocks of every file as they truly were at an SCN. */
const trueBlocks = (state: DatabaseState, file: DatafileState, atScn: bigint) => {
  const blocks = file.cache.map((_, block) => initialBlock(file, block));
  for (const record of state.redo) {
    if (record.kind !== 'change' || record.fileNumber !== file.number || record.scn > atScn) continue;
    const before = blocks[record.blockNumber];
    if (before !== undefined)
      blocks[record.blockNumber] = { scn: record.scn, data: changedData(before.data, record.delta) };
  }
  return blocks;
};

const compareWithHistory = (state: DatabaseState, files: readonly RestoredFile[], scn: bigint): void => {
  for (const restored of files) {
    const truth = trueBlocks(state, restored.file, scn);
    for (const [index, block] of restored.blocks.entries()) {
      if (isFractured(block)) reportFracture(state, files, restored, index);
      const { number } = restored.file;
      if (block.head.scn > scn)
        fail(`file ${number} needs more recovery: block ${index} is newer than the redo, which ends at SCN ${scn}`);
      if (block.head.data !== truth[index]?.data)
        fail(`file ${number} block ${index} is not what it was at SCN ${scn}`);
    }
  }
};

/**
 * Restores the files of a backup set into a fresh copy of the database, applies the archived logs that the set holds, and
 * compares every block with what it truly was: the proof that a set is worth something.
 *
 * @param database  Whose backup it is; only its true history is used, none of its disks.
 * @param contents  The files on each restored volume, path to content, of the data and the archive snapshots.
 * @returns         Consistent up to which SCN, or the first thing that is wrong.
 */
export const recover = (database: SimulatedDatabase, contents: readonly ReadonlyMap<string, unknown>[]): Recovery => {
  const { state } = database;
  const all = new Map(contents.flatMap((volume) => [...volume]));
  try {
    const restored = restoreFiles(state, all);
    const fromScn = lowest(restored.filter(needsRedo(state)).map(({ checkpointScn }) => checkpointScn));
    if (fromScn === undefined) {
      const scn =
        restored
          .map(({ checkpointScn }) => checkpointScn)
          .toSorted(byScn)
          .at(-1) ?? 0n;
      compareWithHistory(state, restored, scn);
      return { consistent: true, scn };
    }
    const redo = findRedo(state, all, fromScn);
    // A file that was created later does not exist in a database of that SCN.
    const files = restored.filter(({ file }) => file.creationScn <= redo.lastScn);
    requireEndMarks(state, files, redo);
    applyRedo(state, files, redo.records);
    compareWithHistory(state, files, redo.lastScn);
    return { consistent: true, scn: redo.lastScn };
  } catch (error) {
    if (error instanceof Unrecoverable) return { consistent: false, reason: error.message };
    throw error;
  }
};
