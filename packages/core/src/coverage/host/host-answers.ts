import type { Answer } from './answer.js';

/**
 * What the commands on a host said, with LC_ALL=C, each as it was printed. A command that is missing, was refused or took
 * too long has failed, and costs what depends on it.
 */
export interface HostAnswers {
  readonly host: string;
  readonly takenAt: Date;
  readonly paths: readonly string[];
  readonly asmDisks: readonly string[];
  /** `readlink -f` of every path, of every disk of ASM that is a path, and of what `asmDevicePaths` names. */
  readonly realPaths: ReadonlyMap<string, Answer>;
  /** `stat -L --printf=` with `statFormat`, of the same. */
  readonly stat: Answer;
  /** `findmnt --json` or `-P`, with `mountColumns`. */
  readonly findmnt: Answer;
  /** `lsblk --json` or `-P`, with `blockDeviceColumns`. */
  readonly lsblk: Answer;
  /** `grep -sH ''` of `sysfsFilesOf` each block device. */
  readonly sysfs: Answer;
  /** `find` of /sys/block/NAME/slaves of each block device, as paths. */
  readonly slaves: Answer;
  /** `find /dev/disk/by-id -type l -printf '%f\t%l\n'`. */
  readonly idLinks: Answer;
  /** `multipathd show maps json` or `multipath -ll`. */
  readonly multipath: Answer;
  /** `pvs`, see `parsePhysicalVolumes`. */
  readonly physicalVolumes: Answer;
  /** `raw -qa`. */
  readonly rawBindings: Answer;
  readonly asm: AsmAnswers;
  /** The files oranfstab, as far as they exist. */
  readonly oranfstabs: readonly Answer[];
}

/** What tells the devices behind the labels of ASM. */
export interface AsmAnswers {
  /** `oracleasm querydisk -p`, by label. */
  readonly queriedDisks: ReadonlyMap<string, Answer>;
  /** `asmcmd afd_lsdsk`. */
  readonly filteredDisks: Answer;
  /** `grep -sH ''` of /dev/oracleafd/disks/LABEL for each label. */
  readonly filterFiles: Answer;
}
