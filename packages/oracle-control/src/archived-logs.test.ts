import { describe, expect, it } from 'vitest';
import { readArchivedLogs } from './archived-logs.js';
import { askingViews } from './views.test.fixture.js';

const logs = (...lines: readonly string[]) =>
  readArchivedLogs(askingViews({ v$archived_log: lines }), { fromScn: 10n, toScn: 20n });

describe('archived logs', () => {
  it('are available only when archived, kept, and on a destination of this host', async () => {
    const found = await logs(
      '~1|7|5|15|1|1|/arch/1_7.arc|YES|NO|A|NO|',
      '~1|7|5|15|1|2|standby|YES|NO|A|YES|',
      '~1|8|15|25|1|1|\\z|YES|YES|D|NO|',
      '~2|3|5|25|1|1|/arch/2_3.arc|NO|NO|A|NO|',
      '~2|3|5|25|1|3|/arch/2_3.arc|YES|NO|X|NO|',
      '~2|3|5|25|1|4|/arch/2_3.arc|YES|YES|A|NO|',
      '~2|3|5|25|1|5|\\z|YES|NO|A|NO|',
    );
    expect(found.map(({ isAvailable }) => isAvailable)).toEqual([true, false, false, false, false, false, false]);
    expect(found[0]).toEqual({
      thread: 1,
      sequence: 7,
      firstScn: 5n,
      nextScn: 15n,
      resetlogsScn: 1n,
      destinationId: 1,
      path: '/arch/1_7.arc',
      isAvailable: true,
    });
    expect(found[2]?.path).toBeUndefined();
  });

  it('are asked for by the redo they hold', async () => {
    const asking = askingViews({ v$archived_log: ['no rows selected'] });
    await expect(readArchivedLogs(asking, { fromScn: 15280596683192n, toScn: 15280596683193n })).resolves.toEqual([]);
    expect(asking.asked[0]).toContain('WHERE next_change# > 15280596683192 AND first_change# <= 15280596683193\n');
  });
});
