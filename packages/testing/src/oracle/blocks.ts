/** One half of a block: the change it was written at, and what it holds. */
export interface BlockHalf {
  readonly scn: bigint;
  readonly data: bigint;
}

/**
 * A block of a data file. A block that was caught while it was being written has two halves of different age: it is
 * fractured. Documented: oracle-hot-backup.md section 0 fact 2, section 8.1.
 */
export interface Block {
  readonly head: BlockHalf;
  readonly tail: BlockHalf;
}

export const wholeBlock = (half: BlockHalf): Block => ({ head: half, tail: half });

export const isFractured = ({ head, tail }: Block): boolean => head.scn !== tail.scn;

/**
 * What a block holds after a change. It depends on what it held before, so a change that is left out, or applied to the
 * wrong content, shows.
 */
export const changedData = (before: bigint, delta: bigint): bigint => BigInt.asUintN(61, before * 31n + delta);

/** The content of a data file on its disk: an immutable value, so that a snapshot keeps it. */
export interface DatafileContent {
  readonly kind: 'datafile';
  readonly header: {
    readonly dbid: bigint;
    readonly fileNumber: number;
    readonly resetlogsScn: bigint;
    /** Every change up to here is in the blocks. Frozen in backup mode. */
    readonly checkpointScn: bigint;
    readonly isInBackup: boolean;
  };
  readonly blocks: readonly Block[];
}

/** A change of one block, or the mark that a file left backup mode. */
export type RedoRecord =
  | {
      readonly kind: 'change';
      readonly scn: bigint;
      readonly thread: number;
      readonly fileNumber: number;
      readonly blockNumber: number;
      readonly delta: bigint;
      /** The whole block before the change: in the first change of a block since its file entered backup mode. */
      readonly image?: BlockHalf;
    }
  | {
      readonly kind: 'end-backup';
      readonly scn: bigint;
      readonly thread: number;
      readonly fileNumber: number;
      /** The checkpoint SCN that BEGIN froze in the header. */
      readonly beginScn: bigint;
    };

/** The content of an archived log on its disk. */
export interface ArchivedLogContent {
  readonly kind: 'archived-log';
  readonly dbid: bigint;
  readonly resetlogsScn: bigint;
  readonly thread: number;
  readonly sequence: number;
  /** Holds the redo from here … */
  readonly firstScn: bigint;
  /** … up to, not including, here. */
  readonly nextScn: bigint;
  readonly records: readonly RedoRecord[];
}

const kindOf = (content: unknown): unknown =>
  typeof content === 'object' && content !== null && 'kind' in content ? content.kind : undefined;

export const isDatafileContent = (content: unknown): content is DatafileContent => kindOf(content) === 'datafile';
export const isArchivedLogContent = (content: unknown): content is ArchivedLogContent =>
  kindOf(content) === 'archived-log';
