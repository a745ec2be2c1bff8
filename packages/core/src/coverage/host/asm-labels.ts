/** How ASM names a disk that is no path: by a label of ASMLib or of the filter driver. */
export interface AsmLabel {
  readonly driver: 'ASMLib' | 'AFD';
  readonly label: string;
}

/**
 * `undefined` for a disk that is named by the path of its device. The files of the filter driver are none.
 *
 * Source: oracle-hot-backup.md section 9.4; that /dev/oracleafd/disks holds plain files is unverified.
 */
export const parseAsmLabel = (asmDisk: string): AsmLabel | undefined => {
  const [, prefix = '', label = ''] = /^(ORCL:|AFD:|\/dev\/oracleafd\/disks\/)(.+)$/.exec(asmDisk) ?? [];
  return label === '' ? undefined : { driver: prefix === 'ORCL:' ? 'ASMLib' : 'AFD', label };
};

/**
 * `oracleasm querydisk -p LABEL`: the devices that carry the label, paths of one disk among them.
 *
 * Source: oracleasm-support, which prints lines of blkid, `/dev/sdb1: LABEL="DATA1" TYPE="oracleasm"`. Unverified on a live
 * host.
 */
export const parseQueriedDisk = (text: string): readonly string[] =>
  [...text.matchAll(/^(\/dev\/[^:]+):.*TYPE="oracleasm"/gm)].map(([, device = '']) => device);

/** `asmcmd afd_lsdsk`: device by label. Source: oracle-hot-backup.md section 9.4 (columns Label, Filtering, Path). */
export const parseFilteredDisks = (text: string): ReadonlyMap<string, string> =>
  new Map(
    [...text.matchAll(/^(\S+)\s+(?:ENABLED|DISABLED)\s+(\/\S+)\s*$/gm)].map(([, label = '', device = '']) => [
      label,
      device,
    ]),
  );
