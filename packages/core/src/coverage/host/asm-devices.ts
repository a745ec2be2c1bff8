import { readAnswer } from './answer.js';
import { type AsmLabel, parseAsmLabel, parseFilteredDisks, parseQueriedDisk } from './asm-labels.js';
import type { AsmAnswers } from './host-answers.js';
import { parseFileLines } from './identities.js';

/** A device that a disk of ASM may be, and what says so. */
export interface AsmDevice {
  readonly path: string;
  readonly by: string;
}

/**
 * The devices that a disk of ASM is, by every source: all of them lead to the same disk, or none can be believed.
 *
 * Source: oracle-hot-backup.md section 9.4. That /dev/oracleasm/disks holds block devices and /dev/oracleafd/disks files
 * with the device's path in them is unverified; where they do not exist, nothing is concluded.
 */
export const asmDevicesOf = (asmDisk: string, answers: AsmAnswers): readonly AsmDevice[] => {
  const label = parseAsmLabel(asmDisk);
  return label === undefined ? [{ path: asmDisk, by: 'V$ASM_DISK' }] : devicesOfLabel(label, answers);
};

const devicesOfLabel = ({ driver, label }: AsmLabel, answers: AsmAnswers): readonly AsmDevice[] => {
  if (driver === 'ASMLib') {
    const queried = answers.queriedDisks.get(label);
    const by = `oracleasm querydisk -p ${label}`;
    return [
      ...(queried === undefined ? [] : readAnswer(queried, parseQueriedDisk, []).map((path) => ({ path, by }))),
      { path: `/dev/oracleasm/disks/${label}`, by: '/dev/oracleasm/disks' },
    ];
  }
  const file = `/dev/oracleafd/disks/${label}`;
  const listed = readAnswer(answers.filteredDisks, parseFilteredDisks, noDevices).get(label);
  const written = readAnswer(answers.filterFiles, parseFileLines, noDevices).get(file);
  return [
    ...(listed === undefined ? [] : [{ path: listed, by: 'asmcmd afd_lsdsk' }]),
    ...(written?.startsWith('/') === true ? [{ path: written, by: file }] : []),
  ];
};

const noDevices: ReadonlyMap<string, string> = new Map();

/** The paths of all these devices, to be looked up like those of files. */
export const asmDevicePaths = (asmDisks: readonly string[], answers: AsmAnswers): readonly string[] => [
  ...new Set(asmDisks.flatMap((disk) => asmDevicesOf(disk, answers).map(({ path }) => path))),
];
