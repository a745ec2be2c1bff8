import { changedData, type RedoRecord } from './blocks.js';
import { runningInstances } from './instances.js';
import { writeRedo } from './redo.js';
import {
  checkpointFile,
  type DatabaseState,
  type DatafileState,
  isOpenReadWrite,
  isWritten,
  nextScn,
  writeDatafile,
} from './state.js';

type Change = Extract<RedoRecord, { kind: 'change' }>;

const changeBlock = (
  state: DatabaseState,
  file: DatafileState,
  { blockNumber, thread }: Pick<Change, 'blockNumber' | 'thread'>,
  write: (record: Change) => void = (record) => writeRedo(state, record),
): void => {
  const before = file.cache[blockNumber];
  if (before === undefined) throw new Error(`file ${file.number} has no block ${blockNumber}`);
  const scn = nextScn(state);
  const delta = scn % 97n;
  const needsImage = file.backup.isActive && !file.imaged.has(blockNumber);
  if (needsImage) file.imaged.add(blockNumber);
  const change = { kind: 'change', scn, thread, fileNumber: file.number, blockNumber, delta } as const;
  write(needsImage ? { ...change, image: before } : change);
  file.cache[blockNumber] = { scn, data: changedData(before.data, delta) };
  file.dirty.add(blockNumber);
};

/**
 * The load that a backup has to withstand, deterministic and as unkind as a real one can be. In every file that is
 * written: the half-written block of last time is finished, one block is changed and stays in the cache, another is
 * changed and half written. So at every instant each such file holds a fractured block and lacks changes.
 */
export const createLoad = (state: DatabaseState): (() => void) => {
  let round = 0;
  return () => {
    if (!isOpenReadWrite(state)) return;
    round += 1;
    const running = runningInstances(state);
    const threadOf = (number: number): number => running[number % running.length] ?? 1;
    for (const file of state.files.filter((one) => isWritten(state, one))) {
      const blocks = file.cache.length;
      const cached = (round * 3 + file.number) % blocks;
      const written = (cached + 1 + (round % (blocks - 1))) % blocks;
      if (file.halfWritten !== undefined) file.dirty.delete(file.halfWritten);
      file.halfWritten = undefined;
      writeDatafile(state, file);
      changeBlock(state, file, { blockNumber: cached, thread: threadOf(round + file.number) });
      changeBlock(state, file, { blockNumber: written, thread: threadOf(round + 1) });
      file.halfWritten = written;
      writeDatafile(state, file);
    }
  };
};

/**
 * A direct load into a file: with FORCE LOGGING a change like any other, else one that no log holds, so that recovery from
 * before it leaves the block wrong. Source: oracle-hot-backup.md section 8.4 (assumed).
 */
export const changeUnlogged = (state: DatabaseState, file: DatafileState): void => {
  const [thread = 1] = runningInstances(state);
  const blockNumber = file.cache.length - 1;
  if (state.isForceLogging) {
    changeBlock(state, file, { blockNumber, thread });
    return;
  }
  changeBlock(state, file, { blockNumber, thread }, (record) => {
    const { image: _, ...change } = record;
    state.redo.push(change);
    file.unrecoverableScn = record.scn;
    file.unrecoverableAtMs = state.clock.now();
  });
  checkpointFile(state, file, file.backup.isActive ? file.checkpointScn : nextScn(state));
};
