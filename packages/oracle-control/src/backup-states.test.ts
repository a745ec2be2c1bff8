import { describe, expect, it } from 'vitest';
import { readBackupStates } from './backup-states.js';
import { askingViews } from './views.test.fixture.js';

describe('the backup state of each file', () => {
  it('has the SCN and the time of its last BEGIN, whether or not it ended', async () =>
    expect(
      await readBackupStates(
        askingViews({
          v$backup: [
            '~1|ACTIVE|15280596683192|2024-03-31T03:30:00+02:00|1|',
            '~2|NOT ACTIVE|15280596683192|2024-03-31T03:30:00+02:00|1|',
            '~5|NOT ACTIVE|0|\\z|3|',
            '~6|OFFLINE NORMAL|\\z|\\z|3|',
          ],
        }),
      ),
    ).toEqual([
      {
        number: 1,
        containerId: 1,
        status: 'ACTIVE',
        isActive: true,
        scn: 15280596683192n,
        time: new Date('2024-03-31T01:30:00Z'),
      },
      expect.objectContaining({ number: 2, isActive: false, scn: 15280596683192n }),
      expect.objectContaining({ number: 5, isActive: false, scn: 0n, time: undefined }),
      expect.objectContaining({ number: 6, status: 'OFFLINE NORMAL', isActive: false, scn: undefined }),
    ]));

  it('lies in container 0 before 12.1', async () =>
    expect(await readBackupStates(askingViews({ v$backup: ['~1|UNKNOWN ERROR|0|\\z|0|'] }, ['con_id']))).toMatchObject([
      { containerId: 0, status: 'UNKNOWN ERROR', isActive: false },
    ]));

  it('fails when V$BACKUP may not be read, since it decides what happens next', async () =>
    expect(readBackupStates(askingViews({}))).rejects.toMatchObject({ oracleCode: 'ORA-00942' }));
});
