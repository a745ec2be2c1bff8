import { changedData } from './blocks.js';
import { writeRedo } from './redo.js';
import { type DatabaseState, type DatafileState, isOpenReadWrite, isWritten, nextScn, writeDatafile } from './state.js';

const changeBlock = (state: DatabaseState, file: DatafileState, blockNumber: number, thread: number): void => {
  const before = file.cache[blockNumber];
  if (before === undefined) throw new Error(`file ${file.number} has no block ${blockNumber}`);
  const scn = nextScn(state);
  const delta = scn % 97n;
  const needsImage = file.backup.isActive && !file.imaged.has(blockNumber);
  if (needsImage) file.imaged.add(blockNumber);
  const change = { kind: 'change', scn, thread, fileNumber: file.number, blockNumber, delta } as const;
  writeRedo(state, needsImage ? { ...change, image: before } : change);
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
    for (const file of state.files.filter((one) => isWritten(state, one))) {
      const blocks = file.cache.length;
      const cached = (round * 3 + file.number) % blocks;
      const written = (cached + 1 + (round % (blocks - 1))) % blocks;
      const thread = ((round + file.number) % state.threads) + 1;
      if (file.halfWritten !== undefined) file.dirty.delete(file.halfWritten);
      file.halfWritten = undefined;
      writeDatafile(state, file);
      changeBlock(state, file, cached, thread);
      changeBlock(state, file, written, ((round + 1) % state.threads) + 1);
      file.halfWritten = written;
      writeDatafile(state, file);
    }
  };
};
