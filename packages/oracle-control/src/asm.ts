import { type Asking, queryEach } from './ask.js';
import type { Known } from './known.js';
import { select } from './query.js';
import { bigInteger, integer, optionalText, text } from './row.js';

/** A disk group of ASM. */
export interface AsmGroup {
  readonly number: number;
  /** Names of files in it begin with `+`, this name and a slash. */
  readonly name: string;
  /** CONNECTED while this database uses it, MOUNTED, DISMOUNTED, BROKEN or UNKNOWN. */
  readonly state: string;
  /** EXTERN, NORMAL, HIGH, FLEX or EXTEND; `undefined` while it is not mounted. */
  readonly redundancy: string | undefined;
  readonly totalMegabytes: bigint;
  readonly freeMegabytes: bigint;
}

/** A disk of ASM. */
export interface AsmDisk {
  /** 0 while it belongs to no mounted group. */
  readonly groupNumber: number;
  readonly number: number;
  readonly name: string | undefined;
  /** A device, or a label such as `ORCL:DATA1` or `AFD:DATA1`. */
  readonly path: string | undefined;
  readonly failureGroup: string | undefined;
  readonly mountStatus: string;
  readonly headerStatus: string;
  readonly state: string;
}

/** What ASM is doing to a group. */
export interface AsmOperation {
  readonly groupNumber: number;
  /** REBAL while extents are moved. */
  readonly operation: string;
  /** RUN, WAIT, DONE, ERRS, … */
  readonly state: string;
}

/** ASM as a database instance sees it, each part as far as the account may know it; all empty without ASM. */
export interface Asm {
  readonly groups: Known<readonly AsmGroup[]>;
  /** Disks of the groups that this database uses. */
  readonly disks: Known<readonly AsmDisk[]>;
  /** May be empty here although ASM is at work: only the ASM instance is sure to tell. */
  readonly operations: Known<readonly AsmOperation[]>;
}

/**
 * Each query needs SELECT on the V_$ view behind it, as those of `queries.ts`.
 *
 * Source: Database Reference, V$ASM views; oracle-hot-backup.md sections 3, 8.3 and 9.4.
 */
const readGroups = select({
  from: 'v$asm_diskgroup',
  columns: {
    number: integer('group_number'),
    name: text('name'),
    state: text('state'),
    redundancy: optionalText('type'),
    totalMegabytes: bigInteger('total_mb'),
    freeMegabytes: bigInteger('free_mb'),
  },
  orderBy: 'group_number, name',
});
const readDisks = select({
  from: 'v$asm_disk',
  columns: {
    groupNumber: integer('group_number'),
    number: integer('disk_number'),
    name: optionalText('name'),
    path: optionalText('path'),
    failureGroup: optionalText('failgroup'),
    mountStatus: text('mount_status'),
    headerStatus: text('header_status'),
    state: text('state'),
  },
  orderBy: 'group_number, disk_number',
});
const readOperations = select({
  from: 'v$asm_operation',
  columns: { groupNumber: integer('group_number'), operation: text('operation'), state: text('state') },
  orderBy: 'group_number',
});

/** Reads groups, disks and running operations in one round trip. */
export const readAsm = async (asking: Asking): Promise<Asm> => {
  const [groups, disks, operations] = await queryEach(asking, [readGroups, readDisks, readOperations]);
  return { groups, disks, operations };
};
