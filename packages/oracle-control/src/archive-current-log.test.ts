import { describe, expect, it } from 'vitest';
import { answering, done, failed } from './answers.test.fixture.js';
import { archiveCurrentLog } from './archive-current-log.js';

const position = ['~15280596683192|1|'];

describe('archiving the current log', () => {
  it('proves by SCN that every open thread was archived', async () => {
    const { asking, sent } = answering(
      ['v$database', position],
      ['ARCHIVE LOG CURRENT', done.system],
      ['v$thread', ['~1|OPEN|', '~2|OPEN|', '~3|CLOSED|']],
      ['v$archived_log', ['~1|77|15280596683300|']],
    );
    await expect(archiveCurrentLog(asking)).resolves.toEqual({
      scn: 15280596683192n,
      threads: [
        { thread: 1, sequence: 77, nextScn: 15280596683300n, isProved: true },
        { thread: 2, sequence: undefined, nextScn: undefined, isProved: false },
        { thread: 3, sequence: undefined, nextScn: undefined, isProved: true },
      ],
    });
    expect(sent()[1]?.[1]).toContain('resetlogs_change# = 1 AND next_change# > 15280596683192\nGROUP BY thread#');
  });

  it('fails as the database says', async () => {
    const full = failed(
      'ORA-16038: log 1 sequence# 9 cannot be archived',
      'ORA-19809: limit exceeded for recovery files',
    );
    const { asking } = answering(['v$database', position], ['ARCHIVE LOG CURRENT', full]);
    await expect(archiveCurrentLog(asking)).rejects.toMatchObject({ codes: ['ORA-16038', 'ORA-19809'] });
  });

  it('has no proof without the SCN to prove', async () => {
    const { asking } = answering(['v$database', ['~\\z|1|']], ['ARCHIVE LOG CURRENT', done.system]);
    await expect(archiveCurrentLog(asking)).rejects.toThrow('scn');
  });
});
