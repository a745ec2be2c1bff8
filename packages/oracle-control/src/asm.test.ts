import { describe, expect, it } from 'vitest';
import { readAsm } from './asm.js';
import { askingViews, reasonFor } from './views.test.fixture.js';

const none = ['no rows selected'];

describe('ASM', () => {
  it('shows groups, disks and operations', async () => {
    const asking = askingViews({
      v$asm_diskgroup: ['~1|DATA|CONNECTED|EXTERN|4194304|1048576|', '~0|FRA|DISMOUNTED|\\z|0|0|'],
      v$asm_disk: [
        '~1|0|DATA_0000|/dev/mapper/data0|DATA_0000|CACHED|MEMBER|NORMAL|',
        '~0|3|\\z|AFD:DATA1|\\z|CLOSED|CANDIDATE|NORMAL|',
      ],
      v$asm_operation: ['~1|REBAL|RUN|'],
    });
    expect(await readAsm(asking)).toEqual({
      groups: {
        isKnown: true,
        value: [
          {
            number: 1,
            name: 'DATA',
            state: 'CONNECTED',
            redundancy: 'EXTERN',
            totalMegabytes: 4194304n,
            freeMegabytes: 1048576n,
          },
          expect.objectContaining({ name: 'FRA', state: 'DISMOUNTED', redundancy: undefined }),
        ],
      },
      disks: {
        isKnown: true,
        value: [
          {
            groupNumber: 1,
            number: 0,
            name: 'DATA_0000',
            path: '/dev/mapper/data0',
            failureGroup: 'DATA_0000',
            mountStatus: 'CACHED',
            headerStatus: 'MEMBER',
            state: 'NORMAL',
          },
          expect.objectContaining({ groupNumber: 0, name: undefined, path: 'AFD:DATA1' }),
        ],
      },
      operations: { isKnown: true, value: [{ groupNumber: 1, operation: 'REBAL', state: 'RUN' }] },
    });
    expect(asking.writes).toEqual([3]);
  });

  it('is empty where there is none', async () =>
    expect(await readAsm(askingViews({ v$asm_diskgroup: none, v$asm_disk: none, v$asm_operation: none }))).toEqual({
      groups: { isKnown: true, value: [] },
      disks: { isKnown: true, value: [] },
      operations: { isKnown: true, value: [] },
    }));

  it('is not known, rather than idle, where the account may not read it', async () =>
    expect(await readAsm(askingViews({ v$asm_diskgroup: none, v$asm_disk: none }))).toMatchObject({
      groups: { isKnown: true },
      operations: reasonFor('V$ASM_OPERATION'),
    }));
});
