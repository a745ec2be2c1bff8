import { describe, expect, it } from 'vitest';
import { parseAsmLabel } from './asm-labels.js';

describe('how ASM names a disk', () => {
  it.each([
    ['ORCL:DATA1', { driver: 'ASMLib', label: 'DATA1' }],
    ['AFD:DATA1', { driver: 'AFD', label: 'DATA1' }],
    ['/dev/oracleafd/disks/DATA1', { driver: 'AFD', label: 'DATA1' }],
    ['/dev/oracleasm/disks/DATA1', undefined],
    ['/dev/mapper/data1', undefined],
    ['ORCL:', undefined],
  ])('%s', (asmDisk, label) => expect(parseAsmLabel(asmDisk)).toEqual(label));
});
