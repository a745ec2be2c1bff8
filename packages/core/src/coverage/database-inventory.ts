/** What a file or directory is to the database. The words of `FileInventory` of `@orasync/oracle-control` fit. */
export type DatabaseFileKind =
  | 'data-file'
  | 'archive-destination'
  | 'recovery-area'
  | 'controlfile'
  | 'online-log'
  | 'standby-log'
  | 'temporary-file'
  | 'spfile'
  | 'change-tracking-file'
  | 'keystore';

/** A file or directory that the database uses, to be placed on a volume. */
export interface DatabaseFileToPlace {
  readonly kind: DatabaseFileKind;
  /**
   * As the database gives it: a path, or `+GROUP/…`. An archive destination `USE_DB_RECOVERY_FILE_DEST` is given as the
   * recovery area's path, once as each of the two kinds.
   */
  readonly path: string;
}

/** A disk group of ASM and its disks: each V$ASM_DISK.PATH, such as /dev/mapper/asm1, ORCL:DATA1 or AFD:DATA1. */
export interface AsmGroupToPlace {
  readonly name: string;
  readonly disks: readonly string[];
}

/** All that has to be placed. */
export interface DatabaseInventory {
  readonly files: readonly DatabaseFileToPlace[];
  /** Empty without ASM. A group that is missing here makes the files in it unknown. */
  readonly asmGroups: readonly AsmGroupToPlace[];
}

/** What to ask a host for: the paths in directories and on devices, and the disks of ASM; each once. */
export const placesToAsk = ({
  files,
  asmGroups,
}: DatabaseInventory): { readonly paths: readonly string[]; readonly asmDisks: readonly string[] } => ({
  paths: [...new Set(files.map(({ path }) => path).filter((path) => !path.startsWith('+')))],
  asmDisks: [...new Set(asmGroups.flatMap(({ disks }) => disks))],
});
